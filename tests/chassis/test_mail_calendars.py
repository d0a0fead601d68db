"""Letters that bring something for the recipient's calendar, and those that do not."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

from asyncpg import Pool

from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.sending import Sender, message, recipient_of, send_bundle
from tests.chassis.post_office import PostOffice

SENDER = Sender("Муниципальный диалог <noreply@example.org>", "-- \nПомощь")
ID, AT = UUID(int=7), datetime(2026, 2, 14, 12, 32, tzinfo=UTC)
CALENDAR = "\r\n".join(("BEGIN:VCALENDAR", "METHOD:REQUEST", "SUMMARY:Встреча", "END:VCALENDAR", ""))

PLAIN = (
    "From: =?utf-8?b?0JzRg9C90LjRhtC40L/QsNC70YzQvdGL0Lkg0LTQuNCw0LvQvtCz?=\n <noreply@example.org>\n"
    "To: a@mail.ru\nSubject: =?utf-8?b?0JrQvtC0?=\nDate: Sat, 14 Feb 2026 12:32:00 +0000\n"
    f"Message-ID: <{ID}@dialogue>\nAuto-Submitted: auto-generated\n"
    'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\nMIME-Version: 1.0\n\n'
    "Здравствуйте!\n\n-- \nПомощь\n"
)
"""How every letter travelled before any had a calendar."""


def travelling(calendar: str = "") -> EmailMessage:
    letter = Letter("a@mail.ru", "Код", "Здравствуйте!\n", calendar=calendar, id=ID)
    return message(letter, recipient_of(letter), SENDER, AT)


def test_a_letter_without_a_calendar_travels_as_it_always_did() -> None:
    assert travelling().as_bytes().decode() == PLAIN


def test_a_calendar_stands_beside_the_text_and_lies_in_the_letter_as_a_file() -> None:
    mail = message_from_bytes(travelling(CALENDAR).as_bytes(), policy=policy.default)

    alternative, file = mail.iter_parts()
    body, calendar = alternative.iter_parts()
    assert (mail.get_content_type(), alternative.get_content_type()) == (
        "multipart/mixed",
        "multipart/alternative",
    )
    assert body.get_content() == "Здравствуйте!\n\n-- \nПомощь\n"
    assert calendar.get_content_type() == "text/calendar"
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_payload(decode=True) == CALENDAR.encode(), "lines end in CRLF whatever the way"
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "meeting.ics")
    assert file.get_payload(decode=True) == CALENDAR.encode()


async def test_a_calendar_waits_with_its_letter_and_arrives_by_smtp(intake: Pool) -> None:
    office = PostOffice()
    async with intake.acquire() as db:
        for calendar in (CALENDAR, ""):
            letter = Letter("a@mail.ru", "Встреча", "Ждём.", calendar=calendar)
            await letters.write(db, letter, datetime.now(UTC))

    async with office.open() as session:
        assert await send_bundle(intake, session, SENDER) == 2

    contents = [envelope.content for envelope in office.got]
    kinds = [message_from_bytes(each).get_content_type() for each in contents if isinstance(each, bytes)]
    assert sorted(kinds) == ["multipart/mixed", "text/plain"]


async def test_a_calendar_without_a_method_is_set_aside_and_its_neighbour_arrives(intake: Pool) -> None:
    office = PostOffice()
    async with intake.acquire() as db:
        for calendar in ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", CALENDAR):
            letter = Letter("a@mail.ru", "Встреча", "Ждём.", calendar=calendar)
            await letters.write(db, letter, datetime.now(UTC))

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert len(office.got) == 1
    assert await intake.fetchval("SELECT count(*) FROM set_aside") == 1
