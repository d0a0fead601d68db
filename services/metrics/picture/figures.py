"""The figures as somebody may see them: of the whole region, or of some municipalities."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from contracts.reported import ReportedFigures
from services.chassis.process.clock import Clock
from services.chassis.web.sse import frame
from services.metrics.domain import COUNTERS, FEWEST, REGISTERED, SUBMITTED
from services.metrics.picture import silence
from services.metrics.picture.cases import WorkSums
from services.metrics.picture.hotline import HotlineSums
from services.metrics.picture.life import Funnel, Life, LifeSums
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.picture.sums import Sums
from services.metrics.plan.forecast import Forecast, Outlook
from services.metrics.plan.progress import Progress
from services.metrics.plan.targets import Goal, Targets
from services.metrics.plan.way import Way
from services.metrics.store.figures import DayTotal, Movement

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Aside:
    """What is looked up at most once a second."""

    last_hour: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    hours: list[tuple[str, str, int]] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)


class Figures:
    """A picture in memory, with what was drawn of it. `codes`: the municipalities it is about; None: all."""

    def __init__(self, clock: Clock, codes: frozenset[str] | None = None) -> None:
        self._clock = clock
        self.codes = codes
        self.structure = Structure()
        self.sums = Sums()
        self.hotline = HotlineSums()
        self.work = WorkSums()
        self.life = LifeSums()
        self.plan = Plan()
        """The staff's, and in no picture (rule 5)."""
        self.reported: Mapping[str, ReportedFigures] = {}
        """By municipality, by word of mouth: of the whole region, and in no sum."""
        self.aside = Aside()
        self.as_of = clock.now()
        self.revision = 0
        """Grows whenever a municipality's figure, the structure or the plan changes."""
        self.drawn: dict[Hashable, Any] = {}
        """Parts of pages, kept until then."""
        self._outlooks: dict[tuple[str, date], Outlook | None] = {}
        self._forecasts: dict[tuple[frozenset[str], str, date], Forecast | None] = {}
        self._snapshot: tuple[tuple[datetime, int, Aside], bytes] | None = None

    def __contains__(self, municipality: object) -> bool:
        return self.codes is None or municipality in self.codes

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

    @property
    def day(self) -> date:
        """The present day of the region."""
        return self._clock.now().astimezone(self.zone).date()

    def today(self) -> dict[str, int]:
        """The counters of the present day."""
        day = self.day
        return {counter: self.sums.region_days.get((counter, day), 0) for counter in COUNTERS}

    @property
    def silent_since(self) -> date | None:
        """The first of the days on which whoever is silent submitted nothing; None while nobody can be: the
        campaign is too young, or over."""
        return silence.silent_since(self.structure.campaign, self.day)

    def silent(self) -> set[str]:
        """The municipalities from which nothing came for three full days; a district with its settlements."""
        if (since := self.silent_since) is None:
            return set()
        days = [since + timedelta(days=n) for n in range(silence.SILENT + 1)]
        own = {code: self.sums.days.get((code, SUBMITTED), {}) for code in self.structure.municipalities}
        heard = {code for code, counted in own.items() if any(counted.get(day) for day in days)}
        return silence.silent(self.structure, heard)

    # ---- what initiatives came to ----
    def funnel(self, life: Life) -> Funnel:
        """How many initiatives reached which stage, by the campaign's rules."""
        campaign = self.structure.campaign
        return life.funnel(campaign is None or campaign.life.acceptance == "at-once")

    def open_funnel(self, codes: Collection[str] | None = None) -> Funnel | None:
        """The same of some municipalities, or of all, as everybody may see it: None under five initiators."""
        sums = self.sums.region if codes is None else {c: self.sums.of(codes, c) for c in COUNTERS}
        if min(sums.values()) < FEWEST:
            return None
        return self.funnel(self.life.whole if codes is None else self.life.of(codes))

    # ---- the plan beside the fact ----
    @property
    def targets(self) -> Targets:
        """The targets in force."""
        return self.plan.targets

    @property
    def due(self) -> date:
        """The day by whose end something is expected today: yesterday, the last that is over."""
        return self.day - timedelta(days=1)

    def way(self, counter: str) -> Way | None:
        """The way to a counter's target, if it is known."""
        return self.plan.ways.get(counter)

    def goal(self, codes: str | Collection[str]) -> Goal | None:
        """What one municipality (a code) wants by its own target, or what several (a set) want together,
        each person once; None without a target."""
        return self.plan.goal(codes)

    def progress(self, codes: str | Collection[str], counter: str) -> Progress | None:
        """How far a municipality (a code), or several (a set), are with a counter; None without a target."""
        if (goal := self.goal(codes)) is None:
            return None
        return self.progress_of(goal, counter)

    def progress_of(self, goal: Goal, counter: str) -> Progress:
        """How far whoever has a goal is with a counter."""
        return Progress(goal.of(counter), self.sums.of(goal.codes, counter), self.due, self.way(counter))

    def forecast(self, codes: str | Collection[str], counter: str) -> Forecast | None:
        """What a municipality (a code), or several (a set), will have reached by the end of the last day, of
        what their target counts; None without a target, and while too few days are known."""
        if (goal := self.goal(codes)) is None:
            return None
        key = goal.codes, counter, self.day
        if key not in self._forecasts:
            self._forecasts[key] = self._foretell(*key)
        return self._forecasts[key]

    def _foretell(self, codes: Collection[str], counter: str, today: date) -> Forecast | None:
        if (outlook := self._outlook(counter, today)) is None:
            return None
        *recent, of_today = self.sums.of_days(codes, counter, [*outlook.days, today])
        return outlook.of(recent, of_today, self.sums.of(codes, counter))

    def _outlook(self, counter: str, today: date) -> Outlook | None:
        if (counter, today) not in self._outlooks:
            self._outlooks[counter, today] = self.plan.outlook(self.structure, counter, today)
        return self._outlooks[counter, today]

    def slow(self) -> set[str]:
        """The municipalities that are far behind their own target of initiatives, while the campaign runs."""
        campaign, own = self.structure.campaign, self.targets.known
        if campaign is None or not campaign.first_day <= self.day <= campaign.last_day:
            return set()
        found = {
            code: self.progress(code, SUBMITTED) for code in self.structure.municipalities if code in own
        }
        return {code for code, progress in found.items() if progress and progress.is_slow}

    def item(self, level: str, code: str, codes: Sequence[str], day: date) -> dict[str, Any]:
        """A line of the picture: the sums over `codes`, today's part if any, and what is a district's own."""
        line = {
            "level": level,
            "code": code,
            "registered": self.sums.of(codes, REGISTERED),
            "submitted": self.sums.of(codes, SUBMITTED),
        }
        # Most had nothing today: what is not told is 0.
        line |= {f"{c}_today": n for c in COUNTERS if (n := self.sums.of_day(codes, c, day))}
        if level == "smo" and (funnel := self.open_funnel(codes)):
            line["funnel"] = funnel._asdict()
        if level == "district":
            line["own_registered"] = self.sums.of([code], REGISTERED)
            line["own_submitted"] = self.sums.of([code], SUBMITTED)
        return line

    def items(self, among: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The lines of these municipalities and of what they add up to; of all by default."""
        s = self.structure
        chosen = s.municipalities.keys() if among is None else s.municipalities.keys() & set(among)
        upper = {s.municipalities[code].parent or code for code in chosen}
        smos, day = {smo for code in chosen if (smo := s.smo_of(code))}, self.day
        members = {smo: [c for c, m in s.municipalities.items() if m.smo == smo] for smo in smos}
        return [
            *(self.item("smo", smo, members[smo], day) for smo in sorted(smos)),
            *(self.item("district", code, s.with_settlements(code), day) for code in sorted(upper)),
            *(self.item("municipality", code, [code], day) for code in sorted(chosen)),
        ]

    def picture(self, items: list[dict[str, Any]]) -> bytes:
        """The payload of `snapshot` and `counters`."""
        funnel = self.open_funnel()
        return orjson.dumps(
            {
                "as_of": self.as_of.astimezone(self.zone),
                # Whoever gets pictures by two ways knows by these which is the newer one.
                "moment": int(self.as_of.timestamp() * MICROSECONDS),
                "revision": self.revision,
                "day": self.day,
                "campaign": self.campaign_id,
                "region": self.sums.region,
                "today": self.today(),
                "last_hour": self.aside.last_hour,
                "hotline": self.hotline.told(),
                "funnel": funnel and funnel._asdict(),
                "items": items,
                "latest": [self.told(movement) for movement in self.aside.movements],
            }
        )

    def told(self, movement: Movement) -> dict[str, Any]:
        """A movement in words: municipality, direction, time, and how many at once."""
        municipality = self.structure.municipalities.get(movement.municipality)
        campaign = self.structure.campaign
        directions = {d.code: d.name for d in campaign.directions} if campaign else {}
        return {
            "counter": movement.counter,
            "municipality": municipality.name if municipality else movement.municipality,
            "direction": directions.get(movement.direction or ""),
            "at": movement.happened_at.astimezone(self.zone),
            "count": movement.n,
        }

    def snapshot(self) -> bytes:
        """What a new watcher gets first: one and the same for all who come while nothing moves."""
        state = (self.as_of, self.revision, self.aside)
        if self._snapshot is None or self._snapshot[0] != state:
            self._snapshot = state, self.frame("snapshot", self.items())
        return self._snapshot[1]

    def current(self) -> bytes:
        """The same picture by itself: what a snapshot holds."""
        return self.snapshot().partition(b"data: ")[2].rstrip()

    def plan_frame(self) -> bytes:
        """An event of a stream: another plan, or another day of it. What is shown of it is to be fetched."""
        told = orjson.dumps({"revision": self.revision})
        return frame("plan", f"{self.as_of.timestamp():.3f}", told)

    def frame(self, event: str, items: list[dict[str, Any]]) -> bytes:
        """An event of a stream with these lines of the picture."""
        return frame(event, f"{self.as_of.timestamp():.3f}", self.picture(items))

    # ---- how it changes ----
    def take(self, totals: Iterable[DayTotal]) -> set[str]:
        """The municipalities of these totals whose figures changed; foreign ones are passed over."""
        moved = {t.municipality for t in totals if t.municipality in self and self.sums.put(t)}
        if moved:
            self._forecasts = {key: of for key, of in self._forecasts.items() if key[0].isdisjoint(moved)}
            self._draw_anew()
        return moved

    def hear(self) -> None:
        """Another figure of the hotline or of initiatives' lives: nothing that was drawn is another."""
        self.revision += 1

    def move(self) -> None:
        """Neither what was drawn nor what was foretold is so any longer."""
        self._outlooks.clear()
        self._forecasts.clear()
        self._draw_anew()

    def _draw_anew(self) -> None:
        self.revision += 1
        self.drawn.clear()
