"""Sign in with address and password."""

from dataclasses import dataclass
from datetime import datetime

from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.chassis.mail.addresses import known_forms
from services.hierarchy.accounts.commands.begin_session import SignedIn, begin_session
from services.hierarchy.accounts.domain.accounts import check_guesses
from services.hierarchy.accounts.passwords import Passwords, Secrets
from services.hierarchy.accounts.store import accounts


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in: address, password, and what distinguishes the browser from others."""

    email: str
    password: str
    client: str
    browser: str
    device: str


async def sign_in(
    pool: Pool, passwords: Passwords, secrets: Secrets, attempt: Attempt, now: datetime
) -> SignedIn:
    """A new session. Raises Invalid for a wrong address or password, SlowDown for a client that guesses."""
    forms = known_forms(attempt.email)
    digest = secrets.of_email(forms[0])
    async with pool.acquire() as db, db.transaction():
        await accounts.lock_guesses(db, digest)
        account = await accounts.find(db, forms)
        known = account is not None and secrets.is_browser_of(str(account.id), attempt.browser)
        check_guesses(await accounts.guesses(db, digest, attempt.client, now), known, now)
        # Counted before it is checked: many at once are many.
        await accounts.add_guess(db, digest, attempt.client, now)
    stored = account.password if account else None
    if not await passwords.matches(stored, attempt.password) or account is None or stored is None:
        raise Invalid("sign-in-wrong", field="password")
    renewed = await passwords.hashed(attempt.password) if passwords.is_outdated(stored) else stored
    async with pool.acquire() as db, db.transaction():
        # Another may have been chosen while this one was checked, which ended every session.
        if not await accounts.lock_password(db, account):
            raise Invalid("sign-in-wrong", field="password")
        if renewed != stored:
            await accounts.set_password(db, account.id, renewed)
        await accounts.forget_guesses(db, digest, attempt.client)
        return await begin_session(db, account, attempt.device, now)
