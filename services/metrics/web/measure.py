"""By what municipalities are compared: all that was counted, today's part, or all per hundred workers."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from contracts.structure import MunicipalityDefined
from services.metrics.picture.figures import Figures
from services.metrics.web.choice import PER_HUNDRED, TARGET, TODAY

Value: TypeAlias = "int | float | None"
"""A figure, or unknown."""

Ranked: TypeAlias = "tuple[MunicipalityDefined, int | float]"


def per_hundred(n: int, audience: int | None) -> float | None:
    """To one decimal, half up, as the page's script has it; unknown where it is unknown how many could."""
    return (2000 * n + audience) // (2 * audience) / 10 if audience else None


def suffix(rank: str) -> str:
    """What a comparison adds to the name of a counter in `data-figure`."""
    return {TODAY: "_today", PER_HUNDRED: "_per_hundred", TARGET: "_share"}.get(rank, "")


class Measure:
    """Compares municipalities by one counter."""

    def __init__(self, figures: Figures, counter: str, rank: str) -> None:
        self._figures, self._counter, self._rank = figures, counter, rank
        self._day = figures.day

    def of(self, codes: Iterable[str], audience: int | None) -> Value:
        """The figure of some municipalities with so many workers of the budget sphere."""
        if self._rank == TODAY:
            return self._figures.sums.of_day(codes, self._counter, self._day)
        n = self._figures.sums.of(codes, self._counter)
        return per_hundred(n, audience) if self._rank == PER_HUNDRED else n

    def whole(self, municipality: MunicipalityDefined) -> Value:
        """Of a municipality with its settlements: their workers are counted with the district's."""
        codes = self._figures.structure.with_settlements(municipality.code)
        return self.of(codes, municipality.audience)

    def ranked(self, municipalities: Iterable[MunicipalityDefined]) -> list[Ranked]:
        """Municipalities with their settlements, the lowest first, without those whose figure is unknown."""
        known = [(m, value) for m in municipalities if (value := self.whole(m)) is not None]
        return sorted(known, key=lambda pair: pair[1])

    def own(self, municipality: MunicipalityDefined) -> Value:
        """Of a municipality alone."""
        return self.of([municipality.code], own_audience(self._figures, municipality))


def own_audience(figures: Figures, municipality: MunicipalityDefined) -> int | None:
    """The workers of a municipality alone; unknown where one of its settlements' is."""
    settlements = figures.structure.settlements.get(municipality.code, [])
    theirs = audience_of(settlements)
    if municipality.audience is None or theirs is None:
        return None
    return max(municipality.audience - theirs, 0)


def audience_of(municipalities: Collection[MunicipalityDefined]) -> int | None:
    """Their workers together, if all are known."""
    return together(m.audience for m in municipalities)


def together(counts: Iterable[int | None]) -> int | None:
    """Their sum, if all of them are known."""
    known = list(counts)
    return None if None in known else sum(n or 0 for n in known)


def falling(value: Value) -> tuple[bool, float]:
    """The key that puts the highest first and the unknown last."""
    return value is None, -(value or 0)
