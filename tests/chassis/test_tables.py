"""Lists as files: what a spreadsheet opens is what was in the list."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis.strategies import text

from services.chassis.errors import NotFound
from services.chassis.inert import guarded, unguarded
from services.chassis.web.tables import Cell, as_csv, as_xlsx, download, ending_of, files

AS_OF = datetime(2026, 11, 28, 21, 6, tzinfo=UTC)
HEAD = ("Название", "Работников")
ROWS: list[tuple[Cell, ...]] = [("Школа «№ 1»; филиал", 40), ("=1+1", None), ("-", 0)]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_russian_spreadsheet_opens_the_csv() -> None:
    content = as_csv(HEAD, ROWS)

    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert read == [list(HEAD), ["Школа «№ 1»; филиал", "40"], ["'=1+1", ""], ["'-", "0"]]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_whatever_parts_cells_a_text_stays_one_cell(separator: str) -> None:
    content = as_csv(
        ("Название",), [("Школа, детский сад, клуб",), ("Иванов,=1+1",), ("a;=1+1",), ("a\t=1+1",)]
    )

    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))

    assert read == [["Название"], ["Школа, детский сад, клуб"], ["Иванов,=1+1"], ["a;=1+1"], ["a\t=1+1"]]


COMPUTED = [
    "=1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
]


@pytest.mark.parametrize("typed", COMPUTED)
def test_what_would_be_computed_is_inert(typed: str) -> None:
    content = as_csv(("Название",), [(typed,)]).decode("utf-8-sig")

    [_, [cell]] = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert cell == f"'{typed}"


@given(text())
@example("'=1")
@example("''  ＠")
def test_an_inert_text_is_read_back_as_it_was(written: str) -> None:
    assert unguarded(guarded(written)) == written


def test_a_text_longer_than_a_cell_is_cut_and_not_left_out() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(HEAD, [("я" * 40_000, 1)]))) as book:
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))

    assert max(len("".join(item.itertext())) for item in texts) == 32_767


def test_the_sheet_holds_texts_and_numbers_and_no_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(HEAD, ROWS))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))

    assert {"".join(item.itertext()) for item in texts} == {*HEAD, "Школа «№ 1»; филиал", "=1+1", "-"}
    numbers = [c.findtext(f"{SHEET}v") for c in sheet.iter(f"{SHEET}c") if c.get("t") != "s"]
    assert numbers == ["40", "0"]
    assert sheet.find(f".//{SHEET}f") is None
    assert sheet.find(f"{SHEET}autoFilter") is not None


def test_an_empty_list_has_its_head() -> None:
    assert as_csv(HEAD, []).decode("utf-8-sig") == '"Название";"Работников"\r\n'
    assert as_xlsx(HEAD, []).startswith(b"PK")


async def test_a_file_has_a_russian_name() -> None:
    answer = await download("Организации – Сосновский район", "xlsx", HEAD, ROWS, AS_OF)

    name = unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
    assert name == "Организации – Сосновский район, 2026-11-28 21-06.xlsx"


def test_a_list_is_asked_for_by_its_filter_and_a_known_ending() -> None:
    asked = files("/cabinet", q="район", missing=1)

    assert asked["csv"] == "/cabinet?q=%D1%80%D0%B0%D0%B9%D0%BE%D0%BD&missing=1&format=csv"
    assert [ending_of({}), ending_of({"format": "csv"})] == ["", "csv"]
    with pytest.raises(NotFound):
        ending_of({"format": "exe"})
