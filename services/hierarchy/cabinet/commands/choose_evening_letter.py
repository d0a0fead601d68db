"""Choose whether the letter at the end of the day comes."""

from dataclasses import dataclass

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.cabinet.store import evening


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds from now on."""

    wanted: bool


async def choose_evening_letter(pool: Pool, by: Staff, wanted: bool, at: Moment) -> Chosen:
    """For oneself alone."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Chosen):
            return done
        await evening.choose(db, by.account, wanted)
        return await idempotency.keep(db, at, Chosen(wanted))
