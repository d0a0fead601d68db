"""The walls as they are built once, and put up again for every test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from litestar import Litestar

from contracts.structure import CalendarDefined
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.hierarchy.core.store import campaigns
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.main import create_web as create_hierarchy
from services.hierarchy.settings import OfficeSettings
from services.hierarchy.territory.commands.add_calendars import add_by_law
from services.hotline.main import create_web as create_hotline
from services.hotline.settings import HotlineSettings
from services.intake.main import create_web as create_intake
from services.intake.settings import IntakeSettings
from services.metrics.main import create_web as create_metrics
from tests.databases import MIGRATIONS, PERSONAL_KEYS, RING, Content, Database, cloned
from tests.factories import (
    DISTRICT,
    define_campaign,
    define_municipality,
    define_organization,
    mirror_region,
    region,
    today,
)
from tests.hierarchy.office import CHEAP
from tests.installation import DEMONSTRATION
from tests.security.walls import EVERYBODY, PLACES, SERVED, Known, Walls, Who
from tests.webs import Web, serving

CAMPAIGN = define_campaign(figures="staff")


@dataclass
class Standing:
    """All services' databases and applications, who is known there, and what the databases held first."""

    databases: dict[str, Database]
    webs: dict[str, Web]
    signers: dict[str, Signer]
    folder: Path
    """Where the keys lie."""
    known: dict[Who, Known] = field(default_factory=dict)
    held: dict[str, Content] = field(default_factory=dict)

    @asynccontextmanager
    async def anew(self) -> AsyncIterator[Walls]:
        """The walls as they were built, with fresh tokens and browsers."""
        if self.held:
            restored = (database.replace(self.held[name]) for name, database in self.databases.items())
            await asyncio.gather(*restored)
        async with AsyncExitStack() as stack:
            pools = {
                name: await stack.enter_async_context(_pool(database))
                for name, database in self.databases.items()
            }
            walls = Walls(**pools, signers=self.signers)
            for service, web in self.webs.items():
                walls.webs[service] = await stack.enter_async_context(web.browser())
            for who, known in self.known.items():
                walls.recognise(who, known)
            yield walls

    async def fill(self) -> None:
        """Let everybody in, and remember what the databases hold then."""
        async with self.anew() as walls:
            await walls.settle()
            for who in EVERYBODY:
                await walls.admit(who)
            self.known = walls.known
        self.held = {name: await database.content() for name, database in self.databases.items()}


@contextmanager
def standing(superuser_dsn: str, folder: Path) -> Iterator[Standing]:
    """Build them, with databases of their own."""
    signers = {issuer: Signer(issuer, _key(folder, issuer)) for issuer in ("hierarchy", "intake")}
    with ExitStack() as stack:
        databases = {name: stack.enter_context(cloned(name, superuser_dsn)) for name in MIGRATIONS}
        asyncio.run(_introduce(databases, signers))
        apps = _applications(databases, folder)
        webs = {service: stack.enter_context(serving(app)) for service, app in apps.items()}
        built = Standing(databases, webs, signers, folder)
        asyncio.run(built.fill())
        yield built


def _key(folder: Path, issuer: str) -> bytes:
    pem = new_signing_key()
    (folder / f"{issuer}.pem").write_bytes(pem)
    return pem


def _pool(database: Database) -> Pool:
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    return open_pool(
        database.settings("worker"),
        server_settings=session if database.service == "metrics" else {},
        ring=RING if database.service == "intake" else None,
    )


async def _introduce(databases: dict[str, Database], signers: dict[str, Signer]) -> None:
    """Let every service know the region, and whose tokens are good."""
    served = define_municipality(SERVED, "Сосновское сельское поселение", DISTRICT)
    year = datetime.now(UTC).year
    calendars = [
        CalendarDefined(version=1, year=each, days_off=[], worked=[], shortened=[])
        for each in (year, year + 1)
    ]
    for service, database in databases.items():
        async with _pool(database) as pool:
            if service == "hierarchy":
                await _import(pool)
            else:
                schools = [define_organization(f"school {place}", place) for place in PLACES]
                known = schools if service == "intake" else []
                await mirror_region(pool, [CAMPAIGN, *region()[1:], served, *calendars, *known])
            async with pool.acquire() as db, db.transaction():
                await tokens.learn(db, Stream("", 0), [signer.published() for signer in signers.values()])


async def _import(pool: Pool) -> None:
    await import_municipalities(pool, (DEMONSTRATION / "oktmo.csv").read_bytes(), "13")
    async with pool.acquire() as db, db.transaction():
        await campaigns.save(db, CAMPAIGN)
    await add_by_law(pool, (today().year, today().year + 1), datetime.now(UTC))
    await import_smos(pool, '- {id: smo, name: "Совет", municipalities: all}'.encode())
    # One that has no municipality left stays as it is, which no file says.
    await pool.execute("INSERT INTO smo (id, name, covers_all, version) VALUES ('another', 'Иной', false, 1)")


def _applications(databases: dict[str, Database], folder: Path) -> dict[str, Litestar]:
    def given(service: str, issuer: str) -> dict[str, object]:
        files, key = (folder / "files").as_uri(), folder / f"{issuer}.pem"
        reached = {"database_url": databases[service].dsn("web"), "kafka_brokers": "127.0.0.1:1"}
        return {**reached, "signing_key_file": key, "files_url": files}

    def settings(service: str, issuer: str) -> OfficeSettings:
        return OfficeSettings.model_validate(given(service, issuer))

    (folder / "keys").write_text(PERSONAL_KEYS)
    of_intake = IntakeSettings.model_validate(
        given("intake", "intake") | {"personal_keys_file": folder / "keys"}
    )
    of_hotline = HotlineSettings.model_validate(given("hotline", "hierarchy"))
    return {
        "hierarchy": create_hierarchy(settings("hierarchy", "hierarchy"), Lifetime(), hasher=CHEAP),
        "hotline": create_hotline(of_hotline, Lifetime()),
        "metrics": create_metrics(settings("metrics", "intake"), Lifetime()),
        "intake": create_intake(of_intake, Lifetime()),
    }
