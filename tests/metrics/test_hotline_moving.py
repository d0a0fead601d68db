"""An inquiry that moves to another municipality is counted where it is, once, however it is heard."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import pytest

from contracts.hotline import HotlineEvent, InquiryEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.metrics.cases import told
from services.metrics.cases.counting import recount
from services.metrics.events import cases as events
from services.metrics.proof.verify import compare, take_snapshot
from services.metrics.store import cases, figures
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.asked import again, answered, ask, case_of, moved

NEIGHBOUR = next(
    code for n in range(1000) if partition_of(code := f"{20_000_000 + n}") == partition_of(DISTRICT)
)
"""Of the same stream as the district."""

PLACES = (DISTRICT, NEIGHBOUR, SETTLEMENT, OKRUG)


async def hear(pool: Pool, told_: Sequence[InquiryEvent]) -> None:
    """What one stream tells at once."""
    async with pool.acquire() as db, db.transaction():
        stream = Stream(HotlineEvent.topic, partition_of(told_[0].municipality))
        await events.roll_up(db, stream, [case_of(event) for event in told_])


async def counted(pool: Pool) -> dict[str, int]:
    """How many inquiries each municipality has; none of those that have nothing."""
    async with pool.acquire() as db, db.transaction():
        counters = await figures.all_counters(db)
        kept = [case async for case in cases.all_cases(db)]
    assert counters == recount(kept)
    found = Counter[str]()
    for key, n in counters.items():
        found[key.municipality] += n if key.family == told.STATUS else 0
    return {code: n for code, n in found.items() if n}


@pytest.mark.parametrize("to", [OKRUG, NEIGHBOUR])
async def test_it_counts_where_it_is_and_nowhere_where_it_was(metrics: Pool, to: str) -> None:
    asked = answered(ask(DISTRICT), 30)
    left, joined = moved(asked, to)

    await hear(metrics, [asked])
    before = await counted(metrics)
    await hear(metrics, [left])
    between = await counted(metrics)
    await hear(metrics, [joined])

    assert (before, between) == ({DISTRICT: 1}, {})
    assert await counted(metrics) == {to: 1}
    async with metrics.acquire() as db:
        sums = await cases.sums_of(db, "spring", [DISTRICT])
    assert sums == []


async def test_both_at_once_in_one_stream_are_heard(metrics: Pool) -> None:
    asked = ask(DISTRICT)

    await hear(metrics, [asked, *moved(asked, NEIGHBOUR)])

    assert await counted(metrics) == {NEIGHBOUR: 1}


async def test_the_other_stream_may_be_ahead_and_both_repeat_themselves(metrics: Pool) -> None:
    asked = ask(DISTRICT)
    left, joined = moved(asked, OKRUG)

    for event in (joined, asked, left, joined, asked, left):
        await hear(metrics, [event])

    assert await counted(metrics) == {OKRUG: 1}


async def test_it_comes_back(metrics: Pool) -> None:
    asked = ask(DISTRICT)
    there = moved(asked, OKRUG)
    back = moved(there[1], DISTRICT)

    for event in (asked, *there, *back, there[0], asked):
        await hear(metrics, [event])

    assert await counted(metrics) == {DISTRICT: 1}


def some_life(chance: random.Random) -> list[InquiryEvent]:
    """An inquiry that changes and moves, from its first event to its last."""
    life: list[InquiryEvent] = [ask(chance.choice(PLACES))]
    for _ in range(chance.randrange(6)):
        last = life[-1]
        if chance.random() < 0.6:
            others = [code for code in PLACES if code != last.municipality]
            life += moved(last, chance.choice(others))
        else:
            life.append(again(last, status=chance.choice(["taken", "waiting", "answered"])))
    return life


async def hear_interleaved(pool: Pool, chance: random.Random, lives: list[list[InquiryEvent]]) -> None:
    """Each stream in its order, some of it twice, while the others are ahead of it or behind."""
    streams: dict[int, list[InquiryEvent]] = {}
    for event in chain.from_iterable(lives):
        streams.setdefault(event.partition, []).append(event)
    while streams:
        partition = chance.choice(sorted(streams))
        n = chance.randrange(1, 6)
        await hear(pool, streams[partition][:n])
        streams[partition] = streams[partition][n - (chance.random() < 0.3) :]
        if not streams[partition]:
            del streams[partition]


@pytest.mark.parametrize("seed", range(6))
async def test_any_sequence_of_moves_keeps_the_sums_equal_to_a_recount(metrics: Pool, seed: int) -> None:
    chance = random.Random(seed)
    lives = [some_life(chance) for _ in range(12)]

    await hear_interleaved(metrics, chance, lives)

    assert await counted(metrics) == Counter(life[-1].municipality for life in lives)
    snapshot = await take_snapshot(metrics)
    counters = recount(snapshot.cases.values())
    lines = [each for each in compare(snapshot, counters, counters) if not each.what.startswith("Σ")]
    assert lines
    assert all(line.equal for line in lines)
