"""The municipalities as a table, in any order."""

from dataclasses import dataclass

from contracts.reported import ReportedFigures
from contracts.structure import MunicipalityDefined
from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web.choice import GAPS, PER_HUNDRED, PLANNED, SORTS, TODAY, Choice, order_of
from services.metrics.web.measure import Measure, Value, audience_of
from services.metrics.web.picture import Gaps, breakdown
from services.metrics.web.plan.beside import UNSEEN, Against, Beside
from services.metrics.web.tiles import listed


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
    today: Value
    per_hundred: Value
    """Of the shown counter."""
    audience: int | None
    silent: bool
    href: str
    hidden: bool
    covered: bool
    """Whether its coverage is for the viewer; then `gaps` are its own, without settlements, or unknown."""
    gaps: int | None
    standing: Against
    """The shown counter beside its target, as far as the viewer sees it."""
    reported: ReportedFigures | None
    """What it said of itself, by word of mouth; in none of the other figures."""


def listed_of(figures: Figures, choice: Choice, beside: Beside) -> list[MunicipalityDefined]:
    """The municipalities of the chosen SMO and list by name."""
    s, lists = figures.structure, listed(figures, choice, beside)
    return sorted(
        (
            m
            for m in s.municipalities.values()
            if choice.smo in ("", m.smo or "") and all(m.code in codes for codes in lists)
        ),
        key=lambda m: alphabet(m.name),
    )


def rows(figures: Figures, choice: Choice, gaps: Gaps, beside: Beside) -> list[Row]:
    """Every municipality of the chosen SMO and list, in the chosen order; equals by name."""
    drawing = _Drawing(figures, choice, gaps, beside)
    found = [drawing.row(m) for m in listed_of(figures, choice, beside)]
    column, down = choice.order.removeprefix("-"), choice.order.startswith("-")
    if column == "name":
        return found[::-1] if down else found
    if column == GAPS:
        return sorted(found, key=lambda row: _by_gaps(row, down))
    return sorted(found, key=lambda row: _by_figure(_figure(row, column), down))


def _figure(row: Row, column: str) -> Value:
    if column in PLANNED:
        return getattr(row.standing, "likely" if column == "forecast" else column)  # type: ignore[no-any-return]
    return getattr(row, column.replace("-", "_"))  # type: ignore[no-any-return]


def _by_figure(value: Value, down: bool) -> tuple[bool, float]:
    """The unknown last, in either order."""
    return value is None, -(value or 0) if down else (value or 0)


def _by_gaps(row: Row, down: bool) -> tuple[int, int]:
    """What is known first, in either order, and last what is not the viewer's."""
    if row.gaps is None:
        return (1 if row.covered else 2), 0
    return 0, (-row.gaps if down else row.gaps)


@dataclass(frozen=True, slots=True)
class Whole:
    """The row of the sum; its counters are the region's."""

    today: Value
    per_hundred: Value
    audience: int | None
    standing: Against


def whole(figures: Figures, choice: Choice, beside: Beside) -> Whole:
    """What all have together by the shown counter."""
    codes, audience = figures.structure.municipalities, audience_of(figures.structure.upper_tier)
    today, per_hundred = (Measure(figures, choice.show, rank) for rank in (TODAY, PER_HUNDRED))
    standing = beside.together(choice.show) if beside.is_whole else UNSEEN
    return Whole(today.of(codes, None), per_hundred.of(codes, audience), audience, standing)


class _Drawing:
    """Makes the rows of one table."""

    def __init__(self, figures: Figures, choice: Choice, gaps: Gaps, beside: Beside) -> None:
        self._figures, self._choice, self._gaps, self._beside = figures, choice, gaps, beside
        self._today = Measure(figures, choice.show, TODAY)
        self._per_hundred = Measure(figures, choice.show, PER_HUNDRED)
        self._silent = figures.silent()

    def row(self, municipality: MunicipalityDefined) -> Row:
        figures, s, code = self._figures, self._figures.structure, municipality.code
        parent = s.municipalities.get(municipality.parent or "")
        smo = s.smos.get(municipality.smo or "")
        codes = s.with_settlements(code)
        found = self._choice.matches(f"{municipality.name} {parent.name if parent else ''}")
        return Row(
            code=code,
            name=municipality.name,
            level="municipality" if parent else "district",
            district=parent.name if parent else "",
            smo=smo.name if smo else "",
            with_settlements=len(codes) > 1,
            registered=figures.sums.of(codes, REGISTERED),
            submitted=figures.sums.of(codes, SUBMITTED),
            today=self._today.whole(municipality),
            per_hundred=self._per_hundred.whole(municipality),
            audience=municipality.audience,
            silent=code in self._silent,
            href=breakdown(code),
            hidden=not found,
            covered=code in self._gaps,
            gaps=self._gaps.get(code),
            standing=self._beside.whole(municipality, self._choice.show),
            reported=figures.reported.get(code),
        )


def orders(choice: Choice) -> dict[str, dict[str, str]]:
    """What the table's heads lead to: figures fall first, names rise first; once more turns the order."""
    return {column: _order(choice, column) for column in (*SORTS, *PLANNED)}


def _order(choice: Choice, column: str) -> dict[str, str]:
    sort, order = order_of(column, choice.order, rises=column == "name")
    return {"href": choice.href(sort=sort) + "#municipalities", "order": order}
