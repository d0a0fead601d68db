"""Whose rows a transaction may see: a list of tenants, checked by PostgreSQL's row security."""

from collections.abc import Iterable

from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "tenancy.sql")


async def see(db: Db, *tenants: str) -> None:
    """Let this transaction see and write rows of these tenants alone."""
    await db.execute(sql.see, chosen(db, tenants))


def chosen(db: Db, tenants: Iterable[str]) -> str:
    """The tenants as `app.municipalities` has them, for a statement of this transaction that sets it."""
    if not db.is_in_transaction():
        raise RuntimeError("tenants are chosen for one transaction")
    return ",".join(sorted(set(tenants)))
