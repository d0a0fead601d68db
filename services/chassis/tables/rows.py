"""Tables that people send, once they are read: their columns, line numbers, and every bad row at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.chassis.errors import Invalid, Refused
from services.chassis.tables.cells import address, is_error, likeness


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken: its line, counted from 1, and why."""

    line: int
    why: Refused


class BadFile(Exception):
    """A file that is refused as a whole; `rows` says everything that is wrong with it, each thing once."""

    def __init__(self, *rows: BadRow) -> None:
        super().__init__(f"{len(rows)} bad rows")
        once = {(row.line, row.why.slug, str(row.why.facts)): row for row in rows}
        self.rows = tuple(row for _, row in sorted(once.items(), key=lambda known: known[0]))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: the line it begins on, and its trimmed cells up to the last one that is filled."""

    number: int
    cells: tuple[str, ...]

    def errors(self, columns: Iterable[int]) -> Iterator[BadRow]:
        """The cells of these columns (counted from 0) whose formula failed."""
        for nth in columns:
            if nth < len(self.cells) and is_error(self.cells[nth]):
                cell = address(nth, self.number)
                yield BadRow(self.number, Invalid("row-cell-error", cell=cell, error=self.cells[nth]))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: the rows that are not blank, and the lines whose quotes do not close."""

    lines: tuple[TableRow, ...]
    unclosed: tuple[int, ...] = ()

    @property
    def bad(self) -> list[BadRow]:
        """The rows that cannot be read."""
        return [BadRow(number, Invalid("row-quotes")) for number in self.unclosed]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its names for programs and for people, and whether it may be missing."""

    name: str
    title: str
    optional: bool = False

    def is_headed(self, cell: str) -> bool:
        """Whether a cell of the first row names it, in letters that look so."""
        return likeness(cell) in (likeness(self.name), likeness(self.title))


def read_table(table: Table, columns: Sequence[Column]) -> tuple[list[TableRow], list[BadRow]]:
    """The rows with their cells in the order of `columns`, which the first row names in any order, and those
    that are no rows of it. A missing column or cell is empty, other columns and blank lines are left out."""
    bad = table.bad
    head = table.lines[0].cells if table.lines else ()
    at = _columns_of(head, columns)
    missing = [column.title for column in columns if column not in at and not column.optional]
    if missing:
        raise BadFile(BadRow(1, Invalid("row-header", missing=", ".join(missing))), *bad)
    good: list[TableRow] = []
    for line in table.lines[1:]:
        problems = [*line.errors(at.values()), *_too_wide(line, len(head))]
        if not problems:
            good.append(TableRow(line.number, tuple(_cell(line, at.get(column)) for column in columns)))
        bad += problems
    return good, bad


def _columns_of(head: Sequence[str], columns: Sequence[Column]) -> Mapping[Column, int]:
    return {column: nth for column in columns for nth, cell in enumerate(head) if column.is_headed(cell)}


def _cell(line: TableRow, column: int | None) -> str:
    return line.cells[column] if column is not None and column < len(line.cells) else ""


def _too_wide(line: TableRow, expected: int) -> Iterator[BadRow]:
    if len(line.cells) > expected:
        yield BadRow(line.number, wrong_width(expected, len(line.cells)))


def wrong_width(expected: int, found: int) -> Invalid:
    """Why a row of so many columns cannot be read."""
    return Invalid("row-width", expected=expected, found=found)
