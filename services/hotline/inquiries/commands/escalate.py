"""Let what is not answered in time climb a level, each once, at its moment."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge

from contracts.appointments import Step
from contracts.hotline import InquiryEscalated, InquiryRestated
from services.chassis.db import notify, tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.process.clock import Clock
from services.directory.working_time import UnknownYear
from services.hotline.core.domain.days import is_over
from services.hotline.core.region import Known, Region
from services.hotline.inquiries.commands.stepping import Held, kept, locked, regulation
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Holder, above
from services.hotline.inquiries.domain.steps import Case
from services.hotline.inquiries.store import clocks, inquiries
from services.hotline.inquiries.store.clocks import Due
from services.hotline.inquiries.store.inquiries import Entry

log = structlog.get_logger()

LAG = Gauge("escalation_lag_seconds", "How long ago the oldest clock that has not climbed should have")

LONGEST_SLEEP = 1.0
"""Seconds between looks at most: what another process begins is noticed no later."""

AT_ONCE = 200

AGAIN = timedelta(minutes=1)
"""What could not be computed (a year without a calendar) or has gone elsewhere is tried again then."""


@dataclass(slots=True)
class Faulty:
    """Clocks that could not be moved, and when they are tried again: the others do not wait for them."""

    until: dict[tuple[UUID, Step], datetime] = field(default_factory=dict)

    def waits(self, due: Due, now: datetime) -> bool:
        """Whether it is not tried yet."""
        until = self.until.get((due.inquiry_id, due.step))
        return until is not None and until > now

    def note(self, due: Due, error: Exception, now: datetime) -> None:
        """Log it the first time, and try it again later."""
        if (due.inquiry_id, due.step) not in self.until:
            log.error("escalation_waits", inquiry_id=str(due.inquiry_id), error=type(error).__name__)
        self.until[due.inquiry_id, due.step] = now + AGAIN


async def escalate(pool: Pool, region: Region, clock: Clock) -> None:
    """Warn and let climb, until cancelled. Needs a pool that sees every municipality."""
    faulty = Faulty()
    while True:
        pause = LONGEST_SLEEP
        try:
            known = await region.drawn()
            await escalate_due(pool, known, clock.now(), faulty)
            pause = await _until_next(pool, known, clock.now())
        except notify.LOST as error:
            log.warning("escalations_wait", error=type(error).__name__)
        await asyncio.sleep(pause)


async def escalate_due(pool: Pool, known: Known, now: datetime, faulty: Faulty | None = None) -> int:
    """How many warned or climbed, of the campaign that goes on. Each in its own transaction: one that fails
    keeps no other."""
    faulty = faulty or Faulty()
    moved, last, campaign = 0, clocks.FIRST, _going_on(known, now)
    while campaign is not None:
        async with pool.acquire() as db:
            due = await clocks.due(db, campaign, now, last, AT_ONCE)
        if not due:
            return moved
        for each in due:
            if not faulty.waits(each, now):
                moved += await _try(pool, known, each, now, faulty)
        last = due[-1]
    return moved


def _going_on(known: Known, now: datetime) -> str | None:
    """The campaign whose inquiries climb: the open one, until its results are closed. Afterwards nobody may
    answer, and the clocks stay as they are."""
    going = (c for c in known.picture.campaigns.values() if c.open and not is_over(c, now))
    return next((campaign.id for campaign in going), None)


async def _until_next(pool: Pool, known: Known, now: datetime) -> float:
    campaign = _going_on(known, now)
    if campaign is None:
        LAG.set(0)
        return LONGEST_SLEEP
    async with pool.acquire() as db:
        next_at, oldest = await clocks.next_at(db, now), await clocks.oldest(db, campaign, now)
    LAG.set((now - oldest).total_seconds() if oldest else 0)
    return min((next_at - now).total_seconds(), LONGEST_SLEEP) if next_at else LONGEST_SLEEP


async def _try(pool: Pool, known: Known, due: Due, now: datetime, faulty: Faulty) -> bool:
    try:
        async with pool.acquire() as db, db.transaction():
            moved = await _move(db, known, due, now)
    except (UnknownYear, NotFound) as error:
        faulty.note(due, error, now)
        return False
    faulty.until.pop((due.inquiry_id, due.step), None)
    return moved


async def _move(db: Db, known: Known, due: Due, now: datetime) -> bool:
    await tenancy.see(db, due.municipality)
    # The inquiry before its clock, in the order in which every step locks them.
    found = await locked(db, due.inquiry_id)
    if not await clocks.lock(db, due, now):
        return False
    clock = found.case.clocks[due.step]
    if clock.due_at > now:
        await _warn(db, found, due, now)
        return True
    await _climb(db, known, found, due, now)
    return True


async def _warn(db: Db, found: Held, due: Due, now: datetime) -> None:
    case = steps.warn(found.case, due.step)
    await clocks.keep(db, case.inquiry, case.clocks)
    level = case.inquiry.holder.level
    await inquiries.note(db, case.inquiry, Entry("warned", now, due.step, level, inside=True))


async def _climb(db: Db, known: Known, found: Held, due: Due, now: datetime) -> None:
    inquiry = found.inquiry
    to = _above(known, found, now)
    case = steps.breach(found.case, due.step, to, regulation(known, inquiry.municipality, now), now)
    if to is None:
        await _stop(db, found.case, case)
        return
    await inquiries.pass_to(db, case.inquiry, now, "escalated")
    entry = Entry("escalated", now, due.step, case.inquiry.holder.level)
    await inquiries.note(db, case.inquiry, entry)
    await kept(db, case, InquiryEscalated)


def _above(known: Known, found: Held, now: datetime) -> Holder | None:
    inquiry = found.inquiry
    group = known.group_for(inquiry.municipality, inquiry.direction, inquiry.organization, now)
    return above(inquiry.holder, group.id if group else None)


async def _stop(db: Db, before: Case, case: Case) -> None:
    """Nobody is above the Head: the clock stops, and only what became late is told."""
    if case.inquiry.version == before.inquiry.version:
        await clocks.keep(db, case.inquiry, case.clocks)
        return
    await kept(db, case, InquiryRestated)
