"""A district whose staff enter what people suggest, by the commands as the web's process runs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from contracts.appointments import SCOPE_OF, AppointmentEvent, Role
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool, open_pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.directory.grants import Grant, Staff
from services.directory.subordination import Subordination, draw
from services.intake.assisted.commands.enter_initiatives import enter_initiatives
from services.intake.assisted.commands.find_people import find_people
from services.intake.assisted.domain import (
    Consent,
    ConsentKind,
    Entered,
    Entering,
    Found,
    Known,
    NewPerson,
    Row,
    RowResult,
)
from services.intake.core.domain import Author
from services.intake.participants.commands.confirm_participant import Confirmation, confirm_participant
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.digests import Pepper
from tests.databases import RING, Database
from tests.factories import DISTRICT, define_organization, mirror_region, today
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, group
from tests.intake.test_api import code

SETTLED = define_organization("4", DISTRICT)
"""An organization of the district that no group supervises."""


@dataclass
class Helping:
    """The region as it is known, and who helps there."""

    web: Pool
    pool: Pool
    """Of the worker, which sees every municipality."""
    known: Subordination
    pepper: Pepper

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def staff(self, role: Role = Role.COORDINATOR, of: str = str(SCHOOL), place: str = DISTRICT) -> Staff:
        """Somebody with a role; a coordinator of the district's school, unless said otherwise."""
        began = self.now - timedelta(days=9)
        grant = Grant(uuid4(), role, SCOPE_OF[role], of, began, None, place)
        return Staff(uuid4(), uuid4(), (grant,), "Петрова")

    async def enter(self, by: Staff, *rows: Row, at: Moment | None = None, **changes: Any) -> Entered:
        given = Entering(DISTRICT, SCHOOL, None, rows)
        moment = at or Moment(self.now)
        return await enter_initiatives(
            self.web, self.known, self.pepper, by, replace(given, **changes), moment
        )

    async def one(self, by: Staff, *authors: NewPerson | Known, **changes: Any) -> RowResult:
        """One row of these authors, as it came back."""
        (result,) = (await self.enter(by, row(*authors), **changes)).rows
        return result

    async def find(self, by: Staff, q: str, place: str = DISTRICT) -> list[Found]:
        return await find_people(self.web, self.known, self.pepper, by, place, q, self.now)

    async def signed_in(self, email: str, place: str = DISTRICT, organization: UUID | None = None) -> Author:
        """The author with this address, registered if nobody is, after entering the code."""
        picture, moment = self.known.picture, Moment(self.now)
        given = Registration(place, organization, "deputy", email, "1")
        accepted = await register_participant(self.web, picture, self.pepper, given, moment)
        confirmation = Confirmation(accepted.id, await code(self.pool))
        return await confirm_participant(self.web, picture, self.pepper, confirmation, moment)

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What intake published, in order: the event's word and its data."""
        rows = await self.pool.fetch("SELECT type, data FROM outbox ORDER BY id")
        return [(row["type"].removeprefix("dialogue."), orjson.loads(row["data"])) for row in rows]

    async def noted(self, word: str) -> list[str]:
        """The subjects of the audit's lines of a word."""
        rows = await self.pool.fetch("SELECT subject FROM audit WHERE action = $1 ORDER BY id", word)
        return [row["subject"] for row in rows]

    async def stored(self, query: str) -> tuple[Any, ...]:
        """The one row of a query."""
        (found,) = await self.pool.fetch(query)
        return tuple(found)

    async def count(self, table: str) -> int:
        return int(await self.pool.fetchval(f"SELECT count(*) FROM {table}"))


def person(name: str = "Иванова Анна Петровна", email: str | None = None, **changes: Any) -> NewPerson:
    consent = Consent(ConsentKind.PAPER, today(), "12/3")
    return replace(NewPerson(name, email, "budget", consent), **changes)


def row(*authors: NewPerson | Known, **changes: Any) -> Row:
    written = Row(uuid4(), authors, "roads", "personal", "Переход у школы", "Дети идут в темноте.")
    return replace(written, **changes)


@asynccontextmanager
async def helping(database: Database) -> AsyncIterator[Helping]:
    await database.empty()
    session = {"app.municipalities": "*"}
    async with (
        open_pool(database.settings("web"), ring=RING) as web,
        open_pool(database.settings("worker"), server_settings=session, ring=RING) as pool,
    ):
        await mirror_region(pool)
        async with pool.acquire() as db, db.transaction():
            await mirror.keep(db, Stream("dialogue.structure.v1", 0), [SETTLED])
            groups = [group(ROADS, "roads"), group(CULTURE, "culture")]
            await mirror.keep(db, Stream(AppointmentEvent.topic, 0), groups)
            known = await draw(db)
        yield Helping(web, pool, known, Pepper(b"secret"))


def ids(found: list[Found]) -> list[UUID]:
    return [one.id for one in found]
