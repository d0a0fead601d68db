"""Whose rows of hierarchy somebody of the staff may see."""

from contracts.appointments import Role, Scope
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.appointments import Place

EVERYBODY = "*"


def tenants_of(staff: Staff) -> set[str]:
    """The municipalities in which they act; for the administrator everybody, the region's own rows too."""
    return {EVERYBODY} if staff.holds(Role.ADMINISTRATOR) else staff.municipalities


def around(staff: Staff) -> set[str]:
    """The same, and the municipalities that act for theirs: who helps their organizations, and with what."""
    return tenants_of(staff) | {grant.served_by for grant in staff.grants if grant.served_by}


def may_see(staff: Staff, tenant: str) -> bool:
    """Whether the people of a municipality, or of the region, are for them to see; a district those too whom
    it serves (rule 5)."""
    return staff.holds(Role.ADMINISTRATOR) or staff.oversees(tenant)


def may_look(staff: Staff, place: Place) -> bool:
    """Whether a place is for them to see: all of their municipality, their working group with its
    organizations, or their organization."""
    own = place.of in staff.reach(Scope.GROUP) | staff.reach(Scope.ORGANIZATION)
    return own or str(place.group) in staff.reach(Scope.GROUP) or may_see(staff, place.tenant)
