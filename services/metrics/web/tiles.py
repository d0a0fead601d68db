"""The municipalities as tiles, by SMO and district, shaded and sorted by what they are compared by."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.structure import MunicipalityDefined
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web import words
from services.metrics.web.choice import TARGET, Choice
from services.metrics.web.curve import fortnight, usual
from services.metrics.web.measure import Measure, Value, audience_of, falling, own_audience, suffix
from services.metrics.web.picture import breakdown
from services.metrics.web.plan.beside import Against, Beside

SHADES = 5
WHOLE = 100.0
"""Per cent of a target: the darkest shade."""

SPARKLINES = 100
"""Of more tiles than this none has its fortnight, which weighs as much as all else of one: in a region of
more municipalities settlements have none, in one of more districts nobody has."""

ACROSS, DOWN = 4, 6
"""Tiles that a wall shows at once: of more nobody could read the names."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A municipality as a tile. `key` names its figure, `amount` is its shade (0 none … 5 most).

    A district's `value` includes its settlements, whose tiles it unfolds to; `own` is the district's alone.
    """

    code: str
    name: str
    short: str
    key: str
    value: Value
    audience: int | None
    amount: int
    href: str
    silent: bool
    days: Sequence[int] = ()
    top: int = 0
    hidden: bool = False
    own: "Tile | None" = None
    settlements: tuple["Tile", ...] = ()
    open: bool = False
    standing: Against | None = None
    """Where the figure is a share of a target."""

    @property
    def target(self) -> int | None:
        """What the figure is a share of."""
        return self.standing.target if self.standing else None

    @property
    def of(self) -> str:
        """Whose figures fulfil the target, if not all that are the tile's."""
        return self.standing.of if self.standing else ""

    @property
    def word(self) -> str:
        """What stands instead of a share."""
        if self.standing is None or self.standing.progress:
            return ""
        if self.standing.covered:
            return words.COVERED
        return words.WITHOUT_TARGET if self.standing.asked else words.TRANSFORMED

    @property
    def mark(self) -> str:
        """What is to be known of the target."""
        return words.BY_LETTER if self.standing and self.standing.letter else ""


@dataclass(frozen=True, slots=True)
class Council:
    """An SMO (or none) with the tiles of its municipalities."""

    id: str
    name: str
    key: str
    value: Value
    audience: int | None
    tiles: tuple[Tile, ...]
    href: str
    standing: Against | None = None


def shade(value: Value, largest: float) -> int:
    """0 for nothing and for the unknown, else 1 … 5 by share of the largest."""
    return min(SHADES, int(-(-value * SHADES // largest))) if value and value > 0 and largest > 0 else 0


def evenly(tiles: Sequence[Tile], parts: int) -> list[Sequence[Tile]]:
    """So many parts, none longer by more than one than another; the longer ones first."""
    size, longer = divmod(len(tiles), parts) if parts else (0, 0)
    ends = [nth * size + min(nth, longer) for nth in range(parts + 1)]
    return [tiles[first:last] for first, last in pairwise(ends)]


def listed(figures: Figures, choice: Choice, beside: Beside) -> list[AbstractSet[str]]:
    """Whom alone is wanted, list by list; nothing narrows it down without a list."""
    lists: list[AbstractSet[str]] = []
    if choice.silent:
        lists.append(figures.silent())
    if choice.slow:
        lists.append(beside.slow)
    if choice.missing:
        lists.append(beside.missing)
    return lists


class Tiles:
    """Makes tiles of one counter. The upper tier and the settlements are each shaded by their own largest; by
    share of a target, all by the whole of it."""

    def __init__(self, figures: Figures, choice: Choice, beside: Beside) -> None:
        self._choice, self._figures, self._beside = choice, figures, beside
        self._structure = s = figures.structure
        self._measure = measure = Measure(figures, choice.show, choice.rank)
        self._key = choice.show + suffix(choice.rank)
        self._silent, self._day = figures.silent(), figures.day
        self._short = s.short_names
        self._with_days = [len(of) <= SPARKLINES for of in (s.upper_tier, s.municipalities)]
        self._shares: dict[str, Against] = {}
        self._own_shares: dict[str, Against] = {}
        if choice.rank == TARGET:
            self._by_share()
            return
        self._wholes = {m.code: measure.whole(m) for m in s.upper_tier}
        self._owns = {m.code: measure.own(m) for m in s.municipalities.values()}
        self._largest = max((n or 0 for n in self._wholes.values()), default=0)
        parts = (self._owns[code] or 0 for m in s.settlements for code in s.with_settlements(m))
        self._largest_part = max(parts, default=0)

    def _by_share(self) -> None:
        show, s = self._choice.show, self._structure
        self._shares = {m.code: self._beside.whole(m, show) for m in s.upper_tier}
        self._own_shares = {m.code: self._beside.own(m, show) for m in s.municipalities.values()}
        self._wholes = {code: standing.share for code, standing in self._shares.items()}
        self._owns = {code: standing.share for code, standing in self._own_shares.items()}
        self._largest = self._largest_part = WHOLE

    def _shown(
        self, level: str, code: str, value: Value, largest: float, standing: Against | None
    ) -> dict[str, Any]:
        """The figure of a tile; that of everybody, unshaded, where the target is not the viewer's."""
        if standing is None or standing.seen:
            key = f"{level} {code} {self._key}"
            return {"key": key, "value": value, "amount": shade(value, largest), "standing": standing}
        codes = self._structure.with_settlements(code) if level == "district" else [code]
        n = self._figures.sums.of(codes, self._choice.show)
        return {"key": f"{level} {code} {self._choice.show}", "value": n, "amount": 0}

    def councils(self) -> list[Council]:
        """The SMOs by name, those without one last; only the chosen one if one is chosen."""
        groups: dict[str, list[MunicipalityDefined]] = {}
        for municipality in self._structure.upper_tier:
            if not self._is_listed(municipality):
                continue
            groups.setdefault(municipality.smo or "", []).append(municipality)
        smos = self._structure.smos
        known = sorted((i for i in groups if i in smos), key=lambda i: alphabet(smos[i].name))
        wanted = [*known, *(i for i in groups if i not in smos)]
        return [self._council(i, groups[i]) for i in wanted if self._choice.smo in ("", i)]

    def _is_listed(self, municipality: MunicipalityDefined) -> bool:
        return all(municipality.code in codes for codes in listed(self._figures, self._choice, self._beside))

    def pages(self) -> list[list[Sequence[Tile]]]:
        """The upper tier as a wall shows it: pages of full rows, small enough for names that can be read."""
        tiles = [tile for council in self.councils() for tile in council.tiles]
        tiles.sort(key=self._falling)
        return [
            evenly(page, -(-len(page) // ACROSS)) for page in evenly(tiles, -(-len(tiles) // (ACROSS * DOWN)))
        ]

    def _council(self, smo: str, municipalities: list[MunicipalityDefined]) -> Council:
        named, audience = self._structure.smos.get(smo), audience_of(municipalities)
        codes = [code for m in municipalities for code in self._structure.with_settlements(m.code)]
        by_share = self._choice.rank == TARGET
        standing = self._beside.some(codes, self._choice.show) if by_share else None
        return Council(
            id=smo,
            name=named.name if named else "",
            **self._summed(smo, codes, audience, standing),
            audience=audience,
            tiles=self._sorted(self._upper(m) for m in municipalities),
            href=self._choice.href(smo=smo),
        )

    def _summed(
        self, smo: str, codes: Sequence[str], audience: int | None, standing: Against | None
    ) -> dict[str, Any]:
        if standing is None:
            return {"key": f"smo {smo} {self._key}", "value": self._measure.of(codes, audience)}
        if standing.seen:
            return {"key": f"smo {smo} {self._key}", "value": standing.share, "standing": standing}
        n = self._figures.sums.of(codes, self._choice.show)
        return {"key": f"smo {smo} {self._choice.show}", "value": n}

    def _sorted(self, tiles: Iterable[Tile]) -> tuple[Tile, ...]:
        return tuple(sorted(tiles, key=self._falling))

    def _falling(self, tile: Tile) -> tuple[bool, bool, float]:
        """By target, those whose target is not the viewer's come last."""
        return (self._choice.rank == TARGET and tile.standing is None, *falling(tile.value))

    def _upper(self, municipality: MunicipalityDefined) -> Tile:
        code, matches = municipality.code, self._choice.matches
        whole, parts = matches(municipality.name), self._structure.settlements.get(code, [])
        settlements = self._sorted(self._part(m, hidden=not (whole or matches(m.name))) for m in parts)
        found = any(not tile.hidden for tile in settlements)
        value = self._wholes[code]
        days = self._fortnight(self._structure.with_settlements(code)) if self._with_days[0] else []
        return Tile(
            code=code,
            name=municipality.name,
            short=self._short[code],
            **self._shown("district", code, value, self._largest, self._shares.get(code)),
            audience=municipality.audience,
            href=breakdown(code),
            silent=code in self._silent,
            days=days,
            top=usual(days),
            hidden=not (whole or found),
            own=self._part(municipality, hidden=not whole) if settlements else None,
            settlements=settlements,
            open=found and not whole,
        )

    def _part(self, municipality: MunicipalityDefined, hidden: bool) -> Tile:
        code = municipality.code
        value = self._owns[code]
        days = self._fortnight([code]) if self._with_days[1] else []
        return Tile(
            code=code,
            name=municipality.name,
            short=self._short[code],
            **self._shown("municipality", code, value, self._largest_part, self._own_shares.get(code)),
            audience=own_audience(self._figures, municipality),
            href=breakdown(code),
            # What a district's own tile says of silence its whole says already.
            silent=code in self._silent and code not in self._structure.settlements,
            days=days,
            top=usual(days),
            hidden=hidden,
        )

    def _fortnight(self, codes: Iterable[str]) -> list[int]:
        return fortnight(self._figures.sums.by_day(codes, self._choice.show), self._day)
