"""Pages: one act that appoints many, its annex pasted, brought as a file, or begun with what is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import Refused
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent, sent_file
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.appoint import Draft, Wish, appoint
from services.hierarchy.appointments.commands.same_person import DOUBTS
from services.hierarchy.appointments.domain import annex
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import appoints
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.domain.rows import BadFile, Table
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, count_of, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked
from services.hierarchy.territory.store import municipalities, organizations


class AnnexPages(Controller):
    """Appointing by a list."""

    path = "/cabinet/annex"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """Where the list is pasted; `done` says how many rows it had that was just carried out. With `group`:
        a row for each of its organizations without a coordinator; with `heads=1`: for each municipality
        without a Head."""
        visit = await office.visit(request)
        form = Form({"annex": await _proposed(request, office, visit.who)})
        return await _page(request, office, visit, form, done=count_of(request, "done"))

    @post()
    async def appoint_many(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Everybody of the annex is appointed, or nobody and every bad row is named."""
        visit, form = await office.visit(request), await sent(request)
        rows: list[annex.Row] = []
        try:
            if content := await sent_file(request, "file"):
                brought = annex.written(await _table(office, content))
                form.values["annex"] = f"{form.of('annex')}\n{brought}".strip()
            rows = annex.parse(form.of("annex"))
            named = await _named(office, visit.who, rows)
            same = form.of("same_person") == "1"
            wishes = [
                Wish(row.role, named.get((row.role, row.of), row.of), row.name, row.email, same_person=same)
                for row in rows
            ]
            draft = Draft(form.of("number"), form.of("day"), wishes)
            typed = orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS)
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"), typed)
            now = office.clock.now()
            await appoint(office.pool, office.entrance, visit.who, draft, now, repeat)
        except Exception as error:
            status = office.refuse(form, error)
            refused = error.rows if isinstance(error, Refused) else {}
            bad = [
                (rows[nth - 1].line if rows else nth, office.sentences(refusal.slug, refusal.facts))
                for nth, refusal in sorted(refused.items())
            ]
            doubted = any(refusal.slug in DOUBTS for refusal in refused.values())
            return await _page(request, office, visit, form, status, bad=bad, doubted=doubted)
        return office.go(f"/cabinet/annex?done={len(rows)}", *visit.cookies)


async def _table(office: Office, content: bytes) -> Table:
    try:
        return await office.reader.table(content)
    except BadFile as error:
        raise error.rows[0].why from error


async def _page(
    request: AnyRequest, office: Office, visit: Visit, form: Form, status: int = 200, **more: object
) -> Response[str]:
    roles = [Option(role.value, TITLES[role]) for role in appoints(visit.who)]
    return await office.page(request, visit, "cabinet/annex.html", form, status, roles=roles, **more)


async def _proposed(request: AnyRequest, office: Office, staff: Staff) -> str:
    query = request.query_params
    async with office.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if group_id := uuid_of(query.get("group", "")):
            await look_at(db, staff, Scope.GROUP, str(group_id), campaign)
            group, asked = await groups.get(db, group_id), Asked(missing=True)
            without = [(str(o.id), o.name) for o in await groups.hands(db, group, asked, annex.LONGEST)]
            return annex.proposed(Role.COORDINATOR, _unmistakable(without))
        if query.get("heads") == "1" and staff.holds(Role.ADMINISTRATOR):
            await tenancy.see(db, *tenants_of(staff))
            return annex.proposed(Role.HEAD, _unmistakable(await appointments.without_head(db)))
    return ""


def _unmistakable(places: Iterable[tuple[str, str]]) -> list[str]:
    """The names of places (id, name); where several have the same name, the ids."""
    known = list(places)
    counted = Counter(search_text(name) for _, name in known)
    return [id_ if counted[search_text(name)] > 1 or ";" in name else name for id_, name in known]


async def _named(office: Office, staff: Staff, rows: Sequence[annex.Row]) -> dict[tuple[Role, str], str]:
    """What rows mean that say nothing, or a name: one's only place of that kind, a municipality or a working
    group by its name, an organization by its name or the founder's number. Whatever is unknown or not unique
    is left out."""
    named = {(row.role, ""): _only(staff, SCOPE_OF[row.role]) for row in rows}
    words = {row.of for row in rows if row.of}
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(staff))
        campaign = await campaigns.now_open(db)
        found: dict[Scope, Mapping[str, Sequence[object]]] = {
            Scope.MUNICIPALITY: await municipalities.by_name(db, words),
            Scope.GROUP: await groups.by_name(db, campaign.id if campaign else "", words),
            Scope.ORGANIZATION: await organizations.by_name(db, staff.municipalities, words),
        }
    for row in rows:
        ids = found.get(SCOPE_OF[row.role], {}).get(search_text(row.of), [])
        if len(ids) == 1:
            named[row.role, row.of] = str(ids[0])
    return named


def _only(staff: Staff, scope: Scope) -> str:
    own = [REGION] if scope is Scope.REGION else sorted(staff.reach(scope))
    return own[0] if len(own) == 1 else ""
