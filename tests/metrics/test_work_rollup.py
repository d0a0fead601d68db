"""What is done between the levels is counted once, whatever comes late, early or again."""

import random
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from asyncpg import Pool
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.streams import partition_of
from contracts.work import MeetingDefined, OrderDefined, OrderTaskDefined, WorkEvent
from services.chassis.streams.inbox import Reader
from services.metrics.cases import told, worked
from services.metrics.cases.counting import latest, recount
from services.metrics.cases.told import Case
from services.metrics.cases.worktally import WorkTally
from services.metrics.domain import Deltas
from services.metrics.events import cases as events
from services.metrics.events import rollup
from services.metrics.proof.verify import ADDED_UP, OF_CASES, READERS, Snapshot, compare
from services.metrics.stating.states import read, states_of
from services.metrics.stating.targets import StatedTargets
from services.metrics.store import cases, figures
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.asked import NOON, ask, consult, hear
from tests.metrics.worked import (
    DUE,
    Told,
    case_of,
    do,
    explained,
    give,
    later,
    receive,
    reported,
    sent,
    stream_of,
    summarize,
    wonder,
)

ELSEWHERE = "13604000"
"""A municipality of another stream."""


async def counters(pool: Pool) -> dict[tuple[str, str, str], int]:
    async with pool.acquire() as db:
        return {(k.family, k.key, k.counter): n for k, n in (await figures.all_counters(db)).items()}


async def test_an_order_and_its_tasks_are_once_in_each_of_their_families(metrics: Pool) -> None:
    task = receive()

    await do(metrics, [give(tasks=2), task, receive(addressee="group")])
    await do(metrics, [reported(task, in_time=False)])

    assert await counters(metrics) == {
        ("work:hour", "2026-02-14T09", "orders"): 1,
        ("work:state", "head/issued", "orders"): 1,
        ("work:hour", "2026-02-14T09", "order_tasks"): 2,
        ("work:state", "coordinator/reported", "order_tasks"): 1,
        ("work:state", "group/received", "order_tasks"): 1,
        ("work:time", "coordinator/late", "order_tasks"): 1,
        ("work:time", "group/coming", "order_tasks"): 1,
        ("work:acknowledged-minutes", "coordinator/00120", "order_tasks"): 1,
        ("work:reported-minutes", "coordinator/02880", "order_tasks"): 1,
    }


async def test_a_question_that_climbed_is_late_before_anybody_answers(metrics: Pool) -> None:
    climbed = wonder(escalated=True, holder="coordination")
    await do(metrics, [climbed])
    before = await counters(metrics)

    await do(metrics, [explained(climbed, 75, in_time=False), explained(wonder(), 10)])

    assert before["work:time", "coordinator/late", "questions"] == 1
    assert ("work:answered-by", "coordination", "questions") not in before
    assert await counters(metrics) == {
        ("work:hour", "2026-02-14T09", "questions"): 2,
        ("work:state", "coordinator/answered", "questions"): 2,
        ("work:time", "coordinator/late", "questions"): 1,
        ("work:time", "coordinator/in-time", "questions"): 1,
        ("work:escalated", "coordinator/yes", "questions"): 1,
        ("work:escalated", "coordinator/no", "questions"): 1,
        ("work:answered-by", "coordination", "questions"): 1,
        ("work:answered-by", "group", "questions"): 1,
        ("work:answer-minutes", "coordinator/00120", "questions"): 1,
        ("work:answer-minutes", "coordinator/00015", "questions"): 1,
    }


async def test_a_report_is_counted_when_it_is_due_and_stays_late(metrics: Pool) -> None:
    report = sent(summarize(), in_time=False)

    await do(metrics, [report, later(report, number=2, declared=True), summarize(level="group")])

    assert await counters(metrics) == {
        ("work:hour", "2026-02-17T09", "reports"): 2,
        ("work:state", "coordinator/sent", "reports"): 1,
        ("work:state", "group/due", "reports"): 1,
        ("work:time", "coordinator/late", "reports"): 1,
        ("work:time", "group/coming", "reports"): 1,
        ("work:declared", "coordinator/yes", "reports"): 1,
        ("work:declared", "group/no", "reports"): 1,
    }


async def test_a_returned_report_on_an_order_is_awaited_again_and_a_successor_begins_anew(
    metrics: Pool,
) -> None:
    task = reported(receive(), in_time=False)
    await do(metrics, [task, later(task, state="returned", in_time=None)])
    returned = await counters(metrics)

    times = dict.fromkeys(("acknowledged_at", "reported_at"))
    await do(metrics, [later(task, version=9, state="received", in_time=None, addressee="group", **times)])

    assert returned["work:time", "coordinator/coming", "order_tasks"] == 1
    assert await counters(metrics) == {
        ("work:hour", "2026-02-14T09", "order_tasks"): 1,
        ("work:state", "group/received", "order_tasks"): 1,
        ("work:time", "group/coming", "order_tasks"): 1,
    }


async def test_the_same_events_again_and_older_ones_change_nothing(metrics: Pool) -> None:
    task, question, report = receive(), wonder(), summarize()
    last: list[Told] = [reported(task, True), explained(question, 5), sent(report, True)]
    await do(metrics, [give(), task, question, report, *last])
    before = await counters(metrics)

    await do(metrics, [task, question, report])
    await do(metrics, [*last, task, *last])

    assert await counters(metrics) == before


async def test_a_new_epoch_tells_the_stream_anew_and_leaves_the_others(metrics: Pool) -> None:
    assert partition_of(ELSEWHERE) != partition_of(DISTRICT)
    gone, kept, others = give(), receive(), wonder(ELSEWHERE)
    inquiry = ask()
    await do(metrics, [gone, kept, others])
    await hear(metrics, [inquiry])

    async with metrics.acquire() as db, db.transaction():
        await events.drop(db, stream_of(DISTRICT))
    await do(metrics, [kept])

    async with metrics.acquire() as db, db.transaction():
        told_ = [case async for case in cases.all_cases(db)]
        assert await figures.all_counters(db) == recount(told_)
    assert {case.id for case in told_} == {str(e.id) for e in (kept, others, inquiry)}


FIRST: list[Callable[[str], Told]] = [give, receive, wonder, summarize]


def some_state(chance: random.Random, event: Any) -> Any:
    """Any state, in a version near the one before."""
    minutes = chance.choice([None, 0, 15, 16, 2880, 40_000])
    at = None if minutes is None else NOON + timedelta(minutes=minutes)
    in_time = chance.choice([None, True, False])
    level = chance.choice(["coordinator", "group", "coordination", "head"])
    changes: dict[str, object] = {"version": max(event.version + chance.choice([-1, 0, 1, 2]), 1)}
    if event.type == OrderDefined.type:
        changes |= {"state": chance.choice(["issued", "closed"]), "giver": chance.choice(["head", "group"])}
    elif event.type == OrderTaskDefined.type:
        states = ["received", "acknowledged", "reported", "returned", "accepted"]
        changes |= {"state": chance.choice(states), "addressee": level, "in_time": in_time}
        changes |= {"acknowledged_at": at, "reported_at": at}
    elif "asked_by" in type(event).model_fields:
        changes |= {"state": chance.choice(["asked", "answered", "withdrawn"]), "holder": level}
        changes |= {"escalated": chance.random() < 0.3, "answer_minutes": minutes, "in_time": in_time}
    else:
        changes |= {"state": chance.choice(["due", "sent"]), "declared": chance.random() < 0.3}
        changes |= {"in_time": in_time, "due_at": DUE + timedelta(hours=chance.randrange(40))}
    return later(event, **changes)


def some_batch(chance: random.Random, known: list[Any]) -> list[Any]:
    batch = []
    for _ in range(chance.randrange(1, 8)):
        again = known and chance.random() < 0.6
        event = some_state(chance, chance.choice(known)) if again else chance.choice(FIRST)(DISTRICT)
        known.append(event)
        batch.append(event)
    return batch


@pytest.mark.parametrize("seed", range(2))
async def test_the_counters_always_equal_the_recount_of_the_projection(metrics: Pool, seed: int) -> None:
    chance, known = random.Random(seed), list[Any]()
    for _ in range(25):
        await do(metrics, some_batch(chance, known))

    async with metrics.acquire() as db, db.transaction():
        kept = {case.name: case async for case in cases.all_cases(db)}
        counted = await figures.all_counters(db)
    # Whatever came first of two that say they are the same version stands.
    assert counted == recount(kept.values()) == recount(latest(map(case_of, known)).values())
    assert {key.counter for key in counted} == {*worked.COUNTERS}
    lines = compare(Snapshot(dict(counted), {}, {}, cases=kept), counted, counted)
    ours = [line for line in lines if line.counter in worked.COUNTERS and not line.what.startswith("Σ")]
    assert {line.counter for line in ours} == {*worked.COUNTERS}
    assert all(line.equal for line in ours)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32))
def test_levels_and_municipalities_add_up_to_the_whole(seed: int) -> None:
    chance = random.Random(seed)
    places = (DISTRICT, SETTLEMENT, OKRUG)
    known = [some_state(chance, make(code)) for code in places for make in FIRST for _ in range(4)]
    counted = recount(latest(map(case_of, known)).values())

    whole = tally_of(counted)
    levels = [whole.of_level(level) for level in ("coordinator", "group", "coordination", "head")]
    own = [tally_of({k: n for k, n in counted.items() if k.municipality == code}) for code in places]

    for parts in (levels, own):
        for counter in worked.COUNTERS:
            assert whole.all(counter) == sum(part.all(counter) for part in parts) == 12
            assert whole.punctual(counter).late == sum(part.punctual(counter).late for part in parts)
        for name in ("escalated", "declared", "breaches"):
            assert getattr(whole, name) == sum(getattr(part, name) for part in parts)


def tally_of(counted: Deltas) -> WorkTally:
    return WorkTally(((key.family, key.key, key.counter), n) for key, n in counted.items())


@pytest.mark.parametrize("counter", worked.COUNTERS)
def test_one_wrong_counter_of_the_work_is_found(counter: str) -> None:
    done: list[Told] = [give(), reported(receive(), True), explained(wonder(), 5), sent(summarize(), True)]
    counted = recount(map(case_of, done))
    for key in [key for key in counted if key.counter == counter]:
        wrong = Snapshot(counted | {key: counted[key] + 1}, {}, {})

        lines = compare(wrong, counted, counted)

        found = [line for line in lines if line.what.startswith("recount") and not line.equal]
        assert [line.counter for line in found] == [counter, counter]


def test_verify_and_rebuild_read_the_topic_with_the_reader_of_the_roll_up() -> None:
    assert {*worked.COUNTERS} <= ADDED_UP.keys()
    assert {stream.topic for stream in OF_CASES} == events.TOPICS
    assert WorkEvent.topic in READERS
    readers: dict[str, Reader] = {each.topic: each for each in rollup.readers("metrics.rebuild")}
    assert readers[WorkEvent.topic].shapes.keys() == {e.type for e in ALL_BUT_MEETINGS}


ALL_BUT_MEETINGS = [type(make(DISTRICT)) for make in FIRST]


async def test_what_is_done_between_levels_stands_in_no_figure_of_others(metrics: Pool) -> None:
    await do(metrics, [give(), reported(receive(), True), explained(wonder(), 5), summarize()])
    await hear(metrics, [ask(), consult()])

    async with metrics.acquire() as db:
        of_hotline = await cases.sums(db, "spring")
        of_work = await cases.work_sums(db, "spring")
        seen = (
            await figures.sums_of(db, [DISTRICT]),
            await figures.hours(db, "spring", "2026-01-01T00"),
            await figures.latest(db, "spring", 9),
        )
        stated = states_of(DISTRICT, await read(db, [DISTRICT], StatedTargets()), StatedTargets())

    assert not any(seen)
    assert [(state.campaign, state.counters) for state in stated] == [("spring", [])]
    assert {total.counter for total in of_hotline} == {told.INQUIRIES, told.CONSULTATIONS}
    assert {total.counter for total in of_work} == {*worked.COUNTERS}


def test_a_moment_is_the_same_in_whatever_offset_it_is_told() -> None:
    far = timezone(timedelta(hours=11))
    here, there, utc = (
        recount([case_of(receive(id="0" * 32, received_at=NOON.astimezone(z)))]) for z in (None, far, UTC)
    )

    assert here == there == utc


@pytest.mark.parametrize("moment", ["2026-02-14T12:00:00", "yesterday", None, 5])
def test_a_moment_that_is_none_is_no_event(moment: object) -> None:
    told_ = receive().model_dump(mode="json") | {"received_at": moment}

    with pytest.raises(ValidationError):
        TypeAdapter(worked.SHAPES[OrderTaskDefined.type]).validate_python(told_)


def test_a_text_or_a_person_that_comes_all_the_same_is_not_kept() -> None:
    for event in (give(), receive(), wonder(), summarize()):
        canary = dict.fromkeys(("text", "name", "account", "reason"), "КАНАРЕЙКА")
        case: Case = TypeAdapter(worked.SHAPES[event.type]).validate_python(
            event.model_dump(mode="json") | canary
        )
        assert "КАНАРЕЙКА" not in str(case.content()) + str(case)
        assert not {"group", "organization"} & case.content().keys()


def test_a_meeting_is_not_counted() -> None:
    assert MeetingDefined.type not in worked.SHAPES
