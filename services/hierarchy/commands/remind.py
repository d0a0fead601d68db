"""Write once more to those who have not answered their invitation."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import orjson

from contracts.appointments import SCOPE_OF, Role, Scope
from services.chassis import idempotency, tenancy
from services.chassis.db import Pool
from services.chassis.idempotency import Answer, Repeat
from services.chassis.staff import Staff
from services.hierarchy.commands.places import Places, find_places, place_of
from services.hierarchy.commands.write_letters import write_appointed
from services.hierarchy.domain.accounts import Account
from services.hierarchy.domain.appointments import REMINDS, TITLES, Place
from services.hierarchy.domain.audit import REMINDED, Line
from services.hierarchy.domain.structure import Municipality
from services.hierarchy.store import appointments, audit, campaigns, municipalities
from services.hierarchy.store.appointments import Unanswered
from services.hierarchy.tenants import EVERYBODY

NOT_TWICE_IN = timedelta(days=1)


async def remind(pool: Pool, public_url: str, by: Staff, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with how many were written to: everybody in their line who has not answered, nobody twice a day."""
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        waiting = dict[object, Unanswered]()
        municipalities_now = await municipalities.all_by_code(db)
        campaign, places = await campaigns.now_open(db), dict[tuple[Scope, str], Place]()
        for role in REMINDS:
            if tenants := _tenants(by, role, municipalities_now):
                await tenancy.see(db, *tenants)
                found = await appointments.unanswered(db, REMINDS[role], now - NOT_TWICE_IN)
                places |= await find_places(db, [(each.role, each.of) for each in found], campaign)
                waiting |= {each.id: each for each in found if _theirs(by, role, places, each)}
        roles = defaultdict[Account, list[str]](list)
        for each in waiting.values():
            place = place_of(places, each.role, each.of)
            named = f"{TITLES[each.role]} — {place.name}" if place.name else TITLES[each.role]
            roles[Account(each.account, each.email, each.name)].append(named)
        for account, held in roles.items():
            await write_appointed(db, public_url, account, held, now)
        await tenancy.see(db, *{each.municipality for each in waiting.values()})
        await audit.add(db, [_line(by, each, now) for each in waiting.values()])
        answer = Answer(200, orjson.dumps({"reminded": len(roles)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


def _tenants(by: Staff, role: Role, places: Mapping[str, Municipality]) -> Sequence[str]:
    """Where somebody reminds in this role of theirs."""
    if role is Role.ADMINISTRATOR:
        return [EVERYBODY] if by.holds(role) else []
    own = [grant for grant in by.grants if grant.role is role]
    if role is Role.SMO_OPERATOR:
        smos = {grant.of for grant in own}
        return [code for code, place in places.items() if place.smo in smos]
    return sorted({grant.municipality for grant in own if grant.municipality})


def _theirs(by: Staff, role: Role, places: Places, each: Unanswered) -> bool:
    """Whether it is for them to remind somebody: a working group reminds its own people alone."""
    if SCOPE_OF[role] is not Scope.GROUP:
        return True
    group = str(place_of(places, each.role, each.of).group)
    return any(grant.role is role and grant.of == group for grant in by.grants)


def _line(by: Staff, each: Unanswered, now: datetime) -> Line:
    return Line(each.municipality, now, by.account, None, REMINDED, f"appointment:{each.id}")
