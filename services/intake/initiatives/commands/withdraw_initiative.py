"""Take an initiative back."""

from datetime import datetime
from uuid import UUID

import orjson

from contracts.initiatives import InitiativeWithdrawn
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.intake.core.domain import Author, check_days, check_reason
from services.intake.core.region import Picture
from services.intake.initiatives.store import initiatives
from services.intake.restate import initiative_event


async def withdraw_initiative(
    pool: Pool,
    picture: Picture,
    who: Author,
    initiative_id: UUID,
    now: datetime,
    reason: str | None = None,
    repeat: Repeat | None = None,
) -> Answer:
    """200 with the new status. Raises NotFound for a foreign one, Conflict if it is closed already, Invalid
    for a reason that is too long."""
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, who.municipality)
        initiative = await initiatives.lock(db, who, initiative_id)
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, now, campaign.close_until)
        withdrawn = initiative.withdraw()
        given = check_reason(reason)
        await initiatives.save_status(db, withdrawn, now, given)
        event = initiative_event(InitiativeWithdrawn, withdrawn, campaign, reason_given=given is not None)
        await outbox.publish(db, event)
        body = {"id": withdrawn.id, "number": withdrawn.number, "status": withdrawn.status}
        answer = Answer(200, orjson.dumps(body, default=str).decode())
        await idempotency.keep(db, repeat, answer)
    return answer
