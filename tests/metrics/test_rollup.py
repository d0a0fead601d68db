"""Late, early and repeated events all end in the right figure."""

import random
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TypeAlias
from uuid import uuid4

import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.initiatives import InitiativeEvent, InitiativeStatus, InitiativeWithdrawn
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.metrics.domain import Fact, Key, Name, deltas, recount
from services.metrics.events import rollup
from services.metrics.store import figures
from tests.factories import DISTRICT, OKRUG, fact_of, register_participant, submit_initiative

SUBMITTED = Stream(InitiativeEvent.topic, partition_of(DISTRICT))
REGISTERED = Stream(ParticipantEvent.topic, partition_of(DISTRICT))

Counted: TypeAlias = InitiativeEvent | ParticipantEvent


async def roll_up(pool: Pool, stream: Stream, events: Sequence[Counted]) -> None:
    async with pool.acquire() as db, db.transaction():
        await rollup.roll_up(db, stream, [fact_of(event) for event in events])


async def counters(pool: Pool) -> dict[tuple[str, str, str], int]:
    async with pool.acquire() as db:
        return {(k.family, k.key, k.counter): n for k, n in (await figures.all_counters(db)).items()}


async def test_an_initiative_is_counted_in_each_of_its_families(metrics: Pool) -> None:
    school = uuid4()

    await roll_up(metrics, SUBMITTED, [submit_initiative(organization=school)])

    assert await counters(metrics) == {
        ("organization", str(school), "submitted"): 1,
        ("hour", "2026-02-14T15", "submitted"): 1,
        ("direction", "roads", "submitted"): 1,
        ("status", "submitted", "submitted"): 1,
        ("direction-status", "roads/submitted", "submitted"): 1,
        ("classifier:position", "budget", "submitted"): 1,
        ("classifier:form", "personal", "submitted"): 1,
    }


async def test_a_participant_is_counted_by_organization_hour_and_position(metrics: Pool) -> None:
    await roll_up(metrics, REGISTERED, [register_participant()])

    assert await counters(metrics) == {
        ("organization", "-", "registered"): 1,
        ("hour", "2026-02-14T09", "registered"): 1,
        ("classifier:position", "budget", "registered"): 1,
    }


async def test_who_was_registered_before_is_counted_by_position_too(metrics: Pool) -> None:
    await roll_up(metrics, REGISTERED, [register_participant(), register_participant()])
    expected = await counters(metrics)
    await metrics.execute("DELETE FROM counter WHERE family LIKE 'classifier:%'")
    migration = files("services.metrics.migrations").joinpath("0002_initiators.sql").read_text("utf-8")
    (insert,) = [part for part in migration.split(";") if "INSERT INTO figures.counter" in part]

    await metrics.execute(insert)

    assert await counters(metrics) == expected
    assert expected["classifier:position", "budget", "registered"] == 2


async def test_the_same_event_again_changes_nothing(metrics: Pool) -> None:
    event = submit_initiative()

    await roll_up(metrics, SUBMITTED, [event, event])
    await roll_up(metrics, SUBMITTED, [event])

    assert (await counters(metrics))["direction", "roads", "submitted"] == 1


async def test_a_withdrawn_initiative_stays_counted_as_submitted(metrics: Pool) -> None:
    event = submit_initiative()
    taken_back = InitiativeWithdrawn.model_validate(
        event.model_dump() | {"version": 2, "status": InitiativeStatus.WITHDRAWN}
    )

    await roll_up(metrics, SUBMITTED, [event])
    await roll_up(metrics, SUBMITTED, [taken_back])

    assert (await counters(metrics))["hour", "2026-02-14T15", "submitted"] == 1


async def test_a_corrected_direction_moves_the_counter(metrics: Pool) -> None:
    event = submit_initiative()
    corrected = event.model_copy(update={"version": 2, "direction": "culture"})

    await roll_up(metrics, SUBMITTED, [event])
    await roll_up(metrics, SUBMITTED, [corrected])

    counted = await counters(metrics)
    assert counted["direction", "culture", "submitted"] == 1
    assert ("direction", "roads", "submitted") not in counted


async def test_an_older_version_that_comes_late_changes_nothing(metrics: Pool) -> None:
    event = submit_initiative()
    corrected = event.model_copy(update={"version": 2, "direction": "culture"})

    await roll_up(metrics, SUBMITTED, [corrected])
    await roll_up(metrics, SUBMITTED, [event])

    assert ("direction", "roads", "submitted") not in await counters(metrics)


async def test_without_the_version_guard_an_older_version_would_count(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing, put, guard = figures.standing, figures.sql.replace_facts, "AND fact.version < t.version"
    assert guard in put

    async def ageless(db: Db, facts: Sequence[Fact]) -> dict[Name, Fact]:
        found = await standing(db, facts)
        return {id_: replace(fact, version=0) for id_, fact in found.items()}

    monkeypatch.setattr(figures, "standing", ageless)
    monkeypatch.setattr(figures.sql, "replace_facts", put.replace(guard, ""))
    event = submit_initiative()
    corrected = event.model_copy(update={"version": 2, "direction": "culture"})

    await roll_up(metrics, SUBMITTED, [corrected])
    await roll_up(metrics, SUBMITTED, [event])

    assert (await counters(metrics))["direction", "roads", "submitted"] == 1


async def test_facts_of_before_are_counted_as_submitted(metrics: Pool) -> None:
    school = uuid4()
    await roll_up(metrics, SUBMITTED, [submit_initiative(), submit_initiative(organization=school)])
    await roll_up(metrics, REGISTERED, [register_participant()])
    expected = await counters(metrics)
    await metrics.execute("DELETE FROM counter WHERE family = 'status'")
    await metrics.execute("UPDATE fact SET status = NULL")
    migration = files("services.metrics.migrations").joinpath("0006_life.sql").read_text("utf-8")
    statements = [part for part in migration.split(";") if "UPDATE figures" in part or "INSERT INTO" in part]

    for statement in statements:
        await metrics.execute(statement)

    assert len(statements) == 2
    assert await counters(metrics) == expected
    assert expected["status", "submitted", "submitted"] == 2


async def test_facts_of_before_are_counted_by_direction_and_status(metrics: Pool) -> None:
    one, other = submit_initiative(), submit_initiative(direction="culture")
    declined = other.model_copy(update={"version": 2, "status": InitiativeStatus.DECLINED})
    await roll_up(metrics, SUBMITTED, [one, other, declined, submit_initiative()])
    await roll_up(metrics, REGISTERED, [register_participant()])
    await metrics.execute("UPDATE fact SET has_left = true WHERE id = $1", one.id)
    await metrics.execute("DELETE FROM counter WHERE family = 'direction-status'")
    migration = files("services.metrics.migrations").joinpath("0007_direction_status.sql").read_text("utf-8")
    (statement,) = [part for part in migration.split(";") if "INSERT INTO" in part]

    await metrics.execute(statement)

    counted = {key: n for (family, key, _), n in (await counters(metrics)).items() if "-" in family}
    assert counted == {"roads/submitted": 1, "culture/declined": 1}


async def test_dropping_a_stream_leaves_the_others(metrics: Pool) -> None:
    await roll_up(metrics, SUBMITTED, [submit_initiative()])
    await roll_up(metrics, REGISTERED, [register_participant()])

    async with metrics.acquire() as db, db.transaction():
        await rollup.drop(db, SUBMITTED)

    assert {counter for _, _, counter in await counters(metrics)} == {"registered"}


async def test_the_counters_always_equal_the_recount_of_the_projection(metrics: Pool) -> None:
    chance = random.Random(7)
    known: list[InitiativeEvent] = []
    for _ in range(30):
        batch: list[Counted] = []
        for _ in range(chance.randrange(1, 8)):
            if known and chance.random() < 0.5:
                before = chance.choice(known)
                version = before.version + chance.choice([-1, 0, 1, 2])
                event = before.model_copy(
                    update={
                        "version": max(version, 1),
                        "direction": chance.choice(["roads", "culture"]),
                        "organization": chance.choice([None, uuid4()]),
                    }
                )
            else:
                event = submit_initiative()
            known.append(event)
            batch.append(event)
        await roll_up(metrics, SUBMITTED, batch)

    async with metrics.acquire() as db, db.transaction():
        facts = [fact async for fact in figures.all_facts(db)]
        assert await figures.all_counters(db) == dict(recount(facts))


@given(st.lists(st.tuples(st.sampled_from([DISTRICT, OKRUG]), st.sampled_from(["roads", "culture"]))))
def test_every_family_adds_up_to_the_same_total(places: list[tuple[str, str]]) -> None:
    facts = [fact_of(submit_initiative(code, direction=direction)) for code, direction in places]

    counted = recount(facts)

    for family in ("organization", "hour", "direction", "status", "direction-status", "classifier:form"):
        assert sum(n for key, n in counted.items() if key.family == family) == len(places)


def test_what_cancels_out_is_not_written() -> None:
    fact = fact_of(submit_initiative())

    assert deltas([(fact, fact)]) == {}


def test_the_hour_is_the_regions_own() -> None:
    event = submit_initiative(submitted_at="2026-02-14T23:30:00+03:00")

    assert Key("spring", DISTRICT, "hour", "2026-02-14T23", "submitted") in recount([fact_of(event)])
