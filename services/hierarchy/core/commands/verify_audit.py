"""Recompute the audit's chain: was a chained line changed or removed?"""

from services.chassis.db.pool import Pool
from services.hierarchy.core.domain.audit import Verified, verify
from services.hierarchy.core.store import audit


async def verify_audit(pool: Pool) -> Verified:
    """How far the chain is as it was written; needs a pool that sees every municipality's lines."""
    async with pool.acquire() as db:
        return verify(await audit.links(db))
