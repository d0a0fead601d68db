"""Open the link of a letter by which a password is chosen; part of several commands."""

from datetime import datetime

from services.chassis.db.pool import Db
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.accounts.passwords import digest_of
from services.hierarchy.accounts.store import accounts


async def open_link(db: Db, word: str, now: datetime) -> Account:
    """Whose link this is. Raises NotFound for an unknown or old one, Conflict for a used one."""
    # Outside a transaction: that the link was followed is stored also if it is refused.
    link = await accounts.open_link(db, digest_of(word), now)
    account = await accounts.get(db, link.account)
    link.check(now)
    return account
