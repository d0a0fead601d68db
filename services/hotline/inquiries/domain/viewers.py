"""Who of the staff sees an inquiry, and who stands at the level that holds it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Level, Role, Scope
from services.directory.grants import Staff
from services.directory.reach import reach_of, roles_in
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry
from services.hotline.inquiries.domain.steps import Passed

COORDINATION = frozenset({Role.DEPUTY, Role.RESPONSIBLE, Role.CLERK, Role.HEAD})
LEVEL_HEAD = frozenset({Role.HEAD, Role.CLERK})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose inquiries somebody sees: every one of these municipalities, and in all the places those that have
    passed these working groups or the coordinators of these organizations."""

    account: UUID
    places: frozenset[str]
    municipalities: frozenset[str]
    groups: frozenset[UUID]
    organizations: frozenset[UUID]

    @classmethod
    def of(cls, staff: Staff) -> "Viewer":
        """As their appointments say, also by agreement."""
        whole = (code for g in staff.grants if g.scope is Scope.MUNICIPALITY for code in reach_of(g))
        groups, organizations = staff.reach(Scope.GROUP), staff.reach(Scope.ORGANIZATION)
        return cls(
            staff.account,
            frozenset(staff.municipalities),
            frozenset(whole),
            frozenset(map(UUID, groups)),
            frozenset(map(UUID, organizations)),
        )

    def sees(self, inquiry: Inquiry, passed: Sequence[Passed]) -> bool:
        """Whether they see an inquiry: each level that it has passed still does."""
        if inquiry.municipality in self.municipalities:
            return True
        return any(each.group in self.groups or each.organization in self.organizations for each in passed)


def holders_of(passed: Sequence[Passed]) -> set[UUID]:
    """The working groups and organizations whose people see what has passed them."""
    return {id_ for each in passed for id_ in (each.group, each.organization) if id_}


def stands_at(staff: Staff, municipality: str, holder: Holder) -> bool:
    """Whether somebody is one of those who have to answer."""
    viewer = Viewer.of(staff)
    match holder.level:
        case Level.HOTLINE:
            return Role.HOTLINE_OPERATOR in roles_in(staff, municipality) or holder.group in viewer.groups
        case Level.COORDINATOR:
            return holder.organization in viewer.organizations
        case Level.GROUP:
            return holder.group in viewer.groups
        case Level.COORDINATION:
            return not COORDINATION.isdisjoint(roles_in(staff, municipality))
        case Level.HEAD:
            return not LEVEL_HEAD.isdisjoint(roles_in(staff, municipality))
