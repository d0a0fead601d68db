"""Report that an order is done."""

from dataclasses import dataclass
from uuid import UUID

from contracts.work import OrderTaskState
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ORDER_REPORTED
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_own, one_of, save_tasks
from services.hierarchy.orders.domain.orders import Step
from services.hierarchy.orders.domain.reports import Reported, check_report
from services.hierarchy.orders.domain.tasks import report
from services.hierarchy.orders.store import files


@dataclass(frozen=True, slots=True)
class NewReport:
    """What is reported on which order; `task`: in which capacity, by who has it in several."""

    id: UUID
    reported: Reported
    task: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReportSent:
    """In which capacity it was reported, and whether in time."""

    id: UUID
    task: UUID
    state: OrderTaskState
    in_time: bool


async def report_order(pool: Pool, by: Staff, given: NewReport, at: Moment) -> ReportSent:
    """It waits for the giver then.

    Raises NotFound, Forbidden, Invalid, Conflict if the order is over, and while a report of theirs waits or
    was accepted.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, ReportSent):
            return done
        view, own = await lock_own(db, by, given.id, at.now)
        task = one_of(own, given.task)
        told = check_report(given.reported, view.order.done_by)
        if told.file and (await files.get(db, view.order, told.file)).task != task.id:
            raise Invalid("report-file", field="file")
        after = report(task, told, view.order.due_at, at.now)
        words = str(told.number) if told.number is not None else ""
        said = "\n".join(filter(None, (words, told.text)))
        deeds = Deeds(Acting(by.account), at.now, Step.REPORTED, ORDER_REPORTED, said)
        await save_tasks(db, view.order, [after], deeds)
        sent = ReportSent(given.id, after.id, after.state, bool(after.in_time))
        return await idempotency.keep(db, at, sent)
