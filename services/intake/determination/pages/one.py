"""Pages: one initiative as those see it who decide on it."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from services.chassis.errors import Conflict
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.attachments.showing import download
from services.intake.core.office import OFFICE
from services.intake.determination import case, queue
from services.intake.determination.commands.decide import decide
from services.intake.determination.pages.deciding import decision_of, fields_of, kind_of
from services.intake.determination.queue import HERE
from services.intake.determination.reading.listing import Looking
from services.intake.determination.showing import KINDS
from services.intake.initiatives.commands.attach_file import Uploads


class InitiativeOfStaffPages(Controller):
    """Its text, its history, what may be decided. Nothing of its author."""

    path = f"{HERE}/{{initiative_id:uuid}}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        initiative_id: FromPath[UUID],
    ) -> Response[str]:
        """Beside the list that one has come from."""
        return await _one(visit, known, initiative_id)

    @get("/files/{file_id:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        uploads: NamedDependency[Uploads],
        initiative_id: FromPath[UUID],
        file_id: FromPath[UUID],
    ) -> Stream:
        """A file that its author has added, to be saved."""
        looking = Looking.of(known, visit.who, visit.now)
        found = await case.file_of(visit.pool, looking, initiative_id, file_id)
        return await download(uploads.files, found)

    @post("/decisions")
    async def decide(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        initiative_id: FromPath[UUID],
    ) -> Answer:
        """It is decided on; for ten minutes that can be taken back."""
        form = await visit.sent()
        async with visit.refusing():
            kind = kind_of(form.of("decision"))
            given = await decision_of(visit, form, kind)
            moment = await visit.moment()
            (item,) = (await decide(visit.pool, known, visit.who, [initiative_id], given, moment)).items
            if item.refusal:
                raise Conflict(item.refusal)
            address = f"{HERE}/{initiative_id}{queue.carried(visit.query)}"
            return visit.go(address, done=kind.value)
        return await _one(visit, known, initiative_id)


async def _one(visit: Visit[Staff], known: Subordination, initiative_id: UUID) -> Response[str]:
    looking, query = Looking.of(known, visit.who, visit.now), queue.carried(visit.query)
    found = await case.read(visit.pool, looking, visit.who, initiative_id, query)
    beside = await queue.read(visit.pool, looking, visit.query)
    asked = visit.form.of("decision") or visit.query.get("decide", "")
    kinds = {kind.value: KINDS[kind] for kind in found.offered}
    return await visit.page(
        "determination/one.html",
        case=found,
        queue=beside,
        query=query,
        kinds=kinds,
        deciding=asked if asked in kinds else "",
        done=visit.query.get("done", ""),
        address=f"{HERE}/{initiative_id}",
        **fields_of(looking),
    )
