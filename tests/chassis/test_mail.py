"""Letters over a real SMTP server: one recipient each, one session, and a bad one that holds up nobody."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import Pool

from services.chassis.mail import letters
from services.chassis.mail import sending as mail
from services.chassis.mail.footer import footer
from services.chassis.mail.letters import Letter
from services.chassis.mail.sending import Folder, Outlet, Sender, send_bundle
from services.chassis.mail.smtp import Session
from services.chassis.mail.smtp_url import Server
from services.chassis.process.settings import Support
from tests.chassis.post_office import PostOffice

SENDER = Sender("Муниципальный диалог <noreply@example.org>")
BAD = ["ivanov@@mail.ru", "(ivanov@mail.ru", "a:b;c@mail.ru", "школа:2;директор@mail.ru", "ivanov@[mail.ru"]
SEVERAL = ["a@mail.ru,b@mail.ru", "a@mail.ru;b@mail.ru", "b@evil.test,a@gov.ru", "a@mail.ru\nBcc: b@mail.ru"]


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


async def write(pool: Pool, *recipients: str, **more: Any) -> list[Letter]:
    """Letters to these, due one after another."""
    written, now = [], datetime.now(UTC) - timedelta(minutes=1)
    for nth, recipient in enumerate(recipients):
        letter = Letter(recipient, "Код подтверждения: Диалог", "Здравствуйте!", **more)
        async with pool.acquire() as db:
            await letters.write(db, letter, now + timedelta(seconds=nth))
        written.append(letter)
    return written


async def later(pool: Pool) -> None:
    """As if the pause of every letter were over."""
    await pool.execute("UPDATE letter SET next_try_at = now() - interval '1 second'")


def files_in(folder: Path) -> list[tuple[str, bytes]]:
    """Name and content of each."""
    return [(file.name, file.read_bytes()) for file in folder.iterdir()]


async def waiting(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM letter WHERE set_aside_at IS NULL"))


async def reasons(pool: Pool) -> list[str]:
    return [
        row["reason"] for row in await pool.fetch("SELECT reason FROM set_aside ORDER BY set_aside_at, id")
    ]


async def test_many_letters_go_in_one_session(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru", "<c@mail.ru>", "d@xn--80a1acny.xn--p1ai")

    async with office.open() as session:
        assert await send_bundle(intake, session, SENDER) == 4

    assert office.recipients == [["a@mail.ru"], ["b@mail.ru"], ["c@mail.ru"], ["d@xn--80a1acny.xn--p1ai"]]
    assert {envelope.mail_from for envelope in office.got} == {"noreply@example.org"}
    assert (office.sessions, await waiting(intake)) == (1, 0)


@pytest.mark.parametrize("bad", [*BAD, *SEVERAL], ids=ascii)
async def test_a_letter_that_cannot_be_sent_is_set_aside_and_its_neighbours_arrive_once(
    intake: Pool, office: PostOffice, bad: str
) -> None:
    await write(intake, "a@example.ru", "b@example.ru", bad, "c@example.ru")

    async with office.open() as session:
        for _ in range(3):
            await later(intake)
            await send_bundle(intake, session, SENDER)

    assert office.recipients == [["a@example.ru"], ["b@example.ru"], ["c@example.ru"]]
    [reason] = await reasons(intake)
    assert "Письмо не составить" in reason


@pytest.mark.parametrize("bad", [*BAD, *SEVERAL], ids=ascii)
async def test_a_folder_takes_the_same_way(intake: Pool, tmp_path: Path, bad: str) -> None:
    good, _ = await write(intake, "a@example.ru", bad)

    await send_bundle(intake, Folder(tmp_path), SENDER)

    [(name, content)] = files_in(tmp_path)
    assert name == f"{good.id}.eml"
    assert message_from_bytes(content, policy=policy.default)["To"] == "a@example.ru"
    assert len(await reasons(intake)) == 1


async def test_a_head_that_cannot_be_written_is_set_aside(intake: Pool, office: PostOffice) -> None:
    async with intake.acquire() as db:
        await letters.write(db, Letter("a@mail.ru", "Тема\nBcc: b@mail.ru", ""), datetime.now(UTC))
    await write(intake, "b@mail.ru")

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert office.recipients == [["b@mail.ru"]]
    assert len(await reasons(intake)) == 1


async def test_an_error_that_nobody_foresees_costs_one_letter(intake: Pool) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru", "c@mail.ru")
    sent: list[str] = []

    class Odd(Folder):
        async def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
            if recipient == "b@mail.ru":
                raise AttributeError("'Group' object has no attribute 'addr_spec'")
            sent.append(recipient)

    outlet: Outlet = Odd(Path("/tmp"))
    await send_bundle(intake, outlet, SENDER)

    assert sent == ["a@mail.ru", "c@mail.ru"]
    assert await reasons(intake) == ["Письмо не отправить: ошибка AttributeError."]


async def test_a_refused_recipient_ends_at_once_and_a_busy_server_is_tried_again(
    intake: Pool, office: PostOffice
) -> None:
    await write(intake, "nobody@mail.ru", "busy@mail.ru", "a@mail.ru")
    office.answers = {"nobody@mail.ru": "550 no such user", "busy@mail.ru": "451 try later"}

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)
        office.answers.pop("busy@mail.ru")
        for _ in range(3):
            await later(intake)
            await send_bundle(intake, session, SENDER)

    assert office.tried == ["nobody@mail.ru", "busy@mail.ru", "a@mail.ru", "busy@mail.ru"]
    assert office.recipients == [["a@mail.ru"], ["busy@mail.ru"]]
    assert await reasons(intake) == ["Такого адреса нет, или он не принимает письма (код 550)."]


async def test_a_server_that_is_never_ready_is_given_up(intake: Pool, office: PostOffice) -> None:
    await write(intake, "busy@mail.ru")
    office.answers = {"busy@mail.ru": "451 try later"}

    async with office.open() as session:
        for _ in range(mail.ATTEMPTS + 3):
            await later(intake)
            await send_bundle(intake, session, SENDER)

    assert len(office.tried) == mail.ATTEMPTS
    assert await reasons(intake) == ["Не отправилось за три дня. Почтовый сервер просит подождать (код 451)."]


def test_the_pauses_end_after_about_three_days() -> None:
    total = sum((mail.pause(attempt) for attempt in range(mail.ATTEMPTS)), timedelta())

    assert timedelta(days=2, hours=20) < total < timedelta(days=3, hours=4)


async def test_a_server_without_russian_addresses_sets_such_a_letter_aside(
    intake: Pool, office: PostOffice
) -> None:
    await write(intake, "иван@почта.рф", "a@mail.ru")

    async with office.open(enable_SMTPUTF8=False) as session:
        await send_bundle(intake, session, SENDER)

    assert office.recipients == [["a@mail.ru"]]
    assert "с русскими буквами" in (await reasons(intake))[0]


async def test_a_server_with_russian_addresses_gets_them(intake: Pool, office: PostOffice) -> None:
    await write(intake, "иван@xn--80a1acny.xn--p1ai")

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert office.recipients == [["иван@xn--80a1acny.xn--p1ai"]]


async def test_a_session_that_the_server_ends_is_begun_anew(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru")
    office.answers = {"a@mail.ru": "421 too many letters in one session"}

    async with office.open() as session:
        for _ in range(2):
            await send_bundle(intake, session, SENDER)
            office.answers.clear()
            await later(intake)

    assert office.recipients == [["b@mail.ru"], ["a@mail.ru"]]


async def test_a_connection_that_breaks_costs_a_pause_and_no_letter(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru", "c@mail.ru")
    office.break_at = 1

    async with office.open() as session:
        for _ in range(2):
            await send_bundle(intake, session, SENDER)
            await later(intake)

    assert sorted(office.recipients) == [["a@mail.ru"], ["b@mail.ru"], ["c@mail.ru"]]
    assert office.sessions > 1


async def test_a_server_that_is_away_puts_all_off_and_loses_none(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru")

    await send_bundle(intake, Session(Server("127.0.0.1", 1)), SENDER)
    put_off = await intake.fetch("SELECT attempts FROM letter WHERE lease IS NULL")
    await later(intake)
    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert [row["attempts"] for row in put_off] == [1, 1]
    assert office.recipients == [["a@mail.ru"], ["b@mail.ru"]]


async def test_a_crash_sends_at_most_the_one_letter_again(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru", "c@mail.ru")

    async with office.open() as session:
        sending = asyncio.create_task(send_bundle(intake, session, SENDER))

        async def crash() -> None:
            if len(office.got) == 1:
                sending.cancel()
                await asyncio.sleep(0.05)

        office.during = crash
        await asyncio.gather(sending, return_exceptions=True)
        await later(intake)
        await send_bundle(intake, session, SENDER)

    assert office.recipients == [["a@mail.ru"], ["b@mail.ru"], ["b@mail.ru"], ["c@mail.ru"]]


async def test_what_one_worker_sends_another_leaves_alone(intake: Pool, office: PostOffice) -> None:
    await write(intake, *(f"{nth}@mail.ru" for nth in range(20)))

    async with office.open() as one, office.open() as other:
        await asyncio.gather(send_bundle(intake, one, SENDER), send_bundle(intake, other, SENDER))

    assert sorted(office.recipients) == sorted([f"{nth}@mail.ru"] for nth in range(20))


async def test_no_transaction_is_open_while_a_letter_is_sent(intake: Pool, office: PostOffice) -> None:
    await write(intake, "a@mail.ru")
    open_ones: list[int] = []

    async def look() -> None:
        idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE "
        open_ones.append(await intake.fetchval(idle + "'idle in%'"))

    office.during = look
    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert open_ones == [0]


async def test_letters_past_their_time_or_replaced_are_dropped(intake: Pool, office: PostOffice) -> None:
    about, now = uuid4(), datetime.now(UTC)
    await write(intake, "a@mail.ru", expires_at=now - timedelta(seconds=1))
    async with intake.acquire() as db:
        for nth in range(3):
            code = Letter("b@mail.ru", "Код", f"{nth}", "code", about, now + timedelta(minutes=15))
            await letters.replace(db, code, now)

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    [only] = office.got
    assert isinstance(only.content, bytes)
    letter = message_from_bytes(only.content, policy=policy.default)
    assert only.rcpt_tos == ["b@mail.ru"]
    assert letter.get_content().strip() == "2"
    assert await waiting(intake) == 0


SITE = "https://dialogue.example.ru"


@pytest.mark.parametrize(
    ("support", "asked"),
    [
        (Support(SITE), f"К кому обратиться: {SITE}/contacts"),
        (Support(SITE, hours="пн–пт 9–18"), f"К кому обратиться: {SITE}/contacts"),
        (Support(SITE, email="help@example.ru", hours="пн–пт 9–18"), "Помощь: help@example.ru"),
        (
            Support(SITE, "+74932326112", "help@example.ru", "пн–пт 9–18"),
            "Помощь: +7 493 232-61-12, пн–пт 9–18; help@example.ru",
        ),
        (Support(SITE, "+74932326112"), "Помощь: +7 493 232-61-12"),
    ],
)
async def test_under_every_letter_stand_the_site_and_whom_to_ask(
    intake: Pool, office: PostOffice, support: Support, asked: str
) -> None:
    await write(intake, "a@mail.ru", "b@mail.ru")

    async with office.open() as session:
        await send_bundle(intake, session, Sender("noreply@example.ru", footer(support)))

    assert len(office.got) == 2
    for envelope in office.got:
        assert isinstance(envelope.content, bytes)
        body = message_from_bytes(envelope.content, policy=policy.default).get_content()
        lines = [f"Муниципальный диалог: {SITE}", asked, "Отвечать на это письмо не нужно."]
        assert body.splitlines() == ["Здравствуйте!", "", "-- ", *lines]


async def test_a_code_goes_before_any_number_of_letters_that_can_wait(
    intake: Pool, office: PostOffice
) -> None:
    await write(intake, *(f"a{nth}@mail.ru" for nth in range(mail.AT_ONCE + 5)))
    await write(intake, "code@mail.ru", expires_at=datetime.now(UTC) + timedelta(minutes=15))

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert office.recipients[0] == ["code@mail.ru"]
    assert len(office.recipients) == mail.AT_ONCE


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("503345 – код для входа. Марафон", "код для входа. Марафон"),
        ("Инициатива принята, № 15\N{NO-BREAK SPACE}330", "Инициатива принята"),
        ("Приняты 2 инициативы: № 7, 9", "Приняты инициативы"),
        ("Вас назначили: Муниципальный диалог", "Вас назначили"),
    ],
)
async def test_who_sees_that_a_letter_did_not_arrive_does_not_see_its_code(
    intake: Pool, office: PostOffice, subject: str, named: str
) -> None:
    async with intake.acquire() as db:
        await letters.write(db, Letter("a:b;c@mail.ru", subject, ""), datetime.now(UTC))

    async with office.open() as session:
        await send_bundle(intake, session, SENDER)

    assert await intake.fetchval("SELECT subject FROM set_aside") == f"{named} → a***@mail.ru"
