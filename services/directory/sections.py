"""Sections of other services that the staff's menu leads to: those that are somebody's to open. Pure.

Each service decides by its own table of rights; a test holds this one equal to them.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from contracts.appointments import Role
from services.directory.grants import Staff


class Section(StrEnum):
    """A part of the installation with an entry of its own in the staff's menu."""

    INITIATIVES = "initiatives"
    HOTLINE = "hotline"
    FEDERAL = "federal"


OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.SMO_OPERATOR})
LINE = frozenset(Role) - OVERSEERS
"""Whoever stands in a municipality's line of subordination."""

QUESTIONING = LINE - {Role.HOTLINE_OPERATOR}
"""Whoever asks questions up the line, or answers them."""

OPENED_BY: Mapping[Section, frozenset[Role]] = {
    Section.INITIATIVES: LINE - {Role.HOTLINE_OPERATOR},
    Section.HOTLINE: LINE,
    Section.FEDERAL: OVERSEERS,
}
"""Section → who finds something of theirs there."""


def sections_of(staff: Staff | None) -> Sequence[Section]:
    """What is somebody's to open; nothing of who is not signed in."""
    roles = {grant.role for grant in staff.grants} if staff else set()
    return [section for section, opened_by in OPENED_BY.items() if not opened_by.isdisjoint(roles)]
