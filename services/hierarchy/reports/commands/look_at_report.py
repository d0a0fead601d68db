"""Look at a summary as whoever asks may see it, with what it says now; part of several commands."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.domain.reports import Content, Line, Report, check_open
from services.hierarchy.reports.store import reports
from services.hierarchy.reports.store.reports import Seen

OF_MUNICIPALITY = (Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY)
OF_GROUP = (Role.LEADER, Role.MEMBER)
OF_ORGANIZATION = (Role.COORDINATOR, Role.STAND_IN)


@dataclass(frozen=True, slots=True)
class View:
    """A summary, its campaign, and where authority over it is asked."""

    report: Report
    campaign: CampaignDefined
    place: Place
    dissolved: bool = False

    @property
    def deed(self) -> Deed:
        """By which right it is written."""
        return Deed.SUM_REPORTS if self.report.of_group else Deed.WRITE_REPORTS

    def written_by(self, by: Staff) -> bool:
        """Whether somebody writes it. What a dissolved group owes the coordination group sends."""
        return may(by, self.deed, self.place) or (
            self.dissolved and self.report.of_group and may(by, Deed.REMIND_REPORTS, self.place)
        )


async def look_at_report(
    db: Db, by: Staff, id_: UUID, load: Callable[[Db, UUID], Awaitable[Report]] = reports.get
) -> View:
    """The transaction sees its municipality's rows from then on. Raises NotFound for one that is neither
    theirs nor of anybody below."""
    await tenancy.see(db, *around(by))
    report = await load(db, id_)
    group = await places.find_one(db, Scope.GROUP, str(report.working_group))
    place = replace(report.place, head=group.head)
    if not may(by, Deed.SEE_REPORTS, place):
        raise NotFound("summary-unknown")
    campaign = (await campaigns.all_by_id(db))[report.campaign]
    return View(report, campaign, place, await reports.is_dissolved(db, report))


async def lock_own(db: Db, by: Staff, id_: UUID, now: datetime) -> tuple[View, Acting]:
    """A summary that they write, which nobody else does meanwhile. Raises NotFound, Forbidden, Conflict
    behind the campaign."""
    view = await look_at_report(db, by, id_, reports.lock)
    deed = view.deed if not view.written_by(by) or may(by, view.deed, view.place) else Deed.REMIND_REPORTS
    who = authority(by, deed, view.place)
    check_open(view.campaign, now)
    return view, who


async def content_of(db: Db, report: Report) -> Content:
    """What a summary says as it is written now; a group's with its coordinators' lines as they stand."""
    content = Content(report.notes, report.themes, report.declared, report.counted, report.as_of)
    if not report.of_group:
        return content
    below = await reports.of_group(db, report)
    sent = await reports.last_sent(db, below)
    lines = []
    for each in below:
        of_line = sent[each.id].content if each.id in sent else Content(counted=each.counted)
        by = sent[each.id].by if each.id in sent else ""
        number = sent[each.id].number if each.id in sent else 0
        lines.append(
            Line(
                *(each.id, each.name, number, by, of_line.figures),
                *(of_line.counted, of_line.notes, of_line.themes),
            )
        )
    moments = [each.as_of for each in below if each.as_of]
    return replace(content, as_of=min(moments) if moments else None, lines=tuple(lines))


def own_of(by: Staff) -> tuple[list[UUID], list[UUID]]:
    """The organizations that somebody coordinates, and the groups that they lead."""
    return _of(by, OF_ORGANIZATION), _of(by, (Role.LEADER,))


def below_of(by: Staff) -> Seen:
    """Whose summaries somebody sees as theirs to look after: of the municipality, of their groups."""
    codes = {grant.of for grant in by.grants if grant.role in OF_MUNICIPALITY}
    return Seen(sorted(codes), _of(by, OF_GROUP))


def seen_by(by: Staff) -> Seen:
    """The same, with their own."""
    return replace(below_of(by), organizations=_of(by, OF_ORGANIZATION))


def _of(by: Staff, roles: Collection[Role]) -> list[UUID]:
    return sorted({UUID(grant.of) for grant in by.grants if grant.role in roles})


async def open_campaign(db: Db) -> CampaignDefined:
    """The open campaign. Raises Conflict between campaigns."""
    campaign = await campaigns.now_open(db)
    if campaign is None:
        raise Conflict("summaries-without-campaign")
    return campaign
