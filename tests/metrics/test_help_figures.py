"""Requests for help are counted once: by organization, direction, hour and state, with help and thanks."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from asyncpg import Pool
from pydantic import TypeAdapter

from contracts.help import HelpDone, HelpEvent, HelpRequested, HelpRestated, HelpTaken, HelpThanked
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.metrics.cases import helped
from services.metrics.cases.counting import recount
from services.metrics.cases.tally import Tally
from services.metrics.cases.told import Case
from services.metrics.events import cases as events
from services.metrics.proof.verify import ADDED_UP, READERS, Snapshot, compare
from services.metrics.store import cases, figures
from tests.factories import DISTRICT, OKRUG
from tests.metrics.asked import NOON

SCHOOL = UUID(int=7)


def life(municipality: str = DISTRICT, **changes: object) -> list[HelpEvent]:
    """A request from the first word to the thanks."""
    asked = HelpRequested.model_validate(
        {
            "id": uuid4(),
            "version": 1,
            "campaign": "spring",
            "municipality": municipality,
            "organization": SCHOOL,
            "direction": "roads",
            "subject_kind": "draft",
            "status": "requested",
            "requested_at": NOON,
        }
        | changes
    )
    told = asked.model_dump()
    later = {"status": "done", "ended_at": NOON + timedelta(hours=30)}
    return [
        asked,
        HelpTaken.model_validate(told | {"version": 2, "status": "taken", "level": "coordinator"}),
        HelpDone.model_validate(told | {"version": 3} | later),
        HelpThanked.model_validate(told | {"version": 4, "thanked": True} | later),
    ]


def case_of(event: HelpEvent) -> Case:
    """What the roll-up reads of an event."""
    case: Case = TypeAdapter(helped.SHAPES[event.type]).validate_json(event.model_dump_json())
    return case


async def roll_up(pool: Pool, told: Sequence[HelpEvent]) -> None:
    for event in told:
        stream = Stream(HelpEvent.topic, partition_of(event.municipality))
        async with pool.acquire() as db, db.transaction():
            await events.roll_up(db, stream, [case_of(event)])


async def tally_of(pool: Pool, code: str = DISTRICT) -> tuple[int, int, int, int]:
    async with pool.acquire() as db:
        totals = await cases.sums_of(db, "spring", [code])
    tally = Tally(((each.family, each.key, each.counter), each.n) for each in totals)
    return tally.help_requests, tally.help_open, tally.help_done, tally.help_thanked


async def test_each_request_is_once_in_each_of_its_families(metrics: Pool) -> None:
    asked, taken, done, thanked = life()

    await roll_up(metrics, [asked, taken])
    before = await tally_of(metrics)
    await roll_up(metrics, [done, thanked])

    assert (before, await tally_of(metrics)) == ((1, 1, 0, 0), (1, 0, 1, 1))
    async with metrics.acquire() as db:
        counted = {(k.family, k.key, k.counter): n for k, n in (await figures.all_counters(db)).items()}
        of_organizations = await cases.organizations(db, "spring", [DISTRICT])
    assert counted == {
        ("hotline:help-status", "done", "help_requests"): 1,
        ("hotline:hour", "2026-02-14T12", "help_requests"): 1,
        ("hotline:hour", "2026-02-15T18", "help_done"): 1,
        ("hotline:hour", "2026-02-15T18", "help_thanked"): 1,
        **{("hotline:direction", "roads", counter): 1 for counter in helped.COUNTERS},
        **{("hotline:organization", str(SCHOOL), counter): 1 for counter in helped.COUNTERS},
    }
    assert of_organizations == [(str(SCHOOL), counter, 1) for counter in sorted(helped.COUNTERS)]


async def test_in_any_order_and_again_the_figures_equal_a_recount(metrics: Pool) -> None:
    lives = [
        life(),
        life(OKRUG, organization=None, direction=None),
        life()[:2],
        [*life()[:1]],
    ]
    told = [event for each in lives for event in each]
    last = {event.id: event for event in sorted(told, key=lambda event: event.version)}
    order = random.Random(7)
    for _ in range(3):
        shuffled = [*told, *told[::2]]
        order.shuffle(shuffled)
        await roll_up(metrics, shuffled)
        restated = [HelpRestated.model_validate(event.model_dump()) for event in last.values()]
        await roll_up(metrics, restated)

    async with metrics.acquire() as db, db.transaction():
        kept = {case.name: case async for case in cases.all_cases(db)}
        live = await figures.all_counters(db)
    expected = recount(case_of(event) for event in last.values())
    assert live == recount(kept.values()) == expected
    assert await tally_of(metrics) == (3, 2, 1, 1)
    assert await tally_of(metrics, OKRUG) == (1, 0, 1, 1)
    lines = compare(Snapshot(live, {}, {}, cases=kept), expected, expected)
    ours = [line for line in lines if line.counter in helped.COUNTERS and not line.what.startswith("Σ")]
    assert ours
    assert all(line.equal for line in ours)
    assert {*helped.COUNTERS} <= ADDED_UP.keys()
    for key in expected:
        wrong = compare(Snapshot(live | {key: live[key] + 1}, {}, {}, cases=kept), expected, expected)
        assert [line for line in wrong if line.counter == key.counter and not line.equal]
    assert HelpEvent.topic in READERS


async def test_a_new_epoch_counts_anew_and_nothing_else_goes(metrics: Pool) -> None:
    await roll_up(metrics, life())
    stream = Stream(HelpEvent.topic, partition_of(DISTRICT))

    async with metrics.acquire() as db, db.transaction():
        await events.drop(db, stream)
    assert await tally_of(metrics) == (0, 0, 0, 0)
    await roll_up(metrics, life()[:1])

    assert await tally_of(metrics) == (1, 1, 0, 0)


def test_a_text_that_comes_all_the_same_is_not_kept() -> None:
    told = life()[0].model_dump(mode="json") | dict.fromkeys(("text", "name", "email"), "КАНАРЕЙКА")

    case = TypeAdapter(helped.SHAPES[HelpRequested.type]).validate_python(told)

    assert "КАНАРЕЙКА" not in str(case.content()) + str(case)
