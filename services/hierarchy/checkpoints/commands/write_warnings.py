"""Write letters about the silent and the slow: to their own people at once, to their SMOs once a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TypeAlias

import structlog

from contracts.appointments import Role
from contracts.event import REGION
from contracts.results import Warned
from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.mail.texts import text
from services.chassis.process.clock import Clock
from services.hierarchy.accounts.commands.write_letters import write_to
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.checkpoints.store import warnings
from services.hierarchy.checkpoints.store.warnings import Untold
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.core.store import campaigns

log = structlog.get_logger()

ROOM, KIND = "services.hierarchy.checkpoints", "warning"
EVERY = 60.0
"""Seconds between looks at who is still to be told."""

HOLDERS = (Role.HEAD, Role.RESPONSIBLE)
"""Who is told of a municipality: the last of these that there is."""

Said: TypeAlias = Mapping[str, object]
"""What a letter says of a municipality, and whether somebody there is `called`."""

MORNING = time(8)
"""From when on an SMO is told of all that has come since yesterday: what is found at midnight comes one by
one."""

REASONS = {
    Warned.SILENT: "три дня не было ни одной инициативы",
    Warned.SLOW: "меньше 70 % того, что должно быть к этому дню",
}


async def write_warnings(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Tell whoever is still to be told, until cancelled. Needs a pool that sees every municipality."""
    await now_and_again(lambda: tell(pool, entrance, clock.now()), EVERY, "warnings_wait")


async def tell(pool: Pool, entrance: Entrance, now: datetime) -> None:
    """Write to everybody who is to be told now. The letters and the memory of them are one transaction: after
    a stop at any moment either both are there or neither."""
    async with pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if campaign is None or not await warnings.is_alone(db):
            return
        if not campaign.plan.warnings:
            # Nobody is told later of what was found while nobody was to be told.
            await warnings.forget_untold(db, campaign.id, now)
            return
        waiting = await warnings.untold(db, campaign.id)
        if not waiting:
            return
        present = await appointments.present(db, {REGION, *(each.municipality for each in waiting)})
        called = {each.municipality: each for role in HOLDERS for each in present if each.role is role}
        told = [each for each in waiting if each.person and each.municipality in called]
        await _tell_persons(db, entrance, campaign, [(each, called[each.municipality]) for each in told], now)
        operators = [each for each in present if each.role is Role.SMO_OPERATOR]
        said = [
            (each, {**_said(entrance, each), "called": each.municipality in called})
            for each in waiting
            if each.council
        ]
        await _tell_councils(db, campaign, operators, said, now)


async def _tell_persons(
    db: Db,
    entrance: Entrance,
    campaign: CampaignDefined,
    told: Sequence[tuple[Untold, Appointment]],
    now: datetime,
) -> None:
    """Write to the responsible person of each, or to the Head where there is none."""
    known = await accounts.some(db, {holder.account for _, holder in told})
    written = [
        (
            known[holder.account],
            text(ROOM, "warning", addressee=holder.name, **_said(entrance, each)),
        )
        for each, holder in told
    ]
    await write_to(db, written, KIND, now)
    await warnings.tell_persons(db, campaign.id, [each for each, _ in told], now)


async def _tell_councils(
    db: Db,
    campaign: CampaignDefined,
    operators: Sequence[Appointment],
    said: Sequence[tuple[Untold, Said]],
    now: datetime,
) -> None:
    zone = region_zone(campaign)
    if now.astimezone(zone).time() < MORNING:
        return
    today = now.astimezone(zone).date()
    last, by_smo = (
        await warnings.last_told(db, campaign.id),
        defaultdict[str, list[tuple[Untold, Said]]](list),
    )
    for each, words in said:
        if each.smo:
            by_smo[each.smo].append((each, words))
    due = {smo for smo in by_smo if smo not in last or last[smo].astimezone(zone).date() != today}
    writing = [operator for operator in operators if operator.of in due]
    known = await accounts.some(db, {operator.account for operator in writing})
    items = {smo: [words for _, words in by_smo[smo]] for smo in due}
    written = [
        (known[to.account], text(ROOM, "warnings", addressee=to.name, items=items[to.of])) for to in writing
    ]
    await write_to(db, written, KIND, now)
    told = [each for smo in {operator.of for operator in writing} for each, _ in by_smo[smo]]
    await warnings.tell_councils(db, campaign.id, told, now)


def _said(entrance: Entrance, each: Untold) -> dict[str, str]:
    """What a letter says of a municipality."""
    url = f"{entrance.public_url}/cabinet/municipalities/{each.municipality}"
    return {"place": each.name, "reason": REASONS[each.warning], "day": in_words(each.day), "url": url}
