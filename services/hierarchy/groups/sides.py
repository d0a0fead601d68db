"""Who acts for whom: a settlement that is served by its district (обслуживает район), as pages show it."""

from dataclasses import dataclass

from contracts.appointments import Scope
from services.chassis.db.pool import Db
from services.chassis.web.forms import Option
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.store import acts
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import places
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
