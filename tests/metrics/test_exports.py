"""The live view as a file: what its table shows, to those who may see it."""

import csv
import io
from collections.abc import AsyncIterator
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.test_rights import Region, count_seven, opened

CSV = "/region?format=csv"


@pytest.fixture(params=["public", "staff"])
async def figures(
    metrics: Pool, metrics_database: Database, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Region, dict[str, str]]]:
    """A region with seven initiatives whose figures are everybody's or the staff's, and its administrator."""
    await count_seven(metrics)
    async for made in opened(metrics, metrics_database, request.param):
        who, _ = await made.grant(Role.ADMINISTRATOR, "region")
        yield made, who


async def table(region: Region, path: str, who: dict[str, str] | None = None) -> dict[str, dict[str, str]]:
    """The rows of a file by their municipality's code; the sum has none."""
    answer = await region.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    return {row["Код"]: row for row in read}


async def test_the_file_has_the_figures_of_the_page(figures: tuple[Region, dict[str, str]]) -> None:
    region, who = figures

    rows = await table(region, CSV, who)

    assert next(iter(rows)) == ""
    assert set(rows) == {"", DISTRICT, SETTLEMENT, OKRUG}
    shown = {code: row["Подано"] for code, row in rows.items()}
    assert shown == {"": "7", DISTRICT: "3", SETTLEMENT: "2", OKRUG: "4"}


async def test_a_file_is_filtered_as_the_page_and_has_no_sum_then(
    figures: tuple[Region, dict[str, str]],
) -> None:
    region, who = figures

    assert set(await table(region, f"{CSV}&q=Воленск", who)) == {OKRUG}


async def test_a_sheet_says_what_it_counts_and_of_when(figures: tuple[Region, dict[str, str]]) -> None:
    region, who = figures

    answer = await region.browser.get("/region?format=xlsx", headers=who)

    name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    book = ZipFile(io.BytesIO(answer.content))
    assert name.startswith("Весенний марафон, ")
    assert "Что считаем" in book.read("xl/workbook.xml").decode()
    assert "На момент" in book.read("xl/sharedStrings.xml").decode()


async def test_everybody_gets_a_file_of_what_they_see(figures: tuple[Region, dict[str, str]]) -> None:
    region, _ = figures
    head, _ = await region.grant(Role.HEAD, DISTRICT)
    everybody = await region.status(CSV) == 200

    rows = await table(region, CSV, head)

    assert (OKRUG in rows) is everybody
    assert rows[""]["Подано"] == ("7" if everybody else "3")


async def test_another_kind_of_file_is_not_there(figures: tuple[Region, dict[str, str]]) -> None:
    region, who = figures

    assert await region.status("/region?format=exe", who) == 404


async def test_open_figures_say_in_every_form_how_they_may_be_used(
    figures: tuple[Region, dict[str, str]],
) -> None:
    region, who = figures
    everybody = await region.status(CSV) == 200

    for path in ("/region", f"/municipalities/{OKRUG}"):
        own = await region.browser.get(f"{path}?format=csv", headers=who)
        assert "Лицензия" not in own.content.decode("utf-8-sig")
        if everybody:
            read = await region.browser.get(f"{path}?format=csv")
            sheet = ZipFile(io.BytesIO((await region.browser.get(f"{path}?format=xlsx")).content))
            page = (await region.browser.get(path, headers={"Accept": "text/html"})).text
            last = list(csv.reader(io.StringIO(read.content.decode("utf-8-sig")), delimiter=";"))[-2:]
            assert [(line[0], line[1][:16]) for line in last] == [
                ("Лицензия", "Creative Commons"),
                ("Источник", "Муниципальный ди"),
            ]
            assert "CC BY 4.0" in sheet.read("xl/sharedStrings.xml").decode()
            assert "CC BY 4.0" in page
            assert "/api/v1/counters?level=municipality" in page.replace("&#x2f;", "/")
    counters = (await region.browser.get("/api/v1/counters?level=municipality", headers=who)).json()
    assert ("CC BY 4.0" in (counters["license"] or "")) is everybody
    assert bool(counters["source"]) is everybody
