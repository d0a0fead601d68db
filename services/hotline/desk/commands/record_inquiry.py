"""Write down what somebody asks on the telephone or in person."""

from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryTaken
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Invalid, NotFound
from services.chassis.mail.addresses import normalise_email
from services.chassis.phones import normalise_phone
from services.directory.grants import Staff
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, authority, places_of
from services.hotline.core.region import Known
from services.hotline.desk.commands.keep_draft import home_of
from services.hotline.desk.store import drafts
from services.hotline.inquiries.commands.open_inquiry import Opened, Question, opened
from services.hotline.inquiries.commands.stepping import kept, locked, said_by, worker_of
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Holder
from services.hotline.inquiries.domain.texts import check_name
from services.hotline.inquiries.domain.viewers import Viewer, stands_at
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.lines.store import lines

CHANNELS = (Channel.PHONE, Channel.IN_PERSON)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says, and who they are: `like` is an earlier inquiry of theirs. `call` of the line of
    `line`, if an exchange told of it; `draft`: what this was written in."""

    municipality: str
    organization: UUID | None
    theme: str
    text: str
    channel: str
    name: str = ""
    phone: str = ""
    email: str = ""
    like: UUID | None = None
    call: str = ""
    line: str = ""
    draft: str = ""


async def record_inquiry(pool: Pool, known: Known, by: Staff, given: Told, at: Moment) -> Opened:
    """An operator of the line has it at once; what others write down waits for the line.

    Raises NotFound, Forbidden, Invalid with everything that is wrong, Conflict after the campaign's end.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Opened):
            return done
        authority(by, Deed.WORK, given.municipality)
        await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
        checks = Checks()
        question = await _question(db, known, by, given, at, checks)
        result = await opened(db, known, question, at.now, checks)
        await _take(db, by, result)
        await _note_call(db, by, given, result.id)
        await drafts.drop(db, home_of(by), by.account, given.draft)
        return await idempotency.keep(db, at, result)


async def _question(db: Db, known: Known, by: Staff, given: Told, at: Moment, checks: Checks) -> Question:
    if given.channel not in CHANNELS:
        checks.note(Invalid("channel-unknown", field="channel"))
    reached = await lines.of(db, known, given.municipality, at.now)
    return Question(
        municipality=given.municipality,
        organization=given.organization,
        theme=given.theme,
        text=given.text,
        channel=Channel.IN_PERSON if given.channel == Channel.IN_PERSON else Channel.PHONE,
        initiator=await _initiator(db, by, given, checks),
        line=reached[0].id if reached else None,
    )


async def _initiator(db: Db, by: Staff, given: Told, checks: Checks) -> Initiator:
    name = checks.take(lambda: check_name(given.name))
    phone = checks.take(lambda: normalise_phone(given.phone))
    email = checks.take(lambda: normalise_email(given.email) if given.email.strip() else "")
    if given.like is None:
        return Initiator(name, email, phone)
    earlier = await _earlier(db, by, given.like)
    return Initiator(
        name or earlier.name, email or earlier.email, phone or earlier.phone, earlier.participant
    )


async def _earlier(db: Db, by: Staff, id_: UUID) -> Initiator:
    """Who asked before. Raises NotFound for what somebody does not see."""
    inquiry = await inquiries.one(db, id_)
    if not Viewer.of(by).sees(inquiry, await inquiries.levels(db, inquiry)):
        raise NotFound("inquiry-unknown")
    return (await inquiries.asked(db, inquiry)).initiator


async def _take(db: Db, by: Staff, result: Opened) -> None:
    if not stands_at(by, result.municipality, Holder(Level.HOTLINE)):
        return
    found = await locked(db, result.id)
    case = steps.take(found.case, worker_of(by))
    await inquiries.note(db, case.inquiry, said_by(by, "taken", case.inquiry, found.inquiry.times.opened_at))
    await kept(db, case, InquiryTaken)


async def _note_call(db: Db, by: Staff, given: Told, inquiry: UUID) -> None:
    """The call has its case: nobody is called back for it."""
    if not given.call or given.line not in places_of(by, Deed.WORK):
        return
    if (call := await calls.lock_one(db, given.line, given.call)) and call.inquiry_id is None:
        await calls.save(db, call.recorded(inquiry))
