"""Take an initiator's reply, by whatever channel it came."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.hotline import Channel, InquiryEvent, InquiryReopened, InquiryStatus, InquiryTaken
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.directory.staff import grants_of
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries.commands import write_letters
from services.hotline.inquiries.commands.open_inquiry import Question, opened
from services.hotline.inquiries.commands.stepping import (
    Held,
    check_campaign,
    is_erased,
    kept,
    locked,
    regulation,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.domain.texts import check_question
from services.hotline.inquiries.store import inquiries, threads
from services.hotline.inquiries.store.inquiries import Entry, Initiator


@dataclass(frozen=True, slots=True)
class Reply:
    """What the initiator writes, to which inquiry, by which channel. `initiator`: as the channel knows them,
    for an inquiry whose contacts were erased. `quiet`: no letter answers it. `message_id`: of the letter."""

    municipality: str
    id: UUID
    text: str
    channel: Channel
    name: str = ""
    line: UUID | None = None
    initiator: Initiator | None = None
    quiet: bool = False
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """Where the reply is. `is_new`: an inquiry of its own with its own link, the old one was closed long
    ago, or that into which it was merged was erased."""

    id: UUID
    number: int
    municipality: str
    status: InquiryStatus
    is_new: bool = False
    link: str = ""


async def reply_to_inquiry(pool: Pool, known: Known, given: Reply, at: Moment) -> Replied:
    """Raises NotFound, Invalid for no text, Conflict after the campaign's end."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Replied):
            return done
        await tenancy.see(db, given.municipality)
        return await idempotency.keep(db, at, await replied(db, known, given, at.now))


async def replied(db: Db, known: Known, given: Reply, now: datetime) -> Replied:
    """The same within the caller's transaction, which sees the municipality."""
    found, of = await _both(db, given.id)
    check_campaign(known, of, now)
    text = check_question(given.text)
    answered_long_ago = found.inquiry.status in steps.ANSWERED and not steps.may_reopen(found.inquiry, now)
    if answered_long_ago or await is_erased(db, found.inquiry):
        return await _anew(db, known, given, of, now)
    await inquiries.note(db, of, Entry("replied", now, text, by_name=given.name))
    if given.message_id:
        await threads.add(db, of.municipality, of.id, given.message_id, now)
    keeps = await still_appointed(db, found.inquiry, now)
    now_in_force = regulation(known, found.inquiry.municipality, now)
    case = steps.reply(found.case, keeps, now_in_force, now)
    if case is not found.case:
        again = case.inquiry.reopened > found.inquiry.reopened
        event = InquiryReopened if again else InquiryTaken
        await taken_up(db, known, case, event, now, None if given.quiet else of)
    i = case.inquiry
    return Replied(of.id, of.number, i.municipality, i.status)


async def _both(db: Db, id_: UUID) -> tuple[Held, Inquiry]:
    """The inquiry that goes on, locked first, and the one that was written to: two if it was merged."""
    into = (await inquiries.one(db, id_)).merged_into
    found = await locked(db, into or id_)
    of = (await locked(db, id_)).inquiry if into else found.inquiry
    # Merged at this very moment: whoever reads the other one reads this too.
    return found, of


async def taken_up(
    db: Db, known: Known, case: steps.Case, event: type[InquiryEvent], now: datetime, told: Inquiry | None
) -> None:
    """Store that it goes on. By when what was answered is answered again is told to whoever wrote: the
    initiator of `told`, which is another inquiry if that was merged into this one; to nobody without it."""
    if event is InquiryReopened:
        await inquiries.note(db, case.inquiry, Entry("reopened", now, level=case.inquiry.holder.level))
        if told is not None:
            await write_letters.write_reopened(db, known, told, case.inquiry.promise, now)
    await kept(db, case, event)


async def still_appointed(db: Db, inquiry: Inquiry, now: datetime) -> bool:
    """Whether whoever has it acts in the municipality still."""
    account = inquiry.holder.account
    if account is None:
        return False
    grants = await grants_of(db, account, now)
    return any(inquiry.municipality in (grant.municipality, *grant.serves) for grant in grants)


async def _anew(db: Db, known: Known, given: Reply, old: Inquiry, now: datetime) -> Replied:
    """An inquiry of its own, which names the old one."""
    asked = await inquiries.asked(db, old)
    place = known.picture.successors.get(old.municipality, old.municipality)
    organization = known.picture.organizations.get(old.organization) if old.organization else None
    stays = organization is not None and not organization.closed and place == old.municipality
    if place != old.municipality:
        await tenancy.see(db, old.municipality, place)
    question = Question(
        municipality=place,
        organization=old.organization if stays else None,
        theme=await themes.in_use(db, old.theme),
        text=given.text,
        channel=given.channel,
        initiator=asked.initiator if asked.erased_at is None else given.initiator or Initiator(given.name),
        subject=asked.subject,
        line=given.line,
        continues=old.id,
        quiet=given.quiet,
        message_id=given.message_id,
    )
    new = await opened(db, known, question, now)
    return Replied(new.id, new.number, new.municipality, InquiryStatus.NEW, is_new=True, link=new.link)
