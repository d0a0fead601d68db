"""Every role comes from signing in to its first action in two clicks, without JavaScript."""

from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import looking
from tests.browser.looking import assert_usable
from tests.client import STAFF_PASSWORD, Client
from tests.factories import HERE

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE, SILENT = "13627000", "13627153"

LED = {
    "administrator": "Назначить списком",
    "smo-operator": "Напомнить",
    "head": "Установить",
    "responsible": "Подготовить",
    "leader": "Указать",
    "coordinator": "Указать",
}
"""What each is asked for first, where nothing has been done yet."""


@pytest_asyncio.fixture(loop_scope="session")
async def people(client: Client) -> dict[str, str]:
    """The address of somebody in each role, who has signed in once."""
    await client.invite("two-clicks@example.org", "Админова Ада")
    tokens = {"administrator": await client.come("two-clicks@example.org")}
    known = {"administrator": "two-clicks@example.org"}

    async def come(by: str, role: str, of: str) -> None:
        known[role] = f"two-clicks-{role}@example.org"
        await client.appoint(tokens[by], {"role": role, "of": of, "email": known[role]})
        tokens[role] = await client.come(known[role])

    await come("administrator", "smo-operator", "smo")
    await client.appoint(
        tokens["administrator"], {"role": "head", "of": SILENT, "email": "silent@example.org"}
    )
    await come("administrator", "head", PLACE)
    await come("head", "responsible", PLACE)
    group = await formed(client, tokens["head"])
    await come("head", "leader", group["id"])
    await come("leader", "coordinator", group["organizations"][0])
    return known


async def formed(client: Client, token: str) -> dict[str, Any]:
    """A working group for everything in the place."""
    url, headers = f"{client.url('hierarchy')}/api/v1/working-groups", {"Authorization": f"Bearer {token}"}
    today = datetime.now(HERE).date().isoformat()
    group = {"name": "Всё", "covers_all": True, "kinds": ["школа"]}
    act = {"municipality": PLACE, "number": "3", "day": today, "groups": [group]}
    assert (await client.http.post(url, json=act, headers=headers)).status_code == 201
    answer = await client.http.get(url, params={"municipality": PLACE}, headers=headers)
    return dict(answer.json()["items"][0])


async def token_of(client: Client, address: str) -> str:
    url = f"{client.url('hierarchy')}/api/v1/staff/sessions"
    answer = await client.http.post(url, json={"email": address, "password": STAFF_PASSWORD})
    return str(answer.json()["token"])


async def test_two_clicks_lead_to_the_first_action(
    browser: Browser, origin: str, client: Client, people: dict[str, str]
) -> None:
    for role, address in people.items():
        async with looking.window(browser, origin, java_script_enabled=False) as watched:
            page = await watched.open("/staff/sign-in")
            await page.get_by_label("Адрес электронной почты").fill(address)
            await page.get_by_label("Пароль", exact=True).fill(STAFF_PASSWORD)
            await page.get_by_role("button", name="Войти").click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text("Сегодня")
            first = page.locator(".todo :is(a, button).button").first
            await expect(first).to_have_text(LED[role])
            await first.click()
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert page.url != f"{origin}/cabinet", role
            watched.assert_clean()
        async with looking.window(browser, origin) as watched:
            await watched.enter(await token_of(client, address), cookie="staff")
            page = await watched.open("/cabinet")
            await expect(page.locator("dl.figures").first).to_be_visible()
            await assert_usable(watched, page)
