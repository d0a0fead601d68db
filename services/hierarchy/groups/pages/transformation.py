"""Pages: a municipality that was transformed: its successor is named."""

from collections.abc import Mapping

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.errors import Conflict, NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.russian import sort_key
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import administrator
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
    async def ask(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """Who takes over, and by which law."""
        return await _page(visit, code)

    @post()
    async def transform(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """The successor acts for it from now on, and back to its page."""
        form = await visit.sent()
        given = Transformation(
            code, form.of("successor"), form.of("number"), form.of("day"), form.of("whole") == "1"
        )
        async with visit.refusing():
            await transform(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.MUNICIPALITY, code), done="transformed")
        return await _page(visit, code)


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    administrator(visit.who)
    async with visit.pool.acquire() as db:
        known = await municipalities.all_by_code(db)
    if code not in known:
        raise NotFound("municipality-unknown")
    gone = successors(known.values())
    if code in gone:
        raise Conflict("municipality-transformed", name=known[code].name)
    fit = {each.code: each for each in known.values() if each.code not in gone and each.code != code}
    return await visit.page(
        "groups/transformation.html",
        place=known[code],
        back=address_of(Scope.MUNICIPALITY, code),
        successors=_options(fit, known),
        settlements=sum(each.parent == code for each in fit.values()),
    )


def _options(fit: Mapping[str, Municipality], known: Mapping[str, Municipality]) -> list[Option]:
    """By the alphabet; a settlement with its district, because names repeat."""
    ordered = sorted(fit.values(), key=lambda each: sort_key(each.name))
    return [
        Option(each.code, f"{each.name} ({known[each.parent].name})" if each.parent else each.name)
        for each in ordered
    ]
