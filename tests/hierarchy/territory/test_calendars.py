"""Production calendars as data: seeded, entered, corrected, and asked for when a campaign is opened."""

import asyncio
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
import yaml

from contracts.structure import CalendarDefined, StructureEvent
from deploy.demonstration.region import DATA as DEMONSTRATION
from deploy.demonstration.region import dated, years_of
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool, open_pool
from services.chassis.errors import Invalid
from services.chassis.process.clock import Clock
from services.chassis.streams.tail import Stream
from services.directory.calendar import working_days
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.restate import restate
from services.hierarchy.territory.commands.add_calendars import add_built_in_now, add_by_law, keep_calendars
from services.hierarchy.territory.domain import calendar
from services.hierarchy.territory.store import calendars
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment, hidden, slug

ADDRESS = "/api/v1/calendars"
PAGE = "/cabinet/calendar"
YEAR = 2031
DAYS = {"days_off": ["2031-01-01", "31.12"], "worked": ["2031-11-01"], "shortened": ["30.12.2031"]}


async def put(browser: Browser, **more: Any) -> Any:
    return await browser.post(ADDRESS, json={"year": YEAR} | DAYS | more)


async def told(pool: Pool) -> list[tuple[int, int]]:
    """Year and version of every calendar that was announced."""
    rows = await pool.fetch(
        "SELECT data::jsonb -> 'year' AS year, data::jsonb -> 'version' AS version FROM outbox"
        " WHERE type = 'dialogue.calendar.defined.v1' ORDER BY id"
    )
    return [(int(row["year"]), int(row["version"])) for row in rows]


async def test_what_comes_with_the_program_is_stored_and_told_once(pool: Pool) -> None:
    added = await asyncio.gather(*(add_built_in_now(pool, datetime.now(UTC)) for _ in range(2)))
    again = await add_built_in_now(pool, datetime.now(UTC))

    assert sorted(added) == [[], calendar.years()], "two workers at once"
    assert again == []
    assert await told(pool) == [(year, 1) for year in calendar.years()]


async def test_the_worker_adds_them_when_it_starts(pool: Pool) -> None:
    work = asyncio.create_task(keep_calendars(pool, Clock()))
    try:
        async with asyncio.timeout(10):
            while not await told(pool):
                await asyncio.sleep(0.02)
    finally:
        work.cancel()

    assert await told(pool) == [(year, 1) for year in calendar.years()]


async def test_what_is_built_in_takes_the_place_of_the_law_alone(pool: Pool) -> None:
    async with pool.acquire() as db:
        await calendars.save(db, [calendar.Year(calendar.by_law(2026), 1, calendar.BY_LAW)])

    await add_built_in_now(pool, datetime.now(UTC))

    async with pool.acquire() as db:
        stored = (await calendars.all_by_year(db))[2026]
    assert (stored.version, stored.basis, stored.calendar) == (2, "", calendar.of_year(2026))


async def test_the_administrator_enters_a_year_and_corrects_it(office: Office, browser: Browser) -> None:
    before = await told(office.pool)

    first, same = await put(browser), await put(browser)
    corrected = await put(browser, worked=[], seen=1)
    late = await put(browser, worked=["2031-11-08"], seen=1)

    listed = (await browser.get(ADDRESS)).json()["items"]
    stored = next(item for item in listed if item["year"] == YEAR)
    assert (first.status_code, first.json()) == (201, {"year": YEAR, "version": 1})
    assert same.json()["version"] == 1
    assert corrected.json()["version"] == 2
    assert (late.status_code, slug(late)) == (409, "calendar-changed")
    assert (await told(office.pool))[len(before) :] == [(YEAR, 1), (YEAR, 2)]
    assert stored["days_off"] == ["2031-01-01", "2031-12-31"]
    assert (stored["worked"], stored["shortened"], stored["version"]) == ([], ["2031-12-30"], 2)
    deeds = unescape((await browser.get("/cabinet/audit")).text)
    assert "Внесён производственный календарь" in deeds


async def test_the_same_request_enters_it_once(office: Office, browser: Browser) -> None:
    key, body = {"Idempotency-Key": "once"}, {"year": YEAR} | DAYS

    first, second = [await browser.post(ADDRESS, json=body, headers=key) for _ in range(2)]

    assert first.json() == second.json()
    assert (await told(office.pool)).count((YEAR, 1)) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "expected"),
    [
        ({"year": 1}, "year", "calendar-year"),
        ({"year": 3000}, "year", "calendar-year"),
        ({"year": 10**40}, "year", "calendar-year"),
        ({"days_off": ["2030-12-31"]}, "days_off", "calendar-day-outside"),
        ({"days_off": ["31.12.2032"]}, "days_off", "calendar-day-outside"),
        ({"days_off": ["2031-11-01"]}, "days_off", "calendar-days-off"),
        ({"worked": ["2031-11-03"]}, "worked", "calendar-worked"),
        ({"shortened": ["2031-01-01"]}, "shortened", "calendar-shortened"),
        ({"shortened": ["2031-11-02"]}, "shortened", "calendar-shortened"),
        ({"days_off": ["2031-01-01", "01.01"]}, "days_off", "calendar-day-twice"),
        ({"worked": ["30.02"]}, "worked", "calendar-day"),
        ({"worked": ["завтра"]}, "worked", "calendar-day"),
        ({"worked": ["\u202e1.1\x00"]}, "worked", "calendar-day"),
        ({"worked": ["9" * 5000]}, "worked", "calendar-day"),
        ({"worked": ["99.99"]}, "worked", "calendar-day"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    office: Office, browser: Browser, wrong: dict[str, Any], field: str, expected: str
) -> None:
    answer = await put(browser, **wrong)

    assert (answer.status_code, slug(answer)) == (422, expected), answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert YEAR not in {year for year, _ in await told(office.pool)}


async def test_a_calendar_is_the_administrators_to_enter_and_everybodys_to_read(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")

    refused = [await put(browser), await browser.post(PAGE, data={"year": str(YEAR)})]
    read = await browser.get(ADDRESS)
    page = await browser.get(f"{PAGE}?year={YEAR}")

    assert [answer.status_code for answer in refused] == [404, 404]
    assert read.status_code == 200
    assert "Его вносит администратор региона" in unescape(page.text)
    assert 'name="days_off"' not in page.text


async def test_a_year_is_entered_on_its_page(browser: Browser) -> None:
    proposed = unescape((await browser.get(f"{PAGE}?year={YEAR}")).text)
    form = hidden(proposed) | {"days_off": "01.01, 02.01\n31.12", "worked": ""}

    wrong = await browser.post(PAGE, data=form | {"shortened": "31.12", "worked": "03.11"})
    done = await browser.post(PAGE, data=form | {"shortened": "30.12"}, follow_redirects=False)
    shown = unescape((await browser.get(f"{PAGE}?year={YEAR}")).text)

    assert "Производственного календаря на 2031 год пока нет" in proposed
    assert "Вписаны праздники по статье 112" in proposed
    assert "Не суббота и не воскресенье: 03.11" in unescape(wrong.text)
    assert "И так выходной: 31.12" in unescape(wrong.text)
    assert 'href="#shortened"' in wrong.text
    assert done.headers["location"] == f"{PAGE}?year={YEAR}&done=set"
    assert "Исправить 2031 год" in shown
    assert hidden(shown)["year"] == str(YEAR), "the version that was seen is of this year"
    assert '<label for="year"' not in shown
    assert "01.01, 02.01, 31.12" in shown


def test_the_law_alone_differs_from_a_decree_by_what_the_decree_moves() -> None:
    law, decree = calendar.by_law(2026), calendar.of_year(2026)

    assert decree.days_off - law.days_off == {date(2026, 1, 9), date(2026, 12, 31)}
    assert law.days_off < decree.days_off
    assert law.shortened - decree.shortened == {date(2026, 12, 31)}
    assert date(2026, 3, 9) in law.days_off, "8 March is a Sunday"


@pytest.mark.parametrize("year", range(2000, 2101))
def test_the_law_alone_is_a_calendar_of_any_year(year: int) -> None:
    law = calendar.by_law(year)
    days = {name: [f"{day:%d.%m}" for day in getattr(law, name)] for name in ("days_off", "shortened")}

    assert calendar.check_calendar(calendar.Typed(year, **days)) == law
    assert 240 < working_days({year: law}, date(year, 1, 1), date(year, 12, 31)) < 255


async def open_on(pool: Pool, today: date) -> None:
    """Open the demonstration's campaign as on a day."""
    template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
    await open_campaign(pool, yaml.safe_dump(dated(template, today)).encode(), datetime.now(UTC))


async def test_a_campaign_that_reaches_into_an_unknown_year_is_refused(pool: Pool) -> None:
    with pytest.raises(Invalid) as refused:
        await open_on(pool, date(2035, 12, 15))

    assert (refused.value.slug, refused.value.field) == ("calendar-year-unknown", "prepare_from")
    assert refused.value.facts == {"year": "2035"}
    assert await pool.fetchval("SELECT count(*) FROM campaign") == 0


async def test_the_demonstration_opens_in_december_of_2027(pool: Pool) -> None:
    today = date(2027, 12, 15)
    template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))

    added = await add_by_law(pool, years_of(dated(template, today)), datetime.now(UTC))
    again = await add_by_law(pool, years_of(dated(template, today)), datetime.now(UTC))
    await open_on(pool, today)

    async with pool.acquire() as db:
        stored = await calendars.all_by_year(db)
    assert (added, again) == ([2027, 2028, 2029], [])
    assert "статье 112" in stored[2028].basis
    assert await pool.fetchval("SELECT count(*) FROM campaign WHERE open") == 1


async def test_a_year_that_none_can_be_of_is_not_added(pool: Pool) -> None:
    with pytest.raises(Invalid):
        await add_by_law(pool, [2027, 3000], datetime.now(UTC))

    assert await told(pool) == []


async def test_a_calendar_by_law_says_on_its_page_what_it_is(office: Office, browser: Browser) -> None:
    await add_by_law(office.pool, [2040], datetime.now(UTC))

    shown = unescape((await browser.get(f"{PAGE}?year=2040")).text)
    entered = await browser.post(ADDRESS, json={"year": 2040, "days_off": ["02.01"]})

    assert "По статье 112 Трудового кодекса, без переносов" in shown
    assert entered.json()["version"] == 2
    assert "без переносов" not in unescape((await browser.get(f"{PAGE}?year=2040")).text)


async def test_every_year_is_told_in_a_new_epoch_before_the_campaigns(office: Office) -> None:
    signer: Any = None
    async with open_pool(office.settings("worker")) as pool, pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        stream = Stream(StructureEvent.topic, 0)
        again = [event async for event in restate(signer)(db, stream)]

    years = [event for event in again if isinstance(event, CalendarDefined)]
    assert again[: len(years)] == years
    assert [(event.year, event.version) for event in years] == await told(office.pool)
