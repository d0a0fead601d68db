"""Rights that change: announced to every service, and kept here too."""

from contracts.appointments import AppointmentEvent
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.chassis.streams.tail import Stream
from services.directory import staff

STREAM = Stream(AppointmentEvent.topic, 0)


async def announce(db: Db, *events: AppointmentEvent) -> None:
    """Announce grants, agreements and ended sessions, and keep them as a reader of them would."""
    await outbox.publish(db, *events)
    await staff.keep(db, STREAM, events)
