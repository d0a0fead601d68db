"""The federal platform's pages in Chromium: an import from file to rows, and everybody can use them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

from contracts.initiatives import InitiativeStatus
from services.intake.federal.commands.import_tables import Importer
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import OKRUG
from tests.intake.federal.council import HEAD, Council, as_csv, line
from tests.intake.federal.test_import_pages import upload
from tests.intake.federal.test_reported_figures import reported, send
from tests.intake.test_pages import web_of
from tests.served import served

LONG = "Слово" * 30


@pytest.fixture
async def smo(council: Council) -> str:
    """An operator of the SMO: the token."""
    return await council.operator()


@pytest.fixture
async def window(
    council: Council, smo: str, intake_database: Database, tmp_path: Path
) -> AsyncIterator[Watched]:
    """A window of the SMO's operator."""
    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin) as watched,
    ):
        await watched.enter(smo, "staff")
        yield watched
        watched.assert_clean()


async def test_an_import_is_seen_live_from_the_file_to_its_rows(
    window: Watched, council: Council, importer: Importer, tmp_path: Path
) -> None:
    page = await window.open("/federal")
    table = FilePayload(name="list.csv", mimeType="text/csv", buffer=as_csv(line("1"), line("")))

    await page.get_by_label("Файл").set_input_files(table)
    await page.get_by_role("button", name="Загрузить").click()
    await page.get_by_label("Номер на федеральной платформе").select_option("ID")
    await page.get_by_role("button", name="Внести список").click()
    await expect(page.get_by_text("Список в очереди")).to_be_visible()
    key = await council.pool.fetchval("SELECT file FROM federal_import")
    await importer.files.write(key, (tmp_path / "files" / key).read_bytes())
    await importer.look()
    await page.get_by_role("link", name="Посмотреть, что получилось").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Список внесён")
    await expect(page.get_by_text("Нет номера на федеральной платформе")).to_be_visible()


async def test_everybody_can_use_the_pages(
    window: Watched, council: Council, smo: str, importer: Importer
) -> None:
    await council.submit(OKRUG, title="Мост", status=InitiativeStatus.PUT_FORWARD)
    await council.submit(OKRUG, title="Лавка", status=InitiativeStatus.PUT_FORWARD)
    rows = (line("F-1", title="Мост"), line(LONG[:64], status=LONG), line("", LONG), line("3", LONG))
    state = await council.imported(importer, smo, as_csv(*rows))
    waiting = (await council.send(smo, as_csv(*rows))).json()["id"]
    wide = as_csv(line("1", title=LONG) + (LONG,) * 94, head=(*HEAD, *(f"{n} {LONG}" for n in range(94))))
    choosing = (await upload(council, smo, wide)).headers["location"]
    assert (await send(council, smo, reported(note=LONG))).status_code == 201

    for address in (
        "/federal",
        choosing,
        f"/federal/imports/{waiting}",
        f"/federal/imports/{state['id']}",
        "/federal/reconciliation",
        f"/federal/reconciliation/{OKRUG}",
        f"/federal/reported?municipality={OKRUG}",
    ):
        page = await window.open(address)
        await looking.assert_usable(window, page)
        await page.close()
