"""Let somebody in who has shown the code, and keep them in while they work."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import uuid_utils.compat

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Answer
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, Unauthorized
from services.intake.core.domain import Author, Participant
from services.intake.participants.store import participants

SESSION_VALID = timedelta(days=30)

REPEATED_WITHIN = timedelta(minutes=1)
"""How long a confirmation may be repeated: for an answer that was lost on the way, not for another day."""


async def begin_session(db: Db, participant: Participant) -> Author:
    """A new session, within the caller's transaction."""
    session, now = uuid_utils.compat.uuid7(), datetime.now(UTC)
    await participants.begin_session(db, session, participant, now, now + SESSION_VALID)
    return Author(participant.id, participant.municipality, participant.campaign, str(session))


async def continued(db: Db, answer: Answer) -> Author:
    """The session that an earlier answer began, within the caller's transaction.

    Raises Invalid once it was ended or is older than a minute: a repeat states a fact, it gives no right.
    """
    began, now = orjson.loads(answer.body).get("session"), datetime.now(UTC)
    author = await participants.author_since(db, UUID(began), now - REPEATED_WITHIN, now) if began else None
    if author is None:
        raise Invalid("code-expired", field="code")
    return author


async def renew_session(pool: Pool, session: UUID) -> Author:
    """Whose session this is. Raises Unauthorized if it was ended or has lasted thirty days."""
    async with pool.acquire() as db:
        author = await participants.author_of(db, session, datetime.now(UTC))
    if author is None:
        raise Unauthorized("token-invalid")
    return author


async def end_session(pool: Pool, who: Author) -> None:
    """Sign out; the token itself runs out within ten minutes."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await participants.end_session(db, UUID(who.session))
