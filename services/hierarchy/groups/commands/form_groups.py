"""Form working groups by an act: one, the recommended scheme at once, or one for everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
import uuid_utils.compat

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.accounts.domain.accounts import Entrance
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.carry_out import Plan, carry_out
from services.hierarchy.appointments.domain.appointments import Appointment, check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import GROUP_FORMED
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.domain.groups import (
    WorkingGroup,
    check_area,
    check_directions,
    check_group_name,
    forming,
)
from services.hierarchy.groups.store import groups

LEADERS = (Role.DEPUTY, Role.HEAD)
"""Who may lead a group from its first day; anybody else is appointed its leader by another act."""


@dataclass(frozen=True, slots=True)
class Area:
    """A group as it is wanted: its leader's account, directions, and kinds of organizations, of which it gets
    all that no group has by name. `covers_all`: whatever no other group covers, too."""

    name: str
    leader: UUID | None = None
    directions: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    covers_all: bool = False


@dataclass(frozen=True, slots=True)
class Forming:
    """An act by which groups are formed, as it is entered."""

    municipality: str
    number: str
    day: str
    areas: Sequence[Area]


async def form_groups(
    pool: Pool, entrance: Entrance, by: Staff, wanted: Forming, now: datetime, repeat: Repeat | None
) -> Answer:
    """201 with the ids of the new groups. All or none.

    Raises what is wrong with an area, NotFound for a foreign municipality, Forbidden, and Conflict for
    what another group covers.
    """
    code = wanted.municipality
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, *tenants_of(by))
        await locks.tenants(db, code)
        place = await places.find_one(db, Scope.MUNICIPALITY, code)
        who = forming(by, place, [area.leader for area in wanted.areas])
        if place.served_by is not None:
            raise Conflict("served-has-no-groups")
        campaign = await campaigns.forming(db, now)
        plan = Plan(check_act(wanted.number, wanted.day, today(campaign.time_zone, now)))
        present = await appointments.present(db, [code])
        leaders = {a.account: a for a in present if a.role in LEADERS}
        formed = await _formed(db, campaign, wanted, plan.act_in(code, who))
        for group, area in zip(formed, wanted.areas, strict=True):
            if area.leader is not None:
                await _lead(db, plan, who, group, _leader(leaders, area.leader), now)
        await _carry_out(db, entrance, plan, formed, who, now)
        answer = Answer(201, orjson.dumps({"formed": [str(group.id) for group in formed]}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _formed(db: Db, campaign: CampaignDefined, wanted: Forming, act: UUID) -> list[WorkingGroup]:
    code, formed = wanted.municipality, list[WorkingGroup]()
    standing = await groups.present(db, code, campaign.id)
    free = await groups.uncovered(db, code, campaign.id)
    if not wanted.areas:
        raise Invalid("group-empty")
    for area in wanted.areas:
        others = standing + formed
        group = WorkingGroup(
            municipality=code,
            id=uuid_utils.compat.uuid7(),
            campaign=campaign.id,
            name=check_group_name(area.name),
            covers_all=area.covers_all,
            directions=check_directions(campaign, area.directions, others),
            organizations=frozenset(id_ for kind in area.kinds for id_ in free.pop(kind, [])),
            act=act,
        )
        check_area(group, others)
        formed.append(group)
    return formed


def _leader(leaders: Mapping[UUID, Appointment], account: UUID) -> Appointment:
    if account not in leaders:
        raise Invalid("leader-unknown", field="leader")
    return leaders[account]


async def _lead(
    db: Db, plan: Plan, who: Acting, group: WorkingGroup, leader: Appointment, now: datetime
) -> None:
    account = await accounts.get(db, leader.account)
    place = Place(Scope.GROUP, str(group.id), group.municipality, group.name, group.id)
    plan.appoint(who, Role.LEADER, place, replace(account, name=leader.name), now)


async def _carry_out(
    db: Db, entrance: Entrance, plan: Plan, formed: Sequence[WorkingGroup], who: Acting, now: datetime
) -> None:
    await carry_out(db, entrance, plan, now)
    for group in formed:
        await groups.add(db, group, now)
    await outbox.publish(db, *(group.defined() for group in formed))
    for group in formed:
        await audit.note(db, group.municipality, who, now, GROUP_FORMED, f"working-group:{group.id}")
