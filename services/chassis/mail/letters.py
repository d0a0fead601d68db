"""Letters that wait to be sent; a service that writes to people has the table `letter`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import orjson
import uuid_utils.compat

from services.chassis.db import queries, set_aside
from services.chassis.db.pool import Db, announce
from services.chassis.db.pruning import Rule
from services.chassis.db.set_aside import Entry, Kind
from services.chassis.errors import Conflict
from services.chassis.mail.addresses import masked

sql = queries.load(__package__, "letters.sql")

CHANNEL = "letters"

FIGURES = re.compile(r"№?\s*\d+")

PRUNED = (
    Rule("letter", sql.prune_set_aside, timedelta(days=90), sql.waiting_to_go),
    Rule("set_aside", set_aside.sql.prune_letters, timedelta(days=90), set_aside.sql.letters_waiting),
)
"""Letters that were set aside and that nobody has repeated."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person: of which kind, about whose account, until when it is worth sending, what it
    brings for their calendar (iCalendar with a METHOD, RFC 5546), if anything, and which of the headers in
    `headers.HEADERS` it has of its own: what it answers, and where an answer to it goes."""

    recipient: str
    subject: str
    body: str
    kind: str = ""
    about: UUID | None = None
    expires_at: datetime | None = None
    attempts: int = 0
    calendar: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid_utils.compat.uuid7)


async def write(db: Db, letter: Letter, at: datetime) -> None:
    """Store a letter in the transaction that makes it necessary; the worker sends it."""
    await write_many(db, [letter], at)


async def write_many(db: Db, found: Sequence[Letter], at: datetime) -> None:
    """Like `write`, at once."""
    rows = [
        (
            *(each.id, each.recipient, each.subject, each.body),
            *(each.kind, each.about, each.expires_at, each.calendar, _stored(each), at),
        )
        for each in found
    ]
    if rows:
        await db.executemany(sql.insert, rows)
        announce(db, CHANNEL)


async def replace(db: Db, letter: Letter, at: datetime) -> None:
    """Like `write`, instead of those of the same kind to the same person that have not been sent."""
    await db.execute(sql.replace, letter.about, letter.kind)
    await write(db, letter, at)


async def drop(db: Db, about: UUID) -> None:
    """Forget every letter to this person that was not sent."""
    # In the order in which a repeat locks them.
    await db.execute(set_aside.sql.forget_about, KIND.word, await _references(db, about))
    await db.execute(sql.drop_about, about)


async def _references(db: Db, about: UUID) -> list[str]:
    return [str(row["id"]) for row in await db.fetch(sql.about, about)]


async def lease(db: Db, holder: UUID, now: datetime, until: datetime, limit: int) -> list[Letter]:
    """Letters that are due, for one holder alone until then; those past their time are dropped."""
    await db.execute(sql.drop_expired, now)
    return [_letter(row) for row in await db.fetch(sql.lease, holder, now, until, limit)]


async def hold(db: Db, letter: Letter, holder: UUID, now: datetime, until: datetime) -> bool:
    """Whether the holder may still send it, and has until then: it may be replaced or past its time."""
    return bool(await db.fetchval(sql.hold, letter.id, holder, now, until))


async def sent(db: Db, letter: Letter) -> None:
    """Forget a letter that was sent."""
    # In the order in which a repeat locks them: undone by a deadlock, the letter would go again.
    await set_aside.forget(db, KIND.word, str(letter.id))
    await db.execute(sql.remove, letter.id)


async def put_off(db: Db, letter: Letter, holder: UUID, until: datetime) -> None:
    """Try a letter again later."""
    await db.execute(sql.put_off, letter.id, holder, until)


async def release(db: Db, holder: UUID, now: datetime) -> None:
    """Let others send what a holder has not."""
    await db.execute(sql.release, holder, now)


async def give_up(db: Db, letter: Letter, holder: UUID, reason: str, now: datetime) -> None:
    """Set a letter aside, with the reason in words."""
    if await db.fetchval(sql.set_aside, letter.id, holder, now, reason):
        what = f"{_nameable(letter.subject)} → {masked(letter.recipient)}"
        await set_aside.add(db, KIND.word, what, reason, str(letter.id))


def _stored(letter: Letter) -> str:
    return orjson.dumps(dict(letter.headers)).decode()


def _letter(row: asyncpg.Record) -> Letter:
    return Letter(**{**dict(row), "headers": orjson.loads(row["headers"])})


def _nameable(subject: str) -> str:
    """A subject as it is shown to others: its figures may be a code, which is the recipient's alone."""
    return " ".join(FIGURES.sub("", subject.partition(":")[0]).split()).strip(" –,")


async def _send_again(db: Db, entry: Entry) -> bool:
    """It waits again. Raises Conflict if it was replaced or is not worth sending any more."""
    if not await db.fetchval(sql.send_again, UUID(entry.reference), datetime.now(UTC)):
        raise Conflict("letter-gone")
    announce(db, CHANNEL)
    return False


KIND = Kind("letter", "Письмо", _send_again)
