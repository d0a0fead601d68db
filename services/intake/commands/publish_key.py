"""Tell everybody the public key that intake signs with."""

from services.chassis import outbox, tokens
from services.chassis.db import Pool
from services.chassis.tail import Stream
from services.chassis.tokens import Signer


async def publish_key(pool: Pool, signer: Signer) -> None:
    """Publish the key unless it was published before."""
    key = signer.published()
    async with pool.acquire() as db, db.transaction():
        if not await tokens.is_known(db, signer.kid):
            await tokens.learn(db, Stream(key.topic, key.partition), [key])
            await outbox.publish(db, key)
