"""Kafka: add what participants and initiatives do to the counters, exactly once; beside it, the hotline,
help with texts and the work between the levels."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson

from contracts.help import HelpEvent
from contracts.hotline import HotlineEvent
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.work import WorkEvent
from services.chassis.db.pool import Db, announce
from services.chassis.streams.inbox import Reader
from services.chassis.streams.tail import Stream
from services.metrics.cases import helped, worked
from services.metrics.cases.told import SHAPES
from services.metrics.domain import HOUR, REGISTRATIONS, SUBMISSIONS, Fact, deltas, latest
from services.metrics.events import cases
from services.metrics.store import figures

CHANNEL = "figures"
PAYLOAD = 7000
"""PostgreSQL takes at most 8 000 bytes with a NOTIFY."""

READER = "metrics.rollup"


async def roll_up(db: Db, stream: Stream, facts: Sequence[Fact]) -> None:
    """Change the projection, guarded by version, and the counters by the difference."""
    told = list(latest(facts).values())
    new = await figures.insert(db, stream, told)
    changes: list[tuple[Fact | None, Fact]] = [(None, fact) for fact in told if fact.name in new]
    if len(new) < len(told):
        changes += await _corrected(db, [fact for fact in told if fact.name not in new])
    if counted := deltas(changes):
        await figures.add(db, stream, counted)
        changed = {(key.municipality, key.key[:10]) for key in counted if key.family == HOUR}
        tell(db, changed | _days_of(changes[len(new) :]))


async def _corrected(db: Db, facts: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    """Replace what stands in an older version; what stood and what stands now."""
    before = await figures.standing(db, facts)
    newer = [fact for fact in facts if before[fact.name].version < fact.version]
    if newer:
        await figures.replace(db, newer)
    return [(before[fact.name], fact) for fact in newer]


def _days_of(changes: Iterable[tuple[Fact | None, Fact]]) -> set[tuple[str, str]]:
    """Where and of which day something was corrected: a decision changes what a day's initiatives came to,
    not how many they are."""
    return {(new.municipality, new.hour[:10]) for _, new in changes}


async def drop(db: Db, stream: Stream) -> None:
    """Forget a stream's figures; a new epoch tells them again."""
    await figures.drop(db, stream)
    announce(db, CHANNEL, "*")


def tell(db: Db, changed: Iterable[tuple[str, str]]) -> None:
    """Announce which municipalities changed on which days: `{"2026-02-14": ["79605000", …]}`."""
    by_day: dict[str, set[str]] = defaultdict(set)
    for municipality, day in changed:
        by_day[day].add(municipality)
    for day, codes in by_day.items():
        payload = orjson.dumps({day: sorted(codes)}).decode()
        announce(db, CHANNEL, payload if len(payload) < PAYLOAD else "*")


def readers(prefix: str = READER) -> tuple[Reader, ...]:
    """The readers of the roll-up: initiatives, participants, the hotline, help, work between levels."""
    return (
        Reader(prefix, InitiativeEvent.topic, SUBMISSIONS, roll_up, drop, live=True),
        Reader(prefix, ParticipantEvent.topic, REGISTRATIONS, roll_up, drop, live=True),
        Reader(prefix, HotlineEvent.topic, SHAPES, cases.roll_up, cases.drop),
        Reader(prefix, HelpEvent.topic, helped.SHAPES, cases.roll_up, cases.drop),
        Reader(prefix, WorkEvent.topic, worked.SHAPES, cases.roll_up, cases.drop),
    )
