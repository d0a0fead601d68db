"""Appointments and the acts by which they were made."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.appointments import Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.russian import search_pattern
from services.hierarchy.appointments.domain.acts import INSTALLATION
from services.hierarchy.appointments.domain.appointments import Act, Appointment
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import Category

sql = queries.load(__package__, "appointments.sql")


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds or held a role, as lists show them."""

    id: UUID
    role: Role
    of: str
    from_at: datetime
    until_at: datetime | None
    account: UUID
    name: str
    email: str
    act: UUID
    number: str
    day: date
    on_behalf_of: str
    has_signed_in: bool
    followed_at: datetime | None
    phone: str
    hours: str
    category: Category | None
    ended_by: UUID | None
    ended_number: str | None
    ended_day: date | None

    @property
    def by_installation(self) -> bool:
        """Whether they were appointed by no act, but when the system was installed."""
        return self.number == INSTALLATION


@dataclass(frozen=True, slots=True)
class Staffed:
    """A municipality, its district if it is a settlement, and who leads it; an empty name: nobody."""

    code: str
    name: str
    district: str
    head: str
    head_has_signed_in: bool
    head_email: str
    head_phone: str
    responsible: str
    responsible_email: str
    responsible_phone: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An appointment whose holder has not signed in yet."""

    municipality: str
    id: UUID
    role: Role
    of: str
    account: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invited:
    """An appointment with its invitation: whether its holder has signed in, when the link was last written
    and followed, and why the letter was not delivered, if so."""

    municipality: str
    id: UUID
    role: Role
    of: str
    name: str
    email: str
    has_signed_in: bool
    sent_at: datetime | None
    followed_at: datetime | None
    undelivered: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whom participants contact; an empty telephone: unknown."""

    role: Role
    name: str
    email: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class Appointer:
    """Who appointed somebody; an empty telephone: unknown."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """A working group, and how many of its people lack something."""

    of: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """In how many municipalities people are missing."""

    without_head: int
    unanswered: int
    without_responsible: int


async def present(db: Db, tenants: Iterable[str]) -> list[Appointment]:
    """Every appointment that holds now, of these municipalities."""
    return [_appointment(row) for row in await db.fetch(sql.present, list(tenants))]


async def get(db: Db, id_: UUID) -> Appointment:
    """An appointment. Raises NotFound, also for one of a foreign tenant."""
    row = await db.fetchrow(sql.get, id_)
    if row is None:
        raise NotFound("appointment-unknown")
    return _appointment(row)


async def of_account(db: Db, account: UUID) -> list[Appointment]:
    """Every appointment of an account, as far as the transaction sees; the present ones first."""
    return [_appointment(row) for row in await db.fetch(sql.of_account, account)]


async def add_act(db: Db, tenant: str, id_: UUID, act: Act, by: Acting | None, at: datetime) -> None:
    """Store an act and who enters it (nobody: a command)."""
    who = (by.account, by.on_behalf_of) if by else (None, None)
    await db.execute(sql.add_act, tenant, id_, act.number, act.day, *who, at)


async def add(db: Db, new: Sequence[Appointment]) -> None:
    """Store new appointments."""
    rows = [
        (
            *(a.municipality, a.id, a.role, a.of, a.account, a.name, a.act, a.from_at, a.until_at, a.version),
            *(a.phone, a.hours, a.category),
        )
        for a in new
    ]
    if rows:
        await db.execute(sql.add, *zip(*rows, strict=True))


async def save_end(db: Db, ended: Appointment) -> None:
    """Store that an appointment is over."""
    await db.execute(sql.end, ended.municipality, ended.id, ended.until_at, ended.version, ended.ended_by)


async def save_details(db: Db, appointment: Appointment) -> None:
    """Store how the holder is reached, and of which kind a member is."""
    a = appointment
    await db.execute(sql.set_details, a.municipality, a.id, a.phone, a.hours, a.category)


async def all_of_all(db: Db) -> list[Appointment]:
    """Every appointment that ever was, for a new epoch."""
    return [_appointment(row) for row in await db.fetch(sql.all_of_all)]


async def people(db: Db, tenant: str, of: str | None = None) -> list[Holder]:
    """Who holds or held a role over a place of a municipality or of the region, or over all of its places;
    the present ones first."""
    rows = await db.fetch(sql.people, tenant, of)
    return [Holder(**_typed(row)) for row in rows]


async def overview(
    db: Db, smos: Sequence[str] | None, typed: str, missing: str, after: str | None, limit: int
) -> list[Staffed]:
    """The next municipalities after a code by the alphabet, of all or of some SMOs, with who leads them. With
    `missing`, those alone that lack it: head, answer (of the Head), responsible, groups, coordinators, or any
    of the first four."""
    rows = await db.fetch(sql.overview, smos, search_pattern(typed), missing, after, limit)
    return [Staffed(**dict(row)) for row in rows]


async def unanswered(db: Db, roles: Iterable[Role], since: datetime) -> list[Unanswered]:
    """Appointments to these roles whose holders have not signed in yet and got no letter since then; of the
    municipalities that the transaction sees."""
    rows = await db.fetch(sql.unanswered, list(roles), since)
    return [Unanswered(**{**row, "role": Role(row["role"])}) for row in rows]


async def invited(db: Db, roles: Iterable[Role], waiting: bool) -> list[Invited]:
    """Who holds these roles in municipalities that the transaction sees; with `waiting`, those alone who have
    not signed in."""
    rows = await db.fetch(sql.invited, list(roles), waiting)
    return [Invited(**{**row, "role": Role(row["role"])}) for row in rows]


async def contacts(db: Db, place: Place, roles: Sequence[Role]) -> list[Contact]:
    """Who holds these roles over a place, its working group or the municipality that acts for it."""
    over = {place.of, str(place.group)} - {place.tenant} | {place.line}
    rows = await db.fetch(sql.contacts, [place.tenant, place.line], sorted(over), list(roles))
    return [Contact(**{**row, "role": Role(row["role"])}) for row in rows]


async def gaps(db: Db, smos: Sequence[str] | None) -> Gaps:
    """What is missing in the municipalities of all or of some SMOs."""
    return Gaps(**dict(await db.fetchrow(sql.gaps, smos)))  # type: ignore[arg-type]


async def members_by_category(db: Db) -> dict[str, Counter[Category | None]]:
    """By municipality that the transaction sees: how many members its working groups have of each category
    (None: not said)."""
    counted = defaultdict[str, Counter[Category | None]](Counter)
    for row in await db.fetch(sql.members_by_category):
        counted[row["municipality"]][Category(row["category"]) if row["category"] else None] = row["count"]
    return counted


async def appointer(db: Db, account: UUID) -> Appointer:
    """Name and telephone of somebody who appoints, as far as the transaction sees their appointments."""
    return Appointer(**dict(await db.fetchrow(sql.appointer, account)))  # type: ignore[arg-type]


async def uncategorised(db: Db, codes: Iterable[str], groups: Iterable[UUID]) -> list[Lacking]:
    """Working groups of these municipalities, and these, with how many of their members are of no
    category."""
    return [Lacking(**dict(row)) for row in await db.fetch(sql.uncategorised, list(codes), list(groups))]


async def without_head(db: Db) -> list[tuple[str, str]]:
    """Code and name of every municipality that the transaction sees and that has no Head, by the alphabet."""
    return [(row["code"], row["name"]) for row in await db.fetch(sql.without_head)]


def _appointment(row: asyncpg.Record) -> Appointment:
    return Appointment(**_typed(row))


def _typed(row: asyncpg.Record) -> dict[str, Any]:
    category = Category(row["category"]) if row["category"] else None
    return {**row, "role": Role(row["role"]), "category": category}
