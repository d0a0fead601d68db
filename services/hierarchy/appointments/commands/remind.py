"""Write once more to those who have not answered their invitation."""

from collections import defaultdict
from datetime import datetime, timedelta

import orjson

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import write_appointed
from services.hierarchy.accounts.domain.accounts import Account, Entrance
from services.hierarchy.appointments.commands.in_line import in_line
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Unanswered
from services.hierarchy.core.domain.audit import REMINDED, Line
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import audit, places

NOT_TWICE_IN = timedelta(days=1)


async def remind(pool: Pool, entrance: Entrance, by: Staff, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with how many were written to: everybody in their line who has not answered, nobody twice a day."""
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        waiting, over = await in_line(
            db, by, lambda roles: appointments.unanswered(db, roles, now - NOT_TWICE_IN)
        )
        roles = defaultdict[Account, list[str]](list)
        for each in waiting:
            place = places.of_role(over, each.role, each.of)
            named = f"{TITLES[each.role]} — {place.name}" if place.name else TITLES[each.role]
            roles[Account(each.account, each.email, each.name)].append(named)
        for account, held in roles.items():
            await write_appointed(db, entrance, account, held, now)
        await tenancy.see(db, *{each.municipality for each in waiting})
        await audit.add(db, [_line(by, each, now) for each in waiting])
        answer = Answer(200, orjson.dumps({"reminded": len(roles)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


def _line(by: Staff, each: Unanswered, now: datetime) -> Line:
    return Line(each.municipality, now, by.account, None, REMINDED, f"appointment:{each.id}")
