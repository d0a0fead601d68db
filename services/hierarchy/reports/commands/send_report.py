"""Send a summary up the line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import SUMMARY_SENT
from services.hierarchy.core.store import audit
from services.hierarchy.reports.commands.look_at_report import content_of, lock_own
from services.hierarchy.reports.commands.write_report import Draft, written
from services.hierarchy.reports.domain.reports import Sent
from services.hierarchy.reports.store import reports


@dataclass(frozen=True, slots=True)
class ReportSent:
    """Which version was sent last, when, whether the first came in time, and as of when its figures are
    (null: there were none)."""

    id: UUID
    number: int
    sent_at: datetime
    in_time: bool
    as_of: datetime | None


async def send_report(pool: Pool, by: Staff, id_: UUID, at: Moment, draft: Draft | None = None) -> ReportSent:
    """It is frozen as it is written, with its figures or without; a group's with its coordinators' as they
    stand. What says the same as the last version is not sent again; anything else is the next version.

    Raises NotFound, Forbidden, Conflict behind the campaign, Invalid with everything wrong in the draft.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, ReportSent):
            return done
        view, who = await lock_own(db, by, id_, at.now)
        report = await written(db, view.report, draft) if draft else view.report
        content, sent = await content_of(db, report), await reports.versions(db, report)
        if not (sent and sent[-1].content == content):
            report = report.send(content, at.now)
            sent = [*sent, Sent(report.number, content, at.now, who.account)]
            await reports.save(db, report)
            await reports.add_sent(db, report, sent[-1])
            await outbox.publish(db, report.defined())
            await audit.note(db, report.municipality, who, at.now, SUMMARY_SENT, report.subject)
        last = sent[-1]
        done = ReportSent(
            id_, last.number, last.sent_at.astimezone(UTC), bool(report.in_time), last.content.as_of
        )
        return await idempotency.keep(db, at, done)
