"""A meeting that is called."""

import pytest

from tests.hierarchy.meetings.calling import call, in_days, staffed
from tests.hierarchy.office import Browser, Office


@pytest.fixture
def day() -> str:
    """Of the meeting: tomorrow."""
    return in_days(1)


@pytest.fixture
async def meeting(office: Office, browser: Browser, day: str) -> str:
    """A meeting to which two are invited; the browser is the operator's."""
    await staffed(office, browser)
    return await call(browser, day=day)
