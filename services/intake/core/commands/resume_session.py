"""Resume the session that an earlier confirmation began; part of confirming."""

from datetime import UTC, datetime
from uuid import UUID

from services.chassis.db.pool import Db
from services.chassis.errors import Invalid
from services.intake.core.domain import REPEATED_WITHIN, Author
from services.intake.core.store import sessions


async def resume_session(db: Db, session: UUID | None) -> Author:
    """The author of the session.

    Raises Invalid once it was ended or is older than a minute: a repeat states a fact, it gives no right.
    """
    now = datetime.now(UTC)
    author = await sessions.find_since(db, session, now - REPEATED_WITHIN, now) if session else None
    if author is None:
        raise Invalid("code-expired", field="code")
    return author
