"""Where a page stands: the places above it by name, each a link for those who may see its page."""

from contracts.appointments import Scope
from services.chassis.db.pool import Db
from services.chassis.web.forms import Option
from services.directory.grants import Staff
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import places
from services.hierarchy.core.store.places import Kind
from services.hierarchy.core.tenants import overseen
from services.hierarchy.territory.store import municipalities

TODAY = Option("/cabinet", "Сегодня")


async def trail(db: Db, staff: Staff, place: Place) -> list[Option]:
    """What is above a place, the widest first: district, municipality, working group. What the viewer may not
    see has no address."""
    above = await _above(db, place)
    found = await places.find(db, above, None)
    elsewhere = {(grant.scope, grant.of) for grant in staff.grants} - {(place.scope, place.of)}
    first = [TODAY] if elsewhere or overseen(staff) is not None else []
    return [*first, *(_crumb(staff, found[kind]) for kind in above if kind in found)]


async def _above(db: Db, place: Place) -> list[Kind]:
    if place.scope is Scope.REGION:
        return []
    (own,) = (await municipalities.some(db, [place.tenant])).values()
    kinds = [(Scope.MUNICIPALITY, own.parent)] if own.parent else []
    if place.scope is not Scope.MUNICIPALITY:
        kinds.append((Scope.MUNICIPALITY, own.code))
    if place.scope is Scope.ORGANIZATION and place.group:
        kinds.append((Scope.GROUP, str(place.group)))
    return kinds


def _crumb(staff: Staff, place: Place) -> Option:
    seen = may(staff, Deed.SEE_PEOPLE, place) or place.of in staff.reach(place.scope)
    return Option(address_of(place.scope, place.of) if seen else "", place.name)
