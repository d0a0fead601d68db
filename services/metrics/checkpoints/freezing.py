"""Freezing: at the end of a checkpoint's day its figures are kept as they are, for good."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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
from services.metrics.checkpoints.board import Board, Kind
from services.metrics.checkpoints.days import Checkpoint
from services.metrics.checkpoints.gate import PLAN, Gate, figures_of
from services.metrics.checkpoints.schedules import SCHEDULES
from services.metrics.domain import COUNTERS
from services.metrics.picture import coverage, plan, structure
from services.metrics.picture.structure import TERRITORY, Structure
from services.metrics.settings import MetricsSettings
from services.metrics.store import results
from services.metrics.store.results import Frozen, Name, Waiting

log = structlog.get_logger()

WAITING = Gauge("checkpoints_waiting", "Results that are due and wait for a stream that is behind")

FOR_EQUALS = timedelta(minutes=10)
"""How long a result that is complete waits for those among which it has a place. Then it has none."""

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
        self._pool, self._clock = pool, clock
        self._grace = timedelta(seconds=settings.checkpoint_grace)
        self._territory = mirror.Watched(StructureEvent.topic, TERRITORY)
        self._schedules = mirror.Watched(AppointmentEvent.topic, SCHEDULES)
        self._mark: tuple[str, str] | None = None
        self._known = Known(Structure(), ())
        self._coming: list[Checkpoint] = []
        self._complete_since: dict[Name, datetime] = {}
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
        behind = {each for each in due if self._behind(self._known.structure, seen, each)}
        ready = [each for each in due if each not in behind]
        new = sum([await self._freeze(day, now) for day in _by_day(ready)])
        await self._note(seen, [each for each in due if each in behind])
        return new

    async def _learn(self, db: Db) -> None:
        """Draw anew what may come, once anything of it was told otherwise."""
        mark = await self._territory.content(db), await self._schedules.content(db)
        if mark == self._mark:
            return
        self._known, done = await draw(db), await results.frozen(db)
        self._coming = [each for each in self._known.checkpoints if name_of(each) not in done]
        self._mark = mark

    def _behind(self, known: Structure, seen: Gate, each: Checkpoint) -> set[Stream]:
        # All that is a part of it, whatever its target is about: both figures are in the result.
        codes = known.with_settlements(each.municipality)
        return seen.behind(PLAN | figures_of(codes), each.ended_at)

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
        board = Board(known.structure, wanted, totals, still[0].day)
        unplaced = _unplaced(board, seen, still)
        gaps = await coverage.draw(db, campaign.id)
        return [
            _result(each, board, seen, gaps.get(each.municipality), each not in unplaced, now)
            for each in still
            if self._may_go(each, each in unplaced, now)
        ]

    def _may_go(self, each: Checkpoint, unplaced: bool, now: datetime) -> bool:
        """Whether its place is known too, or has been waited for long enough."""
        since = self._complete_since.setdefault(name_of(each), now)
        return not unplaced or since + FOR_EQUALS <= now

    async def _note(self, seen: Gate, behind: Collection[Checkpoint]) -> None:
        """Let everybody see what waits: pages, Prometheus, and once for a day the log."""
        waiting = {Waiting(name_of(each), each.ended_at + self._grace) for each in behind}
        WAITING.set(len(waiting))
        if waiting == self._waiting:
            return
        async with self._pool.acquire() as db, db.transaction():
            await results.wait(db, waiting)
        self._waiting = waiting
        for day in _by_day(behind):
            first, place = day[0], (day[0].campaign, day[0].day)
            if place not in self._told:
                streams = {s for each in day for s in self._behind(self._known.structure, seen, each)}
                log.warning(
                    "checkpoints_wait",
                    campaign=first.campaign,
                    day=str(first.day),
                    count=len(day),
                    streams=[f"{stream.topic}/{stream.partition}" for stream in sorted(streams)],
                )
        self._told = {(each.campaign, each.day) for each in behind}


def _by_day(checkpoints: Iterable[Checkpoint]) -> list[list[Checkpoint]]:
    days: dict[tuple[str, object], list[Checkpoint]] = defaultdict(list)
    for each in checkpoints:
        days[each.campaign, each.day].append(each)
    return list(days.values())


def _unplaced(board: Board, seen: Gate, day: Sequence[Checkpoint]) -> set[Checkpoint]:
    """Of whom the place is not known: of equals of whose figures some are not complete yet."""
    behind: dict[Kind | None, bool] = {}
    for each in day:
        kind = board.kind(each.municipality)
        if kind not in behind:
            codes = {code for equal in board.equals(kind) for code in board.codes_of(equal)}
            behind[kind] = bool(seen.behind(figures_of(codes), each.ended_at))
    return {each for each in day if behind[board.kind(each.municipality)]}


def _result(
    each: Checkpoint, board: Board, seen: Gate, gaps: int | None, placed: bool, now: datetime
) -> Frozen:
    code, codes = each.municipality, board.codes_of(each.municipality)
    parts = codes.union(board.structure.with_settlements(code))
    place = board.places.get(code) if placed else None
    result = CheckpointFrozen.model_validate(
        {
            **board.standing(code),
            "version": 1,
            "campaign": each.campaign,
            "day": each.day,
            "frozen_at": now.astimezone(UTC),
            "recommended": each.recommended,
            **{f"own_{counter}": board.figure([code], counter) for counter in COUNTERS},
            "place": place,
            "among": place and len(board.equals(board.kind(code))),
            "gaps": gaps,
            "marks": seen.marks_of(PLAN | figures_of(parts)),
            "digest": UNFINISHED,
        }
    )
    return Frozen(result.model_copy(update={"digest": digest_of(result)}), each.ended_at, codes)
