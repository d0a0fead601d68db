"""Campaigns on screen: opened with an earlier one's settings, changed while they run, closed."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import yaml

from services.chassis.days import in_words
from services.directory.russian import code_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.territory.domain.campaign import DAYS
from tests.hierarchy.office import PLACE, TODAY, Browser, Office, appoint, appointment, hidden

OPEN = "/cabinet/campaigns/spring-2026"
WORDS = {
    "registered": "Адрес подтверждён.",
    "submitted": "Инициатива сохранена.",
    "consent_version": "2",
    "consent_text": "Я согласен.",
    "registered_percent": "25",
    "submitted_per_registered": "0,75",
    "pace": "working-days",
    "warnings": "1",
    "acceptance": "by-group",
    "put_forward_by": "group",
    "texts": "determined",
    "reasons:done": "Уже сделано",
    "reasons": "Дорого",
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
        "directions:roads": "Дороги",
        "directions": "\n\n  Чистая вода  \n",
        "classifier:position:servant": "Служащий",
        "classifier:position": "Житель",
        "classifier:form:personal": "Личная",
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
    assert 'name="directions:roads" type="text" value="Дороги"' in proposed
    assert "Без кода" not in proposed
    assert 'value="Весенний марафон"' not in proposed, "name and days are its own"
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
        ({"time_zone": "Mars/Base"}, "«Часовой пояс региона»: выберите из списка"),
        ({"figures": ""}, "«Число участников и инициатив»: выберите из списка"),
        ({"directions": "Вода\nВОДА"}, "«ВОДА» есть уже"),
        ({"directions": " \n"}, "«Направления инициатив»: напишите хотя бы одну строку"),
        ({"classifier:form": ""}, "«От кого инициатива?»: напишите хотя бы одну строку"),
        ({"consent_text": ""}, "Заполните поле «Согласие"),
        ({"registered_percent": ""}, "«Процент аудитории»: укажите целое число от 1 до 100"),
        ({"registered_percent": "0"}, "«Процент аудитории»: укажите целое число от 1 до 100"),
        ({"registered_percent": "101"}, "«Процент аудитории»: укажите целое число от 1 до 100"),
        ({"registered_percent": "20.5"}, "«Процент аудитории»: укажите целое число от 1 до 100"),
        ({"registered_percent": "9" * 5000}, "«Процент аудитории»: укажите целое число от 1 до 100"),
        ({"submitted_per_registered": "0"}, "«Инициатив на одного зарегистрированного»: укажите число"),
        ({"submitted_per_registered": "-1"}, "«Инициатив на одного зарегистрированного»: укажите число"),
        ({"submitted_per_registered": "nan"}, "«Инициатив на одного зарегистрированного»: укажите число"),
        ({"submitted_per_registered": "1e9"}, "«Инициатив на одного зарегистрированного»: укажите число"),
        ({"pace": ""}, "сколько ожидалось к сегодняшнему дню»: выберите из списка"),
        ({"pace": "autumn-2026"}, "сколько ожидалось к сегодняшнему дню»: выберите из списка"),
        ({"pace": "Быстро\x00"}, "сколько ожидалось к сегодняшнему дню»: выберите из списка"),
        ({"acceptance": ""}, "«Кто принимает инициативы»: выберите из списка"),
        ({"acceptance": "at once\x00"}, "«Кто принимает инициативы»: выберите из списка"),
        ({"texts": "public"}, "«Тексты инициатив»: выберите из списка"),
        ({"put_forward_by": "mayor"}, "«Кто выдвигает инициативы»: выберите из списка"),
        ({"reasons": ""}, "«Причины, по которым отклоняют»: напишите хотя бы одну строку"),
        ({"reasons": "Нет\nНЕТ"}, "«НЕТ» есть уже"),
        ({"close_until": "2050-01-01"}, "год пока нет, а дни марафона его касаются"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_opened(
    office: Office, browser: Browser, changes: dict[str, str], sentence: str
) -> None:
    await post(browser, f"{OPEN}/closing")

    # A list is empty without the names that it had.
    given = {name: value for name, value in form().items() if not any(f"{each}:" in name for each in changes)}
    answer = await post(browser, "/cabinet/campaigns/new", given | changes)

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


async def change(browser: Browser, values: dict[str, str], path: str = OPEN) -> Any:
    """Look at what would change, and confirm it; the answer of the last of the two."""
    shown = await post(browser, path, values)
    if f"{path}/settings" not in unescape(shown.text):
        return shown
    return await post(browser, f"{path}/settings", hidden(shown.text))


async def standing(office: Office, browser: Browser) -> dict[str, str]:
    """The form of the open campaign as a browser sends it unchanged."""
    page = unescape((await browser.get(OPEN)).text)
    before = (await known(office))["spring-2026"]
    texts = dict(re.findall(r'<textarea id="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    inputs = dict(re.findall(r'<input[^>]* name="([^"]+)" type="(?:text|date)" value="([^"]*)"', page))
    chosen = {"time_zone": before.time_zone, "figures": before.figures, "version": str(before.version)}
    chosen |= {"pace": before.plan.pace, "warnings": "1"}
    chosen |= {"acceptance": before.life.acceptance, "put_forward_by": before.life.put_forward_by}
    chosen |= {"texts": before.life.texts}
    return texts | inputs | chosen


async def test_the_open_one_is_changed_and_what_is_in_use_stays(office: Office, browser: Browser) -> None:
    before, values = (await known(office))["spring-2026"], await standing(office, browser)

    changed = await change(browser, values | {"directions:roads": "Дороги и тропы", "directions": "Вода"})
    values = await standing(office, browser)
    without = await change(browser, values | {"directions:roads": "", "directions:voda": ""})
    person = await change(browser, values | {"classifier:position:resident": ""})
    consent = await change(browser, values | {"consent_text": "Я согласен на всё."})
    later = await change(browser, values | {"first_day": before.last_day.isoformat()})
    elsewhere = await change(browser, values | {"version": str(before.version), "name": "Марафон"})

    after = (await known(office))["spring-2026"]
    assert changed.status_code == 303, unescape(changed.text)
    assert [(d.code, d.name) for d in after.directions] == [
        ("roads", "Дороги и тропы"),
        ("schools", "Школы"),
        ("voda", "Вода"),
    ]
    assert after.version == before.version + 1
    assert "убрать нельзя: Дороги и тропы, Вода" in unescape(without.text)
    assert "убрать нельзя: Житель" in unescape(person.text)
    assert "Текст согласия изменился, а версия прежняя" in unescape(consent.text)
    assert "Первый день больше не меняют" in unescape(later.text)
    assert "настройки изменил кто-то ещё" in unescape(elsewhere.text)
    assert after == (await known(office))["spring-2026"]


def cells(row: str) -> list[str]:
    """The cells of a row as they are read."""
    found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in found]


async def test_what_would_change_is_shown_first_and_for_whom(office: Office, browser: Browser) -> None:
    before, values = (await known(office))["spring-2026"], await standing(office, browser)
    last = before.last_day + timedelta(days=1)
    new = {"last_day": last.isoformat(), "directions:roads": "Дороги <и> тропы", "directions": "Вода"}

    shown = await post(browser, OPEN, values | new)
    rows = [cells(row) for row in re.findall(r"<tr>(.*?)</tr>", shown.text, re.DOTALL)[1:]]
    unchanged = (await known(office))["spring-2026"]
    again = await post(browser, OPEN, hidden(shown.text) | {"edit": "1"})
    done = await post(browser, f"{OPEN}/settings", hidden(shown.text))

    first = in_words(before.first_day)
    assert rows == [
        [
            "Дни подачи",
            f"с {first} по {in_words(before.last_day)}",
            f"с {first} по {in_words(last)}",
            "Все, кто открывает портал: подать можно в эти дни",
        ],
        ["Направления инициатив", "Дороги", "Дороги <и> тропы, Вода", "Кто подаёт, и рабочие группы"],
    ]
    assert unchanged == before
    assert 'value="Дороги <и> тропы"' in unescape(again.text)
    assert done.status_code == 303
    assert (await known(office))["spring-2026"].last_day == last


async def test_the_same_settings_change_nothing_and_say_so(office: Office, browser: Browser) -> None:
    shown = await post(browser, OPEN, await standing(office, browser))

    assert shown.status_code == 200
    assert "Ничего не изменится" in shown.text
    assert ">Сохранить<" not in shown.text


async def test_what_somebody_else_has_changed_after_the_look_is_not_overwritten(
    office: Office, browser: Browser
) -> None:
    values = await standing(office, browser)
    mine = hidden((await post(browser, OPEN, values | {"name": "Мой"})).text)
    await change(browser, values | {"name": "Чужой"})

    late = await post(browser, f"{OPEN}/settings", mine)

    assert late.status_code == 409
    assert "настройки изменил кто-то ещё" in unescape(late.text)
    assert (await known(office))["spring-2026"].name == "Чужой"


async def test_a_name_that_moved_to_the_new_ones_keeps_its_code(office: Office, browser: Browser) -> None:
    values = await standing(office, browser)

    await change(browser, values | {"directions:roads": "", "directions": "дороги", "name": "Другой"})

    codes = [(d.code, d.name) for d in (await known(office))["spring-2026"].directions]
    assert codes == [("schools", "Школы"), ("roads", "дороги")]


async def test_before_its_first_day_everything_may_change(office: Office, browser: Browser) -> None:
    await post(browser, f"{OPEN}/closing")
    await post(browser, "/cabinet/campaigns/new", form())
    values = form(directions="Вода", version="1") | {"directions:chistaya-voda": "", "directions:dorogi": ""}

    answer = await change(browser, values, "/cabinet/campaigns/autumn-2026")

    assert answer.status_code == 303, unescape(answer.text)
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


async def test_how_a_campaign_plans_is_seen_and_changed(office: Office, browser: Browser) -> None:
    await post(browser, f"{OPEN}/closing")
    await post(browser, "/cabinet/campaigns/new", form())
    path = "/cabinet/campaigns/autumn-2026"
    page = unescape((await browser.get(path)).text)
    values = form(version="1", directions="", pace="spring-2026", registered_percent="30")
    del values["warnings"]
    values |= {"directions:roads": "", "directions:dorogi": "", "directions": "Дороги\nЧистая вода"}

    shown = unescape((await post(browser, path, values)).text)
    changed = await change(browser, values, path)
    told = (await browser.get("/api/v1/campaigns/current")).json()["plan"]

    before = 'name="submitted_per_registered" type="text" value="0,75"'
    assert before in page
    assert 'name="warnings" value="1" checked' in " ".join(page.split())
    rows = {cell[0]: cell[1:3] for cell in map(cells, re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL))}
    assert rows["Процент аудитории"] == ["25 %", "30 %"]
    assert rows["Как считать, сколько ожидалось к сегодняшнему дню"] == [
        "По рабочим дням",
        "По ходу прошлого марафона: Весенний марафон",
    ]
    assert rows["Письма о тех, кто молчит или отстаёт"] == ["Да", "Нет"]
    assert changed.status_code == 303
    assert told == {
        "registered_percent": 30,
        "submitted_per_registered": 0.75,
        "pace": "spring-2026",
        "warnings": False,
    }
    event = await office.pool.fetchval(
        "SELECT data::jsonb -> 'plan' ->> 'pace' FROM outbox WHERE subject = 'campaign:autumn-2026'"
        " ORDER BY id DESC LIMIT 1"
    )
    assert event == "spring-2026"


async def test_who_accepts_puts_forward_and_why_one_declines_is_seen_and_changed(
    office: Office, browser: Browser
) -> None:
    await post(browser, f"{OPEN}/closing")
    opened = await post(browser, "/cabinet/campaigns/new", form())
    assert opened.status_code == 303, unescape(opened.text)
    path = "/cabinet/campaigns/autumn-2026"
    page = unescape((await browser.get(path)).text)
    begun = (await browser.get("/api/v1/campaigns/current")).json()["life"]
    values = form(version="1", directions="", acceptance="at-once", put_forward_by="coordination")
    values |= {"texts": "staff"}
    values |= {"directions:roads": "", "directions:dorogi": "", "directions": "Дороги\nЧистая вода"}
    values |= {"reasons:done": "Сделано", "reasons:dorogo": "Дорого", "reasons": ""}

    shown = unescape((await post(browser, path, values)).text)
    changed = await change(browser, values, path)

    assert begun == {
        "acceptance": "by-group",
        "put_forward_by": "group",
        "texts": "determined",
        "reasons": [{"code": "done", "name": "Уже сделано"}, {"code": "dorogo", "name": "Дорого"}],
    }
    assert 'name="acceptance" value="by-group" checked' in " ".join(page.split())
    assert 'name="reasons:done" type="text" value="Уже сделано"' in page
    rows = {cell[0]: cell[1:3] for cell in map(cells, re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL))}
    assert rows["Кто принимает инициативы"] == ["Рабочая группа направления", "Сразу, как подана"]
    assert rows["Кто выдвигает инициативы"] == [
        "Координационная и рабочая группы",
        "Только координационная группа",
    ]
    assert rows["Тексты инициатив"] == ["Определённых и выдвинутых – всем", "Только сотрудникам"]
    assert rows["Причины, по которым отклоняют"] == ["Уже сделано", "Сделано"]
    assert changed.status_code == 303, unescape(changed.text)
    life = (await known(office))["autumn-2026"].life
    assert [(term.code, term.name) for term in life.reasons] == [("done", "Сделано"), ("dorogo", "Дорого")]


async def test_a_reason_stays_from_the_first_day_on(office: Office, browser: Browser) -> None:
    values = await standing(office, browser) | {"reasons:other": ""}

    answer = await post(browser, OPEN, values)

    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Верните: Другая причина." in page
    assert 'href="#reasons"' in page


async def test_a_year_without_a_calendar_is_refused_in_the_open_one_too(
    office: Office, browser: Browser
) -> None:
    values = await standing(office, browser) | {"close_until": "2050-01-01"}

    shown = await post(browser, OPEN, values)
    saved = await post(browser, f"{OPEN}/settings", values)

    for answer in (shown, saved):
        page = unescape(answer.text)
        assert answer.status_code == 422
        assert f"Производственного календаря на {TODAY.year + 2} год пока нет" in page
        assert "«Производственный календарь»" in page
        assert 'href="#close_until"' in page
        assert 'href="/cabinet/calendar"' in page


async def test_a_file_without_a_plan_keeps_the_one_that_there_is(office: Office, browser: Browser) -> None:
    values = await standing(office, browser)
    await change(browser, values | {"registered_percent": "35"})
    campaign = (await known(office))["spring-2026"]
    settings = campaign.model_dump(
        mode="json", exclude={"plan", "version", "open", "type", "topic"}, exclude_none=True
    )

    (summary,) = await open_campaign(office.pool, yaml.safe_dump(settings).encode(), office.now)

    assert summary.unchanged == 1
    assert (await known(office))["spring-2026"].plan.registered_percent == 35
