"""Tables that people take with them: CSV as Russian spreadsheets open it, and XLSX."""

import asyncio
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlencode

from litestar import Response
from xlsxwriter import Workbook

from services.chassis.errors import NotFound
from services.chassis.inert import guarded
from services.chassis.web.downloads import as_attachment

Cell: TypeAlias = "str | int | float | None"

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

LONGEST_CELL = 32_767
"""Characters that a cell of a sheet holds; a longer text would be left out."""

WIDEST = 60
USUAL_WIDTH = 18
"""Of a column whose texts are not known beforehand."""


def files(address: str, **chosen: str | int) -> dict[str, str]:
    """Where a list lies as a file, by ending: the same filter, and all of it."""
    return {ending: f"{address}?{urlencode(chosen | {'format': ending})}" for ending in MEDIA_TYPES}


def ending_of(query: Mapping[str, str]) -> str:
    """As which file a list is asked for; empty for the page. Raises NotFound for any other."""
    ending = query.get("format", "")
    if ending and ending not in MEDIA_TYPES:
        raise NotFound("not-found")
    return ending


async def download(
    name: str,
    ending: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    as_of: datetime,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> Response[bytes]:
    """The table as a file (csv or xlsx) whose name says what it is and of when. `notes` explain the columns:
    on a second sheet, where there are sheets."""
    make = as_csv if ending == "csv" else partial(as_xlsx, notes=notes)
    body = await asyncio.to_thread(make, head, list(rows))
    named = f"{name}, {as_of:%Y-%m-%d %H-%M}.{ending}"
    return Response(body, media_type=MEDIA_TYPES[ending], headers=as_attachment(named))


async def long_download(
    name: str,
    ending: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    as_of: datetime,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> Response[bytes]:
    """The same of a table of ten thousands of rows: made row by row, so that it is never held as a whole."""
    make = as_csv if ending == "csv" else partial(_long_xlsx, notes=notes)
    body = await asyncio.to_thread(make, head, rows)
    named = f"{name}, {as_of:%Y-%m-%d %H-%M}.{ending}"
    return Response(body, media_type=MEDIA_TYPES[ending], headers=as_attachment(named))


def _long_xlsx(head: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet("Список"), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, USUAL_WIDTH)
        for nth, name in enumerate(head):
            sheet.write_string(0, nth, name, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for nth, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(last, nth, cell)
                elif cell:
                    sheet.write_string(last, nth, cell[:LONGEST_CELL])
        sheet.autofilter(0, 0, last, len(head) - 1)
        _explain(book, notes)
    return content.getvalue()


def _explain(book: Workbook, notes: Mapping[str, str]) -> None:
    """A second sheet that says what the columns are."""
    if not notes:
        return
    explained, bold = book.add_worksheet("Что считаем"), book.add_format({"bold": True})
    explained.set_column(0, 0, WIDEST // 2)
    for nth, (term, meaning) in enumerate(notes.items()):
        explained.write_string(nth, 0, term, bold)
        explained.write_string(nth, 1, meaning[:LONGEST_CELL])


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons and a mark of UTF-8, without which a Russian spreadsheet shows no letters. Every text is in
    quotes: some programs part cells at commas, too, and would compute what begins behind one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(head)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], notes: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """A sheet with a head that stays, a filter, and columns as wide as their texts; the notes on another."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet("Список"), book.add_format({"bold": True})
        for nth, column in enumerate(zip(head, *rows, strict=True)):
            sheet.write_string(0, nth, column[0], bold)
            for row, cell in enumerate(column[1:], 1):
                if isinstance(cell, int | float):
                    sheet.write_number(row, nth, cell)
                elif cell:
                    sheet.write_string(row, nth, cell[:LONGEST_CELL])
            sheet.set_column(nth, nth, min(WIDEST, 2 + max(len(str(cell or "")) for cell in column)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(head) - 1)
        _explain(book, notes)
    return content.getvalue()


def _inert(cell: Cell) -> Cell:
    if isinstance(cell, float):
        # A Russian spreadsheet would read a date into 3.4.
        return f"{cell}".replace(".", ",")
    return guarded(cell) if isinstance(cell, str) else cell
