"""Lock a working group that something is decided about; part of several commands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.domain.groups import WorkingGroup, forming
from services.hierarchy.groups.store import groups


async def lock_group(db: Db, by: Staff, id_: UUID) -> WorkingGroup:
    """The group under its municipality's lock. Raises NotFound."""
    await tenancy.see(db, *tenants_of(by))
    # The lock first, then a second look: what is decided on must not change meanwhile.
    await locks.tenants(db, (await groups.get(db, id_)).municipality)
    return await groups.get(db, id_)


async def lock_forming(db: Db, by: Staff, id_: UUID) -> tuple[WorkingGroup, Acting, Sequence[Appointment]]:
    """The group locked, in what capacity it is changed, and its leader and members."""
    group = await lock_group(db, by, id_)
    people = [a for a in await appointments.present(db, [group.municipality]) if a.of == str(id_)]
    leaders = [a.account for a in people if a.role is Role.LEADER]
    place = await places.find_one(db, Scope.GROUP, str(id_))
    return group, forming(by, place, leaders or [None]), people


async def save_group(db: Db, group: WorkingGroup, who: Acting, action: str, at: datetime) -> None:
    """Store, announce and note a group's new state."""
    await groups.save(db, group)
    await outbox.publish(db, group.defined())
    await audit.note(db, group.municipality, who, at, action, group.subject)
