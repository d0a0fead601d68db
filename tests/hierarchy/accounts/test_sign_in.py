"""The staff comes in: by a letter, by a password, and by nothing else."""

import asyncio
import re
import unicodedata
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from asyncpg import Pool

from deploy.local.home import new_signing_key
from services.chassis.errors import Invalid
from services.chassis.process.lifetime import Lifetime
from services.hierarchy.accounts import kit
from services.hierarchy.accounts.commands.begin_session import SignedIn
from services.hierarchy.accounts.commands.request_link import LETTERS_AN_HOUR, request_link
from services.hierarchy.accounts.commands.sign_in import Attempt, sign_in
from services.hierarchy.accounts.domain import accounts
from services.hierarchy.accounts.passwords import Passwords, Secrets, digest_of, new_link, normalised
from services.hierarchy.accounts.store import accounts as accounts_stored
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.main import create_web
from services.hierarchy.settings import OfficeSettings
from tests.databases import Database
from tests.hierarchy.office import CHEAP, PASSWORD, PLACE, URL, Browser, Office, appoint, appointment, slug
from tests.webs import serving

PLAIN_ADDRESSES = Path("services/hierarchy/migrations/0012_plain_addresses.sql").read_text("utf-8")


async def test_a_link_is_good_for_one_password(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    browser.cookies.clear()
    link = await office.link_of("head@example.org")

    short = await browser.post(link, data={"password": "коротко", "again": "коротко"})
    differing = await browser.post(link, data={"password": PASSWORD, "again": PASSWORD[1:]})
    await office.come(browser, "head@example.org")
    again = await browser.get(link)
    broken = await browser.get(f"{link}x")

    assert (short.status_code, differing.status_code) == (422, 422)
    assert "Пароль короче 10 знаков" in unescape(short.text)
    assert "Пароли не совпали" in unescape(differing.text)
    assert (again.status_code, broken.status_code) == (409, 404)


async def test_a_forgotten_password_is_replaced_and_signs_out_everywhere(
    office: Office, browser: Browser
) -> None:
    await browser.post("/staff/forgotten", data={"email": "Admin@Example.org"})
    unknown = await browser.post("/staff/forgotten", data={"email": "nobody@example.org"})

    async with office.browser() as other:
        await office.come(other, "admin@example.org")

    assert unknown.status_code == 200
    assert (await browser.get("/api/v1/staff/me")).status_code == 401
    assert await office.pool.fetchval("SELECT count(*) FROM letter WHERE recipient LIKE 'nobody%'") == 0
    assert [event[0] for event in await office.events()][-1] == "session.ended.v1"


async def test_many_who_ask_at_once_get_five_letters_an_hour(office: Office) -> None:
    await office.pool.execute("DELETE FROM link")

    async def ask(minutes: int) -> None:
        now = office.now + timedelta(minutes=minutes)
        await request_link(office.pool, Entrance(URL), "admin@example.org", now)

    await asyncio.gather(*(ask(0) for _ in range(12)))
    await ask(61)

    assert await office.pool.fetchval("SELECT count(*) FROM link") == LETTERS_AN_HOUR + 1


async def test_a_chain_that_began_elsewhere_keeps_the_session(office: Office, browser: Browser) -> None:
    async with office.browser() as without_cookies:
        answer = await without_cookies.get("/staff/renewal?next=/region%3Fq%3Da%26b", follow_redirects=False)

    assert answer.headers["location"] == "/staff/sign-in?next=%2Fregion%3Fq%3Da%26b"
    assert "set-cookie" not in answer.headers


async def test_a_password_is_the_same_however_its_letters_are_composed(
    office: Office, browser: Browser
) -> None:
    decomposed = unicodedata.normalize("NFD", "чёрный йогурт")
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    link = await office.link_of("head@example.org")
    await browser.post(f"/api/v1{link}", json={"password": f" {decomposed}"})

    composed = {"email": "head@example.org", "password": "чёрный йогурт"}
    answer = await browser.post("/api/v1/staff/sessions", json=composed)

    assert answer.status_code == 201, answer.text


def test_a_password_that_is_too_long_in_any_form_is_refused_before_it_is_composed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.hierarchy.accounts.passwords.unicodedata", None)
    marks = "\u0315" * 30_000 + "\u0316" * 30_000

    with pytest.raises(Invalid, match="password-long"):
        accounts.check_password(normalised(marks), "admin@example.org")


async def test_a_password_that_was_replaced_meanwhile_opens_nothing(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def matches(_: Passwords, stored: str | None, password: str) -> bool:
        # In the loop of the application, so by a connection of its own.
        db = await asyncpg.connect(office.dsn)
        await db.execute("UPDATE account SET password = 'another'")
        await db.close()
        return True

    monkeypatch.setattr(Passwords, "matches", matches)
    credentials = {"email": "admin@example.org", "password": PASSWORD}

    answer = await browser.post("/api/v1/staff/sessions", json=credentials)

    assert slug(answer) == "sign-in-wrong"


async def test_signing_in_and_out(office: Office, browser: Browser) -> None:
    browser.cookies.clear()
    credentials = {"email": "admin@example.org", "password": PASSWORD}

    to_sign_in = await browser.get("/cabinet", follow_redirects=False)
    wrong = await browser.post("/staff/sign-in", data=credentials | {"password": "другой пароль"})
    right = await browser.post(
        "/staff/sign-in", data=credentials | {"next": "/cabinet/region"}, follow_redirects=False
    )
    page = await browser.get("/cabinet/region")
    sessions = await browser.get("/staff/sessions")
    out = await browser.post("/staff/sign-out", data={}, follow_redirects=False)

    assert to_sign_in.headers["location"] == "/staff/renewal?next=%2Fcabinet"
    assert (wrong.status_code, right.headers["location"]) == (422, "/cabinet/region")
    assert "Адрес или пароль не подошли" in unescape(wrong.text)
    assert "Админова Ада" in unescape(page.text)
    assert "Это устройство" in unescape(sessions.text)
    assert out.headers["location"] == "/staff/sign-in"
    assert (await browser.get("/api/v1/staff/me")).status_code == 401


async def test_a_token_that_is_about_to_expire_is_gone_after_signing_out(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit, "SOON", timedelta(hours=1))

    page = await browser.get("/staff/sessions")
    out = await browser.post("/staff/sign-out", data={}, follow_redirects=False)

    renewed, (cleared,) = page.headers.get_list("set-cookie"), out.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in renewed] == ["staff"]
    assert cleared.startswith(('staff="";', "staff=;"))
    assert "Max-Age=0" in cleared


async def test_what_is_wrong_with_a_chosen_password_is_said_at_once(office: Office, browser: Browser) -> None:
    await browser.post("/staff/forgotten", data={"email": "admin@example.org"})
    link = await office.link_of("admin@example.org")

    refused = await browser.post(link, data={"password": "коротко", "again": "другое"})

    page = unescape(refused.text)
    assert ("Пароль короче 10 знаков" in page, "Пароли не совпали" in page) == (True, True)


async def test_a_session_that_is_over_is_not_ended_again(office: Office, browser: Browser) -> None:
    refused = await browser.post(f"/staff/sessions/{uuid4()}/end", data={})

    assert refused.status_code == 404
    assert "Это устройство" in unescape(refused.text), "the list is shown again"


async def test_who_guesses_is_slowed_down_and_the_owner_elsewhere_is_not(
    office: Office, browser: Browser
) -> None:
    credentials = {"email": "admin@example.org", "password": "угадываю пароль"}
    stranger, owner = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "192.0.2.8"}

    guesses = [
        (await browser.post("/api/v1/staff/sessions", json=credentials, headers=stranger)).status_code
        for _ in range(7)
    ]
    right = credentials | {"password": PASSWORD}
    held_up = await browser.post("/api/v1/staff/sessions", json=right, headers=stranger)
    welcome = await browser.post("/api/v1/staff/sessions", json=right, headers=owner)

    assert guesses == [422] * 5 + [429] * 2
    assert slug(held_up) == "too-many-guesses"
    assert welcome.status_code == 201


async def test_one_client_cannot_try_every_address(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "FREE_GUESSES_OF_CLIENT", 3)
    stranger = {"X-Forwarded-For": "192.0.2.7"}

    statuses = [
        (
            await browser.post(
                "/api/v1/staff/sessions",
                json={"email": f"{i}@example.org", "password": "угадываю"},
                headers=stranger,
            )
        ).status_code
        for i in range(5)
    ]

    assert statuses == [422, 422, 422, 429, 429]


async def test_right_passwords_do_not_count_as_guesses_and_take_no_other_guess_back(
    office: Office, browser: Browser
) -> None:
    passwords, secrets = Passwords(CHEAP), Secrets(b"secret")

    async def attempt(client: str, password: str = PASSWORD) -> SignedIn:
        given = Attempt("admin@example.org", password, client, browser="", device="")
        return await sign_in(office.pool, passwords, secrets, given, office.now)

    for _ in range(3):
        with pytest.raises(Invalid):
            await attempt("a stranger", "угадываю пароль")

    for _ in range(120):
        await attempt("an office")

    left = await office.pool.fetch("SELECT client, count FROM wrong_password ORDER BY email_digest, client")
    assert [(row["client"], row["count"]) for row in left] == [
        ("a stranger", 3),
        ("an office", 0),
        ("", 3),
        ("a stranger", 3),
    ]


async def test_a_session_can_be_ended_from_another_one(office: Office, browser: Browser) -> None:
    credentials = {"email": "admin@example.org", "password": PASSWORD}
    token = (await browser.post("/api/v1/staff/sessions", json=credentials)).json()["token"]
    elsewhere = {"Authorization": f"Bearer {token}"}
    async with office.browser() as other:
        assert (await other.get("/api/v1/staff/me", headers=elsewhere)).status_code == 200
        ids = re.findall(r"/staff/sessions/([0-9a-f-]+)/end", (await browser.get("/staff/sessions")).text)

        for id_ in ids:
            await browser.post(f"/staff/sessions/{id_}/end", data={})

        assert len(ids) == 1
        assert (await other.get("/api/v1/staff/me", headers=elsewhere)).status_code == 401
        renewed = await other.post("/api/v1/staff/sessions/renewal", headers=elsewhere)
        assert renewed.status_code == 401


def test_the_word_of_a_link_has_no_sign_that_a_mail_program_cuts_off() -> None:
    words = [new_link()[0] for _ in range(2_000)]

    assert [word for word in words if not (word.isascii() and word.isalnum())] == []
    assert {len(word) for word in words} == {32}
    assert len(set(words)) == 2_000


async def test_a_link_with_the_signs_of_before_still_opens(office: Office, browser: Browser) -> None:
    word, account = f"{'A' * 31}-", await office.pool.fetchval("SELECT id FROM account")
    async with office.pool.acquire() as db:
        await accounts_stored.add_links(db, [(digest_of(word), account)], "invitation", office.now)

    answer = await browser.get(f"/staff/links/{word}")

    assert answer.status_code == 200


@pytest.mark.parametrize("stored", ["<admin@example.org>", "admin@example.org,", "mailto:admin@example.org"])
async def test_an_account_with_a_wrapped_address_is_found_by_the_plain_one(
    office: Office, browser: Browser, stored: str
) -> None:
    await office.pool.execute("UPDATE account SET email = $1", stored)
    form = {"email": "Admin@example.org", "password": PASSWORD}

    signed_in = await browser.post("/staff/sign-in", data=form, follow_redirects=False)
    await browser.post("/staff/forgotten", data={"email": "admin@example.org"})
    await invite_administrator(office.pool, Entrance(URL), "admin@example.org", "Админова Ада", office.now)

    assert signed_in.status_code == 303
    assert await office.pool.fetchval("SELECT count(*) FROM letter WHERE recipient = $1", stored) == 2
    assert await office.pool.fetchval("SELECT count(*) FROM account") == 1


async def test_an_appointment_with_an_address_that_no_letter_reaches_is_refused(browser: Browser) -> None:
    several = await appoint(browser, appointment("head", PLACE, "a@example.org,b@example.org"))
    russian = await appoint(browser, appointment("head", PLACE, "глава@example.org"))

    assert (several.status_code, russian.status_code) == (422, 422)
    assert "Укажите один адрес" in several.text
    assert "латинские буквы" in russian.text


async def test_addresses_that_were_stored_with_a_wrapper_become_plain(hierarchy: Pool) -> None:
    stored = {
        "админ<admin@example.org>": "admin@example.org",
        "<head@example.org>": "head@example.org",
        "mailto:head@example.org": "mailto:head@example.org",
        "clerk@example.org,": "clerk@example.org,",
        "clerk@example.org": "clerk@example.org",
        "plain@example.org": "plain@example.org",
    }
    for nth, email in enumerate(stored):
        await hierarchy.execute(
            "INSERT INTO account (id, email, name, created_at) VALUES ($1, $2, $2, to_timestamp($3))",
            *(uuid4(), email, nth),
        )

    await hierarchy.execute(PLAIN_ADDRESSES)

    rows = await hierarchy.fetch("SELECT name, email FROM account")
    assert {row["name"]: row["email"] for row in rows} == stored


async def test_what_has_signed_somebody_in_is_repeated_in_vain_after_signing_out(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    link, form = await office.link_of("head@example.org"), {"password": PASSWORD, "again": PASSWORD}
    async with office.browser() as shared:
        first = await shared.post(link, data=form, follow_redirects=False)
        at_once = await shared.post(link, data=form, follow_redirects=False)
        await shared.post("/staff/sign-out", data={}, follow_redirects=False)

        afterwards = await shared.post(link, data=form, follow_redirects=False)
        cabinet = await shared.get("/cabinet", follow_redirects=False)

    assert (first.status_code, at_once.status_code, afterwards.status_code) == (303, 409, 409)
    assert cabinet.headers["location"] == "/staff/renewal?next=%2Fcabinet"


async def test_a_browser_keeps_no_page_of_the_staff(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    own = [await browser.get("/cabinet/region"), await browser.get("/staff/sessions")]
    link = await office.link_of("head@example.org")
    browser.cookies.clear()
    asked = [await browser.get(path) for path in ("/staff/sign-in", "/staff/forgotten", link)]

    assert {page.headers["cache-control"] for page in (*own, *asked)} == {"no-store"}


async def test_without_a_hasher_a_password_costs_what_it_should(
    hierarchy_database: Database, tmp_path: Path
) -> None:
    settings = OfficeSettings.model_validate(
        {
            "database_url": hierarchy_database.dsn("web"),
            "kafka_brokers": "127.0.0.1:1",
            "signing_key_file": tmp_path / "key.pem",
            "files_url": (tmp_path / "files").as_uri(),
        }
    )
    settings.signing_key_file.write_bytes(new_signing_key())
    with serving(create_web(settings, Lifetime())) as web:
        hashed = web.portal.call(web.app.state.doors.passwords.hashed, PASSWORD)

    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
