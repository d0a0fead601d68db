"""The live view's picture as its template needs it: counters, tiles, table, movements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from contracts.structure import CampaignDefined, MunicipalityDefined
from services.metrics.domain import COUNTERS, REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web.choice import GAPS, SORTS, TABLE, Choice

SHADES = 5

Gaps: TypeAlias = Mapping[str, int | None]
"""What is missing, by the codes of those municipalities whose coverage somebody sees; None where it was never
stated. Empty for a visitor."""


@dataclass(frozen=True, slots=True)
class Total:
    """One of the region's two large figures."""

    key: str
    value: int
    today: int
    hour: int
    definition: str
    href: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A municipality as a tile. `key` names its figure, `amount` is its shade (0 none … 5 most).

    A district's `value` includes its settlements, whose tiles it unfolds to; `own` is the district's alone.
    """

    code: str
    name: str
    key: str
    value: int
    amount: int
    href: str
    hidden: bool = False
    own: "Tile | None" = None
    settlements: tuple["Tile", ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Council:
    """An SMO (or none) with the tiles of its municipalities."""

    id: str
    name: str
    value: int
    tiles: tuple[Tile, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality as a row of the table; a district's figures include its settlements."""

    code: str
    name: str
    level: str
    district: str
    smo: str
    with_settlements: bool
    registered: int
    submitted: int
    href: str
    hidden: bool
    covered: bool
    """Whether its coverage is for the viewer; then `gaps` are its own, without settlements, or unknown."""
    gaps: int | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many municipalities lack nothing and nobody, of those that are the viewer's, and what all lack."""

    formed: int
    municipalities: int
    unknown: int
    gaps: int
    href: str


def breakdown(code: str) -> str:
    """The address of a municipality's page."""
    return f"/municipalities/{code}"


def shade(value: int, largest: int) -> int:
    """0 for nothing, else 1 … 5 by share of the largest."""
    return min(SHADES, -(-value * SHADES // largest)) if value > 0 and largest > 0 else 0


def totals(figures: Figures, campaign: CampaignDefined, choice: Choice) -> list[Total]:
    """The region's two counters."""
    today = figures.today()
    return [
        Total(
            key=counter,
            value=figures.sums.region[counter],
            today=today[counter],
            hour=figures.aside.last_hour[counter],
            definition=getattr(campaign.definitions, counter),
            href=choice.href(show=counter, view="table", sort=f"-{counter}") + "#municipalities",
        )
        for counter in COUNTERS
    ]


def staffing(gaps: Gaps, choice: Choice) -> Staffing | None:
    """What the table says of gaps, summed; it leads there. None for those who see no coverage."""
    if not gaps:
        return None
    stated = [n for n in gaps.values() if n is not None]
    return Staffing(
        formed=stated.count(0),
        municipalities=len(gaps),
        unknown=len(gaps) - len(stated),
        gaps=sum(stated),
        href=choice.href(view=TABLE, sort=f"-{GAPS}", q="", smo="") + "#municipalities",
    )


class Tiles:
    """Makes tiles of one counter. The upper tier and the settlements are each shaded by their own largest."""

    def __init__(self, figures: Figures, choice: Choice) -> None:
        self._choice = choice
        self._structure = s = figures.structure
        self._own = {code: figures.sums.of([code], choice.show) for code in s.municipalities}
        self._sums = {
            m.code: sum(map(self._own.__getitem__, s.with_settlements(m.code))) for m in s.upper_tier
        }
        self._largest = max(self._sums.values(), default=0)
        parts = (self._own[code] for m in s.settlements for code in s.with_settlements(m))
        self._largest_part = max(parts, default=0)

    def councils(self) -> list[Council]:
        """The SMOs by name, those without one last; only the chosen one if one is chosen."""
        groups: dict[str, list[MunicipalityDefined]] = {}
        for municipality in self._structure.upper_tier:
            groups.setdefault(municipality.smo or "", []).append(municipality)
        smos = self._structure.smos
        known = sorted((i for i in groups if i in smos), key=lambda i: alphabet(smos[i].name))
        wanted = [*known, *(i for i in groups if i not in smos)]
        return [self._council(i, groups[i]) for i in wanted if self._choice.smo in ("", i)]

    def _council(self, smo: str, municipalities: list[MunicipalityDefined]) -> Council:
        named = self._structure.smos.get(smo)
        return Council(
            id=smo,
            name=named.name if named else "",
            value=sum(self._sums[m.code] for m in municipalities),
            tiles=tuple(map(self._upper, municipalities)),
            href=self._choice.href(smo=smo),
        )

    def _upper(self, municipality: MunicipalityDefined) -> Tile:
        code, whole = municipality.code, self._choice.matches(municipality.name)
        parts = self._structure.settlements.get(code, [])
        settlements = tuple(self._part(m, hidden=not (whole or self._choice.matches(m.name))) for m in parts)
        found = any(not tile.hidden for tile in settlements)
        return Tile(
            code=code,
            name=municipality.name,
            key=f"district {code} {self._choice.show}",
            value=self._sums[code],
            amount=shade(self._sums[code], self._largest),
            href=breakdown(code),
            hidden=not (whole or found),
            own=self._part(municipality, hidden=not whole) if settlements else None,
            settlements=settlements,
            open=found and not whole,
        )

    def _part(self, municipality: MunicipalityDefined, hidden: bool) -> Tile:
        value = self._own[municipality.code]
        return Tile(
            code=municipality.code,
            name=municipality.name,
            key=f"municipality {municipality.code} {self._choice.show}",
            value=value,
            amount=shade(value, self._largest_part),
            href=breakdown(municipality.code),
            hidden=hidden,
        )


def rows(figures: Figures, choice: Choice, gaps: Gaps) -> list[Row]:
    """Every municipality of the chosen SMO, in the chosen order; equals by name."""
    s = figures.structure
    chosen = [m for m in s.municipalities.values() if choice.smo in ("", m.smo or "")]
    found = [_row(figures, choice, gaps, m) for m in sorted(chosen, key=lambda m: alphabet(m.name))]
    column, down = choice.sort.removeprefix("-"), choice.sort.startswith("-")
    if column == "name":
        return found[::-1] if down else found
    if column == GAPS:
        return sorted(found, key=lambda row: _by_gaps(row, down))
    return sorted(found, key=lambda row: getattr(row, column), reverse=down)


def _by_gaps(row: Row, down: bool) -> tuple[int, int]:
    """What is known first, in either order, and last what is not the viewer's."""
    if row.gaps is None:
        return (1 if row.covered else 2), 0
    return 0, (-row.gaps if down else row.gaps)


def _row(figures: Figures, choice: Choice, gaps: Gaps, municipality: MunicipalityDefined) -> Row:
    s = figures.structure
    parent = s.municipalities.get(municipality.parent or "")
    smo = s.smos.get(municipality.smo or "")
    codes = s.with_settlements(municipality.code)
    return Row(
        code=municipality.code,
        name=municipality.name,
        level="municipality" if parent else "district",
        district=parent.name if parent else "",
        smo=smo.name if smo else "",
        with_settlements=len(codes) > 1,
        registered=figures.sums.of(codes, REGISTERED),
        submitted=figures.sums.of(codes, SUBMITTED),
        href=breakdown(municipality.code),
        hidden=not choice.matches(f"{municipality.name} {parent.name if parent else ''}"),
        covered=municipality.code in gaps,
        gaps=gaps.get(municipality.code),
    )


def orders(choice: Choice) -> dict[str, dict[str, str]]:
    """What the table's heads lead to: figures fall first, names rise first; once more turns the order."""
    return {column: _order(choice, column) for column in SORTS}


def _order(choice: Choice, column: str) -> dict[str, str]:
    present = {column: "ascending", f"-{column}": "descending"}.get(choice.sort, "")
    first = column if column == "name" else f"-{column}"
    other = f"-{column}" if choice.sort == column else column
    return {"href": choice.href(sort=other if present else first) + "#municipalities", "order": present}


def smos(figures: Figures) -> list[dict[str, str]]:
    """The SMOs to choose from: code and name."""
    named: Iterable[tuple[str, str]] = ((smo.id, smo.name) for smo in figures.structure.smos.values())
    return [{"code": i, "name": name} for i, name in sorted(named, key=lambda pair: alphabet(pair[1]))]
