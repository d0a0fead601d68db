"""Submit a draft as it is kept."""

from dataclasses import replace
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Refused
from services.directory.region import Picture
from services.intake.core.domain import Author, is_in_grace, is_of_the_days
from services.intake.initiatives.commands.submit_initiative import Submissions, Submitted, check_submission
from services.intake.initiatives.domain import DraftOf
from services.intake.initiatives.store import drafts


async def submit_draft(
    pool: Pool, submissions: Submissions, picture: Picture, who: Author, id_: UUID, at: Moment
) -> Submitted:
    """It is submitted once, however often and by however many at once; it goes in the same transaction.
    One that was begun in the campaign's days is taken for a grace after them, and counts at its real moment.

    Raises NotFound for one that was submitted or deleted, and what a submission raises.
    """
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        known = await idempotency.earlier_many(db, [at.repeat], Submitted) if at.repeat else {}
        if at.repeat in known:
            return _given(known[at.repeat])
        saved = await drafts.one_of(db, who, id_)
    campaign = picture.campaign(who.campaign)
    in_grace = is_in_grace(campaign, at.now, submissions.grace)
    in_time = in_grace and is_of_the_days(campaign, saved.begun_at)
    kept = DraftOf(saved.id, saved.version)
    checked = check_submission(picture, who, saved.draft, at, kept, in_time)
    return await submissions.submit(replace(checked, once=True))


def _given(outcome: Submitted | Refused) -> Submitted:
    if isinstance(outcome, Refused):
        raise outcome
    return outcome
