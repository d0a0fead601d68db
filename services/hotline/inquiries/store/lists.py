"""Lists of inquiries within somebody's reach: the desk's queue, what has ended, what is found by name.

What is open is a hundredth of what has ended: it is read by an index of its own, and searched by any word;
what has ended is found by state in portions, or by number, telephone or address.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid
from services.chassis.mail.addresses import normalise_email
from services.chassis.phones import normalise_phone
from services.chassis.text import one_line
from services.directory.region import foldable
from services.hotline.inquiries.domain.inquiries import OPEN
from services.hotline.inquiries.domain.viewers import Viewer

sql = queries.load(__package__, "lists.sql")


ENDED = tuple(status for status in InquiryStatus if status not in OPEN)
STATES = {"open": tuple(OPEN), "ended": ENDED, **{status.value: (status,) for status in InquiryStatus}}
"""What is asked for by state: a status, all that is open, all that has ended."""


class WhoHolds(StrEnum):
    """Whose inquiries: one's own, nobody's yet, or anybody's."""

    ANYBODY = ""
    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inquiries: `state` is a key of `STATES`, `account` somebody who holds them, `after` the last of
    the page before. Of what has ended none is overdue or waits for a holder: there both mean nothing."""

    state: str = "open"
    holder: WhoHolds = WhoHolds.ANYBODY
    account: UUID | None = None
    level: Level | None = None
    group: UUID | None = None
    overdue: bool = False
    theme: str = ""
    channel: Channel | None = None
    q: str = ""
    after: UUID | None = None
    limit: int = 50


def has_ended(state: str) -> bool:
    """Whether a state is one of what has ended."""
    return OPEN.isdisjoint(STATES.get(state, OPEN))


@dataclass(frozen=True, slots=True)
class Listed:
    """An inquiry in a list. `due_at`: by when the next answer is due; `late`: one was not in time;
    `warned`: three quarters of the time of a step that is open have passed."""

    municipality: str
    id: UUID
    number: int
    organization: UUID | None
    theme: str
    channel: Channel
    status: InquiryStatus
    level: Level
    group: UUID | None
    holder: UUID | None
    holder_name: str
    name: str
    phone: str
    subject: str
    opened_at: datetime
    first_answered_at: datetime | None
    answered_at: datetime | None
    answer_due_at: datetime
    waiting_since: datetime | None
    late: bool
    escalations: int
    reopened: int
    version: int
    due_at: datetime
    regulation_of: str
    regulation: int
    zone: str
    warned: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What is open within somebody's reach, and how."""

    open: int
    new: int
    taken: int
    waiting: int
    transferred: int
    mine: int
    unheld: int
    overdue: int


async def queue(db: Db, viewer: Viewer, wanted: Wanted, now: datetime) -> list[Listed]:
    """What is open, the next that is due first; what has ended, the newest first; within the transaction's
    municipalities. Raises Invalid for a state that there is not."""
    states = STATES.get(wanted.state)
    if states is None:
        raise Invalid("state-unknown", field="state")
    if not has_ended(wanted.state):
        return await _open(db, viewer, wanted, states, now)
    if wanted.q:
        return await named(db, viewer, wanted, states)
    return await _ended(db, viewer, wanted, states)


async def named(
    db: Db, viewer: Viewer, wanted: Wanted, states: "tuple[InquiryStatus, ...]" = tuple(InquiryStatus)
) -> list[Listed]:
    """What has this number, or was asked from this telephone or address, in any of these states."""
    text = one_line(wanted.q).removeprefix("№").strip()
    number = int(text) if re.fullmatch("[0-9]{1,18}", text) else None
    sought = (number, phone_of(text), _email_of(text))
    portion = (list(states), wanted.after, wanted.limit)
    rows = await db.fetch(sql.named, *_reach(viewer), *sought, *portion, *_filters(viewer, wanted))
    return [_listed(row) for row in rows]


async def counts(db: Db, viewer: Viewer, now: datetime) -> Counts:
    """How many are open, and how."""
    row: Any = await db.fetchrow(sql.counts, *_reach(viewer), now, viewer.account)
    return Counts(**dict(row))


async def _open(
    db: Db, viewer: Viewer, wanted: Wanted, states: "tuple[InquiryStatus, ...]", now: datetime
) -> list[Listed]:
    text = foldable(one_line(wanted.q).removeprefix("№").strip()) or None
    phone = phone_of(text) if text else None
    found = (wanted.overdue, now, text, phone, wanted.after, wanted.limit)
    nobody = wanted.holder is WhoHolds.NOBODY
    rows = await db.fetch(sql.open, *_reach(viewer), list(states), *_filters(viewer, wanted), *found, nobody)
    return [_listed(row) for row in rows]


async def _ended(db: Db, viewer: Viewer, wanted: Wanted, states: "tuple[InquiryStatus, ...]") -> list[Listed]:
    places, whole, groups, organizations = _reach(viewer)
    asked = (list(states), *_filters(viewer, wanted), wanted.after, wanted.limit)
    rows = list(await db.fetch(sql.ended, whole, *asked)) if whole else []
    if groups or organizations:
        rows += await db.fetch(sql.ended_passed, places, groups, organizations, *asked)
    found = {row["id"]: _listed(row) for row in rows}
    newest = sorted(found.values(), key=lambda each: (each.opened_at, each.id), reverse=True)
    return list(islice(newest, wanted.limit))


def _filters(viewer: Viewer, wanted: Wanted) -> tuple[object, ...]:
    held_by = viewer.account if wanted.holder is WhoHolds.MINE else wanted.account
    return (held_by, wanted.level, wanted.group, wanted.theme or None, wanted.channel)


def _reach(viewer: Viewer) -> "tuple[list[str], list[str], list[UUID], list[UUID]]":
    return (
        sorted(viewer.places),
        sorted(viewer.municipalities),
        sorted(viewer.groups),
        sorted(viewer.organizations),
    )


def phone_of(text: str) -> str | None:
    """The stored form of what may be a telephone number."""
    try:
        return normalise_phone(text) or None
    except Invalid:
        return None


def _email_of(text: str) -> str | None:
    try:
        return normalise_email(text)
    except Invalid:
        return None


def _listed(row: Any) -> Listed:
    enums = {
        "channel": Channel(row["channel"]),
        "status": InquiryStatus(row["status"]),
        "level": Level(row["level"]),
    }
    return Listed(**{**dict(row), **enums})
