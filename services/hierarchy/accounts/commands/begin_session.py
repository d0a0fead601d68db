"""Begin a session of an account; part of several commands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from services.chassis.db.pool import Db
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.accounts.store import sessions

LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account in a session, and its holder's name, which the token carries to where it is shown."""

    account: UUID
    session: UUID
    name: str


async def begin_session(
    db: Db, account: Account, device: str, now: datetime, by_provider: bool = False
) -> SignedIn:
    """A new session, within the caller's transaction."""
    session = uuid_utils.compat.uuid7()
    await sessions.begin(db, session, account.id, device[:LONGEST_DEVICE], now, by_provider)
    return SignedIn(account.id, session, account.name)
