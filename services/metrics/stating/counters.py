"""Kafka: state each municipality's counters on `dialogue.counters.v1`, at most once a second."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

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
from services.chassis.streams.held import TOO_LARGE
from services.chassis.streams.tail import Stream
from services.metrics.domain import HOUR, REGISTERED, SUBMITTED
from services.metrics.events import rollup
from services.metrics.stating.set_aside import SetAside
from services.metrics.store import figures

log = structlog.get_logger()

INTERVAL = 1.0
AT_ONCE = 50
"""Municipalities whose states are in memory together."""

PACKED_ABOVE = 512 * 1024
LARGEST = 64 * 1024 * 1024
"""Bytes of a state before it is packed; what a broker says of it then is what counts."""


class Outlet:
    """Remembers which municipalities changed and states them."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self._changed: set[str] | None = None
        self._aside = SetAside()

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
        self._changed = None
        while True:
            try:
                async with _producers(self._settings) as producers:
                    while True:
                        await self._state_changed(producers)
                        await asyncio.sleep(INTERVAL)
            except (*notify.LOST, KafkaError) as error:
                log.warning("counters_not_stated", error=type(error).__name__)
                self._changed = None
                await asyncio.sleep(INTERVAL)

    async def _state_changed(self, producers: "Producers") -> None:
        changed, self._changed = self._changed, set()
        if changed == set():
            return
        codes = sorted(changed) if changed else await self._everybody()
        for start in range(0, len(codes), AT_ONCE):
            states = [state for code in codes[start : start + AT_ONCE] for state in await self._states(code)]
            outcomes = await asyncio.gather(
                *(self._state(producers, state) for state in states), return_exceptions=True
            )
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

    async def _everybody(self) -> list[str]:
        async with self._pool.acquire() as db:
            return await figures.municipalities(db)

    async def _states(self, code: str) -> list[CountersStated]:
        try:
            async with self._pool.acquire() as db:
                states = await states_of(db, code)
        except notify.LOST:
            raise
        except Exception as error:
            # Counters that are no state by the contract: theirs alone, whatever is wrong with them.
            self._aside.put("", code, error)
            return []
        self._aside.take_out("", code)
        return states

    async def _state(self, producers: "Producers", state: CountersStated) -> None:
        content = _content(state)
        if self._aside.is_known(state.campaign, state.municipality, content):
            return
        value = wire.encode_loose("metrics", state.type, state.municipality, state)
        try:
            await producers.of(value).send_and_wait(
                counters.TOPIC,
                value,
                key=state.key.encode(),
                partition=partition_of(state.municipality),
                headers=wire.HEADERS,
            )
        except TOO_LARGE as error:
            self._aside.put(state.campaign, state.municipality, error, content)
        else:
            self._aside.take_out(state.campaign, state.municipality)


class Producers(NamedTuple):
    """Two ways to the topic: as it is, and packed for what no broker would take otherwise. Packing costs ten
    times what sending does, and all but the largest municipalities fit without."""

    plain: AIOKafkaProducer
    packed: AIOKafkaProducer

    def of(self, value: bytes) -> AIOKafkaProducer:
        """The one for a value."""
        return self.packed if len(value) > PACKED_ABOVE else self.plain


@asynccontextmanager
async def _producers(settings: Settings) -> AsyncIterator[Producers]:
    async with (
        kafka.producer(settings) as plain,
        kafka.producer(settings, compression="gzip", largest=LARGEST) as packed,
    ):
        yield Producers(plain, packed)


def _content(state: CountersStated) -> Hashable:
    """What a state says, without when and how far it was counted."""
    return state.registered, state.submitted, hash(tuple(state.counters))


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
