"""Look at a municipality's results; part of several commands and pages."""

from dataclasses import dataclass

from contracts.appointments import Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.domain.places import UNKNOWN, Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.territory.domain.structure import Municipality
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
    if known is None or not sees_figures(staff, known):
        raise NotFound(UNKNOWN[Scope.MUNICIPALITY])
    await tenancy.see(db, code, REGION)
    place = await places.find_one(db, Scope.MUNICIPALITY, code)
    return Seen(place, known.smo, await current_campaign(db), reads_texts(staff, known))


def sees_figures(staff: Staff, municipality: Municipality) -> bool:
    """Whether a municipality's figures are theirs: of whoever reads its texts, and of its district."""
    return reads_texts(staff, municipality) or municipality.parent in staff.municipalities


def reads_texts(staff: Staff, municipality: Municipality) -> bool:
    """Whether what a Head concludes is for them: who acts there, its SMO, and the administrator."""
    over = staff.holds(Role.ADMINISTRATOR) or municipality.smo in staff.reach(Scope.SMO)
    return over or municipality.code in staff.municipalities


async def current_campaign(db: Db) -> CampaignDefined | None:
    """The open campaign; between campaigns the last one: what was frozen is read on."""
    if campaign := await campaigns.now_open(db):
        return campaign
    known = await campaigns.all_by_id(db)
    return list(known.values())[-1] if known else None
