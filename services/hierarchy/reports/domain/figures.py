"""Figures of summaries: counted by the system, and as people declare them beside it. Pure.

A figure adds up: of a group it is the sum of its coordinators', and so is the difference.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.results import Counted
from services.chassis import text
from services.chassis.errors import Checks, Invalid

LARGEST = 10**9
LONGEST_REASON = 500

FIGURES: dict[str, str] = {
    "registered": "Зарегистрировано участников",
    "period_registered": "из них за этот период",
    "submitted": "Подано инициатив",
    "period_submitted": "из них за этот период",
    "first_time": "Новых авторов за этот период",
    "consultations": "Проведено консультаций",
    "period_consultations": "из них за этот период",
    "help_requests": "Просьб о помощи с текстом",
    "period_help_requests": "из них за этот период",
    "inquiries": "Обращений на горячую линию",
    "period_inquiries": "из них за этот период",
}
"""What may be declared, in the order of pages."""

IN_FULL = FIGURES | {
    "period_registered": "Зарегистрировано за период",
    "period_submitted": "Подано за период",
    "period_consultations": "Консультаций за период",
    "period_help_requests": "Просьб о помощи за период",
    "period_inquiries": "Обращений за период",
}
"""The same where each stands by itself."""

COUNTS = {
    "first_time": "подали первую в этом марафоне инициативу",
    "inquiries": "только те, где названа организация; остальные считаются по муниципальному образованию",
}
"""What a figure counts, where its name does not say it."""

BREAKDOWNS = ("by_direction", "by_form", "by_position")


@dataclass(frozen=True, slots=True)
class Declared:
    """A number that people know to be otherwise, or that the system does not know, and why."""

    figure: str
    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted (None: not known), what is stated (declared, or else counted), and by how much the
    declared differ from the counted where both are known."""

    counted: int | None = None
    stated: int | None = None
    difference: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            _added(self.counted, other.counted),
            _added(self.stated, other.stated),
            self.difference + other.difference,
        )

    def declare(self, number: int) -> "Figure":
        """The same with a number that is declared instead of what was stated."""
        # What was declared below stays in the difference: it is to the counted.
        before = self.stated if self.counted is not None else None
        return Figure(self.counted, number, self.difference + (number - before if before is not None else 0))


Figures = Mapping[str, Figure]

NOTHING = Figure()


def _added(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def of_counted(counted: Counted | None, declared: Iterable[Declared]) -> dict[str, Figure]:
    """The figures of one organization."""
    found = {name: _known(getattr(counted, name) if counted else None) for name in FIGURES}
    return with_declared(found, declared)


def _known(counted: int | None) -> Figure:
    return Figure(counted, counted)


def with_declared(figures: Figures, declared: Iterable[Declared]) -> dict[str, Figure]:
    """The same with what is declared beside it."""
    return dict(figures) | {each.figure: figures[each.figure].declare(each.number) for each in declared}


def added(each: Iterable[Figures]) -> dict[str, Figure]:
    """The sum, each line once."""
    sums = dict.fromkeys(FIGURES, NOTHING)
    for figures in each:
        for name in FIGURES:
            # What was sent before a figure was told of has none.
            sums[name] += figures.get(name, NOTHING)
    return sums


def added_by(counted: Iterable[Counted | None]) -> dict[str, dict[str, int]]:
    """The breakdowns of several organizations together; without one that none has."""
    sums = {name: Counter[str]() for name in BREAKDOWNS}
    for each in counted:
        for name in BREAKDOWNS:
            sums[name].update((getattr(each, name) if each else None) or {})
    return {name: dict(found) for name, found in sums.items() if found}


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number as it is typed; an empty one is not declared."""

    figure: str
    number: str
    reason: str = ""


def check_declared(given: Sequence[TypedNumber], counted: Figures) -> list[Declared]:
    """What is declared: whoever contradicts the system says why. Raises Invalid with everything wrong."""
    checks, found = Checks(), dict[str, Declared]()
    for each in given:
        if each.figure not in FIGURES or each.figure in found:
            raise Invalid("summary-figure", field="declared")
        if text.one_line(each.number):
            done = checks.take(lambda each=each: _declared(each, counted[each.figure].stated))  # type: ignore[misc]
            if done is not None and done.number != counted[each.figure].stated:
                found[each.figure] = done
    checks.settle()
    return list(found.values())


def _declared(given: TypedNumber, known: int | None) -> Declared:
    digits = "".join(text.one_line(given.number).split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and int(digits) <= LARGEST):
        raise Invalid("summary-number", field=f"number-{given.figure}", name=IN_FULL[given.figure])
    reason = text.one_line(given.reason)
    if len(reason) > LONGEST_REASON or (not reason and known is not None and int(digits) != known):
        facts: dict[str, Any] = {"name": IN_FULL[given.figure], "limit": LONGEST_REASON}
        raise Invalid("summary-reason", field=f"reason-{given.figure}", **facts)
    return Declared(given.figure, int(digits), reason)
