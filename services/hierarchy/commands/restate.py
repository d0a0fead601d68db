"""Everything that hierarchy has announced as it is now, for a new epoch of the stream."""

from collections.abc import Sequence

from contracts.event import Event
from services.chassis.db import Db
from services.chassis.tail import Stream
from services.hierarchy.store import campaigns, municipalities, organizations, smos


async def restate(db: Db, _: Stream) -> Sequence[Event]:
    """One event an aggregate; what is referred to comes before what refers to it."""
    return [
        *(await campaigns.all_by_id(db)).values(),
        *(smo.defined() for smo in (await smos.all_by_id(db)).values()),
        *(each.defined() for each in (await municipalities.all_by_code(db)).values()),
        *(each.defined() for each in (await organizations.all_by_identity(db)).values()),
    ]
