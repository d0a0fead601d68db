"""Change what a working group covers."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import GROUP_CHANGED
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups.commands.lock_group import lock_forming, save_group
from services.hierarchy.groups.domain.groups import check_area, check_directions, check_group_name
from services.hierarchy.groups.store import groups


@dataclass(frozen=True, slots=True)
class Change:
    """A group as it shall be: name, directions, and its organizations: `kinds` of which it gets all that no
    group has by name, `without` those that it gives up."""

    group: UUID
    name: str
    directions: frozenset[str]
    kinds: frozenset[str] = frozenset()
    without: frozenset[UUID] = frozenset()


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
        others = [g for g in await groups.present(db, group.municipality, group.campaign) if g.id != group.id]
        free = await groups.uncovered(db, group.municipality, group.campaign)
        added = frozenset(id_ for kind in given.kinds for id_ in free.get(kind, []))
        checks = Checks()
        name = checks.take(lambda: check_group_name(given.name))
        directions = checks.take(lambda: check_directions(campaign, given.directions, others))
        organizations = (group.organizations | added) - given.without
        wanted = replace(group, directions=given.directions, organizations=organizations)
        checks.take(lambda: check_area(wanted, others))
        checks.settle()
        changed = group.change(name, directions, organizations)
        if changed != group:
            await save_group(db, changed, who, GROUP_CHANGED, at.now)
        return await idempotency.keep(db, at, Changed(group.id))
