"""Pages: the staff meetings that somebody enters, and their papers."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import NotFound
from services.chassis.process.press import Press
from services.chassis.web.forms import Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.domain import local
from services.intake.core.office import OFFICE
from services.intake.staff_meetings import reading
from services.intake.staff_meetings.commands.begin_staff_meeting import Beginning, begin_staff_meeting
from services.intake.staff_meetings.printing import Paper, printed

ADDRESS = "/staff-meetings"


class StaffMeetingPages(Controller):
    """The list, and where the next one begins."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def listed(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """One's own, the newest first."""
        return await _list(visit, known)

    @post()
    async def begin(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Answer:
        """Another one, and on to its sign-in sheet."""
        form = await visit.sent()
        async with visit.refusing():
            given = Beginning(uuid_of(form.of("organization")), form.of("day"))
            done = await begin_staff_meeting(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"{ADDRESS}/{done.id}/people")
        return await _list(visit, known)

    @get("/{meeting_id:uuid}/papers/{paper:str}")
    async def paper(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        papers_press: NamedDependency[Press],
        site: NamedDependency[str],
        meeting_id: FromPath[UUID],
        paper: FromPath[str],
    ) -> Response[bytes]:
        """One of its papers, to be printed."""
        held = await reading.session(visit.pool, visit.who, meeting_id)
        if paper not in (f"{each}.pdf" for each in Paper):
            raise NotFound("not-found")
        wanted = Paper(paper.removesuffix(".pdf"))
        return await printed(papers_press, known, site, held.meeting, held.people, wanted)


async def _list(visit: Visit[Staff], known: Subordination) -> Response[str]:
    found = await reading.own(visit.pool, known, visit.who)
    organizations = known.picture.organizations
    offered = [
        Option(str(each.id), each.name) for each in reading.organizations_of(visit.who, known, visit.now)
    ]
    today = local(visit.now, known.campaign).date().isoformat()
    visit.form.values.setdefault("day", today)
    if len(offered) == 1:
        visit.form.values.setdefault("organization", offered[0].code)
    return await visit.page(
        "staff_meetings/list.html",
        meetings=[
            (each, organizations[each.organization].name)
            for each in found
            if each.organization in organizations
        ],
        offered=offered,
        latest=today,
    )
