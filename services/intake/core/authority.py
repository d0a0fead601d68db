"""Authority in intake: one table of which role does what with a municipality's initiatives.

A new right is a row of `RIGHTS`. Whoever acts for another municipality by agreement acts there as in theirs.
Which of a municipality's initiatives a working group decides on is said by its directions; for whose people
somebody enters what they suggest, by the organization.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.appointments import Role, Scope
from contracts.structure import MunicipalityDefined
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.directory.reach import acts_in, places_in, roles_in


class Deed(StrEnum):
    """What somebody of the staff does in intake."""

    SEE = "see"
    DETERMINE = "determine"
    IMPORT_FEDERAL = "import-federal"
    REPORT_FIGURES = "report-figures"
    KEEP_ISSUES = "keep-issues"
    ENTER = "enter"
    HELP = "help"
    ASK_HELP = "ask-help"
    FIND_PEOPLE = "find-people"
    READ_AUDIT = "read-audit"


FIRST_LEVEL = frozenset({Role.HEAD, Role.DEPUTY, Role.CLERK, Role.RESPONSIBLE})
"""Who acts for the coordination group; a clerk and the responsible person on the Head's act."""

SECOND_LEVEL = frozenset({Role.LEADER, Role.MEMBER})
THIRD_LEVEL = frozenset({Role.COORDINATOR, Role.STAND_IN})
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.SMO_OPERATOR})
"""Who acts over municipalities without belonging to them: `oversight` says over which."""

RIGHTS: Mapping[Deed, tuple[frozenset[Role], str]] = {
    Deed.SEE: (FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL, "not-found"),
    Deed.DETERMINE: (FIRST_LEVEL | SECOND_LEVEL, "not-yours-to-decide"),
    Deed.IMPORT_FEDERAL: (OVERSEERS, "not-yours-to-import"),
    Deed.REPORT_FIGURES: (OVERSEERS, "not-yours-to-report"),
    Deed.KEEP_ISSUES: (FIRST_LEVEL, "not-yours-to-keep-issues"),
    Deed.ENTER: (FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL, "not-yours-to-enter"),
    Deed.HELP: (FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL, "not-yours-to-help"),
    Deed.ASK_HELP: (
        FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL | {Role.HOTLINE_OPERATOR},
        "not-yours-to-ask-help",
    ),
    Deed.FIND_PEOPLE: (
        FIRST_LEVEL | SECOND_LEVEL | THIRD_LEVEL | {Role.HOTLINE_OPERATOR},
        "not-yours-to-find-people",
    ),
    Deed.READ_AUDIT: (frozenset({Role.HEAD, Role.RESPONSIBLE, Role.ADMINISTRATOR}), "not-yours-to-oversee"),
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
    if municipality not in staff.municipalities:
        raise NotFound("municipality-unknown")
    raise Forbidden(RIGHTS[deed][1])


def places_of(staff: Staff, deed: Deed) -> set[str]:
    """Every municipality in which somebody does this."""
    roles, _ = RIGHTS[deed]
    return places_in(staff, roles)


def capacity(staff: Staff, municipality: str) -> Role | None:
    """In which role somebody acts in a municipality, or over it; of several the highest. Nothing for whoever
    holds a right of another kind, such as for one request alone."""
    held = roles_in(staff, municipality) or {grant.role for grant in staff.grants} & OVERSEERS
    return next((role for role in Role if role in held), None)


@dataclass(frozen=True, slots=True)
class Oversight:
    """Over whose municipalities somebody acts without belonging to them: of these SMOs, or (none named) all
    of the region."""

    smos: frozenset[str] | None

    def reach(
        self, municipalities: Mapping[str, MunicipalityDefined], transformed: Collection[str]
    ) -> set[str]:
        """Those of the municipalities, without those that were transformed."""
        here = (each for code, each in municipalities.items() if code not in transformed)
        return {each.code for each in here if self.smos is None or each.smo in self.smos}


def oversight(staff: Staff, deed: Deed) -> Oversight:
    """Over whose municipalities somebody does this. Raises Forbidden for whoever does it over none."""
    if found := overseen(staff, deed):
        return found
    raise Forbidden(RIGHTS[deed][1])


def overseen(staff: Staff, deed: Deed) -> Oversight | None:
    """The same; nothing for whoever does it over none."""
    roles, _ = RIGHTS[deed]
    if Role.ADMINISTRATOR in roles and staff.holds(Role.ADMINISTRATOR):
        return Oversight(None)
    smos = {grant.of for grant in staff.grants if grant.role in roles and grant.scope is Scope.SMO}
    return Oversight(frozenset(smos)) if smos else None
