"""Letters that answer others and may be answered; those that say nothing of it travel as they always did."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from asyncpg import Pool

from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.sending import Folder, Sender, message, recipient_of, send_bundle
from tests.chassis.post_office import PostOffice
from tests.chassis.test_mail_calendars import PLAIN, travelling

SENDER = Sender("noreply@example.org", "-- \nНе отвечайте", "-- \nМожно ответить")
LONG = f"<{'a' * 90}@{'b' * 60}.example.org>"
THREAD = {
    "Message-ID": "<one@line.example.org>",
    "In-Reply-To": LONG,
    "References": f"<zero@example.org> {LONG}",
    "Reply-To": "line@example.org",
    "Auto-Submitted": "no",
}


def read(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    return message_from_bytes(content, policy=policy.default)


def test_a_letter_without_headers_of_its_own_travels_as_it_always_did() -> None:
    assert travelling().as_bytes().decode() == PLAIN


async def test_headers_of_its_own_wait_with_a_letter_and_arrive_whole(intake: Pool) -> None:
    office = PostOffice()
    async with intake.acquire() as db:
        await letters.write(db, Letter("a@mail.ru", "Ответ", "Ждём.", headers=THREAD), datetime.now(UTC))
        await letters.write_many(
            db, [Letter("b@mail.ru", "Ответ", "Ждём.", headers=THREAD)], datetime.now(UTC)
        )

    async with office.open() as session:
        assert await send_bundle(intake, session, SENDER) == 2

    for envelope in office.got:
        mail = read(envelope.content)
        assert isinstance(envelope.content, bytes)
        assert envelope.content.count(LONG.encode()) == 2, "no mail program decodes a Message-ID"
        assert {name: mail[name] for name in THREAD} == THREAD
        assert mail.get_content().splitlines() == ["Ждём.", "", "-- ", "Можно ответить"]


async def test_headers_of_its_own_reach_a_folder_too(intake: Pool, tmp_path: Path) -> None:
    async with intake.acquire() as db:
        await letters.write(db, Letter("a@mail.ru", "Ответ", "Ждём.", headers=THREAD), datetime.now(UTC))

    await send_bundle(intake, Folder(tmp_path), SENDER)

    assert read((tmp_path / "one.eml").read_bytes())["References"] == THREAD["References"]


def test_no_other_header_gets_into_a_letter() -> None:
    letter = Letter("a@mail.ru", "Код", "Текст", headers={"Bcc": "b@mail.ru", "Reply-To": "c@d.ru"})

    mail = message(letter, recipient_of(letter), SENDER, datetime.now(UTC))

    assert mail["Bcc"] is None
    assert mail["Message-ID"] == f"<{letter.id}@dialogue>"


@pytest.mark.parametrize("name", THREAD)
async def test_a_header_of_two_lines_is_set_aside(intake: Pool, name: str) -> None:
    office = PostOffice()
    bad = THREAD | {name: f"{THREAD[name]}\r\nBcc: b@mail.ru"}
    async with intake.acquire() as db:
        await letters.write(db, Letter("a@mail.ru", "Тема", "", headers=bad), datetime.now(UTC))

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert office.got == []
    assert "Письмо не составить" in await intake.fetchval("SELECT reason FROM set_aside")


def test_a_paragraph_longer_than_a_line_may_be_is_broken_on_its_way_and_arrives_whole() -> None:
    text = "слово " * 300
    letter = Letter("a@mail.ru", "Код", text)

    mail = message(letter, recipient_of(letter), SENDER, datetime.now(UTC))

    assert max(map(len, mail.as_bytes().splitlines())) <= 998
    assert text.strip() in read(mail.as_bytes()).get_content()
