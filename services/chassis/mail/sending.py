"""Send the letters that wait: by SMTP, or as files for a machine without a mail server."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from uuid import UUID

import aiosmtplib
import structlog
import uuid_utils.compat

from services.chassis.db import notify
from services.chassis.db.pool import Pool
from services.chassis.mail import headers, letters
from services.chassis.mail.addresses import unwrapped
from services.chassis.mail.footer import footer
from services.chassis.mail.letters import Letter
from services.chassis.mail.settings import IssuerSettings
from services.chassis.mail.smtp import Session
from services.chassis.mail.smtp_url import server_of
from services.chassis.process.selfcheck import SelfCheckFailed

log = structlog.get_logger()

AT_ONCE = 50
LINE_MOST = 998
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPTS = 82
"""After so many, about three days, a letter is set aside."""

LEASE = timedelta(minutes=2)
LONGEST = 50.0
"""Seconds for reaching the server, and again for one letter; together less than the lease."""

CALENDAR_FILE = "meeting.ics"
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)

AWAY = "Почтовый сервер недоступен или не принимает писем от нас."


class Undeliverable(Exception):
    """This letter will not arrive, however often it is tried: why, in words for the administrator."""


class PutOff(Exception):
    """This letter may arrive later."""


class Unreachable(Exception):
    """No letter can be sent now."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who letters come from, and what stands under each of them, and under those that may be answered."""

    address: str
    footer: str = ""
    answerable_footer: str = ""


class Outlet(Protocol):
    """How letters leave."""

    async def open(self) -> None:
        """Be ready for a letter."""

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Hand a letter over for one recipient."""

    async def close(self) -> None:
        """No letter follows for now."""


async def send_letters(settings: IssuerSettings, pool: Pool) -> None:
    """Send letters as they are written, until cancelled. A letter that fails is tried again, later
    and later, and then set aside; after a crash the one that was being sent may be sent twice."""
    outlet = outlet_of(settings)
    sender = Sender(settings.mail_from, footer(settings.support), footer(settings.support, answers_read=True))
    async for _ in notify.heard(settings, letters.CHANNEL):
        try:
            while await send_bundle(pool, outlet, sender):
                pass
        except notify.LOST as error:
            log.warning("letters_wait", error=type(error).__name__)


def outlet_of(settings: IssuerSettings) -> Outlet:
    """The mail server of the settings, or else their folder. Raises SelfCheckFailed if there is neither."""
    if settings.smtp_url:
        return Session(server_of(settings.smtp_url))
    if settings.mail_dir is None:
        raise SelfCheckFailed("either APP_SMTP_URL or APP_MAIL_DIR must be set")
    return Folder(settings.mail_dir)


async def send_bundle(pool: Pool, outlet: Outlet, sender: Sender) -> int:
    """Send what is due, in one session and outside any transaction; how many letters that were."""
    async with _leased(pool) as (holder, due):
        try:
            for nth, letter in enumerate(due):
                try:
                    await _send(pool, outlet, holder, letter, sender)
                except Unreachable as error:
                    log.warning("letters_put_off", count=len(due) - nth, error=str(error))
                    for other in due[nth:]:
                        await _put_off(pool, holder, other, AWAY)
                    break
        finally:
            await outlet.close()
    return len(due)


@asynccontextmanager
async def _leased(pool: Pool) -> AsyncIterator[tuple[UUID, list[Letter]]]:
    holder, now = uuid_utils.compat.uuid7(), datetime.now(UTC)
    async with pool.acquire() as db, db.transaction():
        due = await letters.lease(db, holder, now, now + LEASE, AT_ONCE)
    try:
        yield holder, due
    finally:
        # What was not sent waits for nobody's lease; if the database is away, for its end.
        if due:
            with suppress(*notify.LOST):
                async with pool.acquire() as db:
                    await letters.release(db, holder, datetime.now(UTC))


async def _send(pool: Pool, outlet: Outlet, holder: UUID, letter: Letter, sender: Sender) -> None:
    now = datetime.now(UTC)
    async with pool.acquire() as db:
        if not await letters.hold(db, letter, holder, now, now + LEASE):
            return
    try:
        await _deliver(outlet, letter, sender, now)
    except Undeliverable as error:
        await _give_up(pool, holder, letter, str(error))
    except PutOff as error:
        log.warning("letter_put_off", letter_id=str(letter.id), error=str(error))
        await _put_off(pool, holder, letter, str(error))
    else:
        async with pool.acquire() as db, db.transaction():
            await letters.sent(db, letter)


async def _deliver(outlet: Outlet, letter: Letter, sender: Sender, now: datetime) -> None:
    try:
        recipient = recipient_of(letter)
        mail = message(letter, recipient, sender, now)
    except Exception as error:
        log.warning("letter_malformed", letter=str(letter.id), error=type(error).__name__)
        raise Undeliverable("Письмо не составить: адрес или текст не по правилам почты.") from error
    try:
        async with asyncio.timeout(LONGEST):
            await outlet.open()
    except Exception as error:
        raise Unreachable(type(error).__name__) from error
    try:
        async with asyncio.timeout(LONGEST):
            await outlet.send(mail, parseaddr(sender.address)[1], recipient.addr_spec)
    except Exception as error:
        if not isinstance(error, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused):
            # Half a letter may be on the way: the next one begins anew.
            await outlet.close()
        raise _explained(error) from error


def _explained(error: Exception) -> Exception:
    """What an error of one letter means: it never arrives, it may later, or none can now."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refused(error.recipients[0].code)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _refused(error.code)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Undeliverable(
            "Почтовый сервер не отправляет письма на адреса с русскими буквами перед знаком @."
        )
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        # Our own address is to blame, which is the same for all.
        return Unreachable(type(error).__name__)
    if isinstance(error, (OSError, aiosmtplib.SMTPException)):
        return PutOff(f"Связь с почтовым сервером прервалась ({type(error).__name__}).")
    return Undeliverable(f"Письмо не отправить: ошибка {type(error).__name__}.")


def _refused(code: int) -> Exception:
    if code < 500:
        return PutOff(f"Почтовый сервер просит подождать (код {code}).")
    if code in (550, 551, 553):
        return Undeliverable(f"Такого адреса нет, или он не принимает письма (код {code}).")
    if code == 552:
        return Undeliverable(f"Ящик переполнен (код {code}).")
    return Undeliverable(f"Почтовый сервер отказался принять письмо (код {code}).")


async def _put_off(pool: Pool, holder: UUID, letter: Letter, reason: str) -> None:
    if letter.attempts + 1 >= ATTEMPTS:
        await _give_up(pool, holder, letter, f"Не отправилось за три дня. {reason}")
        return
    async with pool.acquire() as db:
        await letters.put_off(db, letter, holder, datetime.now(UTC) + pause(letter.attempts))


async def _give_up(pool: Pool, holder: UUID, letter: Letter, reason: str) -> None:
    log.error("letter_set_aside", letter_id=str(letter.id), reason=reason)
    async with pool.acquire() as db, db.transaction():
        await letters.give_up(db, letter, holder, reason, datetime.now(UTC))


def pause(attempts: int) -> timedelta:
    """How long a letter waits after so many attempts: 1, 2, 4 … seconds, at most an hour."""
    return min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_PAUSE)


def recipient_of(letter: Letter) -> Address:
    """The one address of a letter. Raises ValueError, or whatever `email` does, for anything else."""
    given = unwrapped(letter.recipient)
    name, _, domain = given.rpartition("@")
    # `email` reads Russian letters before the @ as a fault; the mail server knows whether they are one.
    russian = not name.isascii() and "@" not in name
    address = Address(username=name, domain=domain) if russian else Address(addr_spec=given)
    if not (address.username and address.domain) or any(c in address.addr_spec for c in " ,;:<>\r\n"):
        raise ValueError("not one address")
    return address


def message(letter: Letter, recipient: Address, sender: Sender, now: datetime) -> EmailMessage:
    """The letter as it travels."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender.address, recipient, letter.subject
    mail["Date"] = format_datetime(now)
    headers.put(mail, letter)
    ending = sender.answerable_footer if "Reply-To" in letter.headers else sender.footer
    body = f"{letter.body.rstrip()}\n\n{ending}" if ending else letter.body
    # As it is, unless a line is longer than may travel (RFC 5322, 2.1.1): then `email` chooses.
    long = any(len(line.encode()) > LINE_MOST for line in body.splitlines())
    mail.set_content(body, cte=None if long else "8bit")
    if letter.calendar:
        _add_calendar(mail, letter.calendar)
    return mail


def _add_calendar(mail: EmailMessage, calendar: str) -> None:
    """Beside the text, by which mail programs offer to answer (RFC 6047), and as a file for the others.
    In base64: lines must end in CRLF on whatever way. Raises ValueError for one without a method."""
    found = METHOD.search(calendar)
    if found is None:
        raise ValueError("a calendar without a method")
    content, params = calendar.encode(), {"method": found[1], "charset": "utf-8"}
    mail.add_alternative(content, maintype="text", subtype="calendar", params=params)
    mail.add_attachment(content, maintype="application", subtype="ics", filename=CALENDAR_FILE)


class Folder:
    """Each letter becomes a file `<id>.eml`, complete from the moment that it has this name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def open(self) -> None:
        """It always is."""

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Write the file."""
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        content = mail.as_bytes(policy=policy.default.clone(utf8=not recipient.isascii()))
        unfinished = self._folder / f".{name}"
        await asyncio.to_thread(unfinished.write_bytes, content)
        await asyncio.to_thread(unfinished.rename, self._folder / f"{name}.eml")

    async def close(self) -> None:
        """Nothing to do."""
