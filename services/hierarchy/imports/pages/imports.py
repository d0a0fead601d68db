"""Pages: tables uploaded as files: what one would change is previewed, then applied."""

import asyncio
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import NotFound
from services.chassis.process.turns import Turns
from services.chassis.tables.rows import Column
from services.chassis.web.forms import from_here, sent_file
from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.domain.forming import region_time
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns
from services.hierarchy.imports.commands.apply_file import Previewed, apply_file
from services.hierarchy.imports.commands.authorise_upload import authorise_upload
from services.hierarchy.imports.commands.find_changes import Preview
from services.hierarchy.imports.commands.preview_file import preview_file
from services.hierarchy.imports.commands.upload_file import Upload, upload_file
from services.hierarchy.imports.domain.files import Import, What
from services.hierarchy.imports.domain.population import COLUMNS as OF_POPULATION
from services.hierarchy.imports.pages.preview import SHOWN, shown
from services.hierarchy.territory.domain.organizations import COLUMNS, FOUNDER
from services.hierarchy.territory.store import municipalities

ADDRESS = "/cabinet/imports"
LARGEST_FILE = 20_000_000
"""Bytes; the gateway lets through as much."""


class ImportPages(Controller):
    """Tables for the region's structure."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LARGEST_FILE

    @get("/{what:str}")
    async def ask(self, visit: NamedDependency[Visit[Staff]], what: FromPath[str]) -> Response[str]:
        """Which file, with which columns."""
        return await _form(visit, _import(what, visit.query.get("of", "")))

    @post("/{what:str}")
    async def upload(
        self,
        visit: NamedDependency[Visit[Staff]],
        what: FromPath[str],
        reader: NamedDependency[FileReader],
        uploads: NamedDependency[Turns],
    ) -> Answer:
        """The file is there to be previewed."""
        given = _import(what, (await visit.sent()).of("of"))
        async with visit.refusing(), uploads.turn():
            upload = Upload(given, await sent_file(visit.request, "file"))
            id_ = await upload_file(visit.pool, reader, visit.who, upload, visit.now)
            return visit.go(f"{ADDRESS}/{what}/{id_}")
        return await _form(visit, given)

    @get("/{what:str}/{id_:uuid}")
    async def preview(
        self, visit: NamedDependency[Visit[Staff]], what: FromPath[str], id_: FromPath[UUID]
    ) -> Response[str] | Response[bytes]:
        """What it would change, or everything that is wrong with it (`format=csv` or `xlsx`: as a file)."""
        return await _preview(visit, what, id_)

    @post("/{what:str}/{id_:uuid}")
    async def apply(
        self, visit: NamedDependency[Visit[Staff]], what: FromPath[str], id_: FromPath[UUID]
    ) -> Answer | Response[bytes]:
        """It is applied, and back to where the list is."""
        form = await visit.sent()
        async with visit.refusing():
            previewed = Previewed(id_, form.of("digest"))
            applied = await apply_file(visit.pool, visit.who, previewed, await visit.moment())
            counts = {"added": applied.added, "changed": applied.changed}
            return visit.go(_back(applied.given), **counts, done=applied.what)
        return await _preview(visit, what, id_)


def _import(what: str, of: str) -> Import:
    try:
        return Import(What(what), of.strip())
    except ValueError:
        raise NotFound("import-unknown") from None


def _back(given: Import) -> str:
    return f"/cabinet/municipalities/{given.of}/organizations" if given.founder else "/cabinet/structure"


def _columns(given: Import) -> tuple[Column, ...]:
    """The columns that a table is to have; the classifier is read as it is published."""
    if given.what is What.ORGANIZATIONS:
        return tuple(column for column in COLUMNS if column is not FOUNDER or not given.founder)
    return OF_POPULATION if given.what is What.POPULATION else ()


async def _form(visit: Visit[Staff], given: Import) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        _, founder = await authorise_upload(db, visit.who, given)
    return await visit.page(
        "imports/upload.html",
        what=given.what.value,
        of=given.of,
        founder=founder,
        columns=_columns(given),
        back=_back(given),
    )


async def _preview(visit: Visit[Staff], what: str, id_: UUID) -> Response[str] | Response[bytes]:
    preview, address = await preview_file(visit.pool, visit.who, id_), f"{ADDRESS}/{what}/{id_}"
    again = f"{ADDRESS}/{what}?{urlencode({'of': preview.given.of})}"
    if preview.bad:
        return await _refused(visit, preview, address, again)
    async with visit.pool.acquire() as db:
        names = {code: m.name for code, m in (await municipalities.all_by_code(db)).items()}
    return await visit.page(
        "imports/preview.html",
        what=what,
        address=address,
        again=again,
        shown=await asyncio.to_thread(shown, preview, names),
        digest=preview.digest,
    )


async def _refused(
    visit: Visit[Staff], preview: Preview, address: str, again: str
) -> Response[str] | Response[bytes]:
    sentences = visit.kit.sentences
    bad = [(row.line, sentences(row.why.slug, row.why.facts)) for row in preview.bad]
    if ending := ending_of(visit.query):
        async with visit.pool.acquire() as db:
            as_of = region_time(await campaigns.now_open(db), visit.now)
        return await download("Ошибки в файле", ending, ("Строка", "Что не так"), bad, as_of)
    return await visit.page(
        "imports/refused.html", bad=bad[:SHOWN], all_bad=len(bad), files=files(address), again=again
    )
