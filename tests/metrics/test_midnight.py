"""Over midnight with a real broker: a relay that stands holds up what is frozen, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import asyncpg
import orjson
import pytest
from asyncpg import Pool
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent
from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.results import CheckpointCorrected, CheckpointFrozen, ResultEvent
from contracts.structure import StructureEvent
from services.chassis.db.pool import Db, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import kafka, outbox
from services.chassis.streams.relay import Relay
from services.chassis.streams.tail import Stream
from services.chassis.worker import streams_of
from services.directory.results import digest_of
from services.metrics.checkpoints import watch
from services.metrics.main import create_metrics_worker
from services.metrics.settings import MetricsSettings
from tests.factories import DISTRICT
from tests.installation import Installation
from tests.metrics.told import DAY, GRACE, MIDNIGHT, Time, region, schedule, submitted, target

HASTE = {"poll_interval": 0.1, "tend_interval": 0.2, "tail_check_interval": 3}
TOPICS = {
    "hierarchy": (StructureEvent.topic, AppointmentEvent.topic),
    "intake": (InitiativeEvent.topic, ParticipantEvent.topic),
}
Found = TypeVar("Found")


async def nothing(_: Db, __: Stream) -> AsyncIterator[Event]:
    for event in list[Event]():
        yield event


@dataclass
class Night:
    """The relays of hierarchy and intake, and the worker of metrics, by one clock."""

    servers: Installation
    clock: Clock

    async def publish(self, service: str, *events: Event) -> None:
        async with open_pool(self.servers.settings(service)) as pool, pool.acquire() as db, db.transaction():
            await outbox.publish(db, *events)

    @asynccontextmanager
    async def relaying(self, service: str) -> AsyncIterator[None]:
        settings = self.servers.settings(service).model_copy(update=HASTE)
        owned = [stream for topic in TOPICS[service] for stream in streams_of(topic)]
        relay = Relay(settings, service, owned, nothing, self.clock)
        async with Lifetime().background(*relay.works()):
            yield

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        given = self.servers.settings("metrics").model_dump() | HASTE
        settings = MetricsSettings.model_validate(given | {"checkpoint_grace": GRACE.total_seconds()})
        async with AsyncTestClient(create_metrics_worker(settings, Lifetime(), self.clock)):
            yield

    async def results(self) -> list[ResultEvent]:
        """What the topic of results holds."""
        shapes: dict[str, type[ResultEvent]] = {
            each.type: each for each in (CheckpointFrozen, CheckpointCorrected)
        }
        found: list[ResultEvent] = []
        async for records in kafka.read_all(self.servers.settings("metrics"), Stream(ResultEvent.topic, 0)):
            told = map(orjson.loads, (record.value or b"" for record in records))
            found += [shapes[e["type"]].model_validate(e["data"]) for e in told if e["type"] in shapes]
        return found


async def eventually(look: Callable[[], Awaitable[Sequence[Found]]], n: int = 1) -> Sequence[Found]:
    async with asyncio.timeout(40):
        while len(found := await look()) < n:
            await asyncio.sleep(0.2)
    return found


@pytest.fixture
def night(servers: Installation, monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setattr(watch, "PAUSE", 0.2)
    return Night(servers, Time(MIDNIGHT - timedelta(minutes=10)))


@pytest.fixture
async def figures(servers: Installation) -> AsyncIterator[Pool]:
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    async with open_pool(servers.settings("metrics"), server_settings=session) as pool:
        yield pool


async def test_while_a_relay_stands_over_midnight_nothing_is_frozen_and_right_after_it_all_is(
    night: Night, figures: Pool, servers: Installation
) -> None:
    clock = night.clock
    assert isinstance(clock, Time)
    await night.publish("hierarchy", *region(), schedule(DISTRICT, DAY), target(DISTRICT, 40))
    await night.publish("intake", *submitted(DISTRICT, 3))

    async with night.counting(), night.relaying("hierarchy"):
        async with night.relaying("intake"):
            await eventually(lambda: figures.fetch("SELECT FROM fact"), 3)
        await night.publish("intake", *submitted(DISTRICT, 2, "2026-02-20T23:59:59+03:00"))
        clock.at = MIDNIGHT + GRACE

        await eventually(lambda: figures.fetch("SELECT FROM checkpoint_waiting"))
        await asyncio.sleep(1)
        assert await night.results() == []

        async with night.relaying("intake"):
            (event,) = await eventually(night.results)
            assert isinstance(event, CheckpointFrozen)
            assert (event.day, event.submitted, event.digest) == (DAY, 5, digest_of(event))
            await none_waits(figures)

            # A day later somebody's telephone finds the network again.
            await night.publish("intake", *submitted(DISTRICT, 1, "2026-02-20T22:00:00+03:00"))
            _, late = await eventually(night.results, 2)
            assert isinstance(late, CheckpointCorrected)
            assert (late.version, late.submitted, late.correction_submitted) == (2, 5, 1)

        before = await figures.fetch("SELECT * FROM checkpoint_result")
        rebuilt = await asyncio.to_thread(servers.run, "metrics", "rebuild", kind="owner")
        verified = await asyncio.to_thread(servers.run, "metrics", "verify")

    assert "1 of 1 frozen results differ from what was recounted; they stay." in rebuilt.stdout
    assert "The rebuilt figures serve now." in rebuilt.stdout
    assert await figures.fetch("SELECT * FROM checkpoint_result") == before
    assert "1 of 1 frozen results have a valid digest, 1 a correction." in verified.stdout
    assert verified.returncode == 0, verified.stdout


async def none_waits(figures: Pool) -> None:
    async with asyncio.timeout(20):
        while await figures.fetch("SELECT FROM checkpoint_waiting"):
            await asyncio.sleep(0.1)


async def test_verify_finds_a_frozen_result_that_somebody_has_changed(
    night: Night, figures: Pool, servers: Installation
) -> None:
    assert await figures.fetchval("SELECT count(*) FROM checkpoint_result") == 1
    db = await asyncpg.connect(servers.databases["metrics"].superuser_dsn)
    async with db.transaction():
        await db.execute("SET LOCAL session_replication_role = replica")
        await db.execute("UPDATE checkpoint_result SET submitted = submitted + 1")
    await db.close()

    verified = await asyncio.to_thread(servers.run, "metrics", "verify")

    assert "0 of 1 frozen results have a valid digest" in verified.stdout
    assert verified.returncode == 1
