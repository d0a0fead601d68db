"""HTTP: meetings of an SMO, the answers to its invitations, and what was agreed on."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, uuid_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.meetings.api.answered import MeetingAnswer, MeetingItem, MeetingPage, answer_of
from services.hierarchy.meetings.api.asked import (
    AgreementState,
    ChangedMeeting,
    FiguresOf,
    InvitationAnswer,
    MeetingAttendance,
    MeetingCancellation,
    MinutesText,
    NewAgreement,
    NewMeeting,
)
from services.hierarchy.meetings.commands.answer_invitation import Answered, Reply, answer_invitation
from services.hierarchy.meetings.commands.ask_figures import Asked, ask_figures
from services.hierarchy.meetings.commands.call_meeting import Call, Called, call_meeting
from services.hierarchy.meetings.commands.cancel_meeting import Cancellation, Cancelled, cancel_meeting
from services.hierarchy.meetings.commands.change_meeting import Change, Changed, change_meeting
from services.hierarchy.meetings.commands.look_at_meeting import whose
from services.hierarchy.meetings.commands.make_agreement import AgreementMade, make_agreement
from services.hierarchy.meetings.commands.record_attendance import Present, Recorded, record_attendance
from services.hierarchy.meetings.commands.settle_agreement import Settled, Settling, settle_agreement
from services.hierarchy.meetings.commands.write_minutes import NewMinutes, Written, write_minutes
from services.hierarchy.meetings.domain.agreements import Agreed
from services.hierarchy.meetings.domain.invitations import Replied, Substitute
from services.hierarchy.meetings.domain.planning import Weekly
from services.hierarchy.meetings.showing import calendar_for, show
from services.hierarchy.meetings.store import meetings
from services.hierarchy.meetings.store.meetings import Wanted

ICS = ".ics"


class Meetings(Controller):
    """Meetings."""

    path = "/api/v1/meetings"
    tags = ("meetings",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="Meetings that are to come, or that are over")
    async def list_(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        coming: Annotated[bool, QueryParameter()] = True,
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> MeetingPage:
        """Those of one's SMO, or those to which one's municipality is invited."""
        async with pool.acquire() as db, db.transaction():
            wanted = Wanted(*await whose(db, by), coming, after)
            found = await meetings.listed(db, wanted, limit + 1, at.now)
        asked: dict[str, str | int] = {"coming": str(coming).lower(), "limit": limit}
        items, next_ = cut(self.path, asked, found, "id")
        shown = [MeetingItem.model_validate(item, from_attributes=True) for item in items]
        return MeetingPage(items=shown, next=next_)

    @post(summary="Call a meeting, or every week the same", operation_class=Repeatable)
    async def call(
        self,
        data: JSONBody[NewMeeting],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Called:
        """201 with its id, and those of the series."""
        call = Call(data.typed(), Weekly(str(data.times), data.until), data.smo)
        return await call_meeting(pool, entrance, by, call, at)

    @get(
        "/{id_:str}",
        summary="A meeting as far as one may see it; with `.ics` behind its id, for one's calendar",
        responses={200: ResponseSpec(MeetingAnswer, description="The meeting", generate_examples=False)},
    )
    async def one(
        self,
        id_: FromPath[str],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Response[Any]:
        """404 for a meeting to which nobody of one's own is invited."""
        meeting = uuid_of(id_.removesuffix(ICS))
        if meeting is None:
            raise NotFound("meeting-unknown")
        async with pool.acquire() as db, db.transaction():
            if id_.endswith(ICS):
                return await calendar_for(db, entrance, by, meeting, at.now)
            return Response(answer_of(await show(db, by, meeting, at.now)))

    @post(
        "/{id_:uuid}/changes",
        summary="Change a meeting; whoever is invited is told",
        status_code=200,
        operation_class=Repeatable,
    )
    async def change(
        self,
        id_: FromPath[UUID],
        data: JSONBody[ChangedMeeting],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Changed:
        """200 with the version that stands; 409 if somebody else has changed it."""
        change = Change(id_, data.typed(), data.seen, data.following)
        return await change_meeting(pool, entrance, by, change, at)

    @post(
        "/{id_:uuid}/cancellation",
        summary="Cancel a meeting; whoever is invited is told",
        status_code=200,
        operation_class=Repeatable,
    )
    async def cancel(
        self,
        id_: FromPath[UUID],
        data: JSONBody[MeetingCancellation],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Cancelled:
        """200 with how many."""
        given = Cancellation(id_, data.reason, data.following)
        return await cancel_meeting(pool, entrance, by, given, at)

    @post(
        "/{id_:uuid}/answer",
        summary="Accept, decline, or name who comes instead",
        status_code=200,
        operation_class=Repeatable,
    )
    async def answer(
        self,
        id_: FromPath[UUID],
        data: JSONBody[InvitationAnswer],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Answered:
        """200; 409 once it has begun."""
        replied = Replied(data.answer, data.reason, Substitute(data.name, data.email, data.phone))
        return await answer_invitation(pool, entrance, by, Reply(id_, replied, data.municipality), at)

    @post(
        "/{id_:uuid}/figures",
        summary="Attach the figures of now to an item of the agenda",
        status_code=200,
        operation_class=Repeatable,
    )
    async def figures(
        self,
        id_: FromPath[UUID],
        data: JSONBody[FiguresOf],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Asked:
        """200 with the request; the figures come a moment later and never change."""
        return await ask_figures(pool, by, id_, data.item, at)

    @post(
        "/{id_:uuid}/attendance",
        summary="Record who was there: the meeting was held",
        status_code=200,
        operation_class=Repeatable,
    )
    async def attendance(
        self,
        id_: FromPath[UUID],
        data: JSONBody[MeetingAttendance],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Recorded:
        """200 with how many municipalities were there."""
        present = [Present(**each.model_dump()) for each in data.present]
        return await record_attendance(pool, by, id_, present, at)

    @post("/{id_:uuid}/minutes", summary="Write the minutes: another version", operation_class=Repeatable)
    async def minutes(
        self,
        id_: FromPath[UUID],
        data: JSONBody[MinutesText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Written:
        """201 with the version, and whether it is new: the same text again is none."""
        return await write_minutes(pool, by, NewMinutes(id_, data.body, data.seen), at)

    @post("/{id_:uuid}/agreements", summary="Record what was agreed on", operation_class=Repeatable)
    async def agree(
        self,
        id_: FromPath[UUID],
        data: JSONBody[NewAgreement],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> AgreementMade:
        """201 with its id."""
        return await make_agreement(pool, by, id_, Agreed(data.municipality, data.body, data.due), at)


class Agreements(Controller):
    """What was agreed on at meetings."""

    path = "/api/v1/agreements"
    tags = ("meetings",)
    security = SIGNED_IN

    @post(
        "/{id_:uuid}/state",
        summary="Say what became of an agreement",
        status_code=200,
        operation_class=Repeatable,
    )
    async def settle(
        self,
        id_: FromPath[UUID],
        data: JSONBody[AgreementState],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Settled:
        """200 with the state that stands."""
        return await settle_agreement(pool, by, Settling(id_, data.state, data.seen), at)
