"""HTTP: initiatives that the staff enter for people, and the people whom they find."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.problems import Sentences
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.commands.enter_initiatives import enter_initiatives
from services.intake.assisted.commands.find_people import find_people
from services.intake.assisted.commands.merge_participants import Merged, Merging, merge_participants
from services.intake.assisted.domain import (
    AUTHORS_MOST,
    Alike,
    Consent,
    ConsentKind,
    Entering,
    Found,
    Known,
    NewPerson,
    Row,
    RowResult,
)
from services.intake.core.calls import STAFF
from services.intake.participants.digests import Pepper


class ConsentIn(BaseModel):
    """How and when a person has consented, and the paper's number, if there is a paper."""

    kind: ConsentKind
    day: date
    number: str = ""


class AuthorIn(BaseModel):
    """Somebody registered, by id; or a person by name, with their consent."""

    participant: UUID | None = None
    name: str = ""
    email: str | None = None
    position: str = ""
    consent: ConsentIn | None = None
    new: bool = Field(default=False, description="Somebody else than whoever has the same name.")
    key: UUID | None = Field(None, description="The same person in several rows of this request.")


class RowIn(BaseModel):
    """An initiative; the first author is the author, the others are co-authors."""

    key: UUID | None = Field(None, description="By what the sender knows it: it is stored once.")
    authors: list[AuthorIn] = Field(max_length=AUTHORS_MOST * 10)
    direction: str
    form: str
    title: str
    text: str


class EnteringIn(BaseModel):
    """What is entered in one go, for people of an organization or of none."""

    municipality: str
    organization: UUID | None = None
    session: UUID | None = Field(None, description="The staff meeting in which it was collected.")
    rows: list[RowIn]


class Wrong(BaseModel):
    """What is wrong with a row."""

    field: str
    slug: str
    detail: str


class RowOut(BaseModel):
    """What became of a row."""

    row: int
    key: UUID
    id: UUID | None
    number: int | None
    errors: list[Wrong]
    alike: list[Alike]
    authors: list[UUID]


class EnteredOut(BaseModel):
    """What became of every row, in order."""

    rows: list[RowOut]


class FoundPeople(BaseModel):
    """Those who were found; at most ten."""

    items: list[Found]


class Into(BaseModel):
    """Who a participant turned out to be."""

    into: UUID


class Assisted(Controller):
    """What the staff enter for people."""

    path = "/api/v1/assisted"
    tags = ("assisted",)
    dependencies = STAFF
    request_max_body_size = 4_000_000

    @post(
        summary="Enter initiatives for people: each row is stored or comes back with what is wrong",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def enter(
        self,
        data: JSONBody[EnteringIn],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        sentences: NamedDependency[Sentences],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Response[EnteredOut]:
        """201 if every row is stored, 200 if some came back; a row with somebody alike is entered again by
        their id, or as `new`."""
        rows = tuple(map(_row, data.rows))
        given = Entering(data.municipality, data.organization, data.session, rows)
        done = await enter_initiatives(pool, known, pepper, by, given, at)
        every = all(row.id for row in done.rows)
        told = EnteredOut(rows=[_told(sentences, row) for row in done.rows])
        return Response(told, status_code=201 if every else 200)


class Finding(Controller):
    """The participants, for the staff within their rights: found and merged. Composed with registering,
    whose path it is."""

    @get(
        summary="Find participants by name, or by their whole address",
        dependencies=STAFF,
        security=SIGNED_IN,
    )
    async def find(
        self,
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        municipality: Annotated[str, QueryParameter()],
        q: Annotated[str, QueryParameter()] = "",
    ) -> FoundPeople:
        """By whole words of the name, in any order; addresses are masked. Who was shown is noted."""
        return FoundPeople(items=await find_people(pool, known, pepper, by, municipality, q, at.now))

    @post(
        "/{participant_id:uuid}/merge",
        summary="Merge a participant into another who they are",
        status_code=200,
        operation_class=Repeatable,
        dependencies=STAFF,
        security=SIGNED_IN,
    )
    async def merge(
        self,
        participant_id: FromPath[UUID],
        data: JSONBody[Into],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Merged:
        """200; everything is the other's from now on, and one of them counts. Who signs in stays."""
        given = Merging(participant_id, data.into)
        return await merge_participants(pool, known, pepper, by, given, at)


def _row(given: RowIn) -> Row:
    authors = tuple(map(_author, given.authors))
    return Row(given.key or uuid4(), authors, given.direction, given.form, given.title, given.text)


def _author(given: AuthorIn) -> NewPerson | Known:
    if given.participant is not None:
        return Known(given.participant)
    consent = Consent(given.consent.kind, given.consent.day, given.consent.number) if given.consent else None
    return NewPerson(given.name, given.email or None, given.position, consent, given.new, given.key)


def _told(sentences: Sentences, row: RowResult) -> RowOut:
    return RowOut(
        row=row.row,
        key=row.key,
        id=row.id,
        number=row.number,
        errors=[Wrong(field=e.field, slug=e.slug, detail=sentences(e.slug, e.facts)) for e in row.errors],
        alike=list(row.alike),
        authors=list(row.authors),
    )
