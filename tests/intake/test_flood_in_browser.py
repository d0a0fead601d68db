"""The flood guard in Chromium: without JavaScript one waits on a page, with it one hardly notices."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.chassis.db.pool import Pool
from services.intake.participants import passes
from services.intake.participants.passes import FloodGuard
from tests.browser import looking
from tests.databases import Database
from tests.factories import mirror_region
from tests.intake.test_pages import web_of
from tests.served import served


async def ask(page: Page) -> None:
    await page.get_by_label("Адрес электронной почты").fill("anna@example.org")
    await page.get_by_role("button", name="Получить код").click()


async def test_whoever_asks_under_attack_waits_and_gets_a_code(
    intake: Pool, intake_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mirror_region(intake)
    app = web_of(intake_database, tmp_path)
    async with (
        served(app) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=False) as plain,
        looking.window(chromium, origin) as window,
    ):
        plain.forgiven = window.forgiven = ("428 (Precondition Required)",)
        app.state.flood_guard = FloodGuard(b"secret", on=True)
        page = await plain.open("/sign-in")
        await ask(page)
        await expect(page.get_by_role("heading", name="Подождите немного")).to_be_visible()
        if folder := os.environ.get("PUBLISHED_SCREENS"):
            await page.screenshot(path=f"{folder}/wait.png", full_page=True)
        monkeypatch.setattr(passes, "WAIT", timedelta(0))
        await page.get_by_role("button", name="Продолжить").click()
        await expect(page.get_by_role("heading", name="Введите код из письма")).to_be_visible()

        monkeypatch.setattr(passes, "WAIT", timedelta(hours=1))
        page = await window.open("/sign-in")
        await expect(page.locator("[name=flood_proof]")).not_to_have_value("")
        await ask(page)
        await expect(page.get_by_role("heading", name="Введите код из письма")).to_be_visible()
        # Too fast for the proof: the page on which one waits goes on by itself.
        page = await window.open("/sign-in")
        await page.evaluate("document.querySelector('[name=flood_proof]').removeAttribute('name')")
        await ask(page)
        await expect(page.get_by_role("heading", name="Введите код из письма")).to_be_visible()
        plain.assert_clean()
        window.assert_clean()
