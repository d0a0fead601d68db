"""The worker's way of taking letters in: folder by folder, some of each at a time, none before it is kept."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import structlog
from prometheus_client import Counter, Gauge

from services.chassis.db.away import PASSING
from services.chassis.db.pool import Pool
from services.chassis.db.set_aside import Explain
from services.chassis.errors import NotFound, Refused, Unavailable
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.directory.working_time import UnknownYear
from services.hotline.core.region import Region
from services.hotline.mailbox.boxes import Boxes, found_boxes
from services.hotline.mailbox.commands.apply_letter import applied, written
from services.hotline.mailbox.commands.park_letter import Original, park_letter
from services.hotline.mailbox.domain.boxes import Box
from services.hotline.mailbox.domain.judging import Outcome
from services.hotline.mailbox.domain.letters import Letter
from services.hotline.mailbox.reading import LetterReader, Unreadable
from services.hotline.mailbox.sources import Away, Source, Waiting
from services.hotline.mailbox.store import letters

log = structlog.get_logger()

AT_ONCE, BATCH = 50, 16_000_000
"""Letters of one folder, and their bytes, before the next folder has its turn."""

TURN = 60.0
"""Seconds after which the next folder has its turn: hostile letters take long to be read."""

SENDERS = 4
"""Senders whose letters are applied at once: each waits for the database most of the time."""

LARGEST, BEGINNING = 40_000_000, 2_000_000
"""Bytes of a letter that is read whole, and of the beginning of a larger one."""

TAKEN = Counter("mailbox_letters_total", "Letters taken in", ["outcome"])
OLDEST = Gauge("mailbox_oldest_seconds", "Age of the oldest letter not taken in")
WAITING = Gauge("mailbox_waiting", "Letters not taken in")

STALLED = Gauge("mailbox_stalled_seconds", "Seconds since every folder could last be looked into")

Came: TypeAlias = tuple[Waiting, bytes]


@dataclass(frozen=True, slots=True)
class State:
    """Of a folder: how many letters wait still, since when at most, how many were taken in."""

    waiting: int = 0
    since: datetime | None = None
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What taking in stands on."""

    pool: Pool
    source: Source
    region: Region
    files: Files
    reader: LetterReader
    clock: Clock
    explain: Explain


class Mailbox:
    """Takes in what waits, as long as the worker runs."""

    def __init__(self, parts: Parts, interval: float) -> None:
        self._parts, self._interval = parts, interval
        self._strange: set[str] = set()
        self._states: dict[str, State] = {}
        self._rounds = 0
        self._whole: datetime | None = None

    async def run(self) -> None:
        """Take in letters until cancelled. Whatever is away, no letter is lost, and none comes twice."""
        try:
            while True:
                more = False
                try:
                    more = await self.round()
                except (Away, UnknownYear, Unavailable, *PASSING) as error:
                    log.warning("mailbox_away", error=_why(error))
                await asyncio.sleep(0 if more else self._interval)
        finally:
            await self._parts.source.close()

    async def round(self) -> bool:
        """Take in some letters of every line; whether more of them wait. Raises Away once every other folder
        had its turn."""
        self._whole = self._whole or self._parts.clock.now()
        try:
            return await self._round()
        finally:
            self._measure()

    async def _round(self) -> bool:
        parts = self._parts
        async with parts.pool.acquire() as db:
            boxes = await found_boxes(db, parts.region.known, parts.clock.now())
        named = boxes.named()
        folders = await parts.source.folders()
        self._states = {folder: self._states.get(folder, State()) for folder in folders.values()}
        strangers = {name: folder for name, folder in folders.items() if name not in named}
        self._count_strangers(set(strangers))
        ours = [(named[name], folder) for name, folder in folders.items() if name in named]
        goes_on = self._goes_on()
        away: list[Away] = []
        for municipality, folder in self._in_turn(ours):
            try:
                await self._folder(boxes, municipality, folder, goes_on)
            except Away as error:
                log.warning("mailbox_folder_away", municipality=municipality, error=_why(error))
                away.append(error)
        for folder in strangers.values():
            try:
                # Whose they are nobody knows: they count, and no alarm tells how old they are.
                self._states[folder] = State((await parts.source.waiting(folder, 1))[1])
            except Away as error:
                away.append(error)
        if away:
            raise away[0]
        self._whole = parts.clock.now()
        states = [self._states[folder] for _, folder in ours]
        return any(each.waiting for each in states) and any(each.taken for each in states)

    def _measure(self) -> None:
        """Whatever has failed, so that an alarm comes of it: of a folder that is away what it had last."""
        now, states = self._parts.clock.now(), self._states.values()
        WAITING.set(sum(each.waiting for each in states))
        ages = ((now - each.since).total_seconds() for each in states if each.since)
        OLDEST.set(max(0.0, *ages, 0.0))
        STALLED.set((now - (self._whole or now)).total_seconds())

    def _in_turn(self, ours: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Another folder first each time: one that cannot be read holds up its neighbours once."""
        self._rounds += 1
        first = self._rounds % len(ours) if ours else 0
        return ours[first:] + ours[:first]

    def _goes_on(self) -> bool:
        """Without a campaign nobody can be answered: letters wait where they are, and are not refused."""
        try:
            return bool(self._parts.region.known.campaign)
        except NotFound:
            log.debug("mailbox_waits_for_a_campaign")
            return False

    def _count_strangers(self, names: set[str]) -> None:
        if names != self._strange:
            log.info("mailbox_folders_of_no_line", count=len(names))
        self._strange = names

    async def _folder(self, boxes: Boxes, municipality: str, folder: str, goes_on: bool) -> None:
        """Take in some letters of a folder, if anybody can be answered, and note how it stands."""
        parts, begun = self._parts, time.monotonic()
        self._states[folder] = replace(self._states[folder], taken=0)
        found, total = await parts.source.waiting(folder, AT_ONCE)
        self._states[folder] = State(total, found[0].since if found else None)
        if not total or not goes_on:
            return
        async with parts.pool.acquire() as db:
            box = await boxes.box(db, municipality)
        done = looked = 0
        for batch in _batches(found):
            contents = await parts.source.read(folder, batch, LARGEST)
            came = [(one, body) for one, body in zip(batch, contents, strict=True) if body is not None]
            await self._take_in(box, came)
            await parts.source.put_away(folder, [one for one, _ in came])
            done += len(came)
            looked += len(batch)
            # What waits behind these came after them.
            left, since = total - done, found[min(looked, len(found) - 1)].since
            self._states[folder] = State(left, since if left else None, done)
            if time.monotonic() - begun > TURN:
                break
        if total - done:
            log.info("mailbox_letters_wait", municipality=box.municipality, count=total - done)

    async def _take_in(self, box: Box, came: Sequence[Came]) -> None:
        read = await self._parts.reader.read([_shortened(one, body) for one, body in came])
        senders: dict[object, list[tuple[Came, Letter | Unreadable]]] = {}
        for each, letter in zip(came, read, strict=True):
            key = letter.sender if isinstance(letter, Letter) else each[0].key
            senders.setdefault(key, []).append((each, letter))
        turns = asyncio.Semaphore(SENDERS)
        done = (self._of_sender(turns, box, theirs) for theirs in senders.values())
        # Each to its end: what fails of one sender leaves no other's transaction behind.
        for error in await asyncio.gather(*done, return_exceptions=True):
            if error is not None:
                raise error

    async def _of_sender(
        self, turns: asyncio.Semaphore, box: Box, letters_: Sequence[tuple[Came, Letter | Unreadable]]
    ) -> None:
        """One after another: a reply comes after its question, and a copy after its letter."""
        async with turns:
            for (one, body), letter in letters_:
                outcome = await self._one(box, one, body, letter)
                TAKEN.labels(outcome).inc()
                log.info("letter_taken_in", municipality=box.municipality, outcome=outcome, size=one.size)

    async def _one(self, box: Box, one: Waiting, body: bytes, letter: Letter | Unreadable) -> Outcome:
        parts, now = self._parts, self._parts.clock.now()
        if isinstance(letter, Unreadable):
            reason = "Письмо не прочитать: программа, которая его разбирала, прервалась."
            return await park_letter(parts.pool, parts.files, box, Original(body, one.size), reason, now)
        try:
            return await self._applied(box, letter)
        except (UnknownYear, Unavailable, *PASSING):
            # The letter is not to blame: it waits, and so do those behind it.
            raise
        except Exception as error:
            log.error("letter_not_applied", municipality=box.municipality, error=type(error).__name__)
            reason = (
                parts.explain(error.slug, error.facts)
                if isinstance(error, Refused)
                else f"Не удалось принять письмо: ошибка {type(error).__name__}."
            )
            original = Original(body, one.size, letter.digest, len(letter.files))
            return await park_letter(parts.pool, parts.files, box, original, reason, now)

    async def _applied(self, box: Box, letter: Letter) -> Outcome:
        parts = self._parts
        async with parts.pool.acquire() as db:
            if await letters.is_taken(db, box.municipality, letter.digest):
                return Outcome.KNOWN
        files = await written(parts.files, box, letter)
        async with parts.pool.acquire() as db, db.transaction():
            return await applied(db, parts.region.known, box, letter, files, parts.clock.now())


def _why(error: BaseException) -> str:
    return str(error) if isinstance(error, Away) else type(error).__name__


def _shortened(one: Waiting, body: bytes) -> tuple[bytes, int]:
    """What is read of a letter, and the size of all of it if that is more."""
    if max(one.size, len(body)) < LARGEST:
        return body, 0
    return body[:BEGINNING], max(one.size, len(body))


def _batches(found: Sequence[Waiting]) -> list[list[Waiting]]:
    """Letters that are read at once: so many bytes, or one letter that has more."""
    batches: list[list[Waiting]] = []
    size = 0
    for one in found:
        size += min(one.size, LARGEST)
        if not batches or size > BATCH:
            batches.append([])
            size = min(one.size, LARGEST)
        batches[-1].append(one)
    return batches
