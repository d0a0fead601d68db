"""Reading tables that people send: encodings, spreadsheets, line numbers, and every bad row at once."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from python_calamine import CalamineError, CalamineWorkbook

from services.chassis.errors import Invalid, Refused

SEPARATOR = ";"
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How XLSX, ODS and XLS begin."""

LARGEST_SHEET = 200_000_000
"""Bytes of a spreadsheet once it is unpacked."""


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
class Line:
    """One row of a table: the line it begins on, and its trimmed cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its names for programs and for people, and whether it may be missing."""

    name: str
    title: str
    optional: bool = False

    def is_headed(self, cell: str) -> bool:
        """Whether a cell of the first row names it."""
        return cell.casefold() in (self.name, self.title.casefold())


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without a mark) or Windows-1251.

    Russian text in Windows-1251 is practically never valid UTF-8, so trying tells them apart.
    """
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(BadRow(1, Invalid("row-encoding")))


def read_table(content: bytes, columns: Sequence[Column]) -> tuple[list[Line], list[BadRow]]:
    """The rows with their cells in the order of `columns`, which the first row names in any order, and those
    that are no rows of it. A missing column is empty, others than these and blank lines are passed over."""
    lines, bad = split(content)
    head = lines[0].cells if lines else ()
    at = {column: nth for column in columns for nth, cell in enumerate(head) if column.is_headed(cell)}
    missing = [column.title for column in columns if column not in at and not column.optional]
    if missing:
        raise BadFile(BadRow(1, Invalid("row-header", missing=", ".join(missing))), *bad)
    good: list[Line] = []
    for line in lines[1:]:
        if len(line.cells) != len(head):
            bad.append(BadRow(line.number, wrong_width(len(head), len(line.cells))))
            continue
        cells = tuple(line.cells[at[column]] if column in at else "" for column in columns)
        good.append(Line(line.number, cells))
    return good, bad


def split(content: bytes) -> tuple[list[Line], list[BadRow]]:
    """Every row of a CSV or of a first sheet that is not blank, and those that cannot be read."""
    rows = _cells(content) if content.startswith(SPREADSHEETS) else _rows(decode(content))
    lines: list[Line] = []
    bad: list[BadRow] = []
    for number, row in rows:
        if isinstance(row, csv.Error):
            bad.append(BadRow(number, Invalid("row-quotes")))
        elif any(cell.strip() for cell in row):
            lines.append(Line(number, tuple(one_line(cell) for cell in row)))
    return lines, bad


def one_line(text: str) -> str:
    """Text without doubled, leading, trailing or unusual spaces, and without NUL."""
    return " ".join(text.replace("\0", "").split())


def whole_number(cell: str) -> int | None:
    """A whole number of at most nine digits, written with or without spaces; None if it is none."""
    digits = cell.replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def code_of(cell: str) -> str:
    """A municipality's code as it was meant: a spreadsheet takes it for a number and drops its first zero."""
    digits = cell.replace(" ", "")
    return digits.zfill(8) if digits.isdigit() and len(digits) == 7 else digits


def wrong_width(expected: int, found: int) -> Invalid:
    """Why a row of so many columns cannot be read."""
    return Invalid("row-width", expected=expected, found=found)


def _rows(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATOR, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except csv.Error as error:
            yield begins, error
        except StopIteration:
            return


def _cells(content: bytes) -> Iterable[tuple[int, list[str]]]:
    try:
        _check_unpacked(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError) as error:
        raise BadFile(BadRow(1, Invalid("row-spreadsheet"))) from error
    return [(nth, [_text(cell) for cell in row]) for nth, row in enumerate(rows, 1)]


def _check_unpacked(content: bytes) -> None:
    """A small file may unpack to more than there is memory. Raises ValueError."""
    if content.startswith(SPREADSHEETS[0]):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_SHEET:
                raise ValueError("too large")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
