"""A line of subordination with its summaries, and all that is done with them there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.results import ReportFiguresTaken
from services.chassis.db import tenancy
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.reports import events
from services.hierarchy.reports.commands.look_at_report import content_of, look_at_report
from services.hierarchy.reports.commands.open_reports import open_reports
from services.hierarchy.reports.commands.prepare_past import prepare_past
from services.hierarchy.reports.commands.remind_of_reports import remind_of_near, remind_of_reports
from services.hierarchy.reports.commands.send_report import ReportSent, send_report
from services.hierarchy.reports.commands.write_report import Draft, Written, write_report
from services.hierarchy.reports.domain.cadence import opens_at, periods
from services.hierarchy.reports.domain.figures import TypedNumber
from services.hierarchy.reports.domain.reports import Content, Report
from services.hierarchy.reports.store import reports
from tests.hierarchy.office import PLACE, everything
from tests.hierarchy.orders.giving import ENTRANCE, Line

SCHOOL, ANOTHER, GROUP, REST = "Школа № 1", "Школа № 2", "Школы", "Остальное"
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Summaries:
    """What is done in a line: by the coordinators of two schools, their group's leader, the Head."""

    line: Line

    @classmethod
    async def begun(cls, line: Line) -> "Summaries":
        """At nine in the morning after the next period that ends."""
        office = line.office
        async with everything(office.pool) as db:
            campaign = await campaigns.now_open(db)
        assert campaign
        zone = ZoneInfo(campaign.time_zone)
        opening = [opens_at(each, zone) for each in periods(campaign, lambda _: FRIDAY)]
        office.now = next(each for each in opening if each > office.now) + timedelta(hours=9)
        return cls(line)

    async def open(self) -> int:
        """The worker looks."""
        async with self.line.office.worker() as pool:
            return await open_reports(pool, self.line.office.now)

    async def unopened(self) -> list[str]:
        """Where the worker would have something to do in this week."""
        async with everything(self.line.office.pool) as db:
            campaign = await campaigns.now_open(db)
            assert campaign
            week = (await reports.all_of(db, PLACE))[-1].period.week
            weeks = {group: week for _, group in await reports.standing(db, campaign.id)}
            return await reports.unopened(db, campaign.id, weeks)

    async def prepare_past(self) -> int:
        """What the demonstration asks for."""
        async with self.line.office.worker() as pool:
            return await prepare_past(pool, self.line.office.now)

    async def all(self) -> dict[str, Report]:
        """Every summary, by the name of its line."""
        async with everything(self.line.office.pool) as db:
            return {each.name: each for each in await reports.all_of(db, PLACE)}

    async def of(self, name: str) -> Report:
        return (await self.all())[name]

    async def answer(self, name: str, **figures: Any) -> None:
        """Metrics answers the request of a line."""
        report = await self.of(name)
        counted: dict[str, Any] = {
            "registered": 10,
            "submitted": 4,
            "period_registered": 3,
            "period_submitted": 1,
            "by_direction": {"schools": 4},
            "by_form": {"personal": 4},
            "by_position": {"servant": 10},
            "first_time": None,
            "consultations": None,
            "help_requests": 2,
            "inquiries": None,
        }
        told = ReportFiguresTaken.model_validate(
            {
                "version": 1,
                "id": figures.pop("request", report.request),
                "campaign": report.campaign,
                "municipality": PLACE,
                "group": report.working_group,
                "organization": report.organization,
                "as_of": self.line.office.now,
                "day": self.line.office.now.date(),
                **counted,
                **figures,
            }
        )
        async with everything(self.line.office.pool) as db:
            await events.take(db, [told])

    async def write(self, by: str, name: str, *declared: tuple[str, str, str], **more: Any) -> Written:
        given = Draft((await self.of(name)).id, declared=[TypedNumber(*each) for each in declared], **more)
        return await write_report(self.line.office.pool, await self.line.staff(by), given, self.line.at())

    async def send(self, by: str, name: str) -> ReportSent:
        id_ = (await self.of(name)).id
        return await send_report(self.line.office.pool, await self.line.staff(by), id_, self.line.at())

    async def content(self, by: str, name: str) -> Content:
        """What somebody reads of a summary. Raises NotFound."""
        staff, report = await self.line.staff(by), await self.of(name)
        async with self.line.office.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(staff))
            return await content_of(db, (await look_at_report(db, staff, report.id)).report)

    async def versions(self, name: str) -> list[Content]:
        report = await self.of(name)
        async with everything(self.line.office.pool) as db:
            return [each.content for each in await reports.versions(db, report)]

    async def remind_near(self) -> int:
        async with self.line.office.worker() as pool:
            return await remind_of_near(ENTRANCE, pool, self.line.office.now)

    async def remind(self, by: str) -> int:
        week, pool = (await self.of(GROUP)).period.week, self.line.office.pool
        staff = await self.line.staff(by)
        return (await remind_of_reports(pool, ENTRANCE, staff, week, self.line.at())).reminded

    async def id_of(self, name: str) -> UUID:
        return (await self.of(name)).id
