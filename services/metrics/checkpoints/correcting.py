"""Corrections: what has come or gone since a day was frozen, beside the result and never in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import structlog

from services.chassis.db.notify import Heard
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.process.settings import Settings
from services.chassis.streams import outbox
from services.metrics.checkpoints import gate
from services.metrics.checkpoints.gate import figures_of
from services.metrics.checkpoints.troubles import Troubles
from services.metrics.events import announcing
from services.metrics.events.missed import Missed
from services.metrics.store import results
from services.metrics.store.results import Kept

log = structlog.get_logger()

EVER = date.min


class Changed:
    """Whose figures changed since they were looked at, and of each from which day on."""

    def __init__(self) -> None:
        self.everybody: date | None = EVER
        """The day from which on anybody's may have; None: only those below."""
        self.days: dict[str, date] = {}

    def __bool__(self) -> bool:
        return self.everybody is not None or bool(self.days)

    def note(self, since: date, codes: Iterable[str] | None = None) -> None:
        """These changed from a day on; by default all."""
        if codes is None:
            self.everybody = min(since, self.everybody or since)
            return
        for code in codes:
            self.days[code] = min(since, self.days.get(code, since))

    def hear(self, payload: str) -> None:
        """What the roll-up announces."""
        told = announcing.read(payload)
        if told.everything:
            self.note(EVER)
        for code, day in told.changed:
            self.note(date.fromisoformat(day), [code])

    def take(self) -> "Changed":
        """All of it, and begin anew."""
        taken = Changed()
        taken.everybody, taken.days = self.everybody, self.days
        self.everybody, self.days = None, {}
        return taken

    def put_back(self, taken: "Changed") -> None:
        """It was not looked at after all."""
        if taken.everybody is not None:
            self.note(taken.everybody)
        for code, since in taken.days.items():
            self.note(since, [code])

    def touches(self, each: Kept) -> bool:
        """Whether a result's figures may be others now."""
        day = each.name.day
        if self.everybody is not None and self.everybody <= day:
            return True
        return any(self.days.get(code, date.max) <= day for code in each.codes)

    async def kept(self, db: Db) -> list[Kept]:
        """The results that it touches."""
        codes = None if self.everybody is not None else self.days.keys()
        first = min([*self.days.values(), *([self.everybody] if self.everybody else [])])
        return [each for each in await results.kept(db, first, date.max, codes) if self.touches(each)]


class Correcting:
    """Counts frozen days anew whose figures changed."""

    def __init__(self, settings: Settings, pool: Pool, clock: Clock) -> None:
        self._settings, self._pool, self._clock = settings, pool, clock
        self._missed, self._troubles = Missed(), Troubles()
        self.changed = Changed()

    async def listen(self) -> None:
        """Hear what changed, until cancelled; everything, wherever something was missed."""
        async for bundle in self._missed.heard(self._settings, self._pool):
            self._hear(bundle)

    def _hear(self, bundle: Sequence[Heard] | None) -> None:
        if bundle is None:
            self.changed.note(EVER)
            return
        for heard in bundle:
            if heard.channel == announcing.CHANNEL:
                self.changed.hear(heard.payload)

    async def look(self) -> int:
        """Count anew what changed; how many corrections that made."""
        if not (changed := self.changed.take()):
            return 0
        try:
            async with self._pool.acquire() as db:
                affected, seen = await changed.kept(db), await gate.look(db)
            # What waits costs a look at the marks, and no counting.
            behind = [each for each in affected if seen.behind(figures_of(each.codes), each.ended_at)]
            names = {each.name for each in behind}
            self._note(behind)
            return sum([await self._try(d) for d in _by_day(e for e in affected if e.name not in names)])
        except BaseException:
            self.changed.put_back(changed)
            raise

    async def _try(self, day: Sequence[Kept]) -> int:
        """Correct one day; whatever is wrong with it holds up no other day, and is looked at again."""
        now, made = self._clock.now(), None
        what = "correction", day[0].name.campaign, day[0].name.day
        if not self._troubles.rests(now, *what):
            with self._troubles.around(now, *what):
                made = await self._correct(day)
        if made is None:
            self._note(day)
        return made or 0

    def _note(self, waiting: Iterable[Kept]) -> None:
        """These are to be looked at again: a stream that is told anew lacks what it will tell, and no
        correction is made of that."""
        for each in waiting:
            self.changed.note(each.name.day, each.codes)

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
