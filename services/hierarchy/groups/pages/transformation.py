"""Pages: a municipality that was transformed: its successor is named."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Scope
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import Conflict, NotFound
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.russian import sort_key
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit
from services.hierarchy.groups.commands.transform import Transformation, transform
from services.hierarchy.territory.domain.structure import Municipality, successors
from services.hierarchy.territory.store import municipalities


class TransformationPages(Controller):
    """Transformations, for the administrator."""

    path = "/cabinet/municipalities/{code:str}/transformation"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who takes over, and by which law."""
        return await _page(request, office, await office.administrator(request), code, Form())

    @post()
    async def transform(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The successor acts for it from now on, and back to its page."""
        visit, form = await office.administrator(request), await sent(request)
        wanted = Transformation(
            form.of("successor"), form.of("number"), form.of("day"), form.of("whole") == "1"
        )
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            await transform(office.pool, visit.who, code, wanted, office.clock.now(), repeat)
        except Exception as error:
            return await _page(request, office, visit, code, form, office.refuse(form, error))
        return office.go(f"{address_of(Scope.MUNICIPALITY, code)}?done=transformed", *visit.cookies)


async def _page(
    request: AnyRequest, office: Office, visit: Visit, code: str, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db:
        known = await municipalities.all_by_code(db)
    if code not in known:
        raise NotFound("municipality-unknown")
    gone = successors(known.values())
    if code in gone:
        raise Conflict("municipality-transformed", name=known[code].name)
    fit = {each.code: each for each in known.values() if each.code not in gone and each.code != code}
    values: dict[str, Any] = {
        "place": known[code],
        "back": address_of(Scope.MUNICIPALITY, code),
        "successors": _options(fit, known),
        "settlements": sum(each.parent == code for each in fit.values()),
    }
    return await office.page(request, visit, "groups/transformation.html", form, status, **values)


def _options(fit: Mapping[str, Municipality], known: Mapping[str, Municipality]) -> list[Option]:
    """By the alphabet; a settlement with its district, because names repeat."""
    ordered = sorted(fit.values(), key=lambda each: sort_key(each.name))
    return [
        Option(each.code, f"{each.name} ({known[each.parent].name})" if each.parent else each.name)
        for each in ordered
    ]
