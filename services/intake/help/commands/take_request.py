"""Take a request: somebody of its line helps from now on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from contracts.help import HelpTaken
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict
from services.directory import staff
from services.directory.grants import Staff
from services.directory.initials import signed
from services.directory.subordination import Subordination
from services.intake.core.domain import HELP_TAKEN
from services.intake.core.store import audit
from services.intake.help.commands.helping import Moved, of_line, step
from services.intake.help.domain.line import RANKS
from services.intake.help.domain.requests import Holder, Request
from services.intake.help.reading import line_of
from services.intake.help.store import requests


@dataclass(frozen=True, slots=True)
class Taking:
    """Which one."""

    request: UUID


async def take_request(pool: Pool, known: Subordination, by: Staff, given: Taking, at: Moment) -> Moved:
    """From a colleague who helps already only a higher level takes it over, and anybody of the line from who
    is none of it any more.

    Raises NotFound for one of another line, Conflict for one that has ended or somebody else has.
    """
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen, level = await of_line(db, known, by, given.request, at.now)
        request = await requests.lock(db, seen)
        await _check_free(db, known, request, by, level, at.now)
        taken = request.take(Holder(by.account, by.name, level), at.now)
        if taken is not request:
            await step(db, known.picture, taken, HelpTaken, at.now)
            await audit.note(db, taken.municipality, by, at.now, HELP_TAKEN, taken.id)
        return await idempotency.keep(db, at, Moved(taken.id, taken.status))


async def _check_free(
    db: Db, known: Subordination, request: Request, by: Staff, level: Level, now: datetime
) -> None:
    holder = request.holder
    if not request.is_open or holder is None or holder.account == by.account:
        return
    theirs = line_of(known, request, now).level_of(await staff.grants_of(db, holder.account, now))
    if theirs and RANKS[level] >= RANKS[theirs]:
        raise Conflict("help-taken", name=signed(holder.name))
