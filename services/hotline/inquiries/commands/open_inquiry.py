"""Open an inquiry, by whatever channel it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Level, Step
from contracts.hotline import Channel, InquiryOpened
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Unavailable
from services.chassis.streams import outbox
from services.directory.working_time import UnknownYear
from services.hotline.core.domain.days import check_going_on
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries.commands import write_letters
from services.hotline.inquiries.domain.clocks import Clock, begin
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry, Promised, Times
from services.hotline.inquiries.domain.texts import check_question, subject_of
from services.hotline.inquiries.store import clocks, inquiries, threads
from services.hotline.inquiries.store.inquiries import Entry, Initiator

FIRST_LINK = 1
"""The version of the link that a new inquiry has."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, where, about what, by whom and by which channel. `quiet`: no letter says that it was
    received, because a program has asked, or the same sender again and again. `message_id`: of the letter."""

    municipality: str
    organization: UUID | None
    theme: str
    text: str
    channel: Channel
    initiator: Initiator
    subject: str = ""
    line: UUID | None = None
    continues: UUID | None = None
    quiet: bool = False
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """An inquiry that exists from now on, and by when it will be answered."""

    id: UUID
    number: int
    municipality: str
    promised_by: datetime
    link: str = ""


async def open_inquiry(pool: Pool, known: Known, given: Question, at: Moment) -> Opened:
    """It exists once, however often the same is sent.

    Raises Invalid for what cannot be asked, NotFound without a campaign.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Opened):
            return done
        await tenancy.see(db, given.municipality)
        return await idempotency.keep(db, at, await opened(db, known, given, at.now))


async def opened(
    db: Db, known: Known, given: Question, now: datetime, checks: Checks | None = None
) -> Opened:
    """The same within the caller's transaction, which sees the municipality. `checks`: what the caller has
    found already, to be told with the rest."""
    checks = checks or Checks()
    place = checks.take(lambda: known.picture.municipality(given.municipality))
    checks.take(lambda: known.picture.check_organization(given.organization, given.municipality))
    text = checks.take(lambda: check_question(given.text))
    theme = await themes.known(db, given.theme, checks)
    checks.settle()
    check_going_on(known.campaign, now)
    begun = _clocks(known, place.code, now)
    inquiry = _new(known, given, (await inquiries.next_number(db), theme.direction), begun, now)
    await inquiries.add(db, inquiry, given.initiator, subject_of(given.subject or text))
    await inquiries.note(db, inquiry, Entry("asked", now, text, by_name=given.initiator.name))
    await clocks.keep(db, inquiry, begun)
    await outbox.publish(db, inquiry.event(InquiryOpened))
    if given.message_id:
        await threads.add(db, inquiry.municipality, inquiry.id, given.message_id, now)
    if not given.quiet:
        await write_letters.write_received(db, known, inquiry, now)
    link = write_letters.link_of(known, inquiry, FIRST_LINK)
    return Opened(inquiry.id, inquiry.number, place.code, inquiry.promise.first_answer_due_at, link)


def _new(
    known: Known,
    given: Question,
    named: tuple[int, str | None],
    begun: Mapping[Step, Clock],
    now: datetime,
) -> Inquiry:
    number, direction = named
    first, last = begun[Step.FIRST_ANSWER], begun[Step.FINAL_ANSWER]
    promise = Promised(first.regulation_of, first.regulation, first.zone, first.due_at, last.due_at)
    return Inquiry(
        id=uuid_utils.compat.uuid7(),
        number=number,
        municipality=given.municipality,
        campaign=known.campaign.id,
        theme=given.theme,
        channel=given.channel,
        holder=Holder(Level.HOTLINE),
        promise=promise,
        times=Times(now),
        organization=given.organization,
        direction=direction,
        line=given.line,
        continues=given.continues,
    )


def _clocks(known: Known, municipality: str, now: datetime) -> dict[Step, Clock]:
    """Both of the initiator's clocks, which begin when they ask."""
    steps = (Step.FIRST_ANSWER, Step.FINAL_ANSWER)
    try:
        return {step: begin(step, known.rule(municipality, step, now), now) for step in steps}
    except UnknownYear as error:
        raise Unavailable("calendar-missing", year=error.year) from error
