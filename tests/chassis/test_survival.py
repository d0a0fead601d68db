"""What is wrong with one work, stream or connection holds nothing else up. Real Kafka and PostgreSQL."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from prometheus_client import REGISTRY

from contracts import nak
from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from contracts.nak import NumberMissing
from contracts.streams import partition_of
from services.chassis.db.direct import check_direct, wrong
from services.chassis.db.pool import Db, Pool, open_pool
from services.chassis.errors import TooLarge
from services.chassis.process.background import Pauses
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka, outbox, wire
from services.chassis.streams.relay import Relay
from services.chassis.streams.tail import Stream
from services.chassis.worker import Duties, Worker, streams_of
from tests.chaos.proxy import proxies
from tests.databases import Database
from tests.factories import DISTRICT, submit_initiative
from tests.installation import Installation

ELSEWHERE = "13638000"
STREAM = Stream(InitiativeEvent.topic, partition_of(DISTRICT))

HASTE = {"poll_interval": 0.1, "report_interval": 2, "tail_check_interval": 3, "acquire_timeout": 3}


@pytest.fixture
async def database(servers: Installation) -> Database:
    database = servers.databases["intake"]
    await database.empty()
    return database


@pytest.fixture
def settings(servers: Installation, database: Database) -> Settings:
    return database.settings("worker", kafka_brokers=servers.brokers, **HASTE)


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    async with open_pool(settings, server_settings={"app.municipalities": "*"}) as pool:
        yield pool


async def nothing(_: Db, __: Stream) -> AsyncIterator[Event]:
    none: tuple[Event, ...] = ()
    for event in none:
        yield event


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[Relay]:
    relay = Relay(settings, "intake", streams_of(InitiativeEvent.topic), nothing)
    async with Lifetime().background(*relay.works()):
        yield relay


async def publish(pool: Pool, *events: Event) -> None:
    async with pool.acquire() as db, db.transaction():
        await outbox.publish(db, *events)


async def in_log(settings: Settings, municipality: str) -> list[str]:
    place = InitiativeEvent.topic, partition_of(municipality)
    tails = await kafka.read_tails(settings, [place], 1000, list)
    told = (envelope.data.get("id") for envelope in kafka.readable(tails[place]))
    return [str(id_) for id_ in told if id_]  # without what is said of the stream itself


async def until_in_log(settings: Settings, event: InitiativeEvent, within: float = 20) -> None:
    async with asyncio.timeout(within):
        while str(event.id) not in await in_log(settings, event.municipality):
            await asyncio.sleep(0.1)


async def until(is_true: Callable[[], object], within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not is_true():
            await asyncio.sleep(0.05)


async def test_a_worker_whose_other_work_fails_goes_on_relaying(settings: Settings, pool: Pool) -> None:
    runs: list[None] = []

    async def fails() -> None:
        runs.append(None)
        raise AttributeError("what nobody has foreseen")

    streams = streams_of(InitiativeEvent.topic)
    worker = Worker(settings, Duties("intake", streams, nothing, works=lambda _: [fails]))
    lifetime, event = Lifetime(Pauses(first=0.05)), submit_initiative()

    async with worker.running(lifetime):
        await until(lambda: len(runs) > 2)
        await publish(pool, event)
        await until_in_log(settings, event)
        assert "fails" in str(await lifetime.works())

    assert lifetime.exit_code == 0
    assert not lifetime.stopping.is_set()


async def store_too_large(pool: Pool, event: InitiativeEvent) -> None:
    """An event of 2 MB, as a version could have written it that did not look at its size."""
    columns = outbox.columns([event])
    large = orjson.loads(str(columns[-1][0])) | {"more": "x" * 2_000_000}
    async with pool.acquire() as db, db.transaction():
        await db.fetch(outbox.sql.append, *columns[:-1], [orjson.dumps(large).decode()])


async def test_a_stream_before_an_event_that_no_broker_takes_stands_and_all_others_go_on(
    settings: Settings, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    large, behind, before = (
        submit_initiative(DISTRICT),
        submit_initiative(DISTRICT),
        submit_initiative(DISTRICT),
    )
    elsewhere = submit_initiative(ELSEWHERE)
    assert partition_of(DISTRICT) != partition_of(ELSEWHERE)
    place = {"topic": InitiativeEvent.topic, "partition": str(partition_of(DISTRICT))}
    await publish(pool, before)
    await store_too_large(pool, large)
    await publish(pool, behind, elsewhere)

    async with relaying(settings) as relay:
        await until_in_log(settings, elsewhere)
        await until_in_log(settings, before)
        later = submit_initiative(ELSEWHERE)
        await publish(pool, later)
        await until_in_log(settings, later)
        assert relay.ready
        assert REGISTRY.get_sample_value("relay_stream_held", place) == 1
        told = capsys.readouterr().out
        assert told.count("event_cannot_be_sent") == 1
        assert str(place["partition"]) in told
        assert str(behind.id) not in await in_log(settings, DISTRICT)

        async with pool.acquire() as db:
            await db.execute(
                "UPDATE outbox SET data = (data::jsonb - 'more')::text WHERE data::jsonb ? 'more'"
            )
        relay._held._until.clear()  # a minute has passed
        await until_in_log(settings, behind)

    assert (await in_log(settings, DISTRICT))[-3:] == [str(e.id) for e in (before, large, behind)]


def classified(size: int) -> dict[str, str]:
    """Values of classifiers that take so many bytes."""
    return {f"c{nth:08}": "x" * 60 for nth in range(size // 75 + 1)}


async def test_an_event_that_no_broker_would_take_is_refused_before_it_is_stored(pool: Pool) -> None:
    event = submit_initiative(classifiers=classified(1_000_000))

    with pytest.raises(TooLarge, match="event-too-large"):
        await publish(pool, event)


async def test_an_event_as_large_as_may_be_stored_is_sent(settings: Settings, pool: Pool) -> None:
    event = submit_initiative(classifiers=classified(990_000))

    await publish(pool, event)

    async with relaying(settings):
        await until_in_log(settings, event)


async def test_a_record_of_an_impossible_place_does_not_stop_the_relay(
    settings: Settings, pool: Pool
) -> None:
    events = [submit_initiative() for _ in range(2)]
    good = {"id": str(uuid4()), "type": events[0].type, "epoch": 1, "sequence": 1, "chain": "0" * 32}
    impossible: list[dict[str, object]] = [
        {"epoch": 2**31 - 1},
        {"epoch": 2**40},
        {"sequence": 2**63},
        {"beside": "nested"},
    ]
    async with relaying(settings):
        await publish(pool, events[0])
        await until_in_log(settings, events[0])
    epochs = await pool.fetchval("SELECT count(*) FROM epoch_alarm")
    async with kafka.producer(settings) as producer:
        for other in impossible:
            value = orjson.dumps(good | {"data": {}} | other)
            await producer.send_and_wait(
                InitiativeEvent.topic,
                value.replace(b'"nested"', b"[" * 1000 + b"]" * 1000),
                partition=partition_of(DISTRICT),
                headers=wire.HEADERS,
            )

    async with relaying(settings) as relay:
        await until(lambda: relay.ready)
        await publish(pool, events[1])
        await until_in_log(settings, events[1])

    assert await pool.fetchval("SELECT count(*) FROM epoch_alarm") == epochs


async def test_a_report_of_an_impossible_place_does_not_stop_the_relay(
    settings: Settings, pool: Pool
) -> None:
    event = submit_initiative()
    place = {"reader": "forged", "topic": InitiativeEvent.topic, "partition": partition_of(DISTRICT)}
    forged = [
        ("dialogue.stream.missing.v1", place | {"epoch": 1, "sequence": 2**70}),
        ("dialogue.stream.position.v1", place | {"epoch": 1, "mark": 2**70, "chain": "0" * 32}),
        ("dialogue.stream.position.v1", place | {"epoch": 2**40, "mark": 1, "chain": "0" * 32}),
        ("dialogue.stream.position.v1", place | {"epoch": 2**31 - 1, "mark": 1, "chain": "0" * 32}),
    ]

    async with relaying(settings) as relay:
        await until(lambda: relay.ready)
        async with kafka.producer(settings) as producer:
            for type_, data in forged:
                value = json.dumps({"type": type_, "data": data}).encode()
                await producer.send_and_wait("dialogue.nak.v1", value, partition=0, headers=wire.HEADERS)
        await asyncio.sleep(settings.tail_check_interval + 1)
        await publish(pool, event)
        await until_in_log(settings, event)
        assert relay.ready


async def test_another_relay_leads_when_the_connection_of_the_first_is_cut_without_a_word(
    settings: Settings, database: Database, pool: Pool
) -> None:
    port = urlsplit(database.dsn("worker")).port or 0
    hasty = settings.model_copy(update={"lead_timeout": 2.0})
    with proxies([port]) as (proxy,):
        way = replace(database, server=f"127.0.0.1:{proxy.port}")
        first = way.settings("worker", kafka_brokers=settings.kafka_brokers, **HASTE, lead_timeout=2)
        async with relaying(first) as leader:
            await until(lambda: leader.ready)
            async with relaying(hasty) as successor:
                await asyncio.sleep(3)
                assert leader.ready
                assert not successor.ready

                proxy.deafen()
                cut, event = time.monotonic(), submit_initiative()
                await publish(pool, event)

                await until_in_log(settings, event)
                assert time.monotonic() - cut < 10
                await until(lambda: successor.ready)
            proxy.heal()


async def test_the_server_notices_by_itself_that_a_client_is_gone(settings: Settings, pool: Pool) -> None:
    names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")

    async with pool.acquire() as db:
        idle, interval, count, unanswered = [
            int(await db.fetchval("SELECT setting FROM pg_settings WHERE name = $1", name)) for name in names
        ]

    assert 0 < idle + interval * count <= 60 - settings.poll_interval
    assert 0 < unanswered <= 60_000


async def test_a_direct_connection_is_taken_for_one(settings: Settings) -> None:
    await check_direct(settings)


async def test_no_process_runs_where_a_commit_may_be_forgotten(
    settings: Settings, database: Database
) -> None:
    db = await asyncpg.connect(database.superuser_dsn)
    try:
        await db.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = off")
        with pytest.raises(SelfCheckFailed, match="synchronous_commit is off"):
            await check_direct(settings)
    finally:
        await db.execute(f"ALTER DATABASE {database.name} RESET synchronous_commit")
        await db.close()


@pytest.mark.parametrize(
    ("is_given", "one", "other", "is_wrong"),
    [
        (True, [11, 11], [12, 12], False),
        (False, [11, 11], [12, 12], True),
        (True, [11, 12], [13, 13], True),
        (True, [11, 11], [11, 11], True),
        (True, [11, 11], [12, 13], True),
    ],
    ids=["direct", "settings dropped", "another backend", "the same backend", "the other's changes"],
)
def test_a_pooler_is_known_by_what_it_does_to_sessions(
    is_given: bool, one: list[int], other: list[int], is_wrong: bool
) -> None:
    assert (wrong(is_given, one, other) is not None) is is_wrong


async def test_nothing_is_left_of_the_clients_that_read_the_tail(settings: Settings) -> None:
    gc.disable()
    try:
        for _ in range(3):
            await in_log(settings, DISTRICT)
        left = [it for it in gc.get_objects() if isinstance(it, AIOKafkaConsumer | AIOKafkaClient)]
    finally:
        gc.enable()

    assert not left


@pytest.fixture
async def asked_without_end(settings: Settings) -> AsyncIterator[None]:
    """Somebody asks for the stream's first number, without a pause."""
    topic, partition = STREAM
    report = NumberMissing(reader="r", topic=topic, partition=partition, epoch=1, sequence=1)
    value = wire.encode_loose("r", report.type, nak.TOPIC, report)

    async def asking() -> None:
        async with AIOKafkaProducer(bootstrap_servers=settings.kafka_brokers) as producer:
            while True:
                await asyncio.gather(*[await producer.send(nak.TOPIC, value, partition=0) for _ in range(20)])

    task = asyncio.create_task(asking())
    yield
    task.cancel()
    await asyncio.wait([task])


async def test_a_reader_that_asks_without_end_holds_up_nobody(
    settings: Settings, pool: Pool, asked_without_end: None
) -> None:
    for _ in range(5):
        await publish(pool, *[submit_initiative(DISTRICT) for _ in range(1000)])

    async with relaying(settings):
        for _ in range(3):
            await publish(pool, new := submit_initiative(DISTRICT))
            await until_in_log(settings, new, within=30)


async def test_a_reader_whose_name_is_endless_is_not_heard(settings: Settings) -> None:
    reports = kafka.reports(settings)
    nearest = asyncio.ensure_future(anext(reports))
    await asyncio.sleep(2)
    for reader in ("r" * 201, "r" * 200):
        await kafka.ask(settings, reader, STREAM, (1, 1))

    async with asyncio.timeout(20):
        assert len((await nearest).reader) == 200
    await reports.aclose()  # type: ignore[attr-defined]
