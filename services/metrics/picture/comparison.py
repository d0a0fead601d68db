"""The region as of the end of a day: every place with the target in force then, and who is how far."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from contracts.appointments import TargetScope, TargetSet
from contracts.structure import MunicipalityDefined
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.metrics.domain import COUNTERS
from services.metrics.picture.figures import Figures
from services.metrics.picture.plan import Plan, parents_of
from services.metrics.picture.structure import Structure
from services.metrics.picture.sums import Sums
from services.metrics.plan.places import places
from services.metrics.plan.progress import Progress
from services.metrics.plan.targets import Goal, Targets, in_force

MUNICIPALITY, DISTRICT, SMO, REGION = LEVELS = ("municipality", "district", "smo", "region")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a municipality stands by its share, among those of its SMO and its tier that have a target."""

    nth: int
    among: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A place as of the end of a day. `figures` are of all that is part of it, `own` of itself alone;
    `progress`, by counter, of those whose figures fulfil the target: empty without one."""

    level: str
    code: str
    name: str
    codes: Collection[str]
    """All that is part of it."""
    figures: Mapping[str, int]
    own: Mapping[str, int]
    municipality: MunicipalityDefined | None = None
    goal: Goal | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    scope: TargetScope | None = None
    confirmed: bool | None = None
    covered: bool = False
    """Whether a target above it holds it, too."""
    places: Mapping[str, Place] = field(default_factory=dict)


class Day:
    """The region as of the end of a day, with the targets that were in force then."""

    def __init__(self, day: date, due: date, structure: Structure, sums: Sums, plan: Plan) -> None:
        """`due`: by the end of which day something was expected; the day itself, unless it still runs."""
        self.day, self._due, self._structure = day, due, structure
        self._targets, self._ways = plan.targets, plan.ways
        counted = sums.days.items()
        self._own = {key: sum(n for when, n in days.items() if when <= day) for key, days in counted}
        self._places: dict[str, dict[str, Place]] | None = None

    def of(self, level: str, codes: Collection[str]) -> list[Standing]:
        """What of a level some municipalities are, or add up to."""
        s = self._structure
        if level == REGION:
            return [self.together(REGION, REGION, "Регион", codes)]
        if level == SMO:
            members: dict[str, list[str]] = defaultdict(list)
            for code in codes:
                members[s.smo_of(code) or ""].append(code)
            return [
                self.together(SMO, smo, s.smos[smo].name, members[smo]) for smo in s.smos if smo in members
            ]
        chosen = (m for code, m in s.municipalities.items() if code in codes)
        if level == DISTRICT:
            return [self._district(m) for m in chosen if m.parent is None]
        return [self.municipality(m) for m in chosen]

    def together(self, level: str, code: str, name: str, codes: Collection[str]) -> Standing:
        """What municipalities add up to, each person once."""
        figures, goal = self._figures(codes), self._targets.together(codes)
        return Standing(level, code, name, codes, figures, figures, goal=goal, progress=self._progress(goal))

    def _district(self, m: MunicipalityDefined) -> Standing:
        codes = self._structure.with_settlements(m.code)
        figures, goal = self._figures(codes), self._targets.together(codes)
        own = self._figures([m.code])
        return Standing(DISTRICT, m.code, m.name, codes, figures, own, m, goal, self._progress(goal))

    def municipality(self, m: MunicipalityDefined) -> Standing:
        """A municipality beside its own target."""
        target, goal = self._targets.known.get(m.code), self._targets.of(m.code)
        codes = self._structure.with_settlements(m.code)
        return Standing(
            level=MUNICIPALITY,
            code=m.code,
            name=m.name,
            codes=codes,
            figures=self._figures(codes),
            own=self._figures([m.code]),
            municipality=m,
            goal=goal,
            progress=self._progress(goal),
            scope=target.scope if target else None,
            confirmed=target.confirmed if target else None,
            covered=target is None and not self._targets.missing([m.code]),
            places=self.places.get(m.code, {}),
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


async def plan_at(db: Db, figures: Figures, before: datetime) -> Plan:
    """The plan as it was at a moment: its targets; what is a part of what, as it is now."""
    states = await mirror.all_of(db, TargetSet.topic, [TargetSet])
    versions = (state for state in states if isinstance(state, TargetSet))
    targets = Targets(in_force(versions, figures.campaign_id, before), parents_of(figures.structure))
    return replace(figures.plan, targets=targets)
