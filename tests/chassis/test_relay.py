"""A relay's step: what was acknowledged is marked, what was committed numbered, what is next returned."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from aiokafka.errors import KafkaConnectionError
from asyncpg import Pool

from contracts import streams
from contracts.nak import NumberMissing
from services.chassis.streams import outbox, relay
from services.chassis.streams.relay import Relay, Sent
from services.chassis.streams.tail import Stream
from tests.chassis.test_watermarks_log import nothing
from tests.chassis.test_watermarks_relay import HERE, OWNED, SETTINGS, publish, relaying
from tests.factories import DISTRICT, SETTLEMENT, submit_initiative

__all__ = ["relaying"]

SETTLED = Stream(HERE.topic, streams.partition_of(SETTLEMENT))


async def step(
    pool: Pool, acknowledged: Sequence[Sent] = (), held: Sequence[Stream] = ()
) -> dict[Stream, list[int]]:
    """The numbers of what is to be sent next, by stream."""
    async with pool.acquire() as db:
        batches = await relay.step(db, acknowledged, held)
    return {stream: [row["seq"] for row in rows] for stream, rows in batches.items()}


async def marked(pool: Pool, stream: Stream = HERE) -> tuple[int, int]:
    (row,) = await pool.fetch(
        "SELECT epoch, sent_seq FROM outbox_stream WHERE (topic, partition) = ($1, $2)", *stream
    )
    return row["epoch"], row["sent_seq"]


async def chained(pool: Pool, stream: Stream) -> int:
    """How many numbers a stream has, each the next, chained as the contract says up to its head."""
    rows = await pool.fetch(
        "SELECT n.seq, n.chain, o.event_id FROM outbox_number AS n JOIN outbox AS o ON o.id = n.outbox_id"
        " WHERE (n.topic, n.partition) = ($1, $2) ORDER BY n.seq",
        *stream,
    )
    chain = ""
    for seq, row in enumerate(rows, 1):
        chain = streams.link(chain, row["event_id"])
        assert (row["seq"], row["chain"]) == (seq, chain)
    (head,) = await pool.fetch(
        "SELECT last_seq, chain FROM outbox_stream WHERE (topic, partition) = ($1, $2)", *stream
    )
    assert tuple(head) == (len(rows), chain)
    return len(rows)


async def test_each_stream_is_numbered_in_the_order_of_its_rows_and_chained_as_the_contract_says(
    relaying: Pool,
) -> None:
    for _ in range(3):
        await publish(relaying, submit_initiative(DISTRICT), submit_initiative(SETTLEMENT))
        await step(relaying)
    await publish(relaying, *(submit_initiative(DISTRICT) for _ in range(40)))
    await step(relaying)

    assert (await chained(relaying, HERE), await chained(relaying, SETTLED)) == (43, 3)
    numbers = await relaying.fetch(
        "SELECT seq FROM outbox_number WHERE partition = $1 ORDER BY outbox_id", HERE.partition
    )
    assert [row["seq"] for row in numbers] == list(range(1, 44))
    assert await relaying.fetchval("SELECT count(*) FROM outbox_pending") == 0


async def test_what_was_acknowledged_is_marked_by_the_next_step_and_not_returned_again(
    relaying: Pool,
) -> None:
    await publish(relaying, submit_initiative(DISTRICT), submit_initiative(DISTRICT))

    assert await step(relaying) == {HERE: [1, 2]}
    assert await marked(relaying) == (1, 0)
    await publish(relaying, submit_initiative(DISTRICT))
    assert await step(relaying, [Sent(HERE, 1, 1)]) == {HERE: [2, 3]}
    assert await marked(relaying) == (1, 1)
    assert await step(relaying, [Sent(HERE, 1, 3)]) == {}


@pytest.mark.parametrize("acknowledged", [Sent(HERE, 2, 2), Sent(HERE, 1, 0)], ids=["epoch", "nothing"])
async def test_an_acknowledgement_of_another_epoch_marks_nothing(relaying: Pool, acknowledged: Sent) -> None:
    await publish(relaying, submit_initiative(DISTRICT), submit_initiative(DISTRICT))
    await step(relaying)

    assert await step(relaying, [acknowledged]) == {HERE: [1, 2]}
    assert await marked(relaying) == (1, 0)


async def test_a_stream_that_is_held_is_numbered_and_not_returned(relaying: Pool) -> None:
    await publish(relaying, submit_initiative(DISTRICT), submit_initiative(SETTLEMENT))

    assert await step(relaying, held=[HERE]) == {SETTLED: [1]}
    assert await step(relaying, [Sent(SETTLED, 1, 1)]) == {HERE: [1]}


async def test_a_batch_is_no_longer_than_what_is_sent_at_once_and_the_rest_follows(
    relaying: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "SEND_AT_ONCE", 3)
    monkeypatch.setattr(relay, "NUMBER_AT_ONCE", 2)
    await publish(relaying, *(submit_initiative(DISTRICT) for _ in range(5)))

    assert await step(relaying) == {HERE: [1, 2]}
    assert await step(relaying) == {HERE: [1, 2, 3]}
    assert await step(relaying, [Sent(HERE, 1, 3)]) == {HERE: [4, 5]}


@pytest.mark.parametrize("seed", range(3))
async def test_relays_that_step_at_once_neither_lock_each_other_out_nor_give_a_number_twice(
    intake: Pool, relaying: Pool, seed: int
) -> None:
    chance, written = random.Random(seed), 0

    async def write() -> None:
        nonlocal written
        for _ in range(15):
            events = [submit_initiative(chance.choice((DISTRICT, SETTLEMENT))) for _ in range(3)]
            async with intake.acquire() as db, db.transaction():
                await outbox.publish(db, *events)
                await asyncio.sleep(chance.random() * 0.01)
            written += len(events)

    async def lead() -> None:
        acknowledged: list[Sent] = []
        for _ in range(60):
            sent = await step(relaying, acknowledged)
            acknowledged = [Sent(stream, 1, numbers[-1]) for stream, numbers in sent.items()]
            chance.shuffle(acknowledged)
            await asyncio.sleep(chance.random() * 0.005)

    await asyncio.gather(*(lead() for _ in range(4)), *(write() for _ in range(4)))
    await step(relaying)

    counts = {stream: await chained(relaying, stream) for stream in (HERE, SETTLED)}
    assert sum(counts.values()) == written == 180


async def test_a_missing_number_is_sent_again_though_a_later_one_was_just_acknowledged(
    relaying: Pool,
) -> None:
    """An acknowledgement that is marked behind the way back would undo it."""
    await publish(relaying, *(submit_initiative(DISTRICT) for _ in range(4)))
    await step(relaying)
    leader = Relay(SETTINGS, "intake", OWNED, nothing)
    leader._acknowledged = [Sent(HERE, 1, 4)]
    topic, partition = HERE
    leader._heard.hear(NumberMissing(reader="r", topic=topic, partition=partition, epoch=1, sequence=2))

    async with relaying.acquire() as db:
        await leader._answer_naks(db)
        batches = await relay.step(db, leader._acknowledged)

    assert [row["seq"] for row in batches[HERE]] == [2, 3, 4]


async def test_if_one_stream_fails_the_others_are_marked_at_once(relaying: Pool) -> None:
    class Broken:
        """A producer whose broker has lost one partition."""

        def create_batch(self) -> object:
            return self

        def append(self, **_: object) -> object:
            return self

        def record_count(self) -> int:
            return 1

        async def send_batch(self, _: object, __: str, partition: int) -> object:
            if partition == HERE.partition:
                raise KafkaConnectionError
            done = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done

    await publish(relaying, submit_initiative(DISTRICT), submit_initiative(SETTLEMENT))
    leader = Relay(SETTINGS, "intake", OWNED, nothing)

    async with relaying.acquire() as db:
        with pytest.raises(KafkaConnectionError):
            await leader._step(db, Broken())  # type: ignore[arg-type]

    assert (await marked(relaying, HERE), await marked(relaying, SETTLED)) == ((1, 0), (1, 1))
