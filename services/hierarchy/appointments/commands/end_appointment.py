"""End an appointment: the rights end with it, in every service."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.lock_appointment import lock_appointment
from services.hierarchy.appointments.domain.appointments import Act, acting, check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.audit import ENDED
from services.hierarchy.core.store import audit, campaigns, places, rights


@dataclass(frozen=True, slots=True)
class Ending:
    """An appointment to be ended, and number and day of the act that ends it as they were typed; both empty:
    by no act, as for somebody who was appointed by mistake."""

    appointment: UUID
    number: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Over what the appointment was that ended, and whose that is: a municipality's code or `region`."""

    scope: Scope
    of: str
    municipality: str


async def end_appointment(pool: Pool, by: Staff, given: Ending, at: Moment) -> Ended:
    """The appointment stays on record.

    Raises what is wrong with the act, NotFound for a foreign appointment, Forbidden for one that is not
    theirs to end, Conflict if it is over or the region would be left without an administrator.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Ended):
            return done
        appointment = await lock_appointment(db, by, given.appointment)
        tenant = appointment.municipality
        present = await appointments.present(db, [tenant])
        campaign = await campaigns.now_open(db)
        place = await places.find_one(db, SCOPE_OF[appointment.role], appointment.of, campaign)
        who = acting(by, appointment.role, place)
        act = _act(given, campaign, at.now)
        act_id = uuid_utils.compat.uuid7() if act else None
        ended = appointment.end(at.now, act_id)
        if ended.role is Role.ADMINISTRATOR and sum(a.role is ended.role for a in present) == 1:
            raise Conflict("last-administrator")
        if act and act_id:
            await appointments.add_act(db, tenant, act_id, act, who, at.now)
        await appointments.save_end(db, ended)
        await rights.announce(db, ended.event())
        await audit.note(db, tenant, who, at.now, ENDED, ended.subject)
        return await idempotency.keep(db, at, Ended(SCOPE_OF[ended.role], ended.of, tenant))


def _act(given: Ending, campaign: CampaignDefined | None, now: datetime) -> Act | None:
    return (
        check_act(given.number, given.day, campaign, now)
        if given.number.strip() or given.day.strip()
        else None
    )
