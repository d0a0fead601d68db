"""For which bodies somebody decides, and on whose initiatives."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Level, Scope
from contracts.structure import CampaignDefined
from services.chassis.errors import Forbidden
from services.directory.grants import Staff
from services.directory.reach import reach_of
from services.intake.core.authority import FIRST_LEVEL, SECOND_LEVEL
from services.intake.determination.domain.decisions import Kind


@dataclass(frozen=True, slots=True)
class Body:
    """Who decides: the coordination group, or a working group."""

    level: Level
    group: UUID | None = None


def bodies_of(staff: Staff, municipality: str, group: UUID | None) -> list[Body]:
    """For which bodies somebody decides in a municipality on what a working group holds, that group first."""
    here = [grant for grant in staff.grants if municipality in reach_of(grant)]
    of_group = any(g.role in SECOND_LEVEL and g.scope is Scope.GROUP and g.of == str(group) for g in here)
    found = [Body(Level.GROUP, group)] if group and of_group else []
    if any(grant.role in FIRST_LEVEL for grant in here):
        found.append(Body(Level.COORDINATION))
    return found


def deciding(bodies: Iterable[Body], kind: Kind, campaign: CampaignDefined) -> Body:
    """The body that decides so: the working group, but for putting forward the coordination group where the
    campaign leaves that to it. Raises Forbidden."""
    by_group = kind is not Kind.PUT_FORWARD or campaign.life.put_forward_by == "group"
    for body in bodies:
        if body.level is Level.COORDINATION or by_group:
            return body
    raise Forbidden("not-yours-to-decide")
