"""Write to every author and co-author, once the campaign is over, what became of their initiatives."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from textwrap import fill
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined, StructureEvent
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import Text, text
from services.chassis.streams import mirror
from services.chassis.text import shortened
from services.intake.initiatives.domain import UNDONE_WITHIN, runs
from services.intake.initiatives.store import outcomes
from services.intake.initiatives.store.outcomes import Became, Following
from services.intake.participants.digests import Stops
from services.intake.participants.domain import Letters

EVERY = 60.0
"""Seconds."""

SETTLED = UNDONE_WITHIN + timedelta(minutes=5)
"""After the last day, until when the last decision is taken back, and told by its own letter."""

LONG_PAST = timedelta(days=30)
"""After so long nobody begins to tell: what is long past is no news."""

PARTICIPANTS = 200
"""Looked at in one transaction."""

NAMED = 50
"""Initiatives that a letter names with title and address; of the others, the numbers by state."""

TITLE_LONGEST, LINE = 100, 70
ROOM = "services.intake.initiatives"

log = structlog.get_logger()


async def write_outcomes(pool: Pool, stops: Stops) -> None:
    """Write the letters of campaigns that are over, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        for campaign in await _over(pool, datetime.now(UTC)):
            while await write_bundle(pool, stops, campaign, datetime.now(UTC)) is not None:
                pass

    await now_and_again(look, EVERY, "outcomes_wait")


async def write_bundle(pool: Pool, stops: Stops, campaign: CampaignDefined, now: datetime) -> int | None:
    """Write to the authors and co-authors among the next participants; how many those were, none once all
    were told or while another worker tells them.

    How far it is is committed with the letters: whoever goes on after a crash neither repeats nor leaves out.
    """
    async with pool.acquire() as db, db.transaction():
        await outcomes.begin(db, campaign.id, now)
        place = await outcomes.hold(db, campaign.id)
        if place is None:
            return None
        found = await outcomes.following(db, campaign.id, place, PARTICIPANTS)
        if not found:
            await outcomes.finish(db, campaign.id, now)
            log.info("outcomes_told", campaign=campaign.id)
            return None
        told = await _write(db, stops, campaign, found, now)
        await outcomes.go_on(db, campaign.id, found[-1].place, told)
        return told


def is_over(campaign: CampaignDefined, now: datetime) -> bool:
    """Whether nothing is decided in a campaign any more: its last day has ended, and not long ago."""
    return timedelta() <= now - _ended_at(campaign.close_until, campaign.time_zone) - SETTLED < LONG_PAST


def _ended_at(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


async def _over(pool: Pool, now: datetime) -> list[CampaignDefined]:
    async with pool.acquire() as db:
        defined = await mirror.all_of(db, StructureEvent.topic, [CampaignDefined])
        done = await outcomes.finished(db)
    campaigns = [each for each in defined if isinstance(each, CampaignDefined)]
    return [each for each in campaigns if each.id not in done and is_over(each, now)]


async def _write(
    db: Db, stops: Stops, campaign: CampaignDefined, found: Sequence[Following], now: datetime
) -> int:
    """These results come whatever steps an author wants to know, but not to who has stopped all letters."""
    wanting = {one.place.participant_id: one for one in found if one.email and one.letters != Letters.NONE}
    became = await outcomes.became_of(db, [one.place for one in wanting.values()])
    written = [
        _letter(stops, campaign, wanting[author].email, author, theirs) for author, theirs in became.items()
    ]
    await letters.write_many(db, written, now)
    return len(written)


def _letter(
    stops: Stops, campaign: CampaignDefined, email: str, author: UUID, became: Sequence[Became]
) -> Letter:
    written = _text(stops, campaign, author, became)
    return Letter(email, *written, "outcome", author, headers=stops.headers(author))


def _text(stops: Stops, campaign: CampaignDefined, author: UUID, became: Sequence[Became]) -> Text:
    named = [
        {
            "number": one.number,
            "title": shortened(one.title, TITLE_LONGEST),
            "status": one.status.value,
            "own": one.own,
            "into": one.into,
            "url": f"{stops.site}/initiatives/{one.id}",
        }
        for one in became[:NAMED]
    ]
    return text(
        ROOM,
        "outcome",
        count=len(became),
        campaign=campaign.name,
        own_alone=all(one.own for one in became),
        joint_alone=not any(one.own for one in became),
        named=named,
        others=_by_state(became[NAMED:]),
        own=f"{stops.site}/initiatives",
        settings=f"{stops.site}/me/letters",
        stop=stops.url(author),
    )


def _by_state(became: Sequence[Became]) -> list[dict[str, object]]:
    by_state: dict[tuple[bool, InitiativeStatus], list[int]] = {
        (own, status): [] for own in (True, False) for status in InitiativeStatus
    }
    for one in became:
        by_state[one.own, one.status].append(one.number)
    return [
        {"own": own, "status": status.value, "numbers": fill(", ".join(runs(theirs)), LINE)}
        for (own, status), theirs in by_state.items()
        if theirs
    ]
