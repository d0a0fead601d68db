"""Figures by word of mouth in the live view: beside the counted ones, with a day and a source, in no sum."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from html import unescape

import pytest

from contracts.reported import ReportedFigures
from services.chassis.db.pool import Pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.test_rights import Region, opened

DAY = date(2026, 2, 14)
SAID = "Живые данные у"


def report(municipality: str, **changes: object) -> ReportedFigures:
    fields = {
        "version": 1,
        "campaign": "spring",
        "municipality": municipality,
        "registered": 7771,
        "submitted": 8882,
        "as_of": DAY,
        "source": "letter",
        "reported_at": datetime.now(UTC),
    }
    return ReportedFigures.model_validate(fields | changes)


async def hear(pool: Pool, mark: int, *reports: ReportedFigures) -> None:
    """Let metrics know of reports, as its reader does."""
    async with pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(ReportedFigures.topic, 0), reports)
        await db.execute(
            "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
            " VALUES ('metrics.reported', $1, 0, 1, $2, $2)"
            " ON CONFLICT (reader, topic, partition) DO UPDATE SET mark = $2, applied = $2",
            *(ReportedFigures.topic, mark),
        )


async def seen(region: Region, path: str, who: dict[str, str] | None = None) -> str:
    answer = await region.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    return unescape(" ".join(re.sub(r"<[^>]+>", "", answer.text).split())).replace("\xa0", " ")


@pytest.fixture
async def quiet(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """Nobody has reported."""
    async for made in opened(metrics, metrics_database, "public", []):
        yield made


@pytest.fixture
async def told(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """The settlement has reported, twice; another campaign's report is older."""
    await hear(metrics, 1, report(SETTLEMENT, registered=1), report(OKRUG, campaign="autumn"))
    await hear(metrics, 2, report(SETTLEMENT, version=2))
    async for made in opened(metrics, metrics_database, "public", []):
        yield made


async def test_nothing_is_said_while_nobody_has_reported(quiet: Region) -> None:
    page = await seen(quiet, "/region?view=table")

    assert SAID not in page
    assert "со слов" not in page.lower()


async def test_the_table_shows_them_beside_with_day_and_source(told: Region) -> None:
    page = await seen(told, "/region?view=table")

    assert page.count("со слов 7 771 и 8 882 на 14 февраля") == 1
    assert "письмо" in page
    assert re.search(r"Живые данные у \d+ из 3\. Сведения со слов есть о 1", page)


async def test_no_sum_moves(metrics: Pool, told: Region) -> None:
    counters = await told.browser.get("/api/v1/counters")
    picture = await told.browser.get("/region/picture")

    assert counters.status_code == picture.status_code == 200
    for answer in (counters.text, picture.text):
        assert "7771" not in answer
        assert "8882" not in answer
    assert picture.json()["region"] == {"registered": 0, "submitted": 0}


async def test_a_file_has_columns_of_its_own_for_them(told: Region) -> None:
    answer = await told.browser.get("/region?format=csv")

    head, whole, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert head.endswith('"Со слов: подано";"Со слов: на день";"Со слов: откуда"')
    assert whole.endswith(';"";"";"";""')
    (line,) = (each for each in lines if SETTLEMENT in each)
    assert line.endswith(';7771;8882;"14.02.2026";"письмо"')


@pytest.mark.parametrize(("code", "shown"), [(SETTLEMENT, True), (DISTRICT, False), (OKRUG, False)])
async def test_the_municipalitys_page_shows_its_own(told: Region, code: str, shown: bool) -> None:
    page = await seen(told, f"/municipalities/{code}")

    assert ("Со слов: 7 771 на 14 февраля" in page) is shown
    assert ("Со слов: 8 882 на 14 февраля" in page) is shown


async def test_a_successors_page_shows_what_was_reported_before_as_its_history(
    metrics: Pool, metrics_database: Database
) -> None:
    between, heir = "79605111", "79605222"
    chain = [
        define_municipality(between, "Первый преемник").model_copy(update={"successor_of": [SETTLEMENT]}),
        define_municipality(heir, "Новый округ").model_copy(update={"successor_of": [between, OKRUG]}),
    ]
    await hear(metrics, 1, report(SETTLEMENT), report(heir, registered=3, submitted=2, source="phone"))
    async for made in opened(metrics, metrics_database, "public", chain):
        page = await seen(made, f"/municipalities/{heir}")
        table = await seen(made, "/region?view=table")

        assert page.count("До преобразования, со слов:") == 2
        assert ", 7 771 на 14 февраля, письмо. В показатель не входит." in page
        assert "Со слов: 3 на 14 февраля, по телефону" in page
        assert "Сведения со слов есть о 1" in table


async def test_what_is_reported_later_is_shown_soon(metrics: Pool, told: Region) -> None:
    await hear(metrics, 3, report(SETTLEMENT, version=3, registered=5553, source="phone"))
    ends = asyncio.get_running_loop().time() + 10
    page = ""
    while "со слов 5 553" not in page and asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(0.2)
        page = await seen(told, "/region?view=table")

    assert "со слов 5 553 и 8 882" in page
    assert "по телефону" in page
