"""Write to those who asked: that it was received, what was asked back, the answer, that it is taken up again,
that it is closed; part of several commands. Without an address nothing is written: they are called back."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from services.chassis import links
from services.chassis.db.pool import Db
from services.chassis.links import Link
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.hotline.core.region import Known
from services.hotline.inquiries.domain.inquiries import REOPENED_WITHIN, Inquiry, Promised
from services.hotline.inquiries.store import inquiries, threads
from services.hotline.inquiries.store.inquiries import Asked, Entry
from services.hotline.lines.store import lines

ROOM = "services.hotline.inquiries"

WRITTEN = frozenset({"answered", "asked_back"})
"""What somebody wrote themselves; whatever else we send is a program's (RFC 3834)."""

KIND = "inquiry"
"""Letters about an inquiry, by which the mailbox finds their thread."""


async def write_received(db: Db, known: Known, inquiry: Inquiry, now: datetime) -> None:
    """Its number, by when it is answered, and the link."""
    promised = in_words(inquiry, inquiry.promise.first_answer_due_at)
    await _write(db, known, inquiry, "received", now, promised=promised)


async def write_answered(db: Db, known: Known, inquiry: Inquiry, said: Entry, now: datetime) -> None:
    """The answer."""
    await _write(db, known, inquiry, "answered", now, answer=said.text, by=said.by_name)


async def write_asked_back(db: Db, known: Known, inquiry: Inquiry, said: Entry, now: datetime) -> None:
    """What the holder has to know before they answer."""
    await _write(db, known, inquiry, "asked_back", now, question=said.text, by=said.by_name)


async def write_reopened(db: Db, known: Known, inquiry: Inquiry, promise: Promised, now: datetime) -> None:
    """That it is taken up again, and by when it is answered: as was promised for what it was merged into."""
    promised = in_words(inquiry, promise.answer_due_at)
    await _write(db, known, inquiry, "reopened", now, promised=promised)


async def write_closed(db: Db, known: Known, inquiry: Inquiry, now: datetime) -> None:
    """That it is closed, and how it is taken up again."""
    await _write(db, known, inquiry, "closed", now, days=REOPENED_WITHIN.days)


async def write_link(db: Db, known: Known, inquiry: Inquiry, now: datetime) -> None:
    """Another link: the one before is worth nothing any more."""
    await _write(db, known, inquiry, "link", now)


def link_of(known: Known, inquiry: Inquiry, version: int) -> str:
    """The word by which the initiator's page opens."""
    return links.sealed(known.entrance.secret, Link(inquiry.municipality, inquiry.id, version))


def in_words(inquiry: Inquiry, moment: datetime) -> str:
    """«26 мая, вторник, 14:30» by the region's clocks."""
    there = moment.astimezone(ZoneInfo(inquiry.promise.zone))
    return format_datetime(there, "d MMMM, EEEE, HH:mm", locale="ru")


async def _write(db: Db, known: Known, inquiry: Inquiry, name: str, now: datetime, **values: object) -> None:
    asked = await inquiries.asked(db, inquiry)
    if asked.initiator.email:
        reply_to = await _line_address(db, known, inquiry, now)
        letter = _letter(known, inquiry, asked, name, values | {"answerable": bool(reply_to)})
        headers = await threads.headers(db, inquiry, letter.id, reply_to, name in WRITTEN, now)
        await letters.write(db, replace(letter, headers=headers), now)


async def _line_address(db: Db, known: Known, inquiry: Inquiry, now: datetime) -> str:
    """Where an answer to a letter goes: to the line, so that it comes back to the inquiry."""
    found = await lines.of(db, known, inquiry.municipality, now)
    return next((line.email for line in found if line.email), "")


def _letter(known: Known, inquiry: Inquiry, asked: Asked, name: str, values: "dict[str, object]") -> Letter:
    url = f"{known.entrance.public_url}/hotline/inquiries/{link_of(known, inquiry, asked.link_version)}"
    who = {"addressee": asked.initiator.name, "url": url}
    given = {"number": inquiry.number, "subject": asked.subject, **who}
    told = text(ROOM, name, contacts=f"{known.entrance.public_url}/contacts", **given, **values)
    return Letter(asked.initiator.email, *told, KIND, inquiry.id)
