"""Apply changes of the structure in batches and sum them up; part of several commands."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias

from services.chassis.db.pool import Db
from services.chassis.process.progress import Progress, silent
from services.chassis.streams import outbox
from services.hierarchy.territory.domain.changes import Changes, Thing

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Plan(Generic[Thing]):
    """What an import does to one kind of thing, how such things are stored, and how people call one."""

    what: str
    changes: Changes[Thing]
    save: Callable[[Db, Sequence[Thing]], Awaitable[None]]
    name: Callable[[Thing], str]


Plans: TypeAlias = Sequence[Plan[Any]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did to one kind of thing. `missing` are known and not in the file: kept."""

    what: str
    added: int
    changed: int
    unchanged: int
    missing: tuple[str, ...]


async def apply_changes(db: Db, plans: Plans, progress: Progress = silent) -> list[Summary]:
    """Store and announce what is added or changed, in the caller's transaction."""
    for plan in plans:
        await _write(db, plan, progress)
    return [_summary(plan) for plan in plans]


async def _write(db: Db, plan: Plan[Thing], progress: Progress) -> None:
    total, done = len(plan.changes.saved), 0
    for batch in _batches(plan.changes.saved):
        await plan.save(db, batch)
        await outbox.publish(db, *(thing.defined() for thing in batch))
        done += len(batch)
        progress(plan.what, done, total)


def _summary(plan: Plan[Thing]) -> Summary:
    changes = plan.changes
    missing = tuple(plan.name(thing) for thing in changes.missing)
    counts = (len(changes.added), len(changes.changed), len(changes.unchanged))
    return Summary(plan.what, *counts, missing)


def _batches(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
