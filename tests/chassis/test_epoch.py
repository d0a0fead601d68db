"""A new epoch tells every aggregate, numbered and chained without a break, however many bundles it takes."""

from collections.abc import AsyncIterator
from unittest import mock

import pytest
from asyncpg import Pool

from contracts.event import Event
from contracts.streams import link
from services.chassis.db.pool import Db
from services.chassis.process.settings import Settings
from services.chassis.streams import tail
from services.chassis.streams.tail import Head, Seen, Stream
from tests.factories import define_municipality

STREAM = Stream("dialogue.structure.v1", 0)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
async def test_a_new_epoch_is_dense_over_its_bundles(
    intake: Pool, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(tail, "AT_ONCE", 2)
    monkeypatch.setattr(tail, "_lost", mock.AsyncMock(return_value=[]))
    settings = Settings.model_validate({"database_url": "postgresql://x@y/z", "kafka_brokers": "x:1"})

    async def present(_: Db, __: Stream) -> AsyncIterator[Event]:
        for i in range(count):
            yield define_municipality(f"1360300{i}", f"Район {i}")

    async with intake.acquire() as db, db.transaction():
        await db.execute("INSERT INTO outbox_stream (topic, partition) VALUES ($1, $2)", *STREAM)
        await tail._begin_epoch(db, settings, STREAM, Head(1, 0, 0), [Seen(3, 9, "f" * 32)], present)
        numbered = await db.fetch(
            "SELECT n.seq, n.epoch, n.chain, o.event_id, o.subject FROM outbox_number AS n"
            " JOIN outbox AS o ON o.id = n.outbox_id ORDER BY n.seq"
        )
        stream = await db.fetchrow("SELECT epoch, last_seq, sent_seq, chain FROM outbox_stream")

    chain, subjects = "", [None, *(f"municipality:1360300{i}" for i in range(count))]
    assert [(row["seq"], row["epoch"], row["subject"]) for row in numbered] == [
        (seq, 4, subject) for seq, subject in enumerate(subjects, 1)
    ]
    for row in numbered:
        chain = link(chain, row["event_id"])
        assert row["chain"] == chain
    assert tuple(stream or ()) == (4, count + 1, 0, chain)
