"""Tell everybody of rights that change, and keep them here too; part of several commands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.appointments import AppointmentEvent, SessionEnded
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.chassis.streams.tail import Stream
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.groups.domain.serving import Serving

STREAM = Stream(AppointmentEvent.topic, 0)


async def tell_grants(db: Db, changed: Sequence[Appointment]) -> None:
    """The grants of new and of ended appointments."""
    await _tell(db, [appointment.told() for appointment in changed])


async def tell_serving(db: Db, changed: Serving) -> None:
    """That a district acts for a settlement, or does no longer."""
    await _tell(db, [changed.told()])


async def tell_ended_sessions(db: Db, sessions: Sequence[UUID], at: datetime) -> None:
    """Sessions whose tokens are worth nothing from now on."""
    await _tell(db, [SessionEnded(version=1, id=session, ended_at=at) for session in sessions])


async def _tell(db: Db, events: Sequence[AppointmentEvent]) -> None:
    await outbox.publish(db, *events)
    await staff.keep(db, STREAM, events)
