"""Pages: a meeting: what, when and where, its agenda, who comes, what was written and agreed on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from contracts.work import MeetingState
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import MEETINGS
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import places
from services.hierarchy.meetings.commands.answer_invitation import Reply, answer_invitation
from services.hierarchy.meetings.commands.ask_figures import ask_figures
from services.hierarchy.meetings.commands.look_at_meeting import invited_places, look_at_meeting
from services.hierarchy.meetings.domain import agreements as agreed
from services.hierarchy.meetings.domain import invitations as invited
from services.hierarchy.meetings.domain.invitations import Invitation
from services.hierarchy.meetings.domain.meetings import FORMATS, STATES
from services.hierarchy.meetings.pages.forms import blame_answer, replied_of
from services.hierarchy.meetings.printing import MinutesPress
from services.hierarchy.meetings.showing import Shown, calendar_for, show
from services.hierarchy.meetings.store import invitations


class MeetingPages(Controller):
    """A meeting, as the SMO and as those who are invited see it."""

    path = MEETINGS + "/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def one(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The meeting."""
        return await meeting_page(visit, id_)

    @get("/answers")
    async def answers(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Who has answered what, as it is now: a part that the page reads anew."""
        async with visit.pool.acquire() as db, db.transaction():
            view = await look_at_meeting(db, visit.who, id_)
            found = await invitations.of_meeting(db, id_, view.codes)
        return await visit.page("meetings/answers.html", **answers_of(found))

    @get("/meeting.ics")
    async def calendar(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Response[str]:
        """The meeting for one's calendar."""
        async with visit.pool.acquire() as db, db.transaction():
            return await calendar_for(db, entrance, visit.who, id_, visit.now)

    @get("/minutes.pdf")
    async def print_(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        minutes_press: NamedDependency[MinutesPress],
    ) -> Response[bytes]:
        """The minutes to be printed, with the figures that were shown."""
        async with visit.pool.acquire() as db, db.transaction():
            shown = await show(db, visit.who, id_, visit.now)
        body = await minutes_press.printed(shown)
        headers = as_attachment(f"Протокол, {shown.begins:%Y-%m-%d}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)

    @post("/answer")
    async def answer(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """A municipality accepts, declines, or names who comes instead; a form without fields has its answer
        in the address."""
        form = await visit.sent()
        word = form.of("answer") or visit.query.get("answer", "")
        code = form.of("municipality") or visit.query.get("municipality", "")
        async with visit.refusing():
            reply = Reply(id_, replied_of(form, word, code), code)
            await answer_invitation(visit.pool, entrance, visit.who, reply, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="answered")
        blame_answer(form, code)
        return await meeting_page(visit, id_)

    @post("/figures")
    async def figures(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The figures of now stand with an item from then on."""
        form = await visit.sent()
        async with visit.refusing():
            item = uuid_of(form.of("item")) or UUID(int=0)
            await ask_figures(visit.pool, visit.who, id_, item, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="figures")
        return await meeting_page(visit, id_)


def answers_of(found: Sequence[Invitation]) -> dict[str, Any]:
    """Who has answered what, and how many of each."""
    deserted = [each for each in found if each.is_deserted]
    counts = {
        word: sum(each.answer is word and not each.is_deserted for each in found) for word in invited.Answer
    }
    words = {"words": invited.ANSWERS, "nobody": invited.DESERTED}
    return {"invitations": found, "counts": counts, "deserted": len(deserted), **words}


async def meeting_page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    """The page of a meeting, as the viewer may see it."""
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_, visit.now)
        # Whoever sees all of it as the SMO may be invited besides.
        own = set(await invited_places(db, visit.who))
        codes = [code for code in shown.meeting.municipalities if code in own]
        found = await places.find(db, [(Scope.MUNICIPALITY, code) for code in codes], None)
    answering = {place.of for place in found.values() if may(visit.who, Deed.ANSWER_SMO, place)}
    return await visit.page(
        "meetings/meeting.html",
        shown=shown,
        meeting=shown.meeting,
        smo=shown.view.smo,
        address=f"{MEETINGS}/{id_}",
        runs=may(visit.who, Deed.RUN_MEETINGS, shown.view.smo),
        oversees=shown.view.codes is None,
        answering=answering if _is_open(visit, shown) else set(),
        settles=answering,
        begun=shown.meeting.begins_at <= visit.now,
        over=shown.meeting.ends_at <= visit.now,
        zone=shown.frame.campaign.time_zone,
        formats=FORMATS,
        states=STATES,
        presences=invited.PRESENCES,
        agreement_states=agreed.STATES,
        region_day=shown.frame.today,
        done=visit.query.get("done", ""),
        called=number_of(visit.query.get("meetings", "")) or 1,
        **answers_of(shown.invitations),
    )


def _is_open(visit: Visit[Staff], shown: Shown) -> bool:
    """Whether answers are taken."""
    meeting = shown.meeting
    return meeting.state is MeetingState.PLANNED and meeting.begins_at > visit.now
