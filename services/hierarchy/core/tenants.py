"""Whose rows of hierarchy a member of the staff may see."""

from dataclasses import dataclass

from contracts.appointments import Role, Scope
from services.directory.grants import Staff

EVERYBODY = "*"


def tenants_of(staff: Staff) -> set[str]:
    """The municipalities in which they act; for the administrator everybody, the region's own rows too."""
    return {EVERYBODY} if staff.holds(Role.ADMINISTRATOR) else staff.municipalities


def around(staff: Staff) -> set[str]:
    """The same, and the municipalities that act for theirs: who helps their organizations, and with what."""
    return tenants_of(staff) | {grant.served_by for grant in staff.grants if grant.served_by}


CALLED = (Role.HEAD, Role.RESPONSIBLE)
"""Of whom an SMO operator sees name and e-mail (product.md, «Who uses it»)."""


@dataclass(frozen=True, slots=True)
class Overseen:
    """Which municipalities an overseer sees without belonging to them: all (`smos` None), or those of SMOs;
    and whether with the names of all people, or of those alone whom an SMO may call (CALLED)."""

    smos: list[str] | None
    names: bool


def overseen(staff: Staff) -> Overseen | None:
    """What a member of the staff oversees, if anything."""
    if staff.holds(Role.ADMINISTRATOR):
        return Overseen(None, names=True)
    if of := staff.reach(Scope.SMO):
        return Overseen(sorted(of), names=False)
    return None
