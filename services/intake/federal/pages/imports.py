"""Pages: the platform's tables, from the file to what became of each row."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.web.forms import Form, Option, from_here, sent_file
from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, oversight
from services.intake.core.domain import local
from services.intake.core.office import OFFICE
from services.intake.federal.commands.begin_import import Chosen, begin_import
from services.intake.federal.commands.upload_table import Tables, Upload, upload_table
from services.intake.federal.domain import columns as rules
from services.intake.federal.domain.imports import LARGEST_FILE, FederalImport, State
from services.intake.federal.store import imports

ADDRESS = "/federal"
LISTED, SHOWN, ALL = 30, 100, 200_000
"""Imports on the page, bad rows of one, and of one as a file."""

SAMPLES = 3
"""Values by which a column is known."""


class FederalImportPages(Controller):
    """Tables of the federal platform."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LARGEST_FILE

    @get()
    async def listed(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What was imported, and where the next table is chosen."""
        return await _list(visit)

    @post("/imports")
    async def upload(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        tables: NamedDependency[Tables],
    ) -> Answer:
        """The table is there, and its columns are to be named."""
        await visit.sent()
        async with visit.refusing(), tables.turns.turn():
            content = await sent_file(visit.request, "file")
            at = await visit.moment(content)
            done = await upload_table(tables, known, visit.who, Upload(content), at)
            return visit.go(f"{ADDRESS}/imports/{done.id}")
        return await _list(visit)

    @get("/imports/{id_:uuid}")
    async def one(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        id_: FromPath[UUID],
    ) -> Response[str] | Response[bytes]:
        """Which column is what, how far it is, or what became of it (`format=…`: its bad rows)."""
        if ending := ending_of(visit.query):
            return await _bad_rows(visit, known, id_, ending)
        return await _one(visit, id_)

    @post("/imports/{id_:uuid}")
    async def begin(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The columns are named; the worker goes on."""
        form = await visit.sent()
        async with visit.refusing():
            chosen = {field.name: form.of(field.name) for field in rules.FIELDS}
            await begin_import(visit.pool, visit.who, Chosen(id_, chosen), await visit.moment())
            return visit.go(f"{ADDRESS}/imports/{id_}")
        return await _one(visit, id_)

    @get("/imports/{id_:uuid}/progress")
    async def progress(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """How far it is, for the page that is open."""
        found, _, _ = await _found(visit, id_)
        return await visit.page("federal/progress.html", given=found, address=f"{ADDRESS}/imports/{id_}")


async def _list(visit: Visit[Staff]) -> Response[str]:
    over = oversight(visit.who, Deed.IMPORT_FEDERAL)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        found = await imports.latest(db, over.smos, LISTED)
    return await visit.page("federal/imports.html", imports=found, states=STATES)


async def _found(
    visit: Visit[Staff], id_: UUID, bad: int = 0
) -> tuple[FederalImport, Mapping[str, str], list[tuple[int, str]]]:
    over, sentences = oversight(visit.who, Deed.IMPORT_FEDERAL), visit.kit.sentences
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        found = await imports.one(db, id_, over.smos)
        kept = (await imports.template(db)).columns if found.state is State.CHOOSING else {}
        rows = await imports.bad(db, id_, bad) if bad else []
    return found, kept, [(row.line, sentences(row.why.slug, row.why.facts)) for row in rows]


async def _one(visit: Visit[Staff], id_: UUID) -> Response[str]:
    found, kept, bad = await _found(visit, id_, SHOWN)
    address = f"{ADDRESS}/imports/{id_}"
    if found.state is State.CHOOSING:
        return await _columns(visit, found, kept, address)
    refusal = visit.kit.sentences(found.refusal, {"kind": ""}) if found.refusal else ""
    shown = {"given": found, "bad": bad, "refusal": refusal, "address": address, "files": files(address)}
    return await visit.page("federal/import.html", **shown)


async def _columns(
    visit: Visit[Staff], found: FederalImport, kept: Mapping[str, str], address: str
) -> Response[str]:
    if not visit.form.values:
        visit.form = Form(rules.offered(kept, found.head))
    columns = [Option(name, name) for name in rules.choices(found.head)]
    return await visit.page(
        "federal/columns.html",
        fields=rules.FIELDS,
        columns=columns,
        samples=_samples(found),
        rows=found.rows,
        known=bool(kept),
        address=address,
    )


def _samples(found: FederalImport) -> list[tuple[str, str]]:
    """Each column with its first values, as a table may be too wide to be shown as it is."""
    rows = [cells for _, cells in found.first[1 : 1 + SAMPLES]]
    return [
        (head, "; ".join(cells[nth] for cells in rows if nth < len(cells) and cells[nth]))
        for nth, head in enumerate(found.head)
    ]


async def _bad_rows(visit: Visit[Staff], known: Subordination, id_: UUID, ending: str) -> Response[bytes]:
    _, _, bad = await _found(visit, id_, ALL)
    as_of = local(visit.now, known.campaign)
    return await download("Невнесённые строки", ending, ("Строка", "Что не так"), bad, as_of)


STATES = {
    State.CHOOSING: ("Укажите столбцы", "wait"),
    State.WAITING: ("В очереди", "wait"),
    State.STORING: ("Вносится", "info"),
    State.LINKING: ("Сверяется", "info"),
    State.DONE: ("Внесена", "good"),
    State.FAILED: ("Не прочитана", "bad"),
}
