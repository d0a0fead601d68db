"""Requests for help, and the directory by which their authors find them wherever they were asked."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from contracts.appointments import Level
from contracts.help import HelpStatus, HelpSubject
from services.chassis.db import queries, tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.core.authority import THIRD_LEVEL
from services.intake.core.domain import Author
from services.intake.help.domain.requests import Executor, Holder, Request
from services.intake.initiatives.domain import OPEN, UNDONE_WITHIN

sql = queries.load(__package__, "requests.sql")


class Ended(NamedTuple):
    """How many of an organization's requests ended with help, and for how many the author said thank you."""

    municipality: str
    organization: UUID | None
    done: int
    thanked: int


class NamedInitiative(NamedTuple):
    """An initiative, in which municipality it is, and its author; nobody: a body, or who was erased."""

    id: UUID
    municipality: str
    participant_id: UUID | None


async def add(db: Db, request: Request) -> bool:
    """Whether it is stored: not where one for the same draft or initiative has not ended."""
    r = request
    what = (r.municipality, r.id, r.campaign, r.participant_id, r.subject_kind, r.subject_id)
    asked = (r.organization, r.direction, r.text, r.requested_at, r.requested_by, r.inquiry, r.due_at)
    if not await db.fetchval(sql.add, *what, *asked, *_changing(r)):
        return False
    await db.execute(sql.enter_directory, r.id, r.municipality, r.participant_id)
    return True


async def save(db: Db, request: Request) -> None:
    """Store what has changed of a request."""
    await db.execute(sql.save, request.municipality, request.id, *_changing(request))


async def own(db: Db, who: Author, id_: UUID) -> Request:
    """An author's request, wherever it was asked; the transaction sees its municipality. Raises NotFound."""
    tenant = await db.fetchval(sql.find, id_, who.participant_id)
    if tenant is None:
        raise NotFound("help-unknown")
    await tenancy.see(db, who.municipality, tenant)
    return await one_of(db, [tenant], id_)


async def one_of(db: Db, places: Collection[str], id_: UUID) -> Request:
    """A request of one of these municipalities. Raises NotFound."""
    row = await db.fetchrow(sql.one_of, list(places), id_)
    if row is None:
        raise NotFound("help-unknown")
    return _request(row)


async def lock(db: Db, request: Request) -> Request:
    """The same, locked, as it is now. Raises NotFound."""
    row = await db.fetchrow(sql.lock, request.municipality, request.id)
    if row is None:
        raise NotFound("help-unknown")
    return _request(row)


async def last_of(db: Db, who: Author, subject: UUID) -> Request | None:
    """An author's last request for a draft or an initiative; the transaction sees its municipality."""
    places = await _places(db, who)
    row = await db.fetchrow(sql.last_of, places, who.participant_id, subject)
    return _request(row) if row else None


async def of_participant(db: Db, who: Author) -> list[Request]:
    """Everything that a participant has asked, the latest first; the transaction sees where."""
    places = await _places(db, who)
    return [_request(row) for row in await db.fetch(sql.of_participant, places, who.participant_id)]


async def _places(db: Db, who: Author) -> list[str]:
    rows = await db.fetch(sql.places_of, who.participant_id)
    places = [row["tenant"] for row in rows]
    await tenancy.see(db, who.municipality, *places)
    return places


async def open_in(db: Db, places: Collection[str], campaign: str, limit: int) -> list[Request]:
    """What has not ended in these municipalities, the oldest first."""
    return [_request(row) for row in await db.fetch(sql.open_in, list(places), campaign, limit)]


async def ended_in(db: Db, places: Collection[str], campaign: str, limit: int) -> list[Request]:
    """What has ended there, the latest first."""
    return [_request(row) for row in await db.fetch(sql.ended_in, list(places), campaign, limit)]


async def ended_counts(db: Db, places: Collection[str], campaign: str) -> list[Ended]:
    """How much has ended there, by organization."""
    return [Ended(*row) for row in await db.fetch(sql.ended_counts, list(places), campaign)]


async def coordinated(db: Db, organizations: Collection[UUID | None], at: datetime) -> set[UUID]:
    """Which of these organizations have a coordinator or a stand-in."""
    asked = [str(each) for each in organizations if each]
    rows = await db.fetch(sql.coordinated, list(THIRD_LEVEL), asked, at)
    return {UUID(row["scope_of"]) for row in rows}


async def initiative_named(
    db: Db, places: Collection[str], campaign: str, number: int | None, id_: UUID | None
) -> NamedInitiative | None:
    """An initiative of these municipalities by the number that people know, or by its id."""
    row = await db.fetchrow(sql.initiative_named, list(places), campaign, number, id_)
    return NamedInitiative(*row) if row else None


async def left_over(db: Db, now: datetime, limit: int) -> list[tuple[str, UUID]]:
    """What has not ended although its draft or initiative is not open there any more: municipality and id.
    Needs to see every municipality."""
    rows = await db.fetch(sql.left_over, list(OPEN), limit, now - UNDONE_WITHIN)
    return [(row["municipality"], row["id"]) for row in rows]


async def has_submitted(db: Db, request: Request) -> bool:
    """Whether its author has submitted an initiative there since somebody took it."""
    asked = (request.municipality, request.participant_id, request.taken_at)
    return bool(await db.fetchval(sql.has_submitted, *asked))


async def lock_open_of(db: Db, who: Author) -> list[Request]:
    """What has not ended of a participant's, locked, wherever it was asked; the transaction sees where."""
    places = await _places(db, who)
    return [_request(row) for row in await db.fetch(sql.open_of, places, who.participant_id)]


async def forget(db: Db, who: Author) -> None:
    """Let a participant's requests be nobody's, without texts and suggestions; they stay counted."""
    places = await _places(db, who)
    await db.execute(sql.forget, places, who.participant_id)
    await db.execute(sql.leave_directory, who.participant_id)


async def all_of(db: Db, municipalities: list[str]) -> AsyncIterator[Request]:
    """Every request of these municipalities, one after another. Needs a transaction."""
    async for row in db.cursor(sql.all_of, municipalities, prefetch=500):
        yield _request(row)


async def tenants(db: Db) -> Sequence[str]:
    """Every municipality that has requests."""
    return [row["municipality"] for row in await db.fetch(sql.tenants)]


def _changing(r: Request) -> tuple[object, ...]:
    held = (r.holder.level, r.holder.account, r.holder.name) if r.holder else (None, None, "")
    named = (r.executor.name, r.executor.email) if r.executor else (None, None)
    times = (r.taken_at, r.suggested_at, r.ended_at, r.thanked_at)
    return (r.status, *held, *times, r.had_executor, *named, r.links, r.version)


def _request(row: asyncpg.Record) -> Request:
    link = row["executor_link"]
    named = Executor(row["executor_name"], row["executor_email"], link) if row["executor_email"] else None
    return Request(
        id=row["id"],
        municipality=row["municipality"],
        campaign=row["campaign"],
        participant_id=row["participant_id"],
        subject_kind=HelpSubject(row["subject_kind"]),
        subject_id=row["subject_id"],
        organization=row["organization"],
        direction=row["direction"],
        text=row["text"],
        requested_at=row["requested_at"],
        due_at=row["due_at"],
        requested_by=row["requested_by"],
        inquiry=row["inquiry"],
        status=HelpStatus(row["status"]),
        holder=Holder(row["holder"], row["holder_name"], Level(row["level"])) if row["holder"] else None,
        executor=named,
        had_executor=row["executor"],
        links=link,
        taken_at=row["taken_at"],
        suggested_at=row["suggested_at"],
        ended_at=row["ended_at"],
        thanked_at=row["thanked_at"],
        version=row["version"],
    )
