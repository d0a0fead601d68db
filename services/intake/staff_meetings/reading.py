"""Which staff meetings somebody enters, and all that one of them holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.structure import OrganizationDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.directory.subordination import Subordination
from services.intake.assisted.reach import theirs
from services.intake.core.authority import Deed, places_of
from services.intake.staff_meetings.domain.grid import GridRow
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Person
from services.intake.staff_meetings.store import grid, meetings, people

LISTED = 50


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting with its sheet and its grid."""

    meeting: StaffMeeting
    people: Sequence[Person]
    rows: Sequence[GridRow]

    @property
    def sent(self) -> list[GridRow]:
        """The rows that are initiatives already."""
        return [row for row in self.rows if row.is_sent]

    @property
    def waiting(self) -> list[GridRow]:
        """The rows that are typed and not sent yet."""
        return [row for row in self.rows if not row.is_sent]


def places(by: Staff) -> set[str]:
    """Where somebody enters initiatives for others. Raises Forbidden, NotFound for who has nothing there."""
    found = places_of(by, Deed.ENTER)
    if not found:
        raise Forbidden("not-yours-to-enter") if places_of(by, Deed.SEE) else NotFound("not-found")
    return found


def organizations_of(by: Staff, known: Subordination, now: datetime) -> list[OrganizationDefined]:
    """The open organizations for whose staff somebody enters, by the alphabet. Raises Forbidden, NotFound."""
    ids = frozenset[UUID]().union(*(theirs(by, known, place, now) for place in places(by)))
    return sorted((known.picture.organizations[id_] for id_ in ids), key=lambda o: alphabet(o.name))


async def own(pool: Pool, known: Subordination, by: Staff) -> list[StaffMeeting]:
    """The meetings that somebody has begun in this campaign, the newest first."""
    there = places(by)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *there)
        return await meetings.own(db, there, by.account, known.campaign.id, LISTED)


async def session(pool: Pool, by: Staff, id_: UUID) -> Session:
    """One of them with all that it holds. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        return await held(db, by, id_)


async def held(db: Db, by: Staff, id_: UUID) -> Session:
    """The same, in a transaction. Raises NotFound."""
    there = places(by)
    await tenancy.see(db, *there)
    meeting = await meetings.one(db, there, by.account, id_)
    return Session(meeting, await people.of(db, meeting), await grid.of(db, meeting))


async def locked(db: Db, by: Staff, id_: UUID) -> StaffMeeting:
    """One of them, to be changed. Raises NotFound."""
    there = places(by)
    await tenancy.see(db, *there)
    return await meetings.lock(db, there, by.account, id_)
