"""What all imports share: writing what changed batch by batch, and saying what came of it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from services.chassis import outbox
from services.chassis.db import Db
from services.hierarchy.domain.changes import Changes, Thing
from services.hierarchy.progress import Progress

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did to one kind of thing. `missing` are known and not in the file: kept."""

    what: str
    added: int
    changed: int
    unchanged: int
    missing: tuple[str, ...]


async def write(
    db: Db,
    changes: Changes[Thing],
    save: Callable[[Db, Sequence[Thing]], Awaitable[None]],
    progress: Progress,
    what: str,
) -> None:
    """Store and announce what was added or changed, in the caller's transaction."""
    total, done = len(changes.saved), 0
    for batch in _batches(changes.saved):
        await save(db, batch)
        await outbox.publish(db, *(thing.defined() for thing in batch))
        done += len(batch)
        progress(what, done, total)


def summary_of(what: str, changes: Changes[Thing], name: Callable[[Thing], str]) -> Summary:
    """The figures of a change; missing things by name."""
    return Summary(
        what=what,
        added=len(changes.added),
        changed=len(changes.changed),
        unchanged=len(changes.unchanged),
        missing=tuple(name(thing) for thing in changes.missing),
    )


def _batches(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
