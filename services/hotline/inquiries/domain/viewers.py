"""Who of the staff sees an inquiry, and who stands at the level that holds it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.hotline import Level
from services.directory.grants import Grant, Staff
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry
from services.hotline.inquiries.domain.steps import Passed

COORDINATION = frozenset({Role.DEPUTY, Role.RESPONSIBLE, Role.CLERK, Role.HEAD})
HEADS = frozenset({Role.HEAD, Role.CLERK})


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
        places = (code for g in staff.grants for code in _reach(g))
        whole = (code for g in staff.grants if g.scope is Scope.MUNICIPALITY for code in _reach(g))
        groups, organizations = staff.reach(Scope.GROUP), staff.reach(Scope.ORGANIZATION)
        return cls(
            staff.account,
            frozenset(places),
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
            return _holds(staff, {Role.HOTLINE_OPERATOR}, municipality) or holder.group in viewer.groups
        case Level.COORDINATOR:
            return holder.organization in viewer.organizations
        case Level.GROUP:
            return holder.group in viewer.groups
        case Level.COORDINATION:
            return _holds(staff, COORDINATION, municipality)
        case Level.HEAD:
            return _holds(staff, HEADS, municipality)


def _holds(staff: Staff, roles: "frozenset[Role] | set[Role]", municipality: str) -> bool:
    return any(grant.role in roles and municipality in _reach(grant) for grant in staff.grants)


def _reach(grant: Grant) -> tuple[str, ...]:
    return (grant.municipality, *grant.serves) if grant.municipality else ()
