"""Invitations to meetings: the rows of the municipalities that are invited."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.appointments import Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.meetings.domain.invitations import (
    Answer,
    Invitation,
    Invitee,
    Presence,
    Substitute,
)

sql = queries.load(__package__, "invitations.sql")


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that is still to come or being held, to which somebody of a municipality is invited."""

    id: UUID
    title: str
    begins_at: datetime
    municipality: str
    answer: Answer


async def people(db: Db, codes: Collection[str]) -> dict[str, Invitee]:
    """Who is invited for each of these municipalities; those without a responsible person and a Head lack."""
    rows = await db.fetch(sql.people, list(codes))
    return {row["municipality"]: Invitee(**{**dict(row), "role": Role(row["role"])}) for row in rows}


async def municipalities(db: Db, smo: str) -> dict[str, str]:
    """The names of an SMO's municipalities by code, in the order of the names."""
    return {row["code"]: row["name"] for row in await db.fetch(sql.municipalities, smo)}


async def save(db: Db, invitation: Invitation, answered_by: UUID | None = None) -> None:
    """Store an invitation, new or changed."""
    await save_many(db, [invitation], answered_by)


async def save_many(db: Db, found: Sequence[Invitation], answered_by: UUID | None = None) -> None:
    """Store invitations, new or changed, in one statement."""
    rows = [_row(each, answered_by) for each in found]
    if rows:
        await db.execute(sql.save_many, *map(list, zip(*rows, strict=True)))


def _row(invitation: Invitation, answered_by: UUID | None) -> tuple[object, ...]:
    who, instead = invitation.invitee, invitation.substitute
    return (
        *(who.municipality, invitation.meeting, who.account, who.name, who.email, who.role),
        *(invitation.answer, invitation.reason, instead.name, instead.email, instead.phone),
        *(answered_by, invitation.answered_at, invitation.presence, invitation.by_substitute),
    )


async def turned_over(db: Db, now: datetime) -> list[UUID]:
    """Coming meetings to which the person of now is not invited, or at another address."""
    return [row["id"] for row in await db.fetch(sql.turned_over, now)]


async def remove(db: Db, meeting: UUID, codes: Iterable[str]) -> None:
    """These are not invited any more."""
    await db.execute(sql.remove, meeting, list(codes))


async def of_meeting(db: Db, meeting: UUID, codes: Sequence[str] | None = None) -> list[Invitation]:
    """The invitations to a meeting that the transaction sees, or of some municipalities alone."""
    chosen = None if codes is None else list(codes)
    return [_invitation(row) for row in await db.fetch(sql.of_meeting, meeting, chosen)]


async def coming(db: Db, codes: Collection[str], now: datetime) -> list[Coming]:
    """What municipalities are invited to and that is still to come, the nearest first."""
    rows = await db.fetch(sql.coming, list(codes), now)
    return [Coming(**{**dict(row), "answer": Answer(row["answer"])}) for row in rows]


def _invitation(row: asyncpg.Record) -> Invitation:
    given = dict(row)
    who = {name: given.pop(name) for name in ("municipality", "account", "name", "email")}
    role = Role(str(given.pop("role")))
    instead = (given.pop("substitute"), given.pop("substitute_email"), given.pop("substitute_phone"))
    given["answer"], given["presence"] = Answer(str(row["answer"])), Presence(str(row["presence"]))
    invitee = Invitee(role=role, **who)
    return Invitation(invitee=invitee, substitute=Substitute(*map(str, instead)), **given)
