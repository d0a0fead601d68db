"""Coverage: how far a municipality is staffed for a campaign, and what is missing."""

from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import CoverageStated


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a municipality has and lacks, in counts; see `CoverageStated`."""

    municipality: str
    campaign: str
    head: bool
    responsible: bool
    groups: int
    groups_without_leader: int
    directions_uncovered: int
    organizations: int
    organizations_uncovered: int
    coordinators_missing: int
    unanswered: int
    unbriefed: int
    line: bool
    served_by: str | None = None
    formed_at: datetime | None = None
    version: int = 0

    @property
    def is_formed(self) -> bool:
        """Whether a Head, a responsible person and groups for everything stand, the district's where that
        serves it. Coordinators come after."""
        gaps = (self.groups_without_leader, self.directions_uncovered, self.organizations_uncovered)
        acting = self.groups > 0 or self.served_by is not None
        return self.head and self.responsible and acting and not any(gaps)

    def stated(self) -> CoverageStated:
        """The event of its present state."""
        return CoverageStated(
            version=self.version,
            campaign=self.campaign,
            municipality=self.municipality,
            head=self.head,
            responsible=self.responsible,
            groups=self.groups,
            groups_without_leader=self.groups_without_leader,
            directions_uncovered=self.directions_uncovered,
            organizations=self.organizations,
            organizations_uncovered=self.organizations_uncovered,
            coordinators_missing=self.coordinators_missing,
            unanswered=self.unanswered,
            unbriefed=self.unbriefed,
            line=self.line,
            served_by=self.served_by,
            formed_at=self.formed_at,
        )
