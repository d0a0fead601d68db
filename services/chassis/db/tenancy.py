"""Whose rows a transaction may see: a list of tenants, checked by PostgreSQL's row security."""

from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "tenancy.sql")


async def see(db: Db, *tenants: str) -> None:
    """Let this transaction see and write rows of these tenants alone."""
    if not db.is_in_transaction():
        raise RuntimeError("tenants are chosen for one transaction")
    await db.execute(sql.see, ",".join(sorted(set(tenants))))
