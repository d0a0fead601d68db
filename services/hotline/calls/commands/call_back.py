"""Let each call that nobody answered become a case: to call back."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from contracts.hotline import Channel
from services.chassis.db import notify, tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound, Refused
from services.chassis.phones import spoken_phone
from services.chassis.process.clock import Clock
from services.chassis.web.pages import moment as spoken
from services.hotline.calls.domain.calls import Call
from services.hotline.calls.store import calls
from services.hotline.core.domain.days import check_going_on
from services.hotline.core.region import Known, Region
from services.hotline.core.store import themes
from services.hotline.inquiries.commands.open_inquiry import Question, opened
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry, Initiator
from services.hotline.lines.store import lines

log = structlog.get_logger()

PAUSE = 1.0
"""Seconds between looks."""

AT_ONCE = 200

LATER = timedelta(minutes=5)
"""A call of which no case can be made now (a year without a calendar) is looked at again then."""

AGAIN = timedelta(minutes=30)
"""A caller who was missed once more within so long gets no second case."""

THEME = "other"

EVERYTHING = "*"


async def call_back(pool: Pool, region: Region, clock: Clock) -> None:
    """Look for missed calls until cancelled. Needs a pool that sees every municipality."""
    while True:
        try:
            await call_back_missed(pool, await region.drawn(), clock.now())
        except notify.LOST as error:
            log.warning("missed_calls_wait", error=type(error).__name__)
        await asyncio.sleep(PAUSE)


async def call_back_missed(pool: Pool, known: Known, now: datetime) -> int:
    """How many calls became a case, or went to one. Each in its own transaction."""
    async with pool.acquire() as db:
        due = await calls.due(db, now, AT_ONCE)
    return sum([await _settle(pool, known, *each, now) for each in due])


async def _settle(pool: Pool, known: Known, municipality: str, id_: str, now: datetime) -> bool:
    try:
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, municipality)
            call = await calls.lock_one(db, municipality, id_)
            if call is None or call.look_at is None or call.look_at > now:
                return False
            inquiry = None if call.hidden else await _case(db, known, call, now)
            await calls.save(db, call.recorded(inquiry))
            return inquiry is not None
    except Refused as refusal:
        log.warning("missed_call_without_case", municipality=municipality, refusal=refusal.slug)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, municipality)
        call = await calls.lock_one(db, municipality, id_)
        if call is not None and call.look_at is not None:
            # Between two campaigns nobody is called back; the call stays in the list.
            over = _is_over(known, now)
            await calls.save(db, call.recorded(call.inquiry_id) if over else call.waiting(now + LATER))
    return False


def _is_over(known: Known, now: datetime) -> bool:
    """Whether the campaign has ended; one of which nothing was heard yet has not."""
    try:
        check_going_on(known.campaign, now)
    except Conflict:
        return True
    except NotFound:
        return bool(known.picture.campaigns)
    return False


async def _case(db: Db, known: Known, call: Call, now: datetime) -> UUID:
    await calls.lock_caller(db, call)
    earlier = await calls.case_of(db, call, call.began_at - AGAIN)
    if earlier:
        # It may be of a settlement that the line serves.
        await tenancy.see(db, EVERYTHING)
    if earlier and (inquiry := await inquiries.lock(db, earlier)).is_open:
        at = spoken(call.began_at, known.campaign.time_zone)
        entry = Entry("note", now, f"Звонок ещё раз, {at}. На него не ответили.", inside=True)
        await inquiries.note(db, inquiry, entry)
        return inquiry.id
    line = await lines.found(db, call.municipality)
    question = Question(
        municipality=call.municipality,
        organization=None,
        theme=await themes.in_use(db, THEME),
        text=_words(known, call),
        channel=Channel.PHONE,
        initiator=Initiator("", "", call.phone),
        line=line.id,
    )
    return (await opened(db, known, question, now)).id


def _words(known: Known, call: Call) -> str:
    at = spoken(call.began_at, known.campaign.time_zone)
    number = spoken_phone(call.phone) if call.phone else f"«{call.written}»"
    return f"Пропущенный звонок с номера {number}, {at}. Перезвоните и узнайте, о чём хотели спросить."
