"""The live figures: sums in memory, moved by what the worker announces, sent to everybody who watches."""

import asyncio
from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from asyncpg.transaction import Transaction

from contracts.appointments import CoverageStated, TargetSet
from contracts.hotline import ThemeDefined
from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from contracts.structure import StructureEvent
from services.chassis.db import notify
from services.chassis.db.notify import Heard
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox, mirror
from services.chassis.streams.tail import Stream
from services.chassis.web.sse import Hub
from services.metrics.domain import COUNTERS, HOUR, REGISTERED, SUBMITTED
from services.metrics.events import announcing, cases, rollup
from services.metrics.events.announcing import Totals
from services.metrics.events.missed import Marks, follow
from services.metrics.picture import coverage, plan, reported, structure, themes
from services.metrics.picture.cases import WorkSums
from services.metrics.picture.figures import Aside, Figures
from services.metrics.picture.hotline import HotlineSums, answering
from services.metrics.picture.known import Known
from services.metrics.picture.life import LifeSums
from services.metrics.picture.sums import Sums
from services.metrics.store import cases as case_store
from services.metrics.store import figures as store
from services.metrics.store.figures import DayTotal, LifeTotal

log = structlog.get_logger()

ASIDE = 1.0
"""Seconds between looks at what is not needed at once: the last hour, the curve, the movements, the gaps."""

MOVEMENTS = 12


class LiveFigures(Figures):
    """The region's picture, as fresh as the worker's last commit, and the parts of it that somebody sees."""

    def __init__(self, settings: Settings, pool: Pool, hub: Hub[Figures], clock: Clock) -> None:
        super().__init__(clock)
        self._settings, self._pool, self._hub = settings, pool, hub
        self._marks: Marks = {}
        self._known = Known()
        self._structure_mark: str | None = None
        self._targets = mirror.Watched(TargetSet.topic, [TargetSet])
        self._themes = mirror.Watched(ThemeDefined.topic, [ThemeDefined])
        self._themes_mark = ""
        self._plan_mark: tuple[str, ...] | None = None
        self._day = self.day
        self.gaps: dict[str, int] = {}
        """By municipality, of those that stated their coverage. The staff's, and in no picture (rule 5)."""
        self._served: dict[str, str] = {}
        """Municipality → who acts for it by agreement, and whose line answers for it."""
        self._gaps_mark: tuple[str, str] | None = None
        self._reports = reported.watched()
        self._reported_mark: tuple[str, str] | None = None
        self._stale = asyncio.Event()
        self.one_file = asyncio.Lock()
        """Held while a file is made that is as large as many pages."""
        self._parts: WeakValueDictionary[frozenset[str], Figures] = WeakValueDictionary()

    async def part(self, codes: Collection[str]) -> Figures:
        """The picture of some municipalities, one for all who see the same; the whole, if they are all."""
        if self.structure.municipalities.keys() <= set(codes):
            return self
        key = frozenset(codes)
        if (known := self._parts.get(key)) is not None:
            return known
        part = Figures(self._clock, key)
        async with self._pool.acquire() as db:
            part.aside = await self._aside_of(db, key)
        part.as_of = self.as_of
        self._cut_out(key, part)
        return self._parts.setdefault(key, part)

    def _cut_out(self, codes: frozenset[str], part: Figures) -> None:
        part.structure, part.sums = self.structure.only(codes), self.sums.only(codes)
        part.hotline, part.life = self.hotline.only(codes), self.life.only(codes)
        part.work = self.work.only(codes)
        part.plan = self.plan.of(part.structure)
        part.reported = self.reported

    @property
    def plan_mark(self) -> Hashable:
        """A word that changes whenever a target may have."""
        return self._plan_mark

    @property
    def parts(self) -> int:
        """How many parts somebody looks at."""
        return len(self._parts)

    def _all(self) -> Iterator[Figures]:
        yield self
        yield from self._parts.values()

    # ---- how it stays fresh ----
    async def start(self) -> None:
        """Read everything once."""
        await self._catch_up()
        await self._look_aside()

    async def run(self) -> None:
        """Follow what the worker announces, until cancelled."""
        channels = (announcing.CHANNEL, cases.CHANNEL, inbox.CHANNEL, mirror.CHANNEL)
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
                self._publish(())
            except notify.LOST as error:
                log.warning("figures_not_refreshed", error=type(error).__name__)
            await asyncio.sleep(ASIDE)

    async def _follow(self, bundle: list[Heard]) -> None:
        told = [announcing.read(heard.payload) for heard in bundle if heard.channel == announcing.CHANNEL]
        if any(each.anew for each in told):
            # The marks are where they were, and the figures are others.
            self._marks, self._known = {}, Known()
        if any(each.everything for each in told) or any(h.channel == mirror.CHANNEL for h in bundle):
            await self._catch_up()
            return
        self._note_time(self._clock.now())
        for each in told:
            if each.totals is not None:
                self._take_in(each.totals)
        if unread := {place for each in told if each.totals is None for place in each.changed}:
            await self._read_days(unread)
        await self._follow_cases([heard.payload for heard in bundle if heard.channel == cases.CHANNEL])
        if not follow(self._marks, bundle):
            await self._catch_up()

    def _take_in(self, told: Totals) -> None:
        """What was announced with its totals, but for those municipalities that are known as of later."""
        newer = self._known.newer(told)
        values = [(key, n) for key, n in told.values if key.campaign == self.campaign_id]
        totals = [
            DayTotal(key.municipality, date.fromisoformat(key.key), key.counter, n)
            for key, n in values
            if key.family == HOUR and key.municipality in newer
        ]
        lives = [
            LifeTotal(key.municipality, key.family, key.key, n)
            for key, n in values
            if key.family != HOUR and key.municipality in newer
        ]
        self.publish(totals, self._hear_lives(self.life.change(lives)))

    async def _read_days(self, places: Collection[tuple[str, str]]) -> None:
        """What was announced without its totals."""
        codes = {code for code, _ in places}
        async with self._pool.acquire() as db, _snapshot(db):
            self._known.read(await store.marks(db, rollup.READER), codes)
            totals = await store.totals_of_days(db, self.campaign_id, sorted(places))
            lives = await self._read_lives(db, codes)
        self.publish(totals, lives)

    async def _catch_up(self) -> None:
        """Read anew what may have been missed: streams whose mark is not the one we heard of."""
        now = self._clock.now()
        async with self._pool.acquire() as db, _snapshot(db):
            await self._redraw(db)
            await self._plan_anew(db)
            marks = await store.marks(db, rollup.READER)
            moved = [stream for stream, mark in marks.items() if self._marks.get(stream) != mark]
            if any(stream.topic == InitiativeEvent.topic for stream in moved):
                self.publish([], await self._read_lives(db))
            for stream in moved:
                if stream.topic not in cases.TOPICS:
                    await self._read_stream(db, stream)
            self._known.read({stream: marks[stream] for stream in moved})
            named, self._themes_mark = self._themes_mark, await self._themes.content(db)
            if named != self._themes_mark or any(stream.topic in cases.TOPICS for stream in moved):
                await self._read_cases(db)
        self._marks = marks
        self._note_time(now)
        self._stale.set()

    async def _read_stream(self, db: Db, stream: Stream) -> None:
        totals = await store.totals_of_stream(db, self.campaign_id, stream)
        known = {(t.municipality, t.counter, t.day) for t in totals}
        counter = SUBMITTED if "initiatives" in stream.topic else REGISTERED
        gone = [
            DayTotal(code, day, counter, 0)
            for (code, counted), days in self.sums.days.items()
            if counted == counter and partition_of(code) == stream.partition
            for day in days
            if (code, counter, day) not in known
        ]
        self.publish([*totals, *gone])

    async def _read_lives(self, db: Db, codes: Collection[str] | None = None) -> set[str]:
        """Read what initiatives came to in some municipalities, or in all; those in which that changed."""
        return self._hear_lives(await self.life.read(db, self.campaign_id, codes))

    def _hear_lives(self, changed: set[str]) -> set[str]:
        if changed:
            self.hear()
        for part in self._parts.values():
            if part.life.take([code for code in changed if code in part], self.life):
                part.hear()
        return changed

    async def _follow_cases(self, payloads: Collection[str]) -> None:
        if not payloads:
            return
        async with self._pool.acquire() as db:
            await self._read_cases(db, cases.read(payloads))

    async def _read_cases(self, db: Db, codes: Collection[str] | None = None) -> None:
        await self._read_hotline(db, codes)
        totals = await case_store.work_sums(db, self.campaign_id, codes)
        if codes is None:
            codes = {total.municipality for total in totals} | self.work.known()
        self.work.read(codes, totals)
        for part in self._parts.values():
            part.work.take([code for code in codes if code in part], self.work)

    async def _read_hotline(self, db: Db, codes: Collection[str] | None = None) -> None:
        """Read what is counted of the hotline in some municipalities, or in all, and tell of it."""
        campaign = self.campaign_id
        lines = answering(await case_store.lines(db), self._served)
        if codes is None:
            totals = await case_store.sums(db, campaign)
            codes = {total.municipality for total in totals} | self.hotline.known()
        else:
            totals = await case_store.sums_of(db, campaign, codes)
        changed = self.hotline.read(codes, totals)
        moved = self.hotline.know(lines, await themes.draw(db))
        if not (changed or moved):
            return
        self.hear()
        for part in self._parts.values():
            part.hotline.take([code for code in codes if code in part], self.hotline)
            part.hear()
        self._publish(())

    async def _redraw(self, db: Db) -> None:
        mark = await mirror.fingerprint(db, StructureEvent.topic)
        if mark == self._structure_mark:
            return
        drawn, self._structure_mark = await structure.draw(db), mark
        if drawn == self.structure:
            # A watermark alone, which comes each hour.
            return
        before = self.campaign_id
        were_public = self.structure.totals_are_public
        self.structure = drawn
        if self.campaign_id != before:
            self.sums, self.hotline, self.life, self.work = Sums(), HotlineSums(), LifeSums(), WorkSums()
            self._marks, self._themes_mark, self._known = {}, "", Known()
        for codes, part in self._parts.items():
            self._cut_out(codes, part)
        for figures in self._all():
            figures.move()
        if self.structure.totals_are_public != were_public:
            self._hub.disconnect()
        self._hub.publish(lambda seen: seen.snapshot())

    async def _plan_anew(self, db: Db) -> None:
        """Draw the plan again once its mirrors moved, and tell whoever sees what is new to fetch it."""
        # A past campaign's course may be read later than its name: looked for again each minute until then.
        again = f"{self._clock.now():%H:%M}" if self.plan.wanting else ""
        mark = (str(self._structure_mark), await self._targets.content(db), again)
        if mark == self._plan_mark:
            return
        drawn, self._plan_mark = await plan.draw(db, self.structure), mark
        if drawn == self.plan:
            return
        moved: list[Figures] = [self]
        self.plan = drawn
        for part in self._parts.values():
            of_part = drawn.of(part.structure)
            if of_part != part.plan:
                part.plan = of_part
                moved.append(part)
        self._tell_plan(moved)

    def _tell_plan(self, moved: Collection[Figures]) -> None:
        """The targets and what is expected are the staff's: that they changed is all that is sent."""
        for figures in moved:
            figures.move()
        told = {id(figures) for figures in moved}
        self._hub.publish(lambda seen: seen.plan_frame() if id(seen) in told else None)

    async def _look_aside(self) -> None:
        async with self._pool.acquire() as db:
            await self._count_gaps(db)
            await self._plan_anew(db)
            await self._read_reported(db)
            for figures in list(self._all()):
                figures.aside = await self._aside_of(db, figures.codes)
        self._turn_day()

    def _turn_day(self) -> None:
        """What today has added begins anew at midnight, whether anything happens or not."""
        if self._day == self.day:
            return
        self._day = self.day
        for figures in self._all():
            figures.move()
        self._hub.publish(lambda seen: seen.snapshot())
        # More is due than was yesterday.
        self._hub.publish(Figures.plan_frame)

    async def _count_gaps(self, db: Db) -> None:
        campaign = self.campaign_id
        mark = (campaign, await mirror.fingerprint(db, CoverageStated.topic))
        if mark == self._gaps_mark:
            return
        drawn, self._gaps_mark = await coverage.draw(db, campaign), mark
        moved, self.gaps, self._served = drawn.served != self._served, drawn.gaps, drawn.served
        if moved:
            await self._read_hotline(db, ())

    async def _read_reported(self, db: Db) -> None:
        mark = (self.campaign_id, await self._reports.content(db))
        if mark == self._reported_mark:
            return
        self.reported, self._reported_mark = await reported.draw(db, self.campaign_id), mark
        for figures in self._all():
            figures.reported = self.reported
            figures.move()

    async def _aside_of(self, db: Db, codes: Collection[str] | None) -> Aside:
        hour_ago = self._clock.now() - timedelta(hours=1)
        day_ago = (hour_ago - timedelta(hours=47)).astimezone(self.zone)
        last_hour = await store.since(db, self.campaign_id, hour_ago, codes)
        hours = await store.hours(db, self.campaign_id, f"{day_ago:%Y-%m-%dT%H}", codes)
        movements = await store.latest(db, self.campaign_id, MOVEMENTS, codes)
        return Aside(dict.fromkeys(COUNTERS, 0) | last_hour, hours, movements)

    def _note_time(self, now: datetime) -> None:
        for figures in self._all():
            figures.as_of = now

    def publish(self, totals: Iterable[DayTotal], lives: Collection[str] = ()) -> None:
        """Take these totals in, and tell everybody what changed of what they see, in the lives of these
        municipalities' initiatives too."""
        totals = list(totals)
        for figures in self._parts.values():
            figures.take(totals)
        if changed := self.take(totals):
            self._stale.set()
        if told := changed.union(lives):
            self._publish(told)

    def _publish(self, changed: Collection[str]) -> None:
        """To everybody what changed of what they see; nothing to those who see none of it. The time alone, if
        nothing did."""

        def render(seen: Figures) -> bytes | None:
            here = [code for code in changed if code in seen]
            return None if changed and not here else seen.frame("counters", seen.items(here))

        self._hub.publish(render)


def _snapshot(db: Db) -> Transaction:
    """Marks and figures of one moment."""
    return db.transaction(isolation="repeatable_read", readonly=True)
