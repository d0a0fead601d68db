"""The log's tail is read beside the relay, which goes on sending, and compared as it was when it was read."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from services.chassis.db.pool import open_pool
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka
from tests.chassis.test_watermarks_log import Watch, in_log, leading, sending
from tests.chassis.test_watermarks_relay import HERE, publish
from tests.factories import DISTRICT, submit_initiative
from tests.installation import Installation

__all__ = ["sending"]

read_tails = kafka.read_tails


class Slow:
    """Reads the tails, and says so only once it is let. The first, of a new session, at once."""

    def __init__(self) -> None:
        self.calls, self.read, self.let = 0, asyncio.Event(), asyncio.Event()

    async def __call__(self, *args: Any) -> Any:
        self.calls += 1
        tails = await read_tails(*args)
        if self.calls > 1:
            self.read.set()
            await self.let.wait()
        return tails


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(kafka, "read_tails", slow)
    return slow


async def until_in_log(settings: Settings, count: int) -> None:
    async with asyncio.timeout(20):
        while len(await initiatives(settings)) < count:
            await asyncio.sleep(0.05)


async def initiatives(settings: Settings) -> list[tuple[int, int]]:
    """(epoch, number) of each initiative in the log."""
    return [each[:2] for each in await in_log(settings, HERE) if each[3] is None and each[1] > 1]


async def test_a_tail_that_is_read_slowly_keeps_nobody_from_sending_and_is_no_hole_in_the_log(
    sending: Settings, servers: Installation, slow: Slow
) -> None:
    before = len(await initiatives(sending))
    async with leading(sending, Watch()), open_pool(sending) as pool:
        async with asyncio.timeout(20):
            await slow.read.wait()
        await publish(pool, *(submit_initiative(DISTRICT) for _ in range(5)))
        await until_in_log(sending, before + 5)
        sent = await initiatives(sending)
        slow.let.set()
        async with asyncio.timeout(20):
            while slow.calls < 4:
                await asyncio.sleep(0.05)
        await publish(pool, submit_initiative(DISTRICT))
        await until_in_log(sending, before + 6)

    told = await initiatives(sending)
    assert told[:-1] == sent
    assert told[-1] == (sent[-1][0], sent[-1][1] + 1)


async def test_a_relay_that_stops_meanwhile_does_not_wait_for_the_tail(
    sending: Settings, servers: Installation, slow: Slow
) -> None:
    async with asyncio.timeout(20):
        async with leading(sending, Watch()):
            await slow.read.wait()


async def test_a_tail_that_cannot_be_read_ends_the_session_and_the_next_one_goes_on(
    sending: Settings, servers: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    async def fails_once(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KafkaConnectionError
        return await read_tails(*args)

    monkeypatch.setattr(kafka, "read_tails", fails_once)
    before = len(await initiatives(sending))
    async with leading(sending, Watch()), open_pool(sending) as pool:
        async with asyncio.timeout(20):
            while calls < 4:
                await asyncio.sleep(0.05)
        await publish(pool, submit_initiative(DISTRICT))
        await until_in_log(sending, before + 1)
