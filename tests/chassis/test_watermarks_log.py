"""A relay states each hour once in the log of a real broker, whoever leads and whatever was stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import orjson
import pytest

from contracts.event import Event, StreamOpened, WatermarkReached
from services.chassis.db.pool import Db, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka
from services.chassis.streams.relay import Relay
from services.chassis.streams.tail import Stream
from tests.chassis.test_watermarks_relay import HERE, HOUR, OWNED, TEN, publish
from tests.installation import Installation


async def nothing(_: Db, __: Stream) -> AsyncIterator[Event]:
    for event in list[Event]():
        yield event


class Watch(Clock):
    """A clock that stands until it is set."""

    at = TEN + timedelta(minutes=5)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def sending(servers: Installation) -> Settings:
    await servers.databases["intake"].empty()
    haste = {"poll_interval": 0.1, "tail_check_interval": 0.5}
    return servers.databases["intake"].settings("worker", kafka_brokers=servers.brokers, **haste)


@asynccontextmanager
async def leading(settings: Settings, clock: Clock, relays: int = 1) -> AsyncIterator[None]:
    every = [Relay(settings, "intake", OWNED, nothing, clock) for _ in range(relays)]
    async with Lifetime().background(*(work for each in every for work in each.works())):
        async with asyncio.timeout(30):
            while not any(each.ready for each in every):
                await asyncio.sleep(0.05)
        yield


async def in_log(settings: Settings, stream: Stream = HERE) -> list[tuple[int, int, str, datetime | None]]:
    """(epoch, number, type, moment) of each record."""
    found = []
    async for records in kafka.read_all(settings, stream):
        for each in map(orjson.loads, (record.value or b"" for record in records)):
            moment = each["data"].get("moment")
            place = each["epoch"], each["sequence"], each["type"]
            found.append((*place, datetime.fromisoformat(moment) if moment else None))
    return found


async def until_stated(settings: Settings, moment: datetime) -> None:
    async with asyncio.timeout(30):
        while not any(each[3] == moment for each in await in_log(settings)):
            await asyncio.sleep(0.1)


async def test_a_relay_states_each_hour_once_and_after_a_stop_the_latest_alone(
    sending: Settings, servers: Installation
) -> None:
    clock = Watch()
    async with leading(sending, clock, relays=2):
        await until_stated(sending, TEN)
        clock.at = TEN + HOUR + timedelta(minutes=1)
        await until_stated(sending, TEN + HOUR)
    clock.at = TEN + 5 * HOUR + timedelta(minutes=40)
    async with open_pool(sending) as pool:
        await publish(pool)
    async with leading(sending, clock):
        await until_stated(sending, TEN + 5 * HOUR)
        await asyncio.sleep(1.5)

    told = await in_log(sending)
    assert [moment for *_, moment in told] == [TEN, TEN + HOUR, None, TEN + 5 * HOUR]
    for stream in OWNED:
        stated = [moment for _, _, _, moment in await in_log(sending, stream) if moment]
        assert stated == [TEN, TEN + HOUR, TEN + 5 * HOUR]


async def test_of_two_relays_one_leads_and_the_other_stands_by_until_it_is_gone(
    sending: Settings, servers: Installation
) -> None:
    first, second = (Relay(sending, "intake", OWNED, nothing, Watch()) for _ in range(2))
    async with Lifetime().background(*second.works()):
        async with Lifetime().background(*first.works()), asyncio.timeout(30):
            while not (first.ready or second.ready) or not (first.stands_by or second.stands_by):
                await asyncio.sleep(0.05)
            leads = (first.ready, second.ready)
            stands_by = (first.stands_by, second.stands_by)
        async with asyncio.timeout(30):
            while not second.ready:
                await asyncio.sleep(0.05)

    assert sorted(leads) == sorted(stands_by) == [False, True]
    assert leads != stands_by
    assert not second.stands_by


async def test_a_database_that_was_restored_states_its_hour_in_the_new_epoch_again(
    sending: Settings, servers: Installation
) -> None:
    clock = Watch()
    # The log of the test before knows more than this empty database.
    async with leading(sending, clock):
        clock.at = TEN + 7 * HOUR + timedelta(minutes=1)
        await until_stated(sending, TEN + 7 * HOUR)

    told = await in_log(sending)
    second = [each for each in told if each[0] == told[-1][0]]
    assert second[0][0] > 1
    assert second[0][1:3] == (1, StreamOpened.type)
    assert [each[3] for each in second[1:]] == sorted(each[3] for each in second[1:] if each[3])
    assert all(each[2] == WatermarkReached.type for each in second[1:])
