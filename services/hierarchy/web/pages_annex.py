"""Pages: one act that appoints many, its annex pasted."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.errors import Refused
from services.chassis.forms import LONGEST_FORM, Form, from_here, sent
from services.chassis.idempotency import repeat_of
from services.chassis.staff import RENEWAL, Staff
from services.hierarchy.commands.appoint import Draft, Wish, appoint
from services.hierarchy.domain import annex
from services.hierarchy.domain.appointments import TITLES, appointable
from services.hierarchy.web.office import AnyRequest, Office, Option, Visit, count_of


class AnnexPages(Controller):
    """Appointing by a list."""

    path = "/cabinet/annex"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """Where the list is pasted; `done` says how many rows it had that was just carried out."""
        visit = await office.visit(request)
        return await _page(request, office, visit, Form(), done=count_of(request, "done"))

    @post()
    async def appoint_many(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Everybody of the annex is appointed, or nobody and every bad row is named."""
        visit, form = await office.visit(request), await sent(request)
        rows: list[annex.Row] = []
        try:
            rows = annex.parse(form.of("annex"))
            here = _own(visit.who)
            wishes = [Wish(row.role, row.of or _usual(row.role, here), row.name, row.email) for row in rows]
            draft = Draft(form.of("number"), form.of("day"), wishes)
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            now = office.clock.now()
            await appoint(office.pool, office.public_url, visit.who, draft, now, repeat)
        except Exception as error:
            status = office.refuse(form, error)
            refused = error.rows if isinstance(error, Refused) else {}
            bad = [
                (rows[nth - 1].line if rows else nth, office.sentences(refusal.slug, refusal.facts))
                for nth, refusal in sorted(refused.items())
            ]
            return await _page(request, office, visit, form, status, bad=bad)
        return office.go(f"/cabinet/annex?done={len(rows)}", *visit.cookies)


async def _page(
    request: AnyRequest, office: Office, visit: Visit, form: Form, status: int = 200, **more: object
) -> Response[str]:
    places = [REGION, *visit.who.reach(Scope.MUNICIPALITY)]
    if visit.who.holds(Role.ADMINISTRATOR):
        # Any municipality will do: an administrator appoints the same roles everywhere.
        places.append("")
    given = {role for place in places for role in appointable(visit.who, place)}
    roles = [Option(role.value, TITLES[role]) for role in Role if role in given]
    return await office.page(request, visit, "annex.html", form, status, roles=roles, **more)


def _own(staff: Staff) -> str:
    own = sorted(staff.reach(Scope.MUNICIPALITY))
    return own[0] if len(own) == 1 else ""


def _usual(role: Role, here: str) -> str:
    """Over what a role reaches whose row says nothing of it."""
    return REGION if SCOPE_OF[role] is Scope.REGION else here
