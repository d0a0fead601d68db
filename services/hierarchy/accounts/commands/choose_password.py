"""Choose a password by the link of a letter: the first one, or another."""

from datetime import datetime, timedelta

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.mail.addresses import known_forms
from services.hierarchy.accounts.commands.sign_in import SignedIn, begin_session, tell_ended
from services.hierarchy.accounts.commands.write_letters import write_reset
from services.hierarchy.accounts.domain.accounts import Account, Entrance, check_password
from services.hierarchy.accounts.passwords import Passwords, digest_of, normalised
from services.hierarchy.accounts.store import accounts, sessions
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import PASSWORD_CHOSEN
from services.hierarchy.core.store import audit

LETTERS_AN_HOUR = 5


async def follow_link(pool: Pool, word: str, now: datetime) -> Account:
    """Whose link this is. Raises NotFound for an unknown or old one, Conflict for a used one."""
    async with pool.acquire() as db, db.transaction():
        link = await accounts.open_link(db, digest_of(word), now)
        account = await accounts.get(db, link.account)
    link.check(now)
    return account


async def choose_password(
    pool: Pool, passwords: Passwords, word: str, password: str, device: str, now: datetime
) -> SignedIn:
    """Signed in with the new password; every other session of the account ends, and every other link.

    Raises Invalid for a password that cannot be chosen, else as `follow_link` does.
    """
    account = await follow_link(pool, word, now)
    check_password(normalised(password), account.email)
    hashed = await passwords.hashed(password)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        # Account before links, as whoever corrects the address takes them.
        await accounts.lock(db, account.id)
        link = await accounts.lock_link(db, digest_of(word))
        link.check(now)
        await accounts.set_password(db, account.id, hashed)
        await audit.note(db, REGION, Acting(account.id), now, PASSWORD_CHOSEN, f"account:{account.id}")
        await accounts.use_links(db, account.id, now)
        if ended := await sessions.end_all(db, account.id, now):
            await tell_ended(db, ended, now)
        return await begin_session(db, account, device, now)


async def ask_for_link(pool: Pool, entrance: Entrance, email: str, now: datetime) -> None:
    """Write a letter with a link to an account's address; nothing happens for an address that nobody has,
    nor after five letters in an hour, and nobody can tell. Raises Invalid if it cannot be an address."""
    forms = known_forms(email)
    async with pool.acquire() as db, db.transaction():
        account = await accounts.find(db, forms)
        if account is None:
            return
        await accounts.lock(db, account.id)
        if await accounts.links_since(db, account.id, now - timedelta(hours=1)) < LETTERS_AN_HOUR:
            await write_reset(db, entrance, account, now)
