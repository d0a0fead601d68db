"""Send the letters that wait: by SMTP, or as files for a machine without a mail server."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TypeAlias

import aiosmtplib
import structlog
from pydantic import AnyUrl

from services.chassis.db import notify
from services.chassis.db.pool import Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.process.settings import IssuerSettings
from services.chassis.streams.kafka import SelfCheckFailed

log = structlog.get_logger()

AT_ONCE = 50
LONGEST_PAUSE = timedelta(hours=1)

Send: TypeAlias = Callable[[Letter, EmailMessage], Awaitable[None]]


async def send_letters(settings: IssuerSettings, pool: Pool) -> None:
    """Send letters as they are written, until cancelled. A letter that fails is tried again, later
    and later; after a crash between sending and forgetting it is sent twice."""
    send = by_smtp(settings.smtp_url) if settings.smtp_url else into_folder(settings.mail_dir)
    async for _ in notify.heard(settings, letters.CHANNEL):
        try:
            while await _send_some(pool, send, settings.mail_from):
                pass
        except notify.LOST as error:
            log.warning("letters_wait", error=type(error).__name__)


async def _send_some(pool: Pool, send: Send, sender: str) -> int:
    now = datetime.now(UTC)
    async with pool.acquire() as db, db.transaction():
        due = await letters.take(db, now, AT_ONCE)
        sent = []
        for letter in due:
            try:
                await send(letter, message(letter, sender, now))
                sent.append(letter.id)
            except (OSError, aiosmtplib.SMTPException) as error:
                log.warning("letter_put_off", letter_id=str(letter.id), error=type(error).__name__)
                await letters.put_off(db, letter.id, now + _pause(letter.attempts))
        await letters.remove(db, sent)
    return len(due)


def _pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_PAUSE)


def message(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """The letter as it travels."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, letter.recipient, letter.subject
    mail["Date"], mail["Message-ID"] = format_datetime(now), f"<{letter.id}@dialogue>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body, cte="8bit")
    return mail


def into_folder(folder: Path | None) -> Send:
    """Each letter becomes a file `<id>.eml`, complete from the moment that it has this name."""
    if folder is None:
        raise SelfCheckFailed("either APP_SMTP_URL or APP_MAIL_DIR must be set")
    folder.mkdir(parents=True, exist_ok=True)

    async def send(letter: Letter, mail: EmailMessage) -> None:
        unfinished = folder / f".{letter.id}"
        await asyncio.to_thread(unfinished.write_bytes, bytes(mail))
        await asyncio.to_thread(unfinished.rename, folder / f"{letter.id}.eml")

    return send


def by_smtp(url: str) -> Send:
    """Letters go to a mail server, `smtp://user:password@host:port` (`smtps://` for TLS)."""
    server = AnyUrl(url)

    async def send(_: Letter, mail: EmailMessage) -> None:
        await aiosmtplib.send(
            mail,
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.scheme == "smtps",
            timeout=20,
        )

    return send
