"""A municipality in which something waits for everybody, from every room."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

import httpx2

from contracts.appointments import Level, Role
from services.hierarchy.meetings.domain.agreements import Agreement, State
from services.hierarchy.meetings.domain.invitations import Invitation, Invitee
from services.hierarchy.meetings.domain.meetings import Format, Item, Meeting, Planned
from services.hierarchy.meetings.store import agreements, invitations, meetings
from services.hierarchy.messages.commands.send_message import NewMessage, send_message
from services.hierarchy.orders.commands.return_report import Return, return_report
from services.hierarchy.reports.domain.cadence import Period
from services.hierarchy.reports.domain.reports import Report
from services.hierarchy.reports.store import reports
from tests.hierarchy.checkpoints.telling import CAMPAIGN, frozen, tell
from tests.hierarchy.groups.test_groups import account, organization
from tests.hierarchy.office import PLACE, TODAY, Browser, Office, appoint, appointment, everything
from tests.hierarchy.orders.giving import (
    CLERK,
    ENTRANCE,
    HEAD,
    MEMBER,
    ONE,
    RESPONSIBLE,
    SECOND,
    STAND_IN,
    TEACHER,
    TWO,
    Line,
    lined,
)
from tests.hierarchy.questions.asking import Asking

ADMINISTRATOR, OPERATOR, ON_LINE, DEPUTY = (
    f"{name}@example.org" for name in ("admin", "operator", "line", "third")
)


@dataclass(frozen=True, slots=True)
class Staged:
    """The line, and whose session is which."""

    line: Line
    cookies: dict[str, str]

    @property
    def office(self) -> Office:
        return self.line.office


async def staged(office: Office, client: httpx2.AsyncClient) -> Staged:
    """Appoint everybody, let them sign in, and give each something to do."""
    browser, cookies = cast("Browser", client), dict[str, str]()
    await _come(office, browser, cookies, ADMINISTRATOR)
    await appoint(browser, appointment("smo-operator", "smo", OPERATOR))
    line = await lined(office, browser)
    await _come(office, browser, cookies, HEAD, again=True)
    await appoint(
        browser, appointment("deputy", PLACE, DEPUTY), appointment("hotline-operator", PLACE, ON_LINE)
    )
    for email in (OPERATOR, RESPONSIBLE, CLERK, DEPUTY, MEMBER, TEACHER, STAND_IN, ON_LINE):
        await _come(office, browser, cookies, email)
    await _come(office, browser, cookies, ONE, again=True)
    material = {"body": "Прочитайте", "version": "0"}
    published = await client.post(f"/cabinet/groups/{line.group}/briefing/material", data=material)
    assert published.status_code == 303, published.text
    await _order(line)
    await _write(line)
    await _report(line)
    await _meet(line)
    await tell(office.pool, frozen())
    return Staged(line, cookies)


async def _come(
    office: Office, browser: Browser, cookies: dict[str, str], email: str, *, again: bool = False
) -> None:
    await (office.reset if again else office.come)(browser, email)
    cookies[email] = browser.cookies["staff"]


async def _order(line: Line) -> None:
    """The Head and a leader have given orders; some are reported, one report was returned, one order waits
    for the Head."""
    of_deputies = await line.issue(HEAD, "role:deputy", body="Назначить ответственных за сбор")
    await line.report(TWO, of_deputies.id)
    await line.issue(HEAD, f"group:{line.group}", body="Провести собрание")
    await line.issue(ONE, f"members:{line.group}", body="Обзвонить школы")
    lists = await line.issue(ONE, f"group:{line.group}", body="Прислать списки")
    for email in (TEACHER, SECOND):
        await line.report(email, lists.id)
    task = (await line.tasks(lists.id))[TEACHER]["id"]
    given = Return(lists.id, task, "Нет фамилий")
    await return_report(line.office.pool, ENTRANCE, await line.staff(ONE), given, line.at())
    await line.issue(RESPONSIBLE, "role:leader", body="Собрать группу")


async def _write(line: Line) -> None:
    """Questions go up, messages either way."""
    asking = Asking(line)
    await asking.ask(TEACHER)
    await asking.ask(MEMBER, "Кто подписывает протокол?")
    for by, to in (
        (ONE, HEAD),
        (ONE, RESPONSIBLE),
        (ONE, DEPUTY),
        (HEAD, ONE),
        (ONE, MEMBER),
        (MEMBER, TEACHER),
        (ONE, STAND_IN),
    ):
        given = NewMessage((await line.staff(to)).account, "Позвоните мне, пожалуйста.")
        await send_message(line.office.pool, await line.staff(by), given, line.at())


async def _report(line: Line) -> None:
    """A week is over; its summaries are due in an hour, and in three, one has been for an hour."""
    week, now = TODAY - timedelta(days=TODAY.weekday()), line.office.now
    period = Period(week, week - timedelta(days=7), week - timedelta(days=1), week)
    school = UUID(await organization(line.office))
    another = UUID(await organization(line.office, "Школа № 2"))
    lines = (
        (Level.COORDINATOR, school, "Школа № 1", 1),
        (Level.COORDINATOR, another, "Школа № 2", -1),
        (Level.GROUP, None, "Школы", 3),
    )
    for level, of, name, hours in lines:
        given = (PLACE, uuid4(), CAMPAIGN, level, UUID(line.group), of, name, period)
        async with everything(line.office.pool) as db:
            await reports.open_(db, [Report(*given, now + timedelta(hours=hours), "")])


async def _meet(line: Line) -> None:
    """The SMO has called a meeting for tomorrow, and says of yesterday's not yet who was there; the
    municipality has promised something."""
    now, operator = line.office.now, UUID(await account(line.office, OPERATOR))
    invited = UUID(await account(line.office, RESPONSIBLE))
    invitee = Invitee(PLACE, invited, "Петров Пётр Петрович", RESPONSIBLE, Role.RESPONSIBLE)
    for title, days in (("Итоги недели", 1), ("Начало", -1)):
        begins_at = now + timedelta(days=days)
        planned = Planned(title, Format.VIDEO, "", "https://example.org", begins_at, 60)
        meeting = Meeting(uuid4(), CAMPAIGN, "smo", planned, (PLACE,), operator)
        async with everything(line.office.pool) as db:
            await meetings.add(db, meeting, now - timedelta(days=2))
            await meetings.save_items(db, meeting.id, [Item(uuid4(), 1, "Ход марафона")])
            await invitations.save(db, Invitation(meeting.id, invitee))
    promised = (PLACE, uuid4(), meeting.id, "smo", "Провести выездную регистрацию", TODAY + timedelta(days=2))
    async with everything(line.office.pool) as db:
        await agreements.add(db, Agreement(*promised, State.OPEN, now, now), operator)
