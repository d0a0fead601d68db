"""The letter at the end of a working day: once, of what is still open, nothing of it twice."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from services.chassis.db.pool import Db
from services.chassis.process.logs import ALLOWED
from services.directory.working_time import Schedule, closes_at
from services.hierarchy.cabinet import waiting
from services.hierarchy.cabinet.domain.evening import WITHIN, all_of, ends_now, unsaid
from services.hierarchy.cabinet.evening import write_what_is_open
from services.hierarchy.core.domain.waiting import Line as Waiting
from services.hierarchy.core.domain.waiting import Looked
from services.hierarchy.orders.domain.deadlines import Deadline
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation
from tests.hierarchy.office import TODAY, URL, Browser, Office
from tests.hierarchy.orders.giving import ENTRANCE, HEAD, ONE, SECOND, TEACHER, TWO, Line, lined

OPEN = "Что ещё ждёт вас"
ONE_OR_MORE = st.integers(1, 3)
lines_of_a_day = st.dictionaries(st.sampled_from("abcd"), ONE_OR_MORE, max_size=4).map(
    lambda day: [Waiting(kind, "ждёт", f"/{kind}", n, own=True) for kind, n in day.items()]
)


@pytest.fixture
async def line(office: Office, browser: Browser) -> Line:
    """Everybody is appointed; the browser is the group leader's."""
    return await lined(office, browser)


async def evening(office: Office) -> datetime:
    """The end of the next day of work."""
    async with office.pool.acquire() as db, db.transaction():
        schedule = (await look_at_regulation(db, None, office.now)).schedule
    day = office.now.date()
    days = (day + timedelta(days=n) for n in range(1, 20))
    return next(closes for day in days if (closes := closes_at(schedule, day)))


async def written(office: Office) -> int:
    async with office.worker() as pool:
        return await write_what_is_open(ENTRANCE, pool, office.now)


async def next_evening(office: Office) -> None:
    """The end of the working day after."""
    office.now = await evening(office)


async def to(line: Line, email: str) -> int:
    """How many evening letters somebody has."""
    return (await line.letters(OPEN)).count(email)


@given(st.lists(lines_of_a_day, max_size=6))
def test_nothing_is_said_twice_while_it_waits(days: list[list[Waiting]]) -> None:
    said: dict[str, int] = {}
    before: dict[str, int] = {}
    for lines in days:
        new = {line.kind for line in unsaid(lines, said)}
        now = {line.kind: line.n or 0 for line in lines}
        assert new == {kind for kind, n in now.items() if n > before.get(kind, 0)}
        said, before = all_of(lines), now


def test_what_is_missing_below_somebody_is_no_letter() -> None:
    assert unsaid([Waiting("gaps", "нет", "/", 3)], {}) == []
    assert all_of([Waiting("gaps", "нет", "/", 3)]) == {}


async def test_a_day_ends_for_two_hours_and_a_day_off_never_does(office: Office) -> None:
    async with office.pool.acquire() as db, db.transaction():
        schedule = (await look_at_regulation(db, None, office.now)).schedule
    closes = await evening(office)
    off = next(day for n in range(9) if not closes_at(schedule, day := TODAY + timedelta(days=n)))

    for ago, over in ((-1, False), (0, True), (WITHIN.seconds - 1, True), (WITHIN.seconds, False)):
        assert ends_now(schedule, closes.date(), closes + timedelta(seconds=ago)) is over
    assert not ends_now(schedule, off, closes.replace(year=off.year, month=off.month, day=off.day))
    assert not ends_now(Schedule.of(schedule.week, "Europe/Samara", {}), closes.date(), closes)


async def test_what_is_open_is_said_once_when_the_day_is_over(line: Line) -> None:
    office, before = line.office, await to(line, TEACHER)
    await line.issue(HEAD, "role:coordinator", deadline=Deadline(hours="30"))
    await next_evening(office)
    office.now -= timedelta(hours=3)
    assert await written(office) == 0, "people still work"
    office.now += timedelta(hours=3)

    assert await written(office) > 0
    assert await written(office) == 0, "it is the same evening"

    assert await to(line, TEACHER) == before + 1
    letter = await office.letter_to(TEACHER)
    assert re.search(r"Поручение № 1: новое. \(до \d+ \w+", letter)
    assert f"{URL}/cabinet" in letter


async def test_an_evening_later_only_what_is_new_is_said(line: Line) -> None:
    office, began = line.office, line.office.now
    await line.issue(HEAD, "role:coordinator", deadline=Deadline(hours="30"))
    await next_evening(office)
    await written(office)
    told, ended = await to(line, TEACHER), office.now

    # Orders are given while people work, and within the campaign's days.
    office.now = began
    await line.issue(HEAD, "role:coordinator", deadline=Deadline(hours="30"))
    office.now = ended
    await next_evening(office)
    await written(office)
    assert await to(line, TEACHER) == told + 1
    letter = await office.letter_to(TEACHER)
    assert "Поручение № 2" in letter
    assert "Поручение № 1" not in letter


async def test_whoever_does_not_want_it_is_not_written_to(line: Line) -> None:
    office, browser = line.office, line.browser
    assert "Не присылать" in (await browser.get("/cabinet")).text
    chosen = await browser.post("/cabinet/evening-letter", data={"wanted": ""}, follow_redirects=False)
    assert chosen.status_code == 303, chosen.text
    assert "не приходит" in (await browser.get("/cabinet")).text
    before = await to(line, ONE), await to(line, TWO)
    await line.issue(HEAD, "role:leader", deadline=Deadline(hours="30"))
    await next_evening(office)

    await written(office)

    assert (await to(line, ONE), await to(line, TWO)) == (before[0], before[1] + 1)


async def test_a_fault_in_the_middle_is_logged_keeps_nobody_and_is_tried_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {(await line.staff(email)).account: email for email in (ONE, TWO, TEACHER, SECOND)}
    ill = sorted(people)[1]
    before = {email: await to(line, email) for email in people.values()}
    await line.issue(HEAD, "role:leader", "role:coordinator", deadline=Deadline(hours="30"))
    await next_evening(line.office)

    async def lines(_: Db, looked: Looked) -> list[Waiting]:
        if looked.staff.account == ill:
            raise RuntimeError
        return []

    with monkeypatch.context() as failing, capture_logs() as logs:
        failing.setattr(waiting, "CONTRIBUTORS", (*waiting.CONTRIBUTORS, lines))
        await written(line.office)
        first = {email: await to(line, email) - n for email, n in before.items()}
    again = await written(line.office)
    then = {email: await to(line, email) - n for email, n in before.items()}

    assert first == {email: int(account != ill) for account, email in people.items()}
    assert [(line["event"], line["account"]) for line in logs] == [("evening_letter_waits", ill)]
    assert set(logs[0]) - {"log_level", "exc_info"} <= ALLOWED
    assert (again, set(then.values())) == (1, {1})
    assert await written(line.office) == 0


async def test_three_workers_write_once(line: Line) -> None:
    before = await to(line, TEACHER)
    await line.issue(HEAD, "role:coordinator", deadline=Deadline(hours="30"))
    await next_evening(line.office)

    async with line.office.worker() as pool:
        now = line.office.now
        counts = await asyncio.gather(*(write_what_is_open(ENTRANCE, pool, now) for _ in range(3)))

    assert await to(line, TEACHER) == before + 1
    assert sum(counts) >= 1
