"""A worker put together: the relay of what a service says, the readers of what it hears."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version

import structlog
from faststream.kafka import KafkaBroker
from litestar import Litestar
from litestar.datastructures import State
from packaging.version import Version

from contracts import nak
from services.chassis.db import queries
from services.chassis.db.notify import LOST, Notifier
from services.chassis.db.pool import Pool, open_pool
from services.chassis.db.sealed import KeyRing
from services.chassis.process import health
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime, logged
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import RELAY_AGE
from services.chassis.streams.inbox import Reader
from services.chassis.streams.kafka import check_topics
from services.chassis.streams.reading import Reading
from services.chassis.streams.relay import Relay
from services.chassis.streams.tail import Restate, Stream
from services.chassis.streams.topics import topics

relay_sql = queries.load("services.chassis.streams", "relay.sql")
sql = queries.load(__package__, "worker.sql")
log = structlog.get_logger()

OLDEST_FASTSTREAM = Version("0.7.8")


@dataclass(frozen=True, slots=True)
class Duties:
    """What a service's worker does; `session` holds PostgreSQL settings of its connections, `ring` the keys
    of sealed columns."""

    source: str
    streams: Sequence[Stream] = ()
    restate: Restate | None = None
    readers: Sequence[Reader] = ()
    works: Callable[[Pool], Sequence[Work]] = lambda _: ()
    session: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    ring: KeyRing | None = None


def streams_of(topic: str) -> list[Stream]:
    """All streams of a topic."""
    return [Stream(topic, partition) for partition in range(topics()[topic].partitions)]


def create_worker(settings: Settings, lifetime: Lifetime, duties: Duties) -> Litestar:
    """The worker as an application that answers health and figures alone."""
    worker = Worker(settings, duties)
    return Litestar(
        [
            health.live,
            health.figures,
            health.ready({**worker.checks, "background": lambda _: lifetime.works()}),
        ],
        lifespan=[logged(lambda _: worker.running(lifetime))],
        openapi_config=None,
        logging_config=None,
    )


class Worker:
    """The parts of a running worker."""

    def __init__(self, settings: Settings, duties: Duties) -> None:
        self._settings, self._duties = settings, duties
        self._pool: Pool | None = None
        self._relay: Relay | None = None
        self._readings: list[Reading] = []

    @property
    def checks(self) -> dict[str, health.Check]:
        """What must be true for this worker to be ready."""
        return {"database": self._database, "relay": self._relays, "reading": self._reads}

    @asynccontextmanager
    async def running(self, lifetime: Lifetime) -> AsyncIterator[None]:
        """Check that the world is as exactness needs it, then work until the block ends."""
        notifier = Notifier(self._settings)
        everything = {"app.municipalities": "*", **self._duties.session}
        async with open_pool(self._settings, notifier, everything, self._duties.ring) as pool:
            await check_database(pool)
            await check_topics(self._settings, self._topics())
            broker = KafkaBroker(
                self._settings.kafka_brokers.split(","),
                acks="all",
                allow_auto_create_topics=False,
                graceful_timeout=self._settings.stop_timeout / 2,
                logger=None,
                # What it injects it asks for in another thread, for every poll.
                apply_types=False,
                retry_backoff_ms=100,
            )
            works: list[Work] = [notifier.run, partial(_measure_age, pool), *self._works(pool)]
            works += self._read(broker, pool)
            self._pool = pool
            async with broker, lifetime.background(*works):
                await broker.start()
                yield

    def _topics(self) -> list[str]:
        owned = {stream.topic for stream in self._duties.streams}
        return sorted(owned | {reader.topic for reader in self._duties.readers} | {nak.TOPIC})

    def _works(self, pool: Pool) -> list[Work]:
        works = list(self._duties.works(pool))
        duties = self._duties
        if duties.restate is not None:
            streams, restate = duties.streams, duties.restate
            self._relay = Relay(self._settings, duties.source, streams, restate, duties.clock)
            works += self._relay.works()
        return works

    def _read(self, broker: KafkaBroker, pool: Pool) -> list[Work]:
        self._readings = [Reading(broker, pool, self._settings, reader) for reader in self._duties.readers]
        tending: list[Work] = [reading.tend for reading in self._readings]
        return [*tending, *(partial(_until_hung, reading) for reading in self._readings)]

    async def _database(self, _: State) -> str | None:
        if self._pool is None:
            return "not connected yet"
        async with self._pool.acquire() as db:
            await db.fetchval("SELECT 1")
        return None

    async def _relays(self, _: State) -> str | None:
        # Who stands by is ready: a second worker reads as the first one does, and relays once that is gone.
        if self._relay is None or self._relay.ready or self._relay.stands_by:
            return None
        return "does not lead (Kafka or the database is away)"

    async def _reads(self, _: State) -> str | None:
        stopped = [f"{r.name} {partitions}" for r in self._readings if (partitions := r.stopped)]
        return f"stopped on bad records: {'; '.join(stopped)}" if stopped else None


async def check_database(pool: Pool) -> None:
    """Refuse to run on a database that could show one tenant another's rows.

    Raises SelfCheckFailed.
    """
    if Version(version("faststream")) < OLDEST_FASTSTREAM:
        raise SelfCheckFailed(f"FastStream {version('faststream')} is older than 0.7.8")
    async with pool.acquire() as db:
        if tables := [row["relname"] for row in await db.fetch(sql.unforced_tenant_tables)]:
            raise SelfCheckFailed(f"row security is not forced on {', '.join(tables)}")
        if await db.fetchval(sql.can_bypass):
            raise SelfCheckFailed("the database role can bypass row security")


async def _measure_age(pool: Pool) -> None:
    while True:
        try:
            async with pool.acquire() as db:
                RELAY_AGE.set(await db.fetchval(relay_sql.oldest_unsent))
        except LOST as error:
            log.debug("age_unknown", error=type(error).__name__)
        await asyncio.sleep(5)


async def _until_hung(reading: Reading) -> None:
    """Ends when the consumer hangs, and the process with it: aiokafka gives no way to mend one inside."""
    await reading.hung.wait()
