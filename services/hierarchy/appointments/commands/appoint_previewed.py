"""Appoint by an act that was previewed: exactly what was shown, or nothing."""

from dataclasses import dataclass

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.appoint import (
    Appointed,
    Draft,
    carry_out_planned,
    plan_act,
)
from services.hierarchy.appointments.commands.preview_act import previewed
from services.hierarchy.core.domain.entrance import Entrance


@dataclass(frozen=True, slots=True)
class Previewed:
    """An act, and the marks of what it was shown to do."""

    draft: Draft
    marks: str


async def appoint_previewed(
    pool: Pool, entrance: Entrance, by: Staff, given: Previewed, at: Moment
) -> Appointed:
    """Raises what is wrong with number and day, and Conflict if by now the act would do anything else than
    what was shown."""
    async with pool.acquire() as db, db.transaction():
        if appointed := await idempotency.earlier(db, at, Appointed):
            return appointed
        planned = await plan_act(db, by, given.draft, at.now)
        planned.of_act.settle()
        if planned.refused or previewed(given.draft.nominations, planned).marks != given.marks:
            raise Conflict("annex-changed")
        return await idempotency.keep(db, at, await carry_out_planned(db, entrance, planned, at.now))
