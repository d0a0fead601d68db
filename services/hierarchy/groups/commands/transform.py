"""Name the successor of transformed municipalities: it acts for them from then on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Scope
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.streams import outbox
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.appointments import Act, Acting, check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.commands.tell_rights import tell_grants, tell_serving
from services.hierarchy.core.domain.audit import ENDED, GROUP_DISSOLVED, MUNICIPALITY_TRANSFORMED, Line
from services.hierarchy.core.store import audit, campaigns
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.domain.serving import Serving
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.imports.store import imports
from services.hierarchy.territory.commands.set_campaign import check_administrator
from services.hierarchy.territory.domain.changes import next_version
from services.hierarchy.territory.domain.structure import check_transformed, successors
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Transformation:
    """By which law (number and day as they were typed) a municipality became part of its successor; `whole`:
    with its settlements."""

    successor: str
    number: str
    day: str
    whole: bool = False


async def transform(
    pool: Pool, by: Staff, code: str, wanted: Transformation, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with the codes that were transformed. Their Heads, their groups and whoever was appointed over them
    are no longer; figures, organizations and coordinators stay, and the successor's groups act for them.

    Raises NotFound for anybody but an administrator and for an unknown municipality, Conflict if it has a
    successor, Invalid for an unfit one and for the law's number or day.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        check_administrator(by)
        await tenancy.see(db, EVERYBODY)
        await imports.lock(db)
        known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
        old = check_transformed(known, code, wanted.successor, wanted.whole)
        latest = today(campaign.time_zone, now) if campaign else now.astimezone(UTC).date()
        law = check_act(wanted.number, wanted.day, latest)
        sides = {(each.municipality, each.served_by) for each in await serving.present(db)}
        touched = {code for pair in sides if not set(pair).isdisjoint(old) for code in pair}
        await appointments.lock_tenants(db, {*old, wanted.successor} | touched)
        heir = known[wanted.successor]
        heir = next_version(heir, replace(heir, successor_of=(*heir.successor_of, *old)))
        await municipalities.save(db, [heir])
        await outbox.publish(db, heir.defined())
        await _close(db, old, campaign, by, now)
        gone, who = successors(known.values()).keys(), Acting(by.account)
        await _take_over(db, old, heir.code, gone, law, who, now)
        lines = [Line(each, now, by.account, None, MUNICIPALITY_TRANSFORMED, each) for each in old]
        await audit.add(db, lines)
        answer = Answer(200, orjson.dumps({"transformed": old}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _close(
    db: Db, old: Sequence[str], campaign: CampaignDefined | None, by: Staff, now: datetime
) -> None:
    """Nobody holds anything over these any more but their organizations; their groups are dissolved."""
    present = await appointments.present(db, old)
    ended = [a.end(now) for a in present if SCOPE_OF[a.role] is not Scope.ORGANIZATION]
    for appointment in ended:
        await appointments.save_end(db, appointment)
    await tell_grants(db, ended)
    await audit.add(db, [_line(a.municipality, by, ENDED, f"appointment:{a.id}", now) for a in ended])
    for code in old:
        for group in await groups.present(db, code, campaign.id) if campaign else ():
            dissolved = group.dissolve(now)
            await groups.save(db, dissolved)
            await outbox.publish(db, dissolved.defined())
            await audit.add(db, [_line(code, by, GROUP_DISSOLVED, f"working-group:{group.id}", now)])


async def _take_over(
    db: Db, old: Sequence[str], heir: str, gone: Collection[str], law: Act, who: Acting, now: datetime
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
        taken_over = Serving(code, uuid_utils.compat.uuid7(), heir, act, now)
        await serving.add(db, taken_over)
        await tell_serving(db, taken_over)


def _line(municipality: str, by: Staff, action: str, subject: str, now: datetime) -> Line:
    return Line(municipality, now, by.account, None, action, subject)
