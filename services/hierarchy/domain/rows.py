"""Reading tables that people send: encodings, line numbers, and every bad row at once."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SEPARATOR = ";"


@dataclass(frozen=True, slots=True, order=True)
class BadRow:
    """A row that cannot be taken: its line, counted from 1, and one sentence why."""

    line: int
    reason: str


class BadFile(Exception):
    """A file that is refused as a whole; `rows` says everything that is wrong with it."""

    def __init__(self, *rows: BadRow) -> None:
        super().__init__(f"{len(rows)} bad rows")
        self.rows = tuple(sorted(rows))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: the line it begins on, and its trimmed cells."""

    number: int
    cells: tuple[str, ...]


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without a mark) or Windows-1251.

    Russian text in Windows-1251 is practically never valid UTF-8, so trying tells them apart.
    """
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(BadRow(1, "The file is neither UTF-8 nor Windows-1251."))


def read_table(content: bytes, header: Sequence[str]) -> tuple[list[Line], list[BadRow]]:
    """The rows under a header, and those that are no rows of it. Blank lines are passed over."""
    lines, bad = split(decode(content))
    if not lines or lines[0].cells != tuple(header):
        expected = SEPARATOR.join(header)
        raise BadFile(BadRow(1, f"The first line must be the header {expected}."), *bad)
    good = [line for line in lines[1:] if len(line.cells) == len(header)]
    for line in lines[1:]:
        if len(line.cells) != len(header):
            bad.append(BadRow(line.number, _wrong_width(len(header), len(line.cells))))
    return good, bad


def split(text: str) -> tuple[list[Line], list[BadRow]]:
    """Every row that is not blank, and the rows whose quotes do not close."""
    lines: list[Line] = []
    bad: list[BadRow] = []
    for number, row in _rows(text):
        if isinstance(row, csv.Error):
            bad.append(BadRow(number, "The quotation marks of this row do not match."))
        elif any(cell.strip() for cell in row):
            lines.append(Line(number, tuple(one_line(cell) for cell in row)))
    return lines, bad


def one_line(text: str) -> str:
    """Text without doubled, leading, trailing or unusual spaces."""
    return " ".join(text.split())


def whole_number(cell: str) -> int | None:
    """A whole number of at most nine digits, written with or without spaces; None if it is none."""
    digits = cell.replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


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


def _wrong_width(expected: int, found: int) -> str:
    return f"The row has {found} columns instead of {expected}."
