"""Pages: the list of initiatives that somebody sees, and how many wait for them."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.errors import NotFound
from services.chassis.process.press import Press
from services.chassis.web.forms import Form
from services.chassis.web.tables import ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.determination import queue
from services.intake.determination.domain.decisions import AT_ONCE
from services.intake.determination.exporting import on_paper, table
from services.intake.determination.queue import HERE
from services.intake.determination.reading.listing import Looking
from services.intake.determination.showing import KINDS, offered_in

PARTS = 3
"""Initiatives in a part of another page."""


class ListPages(Controller):
    """What waits for a decision, and everything else that somebody sees."""

    path = HERE
    include_in_schema = False
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def list_(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str] | Response[bytes]:
        """By the filters of the address, also as a file."""
        who = visit.who
        try:
            looking = Looking.of(known, who, visit.now)
        except NotFound:
            return await visit.page("determination/closed.html")
        if ending := ending_of(visit.query):
            return await table(visit.pool, looking, visit.query, ending)
        found = await queue.read(visit.pool, looking, visit.query)
        visit.form = Form(dict(found.chosen))
        decides = bool(places_of(who, Deed.DETERMINE))
        return await visit.page(
            "determination/list.html",
            queue=found,
            choices=queue.choices(looking, found),
            kinds={kind.value: KINDS[kind] for kind in offered_in(looking.campaign)} if decides else {},
            picked=visit.query.get("picked") == "1",
            keeps=bool(places_of(who, Deed.KEEP_ISSUES)),
            audits=bool(places_of(who, Deed.READ_AUDIT)),
            files=files(HERE, **found.chosen),
            most=AT_ONCE,
        )

    @get("/meeting.pdf")
    async def on_paper(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        meeting_press: NamedDependency[Press],
    ) -> Response[bytes]:
        """The texts for a meeting, by the same filters."""
        looking = Looking.of(known, visit.who, visit.now)
        return await on_paper(visit.pool, looking, visit.query, meeting_press)

    @get("/titles")
    async def titles(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What was submitted in an organization, or in those of a working group (`group`), from one day to
        another, by titles: a part of the page of a summary. Raises NotFound."""
        rows, more = await queue.titles(visit.pool, Looking.of(known, visit.who, visit.now), visit.query)
        return visit.kit.pages.render(visit.request, "determination/titles.html", rows=rows, more=more)

    @get("/waiting")
    async def waiting(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """How much waits for somebody, as a part of their first page; nothing between campaigns."""
        who, found = visit.who, None
        try:
            looking = Looking.of(known, who, visit.now)
        except NotFound:
            pass
        else:
            found = await queue.read(visit.pool, looking, {}, PARTS)
        return visit.kit.pages.render(visit.request, "determination/waiting.html", queue=found)
