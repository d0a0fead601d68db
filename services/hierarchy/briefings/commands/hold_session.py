"""Enter a briefing session that was held, with everybody who was present."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.days import today
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.briefings.commands.lock_briefed import lock_briefed
from services.hierarchy.briefings.domain import Attended, Session, check_attended
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.domain.audit import BRIEFING_HELD
from services.hierarchy.core.store import audit


@dataclass(frozen=True, slots=True)
class Entered:
    """The session as it is stored."""

    id: UUID


async def hold_session(pool: Pool, by: Staff, given: Attended, at: Moment) -> Entered:
    """Whoever was present is briefed on the version that stood on that day.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days, Invalid for a day, for nobody
    and for somebody whom the group does not brief.
    """
    async with pool.acquire() as db, db.transaction():
        if entered := await idempotency.earlier(db, at, Entered):
            return entered
        group, campaign, who = await lock_briefed(db, by, given.group, at.now)
        people = {each.account for each in await briefings.of_group(db, group)}
        manner, day, present = check_attended(given, campaign, today(campaign.time_zone, at.now), people)
        session = Session(group.municipality, uuid_utils.compat.uuid7(), group.id, manner, day, present)
        version = (await briefings.material_at(db, group, session.ends(campaign.time_zone))).version
        await briefings.add_session(db, session, by.account, at.now)
        whose = (group.municipality, group.id)
        await briefings.add_briefed(db, whose, session.present, version, session.id, at.now)
        await audit.note(db, group.municipality, who, at.now, BRIEFING_HELD, group.subject)
        return await idempotency.keep(db, at, Entered(session.id))
