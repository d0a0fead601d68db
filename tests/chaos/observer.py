"""Those who look on: one polls the counters, one keeps a stream open, one reads the topic from outside."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from contracts.initiatives import InitiativeEvent
from contracts.streams import PARTITIONS, link
from services.chassis.db import notify
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka, wire
from services.chassis.streams.wire import Envelope
from tests.chaos.history import History
from tests.client import Client

TOPIC = InitiativeEvent.topic
LOST = (httpx2.HTTPError, *kafka.LOST)
ASK_AGAIN = 1.0
AT_ONCE = 2000
"""Records of a bundle: others in this process want their turn."""

SILENT = 5.0
"""Seconds without a record after which the outside reader begins anew: a consumer can hang."""

HEARD_WITHIN = 20.0
"""Seconds until the live view has surely read what a new epoch or a restored database left of the figures."""

EPOCHS = "SELECT coalesce(sum(epoch), 0) FROM inbox WHERE reader = 'metrics.rollup'"


@dataclass
class Stream:
    """How far the outside reader is in one stream, and what it holds of it."""

    epoch: int = 0
    mark: int = 0
    chain: str = ""
    ids: set[str] = field(default_factory=set)


class Outsider:
    """Another system: reads the topic by the contract's rules, from the beginning after every fault."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asked_at = 0.0
        self._gaps: dict[int, tuple[int, int]] = {}
        self.ever: set[str] = set()
        self.streams = {partition: Stream() for partition in range(PARTITIONS)}

    @property
    def ids(self) -> set[str]:
        """Every initiative that this reader knows."""
        return set().union(*(stream.ids for stream in self.streams.values()))

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                await self._read()
            except LOST:
                await asyncio.sleep(0.5)

    async def _read(self) -> None:
        places = [(TOPIC, partition) for partition in range(PARTITIONS)]
        async with kafka.groupless(self._settings, places) as consumer:
            async with asyncio.timeout(SILENT):
                await consumer.seek_to_beginning()
            heard = time.monotonic()
            while time.monotonic() < heard + SILENT:
                async with asyncio.timeout(SILENT):
                    found = await consumer.getmany(timeout_ms=500, max_records=AT_ONCE)
                heard = time.monotonic() if found else heard
                for place, records in found.items():
                    for told in wire.decode([record.value for record in records]):
                        self._take(place.partition, told)
                    await asyncio.sleep(0)
                if self._gaps and time.monotonic() > self._asked_at + ASK_AGAIN:
                    self._asked_at = time.monotonic()
                    for partition, missing in self._gaps.items():
                        await kafka.ask(self._settings, "outsider", (TOPIC, partition), missing)

    def _take(self, partition: int, told: Envelope | ValueError) -> None:
        stream = self.streams[partition]
        if isinstance(told, ValueError) or told.epoch < stream.epoch:
            return
        self.ever.add(told.subject or "")
        if told.epoch > stream.epoch and told.sequence == 1:
            stream = self.streams[partition] = Stream(told.epoch)
        if told.epoch == stream.epoch and told.sequence <= stream.mark:
            return
        expected = (stream.epoch, stream.mark + 1, link(stream.chain, told.id))
        if (told.epoch, told.sequence, told.chain) != expected:
            ahead = told.epoch > stream.epoch
            self._gaps[partition] = (told.epoch, 1) if ahead else (stream.epoch, stream.mark + 1)
            return
        self._gaps.pop(partition, None)
        stream.mark, stream.chain = told.sequence, told.chain
        if told.type.startswith("dialogue.initiative.") and told.subject:
            stream.ids.add(told.subject)


@dataclass
class Height:
    """The figure that was seen last, and since when it may not fall."""

    highest: int = 0
    epochs: tuple[int, int] = (-1, 0)
    changed_at: float = 0.0

    def fell(self, shown: int, epochs: tuple[int, int], now: float) -> bool:
        """Whether a figure fell that may not: the view hears of a new epoch a moment after the database has
        it, and shows until then what was counted before."""
        if epochs != self.epochs:
            self.epochs, self.changed_at = epochs, now
        return shown < self.highest and now - self.changed_at > HEARD_WITHIN


class Watcher:
    """Somebody before the live view: what it shows now, and whether a figure ever went wrong."""

    def __init__(self, client: Client, history: History, before: int) -> None:
        self._client, self._history, self._before = client, history, before
        self.picture: dict[tuple[str, str], dict[str, Any]] = {}

    async def stream(self) -> None:
        """Keep the picture of the stream until cancelled."""
        while True:
            try:
                async with self._client.live() as pictures:
                    async for picture in pictures:
                        self._draw(picture)
            except LOST:
                await asyncio.sleep(0.2)

    def _draw(self, picture: dict[str, Any]) -> None:
        if picture:
            self.picture["region", "region"] = picture["region"]
            self.picture |= {(item["level"], item["code"]): item for item in picture["items"]}

    async def poll(self) -> None:
        """Look at the region's counter until cancelled; note what cannot be."""
        height = Height()
        while True:
            await asyncio.sleep(0.25)
            try:
                began = await self._epochs()
                found = await self._client.counters()
                ended = await self._epochs()
            except (*LOST, *notify.LOST):
                continue
            if not found or began != ended:
                continue
            shown = found[0]["submitted"]
            if height.fell(shown, began, time.monotonic()):
                self._history.violations.append(
                    f"the region fell from {height.highest} to {shown} in one epoch"
                )
            if shown > self._before + self._history.attempts:
                self._history.violations.append(f"the region shows {shown}, more than was ever sent")
            height.highest = shown

    async def _epochs(self) -> tuple[int, int]:
        """Changes whenever a figure may fall."""
        ((epochs,),) = await self._client.installation.rows("metrics", EPOCHS)
        return int(epochs), self._history.setbacks


@asynccontextmanager
async def looking_on(
    watcher: Watcher, outsider: Outsider, *more: Coroutine[Any, Any, None]
) -> AsyncIterator[None]:
    """All of them look on while the block lasts, and more goes on beside."""
    works = (watcher.stream(), watcher.poll(), outsider.run(), *more)
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
