"""The region as of the end of a day: every place with the target in force then, and who is how far."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from contracts.appointments import TargetScope
from contracts.structure import MunicipalityDefined
from services.metrics.picture.board import Board
from services.metrics.plan.places import Place
from services.metrics.plan.progress import Progress
from services.metrics.plan.targets import Goal

MUNICIPALITY, DISTRICT, SMO, REGION = LEVELS = ("municipality", "district", "smo", "region")
OUTSIDE = "Вне СМО"


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


def of_level(
    board: Board, level: str, sees: AbstractSet[str], chosen: AbstractSet[str] | None = None
) -> list[AsOf]:
    """What of a level some municipalities are, or add up to: of all that somebody sees, those that are
    chosen."""
    s = board.structure
    codes = s.municipalities.keys() & (sees if chosen is None else sees & chosen)
    if level == REGION:
        return [_sum(board, REGION, REGION, "Регион", s.municipalities.keys(), sees, codes)]
    if level == SMO:
        return _of_smos(board, sees, codes)
    found = (m for code, m in s.municipalities.items() if code in codes)
    if level == DISTRICT:
        districts = (m for m in found if m.parent is None)
        return [_district(board, m) for m in districts if sees >= set(s.with_settlements(m.code))]
    return [_municipality(board, m, sees) for m in found]


def _of_smos(board: Board, sees: AbstractSet[str], codes: AbstractSet[str]) -> list[AsOf]:
    """By SMO; those without one together, so that all of them are the region."""
    members: dict[str, set[str]] = defaultdict(set)
    for code, m in board.structure.municipalities.items():
        members[m.smo or ""].add(code)
    smos = board.structure.smos
    return [
        _sum(board, SMO, smo, smos[smo].name if smo in smos else OUTSIDE, whole, sees, whole & codes)
        for smo, whole in members.items()
        if not codes.isdisjoint(whole)
    ]


def _sum(
    board: Board,
    level: str,
    code: str,
    name: str,
    whole: AbstractSet[str],
    sees: AbstractSet[str],
    codes: AbstractSet[str],
) -> AsOf:
    """What is chosen of a whole; a part of it does not bear its name alone."""
    if codes >= whole:
        return together(board, level, code, name, codes)
    part = "часть" if sees >= whole else "ваша часть"
    return replace(together(board, level, code, f"{name}, {part}", codes), partly=True)


def together(board: Board, level: str, code: str, name: str, codes: Collection[str]) -> AsOf:
    """What municipalities add up to, each person once."""
    figures, goal = board.figures(codes), board.plan.goal(frozenset(codes))
    counts, progress = board.plan.targets.counts(codes), board.reached(goal)
    return AsOf(level, code, name, codes, figures, figures, counts, goal=goal, progress=progress)


def _district(board: Board, m: MunicipalityDefined) -> AsOf:
    whole = together(board, DISTRICT, m.code, m.name, board.structure.with_settlements(m.code))
    return replace(whole, own=board.figures([m.code]), municipality=m)


def _municipality(board: Board, m: MunicipalityDefined, sees: AbstractSet[str]) -> AsOf:
    """A municipality beside its own target; beside none, if not all whom that counts are the viewer's."""
    targets, goal = board.plan.targets, board.plan.goal(m.code)
    target = targets.known.get(m.code)
    codes = [code for code in board.structure.with_settlements(m.code) if code in sees]
    partly = goal is not None and not goal.codes <= sees
    if partly:
        goal = None
    return AsOf(
        level=MUNICIPALITY,
        code=m.code,
        name=m.name,
        codes=codes,
        figures=board.figures(codes),
        own=board.figures([m.code]),
        counts=targets.counts([m.code]),
        municipality=m,
        goal=goal,
        progress=board.reached(goal),
        scope=target.scope if target else None,
        confirmed=target.confirmed if target else None,
        covered=target is None and targets.is_covered(m.code),
        partly=partly,
        places={} if partly else board.places.get(m.code, {}),
    )
