"""Kafka: state each municipality's counters on `dialogue.counters.v1`, at most once a second."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

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
from services.chassis.db.notify import Heard
from services.chassis.db.pool import Db, Pool
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka, mirror, wire
from services.chassis.streams.held import TOO_LARGE
from services.chassis.streams.tail import Stream
from services.metrics.domain import COUNTERS, HOUR
from services.metrics.events import cases, rollup
from services.metrics.events.missed import Missed
from services.metrics.plan.progress import per_cent
from services.metrics.stating import hotline
from services.metrics.stating.set_aside import SetAside
from services.metrics.stating.targets import StatedTargets
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
            elif heard.channel in (rollup.CHANNEL, cases.CHANNEL):
                self._note(heard.payload)

    def _note(self, payload: str) -> None:
        if payload == "*":
            self._changed = None
        elif self._changed is not None:
            told = orjson.loads(payload)
            # By day, or of the hotline, whose figures are stated as of no day.
            for codes in told.values() if isinstance(told, dict) else [told]:
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
        if self._moved or changed is None:
            self._moved = False
            changed = await self._with_targets(changed)
        if changed == set():
            return
        codes = await self._everybody() if changed is None else sorted(self._with_upper(changed))
        for start in range(0, len(codes), AT_ONCE):
            states = [state for code in codes[start : start + AT_ONCE] for state in await self._states(code)]
            outcomes = await asyncio.gather(
                *(self._state(producers, state) for state in states), return_exceptions=True
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

    async def _states(self, code: str) -> list[CountersStated]:
        try:
            async with self._pool.acquire() as db:
                states = await states_of(db, code, self._targets)
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
    told = state.model_dump(exclude={"as_of", "marks", "counters"})
    return *told.values(), hash(tuple(state.counters))


async def states_of(db: Db, code: str, targets: StatedTargets) -> list[CountersStated]:
    """A municipality's counters as they are now, one state for each campaign."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        marks = _marks(code, await figures.marks(db, rollup.READER))
        campaigns = {*await figures.campaigns_of(db, code), *targets.campaigns_of(code)}
        return [await _state(db, campaign, code, targets, marks) for campaign in sorted(campaigns)]


def _marks(code: str, marks: dict[Stream, tuple[int, int]]) -> dict[str, Mark]:
    topics = (InitiativeEvent.topic, ParticipantEvent.topic, *sorted(cases.TOPICS))
    places = {topic: marks.get(Stream(topic, partition_of(code))) for topic in topics}
    return {topic: Mark(epoch=p[0], sequence=p[1]) for topic, p in places.items() if p and p[0]}


async def _state(
    db: Db, campaign: str, code: str, targets: StatedTargets, marks: dict[str, Mark]
) -> CountersStated:
    rows = await figures.of_municipality(db, campaign, code)
    values = [Counter(family=f, key=k, counter=c, value=n) for f, k, c, n in rows]
    sums = {c: sum(v.value for v in values if v.family == HOUR and v.counter == c) for c in COUNTERS}
    return CountersStated(
        campaign=campaign,
        municipality=code,
        as_of=datetime.now(UTC),
        **sums,
        counters=values,
        marks=marks,
        hotline=await hotline.totals_of(db, campaign, code),
        **await _beside(db, campaign, code, targets, sums),
    )


async def _beside(
    db: Db, campaign: str, code: str, targets: StatedTargets, own: dict[str, int]
) -> dict[str, Any]:
    """The target and its shares, by its scope."""
    if (found := targets.of(campaign, code)) is None:
        return {}
    target, goal = found
    fact = own if goal.codes == {code} else await figures.sums_of(db, campaign, goal.codes)
    told = {"scope": target.scope, "target_confirmed": target.confirmed}
    for counter in COUNTERS:
        told[f"target_{counter}"] = goal.of(counter)
        told[f"share_{counter}"] = per_cent(fact.get(counter, 0), goal.of(counter))
    return told
