"""Which initiatives somebody sees: a municipality's, their directions', their organizations'. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope, WorkingGroupDefined
from services.directory.grants import Grant, Staff
from services.directory.reach import reach_of
from services.directory.subordination import Subordination
from services.intake.core.authority import FIRST_LEVEL, SECOND_LEVEL, THIRD_LEVEL
from services.intake.initiatives.domain import Initiative


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a municipality's initiatives somebody sees: all, or those of directions and organizations."""

    municipality: str
    whole: bool
    directions: frozenset[str] = frozenset()
    organizations: frozenset[UUID] = frozenset()

    def covers(self, municipality: str, organization: UUID) -> bool:
        """Whether initiatives of an organization that is counted there may be among them."""
        return municipality == self.municipality and (
            self.whole or bool(self.directions) or organization in self.organizations
        )

    def shows(self, initiative: Initiative) -> bool:
        """Whether it is among them."""
        return initiative.municipality == self.municipality and (
            self.whole
            or initiative.direction in self.directions
            or initiative.organization in self.organizations
        )


def sights_of(staff: Staff, known: Subordination, at: datetime) -> list[Sight]:
    """What somebody sees, municipality by municipality: the first level all of it, a working group what it
    determines and its organizations', a coordinator their organization's. Raises NotFound without a campaign.
    """
    by_place: dict[str, list[Grant]] = {}
    for grant in staff.grants:
        if grant.role in FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL:
            for place in reach_of(grant):
                by_place.setdefault(place, []).append(grant)
    found = [_sight(known, place, held, at) for place, held in sorted(by_place.items())]
    return [sight for sight in found if sight.whole or sight.directions or sight.organizations]


def _sight(known: Subordination, place: str, held: Iterable[Grant], at: datetime) -> Sight:
    if any(grant.role in FIRST_LEVEL and grant.scope is Scope.MUNICIPALITY for grant in held):
        return Sight(place, whole=True)
    groups = [known.groups[id_] for id_ in _ids(held, SECOND_LEVEL, Scope.GROUP) if id_ in known.groups]
    own = {group.id for group in groups if _stands(group, known)}
    directions = [term.code for term in known.campaign.directions]
    return Sight(
        place,
        whole=False,
        directions=frozenset(code for code in directions if _holder(known, place, code, at) in own),
        organizations=frozenset(
            {
                *_ids(held, THIRD_LEVEL, Scope.ORGANIZATION),
                *(each for group in groups if group.id in own for each in group.organizations),
            }
        ),
    )


def _holder(known: Subordination, place: str, direction: str, at: datetime) -> UUID | None:
    group = known.group_for(place, direction, None, at)
    return group.id if group else None


def _stands(group: WorkingGroupDefined, known: Subordination) -> bool:
    return not group.dissolved and group.campaign == known.campaign.id


def _ids(held: Iterable[Grant], roles: frozenset[Role], scope: Scope) -> set[UUID]:
    return {UUID(grant.of) for grant in held if grant.role in roles and grant.scope is scope}
