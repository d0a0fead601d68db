"""Request a new code for a participant who registered before."""

from collections.abc import Sequence

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.mail.addresses import known_forms
from services.directory.region import Picture
from services.intake.participants.commands.pace_code import pace_code
from services.intake.participants.commands.send_code import Wanted
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Accepted, Participant
from services.intake.participants.store import participants


async def request_code(
    pool: Pool, picture: Picture, pepper: Pepper, email: str, at: Moment, network: str = ""
) -> Accepted:
    """An unknown address gets the same result and no letter, so that nobody can ask who is registered: its
    letters and attempts are counted as well.

    Raises NotFound without an open campaign, Invalid for what is no address, SlowDown after ten letters in
    an hour.
    """
    digests = pepper.of_emails(known_forms(email))
    campaign = picture.open_campaign
    async with pool.acquire() as db, db.transaction():
        if accepted := await idempotency.earlier(db, at, Accepted):
            return accepted
        participant = await _found(db, campaign.id, digests)
        accepted = await pace_code(db, pepper, Wanted(digests[0], participant, campaign), network)
        return await idempotency.keep(db, at, accepted)


async def _found(db: Db, campaign: str, digests: Sequence[bytes]) -> Participant | None:
    try:
        entry = await participants.find_by_address(db, campaign, digests)
        await tenancy.see(db, entry.tenant)
        return await participants.lock(db, entry)
    except NotFound:
        return None
