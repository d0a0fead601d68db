"""A letter that was set aside is sent again on demand, and only while it is worth it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from asyncpg import Pool

from services.chassis.db import set_aside
from services.chassis.mail import letters
from services.chassis.mail.sending import send_bundle
from services.chassis.web.problems import Sentences
from tests.chassis.post_office import PostOffice
from tests.chassis.test_mail import SENDER, reasons, write


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


async def test_a_letter_that_is_retried_arrives_and_leaves_the_list(intake: Pool, office: PostOffice) -> None:
    await write(intake, "full@mail.ru")
    office.answers = {"full@mail.ru": "552 mailbox full"}
    kinds, sentences = [letters.KIND], Sentences()

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)
        async with intake.acquire() as db:
            [entry], _ = await set_aside.listed(db, 10)
            await set_aside.ask_again(db, entry.id, datetime.now(UTC))
        await set_aside.retry_next(intake, kinds, sentences)
        await send_bundle(intake, session, SENDER)
        async with intake.acquire() as db:
            [again], _ = await set_aside.listed(db, 10)
            await set_aside.ask_again(db, entry.id, datetime.now(UTC))
        office.answers.clear()
        await set_aside.retry_next(intake, kinds, sentences)
        await send_bundle(intake, session, SENDER)

    assert (entry.subject, entry.attempts, again.attempts) == ("Код подтверждения → f***@mail.ru", 1, 2)
    assert office.recipients == [["full@mail.ru"]]
    assert await reasons(intake) == []


async def test_a_letter_past_its_time_is_not_retried(intake: Pool, office: PostOffice) -> None:
    await write(intake, "full@mail.ru", expires_at=datetime.now(UTC) + timedelta(minutes=1))
    office.answers = {"full@mail.ru": "552 mailbox full"}

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)
    await intake.execute("UPDATE letter SET expires_at = now()")
    async with intake.acquire() as db:
        [entry], _ = await set_aside.listed(db, 10)
        await set_aside.ask_again(db, entry.id, datetime.now(UTC))
    await set_aside.retry_next(intake, [letters.KIND], Sentences())

    assert "устарело" in (await reasons(intake))[0]


async def test_a_letter_that_is_being_sent_is_not_sent_by_another_for_a_second_repeat(
    intake: Pool, office: PostOffice
) -> None:
    await write(intake, "full@mail.ru")
    office.answers = {"full@mail.ru": "552 mailbox full"}
    async with office.open() as session:
        await send_bundle(intake, session, SENDER)
    now = datetime.now(UTC)
    holder, until = uuid4(), now + timedelta(minutes=2)

    async with intake.acquire() as db:
        [entry], _ = await set_aside.listed(db, 10)
        await set_aside.ask_again(db, entry.id, now)
        await set_aside.retry_next(intake, [letters.KIND], Sentences())
        leased = await letters.lease(db, holder, now + timedelta(seconds=1), until, 10)
        await set_aside.ask_again(db, entry.id, now)
        await set_aside.retry_next(intake, [letters.KIND], Sentences())
        by_another = await letters.lease(db, uuid4(), now + timedelta(seconds=2), until, 10)

    assert (len(leased), by_another) == (1, [])
