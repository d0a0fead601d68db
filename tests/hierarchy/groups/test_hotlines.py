"""Which municipalities have a hotline and when it answers, as its service tells; none is a gap."""

from datetime import datetime, time
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import WorkingDay
from contracts.hotline import LineDefined
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.hierarchy.groups import events
from tests.hierarchy.groups.test_groups import head
from tests.hierarchy.groups.test_serving import SETTLEMENT, STRANGER, agree, everything, stated
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment

LINE = UUID(int=7)
PLAIN = WorkingDay(begins=time(9), ends=time(18), lunch_begins=time(13), lunch_ends=time(13, 45))
WEEK: list[WorkingDay | None] = [PLAIN] * 5 + [None, None]
WEDNESDAY = datetime.fromisoformat("2026-03-04T12:00:00+04:00")


def line(municipality: str = PLACE, **changes: object) -> LineDefined:
    fields = {"version": 1, "municipality": municipality, "id": LINE, "week": WEEK}
    return LineDefined.model_validate(fields | changes)


async def hear(office: Office, *told: LineDefined) -> None:
    """Let hierarchy's worker read what the hotline tells."""
    async with everything(office) as pool, pool.acquire() as db, db.transaction():
        for each in told:
            await events.keep(db, Stream(each.topic, each.partition), [each])


async def with_line(office: Office) -> set[str]:
    return {code for code, row in (await stated(office)).items() if row["line"]}


async def contacts(browser: Browser, query: str) -> dict[str, Any]:
    answer = await browser.get(f"/api/v1/contacts?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_municipality_without_a_line_is_a_gap_until_it_has_one(
    office: Office, browser: Browser
) -> None:
    assert await with_line(office) == set()
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    address = f"/cabinet/municipalities/{PLACE}"
    assert "Нет горячей линии" in unescape((await browser.get(address)).text)
    today = unescape((await browser.get("/cabinet")).text)
    assert "Нет горячей линии" in today
    assert f"/hotline/lines/{PLACE}/edit" in today

    await hear(office, line())

    assert await with_line(office) == {PLACE}
    assert "Нет горячей линии" not in unescape((await browser.get(address)).text)
    assert "Нет горячей линии" not in unescape((await browser.get("/cabinet")).text)


async def test_whoever_shares_a_line_or_is_served_by_its_owner_has_one(
    office: Office, browser: Browser
) -> None:
    await hear(office, line(serves=[STRANGER]))
    assert await with_line(office) == {PLACE, STRANGER}

    await appoint(browser, appointment("head", SETTLEMENT, "settlement@example.org"))
    await office.come(browser, "settlement@example.org")
    await agree(browser)

    assert await with_line(office) == {PLACE, STRANGER, SETTLEMENT}


async def test_an_older_state_never_replaces_a_newer_one(office: Office) -> None:
    await hear(office, line(version=3, closed=True), line(version=2))

    assert await with_line(office) == set()


async def test_a_new_epoch_tells_the_lines_of_its_stream_alone_again(office: Office) -> None:
    other = next(code for code in (ELSEWHERE, STRANGER) if partition_of(code) != partition_of(PLACE))
    await hear(office, line(version=5), line(other, id=uuid4()))

    async with everything(office) as pool, pool.acquire() as db, db.transaction():
        await events.forget(db, Stream(LineDefined.topic, partition_of(PLACE)))
    assert await with_line(office) == {other}
    await hear(office, line(version=1))

    assert await with_line(office) == {PLACE, other}


async def test_contacts_say_what_is_open_now(office: Office, browser: Browser) -> None:
    hours = {"phone": "8 (4932) 32-61-12", "hours": "пн–пт 9–18, обед 12–13"}
    await head(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "r@example.org", **hours))
    await hear(office, line())
    office.now = WEDNESDAY

    found = await contacts(browser, f"municipality={PLACE}")

    assert (found["coordinator"], found["stand_in"], found["group"]) == (None, None, None)
    assert (found["responsible"]["open_now"], found["responsible"]["phone"]) == (False, "+74932326112")
    assert found["responsible"]["opens_at"] == "2026-03-04T13:00:00+04:00"
    assert found["line"] == {
        "municipality": PLACE,
        "hours": "пн–пт 9:00–18:00, обед 13:00–13:45",
        "open_now": True,
        "opens_at": "2026-03-04T12:00:00+04:00",
        "href": f"/api/v1/lines?municipality={PLACE}",
    }


async def test_free_words_of_hours_say_nothing_of_now(office: Office, browser: Browser) -> None:
    hours = {"phone": "8 (4932) 32-61-12", "hours": "по записи"}
    await head(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "r@example.org", **hours))

    found = await contacts(browser, f"municipality={PLACE}")

    assert (found["responsible"]["open_now"], found["responsible"]["hours"]) == (None, "по записи")
    assert found["line"] is None


async def test_the_page_of_contacts_shows_the_line_by_the_hotlines_own_fragment(
    office: Office, browser: Browser
) -> None:
    office.now = WEDNESDAY.replace(hour=20)
    await hear(office, line())

    page = unescape((await browser.get(f"/contacts?municipality={PLACE}")).text)

    assert f'hx-get="/hotline/contacts?municipality={PLACE}" hx-trigger="load"' in page
    assert f'<a href="/hotline/contacts?municipality={PLACE}">' in page, "without JavaScript"
    assert "Сейчас не на связи" in page
    assert "ответит завтра в 9:00" in page
    await hear(office, line(version=2, closed=True))
    assert "/hotline/contacts" not in (await browser.get(f"/contacts?municipality={PLACE}")).text


async def test_the_leaflet_says_where_to_ask(office: Office, browser: Browser) -> None:
    await hear(office, line())
    school = await office.pool.fetchval("SELECT id FROM organization WHERE name = 'Школа № 1'")

    page = unescape((await browser.get(f"/cabinet/organizations/{school}/leaflet")).text)

    assert f"/hotline/new?municipality={PLACE}" in page
    assert f"/hotline/contacts?municipality={PLACE}" in page
    assert "Сейчас на связи" not in page, "what is printed does not change"


@pytest.mark.parametrize(
    "query",
    ["", "municipality=99999999", "organization=0", "municipality=%00", "organization=x"],
)
async def test_contacts_of_nobody_are_refused(browser: Browser, query: str) -> None:
    assert (await browser.get(f"/api/v1/contacts?{query}")).status_code in (400, 404, 422)
