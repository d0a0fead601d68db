"""Close by themselves the inquiries to whose answer nobody has replied for fourteen days."""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog

from contracts.hotline import InquiryClosed, InquiryStatus
from services.chassis.db import notify, tenancy
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.hotline.inquiries.commands.stepping import kept, locked
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import REOPENED_WITHIN
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between looks."""

AT_ONCE = 200


async def close_silent(pool: Pool, clock: Clock) -> None:
    """Close what nobody replied to, until cancelled. Needs a pool that sees every municipality."""
    while True:
        try:
            while await close_answered(pool, clock.now()):
                pass
        except notify.LOST as error:
            log.warning("closing_waits", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def close_answered(pool: Pool, now: datetime) -> int:
    """How many were closed: each once, whoever else is at it."""
    async with pool.acquire() as db:
        silent = await inquiries.silent(db, now - REOPENED_WITHIN, AT_ONCE)
    return sum([await _close(pool, municipality, id_, now) for municipality, id_ in silent])


async def _close(pool: Pool, municipality: str, id_: UUID, now: datetime) -> bool:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, municipality)
        found = await locked(db, id_)
        # Under the lock: the initiator may have replied at this moment.
        answered = found.inquiry.status is InquiryStatus.ANSWERED
        if not answered or steps.may_reopen(found.inquiry, now):
            return False
        case = steps.close(found.case, None, now)
        await inquiries.note(db, case.inquiry, Entry("closed", now))
        await kept(db, case, InquiryClosed)
    return True
