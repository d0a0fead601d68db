"""Pages: a settlement that is served by its district (обслуживает район): agreeing and ending."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.errors import Forbidden, Invalid
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.agree_serving import NewAgreement, agree_serving
from services.hierarchy.groups.commands.end_serving import end_serving
from services.hierarchy.groups.sides import sides_of


class ServingPages(Controller):
    """Serving by agreement."""

    path = "/cabinet/municipalities/{code:str}/serving"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """By which agreement the district is to act; or, if it does, whether that shall end."""
        return await _page(visit, code)

    @post()
    async def agree(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """The district acts for the settlement, and back to its page."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewAgreement(code, form.of("number"), form.of("day"))
            await agree_serving(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.MUNICIPALITY, code), done="served")
        return await _page(visit, code)

    @post("/end")
    async def end(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """The settlement acts for itself, and back to its page, for those who still see it."""
        await visit.sent()
        async with visit.refusing():
            await end_serving(visit.pool, visit.who, code, await visit.moment())
            own = code in visit.who.reach(Scope.MUNICIPALITY)
            return visit.go(address_of(Scope.MUNICIPALITY, code) if own else "/cabinet", done="unserved")
        return await _page(visit, code)


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, Scope.MUNICIPALITY, code, await campaigns.now_open(db))
        sides = await sides_of(db, visit.who, place)
    if not sides.may_change:
        raise Forbidden("not-yours-to-serve")
    if sides.district is None:
        raise Invalid("served-without-district")
    back = address_of(Scope.MUNICIPALITY, code)
    return await visit.page("groups/serving.html", place=place, sides=sides, back=back)
