"""Open an inquiry as somebody types it themselves: by the form, or by a program of theirs."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from contracts.hotline import Channel
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Invalid, SlowDown
from services.chassis.mail.addresses import normalise_email
from services.chassis.phones import normalise_phone
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.open_inquiry import Opened, Question, opened
from services.hotline.inquiries.domain.texts import check_name
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Initiator

HOUR = timedelta(hours=1)

BY_ONE, BY_NOBODY = 10, 60
"""Within an hour: from the same address or telephone, and in a municipality from those who left neither."""


class AnswerBy(StrEnum):
    """How the initiator wants to be answered; `link`: they look at their page themselves."""

    EMAIL = "e-mail"
    PHONE = "phone"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it was typed; of the address and the telephone only the one that is asked for counts."""

    municipality: str
    organization: UUID | None
    theme: str
    text: str
    answer_by: AnswerBy = AnswerBy.LINK
    name: str = ""
    email: str = ""
    phone: str = ""
    participant: UUID | None = None


async def ask_by_form(pool: Pool, known: Known, given: Asking, at: Moment) -> Opened:
    """It exists once, however often the same is sent.

    Raises Invalid with everything that is wrong, SlowDown for whoever asks too much, Conflict after the
    campaign's end, NotFound without a campaign.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Opened):
            return done
        await tenancy.see(db, given.municipality)
        checks = Checks()
        who = _initiator(given, checks)
        question = Question(given.municipality, given.organization, given.theme, given.text, Channel.WEB, who)
        result = await opened(db, known, question, at.now, checks)
        await _slow(db, question, at)
        return await idempotency.keep(db, at, result)


def _initiator(given: Asking, checks: Checks) -> Initiator:
    name = checks.take(lambda: check_name(given.name))
    email, phone = "", ""
    match given.answer_by:
        case AnswerBy.EMAIL:
            email = checks.take(lambda: normalise_email(given.email))
        case AnswerBy.PHONE:
            phone = checks.take(lambda: _phone(given.phone))
    return Initiator(name, email, phone, given.participant)


def _phone(given: str) -> str:
    if stored := normalise_phone(given):
        return stored
    raise Invalid("phone-invalid", field="phone")


async def _slow(db: Db, question: Question, at: Moment) -> None:
    """After it was stored, so that the count has this one; what is refused leaves nothing."""
    asked = await inquiries.asked_since(db, question.municipality, question.initiator, at.now - HOUR)
    anonymous = question.initiator == replace(question.initiator, email="", phone="")
    if asked > (BY_NOBODY if anonymous else BY_ONE):
        raise SlowDown("asked-too-often-unnamed" if anonymous else "asked-too-often")
