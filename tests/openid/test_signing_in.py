"""The staff comes in by Keycloak, and does not where it must not."""

import time
from collections.abc import AsyncIterator, Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import expect

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool, open_pool
from services.hierarchy.accounts.openid import flow
from services.hierarchy.accounts.openid.provider import PATIENCE
from services.hierarchy.accounts.pages.openid import AT_ONCE
from services.hierarchy.groups.commands.state_coverage import count_anew
from tests.browser import looking
from tests.databases import Database, free_port
from tests.hierarchy.office import (
    PASSWORD,
    PLACE,
    URL,
    Browser,
    House,
    Office,
    appoint,
    appointment,
    load_region,
)
from tests.openid.keycloak import CLIENT, SECRET, Keycloak
from tests.openid.keycloak import PASSWORD as PASSWORD_THERE
from tests.openid.visiting import at_provider, come, leave, told
from tests.served import served

BUTTON = "Войти через единый вход области"


def provided(issuer: str, folder: Path) -> dict[str, object]:
    """Settings by which the staff comes in by a provider."""
    secret = folder / "openid_secret"
    secret.write_text(f"{SECRET}\n", "utf-8")
    given = {"openid_issuer": issuer, "openid_client": CLIENT, "openid_secret_file": secret}
    return given | {"openid_name": BUTTON}


@pytest.fixture(scope="module")
def house(
    hierarchy_database: Database, tmp_path_factory: pytest.TempPathFactory, keycloak: Keycloak
) -> Iterator[House]:
    """A region whose staff comes in by a password or by Keycloak."""
    folder = tmp_path_factory.mktemp("house")
    house = House(hierarchy_database, folder, **provided(keycloak.issuer(), folder))
    with house.opened(load_region):
        yield house


@pytest.fixture
async def office(house: House, hierarchy: Pool) -> Office:
    return await house.office(hierarchy)


@pytest.fixture
async def without_passwords(office: Office, hierarchy_database: Database, tmp_path: Path) -> Office:
    return Office(office.pool, hierarchy_database, tmp_path, **office.more, passwords=False)


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with office.browser() as browser:
        browser.headers["Accept"] = "text/html"
        yield browser


async def count(office: Office, query: str) -> int:
    return int(await office.pool.fetchval(query))


async def by_password(browser: Browser) -> None:
    credentials = {"email": "admin@example.org", "password": PASSWORD}
    answer = await browser.post("/staff/sign-in", data=credentials, follow_redirects=False)
    assert answer.status_code == 303, answer.text


async def test_the_provider_lets_the_administrator_in_and_out(office: Office, browser: Browser) -> None:
    page = await browser.get("/staff/sign-in?next=/cabinet/region")
    asked = await leave(browser, "?next=/cabinet/region")
    back = await browser.get(await at_provider(asked, "admin"))
    cabinet = await browser.get("/cabinet/region")
    out = await browser.post("/staff/sign-out", data={}, follow_redirects=False)

    assert f'href="/staff/openid?next=/cabinet/region">{BUTTON}</a>' in unescape(page.text)
    assert told(asked)["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= told(asked).keys()
    assert '<meta http-equiv="refresh" content="0; url=/cabinet/region">' in unescape(back.text)
    assert "Админова Ада" in unescape(cabinet.text)
    assert out.status_code == 200
    assert "/protocol/openid-connect/logout?client_id=dialogue&" in unescape(out.text)
    assert (await browser.get("/api/v1/staff/me")).status_code == 401


async def test_cookies_cross_the_border_as_far_as_they_must(browser: Browser) -> None:
    gone = await browser.get("/staff/openid", follow_redirects=False)
    back = await browser.get(await at_provider(gone.headers["location"], "admin"))

    (kept,) = gone.headers.get_list("set-cookie")
    assert kept.startswith("openid-")
    assert "Max-Age=600" in kept
    assert "HttpOnly" in kept
    assert "SameSite=lax" in kept
    signed_in = {cookie.partition("=")[0]: cookie for cookie in back.headers.get_list("set-cookie")}
    assert "SameSite=strict" in signed_in["staff"]
    assert "Max-Age=0" in signed_in[kept.partition("=")[0]]


async def test_the_first_sign_in_binds_and_is_written_down(office: Office, browser: Browser) -> None:
    await come(browser, "admin")
    async with office.browser() as elsewhere:
        await come(elsewhere, "admin")

    assert await count(office, "SELECT count(*) FROM identity") == 1
    assert await count(office, "SELECT count(*) FROM staff_session WHERE by_provider") == 2
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        assert await db.fetchval("SELECT count(*) FROM audit WHERE action = 'identity-bound'") == 1
    assert "Первый вход через единый вход" in unescape((await browser.get("/cabinet/audit")).text)


async def test_an_address_that_is_not_verified_lets_nobody_in(office: Office, browser: Browser) -> None:
    await office.come(browser, "admin@example.org")
    await appoint(browser, appointment("head", PLACE, "unverified@example.org"))
    browser.cookies.clear()

    answer = await come(browser, "unverified")

    assert answer.status_code == 403
    assert "не подтвердил ваш адрес" in unescape(answer.text)
    assert "администратору региона" in unescape(answer.text)
    assert await count(office, "SELECT count(*) FROM identity") == 0


async def test_nobody_comes_in_who_was_never_appointed(office: Office, browser: Browser) -> None:
    answer = await come(browser, "stranger")

    assert answer.status_code == 403
    assert "С адресом stranger@example.org никто не назначен" in unescape(answer.text)
    assert 'href="/staff/openid?other=1"' in answer.text
    assert "prompt=login" in await leave(browser, "?other=1")
    assert (await browser.get("/api/v1/staff/me")).status_code == 401


async def test_somebody_bound_comes_in_with_another_address(
    office: Office, browser: Browser, keycloak: Keycloak
) -> None:
    await office.come(browser, "admin@example.org")
    await appoint(browser, appointment("head", PLACE, "moving@example.org"))
    with keycloak.user("moving@example.org") as id_:
        await come(browser, "moving")
        keycloak.change_email(id_, "moved@example.org")

        async with office.browser() as elsewhere:
            answer = await come(elsewhere, "moving")
            me = (await elsewhere.get("/api/v1/staff/me")).json()

    assert answer.status_code == 200
    assert me["name"] == "Петров Пётр Петрович"


async def test_an_account_is_bound_to_one_identity(
    office: Office, browser: Browser, keycloak: Keycloak
) -> None:
    await office.come(browser, "admin@example.org")
    await appoint(browser, appointment("head", PLACE, "heir@example.org"))
    with keycloak.user("heir@example.org"):
        await come(browser, "heir")

    with keycloak.user("heir@example.org"):
        answer = await come(browser, "heir")

    assert answer.status_code == 403
    assert "уже входит другая учётная запись" in unescape(answer.text)


async def test_a_way_back_is_gone_once_and_by_whoever_left(office: Office, browser: Browser) -> None:
    back = await at_provider(await leave(browser), "admin")
    async with office.browser() as other:
        await leave(other)
        foreign = await other.get(back)
    async with office.browser() as nobody:
        without = await nobody.get(back)
    kept = {name: browser.cookies[name] for name in begun(browser)}

    first = await browser.get(back)
    await browser.post("/staff/sign-out", data={}, follow_redirects=False)
    again = await browser.get(back)
    for name, value in kept.items():
        browser.cookies.set(name, value, domain="testserver.local")
    replayed = await browser.get(back)

    assert first.status_code == 200
    assert {a.status_code for a in (foreign, without, again, replayed)} == {409}
    assert "Начните вход заново" in unescape(again.text)
    assert (await browser.get("/api/v1/staff/me")).status_code == 401


def begun(browser: Browser) -> list[str]:
    """The cookies of the sign-ins that a browser has begun."""
    return [name for name in browser.cookies if name.startswith("openid-")]


async def test_sign_ins_that_were_begun_in_two_tabs_are_both_finished(browser: Browser) -> None:
    ways = [await leave(browser, "?next=/cabinet/region"), await leave(browser, "?next=/staff/sessions")]
    first, second = [await at_provider(way, "admin") for way in ways]

    of_second = await browser.get(second)
    of_first = await browser.get(first)

    assert "url=/staff/sessions" in unescape(of_second.text)
    assert "url=/cabinet/region" in unescape(of_first.text)
    assert begun(browser) == []
    assert (await browser.get("/api/v1/staff/me")).status_code == 200


async def test_whoever_is_signed_in_already_goes_on_from_the_way_back(browser: Browser) -> None:
    back = await at_provider(await leave(browser), "admin")
    await browser.get(back)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    hop = await browser.get(back, headers=elsewhere, follow_redirects=False)
    on = await browser.get(back, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)

    assert f"url={back}" in unescape(hop.text)
    assert on.headers["location"] == "/cabinet"


async def test_a_browser_keeps_the_latest_sign_ins_alone(browser: Browser) -> None:
    ways = [await leave(browser, f"?next=/{'x' * 900}{n}") for n in range(6)]

    oldest, latest = [await browser.get(await at_provider(way, "admin")) for way in (ways[0], ways[-1])]

    assert len(begun(browser)) == AT_ONCE - 1
    assert (oldest.status_code, latest.status_code) == (409, 200)


@pytest.mark.parametrize(
    ("harm", "status"), [("none", 200), ("body", 409), ("mark", 409), ("no mark", 409), ("nothing", 409)]
)
async def test_a_cookie_of_somebody_elses_making_is_none(browser: Browser, harm: str, status: int) -> None:
    back = await at_provider(await leave(browser), "admin")
    (name,) = begun(browser)
    body, _, mark = (whole := browser.cookies[name]).partition(".")
    harmed = {
        "body": f"x{body[1:]}.{mark}",
        "mark": f"{body}.{'0' * len(mark)}",
        "no mark": body,
        "nothing": "",
    }

    browser.cookies.clear()
    browser.cookies.set(name, harmed.get(harm, whole), domain="testserver.local")
    answer = await browser.get(back)

    assert answer.status_code == status


async def test_a_sign_in_takes_ten_minutes_at_most(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    back = await at_provider(await leave(browser), "admin")
    monkeypatch.setattr(flow, "VALID", flow.VALID * 0)

    assert (await browser.get(back)).status_code == 409


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ("error=access_denied", 403, "Вход отменён"),
        ("error=temporarily_unavailable", 503, "сейчас не отвечает"),
        ("error=invalid_scope", 503, "не так, как должен"),
        ("code=of-nobody", 409, "Начните вход заново"),
        ("code=", 409, "Начните вход заново"),
        ("code=x&iss=https://elsewhere.example", 409, "Начните вход заново"),
    ],
)
async def test_what_the_provider_says_is_said_in_words(
    browser: Browser, said: str, status: int, sentence: str
) -> None:
    state = told(await leave(browser))["state"]

    answer = await browser.get(f"/staff/openid/back?state={state}&{said}")

    assert answer.status_code == status
    assert sentence in unescape(answer.text)


async def test_whose_appointment_is_over_comes_in_and_may_nothing(office: Office, browser: Browser) -> None:
    await office.come(browser, "admin@example.org")
    made = await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await browser.post(f"/api/v1/appointments/{made.json()['appointed'][0]}/end")

    async with office.browser() as former:
        answer = await come(former, "head")
        me = (await former.get("/api/v1/staff/me")).json()

    assert answer.status_code == 200
    assert me["grants"] == []


async def test_who_came_by_the_provider_has_answered(office: Office, browser: Browser) -> None:
    await office.come(browser, "admin@example.org")
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    before = unescape((await browser.get("/cabinet/invitations")).text)
    waiting = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    unanswered = await counted_unanswered(office)

    async with office.browser() as head:
        await come(head, "head")

    after = unescape((await browser.get("/cabinet/invitations")).text)
    come_now = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert ("head@example.org" in before, "head@example.org" in after) == (True, False)
    assert ("Ждём ответа" in waiting, "Ждём ответа" in come_now) == (True, False)
    assert (unanswered, await counted_unanswered(office)) == (1, 0)


async def counted_unanswered(office: Office) -> int:
    """As the worker states it of the municipality."""
    async with open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"}) as pool:
        await count_anew(pool, office.now)
        return int(await pool.fetchval("SELECT unanswered FROM coverage WHERE municipality = $1", PLACE))


async def test_a_letter_names_both_ways(office: Office, browser: Browser) -> None:
    await come(browser, "admin")
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    invitation = await office.letter_to("head@example.org")
    async with office.browser() as head:
        await come(head, "head")
    await appoint(browser, appointment("administrator", "region", "head@example.org"))

    assert "/staff/links/" in invitation
    assert f"Или войдите без пароля, кнопкой «{BUTTON}»: {URL}/staff/sign-in" in invitation
    assert "так же, как раньше" in await office.letter_to("head@example.org")


async def test_without_passwords_the_button_is_the_only_way(
    without_passwords: Office, browser: Browser
) -> None:
    async with without_passwords.browser() as visitor:
        visitor.headers["Accept"] = "text/html"
        page = unescape((await visitor.get("/staff/sign-in")).text)
        refused = [
            await visitor.post("/staff/sign-in", data={"email": "admin@example.org", "password": PASSWORD}),
            await visitor.get("/staff/forgotten"),
            await visitor.post("/staff/forgotten", data={"email": "admin@example.org"}),
            await visitor.get(await without_passwords.link_of("admin@example.org")),
            await visitor.post(await without_passwords.link_of("admin@example.org"), data={}),
            await visitor.post("/api/v1/staff/sessions", json={"email": "a@b.ru", "password": PASSWORD}),
        ]
        await come(visitor, "admin")
        await appoint(visitor, appointment("head", PLACE, "head@example.org"))
        sessions = unescape((await visitor.get("/staff/sessions")).text)

    assert BUTTON in page
    assert "Пароль" not in page
    assert {answer.status_code for answer in refused} == {404}
    assert all("сотрудники входят через единый вход" in unescape(answer.text) for answer in refused)
    assert "/staff/forgotten" not in sessions
    letter = await without_passwords.letter_to("head@example.org")
    assert "/staff/links/" not in letter
    assert "/staff/sign-in" in letter
    assert BUTTON in letter


async def test_a_provider_that_is_away_keeps_nobody_from_a_password(
    office: Office, hierarchy_database: Database, tmp_path: Path
) -> None:
    nowhere = provided(f"http://127.0.0.1:{free_port()}/realms/region", tmp_path)
    alone = Office(office.pool, hierarchy_database, tmp_path, **nowhere)
    async with alone.browser() as visitor:
        visitor.headers["Accept"] = "text/html"
        away = await visitor.get("/staff/openid", follow_redirects=False)
        ready = await visitor.get("/health/ready")
        await alone.come(visitor, "admin@example.org")
        out = await visitor.post("/staff/sign-out", data={}, follow_redirects=False)

    assert away.status_code == 503
    assert "Единый вход сейчас не отвечает" in unescape(away.text)
    assert ready.status_code == 200
    assert out.headers["location"] == "/staff/sign-in"


async def test_a_provider_that_hangs_is_not_waited_for(browser: Browser, keycloak: Keycloak) -> None:
    back = await at_provider(await leave(browser), "admin")

    with keycloak.silent():
        began = time.monotonic()
        answer = await browser.get(back)
        took = time.monotonic() - began
        ready = await browser.get("/health/ready")

    assert (answer.status_code, ready.status_code) == (503, 200)
    assert took < 20 * PATIENCE


async def test_who_came_by_a_password_is_not_sent_to_the_provider(office: Office, browser: Browser) -> None:
    await office.come(browser, "admin@example.org")
    browser.cookies.clear()
    await by_password(browser)

    out = await browser.post("/staff/sign-out", data={}, follow_redirects=False)

    assert out.headers["location"] == "/staff/sign-in"


@pytest.fixture
async def origin(
    office: Office, hierarchy_database: Database, keycloak: Keycloak, tmp_path: Path
) -> AsyncIterator[str]:
    """The address of a cabinet whose staff comes in by Keycloak, which is another site to a browser."""
    port = free_port()
    given = provided(keycloak.issuer("localhost"), tmp_path) | {"public_url": f"http://127.0.0.1:{port}"}
    async with served(Office(office.pool, hierarchy_database, tmp_path, **given).application(), port) as url:
        yield url


async def test_in_a_browser_the_button_leads_in_and_the_way_out_leads_out(origin: str) -> None:
    async with looking.chromium() as chromium, looking.window(chromium, origin) as watched:
        # Of the provider's own pages nothing is asked.
        watched.forgiven = ("another host: http://localhost",)
        page = await watched.open("/cabinet/region")
        await page.get_by_role("link", name=BUTTON).click()
        await page.get_by_label("Username or email").fill("admin")
        await page.get_by_label("Password", exact=True).fill(PASSWORD_THERE)
        await page.get_by_role("button", name="Sign In").click()
        await expect(page).to_have_url(f"{origin}/cabinet/region")
        await expect(page.get_by_text("Админова Ада").first).to_be_visible()

        await page.get_by_role("button", name="Выйти").click()
        await page.get_by_role("button", name="Logout").click()
        await expect(page).to_have_url(f"{origin}/staff/sign-in")
        await page.goto(f"{origin}/cabinet")
        await expect(page.get_by_role("link", name=BUTTON)).to_be_visible()

        watched.assert_clean()


async def test_everybody_can_use_its_pages(origin: str) -> None:
    async with looking.chromium() as chromium, looking.window(chromium, origin) as watched:
        watched.forgiven = ("409",)
        for path in ("/staff/sign-in", "/staff/openid/back?state=x"):
            await looking.assert_usable(watched, await watched.open(path))
