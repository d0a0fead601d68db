"""The region's summary on one page of paper: to the staff, of what is theirs, and of any size."""

import io
from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, define_campaign, define_municipality
from tests.metrics.test_coverage import hear, state_coverage
from tests.metrics.test_live_view import known_workers
from tests.metrics.test_own_figures import count, submissions
from tests.metrics.test_rights import Region, opened

PDF = "/region/summary.pdf"


@pytest.fixture
async def live(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """The district has six initiatives, two of them of today, and lacks a coordinator; the okrug is another
    SMO's, with nine of long ago."""
    await count(metrics, [*submissions(DISTRICT, 2), *submissions(DISTRICT, 4, ago=5)])
    await count(metrics, submissions(OKRUG, 9, ago=9))
    await hear(metrics, 1, state_coverage(DISTRICT, coordinators_missing=1), state_coverage(OKRUG))
    okrug = define_municipality(OKRUG, "Городской округ город Воленск")
    moved = okrug.model_copy(update={"smo": "other", "version": 3, "audience": 30})
    async for made in opened(metrics, metrics_database, "public", [*known_workers(), moved]):
        yield made


async def sheet(live: Region, who: dict[str, str]) -> str:
    answer = await live.browser.get(PDF, headers=who)
    assert answer.status_code == 200, answer.text
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    return " ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split())


async def test_a_sheet_says_what_came_who_leads_who_lags_and_what_is_not_ready(live: Region) -> None:
    who, _ = await live.grant(Role.ADMINISTRATOR, "region")

    text = await sheet(live, who)

    assert "Весенний марафон" in text
    assert "Подано инициатив 15 сегодня +2" in text
    assert "Больше всех на 100 работников на 100 подано Воленск 30 9" in text
    assert "Меньше всех на 100 работников на 100 подано Сосновский р-н 6 6" in text
    assert "Три дня ни одной инициативы у 3 из 4: Воленск, Дальний; поселений – 1" in text
    assert "Всё готово у 1 из 4" in text
    assert "Организаций без координатора 1" in text
    assert "Нет данных 2" in text


async def test_an_smo_gets_its_own_part_even_where_totals_are_public(live: Region) -> None:
    who, _ = await live.grant(Role.SMO_OPERATOR, "other")

    text = await sheet(live, who)

    assert "по вашим муниципальным образованиям" in text
    assert "Подано инициатив 9 сегодня 0" in text
    assert "Сосновский" not in text
    assert "Всё готово у 1 из 1" in text


async def test_a_sheet_is_the_staffs_and_named_by_what_it_is(live: Region) -> None:
    head, _ = await live.grant(Role.HEAD, DISTRICT, DISTRICT)
    nobody, _ = await live.grant(Role.CLERK, "99999999")

    answer = await live.browser.get(PDF, headers=head)

    assert answer.headers["content-type"] == "application/pdf"
    name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    assert name.startswith("Весенний марафон, справка, 20")
    assert await live.status(PDF) == 303
    assert await live.status(PDF, nobody) == 403
    assert f'href="{PDF}"' in (await live.browser.get("/region", headers=head)).text
    assert PDF not in (await live.browser.get("/region")).text


async def test_however_many_and_however_long_their_names_it_is_one_page(
    metrics: Pool, metrics_database: Database
) -> None:
    codes = [str(20_000_000 + 1000 * i) for i in range(400)]
    evil = "#pagebreak() $x$ *<b>* \u202eновйар\u202c " + "Длинный " * 40
    more = [define_municipality(code, f"{evil}{code}").model_copy(update={"audience": 10}) for code in codes]
    named = define_campaign(name="Марафон " * 60, version=2)
    async for made in opened(metrics, metrics_database, "public", [named, *more]):
        who, _ = await made.grant(Role.ADMINISTRATOR, "region")
        text = await sheet(made, who)

        assert "#pagebreak()" in text
        assert "и ещё" in text
