"""Say how somebody who was appointed is reached, and of which kind a member of a working group is."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.appointments import SCOPE_OF
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.lock_appointment import lock_appointment
from services.hierarchy.appointments.domain.appointments import acting, check_details
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import CONTACT_SET
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.domain.roles import Category
from services.hierarchy.core.store import audit, campaigns, places


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of an appointment; an empty category: as it is."""

    appointment: UUID
    reached: Reached
    category: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The details as they are stored."""

    phone: str
    hours: str
    category: Category | None


async def set_details(pool: Pool, by: Staff, given: Given, at: Moment) -> Said:
    """By the holder, or whoever appoints to the role.

    Raises Invalid with everything wrong, NotFound for a foreign appointment, Forbidden, Conflict if it is
    over.
    """
    async with pool.acquire() as db, db.transaction():
        if said := await idempotency.earlier(db, at, Said):
            return said
        appointment = await lock_appointment(db, by, given.appointment)
        place = await places.find_one(
            db, SCOPE_OF[appointment.role], appointment.of, await campaigns.now_open(db)
        )
        own = appointment.account == by.account
        who = Acting(by.account) if own else acting(by, appointment.role, place)
        appointment.check_present()
        details = check_details(appointment.role, given.reached, given.category)
        reached, category = details.reached, details.category or appointment.category
        known = replace(appointment, phone=reached.phone, hours=reached.hours, category=category)
        await appointments.save_details(db, known)
        await audit.note(db, known.municipality, who, at.now, CONTACT_SET, appointment.subject)
        return await idempotency.keep(db, at, Said(known.phone, known.hours, known.category))
