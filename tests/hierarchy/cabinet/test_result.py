"""What was agreed on and open at the end of the day of an interim result, on its page and in its print."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts.appointments import Role
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.meetings.domain.agreements import Agreement, State
from services.hierarchy.meetings.domain.meetings import Format, Meeting, Planned
from services.hierarchy.meetings.store import agreements, meetings
from tests.hierarchy.checkpoints.telling import CAMPAIGN, YESTERDAY, frozen, tell
from tests.hierarchy.checkpoints.test_pages import RESULT, page, printed
from tests.hierarchy.checkpoints.test_setting import chief, operator
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment

__all__ = ["chief", "operator"]

BEFORE = datetime.combine(YESTERDAY, datetime.min.time(), UTC) - timedelta(days=2)
LATER = BEFORE + timedelta(days=4)


async def agree(
    pool: Pool, body: str, made: datetime = BEFORE, done: datetime | None = None, code: str = PLACE
) -> None:
    """A municipality promises something at a meeting, and does it."""
    account: UUID = await pool.fetchval("SELECT id FROM account LIMIT 1")
    planned = Planned("Встреча по понедельникам", Format.IN_PERSON, "Зал", "", made, 60)
    meeting = Meeting(uuid4(), CAMPAIGN, "smo", planned, (code,), account)
    due = YESTERDAY - timedelta(days=1)
    new = Agreement(code, uuid4(), meeting.id, "smo", body, due, State.OPEN, made, made)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await meetings.add(db, meeting, made)
        await agreements.add(db, new, account)
        if done:
            closed = Agreement(code, new.id, meeting.id, "smo", body, due, State.DONE, made, done)
            await agreements.settle(db, closed, account)


async def agreed(office: Office) -> None:
    await tell(office.pool, frozen())
    await agree(office.pool, "Обещано и не сделано")
    await agree(office.pool, "Сделано позже", done=LATER)
    await agree(office.pool, "Сделано раньше", done=BEFORE + timedelta(hours=3))
    await agree(office.pool, "Обещано позже", made=LATER)
    await agree(office.pool, "Обещано другими", code=ELSEWHERE)


async def test_what_was_open_at_the_end_of_the_day_stands_beside_the_result(
    office: Office, chief: Browser
) -> None:
    await agreed(office)

    for shown in (await page(chief, RESULT), await printed(chief)):
        assert "Договорённости на тот день" in shown
        assert "Обещано и не сделано" in shown
        assert "Сделано позже" in shown
        assert "Встреча по понедельникам" in shown
        for absent in ("Сделано раньше", "Обещано позже", "Обещано другими"):
            assert absent not in shown


async def test_an_smo_reads_them_and_who_answers_calls_of_participants_does_not(
    office: Office, chief: Browser, operator: Browser
) -> None:
    await agreed(office)
    await appoint(chief, appointment(Role.HOTLINE_OPERATOR, PLACE, "line@example.org"))

    assert "Обещано и не сделано" in await page(operator, RESULT)
    async with office.browser() as line:
        await office.come(line, "line@example.org")
        assert "Договорённости на тот день" not in await page(line, RESULT)


async def test_without_agreements_the_page_says_so(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen())

    assert "Открытых договорённостей не было" in await page(chief, RESULT)
