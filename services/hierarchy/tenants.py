"""Whose rows of hierarchy somebody of the staff may see."""

from contracts.appointments import Role, Scope
from services.chassis.staff import Staff

EVERYBODY = "*"


def tenants_of(staff: Staff) -> set[str]:
    """The municipalities in which they act; for the administrator everybody, the region's own rows too."""
    return {EVERYBODY} if staff.holds(Role.ADMINISTRATOR) else staff.reach(Scope.MUNICIPALITY)


def may_see(staff: Staff, tenant: str) -> bool:
    """Whether the people of a municipality, or of the region, are for them to see."""
    return bool({EVERYBODY, tenant} & tenants_of(staff))
