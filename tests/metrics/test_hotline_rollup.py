"""What the hotline tells is counted once, whatever comes late, early or again."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeAlias
from uuid import uuid4

import pytest
from asyncpg import Pool
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.hotline import ConsultationEvent, ConsultationMode, HotlineEvent, InquiryEvent, LineDefined
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.metrics.cases import told
from services.metrics.cases.counting import latest, recount
from services.metrics.cases.tally import Tally
from services.metrics.cases.told import Case
from services.metrics.domain import Deltas, Key
from services.metrics.events import cases as events
from services.metrics.proof.verify import Snapshot, compare
from services.metrics.stating.states import read, states_of
from services.metrics.stating.targets import StatedTargets
from services.metrics.store import cases, figures
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.asked import NOON, again, answered, ask, case_of, consult, hear, open_line

Told: TypeAlias = InquiryEvent | ConsultationEvent | LineDefined

ELSEWHERE = "13604000"
"""A municipality of another stream."""


def stream_of(code: str) -> Stream:
    return Stream(HotlineEvent.topic, partition_of(code))


async def roll_up(pool: Pool, told_: Sequence[Told], code: str = DISTRICT) -> None:
    async with pool.acquire() as db, db.transaction():
        await events.roll_up(db, stream_of(code), [case_of(event) for event in told_])


async def counters(pool: Pool) -> dict[tuple[str, str, str], int]:
    async with pool.acquire() as db:
        return {(k.family, k.key, k.counter): n for k, n in (await figures.all_counters(db)).items()}


async def assert_equal_to_a_recount(pool: Pool, expected: Iterable[Case]) -> Deltas:
    async with pool.acquire() as db, db.transaction():
        kept = [case async for case in cases.all_cases(db)]
        counted = await figures.all_counters(db)
    assert counted == recount(kept) == recount(expected)
    return counted


async def test_an_inquiry_is_counted_in_each_of_its_families(metrics: Pool) -> None:
    await roll_up(metrics, [ask(organization=uuid4())])

    assert await counters(metrics) == {
        ("hotline:hour", "2026-02-14T12", "inquiries"): 1,
        ("hotline:channel", "phone", "inquiries"): 1,
        ("hotline:theme", "how-to-submit", "inquiries"): 1,
        ("hotline:status", "new", "inquiries"): 1,
        ("hotline:first", "coming", "inquiries"): 1,
        ("hotline:final", "coming", "inquiries"): 1,
    }


async def test_an_answer_is_counted_with_its_level_its_time_and_whether_it_was_late(metrics: Pool) -> None:
    inquiry = ask()
    done = answered(inquiry, 75, level="group", first_answer_late=True, escalations=2, helped=False)

    await roll_up(metrics, [inquiry, done])

    counted = await counters(metrics)
    assert counted["hotline:status", "answered", "inquiries"] == 1
    assert counted["hotline:level", "group", "inquiries"] == 1
    assert counted["hotline:first", "late", "inquiries"] == 1
    assert counted["hotline:final", "in-time", "inquiries"] == 1
    assert counted["hotline:times", "escalations", "inquiries"] == 2
    assert counted["hotline:helped", "no", "inquiries"] == 1
    assert counted["hotline:first-minutes", "00120", "inquiries"] == 1
    assert ("hotline:status", "new", "inquiries") not in counted


async def test_one_that_was_taken_up_again_waits_for_its_final_answer(metrics: Pool) -> None:
    done = answered(ask(), 30)

    await roll_up(metrics, [done])
    await roll_up(metrics, [again(done, status="taken", reopened=1)])

    counted = await counters(metrics)
    assert counted["hotline:first", "in-time", "inquiries"] == 1
    assert counted["hotline:final", "coming", "inquiries"] == 1
    assert counted["hotline:times", "reopened", "inquiries"] == 1
    assert not {family for family, *_ in counted} & {"hotline:level", "hotline:final-minutes"}


async def test_spam_and_what_was_merged_are_counted_apart_and_nowhere_else(metrics: Pool) -> None:
    one, other, third = ask(), ask(), ask()
    await roll_up(metrics, [one, other, third])

    await roll_up(metrics, [again(one, status="spam"), again(other, status="merged"), third])

    counted = await counters(metrics)
    assert counted["hotline:apart", "spam", "apart"] == counted["hotline:apart", "merged", "apart"] == 1
    assert counted["hotline:channel", "phone", "inquiries"] == 1


async def test_spam_that_was_none_counts_again(metrics: Pool) -> None:
    spam = again(ask(), status="spam")
    await roll_up(metrics, [spam])

    await roll_up(metrics, [again(spam, status="new")])

    counted = await counters(metrics)
    assert counted["hotline:status", "new", "inquiries"] == 1
    assert ("hotline:apart", "spam", "apart") not in counted


async def test_a_consultation_is_counted_until_it_is_withdrawn(metrics: Pool) -> None:
    kept, mistaken = consult(led_to_initiative=True), consult(mode="remote")
    await roll_up(metrics, [kept, mistaken])

    await roll_up(metrics, [mistaken.model_copy(update={"version": 2, "withdrawn": True})])

    assert await counters(metrics) == {
        ("hotline:hour", "2026-02-14T12", "consultations"): 1,
        ("hotline:mode", "in-person", "consultations"): 1,
        ("hotline:level", "coordinator", "consultations"): 1,
        ("hotline:theme", "wording", "consultations"): 1,
        ("hotline:led", "yes", "consultations"): 1,
    }


async def test_a_line_answers_for_its_own_and_for_those_that_share_it_until_it_is_closed(
    metrics: Pool,
) -> None:
    line = open_line(serves=[SETTLEMENT])
    await roll_up(metrics, [line])
    async with metrics.acquire() as db:
        opened = await cases.lines(db)

    await roll_up(metrics, [line.model_copy(update={"version": 2, "closed": True})])

    async with metrics.acquire() as db:
        assert (opened, await cases.lines(db)) == ({DISTRICT: [SETTLEMENT]}, {})


async def test_the_same_events_again_and_older_ones_change_nothing(metrics: Pool) -> None:
    inquiry, consultation = ask(), consult()
    done = answered(inquiry, 10)
    await roll_up(metrics, [inquiry, done, consultation])
    before = await counters(metrics)

    await roll_up(metrics, [inquiry, consultation])
    await roll_up(metrics, [done, inquiry, inquiry, consultation])

    assert await counters(metrics) == before


async def test_without_the_version_guard_an_older_version_would_count(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = " AND c.version < t.version"
    assert guard in cases.sql.replace
    monkeypatch.setattr(cases.sql, "replace", cases.sql.replace.replace(guard, ""))
    inquiry = ask()
    await roll_up(metrics, [answered(inquiry, 10)])

    async with metrics.acquire() as db, db.transaction():
        await cases.replace(db, [case_of(inquiry)])
        (kept,) = [case async for case in cases.all_cases(db)]

    assert kept.version == 1


async def test_a_moment_that_is_corrected_moves_between_hours(metrics: Pool) -> None:
    inquiry = ask()
    await roll_up(metrics, [inquiry])

    await roll_up(metrics, [again(inquiry, opened_at=NOON + timedelta(hours=30))])

    hours = {key: n for (family, key, _), n in (await counters(metrics)).items() if family == "hotline:hour"}
    assert hours == {"2026-02-15T18": 1}


async def test_a_new_epoch_tells_the_stream_anew_and_leaves_the_others(metrics: Pool) -> None:
    assert partition_of(ELSEWHERE) != partition_of(DISTRICT)
    gone, kept, others = ask(), consult(), ask(ELSEWHERE)
    await roll_up(metrics, [gone, kept])
    await roll_up(metrics, [others], ELSEWHERE)

    async with metrics.acquire() as db, db.transaction():
        await events.drop(db, stream_of(DISTRICT))
    await roll_up(metrics, [kept])

    await assert_equal_to_a_recount(metrics, map(case_of, [kept, others]))


THEMES, CHANNELS = ["how-to-submit", "other"], ["phone", "web", "e-mail", "in-person"]
STATUSES = ["new", "taken", "waiting", "transferred", "answered", "closed", "merged", "spam"]


def some_state(chance: random.Random, event: InquiryEvent) -> InquiryEvent:
    """Any state of an inquiry, in a version near the one before."""
    minutes = chance.choice([None, 0, 5, 6, 480, 4801])
    at = None if minutes is None else NOON
    return again(
        event,
        version=max(event.version + chance.choice([-1, 0, 1, 2]), 1),
        status=chance.choice(STATUSES),
        theme=chance.choice(THEMES),
        channel=chance.choice(CHANNELS),
        level=chance.choice(["hotline", "head"]),
        opened_at=NOON + timedelta(hours=chance.randrange(40)),
        first_answered_at=at,
        answered_at=at,
        first_answer_minutes=minutes,
        answer_minutes=minutes,
        first_answer_late=chance.random() < 0.3,
        answer_late=chance.random() < 0.3,
        escalations=chance.randrange(3),
        reopened=chance.randrange(2),
        helped=chance.choice([None, True, False]),
    )


FIRST: list[Callable[[], Told]] = [ask, consult, open_line]


def some_batch(chance: random.Random, known: list[Told]) -> list[Told]:
    batch: list[Told] = []
    for _ in range(chance.randrange(1, 8)):
        before = chance.choice(known) if known and chance.random() < 0.6 else None
        if before is None:
            event: Told = chance.choice(FIRST)()
        elif isinstance(before, InquiryEvent):
            event = some_state(chance, before)
        elif isinstance(before, ConsultationEvent):
            changed = {"withdrawn": chance.random() < 0.5, "mode": chance.choice(list(ConsultationMode))}
            event = before.model_copy(update={"version": before.version + chance.randrange(2)} | changed)
        else:
            event = before.model_copy(update={"version": before.version + 1, "closed": chance.random() < 0.5})
        known.append(event)
        batch.append(event)
    return batch


@pytest.mark.parametrize("seed", range(4))
async def test_the_counters_always_equal_the_recount_of_the_projection(metrics: Pool, seed: int) -> None:
    chance, known = random.Random(seed), list[Told]()
    for _ in range(25):
        await roll_up(metrics, some_batch(chance, known))

    # Whatever came first of two that say they are the same version stands.
    counted = await assert_equal_to_a_recount(metrics, latest(map(case_of, known)).values())

    assert {key.counter for key in counted} >= {told.INQUIRIES, told.CONSULTATIONS, told.LINES}


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_every_family_adds_up_to_the_same_and_the_region_to_its_municipalities(seed: int) -> None:
    chance, known = random.Random(seed), list[Told]()
    for code in (DISTRICT, SETTLEMENT, OKRUG):
        known += [answered(some_state(chance, ask(code)), 3) for _ in range(3)]
        known += [some_state(chance, ask(code)), consult(code)]
    counted = recount(latest(map(case_of, known)).values())

    lines = compare(Snapshot(dict(counted), {}, {}), counted, counted)

    families = [line for line in lines if line.what.startswith("family")]
    assert families
    assert all(line.equal for line in families)
    tallies = [tally_of(counted, code) for code in (DISTRICT, SETTLEMENT, OKRUG)]
    whole = tally_of(counted, None)
    for name in ("inquiries", "open", "answered", "closed", "consultations", "escalations", "spam"):
        assert getattr(whole, name) == sum(getattr(tally, name) for tally in tallies)
    assert whole.inquiries == whole.open + whole.answered + whole.closed


def tally_of(counted: Deltas, code: str | None) -> Tally:
    return Tally(
        ((key.family, key.key, key.counter), n)
        for key, n in counted.items()
        if code in (None, key.municipality)
    )


@pytest.mark.parametrize("counter", told.COUNTERS)
def test_one_wrong_counter_of_the_hotline_is_found(counter: str) -> None:
    counted = recount(map(case_of, [ask(), again(ask(), status="spam"), consult(), open_line()]))
    key = next(key for key in counted if key.counter == counter)
    wrong = Snapshot(counted | {key: counted[key] + 1}, {}, {})

    lines = compare(wrong, counted, counted)

    found = [line for line in lines if line.what.startswith("recount") and not line.equal]
    assert [line.counter for line in found] == [counter, counter]
    assert not [line for line in lines if line.counter != counter and not line.equal and "Σ" not in line.what]


async def test_what_the_hotline_tells_stands_in_no_figure_of_initiatives(metrics: Pool) -> None:
    await hear(metrics, [ask(), answered(ask(), 5), consult(), open_line()])

    async with metrics.acquire() as db:
        seen = (
            await figures.sums_of(db, [DISTRICT]),
            await figures.by_day(db, "spring"),
            await figures.by_classifier(db, "spring"),
            await figures.hours(db, "spring", "2026-01-01T00"),
            await figures.totals_of_days(db, "spring", [(DISTRICT, "2026-02-14")]),
            await figures.totals_of_stream(db, "spring", stream_of(DISTRICT)),
            await figures.latest(db, "spring", 9),
        )
        (state,) = states_of(DISTRICT, await read(db, [DISTRICT], StatedTargets()), StatedTargets())

    assert not any(seen)
    assert (state.campaign, state.counters, state.registered, state.submitted) == ("spring", [], 0, 0)
    assert state.hotline


def test_a_word_that_is_not_known_yet_counts_under_itself() -> None:
    case = case_of(ask())
    assert isinstance(case, told.Inquiry)
    case.channel = "messenger"

    assert Key("spring", DISTRICT, told.CHANNEL, "messenger", told.INQUIRIES) in recount([case])
