"""Change what a working group covers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.appointments import Scope
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.audit import GROUP_CHANGED
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.groups.commands.hand_over import apart, handed_over
from services.hierarchy.groups.commands.lock_group import lock_forming, save_group
from services.hierarchy.groups.domain.groups import (
    Uncovered,
    WorkingGroup,
    check_area,
    check_directions,
    check_group_name,
)
from services.hierarchy.groups.store import groups


@dataclass(frozen=True, slots=True)
class Change:
    """A group as it shall be: name, directions, and its organizations: `kinds` of which it gets all that no
    group has by name, `organizations` that were chosen one by one, `without` those that it gives up; `takes`:
    directions that other groups hand over to it."""

    group: UUID
    name: str
    directions: frozenset[str]
    kinds: frozenset[str] = frozenset()
    organizations: frozenset[UUID] = frozenset()
    without: frozenset[UUID] = frozenset()
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Changed:
    """The group that was changed."""

    group: UUID


async def change_group(pool: Pool, by: Staff, given: Change, at: Moment) -> Changed:
    """Coordinators stay with their organizations.

    Raises NotFound for a foreign group, Forbidden, Conflict for what another group covers, Invalid.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Changed):
            return done
        campaign = await campaigns.forming(db, at.now)
        group, who, _ = await lock_forming(db, by, given.group)
        standing = await groups.present(db, group.municipality, group.campaign)
        handed = await _handed(db, by, group, standing, given)
        others = [other for other in apart(standing, handed) if other.id != group.id]
        free = Uncovered(await groups.uncovered(db, group.municipality, group.campaign))
        checks, wanted_directions = Checks(), given.directions | given.takes
        name = checks.take(lambda: check_group_name(given.name))
        directions = checks.take(lambda: check_directions(campaign, wanted_directions, others))
        added = checks.take(lambda: free.take(given.kinds, given.organizations)) or frozenset[UUID]()
        organizations = (group.organizations | added) - given.without
        wanted = replace(group, directions=wanted_directions, organizations=organizations)
        checks.take(lambda: check_area(wanted, others))
        checks.settle()
        changed = group.change(name, directions, organizations)
        # Who gives is saved first: a direction is in one group at most.
        for each in (*handed, *([changed] if changed != group else ())):
            await save_group(db, each, who, GROUP_CHANGED, at.now)
        return await idempotency.keep(db, at, Changed(group.id))


async def _handed(
    db: Db, by: Staff, group: WorkingGroup, standing: Sequence[WorkingGroup], given: Change
) -> list[WorkingGroup]:
    place = await places.find_one(db, Scope.MUNICIPALITY, group.municipality)
    present = await appointments.present(db, [group.municipality])
    others = [other for other in standing if other.id != group.id]
    return handed_over(by, place, present, others, [given.takes])
