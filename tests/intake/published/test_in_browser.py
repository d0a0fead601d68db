"""What is published, in Chromium: for everybody, without a sign-in and without JavaScript."""

import os
from pathlib import Path

from playwright.async_api import expect

from tests.browser import looking
from tests.databases import Database
from tests.factories import OKRUG
from tests.intake.published.reader import Reader
from tests.intake.test_pages import web_of
from tests.served import served


async def test_everybody_finds_and_reads_what_is_published(
    reader: Reader, intake_database: Database, tmp_path: Path
) -> None:
    long = await reader.determined(title="Оченьдлинноесловобезпробелов" * 7, text="Ещёдлиннееслово" * 200)
    gone = await reader.determined()
    await reader.determined(
        municipality=OKRUG,
        title="Фонари у школы",
        text="Починить фонари.\n\nВечером темно.",
        direction="culture",
    )
    await reader.publish()
    await reader.told.office.pool.execute("UPDATE initiative SET status = 'withdrawn' WHERE id = $1", gone.id)

    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=False) as plain,
        looking.window(chromium, origin) as window,
    ):
        window.forgiven = ("404 (Not Found)", "410 (Gone)")
        page = await plain.open("/open")
        await page.get_by_label("Слова").fill("фонарей")
        await page.get_by_role("button", name="Показать").click()
        await page.get_by_role("link", name="Фонари у школы").click()
        await expect(page.get_by_text("Вечером темно.")).to_be_visible()
        await page.get_by_role("link", name="Опубликованные инициативы").first.click()
        await expect(page.get_by_role("heading", name="Опубликованные инициативы")).to_be_visible()
        for nth, path in enumerate(
            (
                *("/open", f"/open/{OKRUG}", "/open?q=нет"),
                *(f"/open/initiatives/{one.number}" for one in (long, gone)),
            )
        ):
            page = await window.open(path)
            await looking.assert_usable(window, page)
            if folder := os.environ.get("PUBLISHED_SCREENS"):
                for width in (1280, 390):
                    await page.set_viewport_size({"width": width, "height": 800})
                    await page.screenshot(path=f"{folder}/{nth}-{width}.png", full_page=True)
            await page.close()
        plain.assert_clean()
        window.assert_clean()
