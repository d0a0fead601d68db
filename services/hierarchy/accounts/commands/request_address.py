"""Request another address for one's own account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, Invalid, SlowDown
from services.chassis.mail.addresses import known_forms, normalise_email
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import write_address_confirmation
from services.hierarchy.accounts.domain.accounts import Account, check_guesses
from services.hierarchy.accounts.passwords import Passwords, Secrets, new_link
from services.hierarchy.accounts.store import accounts, address_changes
from services.hierarchy.core.domain.entrance import Entrance

CHANGES_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """Another address, the owner's password, and the client from which it is requested."""

    email: str
    password: str
    client: str


@dataclass(frozen=True, slots=True)
class AddressRequested:
    """The address as it is understood."""

    email: str


async def request_address(
    pool: Pool,
    passwords: Passwords,
    secrets: Secrets,
    entrance: Entrance,
    by: Staff,
    given: AddressRequest,
    now: datetime,
) -> AddressRequested:
    """Write a letter with a link to the requested address, which counts once that is confirmed.

    Raises Invalid for what can be no address and for a wrong password, Conflict for one's own address and
    one that another account has, SlowDown for a client that guesses or asks too often.
    """
    address = normalise_email(given.email)
    async with pool.acquire() as db:
        account = await accounts.get(db, by.account)
    if account.password is not None:
        await _check_password(pool, passwords, secrets, account, given, now)
    async with pool.acquire() as db, db.transaction():
        await accounts.lock(db, account.id)
        account = await accounts.get(db, account.id)
        if address == account.email:
            raise Conflict("address-same", field="email")
        other = await accounts.find(db, known_forms(address))
        if other and other.id != account.id:
            raise Conflict("address-taken", field="email")
        if await address_changes.since(db, account.id, now - timedelta(hours=1)) >= CHANGES_AN_HOUR:
            raise SlowDown("address-letters")
        word, digest = new_link()
        await address_changes.add(db, digest, account.id, address, now)
        await write_address_confirmation(db, entrance, account, address, word, now)
        return AddressRequested(address)


async def _check_password(
    pool: Pool, passwords: Passwords, secrets: Secrets, account: Account, given: AddressRequest, now: datetime
) -> None:
    """A browser that was left open is not enough to take over the account."""
    digest = secrets.of_email(account.email)
    async with pool.acquire() as db, db.transaction():
        await accounts.lock_guesses(db, digest)
        check_guesses(await accounts.guesses(db, digest, given.client, now), False, now)
        # Counted before it is checked: many at once are many.
        await accounts.add_guess(db, digest, given.client, now)
    if not await passwords.matches(account.password, given.password):
        raise Invalid("password-wrong", field="password")
    async with pool.acquire() as db, db.transaction():
        await accounts.forget_guesses(db, digest, given.client)
