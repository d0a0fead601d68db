"""X-Demo-Time at hierarchy: in a demonstration the staff enters what happened before, and nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.db import tenancy
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment, slug

DEMONSTRATION = "UPDATE campaign SET demonstration = true"


async def set_reception(browser: Browser, at: datetime | str) -> Any:
    moment = at if isinstance(at, str) else at.isoformat()
    where, what = f"/api/v1/municipalities/{PLACE}/reception", {"phone": "8 800 000-00-09"}
    return await browser.post(where, json=what, headers={"X-Demo-Time": moment})


async def test_in_a_demonstration_a_deed_happens_when_its_header_says(
    office: Office, browser: Browser
) -> None:
    await office.pool.execute(DEMONSTRATION)
    yesterday = datetime.now(UTC) - timedelta(days=1)

    answer = await set_reception(browser, yesterday)

    assert answer.status_code < 300, answer.text
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, PLACE)
        noted = await db.fetchval("SELECT at FROM audit WHERE action = 'reception-set'")
    assert noted == yesterday


async def test_a_real_campaign_takes_no_time_from_anybody(office: Office, browser: Browser) -> None:
    answer = await set_reception(browser, datetime.now(UTC) - timedelta(days=1))

    assert (answer.status_code, slug(answer)) == (400, "demo-time-refused")


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00", "2999-01-01T00:00:00+00:00", ""])
async def test_what_is_no_moment_of_the_past_is_refused(
    office: Office, browser: Browser, moment: str
) -> None:
    await office.pool.execute(DEMONSTRATION)

    answer = await set_reception(browser, moment)

    assert (answer.status_code, slug(answer)) == (400, "demo-time-refused")


async def test_time_never_goes_back_in_a_session_and_is_each_ones_own(
    office: Office, browser: Browser
) -> None:
    await office.pool.execute(DEMONSTRATION)
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    now = datetime.now(UTC)

    later = await set_reception(browser, now - timedelta(hours=1))
    earlier = await set_reception(browser, now - timedelta(hours=2))
    async with office.browser() as other:
        await office.come(other, "head@example.org")
        of_head = await set_reception(other, now - timedelta(hours=2))
    async with office.browser() as anew:
        await office.reset(anew, "head@example.org")
        by_head_anew = await set_reception(anew, now - timedelta(hours=3))

    assert later.status_code < 300
    assert by_head_anew.status_code < 300
    assert (earlier.status_code, slug(earlier)) == (400, "demo-time-refused")
    assert of_head.status_code < 300
