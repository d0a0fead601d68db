"""Organizations of the budget sphere."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis import queries
from services.chassis.db import Db
from services.hierarchy.domain.russian import search_pattern, search_text, sort_key
from services.hierarchy.domain.structure import Organization

sql = queries.load(__package__, "organizations.sql")


@dataclass(frozen=True, slots=True)
class Found:
    """An organization as lists show it."""

    id: UUID
    name: str
    founder: str
    place: str


async def all_by_identity(db: Db) -> dict[tuple[str, str], Organization]:
    """Every organization by founder and external id."""
    rows = [Organization(**dict(row)) for row in await db.fetch(sql.all_organizations)]
    return {organization.identity: organization for organization in rows}


async def save(db: Db, organizations: Sequence[Organization]) -> None:
    """Store new organizations and new states of known ones."""
    rows = [
        (
            *(o.id, o.external_id, o.founder, o.place, o.name, o.kind, o.headcount, o.closed),
            *(o.version, sort_key(o.name), search_text(o.name)),
        )
        for o in organizations
    ]
    if rows:
        await db.execute(sql.save, *zip(*rows, strict=True))


async def page(db: Db, municipality: str | None, typed: str, after: UUID | None, limit: int) -> list[Found]:
    """The next organizations after an id, by the alphabet; of one municipality, if it is given."""
    rows = await db.fetch(sql.page, municipality, search_pattern(typed), after, limit)
    return [Found(**dict(row)) for row in rows]
