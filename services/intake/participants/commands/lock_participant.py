"""Lock whose code it is; part of confirming and of sending codes whose turn has come."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.participants.domain import Participant
from services.intake.participants.store import participants


async def lock_participant(db: Db, participant_id: UUID | None) -> Participant | None:
    """The participant, locked, whose municipality is seen from now on; nobody for nobody, and for who was
    erased meanwhile."""
    if participant_id is None:
        return None
    try:
        entry = await participants.find(db, participant_id)
        await tenancy.see(db, entry.tenant)
        return await participants.lock(db, entry)
    except NotFound:
        return None
