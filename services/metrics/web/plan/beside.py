"""The plan beside the fact, for those of the staff whose municipalities it is about (rule 5)."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import orjson

from contracts.appointments import TargetScope
from contracts.structure import MunicipalityDefined
from services.metrics.domain import COUNTERS, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.plan.forecast import Forecast
from services.metrics.plan.progress import Progress
from services.metrics.web.choice import ALL, TABLE, TARGET, Choice


@dataclass(frozen=True, slots=True)
class Against:
    """A counter beside its target. `of`: whose figures fulfil it, where they are not all of the place's;
    `covered`: without a target of its own, but within one above it; `letter`: the SMO entered it."""

    progress: Progress | None = None
    forecast: Forecast | None = None
    of: str = ""
    covered: bool = False
    letter: bool = False
    letters: int = 0
    """How many of the targets that a sum adds up the SMO entered."""
    asked: bool = True
    """Whether a target is asked: of a transformed municipality none is."""
    seen: bool = True
    """Whether it is the viewer's: else nothing is known of a target."""
    href: str = ""
    """The page of the target, for whom it is."""

    @property
    def share(self) -> float | None:
        """Per cent of the target."""
        return self.progress.share if self.progress else None

    @property
    def target(self) -> int | None:
        """What is to be reached."""
        return self.progress.target if self.progress else None

    @property
    def expected(self) -> int | None:
        """What was due at the beginning of the day."""
        if self.progress is None or self.progress.expected is None:
            return None
        return round(self.progress.expected)

    @property
    def lag(self) -> int | None:
        """How many are missing to it."""
        return self.progress.lag if self.progress else None

    @property
    def likely(self) -> int | None:
        """What the last day will probably end with."""
        return self.forecast.likely if self.forecast else None


NO_TARGET = Against()
UNSEEN = Against(seen=False)


class Beside:
    """The plan beside a picture, as far as somebody sees it."""

    def __init__(
        self,
        figures: Figures,
        sees: AbstractSet[str],
        opens: AbstractSet[str] = frozenset(),
        calls: AbstractSet[str] = frozenset(),
    ) -> None:
        """`opens`: whose pages in the cabinet are theirs; `calls`: whom they may call to a meeting."""
        self._figures, known = figures, figures.structure.municipalities.keys()
        self.codes, self.opens, self.calls = (frozenset(known & of) for of in (sees, opens, calls))

    def __bool__(self) -> bool:
        return bool(self.codes)

    @property
    def is_whole(self) -> bool:
        """Whether all of the picture is theirs."""
        return len(self.codes) == len(self._figures.structure.municipalities)

    @property
    def exists(self) -> bool:
        """Whether any of them has a target."""
        return not self.codes.isdisjoint(self._figures.targets.known)

    @property
    def usual(self) -> str:
        """By what municipalities are compared unless the address says it: by their targets where those of all
        are the viewer's."""
        return TARGET if self.exists and self.is_whole else ALL

    @property
    def counts(self) -> tuple[int, int]:
        """How many of them have a target, and of how many one is asked."""
        return self._figures.targets.counts(self.codes)

    @property
    def missing(self) -> set[str]:
        """Who of them has no target, neither of their own nor above them."""
        return self._figures.targets.missing(self.codes)

    @property
    def slow(self) -> set[str]:
        """Who of them is far behind with initiatives."""
        return self._figures.slow() & self.codes

    @property
    def silent(self) -> set[str]:
        """From whom of them nothing came for three days."""
        return self._figures.silent() & self.codes

    def together(self, counter: str) -> Against:
        """All of them."""
        return self._standing(self.codes, counter, self._figures.structure.municipalities.keys())

    def some(self, codes: Collection[str], counter: str) -> Against:
        """Some of them together, if all of these are theirs."""
        chosen = frozenset(codes)
        return self._standing(chosen, counter, chosen) if self.codes >= chosen else UNSEEN

    def whole(self, m: MunicipalityDefined, counter: str) -> Against:
        """A municipality with its settlements, if all of that is theirs."""
        codes = frozenset(self._figures.structure.with_settlements(m.code))
        if len(codes) == 1:
            return self.own(m, counter)
        if not self.codes >= codes:
            return UNSEEN
        found = self._standing(codes, counter, codes, self._is_by_letter(m))
        return replace(found, href=self.href(m.code), asked=self._is_asked(codes))

    def own(self, m: MunicipalityDefined, counter: str) -> Against:
        """A municipality by its own target."""
        targets = self._figures.targets
        if m.code not in self.codes:
            return UNSEEN
        if m.code in targets.known:
            found = self._standing(m.code, counter, [m.code], self._is_by_letter(m))
            return replace(found, href=self.href(m.code))
        return Against(covered=targets.is_covered(m.code), asked=self._is_asked([m.code]))

    def href(self, code: str) -> str:
        """Where a municipality's target is, for whom that page is."""
        return f"/cabinet/municipalities/{code}/targets" if code in self.opens else ""

    def _is_asked(self, codes: Collection[str]) -> bool:
        return self._figures.targets.counts(codes)[1] > 0

    def owns(self, m: MunicipalityDefined) -> dict[str, Against]:
        """The same of both counters."""
        return {counter: self.own(m, counter) for counter in COUNTERS}

    def is_of_settlements(self, code: str) -> bool:
        """Whether a municipality's target is one with its settlements."""
        target = self._figures.targets.known.get(code)
        return target is not None and target.scope is TargetScope.WITH_SETTLEMENTS

    def _is_by_letter(self, m: MunicipalityDefined) -> bool:
        target = self._figures.targets.known.get(m.code)
        return target is not None and not target.confirmed

    def _standing(
        self, codes: str | frozenset[str], counter: str, place: Collection[str], letter: bool = False
    ) -> Against:
        goal = self._figures.goal(codes)
        if goal is None:
            return NO_TARGET
        return Against(
            progress=self._figures.progress_of(goal, counter),
            forecast=self._figures.forecast(codes, counter),
            of="" if goal.codes == frozenset(place) else " ".join(sorted(goal.codes)),
            letter=letter,
            letters=goal.by_letter,
        )


@dataclass(frozen=True, slots=True)
class Band:
    """The plan of a whole picture, or of one's own part of it, as the top of a page shows it."""

    standings: Mapping[str, Against]
    whole: bool
    with_target: int
    among: int
    way: str
    due: Mapping[str, float | None]
    """By counter: per cent of a target that were due at the beginning of the day."""
    ways: str
    """By counter: which part of a target is due by the end of each day, as JSON."""
    nth: int
    """Which of these days is the one by whose end something was due."""
    missing: str
    """The address of those without a target."""
    slow: str
    slow_among: int
    letters: int
    """How many targets the SMO entered from letters."""


def due_of(figures: Figures, counter: str) -> float | None:
    """Per cent of a target that were due at the beginning of the day; None where that is not known."""
    way = figures.way(counter)
    return round(100 * way.by(figures.due), 1) if way else None


def band(figures: Figures, beside: Beside, choice: Choice) -> Band | None:
    """None for those who see nothing of a plan. Made once for all who see the same while no figure moves."""
    if not beside:
        return None
    key = "band", choice.show, choice.usual, beside.codes, figures.day
    if key not in figures.drawn:
        figures.drawn[key] = _band(figures, beside, choice)
    return figures.drawn[key]  # type: ignore[no-any-return]


def _band(figures: Figures, beside: Beside, choice: Choice) -> Band:
    (with_target, among), ways = beside.counts, figures.plan.ways
    standings = {counter: beside.together(counter) for counter in COUNTERS}
    table = Choice(show=choice.show, view=TABLE, usual=choice.usual, rank=choice.usual)
    first = next((way.first_day for way in ways.values()), figures.due)
    return Band(
        standings=standings,
        whole=beside.is_whole,
        with_target=with_target,
        among=among,
        way=figures.plan.way_name or "",
        due={counter: due_of(figures, counter) for counter in COUNTERS},
        ways=orjson.dumps({counter: list(way.shares) for counter, way in ways.items()}).decode(),
        nth=(figures.due - first).days,
        missing=table.only("missing") + "#municipalities",
        slow=table.only("slow") + "#municipalities",
        slow_among=len(beside.slow),
        letters=standings[SUBMITTED].letters,
    )
