"""Duty at a line: shifts over days, and what one leaves to the next. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from services.chassis import text as texts
from services.chassis.errors import Checks, Conflict, Invalid

LONGEST = 31
"""Days of a shift."""

NOTE_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty from one day to another, both with it."""

    municipality: str
    id: UUID
    account: UUID
    name: str
    first_day: date
    last_day: date

    def is_on(self, day: date) -> bool:
        """Whether it is their duty on a day."""
        return self.first_day <= day <= self.last_day

    def overlaps(self, other: "Shift") -> bool:
        """Whether both are the same person's, on one day at least."""
        same = self.account == other.account and self.id != other.id
        return same and self.first_day <= other.last_day and other.first_day <= self.last_day

    def of(self, other: "Shift") -> Self:
        """These days with the other's person."""
        return replace(self, account=other.account, name=other.name)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What somebody who ends a shift leaves to whoever comes next, with the inquiries that were open then."""

    municipality: str
    id: UUID
    account: UUID
    name: str
    at: datetime
    note: str
    cases: tuple[UUID, ...]
    accepted_by: UUID | None = None
    accepted_as: str = ""
    accepted_at: datetime | None = None

    def accepted(self, account: UUID, name: str, at: datetime) -> Self:
        """Somebody else took it on. Raises Conflict for whoever handed it over, and if another has."""
        if account == self.account:
            raise Conflict("hand-over-own")
        if self.accepted_by not in (None, account):
            raise Conflict("hand-over-accepted", name=self.accepted_as)
        return replace(self, accepted_by=account, accepted_as=name, accepted_at=self.accepted_at or at)


def check_days(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days of a shift; without a last one, it is the first alone. Raises Invalid."""
    if first is None:
        raise Invalid("shift-day-empty", field="first_day")
    until = last or first
    checks = Checks()
    if until < first:
        checks.note(Invalid("shift-backward", field="last_day"))
    elif until < today:
        checks.note(Invalid("shift-past", field="first_day"))
    elif until - first >= timedelta(LONGEST):
        checks.note(Invalid("shift-long", field="last_day", limit=LONGEST))
    checks.settle()
    return first, until


def check_not_over(shift: Shift, today: date) -> None:
    """What has been worked stays as it was. Raises Conflict for a shift that ended before today."""
    if shift.last_day < today:
        raise Conflict("shift-over", name=shift.name)


def check_free(shift: Shift, others: Iterable[Shift]) -> None:
    """Raises Conflict if the same person is on duty on one of these days already."""
    if any(shift.overlaps(other) for other in others):
        raise Conflict("shift-overlaps", field="first_day", name=shift.name)


def check_note(given: str) -> str:
    """A note as it is stored. Raises Invalid."""
    text = texts.several_lines(given)
    return texts.check_length(text, NOTE_LONGEST, "hand-over-empty", "hand-over-long", "note")
