"""Kafka: add what the hotline does, how authors are helped and what is done between the levels to their
counters, exactly once."""

from collections.abc import Iterable, Sequence

import orjson

from contracts.help import HelpEvent
from contracts.hotline import HotlineEvent
from contracts.work import WorkEvent
from services.chassis.db.pool import Db, announce
from services.chassis.streams.tail import Stream
from services.metrics.cases.counting import deltas, latest
from services.metrics.cases.told import Case
from services.metrics.store import cases, figures

CHANNEL = "case_figures"
"""Of their own: whoever follows initiatives is not woken by the hotline."""

EVERYBODY = "*"

TOPICS = frozenset({HotlineEvent.topic, HelpEvent.topic, WorkEvent.topic})
"""What is counted of cases."""

PAYLOAD = 7000
"""PostgreSQL takes at most 8 000 bytes with a NOTIFY."""


async def roll_up(db: Db, stream: Stream, told: Sequence[Case]) -> None:
    """Change the projection, guarded by version, and the counters by the difference."""
    present = latest(told)
    new = await cases.insert(db, stream, list(present.values()))
    changes: list[tuple[Case | None, Case]] = [(None, present[name]) for name in new]
    if known := [case for name, case in present.items() if name not in new]:
        changes += await _corrected(db, known)
    if counted := deltas(changes):
        await figures.add(db, stream, counted)
    if changes:
        # A line that serves another settlement than before changes no counter.
        tell(db, {case.municipality for _, case in changes})


async def _corrected(db: Db, told: Sequence[Case]) -> list[tuple[Case, Case]]:
    """Replace what stands in an older version; what stood and what stands now."""
    before = await cases.standing(db, told)
    newer = [case for case in told if before[case.name].version < case.version]
    if newer:
        await cases.replace(db, newer)
    return [(before[case.name], case) for case in newer]


async def drop(db: Db, stream: Stream) -> None:
    """Forget a stream's figures; a new epoch tells them again."""
    await cases.drop(db, stream)
    announce(db, CHANNEL, EVERYBODY)


def tell(db: Db, changed: Iterable[str]) -> None:
    """Announce whose figures changed: `["79605000", …]`."""
    payload = orjson.dumps(sorted(changed)).decode()
    announce(db, CHANNEL, payload if len(payload) < PAYLOAD else EVERYBODY)


def read(payloads: Iterable[str]) -> set[str] | None:
    """Whose figures changed, by these announcements; None: anybody's."""
    told = set(payloads)
    return None if EVERYBODY in told else {code for payload in told for code in orjson.loads(payload)}
