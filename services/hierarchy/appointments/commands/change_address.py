"""Change one's own address: asked for with the password, confirmed by a link at the new one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid, SlowDown
from services.chassis.mail import letters
from services.chassis.mail.addresses import normalise_email
from services.chassis.mail.letters import Letter
from services.hierarchy.accounts.domain.accounts import Account, Entrance, check_guesses
from services.hierarchy.accounts.domain.address_changes import AddressChange
from services.hierarchy.accounts.passwords import Passwords, Secrets, digest_of, new_link
from services.hierarchy.accounts.store import accounts, address_changes
from services.hierarchy.core.domain.audit import ADDRESS_CHANGED, Line
from services.hierarchy.core.store import audit

CHANGES_AN_HOUR = 5

CONFIRM = """Здравствуйте, {name}!

Этот адрес указали как новый адрес для входа в кабинет «Муниципального диалога».
Чтобы подтвердить его, откройте ссылку и нажмите «Сменить адрес»:

{url}

Ссылка действует сутки и срабатывает один раз. Если вы ничего не меняли, просто удалите письмо.
"""

CHANGED = """Здравствуйте, {name}!

Адрес для входа в кабинет «Муниципального диалога» изменён, письма приходят теперь на новый.
Если это сделали не вы, сообщите администратору региона.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which address somebody wants; their password, and the client from which they ask."""

    email: str
    password: str
    client: str


async def ask_for_address(
    pool: Pool, passwords: Passwords, secrets: Secrets, entrance: Entrance, who: UUID, wanted: Wanted
) -> str:
    """Write a letter with a link to the wanted address; the address as it is understood.

    Raises Invalid for what can be no address and for a wrong password, Conflict for one's own address and
    one that another account has, SlowDown for who guesses or asks too often.
    """
    address, now = normalise_email(wanted.email), datetime.now().astimezone()
    async with pool.acquire() as db:
        account = await accounts.get(db, who)
    if account.password is not None:
        await _check_password(pool, passwords, secrets, account, wanted, now)
    async with pool.acquire() as db, db.transaction():
        await accounts.lock(db, who)
        if address == (await accounts.get(db, who)).email:
            raise Conflict("address-same", field="email")
        if await accounts.find(db, address):
            raise Conflict("address-taken", field="email")
        if await address_changes.since(db, who, now - timedelta(hours=1)) >= CHANGES_AN_HOUR:
            raise SlowDown("address-letters")
        word, digest = new_link()
        await address_changes.add(db, digest, who, address, now)
        body = CONFIRM.format(name=account.name, url=f"{entrance.public_url}/staff/addresses/{word}")
        await _write(db, address, "Новый адрес: Муниципальный диалог", body, now)
    return address


async def follow_address(pool: Pool, word: str, now: datetime) -> AddressChange:
    """The change that a link stands for.

    Raises NotFound for an unknown or old one, Conflict for a used one.
    """
    async with pool.acquire() as db:
        change = await address_changes.get(db, digest_of(word))
    change.check(now)
    return change


async def change_address(pool: Pool, word: str, now: datetime) -> str:
    """The new address, from now on. Sessions go on: it is the same person with the same password. Whoever
    reads the old address is told.

    Raises Conflict if another account has the address by now, else as `follow_address` does.
    """
    account_id = (await follow_address(pool, word, now)).account
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        await accounts.lock(db, account_id)
        change = await address_changes.get(db, digest_of(word))
        change.check(now)
        account = await accounts.get(db, account_id)
        await address_changes.set_email(db, account_id, change.email, now)
        await audit.add(db, [Line(REGION, now, account_id, None, ADDRESS_CHANGED, f"account:{account_id}")])
        body = CHANGED.format(name=account.name)
        await _write(db, account.email, "Адрес изменён: Муниципальный диалог", body, now)
    return change.email


async def _check_password(
    pool: Pool, passwords: Passwords, secrets: Secrets, account: Account, wanted: Wanted, now: datetime
) -> None:
    """Whoever sits at a browser that was left open does not take the account along."""
    digest = secrets.of_email(account.email)
    async with pool.acquire() as db, db.transaction():
        await accounts.lock_guesses(db, digest)
        check_guesses(await accounts.guesses(db, digest, wanted.client, now), False, now)
        # Counted before it is looked at: many at once are many.
        await accounts.add_guess(db, digest, wanted.client, now)
    if not await passwords.matches(account.password, wanted.password):
        raise Invalid("password-wrong", field="password")
    async with pool.acquire() as db, db.transaction():
        await accounts.forget_guesses(db, digest, wanted.client)


async def _write(db: Db, recipient: str, subject: str, body: str, now: datetime) -> None:
    await letters.write(db, Letter(uuid_utils.compat.uuid7(), recipient, subject, body), now)
