"""The hotline's figures of each municipality as rows: of the page's table and of the file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contracts.structure import MunicipalityDefined
from services.metrics.cases.minutes import Quantile
from services.metrics.cases.tally import Tally
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web.hotline.asked import LATE, LINELESS, Asked
from services.metrics.web.listed import arranged

LINES: Final = {"own": "своя", "shared": "общая с районом", "": "нет"}


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality with what was asked in it; a district's figures include its settlements."""

    code: str
    name: str
    district: str
    smo: str
    line: str
    tally: Tally

    @property
    def line_name(self) -> str:
        """Whether a line answers for it, in a word."""
        return LINES[self.line]


FIGURES: Final[dict[str, Callable[[Row], float | Quantile | None]]] = {
    "inquiries": lambda row: row.tally.inquiries,
    "open": lambda row: row.tally.open,
    "first_share": lambda row: row.tally.first.share,
    "first_median": lambda row: row.tally.first_median,
    "first_ninety": lambda row: row.tally.first_ninety,
    "final_share": lambda row: row.tally.final.share,
    "escalations": lambda row: row.tally.escalations,
    "consultations": lambda row: row.tally.consultations,
    "help_done": lambda row: row.tally.help_done,
}
"""What the table is sorted by."""


def rows(figures: Figures, asked: Asked) -> list[Row]:
    """Those that were asked for, in their order; equals by name, the unknown last."""
    s = figures.structure
    known = sorted(s.municipalities.values(), key=lambda m: alphabet(m.name))
    found = [
        row for m in known if asked.smo in ("", m.smo or "") and _wanted(row := row_of(figures, m), asked)
    ]
    return arranged(found, asked.sort, FIGURES)


def _wanted(row: Row, asked: Asked) -> bool:
    listed = {LATE: bool(row.tally.first.late or row.tally.final.late), LINELESS: not row.line}
    return listed.get(asked.only, True) and asked.matches(f"{row.name} {row.district}")


def row_of(figures: Figures, m: MunicipalityDefined) -> Row:
    """One municipality."""
    s = figures.structure
    district, smo = s.municipalities.get(m.parent or ""), s.smos.get(m.smo or "")
    return Row(
        code=m.code,
        name=m.name,
        district=district.name if district else "",
        smo=smo.name if smo else "",
        line=figures.hotline.lines.get(m.code, ""),
        tally=figures.hotline.of(s.with_settlements(m.code)),
    )
