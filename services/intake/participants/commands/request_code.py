"""Request a new code for a participant who registered before."""

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.mail.addresses import known_forms
from services.directory.region import Picture
from services.intake.participants.commands.send_code import send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Accepted
from services.intake.participants.store import participants


async def request_code(pool: Pool, picture: Picture, pepper: Pepper, email: str, at: Moment) -> Accepted:
    """An unknown address gets the same result and no letter, so that nobody can ask who is registered.

    Raises NotFound without an open campaign, Invalid for what is no address, SlowDown after ten letters in
    an hour.
    """
    digests = pepper.of_emails(known_forms(email))
    campaign = picture.open_campaign
    async with pool.acquire() as db, db.transaction():
        if accepted := await idempotency.earlier(db, at, Accepted):
            return accepted
        try:
            entry = await participants.find_by_address(db, campaign.id, digests)
        except NotFound:
            return await idempotency.keep(db, at, Accepted(uuid_utils.compat.uuid7()))
        await tenancy.see(db, entry.tenant)
        participant = await participants.lock(db, entry)
        await send_code(db, pepper, participant, campaign.name)
        return await idempotency.keep(db, at, Accepted(participant.id))
