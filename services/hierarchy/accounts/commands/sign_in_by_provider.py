"""Sign in a person whom the external provider has signed in; the first time, bind them to their account."""

from datetime import datetime

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden, Invalid
from services.chassis.mail.addresses import known_forms, normalise_email, unwrapped
from services.hierarchy.accounts.commands.begin_session import SignedIn, begin_session
from services.hierarchy.accounts.domain.accounts import Account, Person
from services.hierarchy.accounts.store import accounts, identities
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import IDENTITY_BOUND
from services.hierarchy.core.store import audit


async def sign_in_by_provider(pool: Pool, person: Person, device: str, now: datetime) -> SignedIn:
    """A new session. Once bound, the identity alone counts, whatever address the provider names.

    Raises Forbidden for an address that the provider has not verified, of no account, or whose
    account is bound to another identity.
    """
    async with pool.acquire() as db, db.transaction():
        account = await identities.account_of(db, person.identity) or await _bound(db, person, now)
        return await begin_session(db, account, device, now, by_provider=True)


async def _bound(db: Db, person: Person, now: datetime) -> Account:
    # Before anything is looked up: who has not proved an address must not learn whose it is.
    email = _proved(person)
    account = await accounts.find(db, known_forms(email))
    if account is None:
        raise Forbidden("openid-stranger", email=email)
    # Its address may have been corrected meanwhile: then it is not theirs who have proved the old one.
    await accounts.lock(db, account.id)
    if (await accounts.get(db, account.id)).email != email:
        raise Forbidden("openid-stranger", email=email)
    if await identities.bind(db, person.identity, account.id, now):
        await tenancy.see(db, REGION)
        await audit.note(db, REGION, Acting(account.id), now, IDENTITY_BOUND, f"account:{account.id}")
        return account
    # Another request has bound it meanwhile: to the same two, if it was the same person at the same moment.
    bound = await identities.account_of(db, person.identity)
    if bound is None:
        raise Forbidden("openid-taken", email=email)
    return bound


def _proved(person: Person) -> str:
    name, at, _ = person.email.strip().rpartition("@")
    # Two mailboxes whose letters merely look alike become one when they are normalised; nor is what a
    # provider says ours to take apart.
    plain = at and name.isascii() and unwrapped(person.email) == person.email.strip()
    if not (person.email_verified and plain):
        raise Forbidden("openid-email")
    try:
        return normalise_email(person.email)
    except Invalid:
        raise Forbidden("openid-email") from None
