"""Sending rows of a grid: those that are right are entered, the others come back with what is wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid, Refused
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.commands.enter_initiatives import enter_initiatives
from services.intake.assisted.domain import Alike, Entering, NewPerson, Row, RowError, RowResult
from services.intake.participants.digests import Pepper
from services.intake.staff_meetings import reading
from services.intake.staff_meetings.commands.note_sent import note_sent
from services.intake.staff_meetings.domain.grid import check_row, key_of
from services.intake.staff_meetings.domain.sheet import Person
from services.intake.staff_meetings.reading import Session

ASKED = "person-alike"
"""Said of whom the row's own question is about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """By what initiatives are entered: the region, and digests of addresses."""

    known: Subordination
    pepper: Pepper


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row: in which column, why, and with which of its authors, if with one."""

    column: str
    slug: str
    facts: Mapping[str, object]
    whom: str = ""


@dataclass(slots=True)
class Sent:
    """What became of rows: the numbers of those that are entered, what is wrong with others by their keys,
    and who might be registered already."""

    numbers: list[int] = field(default_factory=list)
    refused: dict[UUID, Sequence[Wrong]] = field(default_factory=dict)
    alike: dict[UUID, list[tuple[Person, Alike]]] = field(default_factory=dict)


async def send(
    pool: Pool, entry: Entry, by: Staff, id_: UUID, keys: Collection[UUID] | None, now: datetime
) -> Sent:
    """Of the rows that wait those with these keys, or all. A row that was sent before, whose number was lost
    on the way, gets the same one. Raises NotFound, Conflict, Invalid if there is nothing to send."""
    held = await reading.session(pool, by, id_)
    campaign = entry.known.campaign
    held.meeting.check_open(campaign)
    wanted = [row for row in held.waiting if keys is None or row.key in keys]
    if not wanted:
        raise Invalid("grid-empty")
    sent, right = Sent(), list[Row]()
    for row in wanted:
        try:
            right.append(check_row(held.meeting, campaign, held.people, row))
        except Refused as refusal:
            sent.refused[row.key] = [Wrong(each.field, each.slug, each.facts) for each in refusal.every()]
    if right:
        results = await _entered(pool, entry, by, held, right, now)
        await note_sent(pool, by, id_, [(row, r) for row, r in results if r.id is not None], now)
        _tell(sent, held, results)
    return sent


async def _entered(
    pool: Pool, entry: Entry, by: Staff, held: Session, rows: Sequence[Row], now: datetime
) -> list[tuple[Row, RowResult]]:
    meeting = held.meeting
    given = Entering(meeting.municipality, meeting.organization, meeting.id, tuple(rows))
    # Its rows are known by their keys: nothing else tells that it is sent again.
    at = Moment(now)
    done = await enter_initiatives(pool, entry.known, entry.pepper, by, given, at)
    return list(zip(rows, done.rows, strict=True))


def _tell(sent: Sent, held: Session, results: Sequence[tuple[Row, RowResult]]) -> None:
    by_key = {key_of(held.meeting.id, person.nth): person for person in held.people}
    for row, result in results:
        people = [by_key.get(a.key) if isinstance(a, NewPerson) and a.key else None for a in row.authors]
        if result.number is not None:
            sent.numbers.append(result.number)
        if wrong := [_wrong(each, people) for each in result.errors if each.slug != ASKED]:
            sent.refused[row.key] = wrong
        if found := [(person, each) for each in result.alike if (person := people[each.author])]:
            sent.alike[row.key] = found


def _wrong(error: RowError, people: Sequence[Person | None]) -> Wrong:
    """What is wrong, in its column; with an author, of whom."""
    column, _, rest = error.field.partition(".")
    nth = rest.partition(".")[0]
    person = people[int(nth)] if nth.isdecimal() and int(nth) < len(people) else None
    return Wrong(column, error.slug, error.facts, person.brief if person else "")
