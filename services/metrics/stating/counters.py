"""Kafka: state each municipality's counters on `dialogue.counters.v1`, at most once a second."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts import counters
from contracts.counters import CountersStated
from contracts.streams import partition_of
from services.chassis.db import notify
from services.chassis.db.notify import Heard
from services.chassis.db.pool import Pool, Session
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka, mirror, wire
from services.chassis.streams.held import TOO_LARGE
from services.chassis.streams.leading import lead
from services.metrics.events import announcing, cases
from services.metrics.events.missed import Missed
from services.metrics.stating import states
from services.metrics.stating.set_aside import SetAside
from services.metrics.stating.targets import StatedTargets
from services.metrics.store import figures

log = structlog.get_logger()

INTERVAL = 1.0
RESTS = 3
"""Nothing is stated for so many times as long as it took to state what changed: with a backlog everything
changes all the time, and each state holds all that the one before held."""
LONGEST_REST = 10.0
"""Seconds: no subscriber waits longer because another municipality's state is large."""
EVERYTHING_AGAIN = 3600.0
"""Seconds: a request that was given up may arrive behind the state that came after it."""
LOCK = 7031996
"""The advisory lock of whoever states."""
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
        self._moved, self._missed = True, Missed()
        self._aside = SetAside()
        self._targets = StatedTargets()

    async def listen(self) -> None:
        """Learn what changed, until cancelled; everything, wherever something was missed."""
        async for bundle in self._missed.heard(self._settings, self._pool, mirror.CHANNEL, cases.CHANNEL):
            self._hear(bundle)

    def _hear(self, bundle: Sequence[Heard] | None) -> None:
        if not bundle:
            # At rest too: whether the mirrors moved costs two questions to find out.
            self._moved = True
        if bundle is None:
            self._changed = None
            return
        for heard in bundle:
            if heard.channel == mirror.CHANNEL:
                self._moved = True
            elif heard.channel == announcing.CHANNEL:
                told = announcing.read(heard.payload)
                self._note(None if told.everything else {code for code, _ in told.changed})
            elif heard.channel == cases.CHANNEL:
                # Their figures are stated as of no day.
                self._note(cases.read([heard.payload]))

    def _note(self, codes: set[str] | None) -> None:
        self._changed = None if codes is None or self._changed is None else self._changed | codes

    async def run(self) -> None:
        """State what changed while this process leads, until cancelled: of two that do, the slower one would
        leave an older state behind a newer one."""
        while True:
            try:
                if not await lead(self._settings, self._stating, LOCK):
                    await asyncio.sleep(self._settings.poll_interval)
            except (*notify.LOST, KafkaError) as error:
                log.warning("counters_not_stated", error=type(error).__name__)
                await asyncio.sleep(INTERVAL)

    async def _stating(self, _: Session) -> None:
        async with _producers(self._settings) as producers:
            everything_at = 0.0
            while True:
                began = monotonic()
                if began >= everything_at:
                    self._changed, everything_at = None, began + EVERYTHING_AGAIN
                await self._state_changed(producers)
                await asyncio.sleep(min(max(INTERVAL, RESTS * (monotonic() - began)), LONGEST_REST))

    async def _state_changed(self, producers: "Producers") -> None:
        changed, self._changed = self._changed, set()
        if self._moved or changed is None:
            self._moved = False
            changed = await self._with_targets(changed)
        if changed == set():
            return
        codes = await self._everybody() if changed is None else sorted(self._with_upper(changed))
        for start in range(0, len(codes), AT_ONCE):
            told = await self._states(codes[start : start + AT_ONCE])
            outcomes = await asyncio.gather(
                *(self._state(producers, state) for state in told), return_exceptions=True
            )
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

    async def _with_targets(self, changed: set[str] | None) -> set[str] | None:
        """Those whose target changed besides."""
        async with self._pool.acquire() as db:
            others = await self._targets.look(db)
        return None if changed is None else changed | others

    def _with_upper(self, changed: set[str]) -> set[str]:
        return changed | self._targets.fulfilled_by(changed)

    async def _everybody(self) -> list[str]:
        async with self._pool.acquire() as db:
            counted = await figures.municipalities(db)
        return sorted({*counted, *self._targets.municipalities()})

    async def _states(self, codes: Sequence[str]) -> list[CountersStated]:
        async with self._pool.acquire() as db:
            seen = await states.read(db, codes, self._targets)
        found: list[CountersStated] = []
        for code in codes:
            try:
                found += states.states_of(code, seen, self._targets)
            except Exception as error:
                # Counters that are no state by the contract: theirs alone, whatever is wrong with them.
                self._aside.put("", code, error)
            else:
                self._aside.take_out("", code)
        return found

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
    told = state.model_dump(exclude={"as_of", "marks", "counters"})
    return *told.values(), hash(tuple(state.counters))
