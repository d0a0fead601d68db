"""Say what would become of initiatives that were decided on alike, and decide nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import check_days
from services.intake.determination.commands.decide import Desk, Outcome, checked
from services.intake.determination.domain.decisions import Decision, Kind
from services.intake.determination.store import lists


async def preview_decision(
    pool: Pool, known: Subordination, by: Staff, ids: Sequence[UUID], kind: Kind, now: datetime
) -> list[Outcome]:
    """Whatever is asked for beside them: a reason, a text, another direction or initiative is still to come.

    Raises Invalid for no initiatives and too many, Conflict outside the days.
    """
    campaign = known.campaign
    check_days(campaign, now, campaign.close_until)
    wanted = checked(ids)
    places = places_of(by, Deed.DETERMINE)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        found = await lists.some(db, places, wanted)
    desk = Desk(known, by, campaign, now, found)
    return [desk.decide(id_, Decision(kind)) for id_ in wanted]
