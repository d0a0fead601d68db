"""Which account of the staff is which identity of an external provider."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.accounts.domain.accounts import Account, Identity

sql = queries.load(__package__, "identities.sql")


async def account_of(db: Db, identity: Identity) -> Account | None:
    """The account that is bound to an identity."""
    row = await db.fetchrow(sql.account, identity.issuer, identity.subject)
    return Account(**dict(row)) if row else None


async def bind(db: Db, identity: Identity, account: UUID, now: datetime) -> bool:
    """Bind an account to an identity; False, and nothing is done, if one of them is bound already."""
    if await db.fetchval(sql.add, identity.issuer, identity.subject, account, now) is None:
        return False
    await db.execute(sql.mark, account)
    return True
