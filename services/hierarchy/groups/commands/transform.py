"""Name the successor of transformed municipalities: it acts for them from then on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Act, check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import ENDED, GROUP_DISSOLVED, MUNICIPALITY_TRANSFORMED
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.store import audit, campaigns, locks, rights
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.domain.serving import Serving
from services.hierarchy.groups.store import groups, serving
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
        who = authority(by, Deed.SET_REGION, THE_REGION)
        await tenancy.see(db, EVERYBODY)
        await locks.structure(db)
        known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
        old = check_transformed(known, code, wanted.successor, wanted.whole)
        law = check_act(wanted.number, wanted.day, region_day(campaign, now))
        sides = {(each.municipality, each.served_by) for each in await serving.present(db)}
        touched = {code for pair in sides if not set(pair).isdisjoint(old) for code in pair}
        await locks.tenants(db, *old, wanted.successor, *touched)
        heir = known[wanted.successor]
        heir = next_version(heir, replace(heir, successor_of=(*heir.successor_of, *old)))
        await municipalities.save(db, [heir])
        await outbox.publish(db, heir.defined())
        await _close(db, old, campaign, who, now)
        gone = successors(known.values()).keys()
        await _take_over(db, old, heir.code, gone, law, who, now)
        for each in old:
            await audit.note(db, each, who, now, MUNICIPALITY_TRANSFORMED, each)
        answer = Answer(200, orjson.dumps({"transformed": old}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _close(
    db: Db, old: Sequence[str], campaign: CampaignDefined | None, who: Acting, now: datetime
) -> None:
    """Nobody holds anything over these any more but their organizations; their groups are dissolved."""
    present = await appointments.present(db, old)
    ended = [a.end(now) for a in present if SCOPE_OF[a.role] is not Scope.ORGANIZATION]
    for appointment in ended:
        await appointments.save_end(db, appointment)
        await audit.note(db, appointment.municipality, who, now, ENDED, f"appointment:{appointment.id}")
    await rights.tell(db, *(appointment.told() for appointment in ended))
    for code in old:
        for group in await groups.present(db, code, campaign.id) if campaign else ():
            dissolved = group.dissolve(now)
            await groups.save(db, dissolved)
            await outbox.publish(db, dissolved.defined())
            await audit.note(db, code, who, now, GROUP_DISSOLVED, f"working-group:{group.id}")


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
        await rights.tell(db, taken_over.told())
