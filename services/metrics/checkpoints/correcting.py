"""Corrections: what has come or gone since a day was frozen, beside the result and never in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import orjson
import structlog

from services.chassis.db import notify
from services.chassis.db.notify import Heard
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox, outbox
from services.metrics.checkpoints import gate
from services.metrics.checkpoints.gate import figures_of
from services.metrics.events import rollup
from services.metrics.events.missed import Missed
from services.metrics.store import results
from services.metrics.store.results import Kept

log = structlog.get_logger()

EVER = date.min


class Changed:
    """Whose figures changed since they were looked at, from which day on."""

    def __init__(self) -> None:
        self.since: date | None = EVER
        """The first day of them; None: nothing changed."""
        self.codes: set[str] | None = None
        """None: anybody's."""

    def note(self, since: date, codes: set[str] | None = None) -> None:
        """These changed from a day on; by default all."""
        before = set[str]() if self.since is None else self.codes
        self.codes = None if codes is None or before is None else before | codes
        self.since = since if self.since is None else min(self.since, since)

    def hear(self, payload: str) -> None:
        """What the roll-up announces."""
        if payload == "*":
            self.note(EVER)
            return
        for day, codes in orjson.loads(payload).items():
            self.note(date.fromisoformat(day), set(codes))

    def take(self) -> tuple[date | None, set[str] | None]:
        """All of it, and begin anew."""
        taken, self.since, self.codes = (self.since, self.codes), None, set()
        return taken


class Correcting:
    """Counts frozen days anew whose figures changed."""

    def __init__(self, settings: Settings, pool: Pool, clock: Clock) -> None:
        self._settings, self._pool, self._clock = settings, pool, clock
        self._missed = Missed()
        self.changed = Changed()

    async def listen(self) -> None:
        """Hear what changed, until cancelled; everything, wherever something may have been missed."""
        async for bundle in notify.heard(self._settings, rollup.CHANNEL, inbox.CHANNEL):
            try:
                if bundle is None:
                    await self._catch_up()
                else:
                    self._hear(bundle)
            except notify.LOST as error:
                log.warning("corrections_not_heard", error=type(error).__name__)

    def _hear(self, bundle: Sequence[Heard]) -> None:
        self._missed.hear(bundle)
        for heard in bundle:
            if heard.channel == rollup.CHANNEL:
                self.changed.hear(heard.payload)

    async def _catch_up(self) -> None:
        if await self._missed.look(self._pool):
            self.changed.note(EVER)

    async def look(self) -> int:
        """Count anew what changed; how many corrections that made."""
        since, codes = self.changed.take()
        if since is None:
            return 0
        try:
            async with self._pool.acquire() as db:
                affected, seen = await results.kept(db, since, date.max, codes), await gate.look(db)
            # What waits costs a look at the marks, and no counting.
            behind = [each for each in affected if seen.behind(figures_of(each.codes), each.ended_at)]
            names = {each.name for each in behind}
            self._note(behind)
            return sum([await self._correct(d) for d in _by_day(e for e in affected if e.name not in names)])
        except BaseException:
            self.changed.note(since, codes)
            raise

    def _note(self, waiting: Iterable[Kept]) -> None:
        """These are to be looked at again: a stream that is told anew lacks what it will tell, and no
        correction is made of that."""
        for each in waiting:
            self.changed.note(each.name.day, set(each.codes))

    async def _correct(self, day: Sequence[Kept]) -> int:
        """Compare one day's results of a campaign with what is counted now, all of it read at one moment."""
        campaign, _, over = day[0].name
        codes = {code for each in day for code in each.codes}
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            if not await results.alone(db):
                self.changed.note(over, codes)
                return 0
            seen = await gate.look(db)
            totals = await results.totals_before(db, campaign, over + timedelta(days=1), codes)
            waiting, differing = [], []
            for each in await results.kept(db, over, over, codes):
                if each.name.campaign != campaign:
                    continue
                if seen.behind(figures_of(each.codes), each.ended_at):
                    waiting.append(each)
                elif (now := each.difference(totals)) != each.correction:
                    differing.append((each, now))
            told = await results.correct(db, differing, self._clock.now()) if differing else []
            await outbox.publish(db, *told)
        self._note(waiting)
        if told:
            log.info("checkpoints_corrected", campaign=campaign, day=str(over), count=len(told))
        return len(told)


def _by_day(affected: Iterable[Kept]) -> list[list[Kept]]:
    days: dict[tuple[str, date], list[Kept]] = defaultdict(list)
    for each in affected:
        days[each.name.campaign, each.name.day].append(each)
    return list(days.values())
