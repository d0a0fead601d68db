"""Pages: a settlement that is served by its district (обслуживает район): agreeing and ending."""

from dataclasses import dataclass

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, Invalid
from services.chassis.web.forms import LONGEST_FORM, Option, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.store import acts
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.agree_serving import NewAgreement, agree_serving
from services.hierarchy.groups.commands.end_serving import end_serving
from services.hierarchy.groups.domain.serving import Serving, may_end
from services.hierarchy.groups.store import serving
from services.hierarchy.territory.domain.structure import Municipality
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Sides:
    """Who acts for whom, as a municipality's page shows it.

    `district`: of a settlement; `agreement`: by which it is served, with its act; `serves`: whom it serves
    itself. `may_change`: whether the viewer agrees to it or ends it; `address`: the district's page, if the
    viewer has it.
    """

    district: Municipality | None
    agreement: Serving | None
    act: Entered | None
    serves: list[Option]
    may_change: bool
    address: str


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


async def sides_of(db: Db, staff: Staff, place: Place) -> Sides:
    """Who acts for a municipality that is looked at, and whom it acts for."""
    standing = await serving.present(db)
    agreement = next((each for each in standing if each.municipality == place.of), None)
    served = [each.municipality for each in standing if each.served_by == place.of]
    (own,) = (await municipalities.some(db, [place.of])).values()
    acting = agreement.served_by if agreement else own.parent
    known = await municipalities.some(db, [*served, acting or ""])
    district = known.get(acting or "")
    return Sides(
        district=district,
        agreement=agreement,
        act=await acts.get(db, agreement.act) if agreement else None,
        serves=[Option(code, known[code].name) for code in served],
        may_change=await _may_change(db, staff, place, agreement),
        address=await _address(db, staff, district.code) if district else "",
    )


async def _address(db: Db, staff: Staff, district: str) -> str:
    place = await places.find_one(db, Scope.MUNICIPALITY, district)
    return address_of(place.scope, place.of) if may(staff, Deed.SEE_PEOPLE, place) else ""


async def _may_change(db: Db, staff: Staff, place: Place, agreement: Serving | None) -> bool:
    if place.transformed:
        return False
    if agreement is None:
        return may(staff, Deed.SERVE, place)
    return may_end(staff, await serving.sides(db, agreement))


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
