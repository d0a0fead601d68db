"""Files that people send, read into rows of text: the only place where a parser of others meets them.

Runs in a bounded process.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Protocol

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from services.chassis.inert import unguarded
from services.chassis.tables import formats
from services.chassis.tables.cells import one_line

SEPARATORS = (";", "\t", ",")
"""In the order in which we believe in them."""

SAMPLE = 50
"""Rows by which the separator is found."""

LARGEST_SHEET = 200_000_000
"""Bytes of a spreadsheet once it is unpacked."""

MOST_ROWS, MOST_CELLS, MOST_TEXT = 250_000, 1_000_000, 30_000_000
"""Of a table: the classifier of the whole country has some 160 000 rows of four cells. Characters of text."""

GLANCED, WIDEST_GLANCED, LONGEST_GLANCED = 11, 100, 200
"""Rows of a glance at a table, its columns, and characters of a cell of it."""

PORTION, LONGEST_PICKED = 1000, 2000
"""Rows that are told at once of a table that may be large; characters of a cell of it."""

ERRORS_OF_XLS = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00.\x00.{6}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff",
    re.DOTALL,
)
"""The records of an old spreadsheet that hold an error: BoolErr, and Formula with an error for its result."""

ERROR_OF_XLSX = re.compile(rb"(<(?:\w+:)?c\b[^<>]*?\st=)([\"'])e\2")
ERROR_OF_ODS = re.compile(rb"\soffice:string-value=\"\"(?=[^<>]*\scalcext:value-type=\"error\")")


class Records(Protocol):
    """A reader of the module csv, which has no public name for its type."""

    line_num: int

    def __iter__(self) -> "Records": ...
    def __next__(self) -> list[str]: ...


class Unreadable(Exception):
    """A file that is refused as a whole: the refusal's slug, and what the file is if that is the reason."""

    def __init__(self, slug: str, kind: str = "") -> None:
        super().__init__(slug)
        self.slug, self.kind = slug, kind


def read(content: bytes) -> bytes:
    """The rows of a CSV or of a first sheet that are not blank, as JSON: their numbers and their cells up to
    the last one that is filled; the numbers of those whose quotes do not close; or why there are none."""
    try:
        rows, unclosed = _table(_rows_of(content))
    except Unreadable as refusal:
        return orjson.dumps({"refused": refusal.slug, "kind": refusal.kind})
    return orjson.dumps({"rows": rows, "unclosed": unclosed})


def glance(content: bytes) -> bytes:
    """The first rows of a table that may be large, as JSON, and how many rows it has."""
    first, count = list[tuple[int, list[str]]](), 0
    try:
        for number, row in _rows_of(content):
            count += isinstance(row, csv.Error) or any(row)
            if len(first) < GLANCED and not isinstance(row, csv.Error) and (filled := _filled(row)):
                first.append((number, [cell[:LONGEST_GLANCED] for cell in filled[:WIDEST_GLANCED]]))
            if count > MOST_ROWS:
                raise Unreadable("table-unreadable")
    except Unreadable as refusal:
        return orjson.dumps({"refused": refusal.slug, "kind": refusal.kind})
    return orjson.dumps({"first": first, "count": count})


def pick(asked: bytes) -> bytes:
    """Some columns of a table that may be large: a line of JSON a thousand rows, without the first.

    `asked`: the columns as JSON, and on the next line the file. A row whose quotes do not close has no cells.
    """
    columns, _, content = asked.partition(b"\n")
    try:
        return b"\n".join(map(orjson.dumps, _picked(content, orjson.loads(columns))))
    except Unreadable as refusal:
        return orjson.dumps({"refused": refusal.slug, "kind": refusal.kind})


def _picked(content: bytes, columns: list[int]) -> Iterator[list[tuple[int, list[str] | None]]]:
    portion, count, text = list[tuple[int, list[str] | None]](), -1, 0
    for number, row in _rows_of(content):
        if not isinstance(row, csv.Error) and not any(row):
            continue
        count += 1
        cells = None if isinstance(row, csv.Error) else [_cell(row, nth) for nth in columns]
        if count:
            portion.append((number, cells))
            text += sum(map(len, cells or ()))
        if count > MOST_ROWS or text > MOST_TEXT:
            raise Unreadable("table-unreadable")
        if len(portion) == PORTION:
            yield portion
            portion = []
    yield portion


def _cell(row: list[str], nth: int) -> str:
    return one_line(unguarded(row[nth]))[:LONGEST_PICKED] if nth < len(row) and row[nth] else ""


def _rows_of(content: bytes) -> Iterable[tuple[int, list[str] | csv.Error]]:
    if kind := formats.foreign(content):
        raise Unreadable("row-file-kind", kind)
    if content.startswith(formats.SPREADSHEETS):
        return _cells(content)
    text = formats.decode(content)
    if text is None:
        raise Unreadable("row-encoding")
    return _records(text)


def _table(
    rows: Iterable[tuple[int, list[str] | csv.Error]],
) -> tuple[list[tuple[int, list[str]]], list[int]]:
    kept, unclosed, cells, text = list[tuple[int, list[str]]](), list[int](), 0, 0
    for number, row in rows:
        if isinstance(row, csv.Error):
            unclosed.append(number)
        elif filled := _filled(row):
            kept.append((number, filled))
            cells += len(filled)
            text += sum(map(len, filled))
        if len(kept) + len(unclosed) > MOST_ROWS or cells > MOST_CELLS or text > MOST_TEXT:
            raise Unreadable("table-unreadable")
    return kept, unclosed


def _filled(row: list[str]) -> list[str]:
    if not any(row):
        return []
    cells = [one_line(unguarded(cell)) if cell else "" for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _records(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """The records of a CSV, whatever parts its cells, each with the line on which it begins."""
    said = re.match(r"[\"']?sep=([;,|\t])[\"']?(?:\r\n|\r|\n|$)", text, re.IGNORECASE)
    separator, skipped = (said[1], 1) if said else (_separator(text), 0)
    reader = _reader(text[said.end() :] if said else text, separator, strict=True)
    while True:
        begins = reader.line_num + 1 + skipped
        try:
            yield begins, next(reader)
        except csv.Error as error:
            yield begins, error
        except StopIteration:
            return


def _separator(text: str) -> str:
    """What parts the most rows: a comma may stand in a name, too, but hardly in every one and in the head."""
    return max(SEPARATORS, key=lambda separator: _parted(text, separator))


def _parted(text: str, separator: str) -> int:
    try:
        return sum(len(row) > 1 for row in islice(_reader(text, separator, strict=False), SAMPLE))
    except csv.Error:
        return 0


def _reader(text: str, separator: str, *, strict: bool) -> "Records":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _cells(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = _first_sheet(content)
        # The blank rows above the first cell are among the rows, the blank columns before it are not.
        _, left = sheet.start or (0, 0)
        for nth, row in enumerate(sheet.iter_rows(), 1):
            if any(cell != "" for cell in row):
                yield nth, [""] * left + [_text(cell) for cell in row]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError, NotImplementedError) as error:
        raise Unreadable("row-spreadsheet") from error


def _first_sheet(content: bytes) -> CalamineSheet:
    if content.startswith(formats.PACKED):
        content = _with_errors_as_text(content)
    elif ERRORS_OF_XLS.search(content):
        raise ValueError("errors that would be read as empty cells")
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)


def _with_errors_as_text(content: bytes) -> bytes:
    """The same spreadsheet with its errors (#N/A) as text: our reader takes an error for an empty cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_SHEET:
            raise ValueError("too large")
        changed = {}
        for name in packed.namelist():
            if name == "content.xml" or "worksheets/" in name:
                part = packed.read(name)
                spoken = ERROR_OF_XLSX.sub(rb"\1\2str\2", ERROR_OF_ODS.sub(b"", part))
                if spoken != part:
                    changed[name] = spoken
        return _repacked(packed, changed) if changed else content


def _repacked(packed: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as new:
        for name in dict.fromkeys(packed.namelist()):
            new.writestr(name, changed.get(name) or packed.read(name))
    return again.getvalue()


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)
