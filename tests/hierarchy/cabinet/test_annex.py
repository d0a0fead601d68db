"""Appointing by a list: first what it would do, row by row, and then exactly that."""

import re
from html import unescape
from typing import Any

import pytest

from tests.hierarchy.groups.test_groups import formed, head
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    annexed,
    appoint,
    appointment,
    hidden,
)

GOOD = [
    f"глава; Егоров Сергей Иванович; head@example.org; {PLACE}",
    f"отв. за реализацию; Орлова Ольга Ильинична; orlova@example.org; {PLACE}",
]
ORLOVA = "Орлова Ольга Ильинична orlova@example.org"
ROW = re.compile(r"<tr(?: class=\"is-bad\")?>.*?</tr>", re.DOTALL)


def form_of(*rows: str, **more: str) -> dict[str, str]:
    return {"number": "5-р", "day": TODAY.isoformat(), "annex": "\n".join(rows), "form_key": "a"} | more


def said(page: str) -> list[str]:
    """The rows of the table as they are read, those that are wrong first."""
    rows = ROW.findall(page[page.index('<table id="rows"') :])
    return [" ".join(re.sub(r"<[^>]+>", " ", unescape(row)).split()) for row in rows]


async def checked(browser: Browser, *rows: str, **more: str) -> Any:
    return await browser.post("/cabinet/annex", data=form_of(*rows, **more))


async def letters(office: Office) -> int:
    return int(
        await office.pool.fetchval("SELECT count(*) FROM letter WHERE recipient <> 'admin@example.org'")
    )


async def test_checking_says_what_would_happen_and_does_nothing(office: Office, browser: Browser) -> None:
    answer = await checked(browser, *GOOD)

    assert answer.status_code == 200
    assert said(answer.text)[1:] == [
        "1 Егоров Сергей Иванович head@example.org глава Берёзовский муниципальный район Готово",
        f"2 {ORLOVA} ответственный за реализацию проекта Берёзовский муниципальный район Готово",
    ]
    assert "Назначить 2 человек и разослать письма" in answer.text
    assert f"5-р от {TODAY.day} " in " ".join(answer.text.replace("&nbsp;", " ").split())
    assert await letters(office) == 0
    assert await office.pool.fetchval("SELECT count(*) FROM account") == 1
    assert len(await office.events()) == 1


async def test_a_telephone_is_shown_as_it_was_typed(browser: Browser) -> None:
    good = await checked(browser, f"{GOOD[0]}; 8 (4932) 32-61-12")
    wrong = await checked(browser, f"{GOOD[0]}; 12")

    assert "head@example.org, 8 (4932) 32-61-12 глава" in said(good.text)[1]
    assert "head@example.org, 12 глава" in said(wrong.text)[1]
    assert wrong.status_code == 422


async def test_what_was_shown_is_done_and_its_act_is_there(office: Office, browser: Browser) -> None:
    shown = hidden((await checked(browser, *GOOD)).text)

    done = await browser.post("/cabinet/annex/appointments", data=shown, follow_redirects=False)
    again = await browser.post("/cabinet/annex/appointments", data=shown, follow_redirects=False)

    assert done.status_code == again.status_code == 303
    assert done.headers["location"] == again.headers["location"]
    assert await letters(office) == 2
    page = unescape((await browser.get(done.headers["location"])).text)
    assert "Новых назначений: 2" in page
    assert "Скачать для подписи" in page


async def test_everything_wrong_with_everything_is_told_at_once(browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    rows = [
        GOOD[1],
        "завхоз; Сидоров Сидор; нет; 13605000",
        "глава; Петров Пётр",
        "глава; ; x@example.org; Светлолеск",
        f"глава; Новый Нил; new@example.org; {PLACE}",
        "; Пустов Пётр; empty@example.org; 13605000",
        "отв.; Безместный Иван; nowhere@example.org",
        "глава; #Н/Д; y@example.org; 13605101",
    ]

    answer = await checked(browser, *rows, number="", day="завтра")
    page = unescape(answer.text)

    assert answer.status_code == 422
    assert [name for name in ("number", "day", "annex") if f'id="{name}-error"' in page] == [
        "number",
        "day",
        "annex",
    ]
    assert "Исправьте строки, в которых ошибка (7 из 8)" in page
    *bad, fine = said(page)[1:]
    told = [
        ("2 Сидоров Сидор нет завхоз 13605000 Ошибка", "«завхоз» не понятна", "имя@example.ru"),
        ("3 Петров Пётр глава – Ошибка", "столбцов: 2"),
        (
            "4 Имя не указано x@example.org глава Светлолеск",
            "образования «Светлолеск» у вас нет",
            "Укажите фамилию",
        ),
        (
            "5 Новый Нил new@example.org глава Берёзовский муниципальный район",
            "глава – Петров Пётр Петрович.",
        ),
        ("6 Пустов Пётр empty@example.org – 13605000 Ошибка", "Напишите роль."),
        ("7 Безместный Иван nowhere@example.org", "Укажите, где"),
        ("8 #Н/Д y@example.org глава 13605101 Ошибка", "исправьте её в таблице"),
    ]
    for row, (beginning, *sentences) in zip(bad, told, strict=True):
        assert row.startswith(beginning)
        assert [sentence for sentence in sentences if sentence not in row] == []
    assert fine.startswith("1 Орлова")
    assert fine.endswith("Готово")
    assert "\n".join(rows) in page, "what was typed stays"


async def test_who_is_appointed_already_is_said_and_nothing_happens_to_them(
    office: Office, browser: Browser
) -> None:
    await annexed(browser, form_of(*GOOD))
    before = await letters(office), await office.events()

    again = await checked(browser, *GOOD)
    one_more = await checked(browser, *GOOD, f"глава; Волков Вадим; wolf@example.org; {ELSEWHERE}")

    assert [row.endswith("Уже назначен") for row in said(again.text)[1:]] == [True, True]
    assert "Все из списка уже назначены" in again.text
    assert "разослать письма" not in again.text
    assert "Назначить 1 человека и разослать письма" in one_more.text
    assert "Уже назначены: 2." in one_more.text
    assert (await letters(office), await office.events()) == before


async def test_what_has_changed_since_it_was_shown_is_said_and_nothing_is_done(
    office: Office, browser: Browser
) -> None:
    shown = hidden((await checked(browser, *GOOD)).text)
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Егоров Сергей Иванович"))
    before = await letters(office)

    late = await browser.post("/cabinet/annex/appointments", data=shown)

    assert late.status_code == 409
    assert "никто не назначен" in late.text
    assert said(late.text)[1].endswith("Уже назначен Изменилось"), "what has moved comes first"
    assert said(late.text)[2].endswith("Готово")
    assert await letters(office) == before
    done = await browser.post("/cabinet/annex/appointments", data=hidden(late.text), follow_redirects=False)
    assert done.headers["location"].endswith("done=appointed&many=1")


async def test_a_row_that_went_wrong_meanwhile_brings_the_list_back_to_be_mended(
    office: Office, browser: Browser
) -> None:
    shown = hidden((await checked(browser, *GOOD)).text)
    await appoint(browser, appointment("head", PLACE, "other@example.org", name="Другая Дарья"))

    late = await browser.post("/cabinet/annex/appointments", data=shown)

    assert late.status_code in (409, 422)
    assert "Сейчас глава – Другая Дарья" in unescape(late.text)
    assert GOOD[0] in unescape(late.text)
    assert len(await office.events()) == 2


@pytest.mark.parametrize(
    "tampered", [{"marks": ""}, {"annex": GOOD[0]}, {"annex": "глава; Кто"}, {"number": ""}]
)
async def test_what_was_not_shown_is_not_done(
    tampered: dict[str, str], office: Office, browser: Browser
) -> None:
    shown = hidden((await checked(browser, *GOOD)).text)

    answer = await browser.post("/cabinet/annex/appointments", data=shown | tampered)

    assert answer.status_code in (409, 422)
    assert len(await office.events()) == 1


async def test_the_list_can_be_changed_after_a_look(browser: Browser) -> None:
    shown = hidden((await checked(browser, *GOOD)).text)

    page = await browser.post("/cabinet/annex", data=shown | {"edit": "1"})

    assert page.status_code == 200
    assert GOOD[1] in unescape(page.text)
    assert 'value="5-р"' in page.text


async def test_an_empty_list_is_told_with_number_and_day(browser: Browser) -> None:
    answer = await checked(browser, number="", day="")

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Вставьте список или выберите файл" in page
    assert "Укажите номер распоряжения" in page
    assert "Укажите дату распоряжения" in page
    assert "(необязательно)" not in page, "one of list and file is needed"


async def test_malice_in_a_row_is_shown_as_text_or_refused(browser: Browser) -> None:
    rows = [
        f"глава; <b>Иванов</b>\u202e & Co; head@example.org; {PLACE}",
        "<script>alert(1)</script>; x; y@example.org; <i>",
        f"глава; {'я' * 5000}; z@example.org; {ELSEWHERE}",
    ]

    page = (await checked(browser, *rows)).text

    assert "<script>alert" not in page
    assert "<b>Иванов" not in page
    assert "\u202e" not in page


async def test_the_form_shows_two_example_rows(browser: Browser) -> None:
    page = unescape((await browser.get("/cabinet/annex")).text)

    example = page[page.index('<table id="columns"') : page.index("</table>")]
    assert example.count("<tr>") == 3
    assert ">глава<" in example
    assert ">отв. за реализацию<" in example


async def test_a_list_says_the_telephone_and_the_kind_of_a_member(office: Office, browser: Browser) -> None:
    await head(office, browser)
    group = await formed(browser, kinds=["школа"], directions=["roads"], name="Дороги и школы")
    rows = (
        "роль\tФИО\tтелефон\tпочта\tгде\n"
        "член рабочей группы, депутат\tДепутатова Инна\t8 (4932) 32-61-12, доб. 5\td@example.org\t"
        "Дороги и школы\n"
        "член группы (мун. служащий)\tСлужащев Олег\t\ts@example.org\tДороги и школы\n"
        "заместитель\tЗамов Захар\t8 920 позвоните\tz@example.org\t"
    )

    wrong = await checked(browser, *rows.splitlines())
    right = await checked(browser, *rows.replace("8 920 позвоните", "").splitlines())
    await browser.post("/cabinet/annex/appointments", data=hidden(right.text))

    assert "Укажите один номер телефона" in unescape(wrong.text)
    assert "член рабочей группы, депутат" in unescape(right.text)
    answer = await browser.get("/api/v1/appointments", params={"municipality": PLACE})
    people = {item["email"]: item for item in answer.json()["items"]}
    assert people["d@example.org"]["category"] == "representative"
    assert people["d@example.org"]["phone"] == "+74932326112;ext=5"
    assert people["d@example.org"]["of"] == group
    assert people["s@example.org"]["category"] == "servant"


async def test_a_numbered_list_is_read_with_the_kinds_of_its_members(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    await formed(browser, kinds=["школа"], directions=["roads"], name="Дороги")

    shown = await checked(browser, "1; член рабочей группы, депутат; Депутатова Инна; d@example.org; Дороги")

    assert shown.status_code == 200
    assert "член рабочей группы, депутат" in unescape(shown.text)
