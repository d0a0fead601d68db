"""Write to authors and co-authors what was decided on their initiatives: one letter for all of some
minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import fill
from typing import TypeAlias
from uuid import UUID

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined, StructureEvent
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import Text, text
from services.chassis.streams import mirror
from services.chassis.text import shortened
from services.intake.determination.domain.decisions import Kind
from services.intake.determination.store import reports
from services.intake.determination.store.reports import GoesOn, Untold
from services.intake.initiatives.course import reason_of
from services.intake.initiatives.domain import UNDONE_WITHIN, runs
from services.intake.participants.digests import Stops
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants

EVERY = 10.0
"""Seconds."""

SETTLED = UNDONE_WITHIN + timedelta(minutes=1)
"""After this nobody takes a decision back, nor commits that they did."""

GATHERED = SETTLED + timedelta(minutes=2)
"""How long an author's oldest waits for others."""

AUTHORS = 100
"""Written to in one transaction."""

NAMED = 50
"""Decisions that a letter tells with title and text; of the others, the numbers."""

TITLE_LONGEST, LINE = 100, 70
LONG_PAST = timedelta(days=1)
ROOM = "services.intake.determination"

RESULTS = frozenset({Kind.RETURN, Kind.PUT_FORWARD, Kind.MERGE, Kind.DECLINE})
"""Of these is told who wants no letter of every step: what waits for them, and what ends it."""

JOINED = "joined"
"""Another one was merged into this: told as what was decided on it."""


@dataclass(frozen=True, slots=True)
class News:
    """A decision as one reader is told of it. `own`: to its author, not to a co-author."""

    kind: str
    id: UUID
    number: int
    title: str
    untold: Untold
    own: bool
    other: int | None = None


Joint: TypeAlias = Mapping[UUID, Sequence[UUID]]
"""Initiative → its co-authors."""


async def write_decisions(pool: Pool, stops: Stops) -> None:
    """Write the letters that are due, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        while await write_bundle(pool, stops, datetime.now(UTC)) == AUTHORS:
            pass

    await now_and_again(look, EVERY, "decisions_wait")


async def write_bundle(pool: Pool, stops: Stops, now: datetime) -> int:
    """Write to the authors who have waited for long enough, and to the co-authors of what was decided; how
    many authors those were.

    What is told of is committed with its letter. What was taken back is told to nobody, nor is what a
    demonstration decides for a day long past.
    """
    async with pool.acquire() as db, db.transaction():
        await reports.pass_over(db, now - SETTLED, now)
        authors = await reports.due(db, now - GATHERED, AUTHORS)
        if not authors:
            return 0
        taken = await reports.take(db, authors, now - SETTLED)
        await _write(db, stops, [one for one in taken if _is_news(one)], now)
        await reports.report(db, taken, now)
    return len(authors)


def _is_news(one: Untold) -> bool:
    past = one.decided.decided_at < one.taken_at - LONG_PAST
    return not past and one.decided.undone_at is None and one.status is not InitiativeStatus.WITHDRAWN


async def _write(db: Db, stops: Stops, news: Sequence[Untold], now: datetime) -> None:
    if not news:
        return
    others = await reports.goes_on_in(db, news)
    joint = await reports.co_authors_of(db, {*others, *(one.initiative_id for one in news)})
    told = _by_reader(news, others, joint)
    addresses = await participants.addressees(db, list(told), [Letters.ALL, Letters.RESULTS])
    defined = await mirror.all_of(db, StructureEvent.topic, [CampaignDefined])
    campaigns = {each.id: each for each in defined if isinstance(each, CampaignDefined)}
    for reader, whole in told.items():
        if reader not in addresses:
            continue
        email, wanted = addresses[reader]
        theirs = [one for one in whole if wanted is Letters.ALL or one.kind in {*RESULTS, JOINED}]
        if theirs:
            written = _text(stops, reader, theirs, campaigns)
            letter = Letter(email, *written, "decided", reader, headers=stops.headers(reader))
            await letters.write(db, letter, now)


def _by_reader(news: Iterable[Untold], others: Mapping[UUID, GoesOn], joint: Joint) -> dict[UUID, list[News]]:
    told: dict[UUID, list[News]] = {}
    for one in news:
        other = others.get(one.merged_into) if one.merged_into else None
        readers = _readers(one.initiative_id, one.participant_id, joint)
        number = other.number if other else None
        for reader, own in readers.items():
            said = News(one.kind, one.initiative_id, one.number, one.title, one, own, number)
            told.setdefault(reader, []).append(said)
        if other is None:
            continue
        for reader, own in _readers(other.id, other.participant_id, joint).items():
            if reader not in readers:
                joined = News(JOINED, other.id, other.number, other.title, one, own, one.number)
                told.setdefault(reader, []).append(joined)
    return told


def _readers(initiative: UUID, author: UUID | None, joint: Joint) -> dict[UUID, bool]:
    """Who is told of an initiative, and whether it is their own."""
    co_authors = dict.fromkeys(joint.get(initiative, ()), False)
    return co_authors | ({author: True} if author else {})


def _text(stops: Stops, reader: UUID, news: Sequence[News], campaigns: Mapping[str, CampaignDefined]) -> Text:
    numbers = sorted({one.number for one in news})
    return text(
        ROOM,
        "decided",
        count=len(numbers),
        own_alone=all(one.own for one in news),
        joint_alone=not any(one.own for one in news),
        named=[_item(stops.site, one, campaigns.get(one.untold.campaign)) for one in news[:NAMED]],
        others=fill(", ".join(runs(sorted({one.number for one in news[NAMED:]}))), LINE),
        own=f"{stops.site}/initiatives",
        settings=f"{stops.site}/me/letters",
        stop=stops.url(reader),
    )


def _item(site: str, one: News, campaign: CampaignDefined | None) -> dict[str, object]:
    decided = one.untold.decided
    names = {each.code: each.name for each in campaign.directions} if campaign else {}
    # What is said of a merged one is said to its own authors.
    ours = one.kind != JOINED
    return {
        "kind": one.kind,
        "own": one.own,
        "number": one.number,
        "title": shortened(one.title, TITLE_LONGEST),
        "url": f"{site}/initiatives/{one.id}",
        "level": decided.level,
        "direction": names.get(decided.direction_before, ""),
        "into": names.get(one.untold.into, ""),
        "other": one.other,
        "reason": (reason_of(campaign, decided) or "") if campaign and ours else "",
        "text": decided.text if ours else "",
    }
