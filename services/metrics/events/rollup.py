"""Kafka: add what participants and initiatives do to the counters, exactly once; beside it, the hotline,
help with texts and the work between the levels."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from contracts.help import HelpEvent
from contracts.hotline import HotlineEvent
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.work import WorkEvent
from services.chassis.db.pool import Db
from services.chassis.streams import together
from services.chassis.streams.inbox import Reader
from services.chassis.streams.quick import Quick
from services.chassis.streams.tail import Stream
from services.chassis.streams.together import Part
from services.metrics import plain
from services.metrics.cases import helped, worked
from services.metrics.cases.told import SHAPES
from services.metrics.domain import HOUR, REGISTRATIONS, SUBMISSIONS, Fact, Key, deltas, latest
from services.metrics.events import announcing, cases
from services.metrics.events.announcing import Totals
from services.metrics.plain import Told
from services.metrics.store import copying, figures
from services.metrics.store.figures import Change, Turn

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
        announcing.tell(db, _hours_of(counted) | _days_of(changes[len(new) :]))


async def roll_up_quickly(db: Db, stream: Stream, told: Sequence[Told]) -> None:
    """The same of plain values: what is new is copied and added up by column. Raises UniqueViolationError if
    any of that is known already."""
    later = {each.name for each in told if each.version > 1 or each.left}
    new = [each for each in told if each.name not in later]
    if new:
        await copying.copy(db, stream, new)
        counted = plain.added(new)
        await figures.add(db, stream, counted)
        announcing.tell(db, _hours_of(counted))
    if later:
        await roll_up(db, stream, [plain.fact_of(each) for each in told if each.name in later])


async def roll_up_together(db: Db, reader: Reader, parts: Sequence[Part]) -> None:
    """The same of several streams, with their marks, in one statement; another one before it where something
    may stand already. Raises whatever asyncpg does if a mark or a fact is not as it was seen."""
    told = [(part.stream.partition, list(latest(part.events).values())) for part in parts]
    later = [fact for _, facts in told for fact in facts if fact.version > 1]
    before = await figures.standing(db, later) if later else {}
    new: list[Turn] = []
    for partition, facts in told:
        turns = [Turn(partition, before.get(fact.name), fact) for fact in facts]
        new += [turn for turn in turns if turn.old is None or turn.old.version < turn.new.version]
    counted = [
        Change(partition, key, n)
        for partition, of_partition in groupby(new, key=lambda turn: turn.partition)
        for key, n in deltas((turn.old, turn.new) for turn in of_partition).items()
    ]
    values = await figures.roll_up_together(db, together.moves(reader, parts), new, counted)
    for part in parts:
        partition = part.stream.partition
        corrected = [turn[1:] for turn in new if turn.partition == partition and turn.old]
        changed = _hours_of(change.key for change in counted if change.partition == partition)
        if changed := changed | _days_of(corrected):
            of_part = [(value.key, value.n) for value in values if value.partition == partition]
            place = part.outcome.place
            announcing.tell_totals(db, changed, Totals(part.stream, place.epoch, place.mark, of_part))


def _hours_of(counted: Iterable[Key]) -> announcing.Places:
    return {(key.municipality, key.key[:10]) for key in counted if key.family == HOUR}


async def _corrected(db: Db, facts: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    """Replace what stands in an older version; what stood and what stands now."""
    before = await figures.standing(db, facts)
    newer = [fact for fact in facts if before[fact.name].version < fact.version]
    if newer:
        await figures.replace(db, newer)
    return [(before[fact.name], fact) for fact in newer]


def _days_of(changes: Iterable[tuple[Fact | None, Fact]]) -> announcing.Places:
    """Where and of which day something was corrected: a decision changes what a day's initiatives came to,
    not how many they are."""
    return {(new.municipality, new.hour[:10]) for _, new in changes}


async def drop(db: Db, stream: Stream) -> None:
    """Forget a stream's figures; a new epoch tells them again."""
    await figures.drop(db, stream)
    announcing.tell_everything(db)


def readers(prefix: str = READER) -> tuple[Reader, ...]:
    """The readers of the roll-up: initiatives, participants, the hotline, help, work between levels."""
    live = partial(Reader, prefix, apply=roll_up, drop=drop, live=True, together=roll_up_together)
    quick = partial(Quick, check=plain.are_good, apply=roll_up_quickly)
    return (
        live(InitiativeEvent.topic, SUBMISSIONS, quick=quick(plain.OF_INITIATIVES)),
        live(ParticipantEvent.topic, REGISTRATIONS, quick=quick(plain.OF_PARTICIPANTS)),
        Reader(prefix, HotlineEvent.topic, SHAPES, cases.roll_up, cases.drop),
        Reader(prefix, HelpEvent.topic, helped.SHAPES, cases.roll_up, cases.drop),
        Reader(prefix, WorkEvent.topic, worked.SHAPES, cases.roll_up, cases.drop),
    )
