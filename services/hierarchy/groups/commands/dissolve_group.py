"""Dissolve a working group."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.audit import ENDED, GROUP_DISSOLVED
from services.hierarchy.core.store import audit, rights
from services.hierarchy.groups.commands.lock_group import lock_forming, save_group


@dataclass(frozen=True, slots=True)
class Dissolved:
    """Whose group it was."""

    municipality: str


async def dissolve_group(pool: Pool, by: Staff, id_: UUID, at: Moment) -> Dissolved:
    """Leader and members lose their roles; coordinators stay with their organizations until another group
    ends their appointment.

    Raises NotFound for a foreign group, Forbidden, Conflict if it is dissolved.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Dissolved):
            return done
        group, who, people = await lock_forming(db, by, id_)
        await save_group(db, group.dissolve(at.now), who, GROUP_DISSOLVED, at.now)
        ended = [appointment.end(at.now) for appointment in people]
        for appointment in ended:
            await appointments.save_end(db, appointment)
        await rights.announce(db, *(appointment.event() for appointment in ended))
        subjects = [f"appointment:{appointment.id}" for appointment in ended]
        await audit.note(db, group.municipality, who, at.now, ENDED, *subjects)
        return await idempotency.keep(db, at, Dissolved(group.municipality))
