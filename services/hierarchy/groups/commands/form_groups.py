"""Form working groups by an act: one, the recommended scheme at once, or one for everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.carry_out import Plan, carry_out
from services.hierarchy.appointments.domain.appointments import Appointment, Details, check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import GROUP_CHANGED, GROUP_FORMED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.commands.hand_over import apart, handed_over
from services.hierarchy.groups.commands.lock_group import save_group
from services.hierarchy.groups.domain.groups import (
    Uncovered,
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
    """A group as it shall be: its leader's account, directions, and kinds of organizations, of which it gets
    all that no group has by name. `covers_all`: also everything that no other group covers; `organizations`:
    chosen one by one; `takes`: directions that other groups hand over to it."""

    name: str
    leader: UUID | None = None
    directions: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    covers_all: bool = False
    organizations: frozenset[UUID] = frozenset()
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Forming:
    """An act by which groups are formed, as it is entered."""

    municipality: str
    number: str
    day: str
    areas: Sequence[Area]


@dataclass(frozen=True, slots=True)
class Formed:
    """The ids of new working groups."""

    formed: list[UUID]


async def form_groups(pool: Pool, entrance: Entrance, by: Staff, given: Forming, at: Moment) -> Formed:
    """All or none.

    Raises what is wrong with the act and with each area, NotFound for a foreign municipality, Forbidden, and
    Conflict for what another group covers.
    """
    code = given.municipality
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Formed):
            return done
        await tenancy.see(db, *tenants_of(by))
        await locks.tenants(db, code)
        place = await places.find_one(db, Scope.MUNICIPALITY, code)
        who = forming(by, place, [area.leader for area in given.areas])
        if place.served_by is not None:
            raise Conflict("served-has-no-groups")
        campaign = await campaigns.forming(db, at.now)
        present = await appointments.present(db, [code])
        leaders = {a.account: a for a in present if a.role in LEADERS}
        checks, act_id = Checks(), uuid_utils.compat.uuid7()
        act = checks.take(lambda: check_act(given.number, given.day, campaign, at.now))
        standing = await groups.present(db, code, campaign.id)
        handed = handed_over(by, place, present, standing, [area.takes for area in given.areas])
        formed = await _formed(db, campaign, given, act_id, at.now, checks, apart(standing, handed))
        led = [checks.take(partial(_leader, leaders, area.leader)) for area in given.areas]
        checks.settle()
        plan = Plan(act, {code: (act_id, who)})
        for group, leader in zip(formed, led, strict=True):
            if leader is not None:
                await _lead(db, plan, who, group, leader, at.now)
        for group in handed:
            await save_group(db, group, who, GROUP_CHANGED, at.now)
        await _carry_out(db, entrance, plan, formed, who, at.now)
        return await idempotency.keep(db, at, Formed([group.id for group in formed]))


async def _formed(
    db: Db,
    campaign: CampaignDefined,
    given: Forming,
    act: UUID,
    now: datetime,
    checks: Checks,
    standing: Sequence[WorkingGroup],
) -> list[WorkingGroup]:
    code, formed = given.municipality, list[WorkingGroup]()
    free = Uncovered(await groups.uncovered(db, code, campaign.id))
    checks.take(lambda: _check_any(given.areas))
    for area in given.areas:
        organizations = checks.take(partial(free.take, area.kinds, area.organizations))
        whole = WorkingGroup(
            municipality=code,
            id=uuid_utils.compat.uuid7(),
            campaign=campaign.id,
            name=area.name,
            covers_all=area.covers_all,
            directions=area.directions | area.takes,
            organizations=organizations or frozenset(),
            act=act,
            formed_at=now,
        )
        if group := checks.take(partial(_checked, whole, campaign, [*standing, *formed])):
            formed.append(group)
    return formed


def _check_any(areas: Sequence[Area]) -> None:
    if not areas:
        raise Invalid("group-empty")


def _checked(given: WorkingGroup, campaign: CampaignDefined, others: Sequence[WorkingGroup]) -> WorkingGroup:
    checks = Checks()
    name = checks.take(lambda: check_group_name(given.name))
    directions = checks.take(lambda: check_directions(campaign, given.directions, others))
    checks.take(lambda: check_area(given, others))
    checks.settle()
    return replace(given, name=name, directions=directions)


def _leader(leaders: Mapping[UUID, Appointment], account: UUID | None) -> Appointment | None:
    if account is None:
        return None
    if account not in leaders:
        raise Invalid("leader-unknown", field="leader")
    return leaders[account]


async def _lead(
    db: Db, plan: Plan, who: Acting, group: WorkingGroup, leader: Appointment, now: datetime
) -> None:
    account = await accounts.get(db, leader.account)
    place = Place(Scope.GROUP, str(group.id), group.municipality, group.name, group.id)
    # Whoever could be called as a deputy can be called as the leader.
    reached = Details(Reached(leader.phone, leader.hours))
    plan.appoint(who, Role.LEADER, place, replace(account, name=leader.name), now, reached)


async def _carry_out(
    db: Db, entrance: Entrance, plan: Plan, formed: Sequence[WorkingGroup], who: Acting, now: datetime
) -> None:
    await carry_out(db, entrance, plan, now)
    for group in formed:
        await groups.add(db, group)
    await outbox.publish(db, *(group.defined() for group in formed))
    await audit.note(db, formed[0].municipality, who, now, GROUP_FORMED, *(group.subject for group in formed))
