"""Choose a password by the link of a letter: the first one, or another."""

from dataclasses import dataclass
from datetime import datetime

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks
from services.hierarchy.accounts.commands.begin_session import SignedIn, begin_session
from services.hierarchy.accounts.commands.open_link import open_link
from services.hierarchy.accounts.commands.publish_ended import publish_ended
from services.hierarchy.accounts.domain.accounts import Account, check_password, check_repeated
from services.hierarchy.accounts.passwords import Passwords, digest_of, normalised
from services.hierarchy.accounts.store import accounts, sessions
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import PASSWORD_CHOSEN
from services.hierarchy.core.store import audit


@dataclass(frozen=True, slots=True)
class ChosenPassword:
    """The password that is chosen by the link of a word; `again`: as it was typed a second time, if a person
    typed it."""

    word: str
    password: str
    device: str
    again: str | None = None


async def choose_password(pool: Pool, passwords: Passwords, given: ChosenPassword, now: datetime) -> SignedIn:
    """Signed in with the new password; every other session of the account ends, and every other link.

    Raises Invalid for a password that cannot be chosen, NotFound for an unknown or old link, Conflict for a
    used one.
    """
    async with pool.acquire() as db:
        account = await open_link(db, given.word, now)
    _check(given, account)
    hashed = await passwords.hashed(given.password)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        # Account before links, as whoever corrects the address locks them.
        await accounts.lock(db, account.id)
        link = await accounts.lock_link(db, digest_of(given.word))
        link.check(now)
        await accounts.set_password(db, account.id, hashed)
        await audit.note(db, REGION, Acting(account.id), now, PASSWORD_CHOSEN, f"account:{account.id}")
        await accounts.use_links(db, account.id, now)
        if ended := await sessions.end_all(db, account.id, now):
            await publish_ended(db, ended, now)
        return await begin_session(db, account, given.device, now)


def _check(given: ChosenPassword, account: Account) -> None:
    checks, password = Checks(), normalised(given.password)
    checks.take(lambda: check_password(password, account.email))
    if (again := given.again) is not None:
        checks.take(lambda: check_repeated(password, normalised(again)))
    checks.settle()
