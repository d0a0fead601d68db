"""Begin a session of a participant who has entered the code; part of confirming."""

from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat

from services.chassis.db.pool import Db
from services.intake.core.domain import SESSION_VALID, Author
from services.intake.core.store import sessions


async def begin_session(db: Db, participant_id: UUID, municipality: str, campaign: str) -> Author:
    """The author of the new session. Sessions go by the real clock, whatever a demonstration shows."""
    author = Author(participant_id, municipality, campaign, str(uuid_utils.compat.uuid7()))
    now = datetime.now(UTC)
    await sessions.begin(db, author, now, now + SESSION_VALID)
    return author
