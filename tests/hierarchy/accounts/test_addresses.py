"""An address is corrected by whoever has appointed, and later changed by its owner; the account stays one."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from services.hierarchy.accounts.domain.address_changes import CHANGE_VALID
from tests.hierarchy.office import (
    ELSEWHERE,
    PASSWORD,
    PLACE,
    URL,
    Browser,
    Office,
    appoint,
    appointment,
    slug,
)

HERE = f"/cabinet/municipalities/{PLACE}"
WRONG, RIGHT = "ivanvo@example.org", "ivanov@example.org"


async def appointed(browser: Browser, **more: str) -> str:
    """Appoint somebody under an address with a typo; the id of the appointment."""
    made = await appoint(browser, appointment("head", PLACE, WRONG, **more))
    return str(made.json()["appointed"][0])


async def correct(browser: Browser, id_: str, email: str = RIGHT) -> str:
    """Empty if it was done, else why not."""
    answer = await browser.post(f"/api/v1/appointments/{id_}/address", json={"email": email})
    return "" if answer.status_code == 200 else slug(answer)


async def actions(office: Office, action: str) -> int:
    query = "SELECT count(*) FROM audit WHERE action = $1"
    async with office.pool.acquire() as db, db.transaction():
        await db.execute("SELECT set_config('app.municipalities', '*', true)")
        return int(await db.fetchval(query, action))


async def test_whoever_has_appointed_corrects_the_address_before_the_first_sign_in(
    office: Office, browser: Browser
) -> None:
    id_ = await appointed(browser)
    old, path = await office.link_of(WRONG), f"/cabinet/appointments/{id_}/address"

    offered = unescape((await browser.get(HERE)).text)
    asked = unescape((await browser.get(path)).text)
    form = {"email": RIGHT, "form_key": uuid4().hex}
    done = await browser.post(path, data=form, follow_redirects=False)
    again = await browser.post(path, data=form, follow_redirects=False)
    page = unescape((await browser.get(done.headers["location"])).text)
    journal = unescape((await browser.get("/cabinet/audit")).text)

    assert f'href="{path}"' in offered
    assert WRONG in asked
    assert done.headers["location"] == again.headers["location"] == f"{HERE}?done=corrected"
    assert "Адрес исправлен" in page
    assert (RIGHT in page, WRONG in page) == (True, False)
    assert "Исправлен адрес: Петров Пётр Петрович" in journal
    assert await office.pool.fetchval("SELECT count(*) FROM letter WHERE recipient = $1", RIGHT) == 1
    assert (await browser.get(old)).status_code == 404
    await office.come(browser, RIGHT)
    assert (await browser.get("/api/v1/staff/me")).json()["grants"][0]["role"] == "head"
    assert await office.pool.fetchval("SELECT count(*) FROM account") == 2


async def test_afterwards_only_its_owner_changes_it(office: Office, browser: Browser) -> None:
    id_ = await appointed(browser)
    await office.come(browser, WRONG)
    await office.reset(browser, "admin@example.org")

    refused = await browser.post(f"/cabinet/appointments/{id_}/address", data={"email": RIGHT})

    assert await correct(browser, id_) == "address-own"
    assert refused.status_code == 409
    assert "меняет адрес сам" in unescape(refused.text)
    assert f"{id_}/address" not in (await browser.get(HERE)).text


@pytest.mark.parametrize(
    ("email", "why"),
    [("admin@example.org", "address-taken"), (WRONG, "address-same"), ("нет", "email-invalid")],
)
async def test_an_address_that_cannot_be_theirs_is_refused(
    office: Office, browser: Browser, email: str, why: str
) -> None:
    id_ = await appointed(browser)

    assert await correct(browser, id_, email) == why
    assert await actions(office, "address-corrected") == 0


async def test_an_address_is_not_corrected_for_rights_that_somebody_else_has_given(
    office: Office, browser: Browser
) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org", name="Главин Глеб"),
        appointment("head", ELSEWHERE, "else@example.org"),
    )
    await office.come(browser, "head@example.org")
    both = appointment("deputy", PLACE, "else@example.org")
    made = await appoint(browser, both)

    of_head = await correct(browser, made.json()["appointed"][0], RIGHT)
    await office.reset(browser, "admin@example.org")
    of_administrator = await correct(browser, made.json()["appointed"][0], RIGHT)

    assert (of_head, of_administrator) == ("address-of-others", "")


async def test_an_appointment_that_is_over_gives_nobody_a_say(office: Office, browser: Browser) -> None:
    id_ = await appointed(browser)
    await browser.post(f"/api/v1/appointments/{id_}/end")

    assert await correct(browser, id_) == "appointment-ended"
    assert (await browser.get(f"/cabinet/appointments/{id_}/address")).status_code == 409


async def link_to(office: Office, email: str) -> str:
    found = re.search(rf"{URL}(/staff/addresses/\S+)", await office.letter_to(email))
    assert found
    return found[1]


async def ask(browser: Browser, email: str = RIGHT, password: str = PASSWORD) -> int:
    form = {"email": email, "password": password, "form_key": uuid4().hex}
    return int((await browser.post("/staff/address", data=form)).status_code)


async def test_the_owner_changes_it_by_a_link_at_the_new_one(office: Office, browser: Browser) -> None:
    await browser.post("/staff/forgotten", data={"email": "admin@example.org"})
    old = await office.link_of("admin@example.org")
    me = (await browser.get("/api/v1/staff/me")).json()["id"]

    sent = await ask(browser)
    link = await link_to(office, RIGHT)
    async with office.browser() as scanner:
        scanner.headers["Accept"] = "text/html"
        followed = await scanner.get(link)
        before = await office.pool.fetchval("SELECT email FROM account WHERE id::text = $1", me)
        done = await scanner.post(link, data={})
        again = await scanner.post(link, data={})
        worthless = await scanner.get(old)
        credentials = {"email": RIGHT, "password": PASSWORD}
        signed_in = await scanner.post("/api/v1/staff/sessions", json=credentials)

    assert (sent, followed.status_code, before) == (200, 200, "admin@example.org")
    assert "Адрес изменён" in unescape(done.text)
    assert (again.status_code, worthless.status_code, signed_in.status_code) == (409, 404, 201)
    assert (await browser.get("/api/v1/staff/me")).json()["id"] == me, "its sessions go on"
    assert "изменён" in await office.letter_to("admin@example.org")
    assert "Изменён свой адрес" in unescape((await browser.get("/cabinet/audit")).text)


async def test_another_address_is_for_who_knows_the_password(office: Office, browser: Browser) -> None:
    wrong = [await ask(browser, password="не тот пароль") for _ in range(7)]

    assert wrong == [422] * 5 + [429] * 2
    assert await office.pool.fetchval("SELECT count(*) FROM address_change") == 0


@pytest.mark.parametrize("email", ["admin@example.org", WRONG])
async def test_an_address_that_somebody_has_is_not_to_be_had(
    office: Office, browser: Browser, email: str
) -> None:
    await appointed(browser)

    assert await ask(browser, email) == 409


async def test_an_address_that_was_given_away_meanwhile_is_not_to_be_had(
    office: Office, browser: Browser
) -> None:
    await ask(browser)
    await appoint(browser, appointment("head", PLACE, RIGHT))

    answer = await browser.post(await link_to(office, RIGHT), data={})

    assert answer.status_code == 409
    assert "уже у другого человека" in unescape(answer.text)


async def test_only_the_latest_link_is_good_and_only_for_a_day(office: Office, browser: Browser) -> None:
    await ask(browser, "first@example.org")
    await ask(browser)
    replaced = await browser.post(await link_to(office, "first@example.org"), data={})
    await office.pool.execute(
        "UPDATE address_change SET expires_at = expires_at - $1::interval",
        CHANGE_VALID + timedelta(minutes=1),
    )

    late = await browser.post(await link_to(office, RIGHT), data={})

    assert (replaced.status_code, late.status_code) == (409, 404)


async def test_nobody_has_letters_sent_without_end(office: Office, browser: Browser) -> None:
    asked = [await ask(browser, f"{n}@example.org") for n in range(6)]

    assert asked == [200] * 5 + [429]


async def test_a_link_for_an_address_chooses_no_password_and_the_other_way_round(
    office: Office, browser: Browser
) -> None:
    await ask(browser)
    word = (await link_to(office, RIGHT)).rpartition("/")[2]
    await browser.post("/staff/forgotten", data={"email": "admin@example.org"})
    of_password = (await office.link_of("admin@example.org")).rpartition("/")[2]

    chosen = await browser.post(f"/api/v1/staff/links/{word}", json={"password": PASSWORD})
    changed = await browser.post(f"/api/v1/staff/addresses/{of_password}")

    assert (slug(chosen), slug(changed)) == ("link-unknown", "address-link-unknown")
