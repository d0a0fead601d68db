"""HTTP: the tables of the federal platform."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.directory.calls import at_with
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, oversight
from services.intake.core.calls import STAFF
from services.intake.federal.commands.upload_table import Tables, Upload, upload_table
from services.intake.federal.domain.imports import LARGEST_FILE, FederalImport, State
from services.intake.federal.store import imports

TOLD = 100
"""Bad rows that an answer names; the page gives all of them as a file."""

COLUMNS = TypeAdapter(dict[str, str])


class FederalTable(BaseModel):
    """A table of the federal platform."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile
    columns: str = Field(
        "",
        description="JSON: field (number, municipality, dated, status, title, own) → head of its column, "
        '{"number": "ID"}. Left out: as they were named the last time.',
    )


class BadRowOut(BaseModel):
    """Why a row was not taken."""

    line: int
    slug: str
    detail: str


class ImportState(BaseModel):
    """How far an import is. `bad_rows`: the first of those that were not taken."""

    id: UUID
    state: State
    rows: int
    done: int
    added: int
    changed: int
    same: int
    bad: int
    linked: int
    detail: str | None = Field(description="Why it failed.")
    uploaded_at: datetime
    ended_at: datetime | None
    bad_rows: list[BadRowOut]


class FederalImports(Controller):
    """Tables of the federal platform, imported beside our own list."""

    path = "/api/v1/federal/imports"
    tags = ("federal",)
    security = SIGNED_IN
    dependencies = STAFF

    @post(
        summary="Import a table",
        status_code=202,
        operation_class=Repeatable,
        request_max_body_size=LARGEST_FILE,
    )
    async def upload(
        self,
        request: AnyRequest,
        data: MultipartBody[FederalTable],
        tables: NamedDependency[Tables],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        sentences: NamedDependency[Sentences],
    ) -> ImportState:
        """202: it is kept, and imported in the background."""
        async with tables.turns.turn():
            content = await data.file.read()
            at = await at_with(request, by, data.columns.encode() + b"\n" + content)
            given = Upload(content, at_once=True, columns=_columns(data.columns))
            done = await upload_table(tables, known, by, given, at)
        return await _state(tables.pool, by, done.id, sentences)

    @get("/{import_id:uuid}", summary="See how far an import is")
    async def one(
        self,
        import_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        sentences: NamedDependency[Sentences],
    ) -> ImportState:
        """200 with the first rows that were not taken."""
        return await _state(pool, by, import_id, sentences)


def _columns(given: str) -> dict[str, str] | None:
    if not given:
        return None
    try:
        return COLUMNS.validate_json(given)
    except ValidationError:
        raise Invalid("federal-columns-unreadable", field="columns") from None


async def _state(pool: Pool, by: Staff, id_: UUID, sentences: Sentences) -> ImportState:
    over = oversight(by, Deed.IMPORT_FEDERAL)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        found = await imports.one(db, id_, over.smos)
        bad = await imports.bad(db, id_, TOLD)
    told = [
        BadRowOut(line=row.line, slug=row.why.slug, detail=sentences(row.why.slug, row.why.facts))
        for row in bad
    ]
    return _told(found, told, sentences)


def _told(found: FederalImport, bad_rows: list[BadRowOut], sentences: Sentences) -> ImportState:
    names = ("id", "state", "rows", "done", "added", "changed", "same", "bad", "linked")
    return ImportState(
        **{name: getattr(found, name) for name in names},
        detail=sentences(found.refusal, {"kind": ""}) if found.refusal else None,
        uploaded_at=found.uploaded_at,
        ended_at=found.ended_at,
        bad_rows=bad_rows,
    )
