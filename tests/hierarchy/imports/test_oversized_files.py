"""Files that would take all memory or all time, some of them by accident."""

import asyncio
import io

import pytest
import xlsxwriter

from services.chassis.tables import sheets
from services.chassis.tables.rows import BadFile, Table
from services.chassis.web.problems import Sentences
from services.hierarchy.core.reading import FileReader
from services.hierarchy.imports.domain import population
from services.hierarchy.imports.domain.population import People
from tests.hierarchy.tables import document

SENTENCES = Sentences("services.hierarchy")


def far(row: int, column: int) -> bytes:
    """A table of two rows, and a blank somewhere else."""

    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Код ОКТМО", "Население", "Аудитория"))
        sheet.write_row(1, 0, (13603000, 29652, 1343))
        sheet.write_string(row, column, " ")
    return content.getvalue()


async def test_a_cell_in_the_far_corner_is_a_refusal_and_no_end_of_the_process() -> None:
    reader = FileReader()

    for _ in range(2):
        with pytest.raises(BadFile) as refusal:
            await reader.table(far(1_048_575, 16_383))

        [row] = refusal.value.rows
        assert SENTENCES(row.why.slug, row.why.facts) == (
            "Таблица слишком большая или повреждена: сохраните её заново и оставьте только нужные строки."
        )


async def test_a_cell_at_the_very_bottom_leaves_two_rows_and_holds_up_nobody() -> None:
    reader, done = FileReader(), list[str]()

    async def read(name: str, content: bytes) -> Table:
        read = await reader.table(content)
        done.append(name)
        return read

    long, _ = await asyncio.gather(
        read("far", far(1_048_575, 2)), read("near", b"code;population;audience\n")
    )

    assert population.parse(long, ["13603000"]) == {"13603000": People(29652, 1343)}
    assert done == ["near", "far"]


async def test_more_rows_than_any_table_has_are_refused() -> None:
    with pytest.raises(BadFile) as refusal:
        await FileReader().table(b"1;2\n" * (sheets.MOST_ROWS + 1))

    assert [row.why.slug for row in refusal.value.rows] == ["table-unreadable"]


def test_references_and_depth_in_a_yaml_file_are_refused_with_the_line() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

    for text, line in ((bomb, 1), ("- " + "[" * 40 + "]" * 40, 1), ("[" * 5000, 1), ("&a [*a]", 1)):
        with pytest.raises(BadFile) as refusal:
            document(text)
        [row] = refusal.value.rows
        sentence = SENTENCES(row.why.slug, row.why.facts)
        assert row.line == line
        assert "Вложено" in sentence or "YAML" in sentence
