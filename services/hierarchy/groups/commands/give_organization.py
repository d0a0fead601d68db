"""Move an organization to another working group of its municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import GROUP_CHANGED
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.commands.lock_group import save_group
from services.hierarchy.groups.domain.groups import WorkingGroup, forming
from services.hierarchy.groups.store import groups


@dataclass(frozen=True, slots=True)
class Giving:
    """An organization, and the group that shall supervise it; without one, no group does."""

    organization: UUID
    to: UUID | None


@dataclass(frozen=True, slots=True)
class Given:
    """The organization that was given."""

    organization: UUID


async def give_organization(pool: Pool, by: Staff, given: Giving, at: Moment) -> Given:
    """The group that supervised it until now gives it up.

    Raises NotFound for a foreign organization or group, Forbidden, Conflict if the group is dissolved.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Given):
            return done
        campaign = await campaigns.forming(db, at.now)
        municipality, touched = await _locked(db, by, given, campaign)
        who = await _authority(db, by, municipality, touched)
        for group in touched:
            added = frozenset({given.organization} if group.id == given.to else ())
            organizations = (group.organizations - {given.organization}) | added
            changed = group.change(group.name, group.directions, organizations)
            if changed != group:
                await save_group(db, changed, who, GROUP_CHANGED, at.now)
        return await idempotency.keep(db, at, Given(given.organization))


async def _locked(
    db: Db, by: Staff, given: Giving, campaign: CampaignDefined
) -> tuple[str, list[WorkingGroup]]:
    """The municipality whose groups act, under its lock, and those of them that change: the one that gives
    first, because an organization is in one group at most."""
    await tenancy.see(db, *tenants_of(by))
    place = await places.find_one(db, Scope.ORGANIZATION, str(given.organization), campaign)
    await locks.tenants(db, place.line)
    standing = await groups.present(db, place.line, campaign.id)
    if given.to is not None and all(group.id != given.to for group in standing):
        raise NotFound("group-unknown")
    touched = [g for g in standing if g.id == given.to or given.organization in g.organizations]
    return place.line, sorted(touched, key=lambda group: group.id == given.to)


async def _authority(db: Db, by: Staff, municipality: str, touched: Sequence[WorkingGroup]) -> Acting:
    present = await appointments.present(db, [municipality])
    leaders = {a.of: a.account for a in present if a.role is Role.LEADER}
    theirs = [leaders.get(str(group.id)) for group in touched] or [None]
    return forming(by, await places.find_one(db, Scope.MUNICIPALITY, municipality), theirs)
