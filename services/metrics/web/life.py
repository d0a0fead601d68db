"""What initiatives came to, in words: stages, what is aside, who decided. For pages, files and the API."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from contracts.structure import Term
from services.metrics.domain import COUNTERS, FEWEST, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.picture.life import Funnel, Life
from services.metrics.plan.progress import per_cent
from services.metrics.web.choice import Choice
from services.metrics.web.helpline import LEVELS
from services.metrics.web.rights import Viewer

STAGES: Final = {
    "submitted": "Подано",
    "accepted": "Принято",
    "determined": "Определено",
    "put_forward": "Выдвинуто",
}
ASIDE: Final = {
    "returned": "Возвращено автору",
    "merged": "Объединено с другой",
    "declined": "Отклонено",
    "withdrawn": "Отозвано автором",
}
NOTHING: Final = Life(Counter())

DEFINITIONS: Final = {
    "stage": "Сколько инициатив дошли до ступени: они на ней или дальше. Доля – от всех поданных.",
    "accepted": "Приняты к рассмотрению: сразу после подачи или рабочей группой, как решил регион.",
    "determined": "Определены рабочей группой направления или координационной группой.",
    "put_forward": "Выдвинуты муниципальным образованием.",
    "few": "Прочерк или пустая клетка: инициатив меньше пяти, или по этой строке можно было бы узнать о тех, "
    "которых меньше пяти.",
    "aside": "Возвращённые автору, объединённые с другой, отклонённые и отозванные инициативы остаются "
    "поданными и показаны отдельно.",
    "in_time": "Доля последних решений, которые приняты в срок по регламенту, среди инициатив, по которым "
    "решение есть.",
    "level": "Кто принял последнее решение.",
    "origin": "Инициативы, которые подали сами рабочие группы, координационная группа или глава.",
    "left": "Инициатива, которую перенесли в другое муниципальное образование, считается только там.",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """How many initiatives are in a stage or beyond, and how much of all that is."""

    key: str
    name: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Decided:
    """How many last decisions were in time, and who took them; how many initiatives are of bodies."""

    in_time: int
    late: int
    levels: list[tuple[str, int]]
    origins: list[tuple[str, int]]

    @property
    def share(self) -> float | None:
        """Per cent in time; None while nothing was decided."""
        return per_cent(self.in_time, self.in_time + self.late) if self.in_time + self.late else None


@dataclass(frozen=True, slots=True)
class Came:
    """What the initiatives of a place came to. `place` names its figures in the stream; `decided` is the
    staff's."""

    place: str
    name: str
    stages: list[Stage]
    aside: list[Stage]
    decided: Decided | None


def came(figures: Figures, place: str, name: str, codes: Collection[str], viewer: Viewer) -> Came | None:
    """What the initiatives of some municipalities came to, as the viewer may see it; None where that is not
    told."""
    if not codes or not may_be_told(figures, codes, viewer):
        return None
    life, submitted = figures.life.of(codes), figures.sums.of(codes, SUBMITTED)
    counted = {"submitted": submitted, **figures.funnel(life)._asdict()}

    def stages(names: dict[str, str]) -> list[Stage]:
        return [
            Stage(key, word, counted[key], per_cent(counted[key], submitted) if submitted else 0.0)
            for key, word in names.items()
        ]

    decided = decided_of(life) if viewer.sees >= set(codes) else None
    return Came(place, name, stages(STAGES), stages(ASIDE), decided)


def chosen(figures: Figures, choice: Choice, viewer: Viewer) -> Came | None:
    """What the initiatives of the chosen SMO came to, or of all that are seen."""
    s = figures.structure
    if choice.wall or choice.smo not in s.smos:
        return came(figures, "region", "", list(s.municipalities), viewer)
    members = [code for code, municipality in s.municipalities.items() if municipality.smo == choice.smo]
    return came(figures, f"smo {choice.smo}", s.smos[choice.smo].name, members, viewer)


def may_be_told(figures: Figures, codes: Collection[str], viewer: Viewer) -> bool:
    """Whether a sum of these is broken down for the viewer (rule 8)."""
    enough = min(figures.sums.of(codes, counter) for counter in COUNTERS) >= FEWEST
    return enough or viewer.is_inside(codes)


@dataclass(frozen=True, slots=True)
class OfDirection:
    """How many initiatives of a direction there are, and how far they got; None: too few to be broken
    down."""

    code: str
    name: str
    submitted: int
    reached: Funnel | None

    @property
    def stages(self) -> Sequence[int | None]:
        """How many were accepted, determined, put forward."""
        return self.reached[:3] if self.reached else (None, None, None)


def of_directions(
    figures: Figures, directions: Sequence[Term], lives: Mapping[str, Life], inside: bool
) -> list[OfDirection]:
    """Every direction, most first; those of few are not broken down outside the line of subordination."""
    known = [(d, lives.get(d.code, NOTHING)) for d in directions]
    few = set() if inside else few_of({d.code: life.submitted for d, life in known})
    found = [
        OfDirection(d.code, d.name, life.submitted, None if d.code in few else figures.funnel(life))
        for d, life in known
    ]
    return sorted(found, key=lambda each: -each.submitted)


def few_of(submitted: Mapping[str, int]) -> set[str]:
    """The directions that are not broken down (rule 8): those under five, and the next ones, until those that
    are left out have five together: whoever takes the others from the sum learns no more of them."""
    few = {code for code, n in submitted.items() if 0 < n < FEWEST}
    others = sorted((n, code) for code, n in submitted.items() if n >= FEWEST)
    while few and sum(submitted[code] for code in few) < FEWEST and others:
        few.add(others.pop(0)[1])
    return few


def decided_of(life: Life) -> Decided:
    """Who decided and whether in time, in words."""
    named = ([(LEVELS.get(code, code), n) for code, n in by.items()] for by in (life.levels, life.origins))
    return Decided(life.in_time, life.late, *named)


class LifeItem(BaseModel):
    """What a place's initiatives came to: how many are in a stage or beyond, and how many are aside. Null:
    not a place, or under five initiators for whoever stands outside the line of subordination."""

    accepted: int | None = None
    determined: int | None = None
    put_forward: int | None = None
    returned: int | None = None
    merged: int | None = None
    declined: int | None = None
    withdrawn: int | None = None
    decided_in_time: int | None = None
    """By the last decision. This and what follows are told to those of the staff who see all of the place."""
    decided_late: int | None = None
    decided_by: dict[str, int] | None = None
    """Level → initiatives on which it decided last."""
    origin: dict[str, int] | None = None
    """Level → initiatives that it submitted itself."""


STAGELESS: Final[dict[str, Any]] = dict.fromkeys(Funnel._fields)
UNTOLD: Final[dict[str, Any]] = dict.fromkeys(LifeItem.model_fields)


def item_of(figures: Figures, codes: Collection[str], viewer: Viewer) -> dict[str, Any]:
    """The same for the API."""
    if not codes or not may_be_told(figures, codes, viewer):
        return UNTOLD
    life = figures.life.of(codes)
    told = UNTOLD | figures.funnel(life)._asdict()
    if viewer.sees >= set(codes):
        told |= {"decided_in_time": life.in_time, "decided_late": life.late}
        told |= {"decided_by": life.levels, "origin": life.origins}
    return told


HEAD: Final = (*list(STAGES.values())[1:], *ASIDE.values())
"""The columns of a file."""

DECIDED_HEAD: Final = ("Решено в срок", "Решено с опозданием")


def cells(figures: Figures, codes: Collection[str], viewer: Viewer) -> tuple[int | None, ...]:
    """The columns of a place; empty where nothing may be told."""
    if not codes or not may_be_told(figures, codes, viewer):
        return (None,) * len(Funnel._fields)
    return tuple(figures.funnel(figures.life.of(codes)))


def decided_cells(figures: Figures, codes: Collection[str], viewer: Viewer) -> tuple[int | None, ...]:
    """The columns for the staff, of what is theirs."""
    if not viewer.sees >= set(codes) or not may_be_told(figures, codes, viewer):
        return (None, None)
    life = figures.life.of(codes)
    return life.in_time, life.late
