"""Name the successor of transformed municipalities: it acts for them from then on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import LAW, Act, check_lasting
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting, administrator
from services.hierarchy.core.domain.audit import ENDED, GROUP_DISSOLVED, MUNICIPALITY_TRANSFORMED
from services.hierarchy.core.store import audit, campaigns, locks, rights
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.commands.lock_group import save_group
from services.hierarchy.groups.domain.serving import Serving
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.territory.domain.changes import next_version
from services.hierarchy.territory.domain.structure import Municipality, check_transformed, successors
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Transformation:
    """By which law (number and day as they were typed) a municipality became part of its successor; `whole`:
    with its settlements."""

    municipality: str
    successor: str
    number: str
    day: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Transformed:
    """The codes of the municipalities that were transformed."""

    transformed: list[str]


async def transform(pool: Pool, by: Staff, given: Transformation, at: Moment) -> Transformed:
    """Their Heads, their groups and the people appointed over them lose their roles; figures, organizations
    and coordinators stay, and the successor's groups act for them.

    Raises NotFound for anybody but an administrator and for an unknown municipality, Conflict if it has a
    successor, Invalid for an unfit one and for the law's number or day.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Transformed):
            return done
        who = administrator(by)
        await tenancy.see(db, EVERYBODY)
        await locks.structure(db)
        known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
        old, law = _checked(given, known, campaign, at.now)
        await _lock_sides(db, old, given.successor)
        successor = known[given.successor]
        successor = next_version(successor, replace(successor, successor_of=(*successor.successor_of, *old)))
        await municipalities.save(db, [successor])
        await outbox.publish(db, successor.defined())
        await _close(db, old, campaign, who, at.now)
        gone = successors(known.values()).keys()
        await _take_over(db, old, successor.code, gone, law, who, at.now)
        for each in old:
            await audit.note(db, each, who, at.now, MUNICIPALITY_TRANSFORMED, each)
        return await idempotency.keep(db, at, Transformed(old))


def _checked(
    given: Transformation,
    known: Mapping[str, Municipality],
    campaign: CampaignDefined | None,
    now: datetime,
) -> tuple[list[str], Act]:
    checks = Checks()
    code = given.municipality
    old = checks.take(lambda: check_transformed(known, code, given.successor, given.whole))
    law = checks.take(lambda: check_lasting(LAW, given.number, given.day, campaign, now))
    checks.settle()
    return old, law


async def _lock_sides(db: Db, old: Sequence[str], successor: str) -> None:
    """Lock all that changes: also those that serve one of these by agreement, or are served by it."""
    sides = {(each.municipality, each.served_by) for each in await serving.present(db)}
    touched = {code for pair in sides if not set(pair).isdisjoint(old) for code in pair}
    await locks.tenants(db, *old, successor, *touched)


async def _close(
    db: Db, old: Sequence[str], campaign: CampaignDefined | None, who: Acting, now: datetime
) -> None:
    """Nobody holds anything over these any more but their organizations; their groups are dissolved."""
    present = await appointments.present(db, old)
    ended = [a.end(now) for a in present if SCOPE_OF[a.role] is not Scope.ORGANIZATION]
    for appointment in ended:
        await appointments.save_end(db, appointment)
    await rights.announce(db, *(appointment.event() for appointment in ended))
    for code in old:
        gone = (appointment.subject for appointment in ended if appointment.municipality == code)
        await audit.note(db, code, who, now, ENDED, *gone)
        for group in await groups.present(db, code, campaign.id) if campaign else ():
            await save_group(db, group.dissolve(now), who, GROUP_DISSOLVED, now)


async def _take_over(
    db: Db, old: Sequence[str], successor: str, gone: Collection[str], law: Act, who: Acting, now: datetime
) -> None:
    """The successor acts for them, also for what one of them had taken over before; they act for nobody."""
    taken = set(old)
    for stands in await serving.present(db):
        if stands.municipality in old or stands.served_by in old:
            await end_agreement(db, stands, who, now)
            taken |= {stands.municipality} & set(gone)
    for code in sorted(taken):
        act = uuid_utils.compat.uuid7()
        await appointments.add_act(db, code, act, law, who, now)
        taken_over = Serving(code, uuid_utils.compat.uuid7(), successor, act, now)
        await serving.add(db, taken_over)
        await rights.announce(db, taken_over.event())
