"""Kafka: add what participants and initiatives do to the counters, exactly once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson

from contracts import initiatives, participants
from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from services.chassis.db import Db, announce
from services.chassis.inbox import Reader
from services.chassis.tail import Stream
from services.metrics.domain import Fact, deltas, fact_of
from services.metrics.store import figures

CHANNEL = "figures"
PAYLOAD = 7000
"""PostgreSQL takes at most 8 000 bytes with a NOTIFY."""

READER = "metrics.rollup"


async def roll_up(db: Db, stream: Stream, events: Sequence[Event]) -> None:
    """Change the projection, guarded by version, and the counters by the difference."""
    latest: dict[tuple[str, str, object], Fact] = {}
    for event in events:
        if isinstance(event, InitiativeEvent | ParticipantEvent):
            fact = fact_of(event)
            place = (fact.municipality, fact.counter, fact.id)
            if place not in latest or latest[place].version < fact.version:
                latest[place] = fact
    before = await figures.standing(db, list(latest.values()))
    new = [f for place, f in latest.items() if place not in before or before[place].version < f.version]
    if not new:
        return
    changes = deltas((before.get((f.municipality, f.counter, f.id)), f) for f in new)
    await figures.keep(db, stream, new)
    await figures.add(db, stream, changes)
    tell(db, ((key.municipality, key.key[:10]) for key in changes if key.family == "hour"))


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


def readers(prefix: str = READER) -> tuple[Reader, Reader]:
    """The two readers of the roll-up: initiatives and participants."""
    return (
        Reader(prefix, InitiativeEvent.topic, initiatives.EVENTS, roll_up, drop),
        Reader(prefix, ParticipantEvent.topic, participants.EVENTS, roll_up, drop),
    )
