"""Choose which letters about one's initiatives one gets, or stop them by a letter's link."""

from dataclasses import dataclass

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.intake.core.domain import Author
from services.intake.participants.digests import Stops
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which letters a participant gets from now on."""

    letters: Letters


async def choose_letters(pool: Pool, who: Author, chosen: Letters, at: Moment) -> Chosen:
    """Codes come whatever is chosen. Raises NotFound for who was erased."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Chosen):
            return done
        await tenancy.see(db, who.municipality)
        await participants.choose_letters(db, Entry(who.participant_id, who.municipality), chosen)
        return await idempotency.keep(db, at, Chosen(chosen))


async def stop_letters(pool: Pool, stops: Stops, token: str) -> None:
    """None comes from now on; who was erased meanwhile gets none anyway. Raises NotFound for a link that is
    not ours."""
    participant_id = stops.participant_of(token)
    async with pool.acquire() as db, db.transaction():
        try:
            entry = await participants.find(db, participant_id)
            await tenancy.see(db, entry.tenant)
            await participants.choose_letters(db, entry, Letters.NONE)
        except NotFound:
            return
