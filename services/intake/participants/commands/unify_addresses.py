"""Unify the addresses that were stored with something around them: the normal form replaces them."""

import structlog

from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.chassis.mail.addresses import normalise_email
from services.intake.participants.digests import Pepper
from services.intake.participants.store import participants

log = structlog.get_logger()


async def unify(pool: Pool, pepper: Pepper) -> int:
    """How many participants are found by their plain address from now on. Where another participant has it
    already, both stay: what they have submitted is theirs, and is counted. Needs to see all of them."""
    changed = 0
    async with pool.acquire() as db:
        wrapped = await participants.wrapped(db)
    for campaign, id_, email in wrapped:
        try:
            plain = normalise_email(email)
        except Invalid:
            continue
        async with pool.acquire() as db, db.transaction():
            changed += await participants.rename(db, campaign, id_, plain, *pepper.of_emails([plain]))
    if changed:
        log.info("addresses_unified", count=changed)
    return changed
