"""The hotline's web application over HTTP, by the clock of a test's world."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent
from contracts.structure import CalendarDefined
from deploy.local.home import new_signing_key
from services.chassis.db.pool import open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.main import create_web
from services.hotline.settings import HotlineSettings
from tests.databases import NOTHING, Content, Database
from tests.factories import mirror_region
from tests.hotline.inquiries.world import RUSSIA, URL, World, define_group, know
from tests.webs import Web, serving


@dataclass
class Served:
    """The application, its signers by issuer, and what its database held when it began."""

    database: Database
    signers: dict[str, Signer]
    folder: Path
    web: Web | None = None
    held: Content = NOTHING
    world: World | None = None

    def now(self) -> datetime:
        return self.world.now if self.world else datetime.now(UTC)

    async def restore(self, world: World) -> None:
        await self.database.replace(self.held)
        self.world = world

    @asynccontextmanager
    async def browser(self, staff: Staff | None = None) -> AsyncIterator[AsyncTestClient[Litestar]]:
        """A browser that shows pages; signed in, if somebody of the staff is given."""
        assert self.web
        async with self.web.browser(URL) as browser:
            browser.headers["Accept"] = "text/html"
            if staff:
                browser.cookies.set("staff", self.token(staff.account, staff.session, staff.name))
            yield browser

    @property
    def known(self) -> Known:
        """What the application knows, to work beside it."""
        assert self.web
        known: Known = self.web.app.state.region.known
        return known

    def token(self, subject: UUID, session: UUID, name: str = "", issuer: str = "hierarchy") -> str:
        return self.signers[issuer].issue(str(subject), str(session), name=name)[0]


@contextmanager
def served_on(database: Database, folder: Path) -> Iterator[Served]:
    """The application on a database that knows the region."""
    (folder / "key.pem").write_bytes(new_signing_key())
    signers = {name: Signer(name, new_signing_key()) for name in ("hierarchy", "intake")}
    served = Served(database, signers, folder)
    asyncio.run(_introduce(database, list(served.signers.values())))
    with serving(application(served)) as served.web:
        served.held = asyncio.run(database.content())
        yield served


def application(served: Served) -> Litestar:
    """The application, not started."""
    settings = HotlineSettings.model_validate(
        {
            "database_url": served.database.dsn("web"),
            "kafka_brokers": "127.0.0.1:1",
            "signing_key_file": served.folder / "key.pem",
            "files_url": (served.folder / "files").as_uri(),
            "public_url": URL,
        }
    )
    return create_web(settings, Lifetime(), Clock(served.now))


async def _introduce(database: Database, signers: list[Signer]) -> None:
    picture = know().picture
    told = (picture.campaigns, picture.municipalities, picture.organizations)
    structure = [event for events in told for event in events.values()]
    calendars = [
        CalendarDefined(
            version=1,
            year=year,
            days_off=sorted(calendar.days_off),
            worked=[],
            shortened=sorted(calendar.shortened),
        )
        for year, calendar in RUSSIA.items()
    ]
    async with open_pool(database.settings("worker")) as pool:
        await mirror_region(pool, [*structure, *calendars])
        async with pool.acquire() as db, db.transaction():
            await mirror.keep(db, Stream(AppointmentEvent.topic, 0), [define_group()])
            await tokens.learn(db, Stream("", 0), [signer.published() for signer in signers])
