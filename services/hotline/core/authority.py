"""Authority in the hotline: one table of which role does what over a municipality.

A new right is a row of `RIGHTS`. Whoever acts for another municipality by agreement acts there as in theirs.
"""

from collections.abc import Mapping
from enum import StrEnum

from contracts.appointments import Role, Scope
from contracts.event import REGION
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.directory.reach import acts_in, places_in, reach_of


class Deed(StrEnum):
    """What somebody does in the hotline."""

    SET_LINE = "set-line"
    SET_ROSTER = "set-roster"
    WORK = "work"
    SUPERVISE = "supervise"
    APPROVE_ANSWERS = "approve-answers"
    KEEP_REGION_ANSWERS = "keep-region-answers"
    KEEP_THEMES = "keep-themes"
    CONSULT = "consult"
    SEE_CASES = "see-cases"


HEADS = frozenset({Role.HEAD, Role.CLERK, Role.RESPONSIBLE})
GROUPS = frozenset({Role.LEADER, Role.MEMBER})
LEVELS = frozenset(role for role in Role if role not in (Role.ADMINISTRATOR, Role.SMO_OPERATOR))
"""Whoever stands in a municipality's line of subordination."""

RIGHTS: Mapping[Deed, tuple[frozenset[Role], str]] = {
    Deed.SET_LINE: (HEADS, "not-yours-to-set-line"),
    Deed.SET_ROSTER: (HEADS | {Role.LEADER}, "not-yours-to-set-roster"),
    Deed.WORK: (LEVELS, "not-yours-to-work"),
    Deed.SUPERVISE: (HEADS | {Role.LEADER, Role.DEPUTY}, "not-yours-to-supervise"),
    Deed.APPROVE_ANSWERS: (HEADS | GROUPS, "not-yours-to-approve"),
    Deed.KEEP_REGION_ANSWERS: (frozenset({Role.ADMINISTRATOR}), "not-yours-of-region"),
    Deed.KEEP_THEMES: (frozenset({Role.ADMINISTRATOR}), "not-yours-to-keep-themes"),
    Deed.CONSULT: (LEVELS, "not-yours-to-consult"),
    Deed.SEE_CASES: (LEVELS, "not-found"),
}
"""Deed → who does it, and the refusal of everybody else who is present there."""


def may(staff: Staff, deed: Deed, municipality: str) -> bool:
    """Whether somebody does this in a municipality: exactly when `authority` does not refuse."""
    roles, _ = RIGHTS[deed]
    return acts_in(staff, roles, municipality)


def authority(staff: Staff, deed: Deed, municipality: str) -> None:
    """Let somebody do this in a municipality. Raises NotFound where they have nothing to do, and Forbidden
    for a deed that is not theirs."""
    if may(staff, deed, municipality):
        return
    if municipality not in (REGION, *staff.municipalities):
        raise NotFound("municipality-unknown")
    raise Forbidden(RIGHTS[deed][1])


def places_of(staff: Staff, deed: Deed) -> set[str]:
    """Every municipality in which somebody does this."""
    roles, _ = RIGHTS[deed]
    return places_in(staff, roles)


def oversees(staff: Staff, municipality: str) -> bool:
    """Whether somebody acts over the whole of a municipality, and so sees every case of its lines."""
    return any(g.scope is Scope.MUNICIPALITY and municipality in reach_of(g) for g in staff.grants)
