"""Follow the link of a letter to the page where a password is chosen."""

from datetime import datetime

from services.chassis.db.pool import Pool
from services.hierarchy.accounts.commands.open_link import open_link
from services.hierarchy.accounts.domain.accounts import Account


async def follow_link(pool: Pool, word: str, now: datetime) -> Account:
    """Whose link this is. Raises NotFound for an unknown or old one, Conflict for a used one."""
    async with pool.acquire() as db:
        return await open_link(db, word, now)
