"""Record what a municipality has promised at a meeting."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import AGREEMENT_MADE
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import frame_of, lock_run
from services.hierarchy.meetings.domain.agreements import Agreed, Agreement, State, check_agreed
from services.hierarchy.meetings.store import agreements


@dataclass(frozen=True, slots=True)
class AgreementMade:
    """The agreement."""

    id: UUID


async def make_agreement(pool: Pool, by: Staff, meeting: UUID, given: Agreed, at: Moment) -> AgreementMade:
    """It is open until it is done or dropped.

    Raises NotFound, Forbidden, Conflict before the meeting begins and if it was cancelled, Invalid with
    everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if made := await idempotency.earlier(db, at, AgreementMade):
            return made
        view, who = await lock_run(db, by, meeting)
        view.meeting.check_begun(at.now)
        body, due = check_agreed(given, view.meeting, await frame_of(db, view.meeting, at.now))
        agreement = Agreement(
            *(given.municipality, uuid_utils.compat.uuid7(), meeting, view.meeting.smo, body, due),
            *(State.OPEN, at.now, at.now),
        )
        await agreements.add(db, agreement, by.account)
        await audit.note(db, given.municipality, who, at.now, AGREEMENT_MADE, agreement.subject)
        return await idempotency.keep(db, at, AgreementMade(agreement.id))
