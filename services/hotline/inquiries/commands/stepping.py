"""What the steps of an inquiry have in common: who may, under which lock, and what each leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import InquiryEvent, InquiryRestated, InquiryStatus
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority, may, places_of
from services.hotline.core.domain.days import check_going_on
from services.hotline.core.region import Known
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.clocks import Regulation
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.domain.steps import Case, Passed, Worker
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import clocks, inquiries
from services.hotline.inquiries.store.inquiries import Entry
from services.hotline.lines.reach import groups_led, supervises


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where an inquiry is after a step. `instead`: why it went to another holder than the one asked for."""

    id: UUID
    number: int
    status: InquiryStatus
    version: int
    level: Level
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An inquiry under this transaction's lock, its clocks, and the levels that it has passed."""

    case: Case
    passed: Sequence[Passed]

    @property
    def inquiry(self) -> Inquiry:
        """The inquiry itself."""
        return self.case.inquiry


async def held(db: Db, by: Staff, id_: UUID, deed: Deed = Deed.WORK) -> Held:
    """Lock an inquiry for somebody who works on it. Raises NotFound, also for one that they do not see, and
    Forbidden for a deed that is not theirs."""
    await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
    found = await locked(db, id_)
    if not Viewer.of(by).sees(found.inquiry, found.passed):
        raise NotFound("inquiry-unknown")
    authority(by, deed, found.inquiry.municipality)
    return found


async def supervising(db: Db, known: Known, by: Staff, inquiry: Inquiry, now: datetime) -> bool:
    """Whether somebody decides over a colleague's inquiry, which is more than to see it: whoever supervises
    its line, or leads the working group that has it."""
    if not may(by, Deed.SUPERVISE, inquiry.municipality):
        return False
    leads = str(inquiry.holder.group) in groups_led(by)
    return leads or await supervises(db, known, by, inquiry.municipality, now)


async def held_by_supervisor(db: Db, known: Known, by: Staff, id_: UUID, now: datetime) -> Held:
    """Lock an inquiry for somebody who decides over it. Raises NotFound, Forbidden."""
    found = await held(db, by, id_, Deed.SUPERVISE)
    if not await supervising(db, known, by, found.inquiry, now):
        raise Forbidden("not-yours-to-decide", number=found.inquiry.number)
    return found


async def locked(db: Db, id_: UUID) -> Held:
    """Lock an inquiry that this transaction sees. Raises NotFound."""
    inquiry = await inquiries.lock(db, id_)
    case = Case(inquiry, await clocks.of_inquiry(db, inquiry))
    return Held(case, await inquiries.levels(db, inquiry))


async def is_erased(db: Db, inquiry: Inquiry) -> bool:
    """Whether nothing is kept of what was said in it any more: it is on no desk."""
    return (await inquiries.asked(db, inquiry)).erased_at is not None


async def check_not_erased(db: Db, inquiry: Inquiry) -> None:
    """Refuse what would bring an erased inquiry back, or words into it. Raises Conflict."""
    if await is_erased(db, inquiry):
        raise Conflict("inquiry-erased", number=inquiry.number)


async def part(db: Db, known: Known, inquiry: Inquiry, now: datetime) -> None:
    """What was merged into an inquiry that ends without an answer waits by itself again: its initiators have
    asked too. What they had erased stays as it is."""
    for merged in await inquiries.lock_merged(db, inquiry):
        if await is_erased(db, merged):
            continue
        found = await locked(db, merged.id)
        case = steps.restore(found.case, regulation(known, merged.municipality, now), now)
        await inquiries.note(db, case.inquiry, Entry("restored", now, level=case.inquiry.holder.level))
        await kept(db, case, InquiryRestated)


async def kept(db: Db, case: Case, event: type[InquiryEvent], instead: str = "") -> Stepped:
    """Store what a step has made of an inquiry, and tell it."""
    await inquiries.save(db, case.inquiry)
    await clocks.keep(db, case.inquiry, case.clocks)
    await outbox.publish(db, case.inquiry.event(event))
    return stepped(case.inquiry, instead)


def stepped(inquiry: Inquiry, instead: str = "") -> Stepped:
    """Where it is."""
    i = inquiry
    return Stepped(i.id, i.number, i.status, i.version, i.holder.level, instead)


def regulation(known: Known, municipality: str, now: datetime) -> Regulation:
    """What the regulation says at this moment."""
    return Regulation(lambda step: known.rule(municipality, step, now), known.schedule_of)


def check_campaign(known: Known, inquiry: Inquiry, now: datetime) -> None:
    """Refuse what comes after the end of an inquiry's campaign. Raises Conflict, NotFound."""
    check_going_on(known.picture.campaign(inquiry.campaign), now)


def worker_of(staff: Staff) -> Worker:
    """Who does it, by the name that the initiator reads."""
    return Worker(staff.account, staff.name)


def said_by(staff: Staff, kind: str, inquiry: Inquiry, now: datetime, text: str = "") -> Entry:
    """What somebody of the staff did or said, for the history."""
    level = inquiry.holder.level
    return Entry(kind, now, text, level, staff.account, staff.name)


def inside(entry: Entry) -> Entry:
    """For colleagues alone."""
    return replace(entry, inside=True)
