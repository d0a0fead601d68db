"""Ask metrics for a summary's figures as they are now; it answers once."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import SUMMARY_COUNTED
from services.hierarchy.core.store import audit
from services.hierarchy.reports.commands.look_at_report import lock_own
from services.hierarchy.reports.store import reports


@dataclass(frozen=True, slots=True)
class FiguresAsked:
    """The request; until it is answered the figures of before stand."""

    id: UUID
    request: UUID


async def ask_figures(pool: Pool, by: Staff, id_: UUID, at: Moment) -> FiguresAsked:
    """Raises NotFound, Forbidden, Conflict behind the campaign and for a group's, whose figures are its
    coordinators' sum."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, FiguresAsked):
            return done
        view, who = await lock_own(db, by, id_, at.now)
        if view.report.of_group:
            raise Conflict("summary-is-a-sum")
        request: UUID = uuid_utils.compat.uuid7()
        report = view.report.ask(request)
        await reports.save(db, report)
        await outbox.publish(db, report.defined())
        await audit.note(db, report.municipality, who, at.now, SUMMARY_COUNTED, report.subject)
        return await idempotency.keep(db, at, FiguresAsked(id_, request))
