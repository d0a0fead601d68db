"""Summaries as whoever asks sees them, for pages, prints and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.store import people
from services.hierarchy.reports.commands.look_at_report import (
    View,
    below_of,
    content_of,
    look_at_report,
    own_of,
)
from services.hierarchy.reports.commands.remind_of_reports import chairs_of, writer_of
from services.hierarchy.reports.domain.figures import Figures, added
from services.hierarchy.reports.domain.reports import Content, Report, Sent
from services.hierarchy.reports.store import reports


@dataclass(frozen=True, slots=True)
class Shown:
    """A summary with what it says: as it was sent (`number`), or as it is written now (0). `written`: whether
    the viewer writes it; `unsent`: whether what is written is not what was sent last; `writers`: id of a
    line's summary → who is to write it."""

    view: View
    content: Content
    number: int
    versions: Sequence[Sent]
    written: bool
    unsent: bool
    writers: Mapping[UUID, str]

    @property
    def report(self) -> Report:
        """The summary itself."""
        return self.view.report


async def show(db: Db, by: Staff, id_: UUID, number: int | None = None, *, to_write: bool = False) -> Shown:
    """A version of a summary; by default what was sent last, and to its author what is not sent yet, or what
    is to be written (`to_write`). Raises NotFound."""
    view = await look_at_report(db, by, id_)
    versions, written = await reports.versions(db, view.report), view.written_by(by)
    draft = await content_of(db, view.report)
    if number is not None and not 1 <= number <= len(versions):
        raise NotFound("summary-unknown")
    unsent = not (versions and versions[-1].content == draft)
    drafted = not versions or (written and (unsent or to_write))
    shown = number or (0 if drafted else len(versions))
    content = versions[shown - 1].content if shown else draft
    return Shown(view, content, shown, versions, written, unsent, await _writers(db, view.report))


async def _writers(db: Db, report: Report) -> dict[UUID, str]:
    if not report.of_group:
        return {}
    chairs = chairs_of(await people.in_line(db, report.municipality, report.campaign))
    below = await reports.of_group(db, report)
    return {each.id: writer.name for each in below if (writer := writer_of(each, chairs))}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a week's picture: who is to write it, what it states, whether it is late."""

    report: Report
    writer: str
    figures: Figures
    late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A working group in a week: its own summary, if there is one, and its coordinators'."""

    own: Row | None
    lines: Sequence[Row]
    figures: Figures

    @property
    def sent(self) -> int:
        """How many coordinators have sent theirs."""
        return sum(1 for line in self.lines if line.report.number)

    @property
    def late(self) -> int:
        """How many are late."""
        return sum(line.late for line in self.lines)


@dataclass(frozen=True, slots=True)
class Picture:
    """A week, as those see it who wait for its summaries; `figures`: all groups together, each organization
    once; `waiting`: how many summaries of others are missing."""

    week: date
    weeks: Sequence[date]
    groups: Sequence[Group]
    figures: Figures
    waiting: int


async def picture(db: Db, by: Staff, week: date | None, now: datetime) -> Picture | None:
    """The week's, the latest by default; None for who looks after nobody's, and before the first."""
    await tenancy.see(db, *around(by))
    seen = below_of(by)
    weeks = await reports.weeks(db, seen) if seen.codes or seen.groups else []
    if not weeks:
        return None
    chosen = week if week in weeks else weeks[0]
    found = await reports.of_week(db, seen, chosen)
    sent = await reports.last_sent(db, found)
    places = {(each.municipality, each.campaign) for each in found}
    chairs = chairs_of([each for place in sorted(places) for each in await people.in_line(db, *place)])

    def row(report: Report) -> Row:
        of_sent = sent[report.id].content if report.id in sent else Content(counted=report.counted)
        writer = writer_of(report, chairs)
        return Row(report, writer.name if writer else "", of_sent.figures, report.is_late(now))

    groups = []
    for id_ in dict.fromkeys(each.working_group for each in found):
        of_group = [each for each in found if each.working_group == id_]
        own = next((row(each) for each in of_group if each.of_group), None)
        lines = [row(each) for each in of_group if not each.of_group]
        # What a group has sent stands for it; until then its coordinators' sum.
        stated = own.figures if own and own.report.number else added(line.figures for line in lines)
        groups.append(Group(own, lines, stated))
    _, led = own_of(by)
    waiting = sum(
        1 for each in found if not each.number and not (each.of_group and each.working_group in led)
    )
    return Picture(chosen, weeks, groups, added(group.figures for group in groups), waiting)
