"""Send another invitation to those who have not signed in yet."""

from collections import defaultdict
from datetime import datetime

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import Appointed, Reason, write_all_appointed
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.appointments.commands.reminded_by import reminded_by
from services.hierarchy.appointments.domain.appointments import titled
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Unanswered
from services.hierarchy.core.domain.audit import REMINDED, Line
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import NOT_TWICE_IN, Reminded
from services.hierarchy.core.domain.roles import FIRST_STEPS
from services.hierarchy.core.store import audit, places


async def remind_unanswered(pool: Pool, entrance: Entrance, by: Staff, at: Moment) -> Reminded:
    """Everybody whom they remind and who has not signed in yet, nobody twice a day."""
    async with pool.acquire() as db, db.transaction():
        if reminded := await idempotency.earlier(db, at, Reminded):
            return reminded
        since = at.now - NOT_TWICE_IN
        waiting, over = await reminded_by(db, by, lambda roles: appointments.unanswered(db, roles, since))
        roles = defaultdict[Account, list[str]](list)
        for each in waiting:
            place = places.of_role(over, each.role, each.of)
            roles[Account(each.account, each.email, each.name)].append(titled(each.role, place))
        first = {each.account: Reason(first_step=FIRST_STEPS[each.role]) for each in reversed(waiting)}
        told = [Appointed(account, held, first[account.id]) for account, held in roles.items()]
        await write_all_appointed(db, entrance, told, at.now)
        await tenancy.see(db, *{each.municipality for each in waiting})
        await audit.add(db, [_line(by, each, at.now) for each in waiting])
        return await idempotency.keep(db, at, Reminded(len(roles)))


def _line(by: Staff, each: Unanswered, now: datetime) -> Line:
    return Line(each.municipality, now, by.account, None, REMINDED, f"appointment:{each.id}")
