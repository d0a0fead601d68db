"""Write a new code to somebody who registered before."""

from datetime import datetime

import orjson
import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.mail.addresses import known_forms
from services.intake.core.region import Picture
from services.intake.participants.commands.send_code import send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.store import participants


async def come_back(
    pool: Pool, picture: Picture, pepper: Pepper, email: str, now: datetime, repeat: Repeat | None
) -> Answer:
    """202 with an id to confirm. An unknown address gets the same answer and no letter, so that
    nobody can ask who is registered."""
    digests = pepper.of_emails(known_forms(email))
    campaign = picture.open_campaign.id
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        try:
            entry = await participants.find_by_address(db, campaign, digests)
        except NotFound:
            participant_id = uuid_utils.compat.uuid7()
        else:
            await tenancy.see(db, entry.tenant)
            participant = await participants.lock(db, entry)
            await send_code(db, pepper, participant, now)
            participant_id = participant.id
        answer = Answer(202, orjson.dumps({"id": participant_id}, default=str).decode())
        await idempotency.keep(db, repeat, answer)
    return answer
