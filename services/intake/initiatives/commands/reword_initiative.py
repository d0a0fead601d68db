"""Write a returned initiative anew."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.initiatives import InitiativeReworded, InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.course import as_told
from services.intake.initiatives.domain import Initiative, begins_as, check_text
from services.intake.initiatives.store import authorship, course
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Rewording:
    """What a returned initiative says now; `version`: the initiative's that its author has read, if known."""

    initiative: UUID
    title: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Reworded:
    """An initiative that was written anew."""

    id: UUID
    number: int
    status: InitiativeStatus


async def reword_initiative(
    pool: Pool, picture: Picture, who: Author, given: Rewording, at: Moment
) -> Reworded:
    """It is decided on again, from now on; what it said before is kept beside.

    Raises NotFound for a foreign one, Forbidden for a co-author's, Conflict outside the days, if it is not
    returned and if it was changed since its author read it, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if reworded := await idempotency.earlier(db, at, Reworded):
            return reworded
        await tenancy.see(db, who.municipality)
        anew = await reword(db, picture, who, given, at.now)
        return await idempotency.keep(db, at, Reworded(anew.id, anew.number, anew.status))


async def reword(db: Db, picture: Picture, who: Author, given: Rewording, now: datetime) -> Initiative:
    """The same as a part of a command; the transaction sees the author's municipality."""
    # An erasure that waits for this one removes the wording before as well.
    await participants.hold(db, who)
    initiative = await authorship.lock(db, who, given.initiative)
    campaign = picture.campaign(initiative.campaign)
    check_days(campaign, now, campaign.close_until)
    await _check_returned(db, initiative, given, now)
    anew = _reworded(initiative, given, campaign, now)
    await course.reword(db, anew)
    await outbox.publish(db, anew.event(InitiativeReworded, campaign))
    return anew


async def _check_returned(db: Db, initiative: Initiative, given: Rewording, now: datetime) -> None:
    decided = await course.decisions_of(db, [initiative])
    told = as_told(initiative, decided[initiative.id], now)
    if told.status is not InitiativeStatus.RETURNED:
        raise Conflict("initiative-not-returned", number=initiative.number)
    if initiative.status is not InitiativeStatus.RETURNED:
        raise Conflict("initiative-being-decided", number=initiative.number)
    if given.version not in (None, initiative.version):
        raise Conflict("initiative-changed", number=initiative.number)


def _reworded(
    initiative: Initiative, given: Rewording, campaign: CampaignDefined, now: datetime
) -> Initiative:
    checks = Checks()
    title = checks.take(lambda: check_text("title", given.title, campaign.limits.title))
    text = checks.take(lambda: check_text("text", given.text, campaign.limits.text))
    checks.settle()
    if (title, text) == (initiative.title, initiative.text):
        raise Invalid("text-unchanged", field="text")
    return replace(
        initiative,
        title=title,
        text=text,
        status=begins_as(campaign),
        held_since=now,
        version=initiative.version + 1,
    )
