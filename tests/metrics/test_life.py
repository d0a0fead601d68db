"""What initiatives come to, and where they count once they moved: in one place, in any order of events."""

import random
from collections.abc import Sequence
from itertools import chain
from typing import Any

import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Level
from contracts.initiatives import (
    EVENTS,
    InitiativeDetermined,
    InitiativeEvent,
    InitiativeJoined,
    InitiativeLeft,
    InitiativeStatus,
)
from contracts.participants import ParticipantEvent, ParticipantJoined, ParticipantLeft
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.metrics import domain
from services.metrics.domain import Deltas, Fact, Key, Name, deltas, latest, recount
from services.metrics.events import rollup
from services.metrics.proof.verify import Line, compare, take_snapshot
from services.metrics.store import figures
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, fact_of, register_participant, submit_initiative
from tests.metrics.told import Topics

OTHER = "79605999"
PARTIAL = {f"family {family}" for family in domain.PARTIAL}
CODES = (DISTRICT, SETTLEMENT, OKRUG, OTHER)
INITIATIVES = Stream(InitiativeEvent.topic, partition_of(DISTRICT))


def again(event: Any, as_: type[Any], **changes: object) -> Any:
    """The next that is told of it."""
    return as_.model_validate(event.model_dump() | {"version": event.version + 1} | changes)


def moved(event: Any, to: str) -> tuple[Any, Any]:
    """What is told of it in the municipality that it leaves, and in the one that it joins."""
    ours = isinstance(event, InitiativeEvent)
    left = again(event, InitiativeLeft if ours else ParticipantLeft)
    return left, again(left, InitiativeJoined if ours else ParticipantJoined, municipality=to)


async def roll_up(pool: Pool, *events: Any, at_once: bool = True) -> None:
    """Let the roll-up read these of one stream, together or one by one."""
    stream = Stream(events[0].topic, INITIATIVES.partition)
    for batch in [events] if at_once else [[event] for event in events]:
        async with pool.acquire() as db, db.transaction():
            await rollup.roll_up(db, stream, [fact_of(event) for event in batch])


async def counted(pool: Pool, family: str) -> dict[tuple[str, str], int]:
    """(municipality, key) → n of a family."""
    async with pool.acquire() as db:
        found = await figures.all_counters(db)
    return {(key.municipality, key.key): n for key, n in found.items() if key.family == family}


async def test_an_initiative_counts_in_the_status_that_it_is_in(metrics: Pool) -> None:
    one, two = submit_initiative(), submit_initiative(status=InitiativeStatus.ACCEPTED)
    decided = again(two, InitiativeDetermined, status="determined", decided_by=Level.GROUP, in_time=True)

    await roll_up(metrics, one, two)
    await roll_up(metrics, decided)

    assert await counted(metrics, "status") == {(DISTRICT, "submitted"): 1, (DISTRICT, "determined"): 1}
    assert await counted(metrics, "level") == {(DISTRICT, "group"): 1}
    assert await counted(metrics, "in-time") == {(DISTRICT, "yes"): 1}
    assert await counted(metrics, "origin") == {}


async def test_a_bodys_own_initiative_is_counted_by_its_level(metrics: Pool) -> None:
    await roll_up(metrics, submit_initiative(origin=Level.COORDINATION))

    assert await counted(metrics, "origin") == {(DISTRICT, "coordination"): 1}
    assert await counted(metrics, "hour") == {(DISTRICT, "2026-02-14T15"): 1}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_tells_of_the_life(event: type[InitiativeEvent]) -> None:
    more = {"into": str(submit_initiative().id), "reason": "not-ours"}
    told = again(submit_initiative(), event, status="declined", decided_by="head", in_time=False, **more)

    fact = fact_of(told)

    assert (fact.status, fact.decided_by, fact.in_time) == ("declined", "head", False)
    assert fact.left == (event is InitiativeLeft)


def test_a_status_that_is_not_known_yet_is_counted_by_its_name() -> None:
    fact = fact_of(submit_initiative())
    fact.status = "realized"

    assert Key("spring", DISTRICT, "status", "realized", "submitted") in recount([fact])


def test_a_plain_submission_costs_two_counters_more() -> None:
    families = [key.family for key in recount([fact_of(submit_initiative())])]

    assert sorted(families) == [
        "classifier:form", "classifier:position", "direction", "direction-status", "hour", "organization",
        "status",
    ]  # fmt: skip
    assert [key.family for key in recount([fact_of(register_participant())])].count("status") == 0


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
async def test_what_left_counts_where_it_joined_alone(metrics: Pool, at_once: bool) -> None:
    event = submit_initiative()

    await roll_up(metrics, event, *moved(event, OKRUG), at_once=at_once)

    for family in ("hour", "status", "direction", "direction-status", "organization", "classifier:form"):
        assert [code for code, _ in await counted(metrics, family)] == [OKRUG]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
async def test_what_comes_back_counts_again(metrics: Pool, at_once: bool) -> None:
    event = submit_initiative()
    left, joined = moved(event, OKRUG)
    again_left, again_joined = moved(joined, DISTRICT)

    await roll_up(metrics, event, left, joined, again_left, again_joined, at_once=at_once)

    assert await counted(metrics, "status") == {(DISTRICT, "submitted"): 1}


async def test_a_participant_moves_as_an_initiative_does(metrics: Pool) -> None:
    event = register_participant()

    await roll_up(metrics, event, *moved(event, OKRUG))

    assert await counted(metrics, "organization") == {(OKRUG, "-"): 1}


async def test_the_last_place_that_a_batch_names_does_not_hide_the_one_before(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_id(facts: Sequence[Fact]) -> dict[Name, Fact]:
        of_one: dict[str, Fact] = {}
        for fact in facts:
            if fact.id not in of_one or of_one[fact.id].version < fact.version:
                of_one[fact.id] = fact
        return {fact.name: fact for fact in of_one.values()}

    event = submit_initiative()
    await roll_up(metrics, event)
    monkeypatch.setattr(rollup, "latest", by_id)

    await roll_up(metrics, *moved(event, OKRUG))

    assert len(await counted(metrics, "hour")) == 2, "the fault that `latest` is there to prevent"


async def test_what_left_is_no_movement_and_no_submission_of_its_organization(metrics: Pool) -> None:
    school = submit_initiative().id
    event = submit_initiative(organization=school)
    before = "2026-02-14T00:00:00+03:00"
    await roll_up(metrics, event)

    await roll_up(metrics, moved(event, OKRUG)[0])

    async with metrics.acquire() as db:
        since = event.submitted_at.fromisoformat(before)
        assert await figures.since(db, "spring", since) == {}
        assert await figures.latest(db, "spring", 10) == []
        assert await figures.of_organization(db, "spring", [DISTRICT], school) == {}
        assert await figures.heard_of(db, "spring", [DISTRICT], since) == set()


async def test_a_new_epoch_forgets_who_left(metrics: Pool) -> None:
    topics, event, stays = Topics(metrics), submit_initiative(), submit_initiative()
    left, joined = moved(event, OKRUG)
    await topics.tell(event, stays, left, joined)

    await topics.begin_epoch(INITIATIVES, stays)

    async with metrics.acquire() as db, db.transaction():
        here = [fact async for fact in figures.all_facts(db) if fact.municipality == DISTRICT]
    assert [fact.id for fact in here] == [str(stays.id)]
    assert (await counted(metrics, "status"))[DISTRICT, "submitted"] == 1


# ---- the proof ----
async def proved(pool: Pool) -> list[Line]:
    """The comparisons of the live figures with the projection."""
    snapshot = await take_snapshot(pool)
    projection = recount(snapshot.facts.values())
    return compare(snapshot, projection, projection)


async def test_the_families_of_life_are_compared(metrics: Pool) -> None:
    event = submit_initiative()
    decided = again(event, InitiativeDetermined, status="determined", decided_by=Level.GROUP, in_time=True)
    await roll_up(metrics, event, decided, *moved(decided, OKRUG))

    lines = {(line.counter, line.what): line for line in await proved(metrics)}

    assert lines["submitted", "family status"].counted == 1
    assert ("submitted", "family level") not in lines, "only what was decided has one"
    assert all(line.equal for line in lines.values() if not line.what.startswith("Σ"))


@pytest.mark.parametrize("family", ["status", "direction-status", "level", "in-time"])
async def test_a_wrong_figure_of_life_is_found(metrics: Pool, family: str) -> None:
    event = submit_initiative()
    await roll_up(metrics, event, again(event, InitiativeDetermined, decided_by=Level.GROUP, in_time=True))

    await metrics.execute("UPDATE counter SET n = n + 1 WHERE family = $1", family)

    wrong = {line.what for line in await proved(metrics) if not line.equal}
    assert "recount of the projection" in wrong
    assert {what for what in wrong if what.startswith("family")} == {f"family {family}"} - PARTIAL


# ---- any order ----
steps = st.one_of(
    st.sampled_from(CODES),
    st.sampled_from([status for status in InitiativeStatus if status is not InitiativeStatus.SUBMITTED]),
)
lives = st.lists(st.tuples(st.sampled_from(CODES), st.booleans(), st.lists(steps, max_size=8)), max_size=6)


def told_of(code: str, person: bool, life: Sequence[str]) -> list[InitiativeEvent | ParticipantEvent]:
    """All that is told of one that goes through these municipalities and statuses."""
    events: list[Any] = [register_participant(code) if person else submit_initiative(code)]
    for step in life:
        now = events[-1]
        if step in CODES:
            events += moved(now, step) if step != now.municipality else ()
        elif not person:
            late = len(events) % 2 == 0
            decided = {"decided_by": Level.GROUP, "in_time": not late, "origin": Level.HEAD if late else None}
            events.append(again(now, InitiativeDetermined, status=step, **decided))
    return events


def last_of(told: Sequence[InitiativeEvent | ParticipantEvent]) -> Fact:
    return fact_of(told[-1])


@given(lives, st.randoms(use_true_random=False), st.integers(1, 7))
def test_in_any_order_the_counters_equal_a_recount_of_where_each_stands_at_last(
    given_lives: list[tuple[str, bool, list[str]]], chance: Any, size: int
) -> None:
    told = [told_of(*life) for life in given_lives]
    events = list(chain.from_iterable(told))
    chance.shuffle(events)
    standing: dict[tuple[str, Name], Fact] = {}
    sums: dict[Key, int] = {}

    for start in range(0, len(events), size):
        _apply(standing, sums, [fact_of(event) for event in events[start : start + size]])

    expected: Deltas = recount(last_of(each) for each in told)
    assert {key: n for key, n in sums.items() if n} == expected
    assert all(n >= 0 for n in sums.values())


def _apply(standing: dict[tuple[str, Name], Fact], sums: dict[Key, int], batch: Sequence[Fact]) -> None:
    """The roll-up in memory: topic by topic, the version guard, the difference."""
    for counter in domain.COUNTERS:
        changes = []
        for name, fact in latest(each for each in batch if each.counter == counter).items():
            before = standing.get((counter, name))
            if before is None or before.version < fact.version:
                changes.append((before, fact))
                standing[counter, name] = fact
        for key, n in deltas(changes).items():
            sums[key] = sums.get(key, 0) + n


async def test_in_the_order_of_its_streams_everything_equals_the_recount(metrics: Pool) -> None:
    chance = random.Random(11)
    present: list[Fact] = []
    for _ in range(12):
        told = []
        for _ in range(chance.randrange(1, 6)):
            life = [chance.choice([*CODES, *list(InitiativeStatus)[1:]]) for _ in range(chance.randrange(6))]
            told.append(told_of(chance.choice(CODES), chance.random() < 0.3, life))
        present += map(last_of, told)
        events = list(chain.from_iterable(told))
        chance.shuffle(events)
        by_stream: dict[Stream, list[Any]] = {}
        for event in events:
            by_stream.setdefault(Stream(event.topic, event.partition), []).append(event)
        for stream, of_stream in by_stream.items():
            async with metrics.acquire() as db, db.transaction():
                await rollup.roll_up(db, stream, [fact_of(event) for event in of_stream])

    async with metrics.acquire() as db, db.transaction():
        facts = [fact async for fact in figures.all_facts(db)]
        counters = await figures.all_counters(db)
    assert counters == recount(facts) == recount(present)
    assert any(fact.left for fact in facts)
