"""Letters to the staff that do not arrive: who sees it, and what may be done about it."""

from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.db import set_aside
from services.chassis.mail import letters
from services.chassis.mail.sending import Folder, Sender, send_bundle
from services.chassis.web.problems import Sentences
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment

LIST = "/set-aside/hierarchy"


@pytest.fixture
async def undelivered(office: Office, browser: Browser, tmp_path: Path) -> UUID:
    """The Head is appointed, and the letter cannot be sent; the entry that says so."""
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.pool.execute(
        "UPDATE letter SET recipient = 'a:b;c@example.org' WHERE recipient LIKE 'head@%'"
    )
    await send_bundle(office.pool, Folder(tmp_path / "mail"), Sender("noreply@example.org"))
    entry: UUID = await office.pool.fetchval("SELECT id FROM set_aside")
    return entry


async def test_an_invitation_that_does_not_arrive_is_seen_with_its_reason(
    undelivered: UUID, browser: Browser
) -> None:
    page = (await browser.get("/cabinet/invitations")).text
    table = (await browser.get("/cabinet/invitations?format=csv")).text

    assert "Письмо не доставлено" in page
    assert "Письмо не составить" in page
    assert "Письмо не доставлено. Письмо не составить" in table


async def test_a_new_letter_takes_the_place_of_the_one_that_did_not_arrive(
    office: Office, undelivered: UUID, browser: Browser
) -> None:
    await office.pool.execute("UPDATE link SET written_at = written_at - interval '2 days'")
    await office.pool.execute("UPDATE letter SET written_at = written_at - interval '2 days'")
    await browser.post("/cabinet/reminders", data={"back": "/cabinet/invitations"})

    page = (await browser.get("/cabinet/invitations")).text

    assert "Письмо не доставлено" not in page
    assert "Ждём ответа" in page


async def test_the_administrator_repeats_a_letter_from_the_list(
    office: Office, undelivered: UUID, browser: Browser, tmp_path: Path
) -> None:
    cabinet, listed = await browser.get("/cabinet"), await browser.get(LIST)
    await office.pool.execute("UPDATE letter SET recipient = 'head@example.org'")

    for _ in range(2):
        asked = await browser.post(
            f"{LIST}/{undelivered}/retry", data={"form_key": "1"}, follow_redirects=False
        )
    waiting = await browser.get(LIST)
    await set_aside.retry_next(office.pool, [letters.KIND], Sentences())
    await send_bundle(office.pool, Folder(tmp_path / "mail"), Sender("noreply@example.org"))

    assert f'href="{LIST}"' in cabinet.text
    assert "Вас назначили" in listed.text
    assert "head@example.org" not in listed.text
    assert (asked.status_code, asked.headers["location"]) == (303, LIST)
    assert "Повторяем" in waiting.text
    assert "Всё доставлено" in (await browser.get(LIST)).text
    assert await office.pool.fetchval("SELECT count(*) FROM letter") == 0


async def test_the_administrator_takes_an_entry_off_the_list(undelivered: UUID, browser: Browser) -> None:
    await browser.post(f"{LIST}/{undelivered}/removal", data={"form_key": "1"})
    gone = await browser.post(f"{LIST}/{undelivered}/retry", data={"form_key": "2"})

    assert "Всё доставлено" in (await browser.get(LIST)).text
    assert gone.status_code == 404


@pytest.mark.parametrize("deed", ["retry", "removal"])
async def test_nobody_else_touches_an_entry(
    office: Office, undelivered: UUID, browser: Browser, deed: str
) -> None:
    foreign = await browser.post(
        f"{LIST}/{undelivered}/{deed}", headers={"Sec-Fetch-Site": "cross-site"}, data={"form_key": "1"}
    )
    await office.pool.execute("UPDATE letter SET recipient = 'head@example.org'")
    await office.come(browser, "head@example.org")
    of_head = await browser.post(f"{LIST}/{undelivered}/{deed}", data={"form_key": "2"})
    browser.cookies.clear()
    of_nobody = await browser.post(
        f"{LIST}/{undelivered}/{deed}", data={"form_key": "3"}, follow_redirects=False
    )

    assert (foreign.status_code, of_head.status_code, of_nobody.status_code) == (403, 404, 303)
    assert await office.pool.fetchval("SELECT count(*) FROM set_aside WHERE asked_at IS NULL") == 1
