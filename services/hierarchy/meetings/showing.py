"""A meeting with everything that whoever looks may see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from litestar import Response

from contracts.work import MeetingState
from services.chassis.db.pool import Db
from services.chassis.web.downloads import as_attachment
from services.directory.grants import Staff
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.meetings.commands.look_at_meeting import View, frame_of, look_at_meeting
from services.hierarchy.meetings.commands.write_letters import answered, sheet_of
from services.hierarchy.meetings.domain.agreements import Agreement
from services.hierarchy.meetings.domain.calendar import Method, calendar_of
from services.hierarchy.meetings.domain.invitations import Invitation
from services.hierarchy.meetings.domain.meetings import Item, Meeting, Minutes
from services.hierarchy.meetings.domain.planning import Frame
from services.hierarchy.meetings.store import agreements, invitations, meetings
from services.hierarchy.territory.store import municipalities

CALENDAR = "text/calendar"


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as somebody sees it. `before`: the open agreements of earlier meetings, its first item;
    `names`: municipality → its name; `minutes`: every version, the latest first."""

    view: View
    frame: Frame
    agenda: Sequence[Item]
    invitations: Sequence[Invitation]
    minutes: Sequence[Minutes]
    agreements: Sequence[Agreement]
    before: Sequence[Agreement]
    names: Mapping[str, str]

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.view.meeting

    @property
    def begins(self) -> datetime:
        """When it begins, by the region's clocks."""
        return self.meeting.begins_at.astimezone(self.frame.zone)


async def show(db: Db, by: Staff, id_: UUID, now: datetime) -> Shown:
    """The meeting with its agenda and minutes; of people, agreements and figures an invitee sees their own
    municipalities' (rule 5), an SMO all. Raises NotFound."""
    view = await look_at_meeting(db, by, id_)
    known = await municipalities.some(db, view.meeting.municipalities)
    agenda = await meetings.items(db, id_)
    if view.codes is not None:
        seen = [code for code, each in known.items() if code in view.codes or each.parent in view.codes]
        agenda = [replace(item, figures=item.figures and item.figures.of(seen)) for item in agenda]
    return Shown(
        view,
        await frame_of(db, view.meeting, now),
        agenda,
        await invitations.of_meeting(db, id_, view.codes),
        await meetings.minutes(db, id_),
        await agreements.of_meeting(db, id_, view.codes),
        await _before(db, view, now),
        {code: each.name for code, each in known.items()},
    )


async def _before(db: Db, view: View, now: datetime) -> list[Agreement]:
    """With what the SMO's next meeting begins, and one that has begun began; no other has them yet."""
    meeting = view.meeting
    if meeting.state is MeetingState.CANCELLED:
        return []
    if meeting.begins_at <= now:
        return await agreements.open_at(db, meeting, meeting.begins_at, view.codes)
    coming = await meetings.next_of_smo(db, meeting.smo, now)
    if coming is None or coming.id != meeting.id:
        return []
    return await agreements.open_at(db, meeting, now, view.codes)


async def calendar_for(db: Db, entrance: Entrance, by: Staff, id_: UUID, now: datetime) -> Response[str]:
    """The meeting as a file for the viewer's calendar: as their invitation has it, or to be looked at by who
    is not invited. Raises NotFound."""
    view = await look_at_meeting(db, by, id_)
    sheet = await sheet_of(db, entrance, view.meeting, view.smo, await frame_of(db, view.meeting, now))
    found = await invitations.of_meeting(db, id_, view.codes)
    attendee = next((answered(each) for each in found if each.invitee.account == by.account), None)
    cancelled = view.meeting.state is MeetingState.CANCELLED
    method = (Method.CANCEL if cancelled else Method.REQUEST) if attendee else Method.PUBLISH
    headers = as_attachment(f"{view.meeting.planned.title}.ics")
    return Response(calendar_of(sheet, method, attendee), media_type=CALENDAR, headers=headers)
