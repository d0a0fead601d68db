"""Add a file to a draft or to an open initiative."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Refused
from services.chassis.process.files import Files
from services.chassis.process.turns import Turns
from services.directory.region import Picture
from services.intake.attachments.domain.attachments import (
    Attachment,
    AttachmentState,
    Content,
    Holder,
    check_room,
    key_of,
)
from services.intake.attachments.reading import AttachmentReader
from services.intake.attachments.store import attachments
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.store import authorship, course, drafts
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was sent, to which draft or initiative."""

    to: UUID
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is kept."""

    id: UUID
    name: str
    media_type: str
    size: int
    state: AttachmentState
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Uploads:
    """What adding a file needs. `state`: how far a new one is: there may be a scanner."""

    pool: Pool
    files: Files
    reader: AttachmentReader
    turns: Turns
    state: AttachmentState


Hold: TypeAlias = Callable[[Db], Awaitable[Holder]]
"""Locks the draft or the initiative, if the author may add to it."""


async def attach_to_draft(uploads: Uploads, who: Author, given: Given, at: Moment) -> Attached:
    """It goes with the draft, also when that is submitted.

    Raises NotFound for a foreign draft and one that is gone, Conflict for one too many, Invalid for a file
    that is not taken, Unavailable if it cannot be kept now.
    """

    async def hold(db: Db) -> Holder:
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        await drafts.lock(db, who, given.to)
        return drafts.holder_of(who, given.to)

    async def count(db: Db) -> None:
        await drafts.count_files(db, who, given.to, 1, at.now)

    return await _attach(uploads, given, at, hold, count)


async def attach_to_initiative(
    uploads: Uploads, picture: Picture, who: Author, given: Given, at: Moment
) -> Attached:
    """Those see it from now on who see the initiative.

    Raises NotFound for a foreign one, Forbidden for a co-author's, Conflict outside the days, for one that is
    closed and for one file too many, Invalid for a file that is not taken, Unavailable.
    """

    async def hold(db: Db) -> Holder:
        return await hold_open(db, picture, who, given.to, at.now)

    return await _attach(uploads, given, at, hold)


async def hold_open(db: Db, picture: Picture, who: Author, initiative_id: UUID, now: datetime) -> Holder:
    """Lock an initiative whose files its author may change. Raises NotFound, Forbidden for a co-author's,
    Conflict outside the days, if it is closed and while that may still be taken back."""
    await tenancy.see(db, who.municipality)
    await participants.hold(db, who)
    initiative = await authorship.lock(db, who, initiative_id)
    campaign = picture.campaign(initiative.campaign)
    check_days(campaign, now, campaign.close_until)
    await course.check_open(db, initiative, now, "attachments-closed")
    return Holder(initiative.municipality, initiative.id)


async def _attach(
    uploads: Uploads,
    given: Given,
    at: Moment,
    hold: Hold,
    count: Callable[[Db], Awaitable[None]] | None = None,
) -> Attached:
    id_ = uuid_utils.compat.uuid7()
    key = key_of(id_)
    # What nobody may add is not looked into, and no file is written that the worker does not know of.
    async with uploads.pool.acquire() as db, db.transaction():
        if (earlier := await _earlier(db, at)) is not None:
            return earlier
        check_room(await attachments.of(db, await hold(db)), 0)
        await attachments.announce(db, key)
    content = await uploads.reader.read(given.name, given.body)
    await uploads.files.write(key, content.body)
    async with uploads.pool.acquire() as db, db.transaction():
        if attached := await idempotency.earlier(db, at, Attached):
            return attached
        holder = await hold(db)
        check_room(await attachments.of(db, holder), len(content.body))
        attachment = _attachment(holder, id_, content, uploads.state, at.now)
        await attachments.add(db, holder, attachment)
        if count is not None:
            await count(db)
        attached = Attached(id_, content.name, content.media_type, attachment.size, uploads.state, at.now)
        return await idempotency.keep(db, at, attached)


async def _earlier(db: Db, at: Moment) -> Attached | None:
    known = await idempotency.earlier_many(db, [at.repeat], Attached) if at.repeat else {}
    found = next(iter(known.values()), None)
    if isinstance(found, Refused):
        raise found
    return found


def _attachment(
    holder: Holder, id_: UUID, content: Content, state: AttachmentState, now: datetime
) -> Attachment:
    return Attachment(
        municipality=holder.municipality,
        id=id_,
        name=content.name,
        media_type=content.media_type,
        size=len(content.body),
        key=key_of(id_),
        state=state,
        added_at=now,
    )
