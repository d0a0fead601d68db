"""Write a summary: notes, themes, and numbers that are known to be otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import SUMMARY_WRITTEN
from services.hierarchy.core.store import audit
from services.hierarchy.reports.commands.look_at_report import content_of, lock_own
from services.hierarchy.reports.domain.figures import TypedNumber, check_declared
from services.hierarchy.reports.domain.reports import Report, Theme, check_notes, check_themes
from services.hierarchy.reports.store import reports


@dataclass(frozen=True, slots=True)
class Draft:
    """A summary as it is typed; `groups`: initiatives put together by theme."""

    id: UUID
    notes: str = ""
    groups: Sequence[Theme] = ()
    declared: Sequence[TypedNumber] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How many numbers are declared otherwise than they are counted; nothing is sent yet."""

    id: UUID
    declared: int


async def write_report(pool: Pool, by: Staff, given: Draft, at: Moment) -> Written:
    """What was sent before stays as it was sent.

    Raises NotFound, Forbidden, Conflict behind the campaign, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Written):
            return done
        view, who = await lock_own(db, by, given.id, at.now)
        after = await written(db, view.report, given)
        if after != view.report:
            await reports.save(db, after)
            await audit.note(db, after.municipality, who, at.now, SUMMARY_WRITTEN, after.subject)
        return await idempotency.keep(db, at, Written(after.id, len(after.declared)))


async def written(db: Db, report: Report, given: Draft) -> Report:
    """The summary with what was typed. Raises Invalid with everything wrong."""
    content, checks = await content_of(db, report), Checks()
    notes = checks.take(lambda: check_notes(given.notes))
    themes = checks.take(lambda: check_themes(given.groups))
    declared = checks.take(lambda: check_declared(given.declared, content.computed))
    checks.settle()
    return report.write(notes, themes, tuple(declared))
