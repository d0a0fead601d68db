"""What summaries contribute to «Сегодня»."""

from datetime import timedelta

from contracts.appointments import Role
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import REPORTS
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.commands.look_at_report import own_of
from services.hierarchy.reports.domain.reports import Report
from services.hierarchy.reports.store import reports

SINCE = timedelta(days=14)
"""How long what is missing is asked for: after that it is history."""

ABOVE = (Role.HEAD, Role.CLERK, Role.RESPONSIBLE)
OF_GROUPS = (
    "сводка рабочей группы не пришла",
    "сводки рабочих групп не пришли",
    "сводок рабочих групп не пришло",
)
OF_COORDINATORS = (
    "сводка координатора не пришла",
    "сводки координаторов не пришли",
    "сводок координаторов не пришло",
)


async def lines(db: Db, looked: Looked) -> list[Line]:
    """Summaries to be sent, and those that are late below."""
    if looked.campaign is None:
        return []
    staff, since = looked.staff, today(looked.campaign.time_zone, looked.now) - SINCE
    organizations, groups = own_of(staff)
    codes = {grant.of for grant in staff.grants if grant.role in ABOVE}
    if not (organizations or groups or codes):
        return []
    await tenancy.see(db, *around(staff))
    own = await reports.due_own(db, organizations, groups, since)
    of_groups, of_lines = await reports.counted_late(db, codes, groups, looked.now, since)
    late = [
        Line("report-late", "в срок", REPORTS, of_groups, OF_GROUPS),
        Line("report-late", "в срок", REPORTS, of_lines, OF_COORDINATORS),
    ]
    return [*(_line(each, looked) for each in own), *(line for line in late if line.n)]


def _line(report: Report, looked: Looked) -> Line:
    href = f"{REPORTS}/{report.id}"
    kind, rest = ("report-overdue", "срок прошёл.") if report.is_late(looked.now) else ("report", "готова.")
    step = Step("Проверить и отправить", href)
    said = f"Сводка, {report.name}: {rest}"
    return Line(kind, said, href, step=step, own=True, due=report.due_at)
