"""Look at a municipality's results; part of several commands and pages."""

from dataclasses import dataclass

from contracts.appointments import Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import UNKNOWN, Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Seen:
    """A municipality whose figures somebody sees, in a campaign; `texts`: what its Head concludes, too."""

    place: Place
    smo: str | None
    campaign: CampaignDefined | None
    texts: bool


async def look_at_results(db: Db, staff: Staff, code: str) -> Seen:
    """A municipality whose figures are theirs (rule 5); the transaction sees its rows, and what SMOs
    recommend, from then on. Raises NotFound for a foreign one."""
    known = (await municipalities.some(db, [code])).get(code)
    if known is None or not may(staff, Deed.SEE_FIGURES, known.place):
        raise NotFound(UNKNOWN[Scope.MUNICIPALITY])
    await tenancy.see(db, code, REGION)
    place = await places.find_one(db, Scope.MUNICIPALITY, code)
    return Seen(place, known.smo, await campaigns.current(db), may(staff, Deed.READ_CONCLUSIONS, place))
