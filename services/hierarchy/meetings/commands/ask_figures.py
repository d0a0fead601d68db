"""Attach figures to an item of an agenda, as they are now: metrics answers once."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import FIGURES_ASKED
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import lock_run
from services.hierarchy.meetings.store import meetings


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that metrics answers."""

    request: UUID


async def ask_figures(pool: Pool, by: Staff, meeting_id: UUID, item_id: UUID, at: Moment) -> Asked:
    """The figures of those who are invited; an item that has asked is not asked again.

    Raises NotFound, Forbidden, Conflict if the meeting is over.
    """
    async with pool.acquire() as db, db.transaction():
        if asked := await idempotency.earlier(db, at, Asked):
            return asked
        view, who = await lock_run(db, by, meeting_id)
        view.meeting.check_planned()
        item = next((i for i in await meetings.items(db, meeting_id) if i.id == item_id), None)
        if item is None:
            raise NotFound("agenda-item-unknown")
        request = item.request or uuid_utils.compat.uuid7()
        if await meetings.ask_for_figures(db, meeting_id, item_id, request):
            meeting = view.meeting.told()
            await meetings.save(db, meeting)
            await outbox.publish(db, *await meetings.defined(db, [meeting]))
            await audit.note(db, REGION, who, at.now, FIGURES_ASKED, meeting.subject)
        return await idempotency.keep(db, at, Asked(request))
