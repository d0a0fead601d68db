"""Organizations of the budget sphere."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.russian import search_pattern, search_text, sort_key
from services.hierarchy.core.domain.places import SELF_SERVED
from services.hierarchy.territory.domain.structure import Organization

sql = queries.load(__package__, "organizations.sql")


@dataclass(frozen=True, slots=True)
class Found:
    """An organization as lists show it."""

    id: UUID
    name: str
    founder: str
    place: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An organization as its founder's staff sees it; an empty group or coordinator: none."""

    id: UUID
    external_id: str
    name: str
    kind: str
    place: str
    headcount: int | None
    closed: bool
    working_group: str
    coordinator: str
    has_signed_in: bool
    self_served: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of a founder's organizations are wanted: by part of the name, closed ones too, those alone that
    lack a `group` or a `coordinator`, after an id."""

    typed: str = ""
    closed: bool = False
    missing: str = ""
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What an organization is, as its page says it: the settlement where it stands, and its employees."""

    kind: str
    place: str
    headcount: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many organizations are open, how many of those want no coordinator, and how many are closed."""

    open: int
    self_served: int
    closed: int


async def described(db: Db, id_: str) -> Described:
    """An organization that is there."""
    return Described(**dict(await db.fetchrow(sql.described, UUID(id_))))  # type: ignore[arg-type]


async def all_by_identity(db: Db, founder: str | None = None) -> dict[tuple[str, str], Organization]:
    """Every organization, or those of one founder, by founder and external id."""
    rows = [Organization(**dict(row)) for row in await db.fetch(sql.all_organizations, founder)]
    return {organization.identity: organization for organization in rows}


async def lock(db: Db, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    """Organizations by id, locked; those that do not exist are left out."""
    return {row["id"]: Organization(**dict(row)) for row in await db.fetch(sql.lock, ids)}


async def save(db: Db, organizations: Sequence[Organization]) -> None:
    """Store new organizations and new states of known ones."""
    rows = [
        (
            *(o.id, o.external_id, o.founder, o.place, o.name, o.kind, o.headcount, o.closed),
            *(o.successor, o.version, sort_key(o.name), search_text(o.name)),
        )
        for o in organizations
    ]
    if rows:
        await db.execute(sql.save, *zip(*rows, strict=True))


async def by_name(db: Db, founders: Collection[str], words: Collection[str]) -> dict[str, list[UUID]]:
    """Open organizations of founders by their number there or their whole name, as both are searched."""
    named, texts = defaultdict[str, list[UUID]](list), [search_text(word) for word in words]
    for row in await db.fetch(sql.by_name, list(founders), list(words), texts):
        for word in {row["search_text"], search_text(row["external_id"])} & set(texts):
            named[word].append(row["id"])
    return named


async def page(db: Db, municipality: str | None, typed: str, after: UUID | None, limit: int) -> list[Found]:
    """The next organizations after an id, by the alphabet; of one municipality, if it is given."""
    rows = await db.fetch(sql.page, municipality, search_pattern(typed), after, limit)
    return [Found(**dict(row)) for row in rows]


async def kept(db: Db, founder: str, campaign: str, asked: Asked, limit: int) -> list[Kept]:
    """The next of a founder's organizations by the alphabet, each with its group and coordinator."""
    which = (search_pattern(asked.typed), asked.closed, asked.after, limit, list(SELF_SERVED), asked.missing)
    return [Kept(**dict(row)) for row in await db.fetch(sql.kept, founder, campaign, *which)]


async def counted(db: Db) -> Counted:
    """How many organizations the region has."""
    return Counted(**dict(await db.fetchrow(sql.counted, list(SELF_SERVED))))  # type: ignore[arg-type]


async def founder_of(db: Db, id_: UUID) -> str | None:
    """The founder of an organization, if there is such a one."""
    founder: str | None = await db.fetchval(sql.founder_of, id_)
    return founder


async def siblings(db: Db, id_: UUID) -> list[Found]:
    """The other open organizations of the same founder, by the alphabet."""
    return [Found(**dict(row)) for row in await db.fetch(sql.siblings, id_)]
