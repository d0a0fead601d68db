"""The region as of the end of a day: every place with the target in force then, and who is how far."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.appointments import TargetScope
from contracts.structure import MunicipalityDefined
from services.metrics.domain import COUNTERS
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.picture.sums import Sums
from services.metrics.plan.places import places
from services.metrics.plan.progress import Progress
from services.metrics.plan.targets import Goal

MUNICIPALITY, DISTRICT, SMO, REGION = LEVELS = ("municipality", "district", "smo", "region")
OUTSIDE = "Вне СМО"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a municipality stands by its share, among those of its SMO and its tier that have a target."""

    nth: int
    among: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """A place as of the end of a day. `figures` are of all that is part of it, `own` of itself alone;
    `progress`, by counter, of those whose figures fulfil the target: empty without one."""

    level: str
    code: str
    name: str
    codes: Collection[str]
    """All that is part of it, as far as it is the viewer's."""
    figures: Mapping[str, int]
    own: Mapping[str, int]
    counts: tuple[int, int]
    """How many of them have a target, and of how many one is asked."""
    municipality: MunicipalityDefined | None = None
    goal: Goal | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    scope: TargetScope | None = None
    confirmed: bool | None = None
    covered: bool = False
    """Whether a target above it holds it, too."""
    partly: bool = False
    """Whether it has parts that are not shown to the viewer: then a municipality stands beside no target."""
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def is_missing(self) -> bool:
        """Whether a target is asked of it that is not there."""
        return self.municipality is not None and not self.partly and self.counts == (0, 1)


class Day:
    """The region as of the end of a day, with the targets that were in force then."""

    def __init__(self, day: date, due: date, structure: Structure, sums: Sums, plan: Plan) -> None:
        """`due`: by the end of which day something was expected; the day itself, unless it still runs."""
        self.day, self._due, self._structure = day, due, structure
        self._targets, self._ways = plan.targets, plan.ways
        counted = sums.days.items()
        self._own = {key: sum(n for when, n in days.items() if when <= day) for key, days in counted}
        self._places: dict[str, dict[str, Place]] | None = None

    def of(self, level: str, sees: AbstractSet[str], chosen: AbstractSet[str] | None = None) -> list[AsOf]:
        """What of a level some municipalities are, or add up to: of all that somebody sees, those that are
        chosen."""
        s = self._structure
        codes = s.municipalities.keys() & (sees if chosen is None else sees & chosen)
        if level == REGION:
            return [self._sum(REGION, REGION, "Регион", s.municipalities.keys(), sees, codes)]
        if level == SMO:
            return self._of_smos(sees, codes)
        found = (m for code, m in s.municipalities.items() if code in codes)
        if level == DISTRICT:
            districts = (m for m in found if m.parent is None)
            return [self._district(m) for m in districts if sees >= set(s.with_settlements(m.code))]
        return [self.municipality(m, sees) for m in found]

    def _of_smos(self, sees: AbstractSet[str], codes: AbstractSet[str]) -> list[AsOf]:
        """By SMO; those without one together, so that all of them are the region."""
        members: dict[str, set[str]] = defaultdict(set)
        for code, m in self._structure.municipalities.items():
            members[m.smo or ""].add(code)
        smos = self._structure.smos
        return [
            self._sum(SMO, smo, smos[smo].name if smo in smos else OUTSIDE, whole, sees, whole & codes)
            for smo, whole in members.items()
            if not codes.isdisjoint(whole)
        ]

    def _sum(
        self,
        level: str,
        code: str,
        name: str,
        whole: AbstractSet[str],
        sees: AbstractSet[str],
        codes: AbstractSet[str],
    ) -> AsOf:
        """What is chosen of a whole; a part of it does not bear its name alone."""
        if codes >= whole:
            return self.together(level, code, name, codes)
        part = "часть" if sees >= whole else "ваша часть"
        return replace(self.together(level, code, f"{name}, {part}", codes), partly=True)

    def together(self, level: str, code: str, name: str, codes: Collection[str]) -> AsOf:
        """What municipalities add up to, each person once."""
        figures, goal = self._figures(codes), self._targets.together(codes)
        counts, progress = self._targets.counts(codes), self._progress(goal)
        return AsOf(level, code, name, codes, figures, figures, counts, goal=goal, progress=progress)

    def _district(self, m: MunicipalityDefined) -> AsOf:
        codes = self._structure.with_settlements(m.code)
        whole = self.together(DISTRICT, m.code, m.name, codes)
        return replace(whole, own=self._figures([m.code]), municipality=m)

    def municipality(self, m: MunicipalityDefined, sees: AbstractSet[str]) -> AsOf:
        """A municipality beside its own target; beside none, if not all whom that counts are the viewer's."""
        target, goal = self._targets.known.get(m.code), self._targets.of(m.code)
        codes = [code for code in self._structure.with_settlements(m.code) if code in sees]
        partly = goal is not None and not goal.codes <= sees
        if partly:
            goal = None
        return AsOf(
            level=MUNICIPALITY,
            code=m.code,
            name=m.name,
            codes=codes,
            figures=self._figures(codes),
            own=self._figures([m.code]),
            counts=self._targets.counts([m.code]),
            municipality=m,
            goal=goal,
            progress=self._progress(goal),
            scope=target.scope if target else None,
            confirmed=target.confirmed if target else None,
            covered=target is None and self._targets.is_covered(m.code),
            partly=partly,
            places={} if partly else self.places.get(m.code, {}),
        )

    def _figures(self, codes: Collection[str]) -> dict[str, int]:
        return {counter: self.sum(codes, counter) for counter in COUNTERS}

    def sum(self, codes: Iterable[str], counter: str) -> int:
        """What some municipalities had by the end of the day."""
        return sum(self._own.get((code, counter), 0) for code in codes)

    def _progress(self, goal: Goal | None) -> dict[str, Progress]:
        if goal is None:
            return {}
        return {
            counter: Progress(
                goal.of(counter), self.sum(goal.codes, counter), self._due, self._ways.get(counter)
            )
            for counter in COUNTERS
        }

    @property
    def places(self) -> Mapping[str, Mapping[str, Place]]:
        """Where every municipality with a target stands, by counter: equals share a place."""
        if self._places is None:
            self._places = self._placed()
        return self._places

    def _placed(self) -> dict[str, dict[str, Place]]:
        equals: dict[tuple[str | None, bool, str], dict[str, float]] = defaultdict(dict)
        for code in self._targets.known.keys() & self._structure.municipalities.keys():
            m = self._structure.municipalities[code]
            for counter, progress in self._progress(self._targets.of(code)).items():
                equals[m.smo, m.parent is None, counter][code] = progress.share
        placed: dict[str, dict[str, Place]] = defaultdict(dict)
        for (_, _, counter), shares in equals.items():
            for code, nth in places(shares).items():
                placed[code][counter] = Place(nth, len(shares))
        return placed
