"""A region's hotline with its staff, as people use it over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent, Role, ServingEvent, WorkingGroupDefined
from contracts.structure import CalendarDefined
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.groups.domain.serving import Serving
from services.hotline.main import create_web
from services.hotline.settings import HotlineSettings
from tests.databases import NOTHING, Content, Database
from tests.factories import DISTRICT, NAMES, SETTLEMENT, mirror_region
from tests.webs import Web, serving

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
SCHOOL, OTHER_SCHOOL = uuid5(NAMES, "1"), uuid5(NAMES, "2")
GROUP = UUID(int=17)
"""Looks after the school of the district."""


def plain_year(year: int) -> CalendarDefined:
    """A production calendar without a holiday."""
    return CalendarDefined(version=1, year=year, days_off=[], worked=[], shortened=[])


def group() -> WorkingGroupDefined:
    """A working group of the district, which looks after its school."""
    return WorkingGroupDefined(
        version=1,
        id=GROUP,
        campaign="spring",
        municipality=DISTRICT,
        covers_all=False,
        directions=["roads"],
        organizations=[SCHOOL],
    )


def serves() -> ServingEvent:
    """The district acts for its settlement by agreement."""
    began = datetime.now(UTC) - timedelta(days=30)
    return Serving(SETTLEMENT, UUID(int=18), DISTRICT, uuid4(), began).event()


@dataclass
class Staffed:
    """The hotline's web, and people who hold grants."""

    pool: Pool
    web: Web
    signer: Signer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def grant(self, role: Role, of: str, municipality: str = "region", name: str = "Петрова") -> str:
        """Somebody with a role: their token."""
        return await self.grant_more(uuid4(), role, of, municipality, name)

    async def grant_more(
        self, account: UUID, role: Role, of: str, municipality: str = "region", name: str = "Петрова"
    ) -> str:
        """A role for an account, which may hold others; a token of theirs."""
        began = self.now - timedelta(minutes=1)
        appointment = Appointment(municipality, uuid4(), role, of, account, name, uuid4(), began)
        async with self.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [appointment.event()])
        token, _ = self.signer.issue(str(account), str(uuid4()), name=name)
        return token

    @asynccontextmanager
    async def browser(self, token: str = "") -> AsyncIterator[AsyncTestClient[Litestar]]:
        """A browser of somebody who is signed in; without a token, of anybody."""
        async with self.web.browser() as browser:
            browser.headers["Accept"] = "text/html"
            browser.follow_redirects = False
            if token:
                browser.headers["Authorization"] = f"Bearer {token}"
            yield browser

    async def told(self) -> list[Any]:
        """What the hotline published, in order: (type, data)."""
        rows = await self.pool.fetch("SELECT type, data::jsonb AS data FROM outbox ORDER BY id")
        return [(row["type"], row["data"]) for row in rows]


class House:
    """Where the tests of a module work: each has the region as it was told, all have one application."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._signer = Signer("hierarchy", new_signing_key())
        self._content: Content = NOTHING
        self._web: Web | None = None
        self._staffed: Staffed | None = None

    @contextmanager
    def opened(self) -> Iterator["House"]:
        """Tell the region and start the application."""
        asyncio.run(self._told())
        with serving(self.application(Clock(self._now))) as self._web:
            yield self

    def application(self, clock: Clock | None = None) -> Litestar:
        """The web application on the database, not started."""
        key = self._folder / "key.pem"
        key.write_bytes(new_signing_key())
        given = {"signing_key_file": key, "files_url": (self._folder / "files").as_uri()}
        settings = self._database.settings("web").model_dump() | given
        return create_web(HotlineSettings.model_validate(settings), Lifetime(), clock)

    @asynccontextmanager
    async def staffed(self) -> AsyncIterator[Staffed]:
        """The hotline for one test."""
        assert self._web is not None
        await self._database.replace(self._content)
        async with self._pool() as pool:
            self._staffed = Staffed(pool, self._web, self._signer)
            yield self._staffed

    def _pool(self) -> Pool:
        everything = {"app.municipalities": "*"}
        return open_pool(self._database.settings("worker"), server_settings=everything)

    async def _told(self) -> None:
        async with self._pool() as pool:
            await mirror_region(pool)
            async with pool.acquire() as db, db.transaction():
                year = datetime.now(UTC).year
                years = [plain_year(each) for each in (year, year + 1)]
                await mirror.keep(db, Stream(CalendarDefined.topic, 0), years)
                await mirror.keep(db, APPOINTMENTS, [group(), serves()])
                await staff.keep(db, APPOINTMENTS, [serves()])
                await tokens.learn(db, Stream("dialogue.keys.v1", 0), [self._signer.published()])
        self._content = await self._database.content()

    def _now(self) -> datetime:
        return self._staffed.now if self._staffed else datetime.now(UTC)
