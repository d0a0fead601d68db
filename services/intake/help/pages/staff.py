"""Pages: requests for help of somebody's line, one of them, and one asked in an author's place."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Forbidden, NotFound
from services.chassis.text import serial_number
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.authority import RIGHTS, Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.help.commands.ask_for_help import AskingFor, ask_for_author
from services.intake.help.commands.name_executor import Naming, name_executor, revoke_executor
from services.intake.help.commands.settle_request import finish_for_author
from services.intake.help.commands.suggest_wording import Suggesting, suggest_wording
from services.intake.help.commands.take_request import Taking, take_request
from services.intake.help.digests import Links
from services.intake.help.domain.requests import TEXT_LONGEST
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import help_of_line, listing
from services.intake.help.showing import STATUSES, SUBJECTS, clock, holder_of, row
from services.intake.participants.digests import Stops

HERE = "/help"

PARTS = 3
"""Requests in a part of another page."""


class HelpPages(Controller):
    """«Помощь»."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def list_(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What waits for the viewer, for others, and what has ended lately."""
        try:
            found = await listing(visit.pool, known, visit.who, visit.now)
        except NotFound:
            return await visit.page("help/closed.html")
        return await visit.page(
            "help/list.html",
            mine=[row(known, each, visit.now) for each in found.for_me],
            others=[row(known, each, visit.now) for each in found.others],
            ended=[row(known, each, visit.now) for each in found.ended],
            counts=found.counts,
            helps=bool(places_of(visit.who, Deed.HELP)),
            asks=bool(places_of(visit.who, Deed.ASK_HELP)),
            asked="asked" in visit.query,
        )

    @get("/waiting")
    async def waiting(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What waits for the viewer, as a part of their first page; nothing between campaigns."""
        try:
            found = (await listing(visit.pool, known, visit.who, visit.now)).for_me
        except NotFound:
            found = []
        rows = [row(known, each, visit.now) for each in found[:PARTS]]
        values: dict[str, Any] = {"rows": rows, "count": len(found), "zone": known.zone}
        return visit.kit.pages.render(visit.request, "help/waiting.html", **values)

    @get("/new")
    async def ask(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The form; of an initiative and an inquiry of the hotline's, if the address names them."""
        for name in ("initiative", "inquiry"):
            visit.form.values[name] = str(uuid_of(visit.query.get(name, "")) or "")
        return await _asking(visit)

    @post("/new")
    async def asked(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Answer:
        """On to the request, or for who does not help themselves to a page that says that others will."""
        form = await visit.sent()
        async with visit.refusing():
            given = AskingFor(
                serial_number(form.of("number")),
                uuid_of(form.of("initiative")),
                form.of("text"),
                uuid_of(form.of("inquiry")),
            )
            asked = await ask_for_author(visit.pool, known, visit.who, given, await visit.moment())
            try:
                await help_of_line(visit.pool, known, visit.who, asked.id, visit.now)
            except NotFound:
                return visit.go(HERE, asked=1)
            return visit.go(f"{HERE}/{asked.id}", done="asked")
        return await _asking(visit)

    @get("/{request_id:uuid}")
    async def one(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        request_id: FromPath[UUID],
    ) -> Response[str]:
        """What is hard, the text, and what was suggested. Nothing of its author."""
        return await _one(visit, known, request_id)

    @post("/{request_id:uuid}/taking")
    async def take(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        request_id: FromPath[UUID],
    ) -> Answer:
        """It is the viewer's from now on."""
        await visit.sent()
        async with visit.refusing():
            await take_request(visit.pool, known, visit.who, Taking(request_id), await visit.moment())
            return visit.go(f"{HERE}/{request_id}", done="taken")
        return await _one(visit, known, request_id)

    @post("/{request_id:uuid}/suggestions")
    async def suggest(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        request_id: FromPath[UUID],
        stops: NamedDependency[Stops],
    ) -> Answer:
        """The author is to answer."""
        form = await visit.sent()
        async with visit.refusing():
            suggested = Suggested(form.of("title"), form.of("text"), form.of("note"))
            given = Suggesting(request_id, suggested)
            await suggest_wording(visit.pool, known, stops, visit.who, given, await visit.moment())
            return visit.go(f"{HERE}/{request_id}", done="suggested")
        return await _one(visit, known, request_id)

    @post("/{request_id:uuid}/executor")
    async def executor(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        request_id: FromPath[UUID],
        links: NamedDependency[Links],
    ) -> Answer:
        """Another is named, or nobody any more."""
        form = await visit.sent()
        async with visit.refusing():
            at = await visit.moment()
            if form.of("revoke"):
                await revoke_executor(visit.pool, known, visit.who, request_id, at)
                return visit.go(f"{HERE}/{request_id}", done="revoked")
            given = Naming(request_id, form.of("name"), form.of("email"))
            await name_executor(visit.pool, known, links, visit.who, given, at)
            return visit.go(f"{HERE}/{request_id}", done="named")
        return await _one(visit, known, request_id)

    @post("/{request_id:uuid}/completion")
    async def finish(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        request_id: FromPath[UUID],
        stops: NamedDependency[Stops],
    ) -> Answer:
        """The author was helped otherwise."""
        await visit.sent()
        async with visit.refusing():
            at = await visit.moment()
            await finish_for_author(visit.pool, known, stops, visit.who, request_id, at)
            return visit.go(f"{HERE}/{request_id}", done="finished")
        return await _one(visit, known, request_id)


async def _asking(visit: Visit[Staff]) -> Response[str]:
    if not places_of(visit.who, Deed.ASK_HELP):
        raise Forbidden(RIGHTS[Deed.ASK_HELP][1])
    return await visit.page("help/new.html", longest=TEXT_LONGEST)


async def _one(visit: Visit[Staff], known: Subordination, request_id: UUID) -> Response[str]:
    found = await help_of_line(visit.pool, known, visit.who, request_id, visit.now)
    helped = found.helped
    request, subject = helped.request, helped.subject
    if subject and "title" not in visit.form.values:
        latest = helped.waiting or subject.wording
        visit.form.values |= {"title": latest.title, "text": latest.text}
    organization = known.picture.organizations.get(request.organization) if request.organization else None
    return await visit.page(
        "help/one.html",
        helped=helped,
        mine=found.mine,
        written_to=found.written_to,
        what=SUBJECTS[request.subject_kind],
        state=STATUSES[request.status],
        clock=clock(known, request, visit.now),
        holder=holder_of(request),
        place=known.picture.name_of(request.municipality),
        organization=organization.name if organization else "",
        limits=known.picture.campaign(request.campaign).limits,
        longest=TEXT_LONGEST,
        done=visit.query.get("done", ""),
    )
