"""Authority in intake: one table of which role does what with a municipality's initiatives.

A new right is a row of `RIGHTS`. Whoever acts for another municipality by agreement acts there as in theirs.
Which of a municipality's initiatives a working group decides on is said by its directions.
"""

from collections.abc import Mapping
from enum import StrEnum

from contracts.appointments import Role
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.directory.reach import reach_of


class Deed(StrEnum):
    """What somebody of the staff does in intake."""

    SEE = "see"
    DETERMINE = "determine"
    PUT_FORWARD = "put-forward"


FIRST_LEVEL = frozenset({Role.HEAD, Role.DEPUTY, Role.CLERK, Role.RESPONSIBLE})
"""Who acts for the coordination group; a clerk and the responsible person on the Head's act."""

SECOND_LEVEL = frozenset({Role.LEADER, Role.MEMBER})
THIRD_LEVEL = frozenset({Role.COORDINATOR, Role.STAND_IN})

RIGHTS: Mapping[Deed, tuple[frozenset[Role], str]] = {
    Deed.SEE: (FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL, "not-found"),
    Deed.DETERMINE: (FIRST_LEVEL | SECOND_LEVEL, "not-yours-to-decide"),
    Deed.PUT_FORWARD: (FIRST_LEVEL | SECOND_LEVEL, "not-yours-to-decide"),
}
"""Deed → who does it, and the refusal of everybody else who is present there."""


def may(staff: Staff, deed: Deed, municipality: str) -> bool:
    """Whether somebody does this in a municipality: exactly when `authority` does not refuse."""
    roles, _ = RIGHTS[deed]
    return any(grant.role in roles and municipality in reach_of(grant) for grant in staff.grants)


def authority(staff: Staff, deed: Deed, municipality: str) -> None:
    """Let somebody do this in a municipality. Raises NotFound where they have nothing to do, and Forbidden
    for a deed that is not theirs."""
    if may(staff, deed, municipality):
        return
    if municipality not in staff.municipalities:
        raise NotFound("municipality-unknown")
    raise Forbidden(RIGHTS[deed][1])


def places_of(staff: Staff, deed: Deed) -> set[str]:
    """Every municipality in which somebody does this."""
    roles, _ = RIGHTS[deed]
    return {code for grant in staff.grants if grant.role in roles for code in reach_of(grant)}
