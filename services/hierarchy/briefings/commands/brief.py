"""Brief the coordinators of a working group: publish what they read, enter a session, confirm, remind."""

from datetime import datetime, timedelta
from uuid import UUID

import orjson
import uuid_utils.compat

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import write_briefing
from services.hierarchy.accounts.domain.accounts import Entrance
from services.hierarchy.accounts.store import accounts
from services.hierarchy.briefings.domain import (
    Attended,
    Session,
    check_manner,
    check_material,
    check_present,
    check_session_day,
    check_standing,
)
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import (
    BRIEFING_CONFIRMED,
    BRIEFING_HELD,
    BRIEFING_REMINDED,
    MATERIAL_PUBLISHED,
)
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import around, tenants_of
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups

NOT_TWICE_IN = timedelta(days=1)


async def publish_material(
    pool: Pool, by: Staff, id_: UUID, given: str, seen: int, now: datetime, repeat: Repeat | None
) -> Answer:
    """201 with the version, and whether it is new: the same text again is none. `seen`: the version that
    was changed.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days or if somebody has published
    another meanwhile, Invalid.
    """
    body = check_material(given)
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        group, _, who = await _locked(db, by, id_, now)
        before = await briefings.material(db, group)
        is_new = before.body != body
        version = before.version + is_new
        if is_new:
            if before.version != seen:
                raise Conflict("material-changed")
            await briefings.add_material(db, group, version, body, by.account, now)
            await _note(db, group, who, MATERIAL_PUBLISHED, now)
        answer = Answer(201, orjson.dumps({"version": version, "is_new": is_new}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def hold_session(
    pool: Pool, by: Staff, id_: UUID, entered: Attended, now: datetime, repeat: Repeat | None
) -> Answer:
    """201 with the session's id. Whoever was there is briefed on the version that stood on that day.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days, Invalid for a day, for nobody
    and for somebody whom the group does not brief.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        group, campaign, who = await _locked(db, by, id_, now)
        people = {each.account for each in await briefings.of_group(db, group)}
        held = Session(
            municipality=group.municipality,
            id=uuid_utils.compat.uuid7(),
            working_group=group.id,
            manner=check_manner(entered.manner),
            day=check_session_day(entered.day, campaign, today(campaign.time_zone, now)),
            present=check_present(entered.present, people),
        )
        version = (await briefings.material_at(db, group, held.ends(campaign.time_zone))).version
        await briefings.add_session(db, held, by.account, now)
        await briefings.add_briefed(db, (group.municipality, group.id), held.present, version, held.id, now)
        await _note(db, group, who, BRIEFING_HELD, now)
        answer = Answer(201, orjson.dumps({"id": str(held.id)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def confirm_reading(
    pool: Pool, by: Staff, id_: UUID, version: int, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with the version that somebody has read, of a group that briefs them.

    Raises NotFound for any other group, Conflict if a newer version stands.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, *around(by))
        mine = [due for due in await briefings.of_account(db, by.account) if due.working_group == id_]
        if not mine or not mine[0].body:
            raise NotFound("material-unknown")
        (due,) = mine
        if due.version != version:
            raise Conflict("material-newer")
        if not due.done:
            await briefings.add_briefed(db, (due.municipality, id_), [by.account], version, None, now)
            who = Acting(by.account)
            await audit.note(db, due.municipality, who, now, BRIEFING_CONFIRMED, f"working-group:{id_}")
        answer = Answer(200, orjson.dumps({"version": version}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def remind_unbriefed(
    pool: Pool, entrance: Entrance, by: Staff, id_: UUID, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with how many were written to: everybody who was not briefed and could read it, nobody twice a day;
    whoever has not come in yet is reminded of the invitation instead.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        group, _, who = await _locked(db, by, id_, now)
        waiting = [
            each.account
            for each in await briefings.of_group(db, group)
            if not each.done
            and each.has_come
            and (each.reminded_at is None or each.reminded_at < now - NOT_TWICE_IN)
        ]
        for account in waiting:
            await write_briefing(db, entrance, await accounts.get(db, account), group.name, now)
        await briefings.note_reminders(db, group, waiting, now)
        if waiting:
            await _note(db, group, who, BRIEFING_REMINDED, now)
        answer = Answer(200, orjson.dumps({"reminded": len(waiting)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _locked(
    db: Db, by: Staff, id_: UUID, now: datetime
) -> tuple[WorkingGroup, CampaignDefined, Acting]:
    """The group under its municipality's lock, the campaign in whose days it briefs, and who does."""
    campaign = await campaigns.forming(db, now)
    await tenancy.see(db, *tenants_of(by))
    tenant = (await groups.get(db, id_)).municipality
    await locks.tenants(db, tenant)
    group = await groups.get(db, id_)
    who = authority(by, Deed.BRIEF, await places.find_one(db, Scope.GROUP, str(id_)))
    check_standing(group)
    return group, campaign, who


async def _note(db: Db, group: WorkingGroup, who: Acting, action: str, now: datetime) -> None:
    await audit.note(db, group.municipality, who, now, action, f"working-group:{group.id}")
