"""The region's structure on the screen: councils (СМО), and the production calendar."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.hierarchy.territory.domain import calendar
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment

PAGE = "/cabinet/structure"
OTHER = "13610000"


async def save(browser: Browser, id_: str, name: str, *members: str, **more: str) -> Any:
    form = (
        {"name": name, "form_key": str(hash((id_, name, members, str(more))))}
        | more
        | {f"member:{m}": "1" for m in members}
    )
    return await browser.post(f"{PAGE}/smos/{id_}", data=form, follow_redirects=False)


async def smo_of(office: Office, code: str) -> str | None:
    smo: str | None = await office.pool.fetchval("SELECT smo FROM municipality WHERE code = $1", code)
    return smo


async def test_a_new_council_takes_its_districts_with_their_settlements(
    office: Office, browser: Browser
) -> None:
    answer = await save(browser, "new", "Северный совет", PLACE)

    assert answer.headers["location"] == f"{PAGE}?done=smo"
    assert [await smo_of(office, code) for code in (PLACE, "13605404", OTHER)] == ["smo-1", "smo-1", "smo"]
    page = (await browser.get(PAGE)).text
    assert "Северный совет" in page
    assert "Сюда же относятся все" in page


async def test_who_leaves_a_council_has_none_unless_one_takes_everybody(
    office: Office, browser: Browser
) -> None:
    await save(browser, "new", "Северный совет", PLACE, OTHER)

    await save(browser, "smo-1", "Северный совет", OTHER)

    assert await smo_of(office, PLACE) is None
    assert "Без СМО:" in (await browser.get(PAGE)).text
    await save(browser, "smo", "СМО", all="1")
    assert await smo_of(office, PLACE) == "smo"
    assert await smo_of(office, OTHER) == "smo-1"


async def test_the_same_again_announces_nothing(office: Office, browser: Browser) -> None:
    before = await office.pool.fetchval("SELECT count(*) FROM outbox")
    members = [
        r["code"] for r in await office.pool.fetch("SELECT code FROM municipality WHERE parent IS NULL")
    ]

    await save(browser, "smo", "СМО", *members, all="1")

    assert await office.pool.fetchval("SELECT count(*) FROM outbox") == before


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        (" ", {}, "Укажите название СМО"),
        ("я" * 301, {}, "Укажите название СМО"),
        ("смо", {}, "уже есть"),
        ("Второй", {"all": "1"}, "уже принимает"),
    ],
)
async def test_what_cannot_be_saved_is_said_at_its_field(
    browser: Browser, name: str, more: dict[str, str], sentence: str
) -> None:
    answer = await save(browser, "new", name, PLACE, **more)

    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert f'name="member:{PLACE}" value="1" checked' in answer.text


async def test_the_structure_is_the_administrators(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")

    assert (await browser.get(PAGE)).status_code == 404
    assert (await browser.get(f"{PAGE}/smos/smo")).status_code == 404
    assert (await save(browser, "new", "Мой")).status_code == 404
    assert (await browser.get("/cabinet/calendar")).status_code == 200


async def test_an_unknown_council_or_municipality_is_not_found(browser: Browser) -> None:
    assert (await browser.get(f"{PAGE}/smos/nobody")).status_code == 404
    assert (await save(browser, "nobody", "Никто")).status_code == 404
    assert (await save(browser, "smo", "СМО", "99999999")).status_code == 404


@pytest.mark.parametrize(
    ("year", "days", "hours"), [(2023, 247, 1973), (2024, 248, 1979), (2025, 247, 1972), (2026, 247, 1972)]
)
def test_the_years_come_to_what_was_published(year: int, days: int, hours: int) -> None:
    told = calendar.of_year(year)

    worked = [told.hours(day) for day in told.days()]
    assert (sum(hour > 0 for hour in worked), sum(worked)) == (days, hours)


@pytest.mark.parametrize("year", calendar.years())
def test_a_calendar_says_nothing_twice(year: int) -> None:
    told = calendar.of_year(year)

    assert all(day.weekday() < 5 for day in told.days_off)
    assert all(day.weekday() > 4 for day in told.worked)
    assert all(told.hours(day) == 7 and not told.hours(next_day_off(day)) for day in told.shortened)


def next_day_off(day: date) -> date:
    return day + timedelta(days=1)


def test_the_holidays_of_the_campaign_of_2023_are_off() -> None:
    told = calendar.of_year(2023)

    assert [told.hours(date(2023, 2, day)) for day in (21, 22, 23, 24, 27)] == [8, 7, 0, 0, 8]
    assert [told.hours(date(2023, 3, day)) for day in (7, 8, 9)] == [7, 0, 8]


def test_an_unknown_year_is_refused() -> None:
    with pytest.raises(KeyError):
        calendar.of_year(2031)


async def test_the_page_of_an_unknown_year_says_so(browser: Browser) -> None:
    page = (await browser.get("/cabinet/calendar?year=2031")).text

    assert "Производственного календаря на 2031 год пока нет" in page
    assert "Март" in (await browser.get("/cabinet/calendar?year=2023")).text
