"""Look which days count for municipalities; part of their pages and operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.directory.checkpoints import Member, Schedule, counting, counting_for, counts, of_campaign
from services.hierarchy.checkpoints.store import schedules
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.territory.store import municipalities

Versions = Mapping[str, Sequence[Schedule]]


@dataclass(frozen=True, slots=True)
class Counting:
    """All that decides which days count for municipalities: every version of their own days and of what SMOs
    recommend, and of which SMO each municipality was."""

    campaign: CampaignDefined
    own: Versions
    of_smos: Versions
    members: Mapping[str, Sequence[Member]]

    def counts(self, code: str, day: date) -> bool:
        """Whether a day counts for a municipality."""
        zone = region_zone(self.campaign)
        return counts(day, self.own.get(code, ()), self.of_smos, self.members[code], zone)

    def days(self, code: str) -> set[date]:
        """The days that count for a municipality."""
        zone, own, of = region_zone(self.campaign), self.own.get(code, ()), self.members[code]
        by_smo = {m.smo: counting(own, self.of_smos.get(m.smo, ()), zone) for m in of}
        return set(counting_for(of, by_smo, zone))


async def look_at_counting(db: Db, campaign: CampaignDefined, smos: Mapping[str, str | None]) -> Counting:
    """Of these municipalities, each with its SMO of now. The transaction must see their rows and the
    region's."""
    # A demonstration tells its past at once, its municipalities too.
    were = {} if campaign.demonstration else await municipalities.members(db, smos.keys())
    own = await schedules.own_versions(db, campaign.id, smos.keys())
    councils = await schedules.recommended_versions(db, campaign.id)
    return Counting(
        campaign,
        {code: of_campaign(versions, campaign) for code, versions in own.items()},
        {smo: of_campaign(versions, campaign) for smo, versions in councils.items()},
        {code: were.get(code) or [Member(smo or "")] for code, smo in smos.items()},
    )
