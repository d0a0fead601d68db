"""A municipality with its line of subordination, and all that is done with orders there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.chassis.db.idempotency import Moment
from services.chassis.errors import Refused
from services.directory.grants import Staff
from services.directory.staff import grants_of
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.orders.commands.issue_order import Issued, NewOrder, issue_order
from services.hierarchy.orders.commands.report_order import NewReport, ReportSent, report_order
from services.hierarchy.orders.domain.deadlines import Deadline
from services.hierarchy.orders.domain.reports import Reported
from tests.hierarchy.groups.test_groups import account, formed, organization
from tests.hierarchy.office import PLACE, TODAY, URL, Browser, Office, appoint, appointment, everything

ENTRANCE = Entrance(URL)
HEAD, CLERK, RESPONSIBLE = "head@example.org", "clerk@example.org", "responsible@example.org"
ONE, TWO, MEMBER = "one@example.org", "two@example.org", "member@example.org"
TEACHER, SECOND, STAND_IN = "teacher@example.org", "second@example.org", "stand-in@example.org"
DAY = (TODAY + timedelta(days=3)).isoformat()
ACT = {"number": "15-р", "day": TODAY.isoformat()}


@dataclass(frozen=True, slots=True)
class Line:
    """The Head with a clerk, a responsible person and two deputies; one leads the group of the schools, which
    has a member and two coordinators, the other the group of all the rest."""

    office: Office
    browser: Browser
    group: str
    rest: str

    async def staff(self, email: str) -> Staff:
        """Somebody with the rights that they have now."""
        id_ = UUID(await account(self.office, email))
        async with self.office.pool.acquire() as db:
            return Staff(id_, uuid4(), await grants_of(db, id_, self.office.now))

    def at(self) -> Moment:
        """Now, for the first time."""
        return Moment(self.office.now)

    async def issue(self, by: str, *to: str, **more: Any) -> Issued:
        given: dict[str, Any] = {"body": "Провести сбор", "deadline": Deadline(DAY)} | more
        staff = await self.staff(by)
        return await issue_order(self.office.pool, ENTRANCE, staff, NewOrder(list(to), **given), self.at())

    async def report(self, by: str, id_: UUID, text: str = "Сделано", **more: Any) -> ReportSent:
        given = NewReport(id_, Reported(text, **more))
        return await report_order(self.office.pool, await self.staff(by), given, self.at())

    async def tasks(self, id_: UUID) -> dict[str, Any]:
        """What stands of an order, by the addressees' addresses."""
        async with everything(self.office.pool) as db:
            rows = await db.fetch(
                "SELECT p.email, t.* FROM work_order_task AS t JOIN account AS p ON p.id = t.account"
                " WHERE t.work_order = $1",
                id_,
            )
        return {row["email"]: row for row in rows}

    async def state(self, id_: UUID) -> str:
        async with everything(self.office.pool) as db:
            return str(await db.fetchval("SELECT state FROM work_order WHERE id = $1", id_))

    async def letters(self, subject: str) -> list[str]:
        """To whom letters went whose subject begins like this."""
        rows = await self.office.pool.fetch(
            "SELECT recipient FROM letter WHERE subject LIKE $1 || '%' ORDER BY recipient", subject
        )
        return [row["recipient"] for row in rows]

    async def told(self, type_: str) -> list[dict[str, Any]]:
        """What services were told."""
        rows = await self.office.pool.fetch(
            "SELECT data::text AS data FROM outbox WHERE type = $1 ORDER BY id", type_
        )
        return [orjson.loads(row["data"]) for row in rows]

    async def end(self, email: str, role: str) -> None:
        """Whoever may ends an appointment."""
        async with everything(self.office.pool) as db:
            id_ = await db.fetchval(
                "SELECT a.id FROM appointment AS a JOIN account AS p ON p.id = a.account"
                " WHERE p.email = $1 AND a.role = $2 AND a.until_at IS NULL",
                email,
                role,
            )
        ended = await self.browser.post(f"/api/v1/appointments/{id_}/end")
        assert ended.status_code == 200, ended.text


async def lined(office: Office, browser: Browser) -> Line:
    """The line, with the browser of the group's leader."""
    await appoint(browser, appointment("head", PLACE, HEAD, name="Главин Глеб Глебович"))
    await office.come(browser, HEAD)
    people = {CLERK: "clerk", RESPONSIBLE: "responsible", ONE: "deputy", TWO: "deputy"}
    await appoint(browser, *(appointment(role, PLACE, email) for email, role in people.items()))
    one, two = await account(office, ONE), await account(office, TWO)
    group = await formed(browser, name="Школы", leader=one, directions=["schools"], kinds=["школа"])
    rest = await formed(browser, name="Остальное", leader=two, covers_all=True)
    await office.come(browser, ONE)
    school, another = await organization(office), await organization(office, "Школа № 2")
    appointed = await appoint(
        browser,
        appointment("member", group, MEMBER, category="servant"),
        appointment("coordinator", school, TEACHER, name="Учителев Устин Устинович"),
        appointment("coordinator", another, SECOND, name="Вторых Вера Викторовна"),
        appointment("stand-in", school, STAND_IN),
    )
    assert appointed.status_code == 201, appointed.text
    return Line(office, browser, group, rest)


async def refusal(doing: Any) -> set[tuple[str, str]]:
    """What refuses a deed: slugs with their fields."""
    try:
        await doing
    except Refused as refused:
        return {(each.slug, each.field) for each in refused.every()}
    return set()
