"""The worker looks at what is due every few seconds, whatever happened at the look before."""

import asyncio

import pytest
from asyncpg import Pool

from contracts.results import CheckpointCorrected, CheckpointFrozen, FiguresTaken, WarningRaised
from services.chassis.process.lifetime import Lifetime
from services.metrics.checkpoints import watch
from services.metrics.checkpoints.watch import Watch
from tests.databases import Database
from tests.factories import DISTRICT
from tests.metrics.test_figures_taken import FIRST, call
from tests.metrics.told import DAY, MIDNIGHT, Time, Topics, outgoing, region, schedule, settings_of, submitted


@pytest.fixture
async def topics(metrics: Pool) -> Topics:
    topics = Topics(metrics)
    await topics.tell(*region(), schedule(DISTRICT, DAY), call(FIRST))
    await topics.complete(MIDNIGHT)
    return topics


async def test_one_look_does_all_that_is_due(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    watching = Watch(settings_of(metrics_database), metrics, Time())
    await watching.look()
    await topics.tell(*submitted(DISTRICT, 1))
    watching._correcting.changed.hear("*")
    await watching.look()

    types = [type(event) for event in await outgoing(metrics)]

    assert types == [CheckpointFrozen, *[WarningRaised] * 3, FiguresTaken, CheckpointCorrected]


async def test_a_look_that_fails_is_repeated(
    metrics: Pool, topics: Topics, metrics_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.01)
    watching, look, failures = Watch(settings_of(metrics_database), metrics, Time()), Watch.look, iter("ab")

    async def sometimes(self: Watch) -> None:
        if next(failures, None):
            raise ConnectionResetError
        await look(self)

    monkeypatch.setattr(Watch, "look", sometimes)
    async with Lifetime().background(watching.run), asyncio.timeout(10):
        while len(await outgoing(metrics)) < 5:
            await asyncio.sleep(0.01)
