"""Change what working groups cover, or dissolve one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from contracts.appointments import Role, Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ENDED, GROUP_CHANGED, GROUP_DISSOLVED
from services.hierarchy.core.store import audit, campaigns, locks, places, rights
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.domain.groups import (
    WorkingGroup,
    check_area,
    check_directions,
    check_group_name,
    forming,
)
from services.hierarchy.groups.store import groups


@dataclass(frozen=True, slots=True)
class Change:
    """A group as it shall be: name, directions, and its organizations: `kinds` of which it gets all that no
    group has by name, `without` those that it gives up."""

    name: str
    directions: frozenset[str]
    kinds: frozenset[str] = frozenset()
    without: frozenset[UUID] = frozenset()


async def change_group(
    pool: Pool, by: Staff, id_: UUID, wanted: Change, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with the group's id. Coordinators stay with their organizations.

    Raises NotFound for a foreign group, Forbidden, Conflict for what another group covers.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        campaign = await campaigns.forming(db, now)
        group, who, _ = await _locked(db, by, id_)
        others = [g for g in await groups.present(db, group.municipality, group.campaign) if g.id != id_]
        free = await groups.uncovered(db, group.municipality, group.campaign)
        added = frozenset(id_ for kind in wanted.kinds for id_ in free.get(kind, []))
        changed = group.change(
            name=check_group_name(wanted.name),
            directions=check_directions(campaign, wanted.directions, others),
            organizations=(group.organizations | added) - wanted.without,
        )
        check_area(changed, others)
        if changed != group:
            await _save(db, changed, who, GROUP_CHANGED, now)
        answer = Answer(200, orjson.dumps({"group": str(id_)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def dissolve_group(pool: Pool, by: Staff, id_: UUID, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with the municipality. Leader and members are no longer; coordinators stay with their
    organizations until another group ends their appointment.

    Raises NotFound for a foreign group, Forbidden, Conflict if it is dissolved.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        group, who, people = await _locked(db, by, id_)
        await _save(db, group.dissolve(now), who, GROUP_DISSOLVED, now)
        ended = [appointment.end(now) for appointment in people]
        for appointment in ended:
            await appointments.save_end(db, appointment)
        await rights.tell(db, *(appointment.told() for appointment in ended))
        await audit.note(db, group.municipality, who, now, ENDED, *(f"appointment:{a.id}" for a in ended))
        answer = Answer(200, orjson.dumps({"municipality": group.municipality}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def give_organization(
    pool: Pool, by: Staff, organization: UUID, to: UUID | None, now: datetime, repeat: Repeat | None
) -> Answer:
    """Give an organization into the hands of a group, away from the one that has it, or of none: 200 with it.

    Raises NotFound for a foreign organization or group, Forbidden, Conflict if the group is dissolved.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        campaign = await campaigns.forming(db, now)
        await tenancy.see(db, *tenants_of(by))
        place = await places.find_one(db, Scope.ORGANIZATION, str(organization), campaign)
        await locks.tenants(db, place.line)
        standing = {group.id: group for group in await groups.present(db, place.line, campaign.id)}
        if to is not None and to not in standing:
            raise NotFound("group-unknown")
        before = [group for group in standing.values() if organization in group.organizations]
        touched = [group for group in standing.values() if group in before or group.id == to]
        present = await appointments.present(db, [place.line])
        leaders = {a.of: a.account for a in present if a.role is Role.LEADER}
        theirs = [leaders.get(str(group.id)) for group in touched] or [None]
        acts_for = await places.find_one(db, Scope.MUNICIPALITY, place.line)
        who = forming(by, acts_for, theirs)
        for group in sorted(touched, key=lambda group: group.id == to):
            added = frozenset({organization} if group.id == to else ())
            organizations = (group.organizations - {organization}) | added
            changed = group.change(group.name, group.directions, organizations)
            if changed != group:
                await _save(db, changed, who, GROUP_CHANGED, now)
        answer = Answer(200, orjson.dumps({"organization": str(organization)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _locked(db: Db, by: Staff, id_: UUID) -> tuple[WorkingGroup, Acting, Sequence[Appointment]]:
    """The group under its municipality's lock, in what capacity it is changed, and its leader and members."""
    await tenancy.see(db, *tenants_of(by))
    tenant = (await groups.get(db, id_)).municipality
    await locks.tenants(db, tenant)
    group = await groups.get(db, id_)
    people = [a for a in await appointments.present(db, [tenant]) if a.of == str(id_)]
    leaders = [a.account for a in people if a.role is Role.LEADER]
    place = await places.find_one(db, Scope.GROUP, str(id_))
    return group, forming(by, place, leaders or [None]), people


async def _save(db: Db, group: WorkingGroup, who: Acting, action: str, now: datetime) -> None:
    await groups.save(db, group)
    await outbox.publish(db, group.defined())
    await audit.note(db, group.municipality, who, now, action, f"working-group:{group.id}")
