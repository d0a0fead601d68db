"""Settle a request: done as its author or who helps says, cancelled by its author, thanked for."""

from collections.abc import Callable
from uuid import UUID

from contracts.help import HelpCancelled, HelpDone, HelpEvent, HelpThanked
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core.domain import HELP_FINISHED, Author
from services.intake.core.store import audit
from services.intake.help.commands.helping import (
    Moved,
    check_holder,
    of_line,
    step,
    write_to_author,
)
from services.intake.help.domain.requests import Request
from services.intake.help.store import authors, requests
from services.intake.participants.digests import Stops
from services.intake.participants.store import participants


async def finish_own(pool: Pool, picture: Picture, who: Author, request: UUID, at: Moment) -> Moved:
    """The author was helped. Raises NotFound for a foreign one, Conflict where nobody took it."""
    return await _settle(pool, picture, who, request, at, lambda one: one.finish(at.now), HelpDone)


async def cancel_own(pool: Pool, picture: Picture, who: Author, request: UUID, at: Moment) -> Moved:
    """The author wants no help any more. Raises NotFound for a foreign one, Conflict."""
    return await _settle(pool, picture, who, request, at, lambda one: one.cancel(at.now), HelpCancelled)


async def thank(pool: Pool, picture: Picture, who: Author, request: UUID, at: Moment) -> Moved:
    """The author says thank you, which counts once. Raises NotFound for a foreign one, Conflict."""
    return await _settle(pool, picture, who, request, at, lambda one: one.thank(at.now), HelpThanked)


async def finish_for_author(
    pool: Pool, known: Subordination, stops: Stops, by: Staff, request_id: UUID, at: Moment
) -> Moved:
    """Whoever has taken it has helped otherwise, by telephone; the author gets a letter that says so.

    Raises NotFound for one of another line, Forbidden for who has not taken it, Conflict.
    """
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen, _ = await of_line(db, known, by, request_id, at.now)
        address = await authors.address_of(db, seen)
        request = await requests.lock(db, seen)
        check_holder(request, by)
        done = request.finish(at.now)
        await step(db, known.picture, done, HelpDone, at.now)
        await write_to_author(db, stops, done, address, "done", at.now)
        await audit.note(db, done.municipality, by, at.now, HELP_FINISHED, done.id)
        return await idempotency.keep(db, at, Moved(done.id, done.status))


async def _settle(
    pool: Pool,
    picture: Picture,
    who: Author,
    request_id: UUID,
    at: Moment,
    change: Callable[[Request], Request],
    kind: type[HelpEvent],
) -> Moved:
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        request = await requests.lock(db, await requests.own(db, who, request_id))
        changed = change(request)
        if changed is not request:
            await step(db, picture, changed, kind, at.now)
        return await idempotency.keep(db, at, Moved(changed.id, changed.status))
