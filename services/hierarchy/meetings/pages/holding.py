"""Pages: who was at a meeting, its minutes, and what was agreed on."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import LONGEST_FORM, Form, from_here, number_of
from services.chassis.web.tables import download, ending_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import MEETINGS
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.meetings.commands.make_agreement import make_agreement
from services.hierarchy.meetings.commands.record_attendance import Present, record_attendance
from services.hierarchy.meetings.commands.write_minutes import NewMinutes, write_minutes
from services.hierarchy.meetings.domain.agreements import Agreed
from services.hierarchy.meetings.domain.invitations import ANSWERS, PRESENCES, Invitation, Presence
from services.hierarchy.meetings.pages.meetings import meeting_page
from services.hierarchy.meetings.showing import Shown, show

PRESENT = "present:"
"""Names of the fields that say how somebody was there begin like this."""

SEEN = "seen:"
"""Names of the fields that say how it was shown begin like this."""

SUBSTITUTE = "-substitute"
"""Values that stand for who was named instead end like this."""

COLUMNS = (
    *("Код", "Муниципальное образование", "Приглашён", "Роль", "Ответ", "Причина", "Замена"),
    *("Был на встрече", "Как"),
)


class HoldingPages(Controller):
    """What an SMO's operator records of a meeting."""

    path = MEETINGS + "/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/attendance")
    async def attendance(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]
    ) -> Response[str] | Response[bytes]:
        """Who was there, to be recorded; as a file (`format=csv` or `xlsx`) too."""
        if ending_of(visit.query):
            return await _file(visit, id_)
        return await _attendance(visit, id_)

    @post("/attendance")
    async def record(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It was held, and these were there."""
        form = await visit.sent()
        async with visit.refusing():
            present = [_present(form, code) for code in sorted(form.ticked(PRESENT)) if _differs(form, code)]
            await record_attendance(visit.pool, visit.who, id_, present, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="held")
        return await _attendance(visit, id_)

    @get("/minutes")
    async def minutes(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The minutes, to be written."""
        return await _minutes(visit, id_)

    @post("/minutes")
    async def write(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Another version stands."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewMinutes(id_, form.of("body"), number_of(form.of("seen")) or 0)
            written = await write_minutes(visit.pool, visit.who, given, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="written" if written.is_new else "unchanged")
        return await _minutes(visit, id_)

    @post("/agreements")
    async def agree(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """A municipality has promised something."""
        form = await visit.sent()
        async with visit.refusing():
            given = Agreed(form.of("municipality"), form.of("body"), form.of("due"))
            await make_agreement(visit.pool, visit.who, id_, given, await visit.moment())
            return visit.go(f"{MEETINGS}/{id_}", done="agreed")
        return await meeting_page(visit, id_)


def _differs(form: Form, code: str) -> bool:
    """Whether it is marked otherwise than it was shown: two who mark do not erase each other."""
    return form.of(f"{PRESENT}{code}") != form.of(f"{SEEN}{code}")


def _present(form: Form, code: str) -> Present:
    presence, instead = _split(form.of(f"{PRESENT}{code}"))
    return Present(code, presence, instead, _split(form.of(f"{SEEN}{code}")))


def _split(given: str) -> tuple[str, bool]:
    return given.removesuffix(SUBSTITUTE), given.endswith(SUBSTITUTE)


async def _run(visit: Visit[Staff], id_: UUID) -> Shown:
    """A meeting that the viewer runs and that has begun. Raises NotFound, Forbidden, Conflict."""
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_, visit.now)
    authority(visit.who, Deed.RUN_MEETINGS, shown.view.smo)
    if visit.request.method == "GET":
        shown.meeting.check_begun(visit.now)
    return shown


async def _attendance(visit: Visit[Staff], id_: UUID) -> Response[str]:
    shown = await _run(visit, id_)
    if visit.request.method == "GET":
        said = {each.municipality: _said(each) for each in shown.invitations}
        visit.form.values = {f"{name}{code}": word for code, word in said.items() for name in (PRESENT, SEEN)}
    return await visit.page(
        "meetings/attendance.html",
        meeting=shown.meeting,
        invitations=shown.invitations,
        answers=ANSWERS,
        presences=PRESENCES,
        address=f"{MEETINGS}/{id_}",
    )


def _said(invitation: Invitation) -> str:
    """What stands in the field: as it was recorded, or nothing."""
    if invitation.presence is Presence.UNKNOWN:
        return ""
    return f"{invitation.presence}{SUBSTITUTE if invitation.by_substitute else ''}"


async def _minutes(visit: Visit[Staff], id_: UUID) -> Response[str]:
    shown = await _run(visit, id_)
    latest = next(iter(shown.minutes), None)
    if visit.request.method == "GET" and latest:
        visit.form.values = {"body": latest.body, "seen": str(latest.number)}
    return await visit.page("meetings/minutes.html", meeting=shown.meeting, address=f"{MEETINGS}/{id_}")


async def _file(visit: Visit[Staff], id_: UUID) -> Response[bytes]:
    """An invitee's file holds their own municipality's row alone."""
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_, visit.now)
    rows = (
        (
            *(each.municipality, each.place, each.invitee.name, TITLES[each.invitee.role]),
            *(ANSWERS[each.answer], each.reason, each.substitute.name),
            *(each.was_there, PRESENCES[each.presence]),
        )
        for each in shown.invitations
    )
    as_of = visit.now.astimezone(shown.frame.zone)
    return await download("Участники встречи", ending_of(visit.query), COLUMNS, rows, as_of)
