"""Acts as pages show them: whom they appointed and which working groups they formed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.russian import search_pattern
from services.hierarchy.appointments.domain.acts import INSTALLATION, Appointee, Entered

sql = queries.load(__package__, "acts.sql")


@dataclass(frozen=True, slots=True)
class Formed:
    """A working group that an act formed, with the names of its directions."""

    id: UUID
    name: str
    covers_all: bool
    dissolved_at: datetime | None
    organizations: int
    directions: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which acts are wanted: by words in the number, those without a signed scan alone, behind one."""

    typed: str = ""
    unscanned: bool = False
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An act of a list: how many it appointed, whether a signed scan is kept, whether it is an agreement by
    which a district serves."""

    id: UUID
    number: str
    day: date
    appointed: int
    scanned: bool
    is_agreement: bool

    @property
    def by_installation(self) -> bool:
        """Whether it is no act: somebody was appointed when the system was installed."""
        return self.number == INSTALLATION


@dataclass(frozen=True, slots=True)
class Copy:
    """An act as one municipality has it, whose name is empty for the region."""

    id: UUID
    place: str


async def get(db: Db, id_: UUID) -> Entered:
    """An act. Raises NotFound, also for one of a foreign tenant."""
    row = await db.fetchrow(sql.get, id_)
    if row is None:
        raise NotFound("act-unknown")
    return Entered(**dict(row))


async def appointed(db: Db, act: Entered) -> list[Appointee]:
    """Everybody whom an act appointed, in its order."""
    return await _appointees(db, act, ended=False)


async def ended(db: Db, act: Entered) -> list[Appointee]:
    """Everybody whose appointment an act ended."""
    return await _appointees(db, act, ended=True)


async def _appointees(db: Db, act: Entered, *, ended: bool) -> list[Appointee]:
    rows = await db.fetch(sql.appointed, act.municipality, act.id, ended)
    return [Appointee(**{**row, "role": Role(row["role"])}) for row in rows]


async def formed(db: Db, act: Entered) -> list[Formed]:
    """The working groups that an act formed, as they are now."""
    return [Formed(**dict(row)) for row in await db.fetch(sql.formed, act.municipality, act.id)]


async def listed(db: Db, tenant: str, asked: Asked, limit: int) -> list[Listed]:
    """The next acts of a municipality or of the region, the newest first."""
    asked_for = (search_pattern(asked.typed), asked.unscanned, asked.after)
    rows = await db.fetch(sql.listed, tenant, *asked_for, limit)
    return [Listed(**dict(row)) for row in rows]


async def unscanned(db: Db, tenant: str) -> int:
    """How many acts of a municipality or of the region have no signed scan."""
    return int(await db.fetchval(sql.unscanned, tenant))


async def entered_with(db: Db, act: Entered) -> list[Copy]:
    """An act in each municipality in which it was entered at once, itself among them, by the alphabet."""
    return [Copy(**dict(row)) for row in await db.fetch(sql.entered_with, act.municipality, act.id)]
