"""Withdraw an initiative."""

from dataclasses import dataclass
from uuid import UUID

from contracts.initiatives import InitiativeStatus, InitiativeWithdrawn
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.domain import check_reason
from services.intake.initiatives.store import authorship, course, initiatives
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The initiative to withdraw, and why; the reason may be left out."""

    initiative: UUID
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An initiative that was withdrawn."""

    id: UUID
    number: int
    status: InitiativeStatus


async def withdraw_initiative(
    pool: Pool, picture: Picture, who: Author, given: Withdrawal, at: Moment
) -> Withdrawn:
    """It stays counted as submitted.

    Raises NotFound for a foreign one, Forbidden for a co-author's, Conflict outside the days, if it is closed
    already and while that may still be taken back, Invalid for a reason that is too long.
    """
    reason = check_reason(given.reason)
    async with pool.acquire() as db, db.transaction():
        if withdrawn := await idempotency.earlier(db, at, Withdrawn):
            return withdrawn
        await tenancy.see(db, who.municipality)
        # An erasure that waits for this one forgets its reason as well.
        await participants.hold(db, who)
        initiative = await authorship.lock(db, who, given.initiative)
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, at.now, campaign.close_until)
        await course.check_open(db, initiative, at.now, "initiative-closed")
        closed = initiative.withdraw()
        await initiatives.save_status(db, closed, at.now, reason)
        event = closed.event(InitiativeWithdrawn, campaign, reason_given=reason is not None)
        await outbox.publish(db, event)
        return await idempotency.keep(db, at, Withdrawn(closed.id, closed.number, closed.status))
