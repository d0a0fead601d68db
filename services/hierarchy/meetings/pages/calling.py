"""Pages: an SMO calls a meeting, changes it, or cancels it."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import MultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import MEETINGS
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.meetings.commands.call_meeting import Call, call_meeting, smo_of
from services.hierarchy.meetings.commands.cancel_meeting import Cancellation, cancel_meeting
from services.hierarchy.meetings.commands.change_meeting import Change, change_meeting
from services.hierarchy.meetings.commands.look_at_meeting import View, look_at_meeting
from services.hierarchy.meetings.domain.invitations import Invitee
from services.hierarchy.meetings.domain.planning import Weekly
from services.hierarchy.meetings.pages.forms import empty, filled, typed_of
from services.hierarchy.meetings.showing import show
from services.hierarchy.meetings.store import invitations


class CallingPages(Controller):
    """How a meeting is called, changed and cancelled."""

    path = MEETINGS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def new(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """A new meeting; `municipality` in the address, once or more often, or `list` with several, divided
        by commas, says of whom."""
        return await _new(visit)

    @post("/new")
    async def call(self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]) -> Answer:
        """It is called, and everybody who is invited is written to."""
        form = await visit.sent()
        async with visit.refusing():
            weekly = Weekly(form.of("times"), form.of("until"))
            call = Call(typed_of(form), weekly, form.of("smo"))
            called = await call_meeting(visit.pool, entrance, visit.who, call, await visit.moment())
            return visit.go(f"{MEETINGS}/{called.id}", done="called", meetings=len(called.ids))
        return await _new(visit)

    @get("/{id_:uuid}/changes")
    async def changes(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The meeting as it stands, to be changed."""
        return await _changes(visit, id_)

    @post("/{id_:uuid}/changes")
    async def change(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """It is changed, and whom it concerns is written to."""
        form = await visit.sent()
        async with visit.refusing():
            seen, following = number_of(form.of("seen")) or 0, bool(form.of("following"))
            given = Change(id_, typed_of(form), seen, following)
            changed = await change_meeting(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="changed" if changed.changed else "unchanged")
        return await _changes(visit, id_)

    @get("/{id_:uuid}/cancellation")
    async def cancellation(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Whether it shall not take place, and why."""
        return await _cancellation(visit, id_)

    @post("/{id_:uuid}/cancellation")
    async def cancel(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """It does not take place, and everybody is written to."""
        form = await visit.sent()
        async with visit.refusing():
            given = Cancellation(id_, form.of("reason"), bool(form.of("following")))
            await cancel_meeting(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="cancelled")
        return await _cancellation(visit, id_)


async def _new(visit: Visit[Staff]) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        smo = await smo_of(db, visit.who, visit.query.get("smo", "") or visit.form.of("smo"))
        authority(visit.who, Deed.RUN_MEETINGS, smo)
        own, people = await _people(db, smo.of)
    if visit.request.method == "GET":
        asked = _asked(visit.request.query_params)
        chosen = [code for code in own if code in people and (not asked or code in asked)]
        visit.form.values = empty(chosen)
    return await visit.page(
        "meetings/plan.html",
        smo=smo,
        own=own,
        people=people,
        meeting=None,
        action=f"{MEETINGS}/new",
    )


def _asked(query: MultiDict[str]) -> set[str]:
    """The codes that an address names."""
    several = (code for each in query.getall("list", []) for code in each.split(","))
    return {*query.getall("municipality", []), *filter(None, several)}


async def _people(db: Db, smo: str) -> tuple[Mapping[str, str], Mapping[str, Invitee]]:
    """The SMO's municipalities, and who is invited for each."""
    own = await invitations.municipalities(db, smo)
    await tenancy.see(db, REGION, *own)
    return own, await invitations.people(db, list(own))


async def _changes(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_, visit.now)
        _check_run(visit, shown.view)
        own, people = await _people(db, shown.meeting.smo)
    if visit.request.method == "GET":
        visit.form.values = dict(filled(shown.meeting, shown.agenda, shown.frame.campaign.time_zone))
    return await visit.page(
        "meetings/plan.html",
        smo=shown.view.smo,
        own=own,
        people=people,
        meeting=shown.meeting,
        action=f"{MEETINGS}/{id_}/changes",
    )


async def _cancellation(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        view = await look_at_meeting(db, visit.who, id_)
        _check_run(visit, view)
    return await visit.page("meetings/cancellation.html", meeting=view.meeting, address=f"{MEETINGS}/{id_}")


def _check_run(visit: Visit[Staff], view: View) -> None:
    """Raises Forbidden, and Conflict for what is over; a form that was sent is shown again whatever it is."""
    authority(visit.who, Deed.RUN_MEETINGS, view.smo)
    if visit.request.method == "GET":
        view.meeting.check_planned()
