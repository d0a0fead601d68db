"""Counters as other systems get them: one municipality that does not fit holds up no other. Real Kafka."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import orjson
import pytest
from aiokafka import TopicPartition
from asyncpg import Pool
from prometheus_client import REGISTRY

from contracts import counters
from contracts.appointments import TargetScope
from contracts.counters import CountersStated
from contracts.streams import partition_of
from services.chassis.db.notify import Heard
from services.chassis.db.pool import open_pool
from services.chassis.process.background import Pauses
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka
from services.chassis.streams.tail import Stream
from services.metrics.events import announcing, cases
from services.metrics.stating.counters import Outlet
from services.metrics.store import figures
from tests.factories import DISTRICT, SETTLEMENT, region, set_target
from tests.installation import Installation
from tests.metrics.test_live_plan import tell_structure, tell_targets
from tests.metrics.test_own_figures import count, submissions

FIRST, LARGE, LAST = "13601000", "13603000", "13702000"
ALONE = "13701000"
"""The topic is one for all tests: nobody else's state is this one's."""

FILL = """INSERT INTO counter (campaign, municipality, family, key, counter, n, topic, partition)
SELECT 'spring-2026', $1, 'organization', gen_random_uuid()::text, c, 1, 'dialogue.initiatives.v1', 0
  FROM generate_series(1, $2::int), unnest(ARRAY['registered', 'submitted']) AS c"""


@pytest.fixture
async def settings(servers: Installation) -> Settings:
    await servers.databases["metrics"].empty()
    return servers.settings("metrics")


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    async with open_pool(settings, server_settings=session) as pool:
        yield pool


async def fill(pool: Pool, municipality: str, organizations: int) -> None:
    async with pool.acquire() as db:
        await db.execute(FILL, municipality, organizations)


@asynccontextmanager
async def stating(settings: Settings, pool: Pool) -> AsyncIterator[Outlet]:
    outlet = Outlet(settings, pool)
    async with Lifetime(Pauses(first=0.1)).background(outlet.run):
        yield outlet


async def stated(settings: Settings, municipality: str) -> list[CountersStated]:
    place = counters.TOPIC, partition_of(municipality)
    async with kafka.groupless(settings, [place]) as consumer:
        partition = TopicPartition(*place)
        end, found = (await consumer.end_offsets([partition]))[partition], []
        await consumer.seek_to_beginning(partition)
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(partition, timeout_ms=500)).values():
                found += [
                    CountersStated.model_validate(orjson.loads(r.value or b"")["data"]) for r in records
                ]
    return [state for state in found if state.municipality == municipality]


async def until_stated(
    settings: Settings, municipality: str, organizations: int, within: float = 90
) -> CountersStated:
    async with asyncio.timeout(within):
        while True:
            for state in await stated(settings, municipality):
                if len(state.counters) == 2 * organizations:
                    return state
            await asyncio.sleep(0.2)


def unstated() -> float | None:
    return REGISTRY.get_sample_value("counters_unstated")


def told(output: str, event: str) -> Collection[str]:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    return [line for line in plain.splitlines() if event in line]


async def test_a_municipality_of_more_than_a_megabyte_is_stated_packed(
    settings: Settings, pool: Pool
) -> None:
    await fill(pool, LARGE, 7000)
    await fill(pool, LAST, 5)

    async with stating(settings, pool):
        state = await until_stated(settings, LARGE, 7000)
        await until_stated(settings, LAST, 5)

    assert len(state.model_dump_json()) > 1_048_576


def heard(*codes: str) -> Heard:
    """What the roll-up announces of a day."""
    return Heard(announcing.CHANNEL, orjson.dumps({"2026-02-14": codes}).decode())


async def test_one_that_no_broker_takes_is_reported_once_and_all_others_are_stated(
    settings: Settings, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(pool, FIRST, 3)
    await fill(pool, LARGE, 50_000)
    await fill(pool, LAST, 4)

    async with stating(settings, pool) as outlet:
        await until_stated(settings, FIRST, 3)
        await until_stated(settings, LAST, 4)
        await fill(pool, LAST, 2)
        outlet._hear([heard(LAST, LARGE)])
        await until_stated(settings, LAST, 6)
        outlet._hear([Heard(announcing.CHANNEL, announcing.EVERYTHING)])
        await asyncio.sleep(2.5)
        assert unstated() == 1
        output = capsys.readouterr().out
        (line,) = told(output, "counters_set_aside")
        assert LARGE in line
        assert not told(output, "counters_not_stated")

        async with pool.acquire() as db:
            await db.execute("DELETE FROM counter WHERE municipality = $1", LARGE)
        await fill(pool, LARGE, 11)
        outlet._hear([heard(LARGE)])
        await until_stated(settings, LARGE, 11)
        assert unstated() == 0


async def test_counters_that_are_no_state_by_the_contract_hold_up_no_others(
    settings: Settings, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(pool, "1", 2)
    await fill(pool, LAST, 8)

    async with stating(settings, pool):
        await until_stated(settings, LAST, 8)
        assert unstated() == 1

    (line,) = told(capsys.readouterr().out, "counters_set_aside")
    assert "municipality=1" in line.split()


async def until_share(settings: Settings, municipality: str, share: float) -> CountersStated:
    async with asyncio.timeout(30):
        while True:
            for state in await stated(settings, municipality):
                if state.share_submitted == share:
                    return state
            await asyncio.sleep(0.2)


async def test_a_target_is_stated_as_soon_as_it_is_known_and_moves_with_the_settlements(
    settings: Settings, pool: Pool
) -> None:
    await tell_structure(pool, *region())
    async with Lifetime(Pauses(first=0.1)).background((outlet := Outlet(settings, pool)).listen, outlet.run):
        await tell_targets(pool, set_target(DISTRICT, 40, 20, scope=TargetScope.WITH_SETTLEMENTS))
        first = await until_share(settings, DISTRICT, 0.0)
        await count(pool, submissions(SETTLEMENT, 5))
        second = await until_share(settings, DISTRICT, 25.0)

    assert (first.submitted, second.submitted) == (0, 0)
    assert second.target_submitted == 20


async def test_of_a_stream_that_was_dropped_nothing_is_left_on_the_topic_either(
    settings: Settings, pool: Pool
) -> None:
    await fill(pool, FIRST, 3)
    async with stating(settings, pool) as outlet:
        await until_stated(settings, FIRST, 3)
        async with pool.acquire() as db, db.transaction():
            await figures.drop(db, Stream("dialogue.initiatives.v1", 0))
        outlet._hear([Heard(announcing.CHANNEL, announcing.EVERYTHING)])

        assert (await until_stated(settings, FIRST, 0)).submitted == 0


async def test_of_two_that_would_state_one_does(settings: Settings, pool: Pool) -> None:
    hasty = settings.model_copy(update={"poll_interval": 0.1})
    await fill(pool, ALONE, 3)
    async with stating(hasty, pool):
        await until_stated(hasty, ALONE, 3)
        alone = len(await stated(hasty, ALONE))
        async with stating(hasty, pool):
            await asyncio.sleep(2)
            beside = len(await stated(hasty, ALONE))
    async with stating(hasty, pool):
        async with asyncio.timeout(30):
            while len(await stated(hasty, ALONE)) == alone:
                await asyncio.sleep(0.2)

    assert beside == alone


@pytest.mark.parametrize("channel", [announcing.CHANNEL, cases.CHANNEL])
def test_an_announcement_of_anything_changes_everything(settings: Settings, channel: str) -> None:
    outlet = Outlet(settings, None)  # type: ignore[arg-type]
    outlet._changed = {FIRST}
    outlet._hear([Heard(channel, f'["{LAST}"]' if channel == cases.CHANNEL else heard(LAST).payload)])
    assert outlet._changed == {FIRST, LAST}

    outlet._hear([Heard(channel, "*")])

    assert outlet._changed is None
