"""Hierarchy, put together. The only place that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from contracts.structure import StructureEvent
from services.chassis import web
from services.chassis.db import open_pool
from services.chassis.problems import Sentences
from services.chassis.process import Lifetime
from services.chassis.settings import Settings
from services.chassis.worker import Duties, create_worker, streams_of
from services.hierarchy.commands.restate import restate
from services.hierarchy.web.campaigns import Campaigns
from services.hierarchy.web.municipalities import Municipalities
from services.hierarchy.web.organizations import Organizations

PACKAGE = "services.hierarchy"
MIGRATIONS = ("services.chassis.migrations", "services.hierarchy.store.migrations")


def create_web(settings: Settings) -> Litestar:
    """The dictionaries over HTTP. Everything is made when the application starts."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_pool(settings) as pool:
            app.state.pool = pool
            yield

    return web.create_app(
        web.Parts(
            title="Муниципальный диалог: структура региона",
            handlers=[Campaigns, Municipalities, Organizations],
            lifespan=lifespan,
            sentences=Sentences(PACKAGE),
        )
    )


def create_hierarchy_worker(settings: Settings, lifetime: Lifetime) -> Litestar:
    """Sends the structure's events."""
    streams = streams_of(StructureEvent.topic)
    return create_worker(settings, lifetime, Duties("hierarchy", streams, restate))
