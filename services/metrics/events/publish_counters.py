"""Kafka: state each municipality's counters on `dialogue.counters.v1`, at most once a second."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts import counters
from contracts.counters import Counter, CountersStated, Mark
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from services.chassis.db import notify
from services.chassis.db.pool import Db, Pool
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka, wire
from services.chassis.streams.tail import Stream
from services.metrics.domain import HOUR, REGISTERED, SUBMITTED
from services.metrics.events import rollup
from services.metrics.store import figures

log = structlog.get_logger()

INTERVAL = 1.0


class Outlet:
    """Remembers which municipalities changed and states them."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self._changed: set[str] | None = None

    async def listen(self) -> None:
        """Learn what changed, until cancelled. After every loss of the connection: everything."""
        first = True
        async for bundle in notify.heard(self._settings, rollup.CHANNEL):
            if bundle is None:
                self._changed, first = (None if first else self._changed), False
            for heard in bundle or []:
                self._note(heard.payload)

    def _note(self, payload: str) -> None:
        if payload == "*":
            self._changed = None
        elif self._changed is not None:
            for codes in orjson.loads(payload).values():
                self._changed.update(codes)

    async def run(self) -> None:
        """State what changed, until cancelled."""
        while True:
            try:
                async with kafka.producer(self._settings) as producer:
                    while True:
                        await self._state_changed(producer)
                        await asyncio.sleep(INTERVAL)
            except (*notify.LOST, KafkaError) as error:
                log.warning("counters_not_stated", error=type(error).__name__)
                self._changed = None
                await asyncio.sleep(INTERVAL)

    async def _state_changed(self, producer: AIOKafkaProducer) -> None:
        changed, self._changed = self._changed, set()
        if changed == set():
            return
        async with self._pool.acquire() as db:
            codes = sorted(changed) if changed else await figures.municipalities(db)
            states = [state for code in codes for state in await states_of(db, code)]
        acknowledged = [
            await producer.send(
                counters.TOPIC,
                wire.encode_loose("metrics", state.type, state.municipality, state),
                key=state.key.encode(),
                partition=partition_of(state.municipality),
                headers=wire.HEADERS,
            )
            for state in states
        ]
        await asyncio.gather(*acknowledged)


async def states_of(db: Db, code: str) -> list[CountersStated]:
    """A municipality's counters as they are now, one state for each campaign."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        marks = await figures.marks(db, rollup.READER)
        return [
            _state(campaign, code, await figures.of_municipality(db, campaign, code), marks)
            for campaign in await figures.campaigns_of(db, code)
        ]


def _state(
    campaign: str,
    code: str,
    rows: Iterable[tuple[str, str, str, int]],
    marks: dict[Stream, tuple[int, int]],
) -> CountersStated:
    values = [Counter(family=f, key=k, counter=c, value=n) for f, k, c, n in rows]
    of_hours = [value for value in values if value.family == HOUR]
    topics = (InitiativeEvent.topic, ParticipantEvent.topic)
    places = {topic: marks.get(Stream(topic, partition_of(code))) for topic in topics}
    return CountersStated(
        campaign=campaign,
        municipality=code,
        as_of=datetime.now(UTC),
        registered=sum(value.value for value in of_hours if value.counter == REGISTERED),
        submitted=sum(value.value for value in of_hours if value.counter == SUBMITTED),
        counters=values,
        marks={topic: Mark(epoch=p[0], sequence=p[1]) for topic, p in places.items() if p and p[0]},
    )
