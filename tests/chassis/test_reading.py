"""A reader that stands before a gap: it looks, it asks, and when nobody answers it looks again."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from aiokafka import TopicPartition
from faststream.kafka import KafkaBroker
from prometheus_client import REGISTRY

from contracts.nak import NumberMissing
from services.chassis.process.settings import Settings
from services.chassis.streams import mirror
from services.chassis.streams.inbox import Outcome, Place
from services.chassis.streams.partition import BAD_OF_LAST, FROM_BEGINNING, GAP_SEEN, Partition
from services.chassis.streams.reading import IN_VAIN, Reading

TOPIC = TopicPartition("dialogue.structure.v1", 0)
END = 7


class Consumer:
    """Stands for aiokafka's; remembers where it was sent."""

    def __init__(self) -> None:
        self.sought: list[int] = []
        self.paused: list[TopicPartition] = []
        self.at = 0
        self._coordinator = SimpleNamespace(_group_instance_id="worker-1")

    def pause(self, place: TopicPartition) -> None:
        self.paused.append(place)

    def seek(self, _: TopicPartition, offset: int) -> None:
        self.sought.append(offset)

    async def position(self, _: TopicPartition) -> int:
        return self.at

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, END + 1)

    async def beginning_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, 0)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    settings = Settings.model_validate(
        {"database_url": "postgresql://nobody@nowhere/none", "kafka_brokers": "x:1", "nak_interval": 0}
        | {"watchdog_timeout": 0}
    )
    pool: Any = None
    reading = Reading(KafkaBroker("x:1"), pool, settings, mirror.reader("test", TOPIC.topic, ()))
    monkeypatch.setattr(Reading, "_consumer", Consumer())
    reading._joined = True
    return reading


@pytest.mark.parametrize(
    ("held", "lost"), [({TOPIC}, False), (None, False), (set(), True)], ids=["spare", "unsettled", "lost"]
)
async def test_a_reader_without_partitions_is_spare_or_lost(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, held: set[TopicPartition] | None, lost: bool
) -> None:
    monkeypatch.setattr("services.chassis.streams.kafka.held", mock.AsyncMock(return_value=held))

    for _ in range(2):
        await reading._suspect_being_lost()

    assert reading.hung.is_set() is lost
    consumer: Any = reading._consumer
    assert (consumer._coordinator._group_instance_id is None) is lost


async def test_a_consumer_that_has_not_joined_yet_is_slow_and_not_lost(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.streams.kafka.held", mock.AsyncMock(return_value=set()))
    reading._joined = False

    for _ in range(2):
        await reading._suspect_being_lost()
    assert not reading.hung.is_set()

    monkeypatch.setattr("services.chassis.streams.reading.JOINING", 0.0)
    await reading._suspect_being_lost()
    assert reading.hung.is_set()


def in_haste(reading: Reading, monkeypatch: pytest.MonkeyPatch, **settings: float) -> None:
    """It is tended all the time, and there is always one record more in the log."""
    hasty = reading._settings.model_copy(update={"tend_interval": 0.02, **settings})
    monkeypatch.setattr(reading, "_settings", hasty)
    monkeypatch.setattr(reading, "_pool", mock.MagicMock())
    monkeypatch.setattr("services.chassis.streams.kafka.ends", mock.AsyncMock(return_value={TOPIC: END + 1}))


async def test_a_process_that_stood_still_does_not_call_its_consumer_lost(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = {"watchdog_timeout": 10}
    monkeypatch.setattr(reading, "_settings", reading._settings.model_copy(update=hasty))
    monkeypatch.setattr("services.chassis.streams.kafka.held", mock.AsyncMock(return_value=set()))
    reading._empty_since = asyncio.get_running_loop().time() - 11

    reading._forgive(5)
    await reading._suspect_being_lost()
    assert not reading.hung.is_set()

    reading._forgive(-5)
    await reading._suspect_being_lost()
    assert reading.hung.is_set()


async def test_a_lost_consumer_without_a_coordinator_ends_the_process_all_the_same(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer: Any = reading._consumer
    consumer._coordinator = None
    monkeypatch.setattr("services.chassis.streams.kafka.held", mock.AsyncMock(return_value=set()))

    for _ in range(2):
        await reading._suspect_being_lost()

    assert reading.hung.is_set()


async def test_a_lost_consumer_that_is_stopped_already_ends_the_process_all_the_same(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert reading._subscriber.consumer is None
    monkeypatch.setattr("services.chassis.streams.kafka.held", mock.AsyncMock(return_value=set()))

    for _ in range(2):
        await reading._suspect_being_lost()

    assert reading.hung.is_set()


def stopped() -> float | None:
    place = {"reader": "test", "topic": TOPIC.topic, "partition": "0"}
    return REGISTRY.get_sample_value("inbox_stopped", place)


async def test_a_partition_of_bad_records_is_stopped_and_told_of_until_it_is_anothers(
    reading: Reading,
) -> None:
    partition = reading._partitions[TOPIC] = Partition(Place(1, 3, "", 4), handled=4)
    record: Any = SimpleNamespace(offset=4)
    consumer: Any = reading._consumer

    reading._learn(TOPIC, partition, [record], Outcome(partition.place, parked=BAD_OF_LAST // 2))
    assert (stopped(), consumer.paused) == (None, [])
    for _ in range(2):
        reading._learn(TOPIC, partition, [record], Outcome(partition.place, parked=1))
    told = [stopped()]
    await reading.on_partitions_revoked([TOPIC])
    told.append(stopped())

    assert (told, consumer.paused) == ([1, 0], [TOPIC])


async def test_a_gap_that_nobody_fills_is_looked_for_again(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, partition = mock.AsyncMock(), Partition(Place(1, 3, "", 4), handled=END)
    monkeypatch.setattr(reading, "_say", said)
    partition.gap, partition.seeking = (1, 4), GAP_SEEN

    for _ in range(2 + 2 * IN_VAIN - 1):
        partition.handled = END
        await reading._tend_partition(TOPIC, partition, END)

    consumer: Any = reading._consumer
    assert consumer.sought == [4, 0, 0]  # its offset, the beginning, and again after requests in vain
    assert partition.seeking == FROM_BEGINNING
    asked = [call.args[0] for call in said.call_args_list if isinstance(call.args[0], NumberMissing)]
    assert [(question.epoch, question.sequence) for question in asked] == [(1, 4)] * (2 * IN_VAIN - 1)


async def test_a_consumer_that_moves_a_little_is_slow_and_does_not_hang(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_pool", mock.MagicMock())
    monkeypatch.setattr("services.chassis.streams.kafka.ends", mock.AsyncMock(return_value={TOPIC: END + 9}))
    reading._partitions[TOPIC] = partition = Partition(Place(1, 3, "", 4), handled=END)

    for moved in (END, END + 1, END + 2):
        partition.handled = moved
        await reading._suspect()
        assert not reading.hung.is_set()

    await reading._suspect()
    assert reading.hung.is_set()


async def test_a_process_that_stood_still_does_not_suspect_its_consumer(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_haste(reading, monkeypatch, watchdog_timeout=0.4)
    monkeypatch.setattr(reading, "_say", mock.AsyncMock())
    now = asyncio.get_running_loop().time()
    reading._partitions[TOPIC] = Partition(Place(1, 3, "", 4), handled=END, moved_at=now)

    tending = asyncio.create_task(reading.tend())
    await asyncio.sleep(0.05)
    time.sleep(0.6)  # noqa: ASYNC251 - the whole process stands still
    await asyncio.sleep(0.05)

    assert not reading.hung.is_set()
    async with asyncio.timeout(120):
        await reading.hung.wait()
    tending.cancel()


async def test_a_consumer_that_does_not_know_its_place_is_suspected_all_the_same(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_haste(reading, monkeypatch, acquire_timeout=0.02)
    monkeypatch.setattr(reading._consumer, "position", lambda _: asyncio.Event().wait())
    reading._partitions[TOPIC] = Partition(Place(1, 3, "", 4), handled=END)

    tending = asyncio.create_task(reading.tend())
    async with asyncio.timeout(30):
        await reading.hung.wait()
    tending.cancel()


async def test_what_is_no_record_is_passed_over_unless_a_poll_is_being_taken(reading: Reading) -> None:
    partition = Partition(Place(1, 3, "", 4), handled=END)
    consumer: Any = reading._consumer
    consumer.at = END + 1

    reading._taking = True
    await reading._pass_over(TOPIC, partition)
    assert partition.handled == END

    reading._taking = False
    await reading._pass_over(TOPIC, partition)
    assert partition.handled == END + 1
