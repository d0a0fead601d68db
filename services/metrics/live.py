"""The live figures: sums in memory, moved by what the worker announces, sent to everybody who watches."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import structlog

from contracts.streams import partition_of
from contracts.structure import StructureEvent
from services.chassis import inbox, mirror, notify
from services.chassis.clock import Clock
from services.chassis.db import Db, Pool
from services.chassis.notify import Heard
from services.chassis.settings import Settings
from services.chassis.sse import Audience, Hub, frame
from services.chassis.tail import Stream
from services.metrics import rollup, structure
from services.metrics.domain import COUNTERS, REGISTERED, SUBMITTED
from services.metrics.store import figures
from services.metrics.store.figures import DayTotal, Movement
from services.metrics.structure import Structure

log = structlog.get_logger()

ASIDE = 1.0
"""Seconds between looks at what is not needed at once: the last hour, the curve, the movements."""

MOVEMENTS = 12


@dataclass(slots=True)
class Sums:
    """Counters by municipality and day, with their sums kept beside."""

    days: dict[tuple[str, str], dict[date, int]] = field(default_factory=dict)
    own: dict[tuple[str, str], int] = field(default_factory=dict)
    region: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    region_days: dict[tuple[str, date], int] = field(default_factory=dict)

    def put(self, total: DayTotal) -> bool:
        """Set a municipality's counter of a day; whether it changed."""
        key = (total.municipality, total.counter)
        of_days = self.days.setdefault(key, {})
        change = total.n - of_days.get(total.day, 0)
        if not change:
            return False
        of_days[total.day] = total.n
        self.own[key] = self.own.get(key, 0) + change
        self.region[total.counter] += change
        day = (total.counter, total.day)
        self.region_days[day] = self.region_days.get(day, 0) + change
        return True

    def of(self, codes: Iterable[str], counter: str) -> int:
        """The sum of a counter over municipalities."""
        return sum(self.own.get((code, counter), 0) for code in codes)


@dataclass(frozen=True, slots=True)
class Aside:
    """What is looked up at most once a second."""

    last_hour: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    hours: list[tuple[str, str, int]] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


class LiveFigures:
    """The region's picture, as fresh as the worker's last commit."""

    def __init__(self, settings: Settings, pool: Pool, hub: Hub, clock: Clock) -> None:
        self._settings, self._pool, self._hub, self._clock = settings, pool, hub, clock
        self._marks: dict[Stream, tuple[int, int]] = {}
        self._structure_mark: str | None = None
        self._stale = asyncio.Event()
        self.structure = Structure()
        self.sums = Sums()
        self.aside = Aside()
        self.as_of = clock.now()
        self.revision = 0
        """Grows whenever a municipality's figure or the structure changes."""
        self._snapshot: tuple[tuple[datetime, int, Aside], bytes] | None = None

    # ---- the picture as others see it ----
    @property
    def campaign_id(self) -> str:
        """The campaign that is shown, or an empty string."""
        campaign = self.structure.campaign
        return campaign.id if campaign else ""

    @property
    def zone(self) -> ZoneInfo:
        """The region's time zone."""
        campaign = self.structure.campaign
        return ZoneInfo(campaign.time_zone if campaign else "Europe/Moscow")

    def today(self) -> dict[str, int]:
        """The region's counters of the present day."""
        day = self._clock.now().astimezone(self.zone).date()
        return {counter: self.sums.region_days.get((counter, day), 0) for counter in COUNTERS}

    def item(self, level: str, code: str, codes: Iterable[str]) -> dict[str, Any]:
        """One line of the picture: the sums over `codes`, and what is the municipality's own."""
        codes = list(codes)
        line = {
            "level": level,
            "code": code,
            "registered": self.sums.of(codes, REGISTERED),
            "submitted": self.sums.of(codes, SUBMITTED),
        }
        if level == "district":
            line["own_registered"] = self.sums.of([code], REGISTERED)
            line["own_submitted"] = self.sums.of([code], SUBMITTED)
        return line

    def items(self, among: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The lines of these municipalities and of what they add up to; of all by default."""
        s = self.structure
        chosen = s.municipalities.keys() if among is None else s.municipalities.keys() & set(among)
        upper = {s.municipalities[code].parent or code for code in chosen}
        smos = {smo for code in chosen if (smo := s.smo_of(code))}
        members = {smo: [c for c, m in s.municipalities.items() if m.smo == smo] for smo in smos}
        return [
            *(self.item("smo", smo, members[smo]) for smo in sorted(smos)),
            *(self.item("district", code, s.with_settlements(code)) for code in sorted(upper)),
            *(self.item("municipality", code, [code]) for code in sorted(chosen)),
        ]

    def picture(self, items: list[dict[str, Any]]) -> bytes:
        """The payload of `snapshot` and `counters`."""
        return orjson.dumps(
            {
                "as_of": self.as_of.astimezone(self.zone),
                "campaign": self.campaign_id,
                "region": self.sums.region,
                "today": self.today(),
                "last_hour": self.aside.last_hour,
                "items": items,
                "latest": [self.told(movement) for movement in self.aside.movements],
            }
        )

    def told(self, movement: Movement) -> dict[str, Any]:
        """A movement in words: municipality, direction, time."""
        municipality = self.structure.municipalities.get(movement.municipality)
        campaign = self.structure.campaign
        directions = {d.code: d.name for d in campaign.directions} if campaign else {}
        return {
            "counter": movement.counter,
            "municipality": municipality.name if municipality else movement.municipality,
            "direction": directions.get(movement.direction or ""),
            "at": movement.happened_at.astimezone(self.zone),
        }

    def snapshot(self) -> bytes:
        """What a new watcher gets first: one and the same for all who come while nothing moves."""
        state = (self.as_of, self.revision, self.aside)
        if self._snapshot is None or self._snapshot[0] != state:
            self._snapshot = state, frame("snapshot", self._id(), self.picture(self.items()))
        return self._snapshot[1]

    def _id(self) -> str:
        return f"{self.as_of.timestamp():.3f}"

    # ---- how it stays fresh ----
    async def start(self) -> None:
        """Read everything once."""
        await self._catch_up()
        await self._look_aside()

    async def run(self) -> None:
        """Follow what the worker announces, until cancelled."""
        channels = (rollup.CHANNEL, inbox.CHANNEL, mirror.CHANNEL)
        async for bundle in notify.heard(self._settings, *channels):
            try:
                await (self._catch_up() if bundle is None else self._follow(bundle))
            except notify.LOST as error:
                log.warning("figures_not_refreshed", error=type(error).__name__)

    async def look_aside(self) -> None:
        """Look at what is not needed at once, at most once a second, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(20):
                    await self._stale.wait()
            except TimeoutError:
                log.debug("looking_aside_at_rest")
            self._stale.clear()
            try:
                await self._look_aside()
                self._publish([])
            except notify.LOST as error:
                log.warning("figures_not_refreshed", error=type(error).__name__)
            await asyncio.sleep(ASIDE)

    async def _follow(self, bundle: list[Heard]) -> None:
        payloads = [heard.payload for heard in bundle if heard.channel == rollup.CHANNEL]
        if "*" in payloads or any(heard.channel == mirror.CHANNEL for heard in bundle):
            await self._catch_up()
            return
        changed: set[tuple[str, str]] = set()
        for payload in payloads:
            for day, codes in orjson.loads(payload).items():
                changed.update((code, day) for code in codes)
        self.as_of = self._clock.now()
        if changed:
            async with self._pool.acquire() as db:
                totals = await figures.totals_of_days(db, self.campaign_id, sorted(changed))
            self._take(totals)
        self._marks.update(_marks(bundle))

    async def _catch_up(self) -> None:
        """Read anew what may have been missed: streams whose mark is not the one we heard of."""
        now = self._clock.now()
        async with self._pool.acquire() as db:
            await self._redraw(db)
            marks = await figures.marks(db, rollup.READER)
            moved = [stream for stream, mark in marks.items() if self._marks.get(stream) != mark]
            for stream in moved:
                await self._read_stream(db, stream)
        self._marks, self.as_of = marks, now

    async def _read_stream(self, db: Db, stream: Stream) -> None:
        totals = await figures.totals_of_stream(db, self.campaign_id, stream)
        known = {(t.municipality, t.counter, t.day) for t in totals}
        counter = SUBMITTED if "initiatives" in stream.topic else REGISTERED
        gone = [
            DayTotal(code, day, counter, 0)
            for (code, counted), days in self.sums.days.items()
            if counted == counter and partition_of(code) == stream.partition
            for day in days
            if (code, counter, day) not in known
        ]
        self._take([*totals, *gone])

    async def _redraw(self, db: Db) -> None:
        mark = await mirror.fingerprint(db, StructureEvent.topic)
        if mark == self._structure_mark:
            return
        before = self.campaign_id
        were_public = self.structure.totals_are_public
        self.structure, self._structure_mark = await structure.draw(db), mark
        self.revision += 1
        if self.campaign_id != before:
            self.sums, self._marks = Sums(), {}
        if self.structure.totals_are_public != were_public:
            self._hub.disconnect()
        self._hub.publish(lambda _: self.snapshot())

    async def _look_aside(self) -> None:
        hour_ago = self._clock.now() - timedelta(hours=1)
        day_ago = (hour_ago - timedelta(hours=47)).astimezone(self.zone)
        async with self._pool.acquire() as db:
            last_hour = await figures.since(db, self.campaign_id, hour_ago)
            hours = await figures.hours(db, self.campaign_id, f"{day_ago:%Y-%m-%dT%H}")
            movements = await figures.latest(db, self.campaign_id, MOVEMENTS)
        self.aside = Aside(dict.fromkeys(COUNTERS, 0) | last_hour, hours, movements)

    def _take(self, totals: Iterable[DayTotal]) -> None:
        changed = {total.municipality for total in totals if self.sums.put(total)}
        if changed:
            self.revision += 1
            self._stale.set()
            self._publish(self.items(changed))

    def _publish(self, items: list[dict[str, Any]]) -> None:
        if not len(self._hub):
            return
        data = frame("counters", self._id(), self.picture(items))

        def render(_: Audience) -> bytes:
            return data

        self._hub.publish(render)


def _marks(bundle: Iterable[Heard]) -> dict[Stream, tuple[int, int]]:
    marks: dict[Stream, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for heard in bundle:
        if heard.channel == inbox.CHANNEL and heard.payload.startswith(f"{rollup.READER} "):
            _, topic, partition, epoch, mark = heard.payload.split()
            stream = Stream(topic, int(partition))
            marks[stream] = max(marks[stream], (int(epoch), int(mark)))
    return dict(marks)
