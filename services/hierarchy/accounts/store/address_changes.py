"""Addresses that are requested for accounts, and giving an account another one."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound
from services.hierarchy.accounts.domain.address_changes import CHANGE_VALID, AddressChange

sql = queries.load(__package__, "address_changes.sql")


async def add(db: Db, digest: bytes, account: UUID, email: str, at: datetime) -> None:
    """Store the requested address of a link that is sent; the ones before are worthless."""
    await use_all(db, account, at)
    await db.execute(sql.add, digest, account, email, at, at + CHANGE_VALID)


async def get(db: Db, digest: bytes) -> AddressChange:
    """The change that a link stands for. Raises NotFound."""
    row = await db.fetchrow(sql.get, digest)
    if row is None:
        raise NotFound("address-link-unknown")
    return AddressChange(**dict(row))


async def use_all(db: Db, account: UUID, at: datetime) -> None:
    """Every change that was requested for an account is over."""
    await db.execute(sql.use_all, account, at)


async def since(db: Db, account: UUID, moment: datetime) -> int:
    """How many changes were requested for an account since a moment."""
    return int(await db.fetchval(sql.since, account, moment))


async def set_email(db: Db, account: UUID, email: str, at: datetime) -> None:
    """Give an account another address; the links sent to the one before are worthless.

    Raises Conflict if another account has it.
    """
    try:
        await db.execute(sql.set_email, account, email)
    except asyncpg.UniqueViolationError as error:
        raise Conflict("address-taken", field="email") from error
    await db.execute(sql.expire_links, account, at)
    await use_all(db, account, at)
