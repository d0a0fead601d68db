"""The day before a meeting those who are expected are written to, once."""

from datetime import timedelta

import pytest

from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.meetings.commands.remind_of_meetings import remind_of_near
from tests.hierarchy.meetings.calling import (
    INSTEAD,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    SUBSTITUTE,
    answer,
    begun,
    calendars,
    call,
    cancel,
    change,
    in_days,
    sign_in,
    told,
)
from tests.hierarchy.office import URL, Browser, Office

DAY = in_days(4)


@pytest.fixture
def day() -> str:
    """Of the meeting: in four days."""
    return DAY


async def remind(office: Office, hours: float) -> int:
    """How many were written to so many hours before 10:20 of the day of the meeting."""
    begun(office, days=4)
    now = office.now - timedelta(hours=hours)
    async with office.worker() as pool:
        return await remind_of_near(Entrance(URL), pool, now)


async def test_everybody_who_is_expected_is_reminded_once(
    office: Office, browser: Browser, meeting: str
) -> None:
    early = await remind(office, 30)
    first, again = await remind(office, 20), await remind(office, 19)

    assert (early, first, again) == (0, 2, 0)
    assert "ждёт вас на встрече" in await office.letter_to(OTHER)
    last = (await calendars(office, OTHER))[-1]
    assert told(last) == ("REQUEST", 0), "the same invitation: nothing is new"


async def test_who_declined_is_left_alone_and_a_substitute_is_reminded_instead(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, OTHER)
    await answer(browser, meeting, "declined", reason="Отпуск")
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "substitute", **SUBSTITUTE)

    assert await remind(office, 20) == 1
    assert "ждёт вас на встрече" in await office.letter_to(INSTEAD)
    assert "/cabinet/" not in await office.letter_to(INSTEAD)
    assert "ждёт вас на встрече" not in await office.letter_to(OTHER)


async def test_nobody_is_reminded_of_what_was_cancelled_or_called_just_now(
    office: Office, browser: Browser, meeting: str
) -> None:
    await cancel(browser, meeting)
    begun(office, days=3)
    await sign_in(office, browser, OPERATOR)
    await call(browser, day=DAY, hour="12:00")

    assert await remind(office, 20) == 0


async def test_a_meeting_that_was_moved_is_reminded_of_again(
    office: Office, browser: Browser, meeting: str
) -> None:
    first = await remind(office, 20)
    office.now -= timedelta(hours=20)
    await sign_in(office, browser, OPERATOR)
    moved = await change(browser, meeting, day=DAY, hour="11:00")

    assert moved.status_code == 200, moved.text
    assert (first, await remind(office, 18)) == (2, 2)
