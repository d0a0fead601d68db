"""Rows of the platform's table, and everything that is wrong with one."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from services.chassis.errors import Invalid, Refused
from services.chassis.tables.cells import is_error
from services.chassis.tables.rows import BadRow, TableRow
from services.chassis.text import serial_number
from services.directory.codes import code_of
from services.directory.russian import search_text
from services.intake.federal.domain.columns import FIELDS

NUMBER_LONGEST, STATUS_LONGEST, TITLE_LONGEST = 64, 200, 1000
LONGEST = {"number": NUMBER_LONGEST, "status": STATUS_LONGEST, "title": TITLE_LONGEST}

YEARS = range(2000, 2101)
DAY_LAST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:,?\s.*)?")


@dataclass(frozen=True, slots=True)
class FederalRow:
    """An initiative as the platform lists it. `own`: our number, where the table says it."""

    line: int
    municipality: str
    number: str
    dated: date | None = None
    status: str = ""
    title: str = ""
    own: int | None = None


class Stored(NamedTuple):
    """The same as it is stored, with the initiative of ours that it is."""

    municipality: str
    number: str
    dated: date | None
    status: str
    title: str
    own: int | None
    initiative_id: UUID | None
    linked: str | None
    import_id: UUID
    line: int


@dataclass(frozen=True)
class Places:
    """The municipalities that a table may name by code or name; for a transformed one stands its successor.

    `names`: of all the region, by code; `reach`: those whose rows are taken.
    """

    names: Mapping[str, str]
    successors: Mapping[str, str]
    reach: Collection[str]

    @cached_property
    def _named(self) -> Mapping[str, list[str]]:
        named = dict[str, list[str]]()
        for code, name in self.names.items():
            named.setdefault(search_text(name), []).append(code)
        return named

    def home(self, code: str) -> str:
        """The municipality that a code stands for now."""
        return self.successors.get(code, code)

    def find(self, cell: str) -> str:
        """The code of the municipality that a cell names. Raises Invalid."""
        digits = code_of(cell)
        code = digits[:8] if digits.isascii() and digits.isdigit() else ""
        found = code if code in self.names else self._by_name(cell)
        if not found:
            raise Invalid("row-municipality-unknown", name=cell[:NUMBER_LONGEST] or "–")
        found = self.home(found)
        if found not in self.reach:
            raise Invalid("row-municipality-foreign", name=self.names[found])
        return found

    def _by_name(self, cell: str) -> str:
        here = {self.home(code) for code in self._named.get(search_text(cell), [])}
        if len(here) > 1:
            raise Invalid("row-municipality-several", name=cell)
        return here.pop() if here else ""


def parse(row: TableRow, places: Places) -> FederalRow | list[BadRow]:
    """A row whose cells stand in the order of the fields, or everything that is wrong with it."""
    problems = list(_problems(row.cells, places))
    if problems:
        return [BadRow(row.number, why) for why in problems]
    number, municipality, dated, status, title, own = row.cells
    return FederalRow(
        row.number, places.find(municipality), number, date_of(dated), status, title, serial_number(own)
    )


def _problems(cells: Sequence[str], places: Places) -> Iterator[Refused]:
    for field, cell in zip(FIELDS, cells, strict=True):
        if is_error(cell):
            yield Invalid("row-cell-failed", name=field.title, error=cell)
        elif len(cell) > LONGEST.get(field.name, TITLE_LONGEST):
            yield Invalid("row-cell-long", name=field.title, limit=LONGEST.get(field.name, TITLE_LONGEST))
    number, municipality, dated, _, _, own = cells
    if not number:
        yield Invalid("row-federal-number")
    try:
        places.find(municipality)
    except Invalid as refusal:
        yield refusal
    if dated and not is_error(dated) and date_of(dated) is None:
        yield Invalid("row-date", cell=dated[:NUMBER_LONGEST])
    if own and not is_error(own) and serial_number(own) is None:
        yield Invalid("row-own-number", cell=own[:NUMBER_LONGEST])


def date_of(cell: str) -> date | None:
    """A day as spreadsheets and people write it, with or without a time; None for anything else."""
    if found := DAY_LAST.fullmatch(cell):
        year, month, day = map(int, found.groups())
    elif found := DAY_FIRST.fullmatch(cell):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None
