"""What coordinators are briefed on, in which sessions, and who was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.briefings.domain import Manner, Material, Session
from services.hierarchy.groups.domain.groups import WorkingGroup

sql = queries.load(__package__, "briefings.sql")


@dataclass(frozen=True, slots=True)
class ToBrief:
    """Somebody whom a group briefs: were they briefed on the version that stands, and have they
    ever come in."""

    account: UUID
    name: str
    organizations: str
    done: bool
    reminded_at: datetime | None
    has_signed_in: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody is to be briefed on by one group; an empty body: nothing to read."""

    municipality: str
    working_group: UUID
    name: str
    version: int
    done: bool
    body: str

    @property
    def subject(self) -> str:
        """What the audit calls the group."""
        return f"working-group:{self.working_group}"


@dataclass(frozen=True, slots=True)
class Unbriefed:
    """A working group, and how many it has not briefed."""

    of: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held, and how many were there."""

    id: UUID
    manner: Manner
    day: date
    present: int


async def material(db: Db, group: WorkingGroup) -> Material:
    """The version that stands."""
    row = await db.fetchrow(sql.material, group.municipality, group.id)
    return Material(**dict(row)) if row else Material()


async def material_at(db: Db, group: WorkingGroup, moment: datetime) -> Material:
    """The version that stood before a moment."""
    row = await db.fetchrow(sql.material_at, group.municipality, group.id, moment)
    return Material(**dict(row)) if row else Material()


async def add_material(db: Db, group: WorkingGroup, version: int, body: str, by: UUID, at: datetime) -> None:
    """Store a new version."""
    await db.execute(sql.add_material, group.municipality, group.id, version, body, by, at)


async def add_session(db: Db, session: Session, by: UUID, at: datetime) -> None:
    """Store a session that was held, with everybody who was there."""
    key = (session.municipality, session.id, session.working_group)
    await db.execute(sql.add_session, *key, session.manner, session.day, by, at)
    await db.execute(sql.add_attendance, session.municipality, session.id, session.present)


async def add_briefed(
    db: Db, group: tuple[str, UUID], people: Sequence[UUID], version: int, session: UUID | None, at: datetime
) -> None:
    """These were briefed by a group (municipality, id) on a version; who was before stays so."""
    await db.execute(sql.add_briefed, *group, people, version, session, at)


async def of_group(db: Db, group: WorkingGroup) -> list[ToBrief]:
    """Whom a group briefs, those who lack it first."""
    return [ToBrief(**dict(row)) for row in await db.fetch(sql.of_group, group.municipality, group.id)]


async def unbriefed(db: Db, codes: Iterable[str], groups: Iterable[UUID]) -> list[Unbriefed]:
    """Working groups of these municipalities, and these, with how many they have not briefed."""
    return [Unbriefed(**dict(row)) for row in await db.fetch(sql.unbriefed, list(codes), list(groups))]


async def of_account(db: Db, account: UUID) -> list[Due]:
    """What somebody is to be briefed on."""
    return [Due(**dict(row)) for row in await db.fetch(sql.of_account, account)]


async def sessions(db: Db, group: WorkingGroup) -> list[Held]:
    """What a group has held, the latest first."""
    return [Held(**dict(row)) for row in await db.fetch(sql.sessions, group.municipality, group.id)]


async def note_reminders(db: Db, group: WorkingGroup, people: Sequence[UUID], at: datetime) -> None:
    """These were written to."""
    await db.execute(sql.remind, group.municipality, group.id, people, at)
