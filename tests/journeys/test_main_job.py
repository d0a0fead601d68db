"""The main job: what somebody submits appears in the region's live view, once."""

import asyncio
import re
from html import unescape
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from contracts.initiatives import InitiativeEvent
from contracts.keys import KeyPublished
from contracts.streams import PARTITIONS, partition_of
from services.chassis.streams import kafka
from services.chassis.streams.kafka import Record
from services.metrics.events import rollup
from tests.client import PATIENCE, Client, Person
from tests.harm import badly_named
from tests.installation import Installation

DISTRICT, SETTLEMENT = "13603000", "13603151"
PLACE = TopicPartition(InitiativeEvent.topic, partition_of(DISTRICT))


async def test_a_submitted_initiative_reaches_the_live_view(client: Client) -> None:
    before = (await client.counters())[0]
    district_before = (await client.counters("district", DISTRICT))[0]
    who = await client.register(SETTLEMENT)

    async with client.live() as live:
        await anext(live)
        answer = await client.submit(who)
        assert answer.status_code == 201, answer.text
        async with asyncio.timeout(PATIENCE):
            async for picture in live:
                if picture["region"]["submitted"] == before["submitted"] + 1:
                    break

    lines = {(line["level"], line["code"]): line for line in picture["items"]}
    assert lines["municipality", SETTLEMENT]["submitted"] >= 1
    assert lines["district", DISTRICT]["submitted"] == district_before["submitted"] + 1
    assert lines["district", DISTRICT]["own_submitted"] == district_before["own_submitted"]


async def test_the_same_request_again_gets_the_same_answer_and_counts_once(client: Client) -> None:
    who, key = await client.register(), uuid4().hex
    before = (await client.counters())[0]["submitted"]

    answers = await asyncio.gather(*(client.submit(who, key) for _ in range(20)))
    other = await client.submit(who, key, title="Другое")

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    await client.counted(before + 1)


async def test_thousands_of_initiatives_of_one_participant_are_all_taken(client: Client, full: bool) -> None:
    many = 5000 if full else 1500
    who = await client.register()
    before = (await client.counters())[0]["submitted"]
    gate = asyncio.Semaphore(64)

    async def one() -> int:
        async with gate:
            return (await client.submit(who)).status_code

    statuses = await asyncio.gather(*(one() for _ in range(many)))

    assert set(statuses) == {201}
    await client.counted(before + many)


async def test_the_first_page_of_the_portal_says_the_figures_of_the_region(client: Client) -> None:
    # Of fewer than five participants nobody is told by direction.
    who, *_ = [await client.register() for _ in range(5)]
    before = (await client.counters())[0]["submitted"]
    for direction in ("roads", "culture", "culture"):
        await client.submit(who, direction=direction)
    await client.counted(before + 3)
    of_direction = {line["code"]: line["submitted"] for line in await client.counters("direction")}

    async with asyncio.timeout(PATIENCE):
        while (page := await start(client))[0] != before + 3:
            await asyncio.sleep(0.5)

    assert page[1] == of_direction


async def start(client: Client) -> tuple[int, dict[str, int]]:
    """How many initiatives the first page says there are, in all and in each direction."""
    page = unescape((await client.http.get(f"{client.url('intake')}/")).text).replace(
        "\N{NO-BREAK SPACE}", ""
    )
    total = re.search(r'href="/region"><b>(\d+)</b>', page)
    doors = re.findall(r'direction=([a-z-]+)">.*?<small>(\d+)', page, re.DOTALL)
    return int(total[1]) if total else 0, {direction: int(count) for direction, count in doors}


async def test_an_empty_municipality_shows_zero(client: Client) -> None:
    lines = {line["code"]: line for line in await client.counters("municipality")}

    assert lines["13638000"]["own_submitted"] == 0
    assert len(lines) == 60


async def test_every_figure_is_proved(client: Client, installation: Installation) -> None:
    before = (await client.counters())[0]["submitted"]
    await client.submit(await client.register())
    await client.counted(before + 1)

    verified = installation.run("metrics", "verify")

    assert verified.returncode == 0, verified.stdout
    assert "Every figure is proved." in verified.stdout


async def test_figures_are_rebuilt_while_they_serve(client: Client, installation: Installation) -> None:
    who = await client.register()
    before = (await client.counters())[0]["submitted"]

    rebuilding = asyncio.create_task(asyncio.to_thread(installation.run, "metrics", "rebuild", kind="owner"))
    submitted = 0
    while not rebuilding.done():
        submitted += (await client.submit(who)).status_code == 201
    rebuilt = await rebuilding

    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "The rebuilt figures serve now." in rebuilt.stdout
    await client.counted(before + submitted)
    assert installation.run("metrics", "verify").returncode == 0


async def test_the_group_says_what_its_members_hold(installation: Installation) -> None:
    group = f"{rollup.READER}:{InitiativeEvent.topic}"

    held = await kafka.held(installation.settings("metrics"), group)

    assert held == {TopicPartition(InitiativeEvent.topic, partition) for partition in range(PARTITIONS)}
    assert await kafka.held(installation.settings("metrics"), "nobody") == set()


async def submitted_one(client: Client, installation: Installation) -> tuple[Person, Record, int]:
    """Somebody of the district who submitted, the record that told so, and how many the region has then."""
    before, who = (await client.counters())[0]["submitted"], await client.register(DISTRICT)
    await client.submit(who)
    await client.counted(before + 1)
    ((record,),) = (await kafka.read_tails(installation.settings("metrics"), [PLACE], 1, list)).values()
    return who, record, before + 1


async def test_a_strangers_headers_hold_up_nothing_and_get_no_reply(
    client: Client, installation: Installation
) -> None:
    settings, elsewhere = installation.settings("metrics"), TopicPartition(KeyPublished.topic, 0)
    who, record, before = await submitted_one(client, installation)
    ends = await kafka.ends(settings, [elsewhere])

    async with kafka.producer(settings) as producer:
        for header in [("reply_to", elsewhere.topic.encode()), ("x", b"\xff"), ("x", None)] * 20:
            await producer.send_and_wait(
                PLACE.topic, record.value, partition=PLACE.partition, headers=[header]
            )
            batch = badly_named(producer, record.value or b"")
            await (await producer.send_batch(batch, PLACE.topic, partition=PLACE.partition))
            await client.submit(who)

    await client.counted(before + 60)
    assert await kafka.ends(settings, [elsewhere]) == ends


async def test_whatever_another_client_compresses_is_read(client: Client, installation: Installation) -> None:
    who, record, before = await submitted_one(client, installation)

    for codec in ("gzip", "snappy", "lz4", "zstd"):
        async with kafka.producer(installation.settings("metrics"), compression=codec) as producer:
            await producer.send_and_wait(PLACE.topic, record.value, partition=PLACE.partition)
            await client.submit(who)

    await client.counted(before + 4)


async def test_whatever_is_small_in_the_log_and_large_unpacked_takes_no_memory(
    client: Client, installation: Installation
) -> None:
    who, _, before = await submitted_one(client, installation)
    settings = installation.settings("metrics")

    for codec, bomb in (
        ("gzip", 200_000_000),
        ("lz4", 200_000_000),
        ("zstd", 200_000_000),
        ("snappy", 15_000_000),
    ):
        async with kafka.producer(settings, compression=codec, largest=2 * bomb) as producer:
            for size in (bomb, *[3_000_000] * 20):
                await producer.send_and_wait(PLACE.topic, b"x" * size, partition=PLACE.partition)
        await client.submit(who)

    await client.counted(before + 4)
    for service in ("intake", "metrics"):
        assert installation.most_memory(service, "worker") < 250


@pytest.mark.parametrize("ends", ["committed", "aborted"])
async def test_the_end_of_another_clients_transaction_is_passed_over(
    client: Client, installation: Installation, ends: str
) -> None:
    who, record, before = await submitted_one(client, installation)

    names = {"bootstrap_servers": installation.brokers, "transactional_id": uuid4().hex}
    async with AIOKafkaProducer(**names) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(PLACE.topic, record.value, partition=PLACE.partition)
        await (producer.commit_transaction() if ends == "committed" else producer.abort_transaction())

    # Nothing is left to be read, though the log's last place holds no record: once it was looked at.
    await asyncio.sleep(3 * installation.settings("metrics").tend_interval)
    figures = f"{installation.url('metrics', 'worker')}/metrics"
    labels = f'partition="{PLACE.partition}",reader="{rollup.READER}",topic="{PLACE.topic}"'
    async with asyncio.timeout(PATIENCE):
        while f"inbox_lag_records{{{labels}}} 0.0" not in (await client.http.get(figures)).text:
            await asyncio.sleep(0.1)
    await client.submit(who)
    await client.counted(before + 1)


async def test_everything_may_restart_in_any_order(client: Client, installation: Installation) -> None:
    who = await client.register()
    before = (await client.counters())[0]["submitted"]

    codes = installation.stop()
    installation.start(("metrics", "worker"), ("intake", "web"))
    first = await client.submit(who)
    installation.start(
        ("metrics", "web"), ("intake", "worker"), ("hierarchy", "worker"), ("hierarchy", "web")
    )
    second = await client.submit(who)

    assert set(codes.values()) == {0}, codes
    assert (first.status_code, second.status_code) == (201, 201)
    await client.counted(before + 2)
