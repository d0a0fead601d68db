"""Freezing: at the end of a checkpoint's day its figures are kept as they are, for good."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Gauge

from contracts.appointments import AppointmentEvent
from contracts.results import CheckpointFrozen
from contracts.structure import StructureEvent
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import mirror, outbox
from services.chassis.streams.tail import Stream
from services.directory.results import digest_of
from services.metrics.checkpoints import gate, schedules
from services.metrics.checkpoints.days import Checkpoint
from services.metrics.checkpoints.gate import PLAN, Gate, figures_of
from services.metrics.checkpoints.schedules import SCHEDULES
from services.metrics.checkpoints.standings import line_of
from services.metrics.checkpoints.troubles import Troubles
from services.metrics.domain import COUNTERS, SUBMITTED
from services.metrics.picture import coverage, plan, structure
from services.metrics.picture.board import Board, Peers
from services.metrics.picture.structure import TERRITORY, Structure
from services.metrics.settings import MetricsSettings
from services.metrics.store import results
from services.metrics.store.results import Frozen, Name, Waiting

log = structlog.get_logger()

WAITING = Gauge("checkpoints_waiting", "Results that are due and are not frozen yet")

FOR_EQUALS = timedelta(minutes=10)
"""How long a result that is complete waits for those among which it has a place. Then it has none."""

GAPS_WITHIN = timedelta(hours=1)
"""After the grace, until when the gaps of the moment still are those of the day."""

UNFINISHED = "0" * 64
"""Stands where the digest will be until the rest is known."""


def name_of(checkpoint: Checkpoint) -> Name:
    """What a checkpoint's result is called."""
    return Name(checkpoint.campaign, checkpoint.municipality, checkpoint.day)


@dataclass(frozen=True)
class Known:
    """The structure, and every checkpoint that follows from it and from the schedules."""

    structure: Structure
    checkpoints: Sequence[Checkpoint]


async def draw(db: Db) -> Known:
    """What is known now."""
    known = await structure.draw(db, TERRITORY)
    return Known(known, (await schedules.draw(db)).checkpoints(known))


class Freezing:
    """Freezes what is due, and remembers what is still to come."""

    def __init__(self, settings: MetricsSettings, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock, self._troubles = pool, clock, Troubles()
        self._grace = timedelta(seconds=settings.checkpoint_grace)
        self._territory = mirror.Watched(StructureEvent.topic, TERRITORY)
        self._schedules = mirror.Watched(AppointmentEvent.topic, SCHEDULES)
        self._mark: tuple[str, str] | None = None
        self._known = Known(Structure(), ())
        self._coming: list[Checkpoint] = []
        self._complete_since: dict[Name, datetime] = {}
        self._equals: dict[Name, set[Stream]] = {}
        """The streams of equals that a complete result was found to wait for."""
        self._waiting: set[Waiting] | None = None
        self._told: set[tuple[str, object]] = set()

    @property
    def structure(self) -> Structure:
        """The structure as it was known at the last look."""
        return self._known.structure

    async def look(self) -> int:
        """Freeze what is due and complete, and note what waits; how many results that froze."""
        now = self._clock.now()
        async with self._pool.acquire() as db:
            await self._learn(db)
        due = [each for each in self._coming if each.ended_at + self._grace <= now]
        if not due and self._waiting == set():
            return 0
        async with self._pool.acquire() as db:
            seen = await gate.look(db)
        waits = {each: streams for each in due if (streams := self._waits_for(seen, each, now))}
        new = sum([await self._try(day, now) for day in _by_day([each for each in due if each not in waits])])
        left = set(self._coming).intersection(due) - waits.keys()
        await self._note(waits | {each: self._equals.get(name_of(each), set()) for each in left})
        return new

    def _waits_for(self, seen: Gate, each: Checkpoint, now: datetime) -> set[Stream]:
        """What it lacks: of its own, or, for a while, of those among which it has a place."""
        if own := self._behind(self._known.structure, seen, each):
            return own
        name = name_of(each)
        if self._complete_since.get(name, now) + FOR_EQUALS <= now:
            return set()
        return seen.behind(self._equals.get(name, ()), each.ended_at)

    async def _learn(self, db: Db) -> None:
        """Draw anew what may come, once anything of it was told otherwise."""
        mark = await self._territory.content(db), await self._schedules.content(db)
        if mark == self._mark:
            return
        self._known, done = await draw(db), await results.frozen(db)
        self._coming = [each for each in self._known.checkpoints if name_of(each) not in done]
        self._mark = mark
        self._equals.clear()

    def _behind(self, known: Structure, seen: Gate, each: Checkpoint) -> set[Stream]:
        # All that is a part of it, whatever its target is about: both figures are in the result.
        codes = known.with_settlements(each.municipality)
        return seen.behind(PLAN | figures_of(codes), each.ended_at)

    async def _try(self, day: Sequence[Checkpoint], now: datetime) -> int:
        """Freeze one day; whatever is wrong with it holds up no other day."""
        what, new = ("day", day[0].campaign, day[0].day), 0
        if not self._troubles.rests(now, *what):
            with self._troubles.around(now, *what):
                new = await self._freeze(day, now)
        return new

    async def _freeze(self, day: Sequence[Checkpoint], now: datetime) -> int:
        """Freeze results of one day of a campaign as of one moment; how many were not frozen before."""
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            if not await results.alone(db):
                return 0
            made = await self._made(db, day, now)
            new = await results.freeze(db, made) if made else []
            await outbox.publish(db, *new)
        # By us or by another worker: no longer to come.
        done = {Name(each.event.campaign, each.event.municipality, each.event.day) for each in made}
        self._coming = [each for each in self._coming if name_of(each) not in done]
        for name in done:
            self._complete_since.pop(name, None)
            self._equals.pop(name, None)
        if new:
            log.info("checkpoints_frozen", campaign=day[0].campaign, day=str(day[0].day), count=len(new))
        return len(new)

    async def _made(self, db: Db, day: Sequence[Checkpoint], now: datetime) -> list[Frozen]:
        """The results of what counts and is complete, all of it read at one moment."""
        known, seen, names = await draw(db), await gate.look(db), {name_of(each) for each in day}
        still = [
            each
            for each in known.checkpoints
            if name_of(each) in names and not self._behind(known.structure, seen, each)
        ]
        if not still:
            return []
        campaign = known.structure.campaigns[still[0].campaign]
        wanted = await plan.of_campaign(db, known.structure, campaign, still[0].ended_at)
        totals = await results.totals_before(db, campaign.id, still[0].day + timedelta(days=1))
        board = Board(known.structure, wanted, totals, still[0].day, still[0].day)
        unplaced = _unplaced(board, seen, still)
        in_time = now - still[0].ended_at <= self._grace + GAPS_WITHIN
        gaps = (await coverage.draw(db, campaign.id)).gaps if in_time else {}
        return [
            _result(each, board, seen, gaps.get(each.municipality), not unplaced[each], now)
            for each in still
            if self._may_go(each, unplaced[each], now)
        ]

    def _may_go(self, each: Checkpoint, behind: set[Stream], now: datetime) -> bool:
        """Whether its place is known too, or has been waited for long enough."""
        name = name_of(each)
        self._equals[name] = behind
        return not behind or self._complete_since.setdefault(name, now) + FOR_EQUALS <= now

    async def _note(self, waits: Mapping[Checkpoint, Collection[Stream]]) -> None:
        """Let everybody see what waits: pages, Prometheus, and once for a day the log."""
        waiting = {
            Waiting(name_of(each), each.ended_at + self._grace, tuple(sorted(map(_called, streams))))
            for each, streams in waits.items()
        }
        WAITING.set(len(waiting))
        if waiting == self._waiting:
            return
        async with self._pool.acquire() as db, db.transaction():
            await results.wait(db, waiting)
        self._waiting = waiting
        for day in _by_day(waits):
            place = (day[0].campaign, day[0].day)
            if place not in self._told:
                streams = sorted({_called(stream) for each in day for stream in waits[each]})
                log.warning(
                    "checkpoints_wait", campaign=place[0], day=str(place[1]), count=len(day), streams=streams
                )
        self._told = {(each.campaign, each.day) for each in waits}


def _called(stream: Stream) -> str:
    return f"{stream.topic}/{stream.partition}"


def _by_day(checkpoints: Iterable[Checkpoint]) -> list[list[Checkpoint]]:
    days: dict[tuple[str, object], list[Checkpoint]] = defaultdict(list)
    for each in checkpoints:
        days[each.campaign, each.day].append(each)
    return list(days.values())


def _unplaced(board: Board, seen: Gate, day: Sequence[Checkpoint]) -> dict[Checkpoint, set[Stream]]:
    """Why the place of each is not known: the streams of its equals that have not been read to the end of
    the day."""
    behind: dict[Peers | None, set[Stream]] = {}
    for each in day:
        peers = board.peers(each.municipality)
        if peers not in behind:
            codes = {code for equal in board.equals(peers) for code in board.codes_of(equal)}
            behind[peers] = seen.behind(figures_of(codes), each.ended_at)
    return {each: behind[board.peers(each.municipality)] for each in day}


def _result(
    each: Checkpoint, board: Board, seen: Gate, gaps: int | None, placed: bool, now: datetime
) -> Frozen:
    code, codes = each.municipality, board.codes_of(each.municipality)
    parts = codes.union(board.structure.with_settlements(code))
    place = board.places.get(code, {}).get(SUBMITTED) if placed else None
    result = CheckpointFrozen.model_validate(
        {
            **line_of(board, code),
            "version": 1,
            "campaign": each.campaign,
            "day": each.day,
            "frozen_at": now.astimezone(UTC),
            "recommended": each.recommended,
            **{f"own_{counter}": board.figure([code], counter) for counter in COUNTERS},
            "place": place and place.nth,
            "among": place and place.among,
            "gaps": gaps,
            "marks": seen.marks_of(PLAN | figures_of(parts)),
            "digest": UNFINISHED,
        }
    )
    return Frozen(result.model_copy(update={"digest": digest_of(result)}), each.ended_at, codes)
