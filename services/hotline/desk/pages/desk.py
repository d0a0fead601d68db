"""Pages: the queue of the desk, its counts as they change, and its sound."""

from dataclasses import asdict

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from services.chassis.db import tenancy
from services.chassis.web.forms import Form, from_here
from services.chassis.web.pages import YEAR
from services.chassis.web.visits import Answer as Page
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.calls.reach import answering
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.desk import queue
from services.hotline.desk.live import HEADERS, DeskLive
from services.hotline.desk.ringing import ringing
from services.hotline.lines.reach import supervised

SOUND = "sound"


class DeskPages(Controller):
    """What is open within somebody's reach, the next that is due first."""

    path = "/hotline"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def desk(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """The queue by the filters of the address."""
        found = await queue.read(visit.pool, known, visit.who, visit.query, visit.now)
        places = places_of(visit.who, Deed.WORK)
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places)
            calls = await ringing(db, known, visit.who, visit.now)
            answers = await answering(db, known, visit.who, visit.now)
            lines = await supervised(db, known, visit.who, visit.now)
        visit.form = Form(dict(found.chosen))
        return await visit.page(
            "desk/desk.html",
            queue=found,
            choices=queue.choices(known, visit.who, found),
            calls=calls,
            answers_calls=bool(answers),
            supervises=bool(lines),
            works=bool(places),
            sound=visit.request.cookies.get(SOUND) == "1",
        )

    @post("/sound")
    async def switch_sound(self, visit: NamedDependency[Visit[Staff]]) -> Page:
        """A new case and a call are heard, or not: in this browser."""
        form = await visit.sent()
        on = form.of("sound") == "1"
        return visit.go("/hotline", visit.cookie(SOUND, "1" if on else "", YEAR if on else 0))

    @get("/waiting")
    async def waiting(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """How much waits for somebody, as a part of their first page."""
        found = await queue.read(visit.pool, known, visit.who, {}, visit.now, limit=3)
        return visit.kit.pages.render(
            visit.request, "desk/waiting.html", counts=asdict(found.counts), rows=found.rows
        )


class DeskLivePages(Controller):
    """The stream of the desk."""

    path = "/hotline/live"
    include_in_schema = False

    @get(media_type="text/event-stream")
    async def live(self, visit: NamedDependency[Visit[Staff]], live: NamedDependency[DeskLive]) -> Stream:
        """Begins with what is open and who calls; each change follows as absolute values. Ends with the
        session, and with the rights with which it began."""
        frames = await live.stream(visit.request, visit.who)
        return Stream(frames, media_type="text/event-stream", headers=HEADERS)
