"""Accounts of the staff, the links of their letters, and wrong passwords."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.chassis.mail.addresses import known_forms
from services.hierarchy.accounts.domain.accounts import (
    FORGOTTEN_AFTER,
    LINK_VALID,
    Account,
    Guesses,
    Link,
    Purpose,
    Suspicion,
)

sql = queries.load(__package__, "accounts.sql")


async def find(db: Db, forms: Sequence[str]) -> Account | None:
    """The account of an address, by the forms in which it may be stored."""
    row = await db.fetchrow(sql.by_email, forms)
    return Account(**dict(row)) if row else None


async def get(db: Db, id_: UUID) -> Account:
    """An account. Raises NotFound."""
    row = await db.fetchrow(sql.by_id, id_)
    if row is None:
        raise NotFound("account-unknown")
    return Account(**dict(row))


async def some(db: Db, ids: Collection[UUID]) -> dict[UUID, Account]:
    """These accounts by id."""
    return {row["id"]: Account(**dict(row)) for row in await db.fetch(sql.some, list(ids))}


async def find_or_add(db: Db, account: Account, at: datetime) -> Account:
    """The account of this address: the one that is there, under the name that it has, or this one."""
    forms = known_forms(account.email)
    if earlier := await find(db, forms):
        return earlier
    row = await db.fetchrow(sql.add, account.id, account.email, account.name, at)
    return Account(**dict(row or await db.fetchrow(sql.by_email, forms)))  # type: ignore[arg-type]


async def set_password(db: Db, id_: UUID, password: str) -> None:
    """Store a password's hash."""
    await db.execute(sql.set_password, id_, password)


async def lock_password(db: Db, account: Account) -> bool:
    """Whether the account still has the same password, which it keeps until the transaction is over."""
    return bool(await db.fetchval(sql.lock_password, account.id, account.password))


async def lock(db: Db, id_: UUID) -> None:
    """What is written to an account is counted one after another, until the transaction is over."""
    await db.execute(sql.lock, id_)


async def add_links(db: Db, links: Sequence[tuple[bytes, UUID]], purpose: Purpose, at: datetime) -> None:
    """Store links that are sent in letters: the digest of each, and whose it is."""
    if links:
        columns = map(list, zip(*links, strict=True))
        await db.execute(sql.add_links, *columns, purpose, at, at + LINK_VALID[purpose])


async def open_link(db: Db, digest: bytes, at: datetime) -> Link:
    """A link that is followed; when it first was, by a person or by a filter of mail, is stored. Raises
    NotFound."""
    row = await db.fetchrow(sql.open_link, digest, at)
    if row is None:
        raise NotFound("link-unknown")
    return Link(**dict(row))


async def lock_link(db: Db, digest: bytes) -> Link:
    """A link that is about to be used. Raises NotFound."""
    row = await db.fetchrow(sql.lock_link, digest)
    if row is None:
        raise NotFound("link-unknown")
    return Link(**dict(row))


async def use_links(db: Db, account: UUID, at: datetime) -> None:
    """Every link of an account is used up."""
    await db.execute(sql.use_links, account, at)


async def links_since(db: Db, account: UUID, moment: datetime) -> int:
    """How many letters with links were written to an account."""
    return int(await db.fetchval(sql.links_since, account, moment))


async def lock_guesses(db: Db, email_digest: bytes) -> None:
    """Attempts for an address are counted one after another, until the transaction is over."""
    await db.execute(sql.lock_guesses, email_digest)


async def guesses(db: Db, email_digest: bytes, client: str, now: datetime) -> Suspicion:
    """The wrong passwords so far by which an attempt for an address from a client is judged."""
    rows = await db.fetch(sql.wrong_passwords, *_counted(email_digest, client))
    found = {(row["email_digest"], row["client"]): Guesses(row["count"], row["last_at"]) for row in rows}
    counted = zip(*_counted(email_digest, client), strict=True)
    return Suspicion(*(found.get(each, Guesses(0, now)) for each in counted))


def _counted(email_digest: bytes, client: str) -> tuple[list[bytes], list[str]]:
    return [email_digest, email_digest, b""], [client, "", client]


async def add_guess(db: Db, email_digest: bytes, client: str, now: datetime) -> None:
    """One more wrong password."""
    await db.execute(sql.add_wrong_password, *_counted(email_digest, client), now, now - FORGOTTEN_AFTER)
    await db.execute(sql.prune_wrong_passwords, now - FORGOTTEN_AFTER)


async def forget_guesses(db: Db, email_digest: bytes, client: str) -> None:
    """The right password was given by this client: what it guessed for the address is forgotten; of what is
    counted with others, its last attempt alone, or who has one account could guess for ever at others."""
    # In the order in which `add_guess` locks the rows.
    await db.execute(sql.take_back_wrong_password, b"", client)
    await db.execute(sql.take_back_wrong_password, email_digest, "")
    await db.execute(sql.forget_wrong_passwords, email_digest, client)
