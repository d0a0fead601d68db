"""Whom the rows of an annex mean: the places that they name in words, by the names of several rooms."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.hierarchy.appointments.commands.appoint import Nomination
from services.hierarchy.appointments.domain import annex
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.store import groups
from services.hierarchy.territory.store import municipalities, organizations


async def nominations(
    pool: Pool, staff: Staff, rows: Sequence[annex.Row], same_person: bool
) -> list[Nomination]:
    """A nomination for each row."""
    named = await _named(pool, staff, rows)
    return [
        Nomination(
            row.role,
            named.get((row.role, row.of), row.of),
            row.name,
            row.email,
            same_person=same_person,
            phone=row.phone,
            category=row.category,
        )
        for row in rows
    ]


def unmistakable(places: Iterable[tuple[str, str]]) -> list[str]:
    """The names of places (id, name); where several have the same name, the ids."""
    known = list(places)
    counted = Counter(search_text(name) for _, name in known)
    return [id_ if counted[search_text(name)] > 1 or ";" in name else name for id_, name in known]


async def _named(pool: Pool, staff: Staff, rows: Sequence[annex.Row]) -> dict[tuple[Role | None, str], str]:
    """The places of rows that name none, or name one in words: one's only place of that kind, a municipality
    or a working group by its name, an organization by its name or the founder's number. A place that is
    unknown or not unique is left out."""
    named: dict[tuple[Role | None, str], str] = {
        (row.role, ""): _only(staff, SCOPE_OF[row.role]) for row in rows if row.role
    }
    words = {row.of for row in rows if row.of}
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(staff))
        campaign = await campaigns.now_open(db)
        found: dict[Scope, Mapping[str, Sequence[object]]] = {
            Scope.MUNICIPALITY: await municipalities.by_name(db, words),
            Scope.GROUP: await groups.by_name(db, campaign.id if campaign else "", words),
            Scope.ORGANIZATION: await organizations.by_name(db, staff.municipalities, words),
        }
    for row in rows:
        ids = found.get(SCOPE_OF[row.role], {}).get(search_text(row.of), []) if row.role else []
        if len(ids) == 1:
            named[row.role, row.of] = str(ids[0])
    return named


def _only(staff: Staff, scope: Scope) -> str:
    own = [REGION] if scope is Scope.REGION else sorted(staff.reach(scope))
    return own[0] if len(own) == 1 else ""
