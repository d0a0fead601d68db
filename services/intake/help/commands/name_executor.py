"""Name an executor for one request, and revoke the link by which the executor helps."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from contracts.help import HelpRestated
from services.chassis import text as texts
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Invalid
from services.chassis.mail import letters
from services.chassis.mail.addresses import normalise_email
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.domain import EXECUTOR_NAMED, EXECUTOR_REVOKED
from services.intake.core.store import audit
from services.intake.help.commands.helping import ROOM, Moved, check_holder, of_line, step
from services.intake.help.digests import Links
from services.intake.help.store import requests

NAME_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Naming:
    """Who helps with one request."""

    request: UUID
    name: str
    email: str


async def name_executor(
    pool: Pool, known: Subordination, links: Links, by: Staff, given: Naming, at: Moment
) -> Moved:
    """They get a letter with a link, which opens this request until it ends; the link of whoever was named
    before opens nothing any more.

    Raises NotFound for one of another line, Forbidden for who has not taken it, Conflict, Invalid.
    """
    checks = Checks()
    name = checks.take(partial(_name, given.name))
    email = checks.take(partial(normalise_email, given.email))
    checks.settle()
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen, _ = await of_line(db, known, by, given.request, at.now)
        request = await requests.lock(db, seen)
        check_holder(request, by)
        named = request.name_executor(name, email)
        await letters.drop(db, request.id)
        await step(db, known.picture, named, HelpRestated, at.now)
        if named.executor:
            url = links.url(named, named.executor)
            place = known.picture.name_of(named.municipality)
            written = text(ROOM, "executor", url=url, municipality=place)
            await letters.write(db, Letter(email, *written, "help", named.id), at.now)
        await audit.note(db, named.municipality, by, at.now, EXECUTOR_NAMED, named.id)
        return await idempotency.keep(db, at, Moved(named.id, named.status))


async def revoke_executor(pool: Pool, known: Subordination, by: Staff, request_id: UUID, at: Moment) -> Moved:
    """The link opens nothing any more, and the address is forgotten; a repeat changes nothing.

    Raises NotFound for one of another line, Forbidden for who has not taken it, Conflict.
    """
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen, _ = await of_line(db, known, by, request_id, at.now)
        request = await requests.lock(db, seen)
        check_holder(request, by)
        revoked = request.revoke_executor()
        if revoked is not request:
            await step(db, known.picture, revoked, HelpRestated, at.now)
            await audit.note(db, revoked.municipality, by, at.now, EXECUTOR_REVOKED, revoked.id)
        return await idempotency.keep(db, at, Moved(revoked.id, revoked.status))


def _name(given: str) -> str:
    name = texts.one_line(given)
    if not name:
        raise Invalid("help-executor-nameless", field="name")
    if len(name) > NAME_LONGEST:
        raise Invalid("help-executor-name-long", field="name", limit=NAME_LONGEST, length=len(name))
    return name
