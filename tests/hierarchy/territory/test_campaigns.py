"""Campaigns on screen: opened with an earlier one's settings, changed while they run, closed."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from services.directory.russian import code_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.territory.domain.campaign import DAYS
from tests.hierarchy.office import PLACE, TODAY, Browser, Office, appoint, appointment

OPEN = "/cabinet/campaigns/spring-2026"
WORDS = {
    "registered": "Адрес подтверждён.",
    "submitted": "Инициатива сохранена.",
    "consent_version": "2",
    "consent_text": "Я согласен.",
}


def form(**changes: str) -> dict[str, str]:
    """A new campaign as somebody types it."""
    ahead = (30, 40, 80, 90)
    days = {name: (TODAY + timedelta(days=n)).isoformat() for name, n in zip(DAYS, ahead, strict=True)}
    return {
        "name": "Осенний марафон",
        "id": "autumn-2026",
        "time_zone": "Asia/Omsk",
        "figures": "staff",
        "directions": "roads; Дороги\n\n  Чистая вода  \n",
        "classifier:position": "servant; Служащий\nЖитель",
        "classifier:form": "personal; Личная",
        **WORDS,
        **days,
        **changes,
    }


async def post(browser: Browser, path: str, values: dict[str, str] | None = None) -> Any:
    return await browser.post(path, data=values or {}, follow_redirects=False)


async def known(office: Office) -> dict[str, Any]:
    async with office.pool.acquire() as db:
        return dict(await campaigns.all_by_id(db))


async def test_a_campaign_is_opened_with_an_earlier_ones_settings(office: Office, browser: Browser) -> None:
    closed = await post(browser, f"{OPEN}/closing")
    listed = unescape((await browser.get("/cabinet/campaigns")).text)
    proposed = unescape((await browser.get("/cabinet/campaigns/new?from=spring-2026")).text)

    opened = await post(browser, "/cabinet/campaigns/new", form(**{"from": "spring-2026"}))

    stands = (await known(office))["autumn-2026"]
    told = await office.pool.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'dialogue.campaign.defined.v1' AND subject = $1",
        "campaign:autumn-2026",
    )
    assert closed.headers["location"].endswith("done=closed")
    assert "Новый марафон с этими настройками" in listed
    assert "roads; Дороги" in proposed
    assert "Весенний марафон" not in proposed.partition("<h1>")[2], "name and days are its own"
    assert opened.status_code == 303, unescape(opened.text)
    assert [d.code for d in stands.directions] == ["roads", "chistaya-voda"]
    assert [v.code for v in stands.classifiers[0].values] == ["servant", "resident"], "a known name, its code"
    assert (stands.open, stands.figures, stands.time_zone) == (True, "staff", "Asia/Omsk")
    assert stands.limits.text == 4000, "what the form does not show is as it was"
    assert told == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Заполните поле «Название»"),
        ({"id": "Осень"}, "Придумайте короткое имя"),
        ({"id": ""}, "Придумайте короткое имя"),
        ({"id": "new"}, "уже занято"),
        ({"id": "spring-2026"}, "короткое имя уже занято"),
        ({"first_day": ""}, "Первый день подачи: укажите число"),
        ({"last_day": "2020-01-01"}, "Последний день подачи: этот день раньше"),
        ({"time_zone": "Mars/Base"}, "Выберите из списка"),
        ({"figures": ""}, "Выберите из списка"),
        ({"directions": " \n"}, "хотя бы одну строку"),
        ({"directions": "roads; Дороги\nroads; Тропы"}, "Код roads указан дважды"),
        ({"directions": "Вода\nДороги; Тропы"}, "Строка 2: код пишут латинскими буквами"),
        ({"classifier:position": "servant;"}, "Строка 1: после точки с запятой нет названия"),
        ({"classifier:form": ""}, "хотя бы одну строку"),
        ({"consent_text": ""}, "Заполните поле «Согласие"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_opened(
    office: Office, browser: Browser, changes: dict[str, str], sentence: str
) -> None:
    await post(browser, f"{OPEN}/closing")

    answer = await post(browser, "/cabinet/campaigns/new", form(**changes))

    page, (field,) = unescape(answer.text), changes
    assert answer.status_code in (409, 422)
    assert sentence in page
    assert f'href="#{field}"' in page
    assert list(await known(office)) == ["spring-2026"]


async def test_signs_that_no_text_holds_are_left_out(office: Office, browser: Browser) -> None:
    await post(browser, f"{OPEN}/closing")

    answer = await post(
        browser, "/cabinet/campaigns/new", form(name="Осенний\0 марафон", directions="Во\0да")
    )

    assert answer.status_code == 303
    assert (await known(office))["autumn-2026"].name == "Осенний марафон"


async def test_at_most_one_is_open(office: Office, browser: Browser) -> None:
    answer = await post(browser, "/cabinet/campaigns/new", form())

    assert answer.status_code == 409
    assert "Уже открыт марафон «Весенний марафон»" in unescape(answer.text)


async def test_the_open_one_is_changed_and_what_is_in_use_stays(office: Office, browser: Browser) -> None:
    before = (await known(office))["spring-2026"]
    page = unescape((await browser.get(OPEN)).text)
    days = {name: getattr(before, name).isoformat() for name in DAYS}
    values = form(name="Весенний марафон", time_zone=before.time_zone, **days) | {
        "directions": "roads; Дороги и тропы\nschools; Школы\nВода",
        "classifier:position": "servant; Муниципальный служащий\nresident; Житель",
    }

    changed = await post(browser, OPEN, values | {"version": str(before.version)})
    seen = {"version": str(before.version + 1)}
    without = await post(browser, OPEN, values | seen | {"directions": "schools; Школы"})
    person = await post(browser, OPEN, values | seen | {"classifier:position": "servant; Служащий"})
    consent = await post(browser, OPEN, values | seen | {"consent_text": "Я согласен на всё."})
    later = await post(browser, OPEN, values | seen | {"first_day": before.last_day.isoformat()})
    elsewhere = await post(browser, OPEN, values | {"version": str(before.version), "name": "Марафон"})

    after = (await known(office))["spring-2026"]
    assert 'value="Весенний марафон"' in page
    assert changed.status_code == 303, unescape(changed.text)
    assert [d.code for d in after.directions] == ["roads", "schools", "voda"]
    assert after.version == before.version + 1
    assert "убрать нельзя: Дороги и тропы, Вода" in unescape(without.text)
    assert "убрать нельзя: Житель" in unescape(person.text)
    assert "Текст согласия изменился, а версия прежняя (2)" in unescape(consent.text)
    assert "Первый день больше не меняют" in unescape(later.text)
    assert "настройки изменил кто-то ещё" in unescape(elsewhere.text)
    assert after == (await known(office))["spring-2026"]


async def test_before_its_first_day_everything_may_change(office: Office, browser: Browser) -> None:
    await post(browser, f"{OPEN}/closing")
    await post(browser, "/cabinet/campaigns/new", form())

    answer = await post(browser, "/cabinet/campaigns/autumn-2026", form(directions="Вода", version="1"))

    assert answer.status_code == 303
    assert [d.code for d in (await known(office))["autumn-2026"].directions] == ["voda"]


async def test_a_demonstration_is_none_again(office: Office, browser: Browser) -> None:
    await office.pool.execute("UPDATE campaign SET demonstration = true")
    await post(browser, f"{OPEN}/closing")

    await post(browser, "/cabinet/campaigns/new", form(**{"from": "spring-2026"}))

    assert not (await known(office))["autumn-2026"].demonstration


async def test_two_names_that_sound_alike_get_two_codes(office: Office, browser: Browser) -> None:
    long = "Развитие общественных пространств и благоустройство"
    await post(browser, f"{OPEN}/closing")

    await post(browser, "/cabinet/campaigns/new", form(directions=f"{long} сёл\n{long} дворов\n№\n«»"))

    codes = [d.code for d in (await known(office))["autumn-2026"].directions]
    assert codes[2:] == ["term", "term-2"]
    assert codes[1] == f"{codes[0]}-2"


async def test_a_closed_one_is_closed(office: Office, browser: Browser) -> None:
    asked = unescape((await browser.get(f"{OPEN}/closing")).text)
    await post(browser, f"{OPEN}/closing")

    again = await post(browser, f"{OPEN}/closing")
    change = await browser.get(OPEN)
    deeds = unescape((await browser.get("/cabinet/audit")).text)

    assert "Весенний марафон" in asked
    assert again.status_code == 409
    assert change.status_code == 404
    assert "Завершён марафон: Весенний марафон" in deeds


async def test_campaigns_are_the_administrators(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")

    answers = [
        await browser.get("/cabinet/campaigns"),
        await browser.get("/cabinet/campaigns/new"),
        await browser.get(OPEN),
        await post(browser, OPEN, form()),
        await post(browser, "/cabinet/campaigns/new", form()),
        await post(browser, f"{OPEN}/closing"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await known(office))["spring-2026"].open


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Дороги и общественный транспорт", "dorogi-i-obshchestvennyy-transport"),
        ("ЖКХ №2: объезд", "zhkkh-2-obezd"),
        ("—", ""),
    ],
)
def test_a_name_has_a_code(name: str, code: str) -> None:
    assert code_of(name) == code
