"""Sign in with address and password, and end sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import SessionEnded
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, NotFound, Unauthorized
from services.chassis.mail.addresses import known_forms
from services.hierarchy.accounts.domain.accounts import Account, check_guesses
from services.hierarchy.accounts.passwords import Passwords, Secrets
from services.hierarchy.accounts.store import accounts, sessions
from services.hierarchy.core.store import rights

LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody gives who signs in: address, password, and what tells their browser from others."""

    email: str
    password: str
    client: str
    browser: str
    device: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account in a session."""

    account: UUID
    session: UUID


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
        # Counted before it is looked at: many at once are many.
        await accounts.add_guess(db, digest, attempt.client, now)
    stored = account.password if account else None
    if not await passwords.matches(stored, attempt.password) or account is None or stored is None:
        raise Invalid("sign-in-wrong", field="password")
    renewed = await passwords.hashed(attempt.password) if passwords.is_outdated(stored) else stored
    async with pool.acquire() as db, db.transaction():
        # Another may have been chosen while this one was looked at, which ended every session.
        if not await accounts.still(db, account):
            raise Invalid("sign-in-wrong", field="password")
        if renewed != stored:
            await accounts.set_password(db, account.id, renewed)
        await accounts.forget_guesses(db, digest, attempt.client)
        return await begin_session(db, account, attempt.device, now)


async def begin_session(
    db: Db, account: Account, device: str, now: datetime, by_provider: bool = False
) -> SignedIn:
    """A new session, within the caller's transaction."""
    session = uuid_utils.compat.uuid7()
    await sessions.begin(db, session, account.id, device[:LONGEST_DEVICE], now, by_provider)
    return SignedIn(account.id, session)


async def renew_session(pool: Pool, session: UUID, now: datetime) -> SignedIn:
    """Whose session this is. Raises Unauthorized if it was ended or has run out."""
    async with pool.acquire() as db:
        account = await sessions.renew(db, session, now)
    if account is None:
        raise Unauthorized("token-invalid")
    return SignedIn(account, session)


async def end_session(pool: Pool, account: UUID, session: UUID, now: datetime) -> None:
    """Sign out of one of one's own sessions, with effect in every service. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        ended = await sessions.end(db, account, session, now)
        if not ended:
            raise NotFound("session-unknown")
        await tell_ended(db, ended, now)


async def tell_ended(db: Db, ended: Sequence[UUID], at: datetime) -> None:
    """Tokens of these sessions are worth nothing from now on, in every service."""
    await rights.tell(db, *(SessionEnded(version=1, id=session, ended_at=at) for session in ended))
