"""Remind the coordinators of a working group who were not briefed."""

from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import write_briefing
from services.hierarchy.accounts.store import accounts
from services.hierarchy.briefings.commands.lock_briefed import lock_briefed
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.domain.audit import BRIEFING_REMINDED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import NOT_TWICE_IN, Reminded
from services.hierarchy.core.store import audit


async def remind_unbriefed(pool: Pool, entrance: Entrance, by: Staff, group_id: UUID, at: Moment) -> Reminded:
    """Everybody who was not briefed and could read the material, nobody twice a day; whoever has not signed
    in yet is reminded of the invitation instead.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days.
    """
    async with pool.acquire() as db, db.transaction():
        if reminded := await idempotency.earlier(db, at, Reminded):
            return reminded
        group, _, who = await lock_briefed(db, by, group_id, at.now)
        waiting = [
            each.account
            for each in await briefings.of_group(db, group)
            if not each.done
            and each.has_signed_in
            and (each.reminded_at is None or each.reminded_at < at.now - NOT_TWICE_IN)
        ]
        for account in waiting:
            await write_briefing(db, entrance, await accounts.get(db, account), group.name, at.now)
        await briefings.note_reminders(db, group, waiting, at.now)
        if waiting:
            await audit.note(db, group.municipality, who, at.now, BRIEFING_REMINDED, group.subject)
        return await idempotency.keep(db, at, Reminded(len(waiting)))
