"""Files as the bounded process reads them, without the process."""

import io

import xlsxwriter

from services.chassis.tables import sheets
from services.chassis.tables.reading import table_of
from services.chassis.tables.rows import Table
from services.hierarchy.core.domain import outlines
from services.hierarchy.core.domain.marked import Document
from services.hierarchy.core.reading import document_of


def table(content: bytes | str) -> Table:
    """The table of a file. Raises BadFile."""
    return table_of(sheets.read(content.encode() if isinstance(content, str) else content))


def document(content: bytes | str) -> Document:
    """The YAML document of a file. Raises BadFile."""
    return document_of(outlines.outline(content.encode() if isinstance(content, str) else content))


def spreadsheet(*rows: tuple[object, ...]) -> bytes:
    """A workbook of one sheet with these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for nth, row in enumerate(rows):
            sheet.write_row(nth, 0, row)
    return content.getvalue()
