"""Request another letter with a link by which a password is chosen."""

from datetime import datetime, timedelta

from services.chassis.db.pool import Pool
from services.chassis.mail.addresses import known_forms
from services.hierarchy.accounts.commands.write_letters import write_reset
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.domain.entrance import Entrance

LETTERS_AN_HOUR = 5


async def request_link(pool: Pool, entrance: Entrance, email: str, now: datetime) -> None:
    """Write a letter with a link to an account's address; nothing happens for an address that no account
    has, nor after five letters in an hour, and nobody can see that. Raises Invalid for no address at all."""
    forms = known_forms(email)
    async with pool.acquire() as db, db.transaction():
        account = await accounts.find(db, forms)
        if account is None:
            return
        # Many who ask at once are counted one after another.
        await accounts.lock(db, account.id)
        if await accounts.links_since(db, account.id, now - timedelta(hours=1)) < LETTERS_AN_HOUR:
            await write_reset(db, entrance, account, now)
