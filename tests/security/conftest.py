"""All services with everybody who may ask them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient

from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.hierarchy.core.store import campaigns
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.main import create_web as hierarchy_web
from services.hierarchy.settings import OfficeSettings
from services.hierarchy.territory.domain.structure import Smo
from services.hierarchy.territory.store import smos
from services.intake.main import create_web as intake_web
from services.metrics.main import create_web as metrics_web
from tests.databases import Database
from tests.factories import DISTRICT, define_campaign, define_municipality, mirror_region, region
from tests.installation import DEMONSTRATION
from tests.security.walls import EVERYBODY, SERVED, Walls, Who


@pytest.fixture
def people() -> Sequence[Who]:
    """Who is admitted."""
    return EVERYBODY


@pytest.fixture
async def walls(
    people: Sequence[Who],
    hierarchy: Pool,
    metrics: Pool,
    intake: Pool,
    hierarchy_database: Database,
    metrics_database: Database,
    intake_database: Database,
    tmp_path: Path,
) -> AsyncIterator[Walls]:
    campaign = define_campaign(figures="staff")
    await import_municipalities(hierarchy, (DEMONSTRATION / "oktmo.csv").read_bytes(), "13")
    async with hierarchy.acquire() as db, db.transaction():
        await campaigns.save(db, campaign)
        await smos.save(db, [Smo("smo", "Совет", covers_all=True)])
    served = define_municipality(SERVED, "Сосновское сельское поселение", DISTRICT)
    for pool in (metrics, intake):
        await mirror_region(pool, [campaign, *region()[1:], served])
    pem, made = new_signing_key(), Walls(hierarchy, metrics, intake)
    of_intake = Signer("intake", pem_of_intake := new_signing_key())
    signer = Signer("hierarchy", pem)
    for pool in (hierarchy, metrics, intake):
        async with pool.acquire() as db, db.transaction():
            await tokens.learn(db, Stream("", 0), [signer.published(), of_intake.published()])
    async with AsyncExitStack() as stack:
        for service, database, build in (
            ("hierarchy", hierarchy_database, hierarchy_web),
            ("metrics", metrics_database, metrics_web),
            ("intake", intake_database, intake_web),
        ):
            key = tmp_path / f"{service}.pem"
            key.write_bytes(pem if service == "hierarchy" else pem_of_intake)
            settings = OfficeSettings.model_validate(
                {
                    "database_url": database.dsn("web"),
                    "kafka_brokers": "127.0.0.1:1",
                    "signing_key_file": key,
                    "files_url": (tmp_path / "files").as_uri(),
                }
            )
            web = AsyncTestClient(build(settings, Lifetime()))
            made.webs[service] = await stack.enter_async_context(web)
        await made.settle()
        for who in people:
            await made.admit(who, of_intake if who.name == "participant" else signer)
        yield made
