"""Write to everybody once at the end of a working day what still waits for them."""

from datetime import date, datetime
from uuid import UUID

import structlog

from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.away import AWAY
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text as letter_text
from services.chassis.process.clock import Clock
from services.chassis.web.pages import until
from services.directory.grants import Staff
from services.directory.staff import grants_of
from services.hierarchy.accounts.store import accounts
from services.hierarchy.cabinet.domain.evening import all_of, ends_now, unsaid
from services.hierarchy.cabinet.store import evening
from services.hierarchy.cabinet.waiting import look, waiting
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.waiting import Line
from services.hierarchy.core.store import campaigns
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between looks."""

ROOM, KIND = "services.hierarchy.cabinet", "evening"


async def write_evening_letters(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Look again and again whether the day is over, until cancelled. Needs a pool that sees every
    municipality."""

    async def ended() -> None:
        await write_what_is_open(entrance, pool, clock.now())

    await now_and_again(ended, EVERY, "evening_letters_wait")


async def write_what_is_open(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many were written to: each in a transaction of its own, so that a kill or a fault in somebody's
    «Сегодня» loses nobody and repeats nothing."""
    async with pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if campaign is None:
            return 0
        looked = await look_at_regulation(db, None, now)
        if looked.day > campaign.close_until or not ends_now(looked.schedule, looked.day, now):
            return 0
        found = await evening.waiting(db, now, looked.day)
    written = 0
    for account in found:
        try:
            async with pool.acquire() as db, db.transaction():
                written += await _write(db, entrance, account, campaign, looked.day, now)
        except (ConnectionError, *AWAY):
            raise
        except Exception:
            # One whose lines take too long, too. Its transaction is undone: the next look tries it again.
            log.exception("evening_letter_waits", account=account)
    return written


async def _write(
    db: Db, entrance: Entrance, account: UUID, campaign: CampaignDefined, day: date, now: datetime
) -> bool:
    remembered = await evening.look(db, account, day)
    if remembered is None:
        # Another worker has thought of it.
        return False
    who = Staff(account, account, await grants_of(db, account, now))
    lines = await waiting(db, await look(db, who, now))
    await tenancy.see(db, REGION)
    await evening.say(db, account, all_of(lines))
    new = unsaid(lines, remembered.said) if remembered.wanted else []
    if not new:
        return False
    to = await accounts.get(db, account)
    said = letter_text(
        ROOM,
        "evening",
        addressee=to.name,
        lines=[_sentence(line, campaign.time_zone) for line in new],
        url=f"{entrance.public_url}/cabinet",
    )
    await letters.write(db, Letter(to.email, *said, KIND, account), now)
    return True


def _sentence(line: Line, zone: str) -> str:
    due = f" (до {until(line.due, zone)})" if line.due else ""
    where = f", {line.where}" if line.where else ""
    return f"{line.sentence}{where}{due}"
