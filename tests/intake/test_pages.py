"""The portal's pages without a browser: what is answered, kept and refused."""

import re
import struct
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus, urlsplit
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.web import tokens
from services.intake.main import create_web
from services.intake.portal import reading
from services.intake.settings import IntakeSettings
from tests.databases import PERSONAL_KEYS, Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_organization,
    mirror_region,
    region,
)

Browser: TypeAlias = AsyncTestClient[Litestar]
Response: TypeAlias = Any

EMAIL = "anna@example.org"
TEXT = "Дети переходят дорогу в темноте.\nНужен <b>приподнятый</b> переход."
INITIATIVE = {"direction": "roads", "form": "personal", "title": "Переход у школы", "text": TEXT}


@pytest.fixture
async def browser(intake: Pool, intake_database: Database, tmp_path: Path) -> AsyncIterator[Browser]:
    """Somebody who opens the portal of a region whose campaign is open."""
    await mirror_region(intake)
    async with opened(intake_database, tmp_path) as browser:
        yield browser


def web_of(database: Database, folder: Path) -> Litestar:
    """The web application on a database."""
    (folder / "key.pem").write_bytes(new_signing_key())
    (folder / "keys").write_text(PERSONAL_KEYS)
    settings = IntakeSettings.model_validate(
        {
            "database_url": database.dsn("web"),
            "kafka_brokers": "127.0.0.1:1",
            "signing_key_file": folder / "key.pem",
            "personal_keys_file": folder / "keys",
            "files_url": (folder / "files").as_uri(),
        }
    )
    return create_web(settings, Lifetime())


def opened(database: Database, folder: Path) -> Browser:
    browser: Browser = AsyncTestClient(web_of(database, folder))
    browser.headers["Accept"] = "text/html"
    return browser


async def send(browser: Browser, path: str, **fields: str) -> Response:
    """Send a form, without following where it leads."""
    form = {"form_key": uuid4().hex} | fields
    return await browser.post(path, data=form, follow_redirects=False)


async def register(browser: Browser, **changes: str) -> Response:
    fields = {"municipality": DISTRICT, "position": "budget", "email": EMAIL, "consent": "1"}
    return await send(browser, "/participants/new", **(fields | {"consent_version": "1"} | changes))


async def code_of(pool: Pool) -> str:
    async with pool.acquire() as db:
        body = await db.fetchval("SELECT body FROM letter ORDER BY written_at DESC LIMIT 1")
    found = re.search(r"^\d{6}$", body, re.MULTILINE)
    assert found
    return found[0]


async def sign_in(browser: Browser, pool: Pool) -> Response:
    registered = await register(browser)
    return await send(browser, registered.headers["location"], code=await code_of(pool))


async def submit(browser: Browser, **changes: str) -> Response:
    return await send(browser, "/initiatives/new", **(INITIATIVE | {"alike_seen": "1"} | changes))


def words(response: Response) -> str:
    return unescape(response.text)


async def test_the_start_names_the_campaign_and_its_one_main_action(browser: Browser) -> None:
    page = await browser.get("/")

    assert page.status_code == 200
    assert "Весенний марафон" in page.text
    assert page.text.count('class="button"') == 1
    assert "Зарегистрироваться" in page.text


async def test_every_direction_is_a_door_to_the_form_with_it_chosen(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    start = await browser.get("/")

    form = await browser.get("/initiatives/new?direction=culture")

    for code in ("roads", "culture"):
        assert f'href="/initiatives/new?direction={code}"' in words(start)
    assert re.search('value="culture" selected', form.text)


async def test_the_start_says_how_many_were_submitted_and_in_which_direction(
    browser: Browser, intake: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FRESH", 0)
    nothing = words(await browser.get("/"))
    await sign_in(browser, intake)
    for _ in range(2):
        await submit(browser)

    page = words(await browser.get("/"))

    assert "Уже подан" not in nothing
    assert "0\N{NO-BREAK SPACE}инициатив<" in nothing
    assert re.search(r'Уже поданы <a href="/region"><b>2</b></a> инициативы', page)
    assert "2\N{NO-BREAK SPACE}инициативы" in page


async def test_figures_that_are_the_staffs_are_not_on_the_start(
    intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    await mirror_region(intake, [define_campaign(figures="staff"), *region()[1:]])

    async with opened(intake_database, tmp_path) as browser:
        page = words(await browser.get("/"))

    assert "Дороги" in page
    assert "инициатив<" not in page


async def test_without_a_campaign_the_start_says_so(
    intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    await mirror_region(intake, region()[1:])

    async with opened(intake_database, tmp_path) as browser:
        start = await browser.get("/")
        registration = await browser.get("/participants/new", follow_redirects=False)

    assert "Сейчас марафон не идёт" in start.text
    assert registration.headers["location"] == "/"


async def test_an_empty_registration_is_answered_with_every_error_at_once(browser: Browser) -> None:
    page = await send(browser, "/participants/new", consent_version="1")

    assert page.status_code == 422
    for field in ("municipality", "position", "email", "consent"):
        assert f'href="#{field}"' in words(page)
        assert f'id="{field}-error"' in page.text


async def test_registering_begins_with_the_workplace_which_sets_the_municipality(
    browser: Browser, intake: Pool
) -> None:
    asked = await browser.get("/participants/new")
    searched = await browser.get("/participants/new?q=школа+1")
    school = str(define_organization("1", DISTRICT).id)
    assert f'href="/participants/new?organization={school}"' in words(searched)
    chosen = await browser.get(f"/participants/new?organization={school}")
    done = await register(browser, municipality=hidden(chosen, "municipality"), organization=school)

    assert "Где вы работаете?" in words(asked)
    assert 'name="email"' not in asked.text
    assert "<select" not in asked.text + chosen.text
    for text in ("Школа № 1", "Сосновский муниципальный район"):
        assert text in words(chosen)
    assert done.status_code == 303
    async with intake.acquire() as db, db.transaction():
        await db.execute("SELECT set_config('app.municipalities', '*', true)")
        [row] = await db.fetch("SELECT municipality, organization::text FROM participant")
    assert tuple(row) == (DISTRICT, school)


def hidden(page: Response, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    ("where", "question"), [("home", "Где вы живёте?"), ("place", "В каком муниципальном")]
)
async def test_who_has_no_organization_chooses_a_municipality(
    browser: Browser, where: str, question: str
) -> None:
    first = await browser.get("/participants/new")
    found = await browser.get(f"/participants/new?where={where}&q=соснов")
    chosen = await browser.get(f"/participants/new?municipality={SETTLEMENT}")

    assert f'href="/participants/new?where={where}"' in words(first)
    assert question in words(found)
    for code in (DISTRICT, SETTLEMENT):
        assert f'href="/participants/new?municipality={code}"' in words(found)
    assert hidden(chosen, "municipality") == SETTLEMENT
    assert "Сосновское городское поселение" in words(chosen)


async def test_a_link_of_a_coordinator_leads_to_the_form_that_knows_the_school(browser: Browser) -> None:
    school = str(define_organization("2", OKRUG).id)

    page = await browser.get(f"/register?organization={school}")
    by_place = await browser.get(f"/register?municipality={DISTRICT}")

    assert "Школа № 2" in words(page)
    assert (hidden(page, "municipality"), hidden(page, "organization")) == (OKRUG, school)
    assert hidden(by_place, "municipality") == DISTRICT


@pytest.mark.parametrize(
    "query",
    [
        "organization=98c26fe8-16f8-4442-b91f-d60feed58621",
        "organization=x",
        "municipality=99999999",
        "organization=%00",
    ],
)
async def test_a_link_to_what_is_no_more_asks_for_the_workplace(browser: Browser, query: str) -> None:
    page = await browser.get(f"/register?{query}")

    assert page.status_code == 200
    assert "Ссылка устарела" in words(page)
    assert "Где вы работаете?" in words(page)


async def test_a_link_to_a_closed_school_does_not_register_there(browser: Browser) -> None:
    page = await browser.get(f"/register?organization={define_organization('3', OKRUG).id}")

    assert "Где вы работаете?" in words(page)


async def test_a_search_that_finds_nothing_says_so_and_many_are_not_all_shown(
    browser: Browser, intake: Pool
) -> None:
    nothing = await browser.get("/participants/new?q=<b>яяя</b>")

    assert "Ничего не нашлось" in words(nothing)
    assert "<b>яяя" not in nothing.text


async def test_the_consent_begins_with_its_first_sentence_and_is_read_whole_on_demand(
    intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    text = "Даю согласие Администрации (ст. 9 152-ФЗ) на обработку. Отозвать его можно в любой день."
    await mirror_region(intake, [define_campaign(consent={"version": "1", "text": text}), *region()[1:]])

    async with opened(intake_database, tmp_path) as browser:
        page = words(await browser.get(f"/participants/new?municipality={OKRUG}"))

    beginning, rest = page.split("<details>")
    assert "Даю согласие Администрации (ст. 9 152-ФЗ) на обработку.</p>" in beginning
    assert "Отозвать его" not in beginning
    assert text in rest
    assert "Прочитать целиком" in rest


async def test_the_way_to_a_page_is_kept_through_registering(browser: Browser, intake: Pool) -> None:
    way = "/initiatives/new?direction=roads"
    sign_in_page = await browser.get(f"/sign-in?next={quote(way)}")
    first = await browser.get(f"/participants/new?next={quote(way)}&q=школа")
    chosen = await browser.get(f"/participants/new?municipality={OKRUG}&next={quote(way)}")
    registered = await register(browser, next=unescape(hidden(chosen, "next")))
    entered = await send(browser, registered.headers["location"], code=await code_of(intake), next=way)

    assert "/participants/new?next=" in words(sign_in_page)
    assert quote_plus(way) in words(first)
    assert entered.headers["location"] == way


async def test_a_refused_registration_keeps_the_workplace(browser: Browser) -> None:
    school = str(define_organization("2", OKRUG).id)

    page = await register(browser, municipality=OKRUG, organization=school, email="не адрес")

    assert page.status_code == 422
    assert (hidden(page, "municipality"), hidden(page, "organization")) == (OKRUG, school)
    assert "Школа № 2" in words(page)


async def test_an_organization_of_another_municipality_is_refused_where_it_is_shown(browser: Browser) -> None:
    school = str(define_organization("2", OKRUG).id)

    page = await register(browser, municipality=DISTRICT, organization=school)

    assert page.status_code == 422
    assert 'href="#organization"' in page.text
    assert 'id="organization-error"' in page.text


async def test_organizations_are_found_as_one_types(browser: Browser) -> None:
    here = {"municipality": DISTRICT, "organization_q": "школа"}
    found = await browser.get("/participants/organizations", params=here)
    nothing = await browser.get("/participants/organizations", params=here | {"organization_q": "яяя"})

    assert "<html" not in found.text
    assert 'name="organization"' in found.text
    assert "Ничего не нашлось" in nothing.text


async def test_the_code_signs_in_and_leads_to_the_first_initiative(browser: Browser, intake: Pool) -> None:
    answer = await sign_in(browser, intake)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/initiatives/new"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("participant="))
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()


async def test_a_wrong_code_says_how_many_attempts_are_left(browser: Browser, intake: Pool) -> None:
    path = (await register(browser)).headers["location"]
    wrong = "000000" if await code_of(intake) != "000000" else "111111"

    incomplete = await send(browser, path, code="12")
    page = await send(browser, path, code=wrong)

    assert "Введите шесть цифр" in incomplete.text
    assert "Осталось попыток: 4" in page.text


async def test_another_letter_goes_to_the_same_address(browser: Browser, intake: Pool) -> None:
    path = (await register(browser)).headers["location"]

    again = await send(browser, path.replace("/code", "/letter"))
    page = await browser.get(again.headers["location"])

    assert EMAIL in page.text
    assert "Мы отправили новое письмо" in page.text


async def test_a_submitted_initiative_is_confirmed_with_its_number(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    answer = await submit(browser)
    page = await browser.get(answer.headers["location"])
    own = await browser.get("/initiatives")

    assert answer.headers["location"].endswith("?submitted=1")
    assert "Инициатива принята, №\N{NO-BREAK SPACE}1" in page.text
    assert "рассмотрит" not in page.text, "nobody does, yet"
    assert TEXT in words(page)
    assert "<b>приподнятый" not in page.text
    assert "Переход у школы" in own.text


async def test_a_form_sent_twice_is_one_initiative(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    first, second = await submit(browser, form_key="one"), await submit(browser, form_key="one")
    other = await submit(browser, form_key="one", title="Другое название")

    assert first.headers["location"] == second.headers["location"]
    assert "Эта форма уже отправлена" in words(other)


async def test_an_over_long_text_comes_back_whole(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    long = "Слово. " * 20_000

    page = await submit(browser, text=long)

    assert page.status_code == 422
    assert long.strip() in page.text
    assert 'id="text-error"' in page.text


async def test_a_text_is_not_lost_when_one_is_signed_out(browser: Browser) -> None:
    page = await submit(browser)

    assert page.status_code == 401
    assert TEXT in words(page)
    assert "Вход закончился, но ваш текст на месте" in words(page)


async def test_a_token_that_runs_out_is_renewed_by_any_page(
    browser: Browser, intake: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "VALID", timedelta(minutes=-5))
    await sign_in(browser, intake)
    monkeypatch.undo()

    renewing = await browser.get("/initiatives")
    afterwards = await browser.get("/initiatives")

    assert renewing.status_code == afterwards.status_code == 200
    assert "participant=" in renewing.headers["set-cookie"]
    assert "set-cookie" not in afterwards.headers


async def test_somebody_signed_out_is_led_to_the_sign_in_and_back(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    await send(browser, "/sign-out")

    away = await browser.get("/initiatives", follow_redirects=False)
    asked = await send(browser, "/sign-in", email=EMAIL, next="/initiatives")
    entered = await send(browser, asked.headers["location"], code=await code_of(intake), next="/initiatives")

    assert away.headers["location"] == "/sign-in?next=/initiatives"
    assert entered.headers["location"] == "/initiatives"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
async def test_nobody_is_led_to_another_site(browser: Browser, elsewhere: str) -> None:
    await register(browser)

    asked = await send(browser, "/sign-in", email=EMAIL, next=elsewhere)

    assert "example" not in asked.headers["location"]


async def test_withdrawing_asks_once_and_is_shown(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    path = (await submit(browser)).headers["location"].partition("?")[0]

    question = await browser.get(f"{path}/withdrawal")
    answer = await send(browser, f"{path}/withdrawal", reason="Уже сделали")
    page = await browser.get(answer.headers["location"])

    assert "Отозвать инициативу «Переход у школы»?" in question.text
    assert "Инициатива отозвана" in page.text
    assert "Уже сделали" in page.text


async def test_an_empty_list_says_what_to_do_first(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    page = await browser.get("/initiatives")

    assert "Вы ещё ничего не подали" in page.text
    assert 'href="/hotline/mine"' in page.text


async def test_the_list_goes_on_by_number(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    for nth in range(22):
        await submit(browser, title=f"Инициатива {nth}")

    first = await browser.get("/initiatives")
    more = re.search(r'href="([^"]*before=[^"]*)"', first.text)
    assert more
    rest = await browser.get(unescape(more[1]))

    assert first.text.count("row-head") == 20
    assert rest.text.count("row-head") == 2


async def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    answer = await browser.post("/sign-in", data={"email": EMAIL}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "пришла с другого сайта" in answer.text


async def test_a_page_holds_no_inline_script_or_style(browser: Browser) -> None:
    for path in ("/", "/participants/new", "/sign-in"):
        page = await browser.get(path)

        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page.text)
        assert len(page.content) < 100_000


async def confirmed(browser: Browser, pool: Pool) -> tuple[str, dict[str, str]]:
    """The confirming form as it was sent, with its address."""
    path = (await register(browser)).headers["location"]
    form = {"form_key": uuid4().hex, "code": await code_of(pool)}
    await send(browser, path, **form)
    return path, form


async def test_a_confirmation_repeated_at_once_is_the_same_session(browser: Browser, intake: Pool) -> None:
    path, form = await confirmed(browser, intake)

    repeated = await send(browser, path, **form)

    assert repeated.headers["location"] == "/initiatives/new"
    assert await intake.fetchval("SELECT count(*) FROM participant_session") == 1


async def test_a_confirmation_repeated_after_signing_out_signs_nobody_in(
    browser: Browser, intake: Pool
) -> None:
    path, form = await confirmed(browser, intake)
    await send(browser, "/sign-out")

    repeated = await send(browser, path, **form)

    assert repeated.status_code == 422
    assert "Код устарел" in words(repeated)
    assert (await browser.get("/initiatives", follow_redirects=False)).status_code == 303


@pytest.mark.parametrize("age", ["61 seconds", "15 minutes", "1 day"])
async def test_a_confirmation_repeated_later_signs_nobody_in(
    browser: Browser, intake: Pool, age: str
) -> None:
    path, form = await confirmed(browser, intake)
    browser.cookies.clear()
    await intake.execute(f"UPDATE participant_session SET begun_at = begun_at - interval '{age}'")

    repeated = await send(browser, path, **form)

    assert repeated.status_code == 422
    assert "Код устарел" in words(repeated)
    assert "set-cookie" not in repeated.headers


async def test_a_confirmation_that_an_older_version_has_kept_signs_nobody_in(
    browser: Browser, intake: Pool
) -> None:
    path, form = await confirmed(browser, intake)
    await intake.execute("UPDATE idempotency_key SET body = '{}' WHERE body LIKE '%session%'")

    assert (await send(browser, path, **form)).status_code == 422


async def test_a_confirmation_of_the_api_is_repeated_no_longer_than_one_of_the_page(
    browser: Browser, intake: Pool
) -> None:
    path = (await register(browser)).headers["location"].replace("/code", "/confirmation")
    code, key = {"code": await code_of(intake)}, {"Idempotency-Key": "lost"}
    first = await browser.post(f"/api/v1{path}", json=code, headers=key)
    at_once = await browser.post(f"/api/v1{path}", json=code, headers=key)
    bearer = {"Authorization": f"Bearer {first.json()['token']}"}
    await browser.delete("/api/v1/sessions/current", headers=bearer)

    afterwards = await browser.post(f"/api/v1{path}", json=code, headers=key)

    assert (first.status_code, at_once.status_code, afterwards.status_code) == (200, 200, 422)
    assert afterwards.json()["type"] == "/problems/code-expired"


async def test_a_browser_keeps_no_page_of_a_sign_in_nor_of_somebody_signed_in(
    browser: Browser, intake: Pool
) -> None:
    path = (await register(browser)).headers["location"]
    asked = [await browser.get("/sign-in"), await browser.get(path), await send(browser, path, code="1")]
    await send(browser, path, code=await code_of(intake))
    own = [await browser.get("/initiatives"), await browser.get("/initiatives/new")]

    assert {page.headers["cache-control"] for page in (*asked, *own)} == {"no-store"}


async def test_a_link_is_shown_with_a_picture(browser: Browser) -> None:
    page = (await browser.get("/")).text
    found = re.search('property="og:image" content="([^"]*)"', page)
    assert found
    address = unescape(found[1])

    head = await browser.head(urlsplit(address).path)
    picture = await browser.get(urlsplit(address).path)

    assert address.startswith("http://127.0.0.1:8000/static/")
    assert (head.status_code, head.headers["content-type"]) == (200, "image/png")
    assert len(picture.content) < 60_000
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)
    assert 'name="twitter:card" content="summary_large_image"' in page


async def test_what_became_of_an_initiative_is_a_line_that_ends_where_it_is(
    browser: Browser, intake: Pool
) -> None:
    await sign_in(browser, intake)
    path = (await submit(browser)).headers["location"].partition("?")[0]
    at_first = (await browser.get(path)).text
    await send(browser, f"{path}/withdrawal")

    page = (await browser.get(path)).text

    steps = [re.findall('<li( aria-current="step")?><b>([^<]*)', text) for text in (at_first, page)]
    assert steps[0] == [(' aria-current="step"', "Подана")]
    assert steps[1] == [("", "Подана"), (' aria-current="step"', "Отозвана вами")]
