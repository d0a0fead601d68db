"""Write letters about the silent and the slow: to their own people at once, to their SMOs once a day."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog
import uuid_utils.compat

from contracts.appointments import Role
from contracts.event import REGION
from contracts.results import Warned
from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.db import notify
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import Text, text
from services.chassis.process.clock import Clock
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.checkpoints.store import warnings
from services.hierarchy.checkpoints.store.warnings import Untold
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns

log = structlog.get_logger()

ROOM = "services.hierarchy.checkpoints"
EVERY = 5.0
"""Seconds between looks at who is still to be told."""

MORNING = time(8)
"""From when on an SMO is told of all that has come since yesterday: what is found at midnight comes one by
one."""

REASONS = {
    Warned.SILENT: "три дня не было ни одной инициативы",
    Warned.SLOW: "меньше 70 % того, что должно быть к этому дню",
}


async def write_warnings(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Tell whoever is still to be told, until cancelled. Needs a pool that sees every municipality."""
    while True:
        try:
            await tell(pool, entrance, clock.now())
        except notify.LOST as error:
            log.warning("warnings_wait", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def tell(pool: Pool, entrance: Entrance, now: datetime) -> None:
    """Write to everybody who is to be told now. The letters and the memory of them are one transaction: after
    a stop at any moment either both are there or neither."""
    async with pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if campaign is None or not (waiting := await warnings.untold(db, campaign.id)):
            return
        if not campaign.plan.warnings:
            # Nobody is told later of what was found while nobody was to be told.
            await warnings.tell_persons(db, campaign.id, [each for each in waiting if each.person], now)
            await warnings.tell_councils(db, campaign.id, [each for each in waiting if each.council], now)
            return
        told = [each for each in waiting if each.person and await _tell_person(db, entrance, each, now)]
        await warnings.tell_persons(db, campaign.id, told, now)
        councils = [each for each in waiting if each.council]
        await _tell_councils(db, entrance, campaign, councils, now)


async def _tell_person(db: Db, entrance: Entrance, untold: Untold, now: datetime) -> bool:
    """Whether somebody is appointed there now, and was written to: the responsible person, or the Head."""
    present = await appointments.present(db, [untold.municipality])
    for role in (Role.RESPONSIBLE, Role.HEAD):
        if holders := [each for each in present if each.role is role]:
            given = {"place": untold.name, "reason": REASONS[untold.warning], "day": in_words(untold.day)}
            url = f"{entrance.public_url}/cabinet/municipalities/{untold.municipality}"
            await _write(
                db, holders[0], text(ROOM, "warning", **given, addressee=holders[0].name, url=url), now
            )
            return True
    return False


async def _tell_councils(
    db: Db, entrance: Entrance, campaign: CampaignDefined, untold: Sequence[Untold], now: datetime
) -> None:
    zone = ZoneInfo(campaign.time_zone)
    if now.astimezone(zone).time() < MORNING:
        return
    last, by_smo = await warnings.last_told(db, campaign.id), defaultdict[str | None, list[Untold]](list)
    for each in untold:
        by_smo[each.smo].append(each)
    operators = [each for each in await appointments.present(db, [REGION]) if each.role is Role.SMO_OPERATOR]
    for smo, those in by_smo.items():
        written = last.get(smo) if smo else None
        mine = [operator for operator in operators if operator.of == smo]
        today = written is not None and written.astimezone(zone).date() == now.astimezone(zone).date()
        if mine and not today:
            for operator in mine:
                await _write(db, operator, _bundle(entrance, operator.name, those), now)
            await warnings.tell_councils(db, campaign.id, those, now)


def _bundle(entrance: Entrance, name: str, those: Sequence[Untold]) -> Text:
    items = [
        {
            "place": each.name,
            "reason": REASONS[each.warning],
            "day": in_words(each.day),
            "url": f"{entrance.public_url}/cabinet/municipalities/{each.municipality}",
        }
        for each in those
    ]
    return text(ROOM, "warnings", addressee=name, items=items)


async def _write(db: Db, to: Appointment, given: Text, now: datetime) -> None:
    account = await accounts.get(db, to.account)
    letter = Letter(
        uuid_utils.compat.uuid7(), account.email, given.subject, given.body, "warning", account.id
    )
    await letters.write(db, letter, now)
