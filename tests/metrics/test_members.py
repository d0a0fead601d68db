"""A day counts for those who were there when it ended, by the days of the SMO that was theirs then."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event, WatermarkReached
from contracts.results import CheckpointFrozen
from contracts.structure import CampaignDefined, MunicipalityDefined, StructureEvent
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.directory.checkpoints import Member, Schedule, smo_at
from services.metrics.checkpoints.freezing import Freezing
from services.metrics.checkpoints.schedules import Schedules
from services.metrics.picture.structure import Structure
from services.metrics.store import members
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, define_municipality
from tests.metrics.told import (
    DAY,
    MIDNIGHT,
    Time,
    Topics,
    campaign,
    outgoing,
    recommend,
    region,
    schedule,
    settings_of,
    utc,
)

STRUCTURE = Stream(StructureEvent.topic, 0)
LATE = "13604000"
HOUR = timedelta(hours=1)


def late(smo: str | None = "smo", version: int = 1) -> MunicipalityDefined:
    return define_municipality(LATE, "Поздний округ").model_copy(update={"smo": smo, "version": version})


def real() -> list[Event]:
    """A region whose campaign is no demonstration."""
    return region(demonstration=False)


def recommend_by(smo: str, *days: date) -> Event:
    return recommend(*days).model_copy(update={"smo": smo})


@pytest.fixture
async def topics(metrics: Pool) -> Topics:
    """A region whose SMO recommends two Fridays, read up to an hour before the end of the first."""
    topics = Topics(metrics)
    await topics.tell(*real(), recommend(DAY, DAY + timedelta(days=7)))
    await topics.complete(MIDNIGHT - HOUR, STRUCTURE)
    return topics


async def days_of(pool: Pool, database: Database, *codes: str) -> set[tuple[str, date]]:
    """What is frozen a fortnight later."""
    time_ = Time(MIDNIGHT + timedelta(days=14))
    await Freezing(settings_of(database), pool, time_).look()
    told = [event for event in await outgoing(pool) if isinstance(event, CheckpointFrozen)]
    return {(event.municipality, event.day) for event in told if event.municipality in codes}


async def everything_is_read(topics: Topics) -> None:
    await topics.complete(MIDNIGHT + timedelta(days=14))


async def test_who_is_imported_after_a_day_was_over_has_no_result_of_it(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.tell(late())
    await everything_is_read(topics)

    found = await days_of(metrics, metrics_database, LATE, OKRUG)

    assert found == {(OKRUG, DAY), (OKRUG, DAY + timedelta(days=7)), (LATE, DAY + timedelta(days=7))}


async def test_who_is_imported_in_the_last_hour_of_a_day_has_its_result(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.tell(late())
    await everything_is_read(topics)

    assert (LATE, DAY) in await days_of(metrics, metrics_database, LATE)


async def test_the_order_within_one_batch_says_who_was_there(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    reached = WatermarkReached(version=1, moment=MIDNIGHT)
    await topics.take(STRUCTURE, define_municipality("13605000", "Ранний округ"), reached, late())
    await everything_is_read(topics)

    found = await days_of(metrics, metrics_database, LATE, "13605000")

    assert {code for code, day in found if day == DAY} == {"13605000"}


async def test_who_moves_to_another_smo_keeps_the_days_of_the_one_before_and_gets_none_backwards(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    thursdays = DAY - timedelta(days=1), DAY + timedelta(days=6)
    await topics.tell(recommend_by("other", *thursdays), late())
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.tell(late("other", version=2))
    await everything_is_read(topics)

    assert await days_of(metrics, metrics_database, LATE) == {(LATE, DAY), (LATE, thursdays[1])}


async def test_days_of_its_own_do_not_count_before_it_was_there(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.tell(late(), schedule(LATE, DAY, DAY + timedelta(days=3)))
    await everything_is_read(topics)

    assert await days_of(metrics, metrics_database, LATE) == {(LATE, DAY + timedelta(days=3))}


async def test_a_new_epoch_tells_nobody_anew(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.tell(late())
    await topics.begin_epoch(STRUCTURE, *real(), late())
    await everything_is_read(topics)

    found = await days_of(metrics, metrics_database, LATE, DISTRICT)

    assert found == {
        (DISTRICT, DAY),
        (DISTRICT, DAY + timedelta(days=7)),
        (LATE, DAY + timedelta(days=7)),
    }


async def test_whom_only_the_new_epoch_tells_was_not_there_before_it(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.begin_epoch(STRUCTURE, *real())
    await topics.tell(late())
    await everything_is_read(topics)

    assert await days_of(metrics, metrics_database, LATE) == {(LATE, DAY + timedelta(days=7))}


async def test_a_new_epoch_may_tell_another_smo_in_a_lower_version(metrics: Pool, topics: Topics) -> None:
    await topics.tell(late("other", version=5))
    await topics.begin_epoch(STRUCTURE, *real(), late("smo", version=2))

    assert await known(metrics) == [("other", utc(MIDNIGHT - HOUR)), ("smo", utc(MIDNIGHT - HOUR))]


async def test_a_record_that_is_repeated_late_moves_nobody_back(metrics: Pool, topics: Topics) -> None:
    await topics.tell(late("smo", version=1), late("other", version=3), late("smo", version=2))
    await topics.tell(late("other", version=6), late("smo", version=5))

    assert [smo for smo, _ in await known(metrics)] == ["smo", "other"]


async def test_of_whom_was_known_before_anything_is_read_nothing_is_denied(
    metrics: Pool, metrics_database: Database
) -> None:
    topics = Topics(metrics)
    await topics.tell(*real(), late(), recommend(DAY))
    await everything_is_read(topics)

    assert await days_of(metrics, metrics_database, LATE) == {(LATE, DAY)}


async def test_a_closed_campaign_gets_no_results_of_newcomers_nor_of_days_beyond_its_own(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    closed = campaign(version=2, demonstration=False, open=False, close_until=DAY + timedelta(days=1))
    await topics.complete(MIDNIGHT + timedelta(days=8), STRUCTURE)
    await topics.tell(closed, late())
    await everything_is_read(topics)

    assert await days_of(metrics, metrics_database, LATE, OKRUG) == {(OKRUG, DAY)}


async def test_a_demonstration_tells_its_past_at_once(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)
    await topics.tell(campaign(version=2, demonstration=True), late())
    await everything_is_read(topics)

    assert (LATE, DAY) in await days_of(metrics, metrics_database, LATE)


async def test_a_watermark_among_the_records_is_no_state_of_the_mirror(metrics: Pool, topics: Topics) -> None:
    await topics.complete(MIDNIGHT, STRUCTURE)

    subjects = await metrics.fetch("SELECT DISTINCT type FROM mirror WHERE topic = $1", StructureEvent.topic)

    assert WatermarkReached.type not in {row["type"] for row in subjects}
    async with metrics.acquire() as db:
        assert (await inbox.watermarks(db, "metrics.structure"))[STRUCTURE] == utc(MIDNIGHT)


async def known(pool: Pool, code: str = LATE) -> list[tuple[str, datetime | None]]:
    async with pool.acquire() as db:
        return (await members.members(db))[code]


async def test_of_those_that_an_installation_knew_before_nothing_is_denied(
    metrics: Pool, topics: Topics
) -> None:
    migration = files("services.metrics.migrations").joinpath("0004_members_and_waiting.sql").read_text()
    filling = [part for part in migration.split(";") if "\nINSERT INTO" in part]
    await metrics.execute("DELETE FROM member")
    await metrics.execute("DELETE FROM structure_read")

    for statement in filling:
        await metrics.execute(statement)
    await topics.tell(late())

    assert len(filling) == 2
    assert await known(metrics, OKRUG) == [("smo", None)]
    assert await known(metrics) == [("smo", utc(MIDNIGHT - HOUR))]


# ---- by properties ----
WEEK = [date(2026, 2, 16) + timedelta(days=n) for n in range(7)]
BEGUN = datetime(2026, 2, 15, 21, tzinfo=UTC)
SMOS = ["smo", "other", ""]
LIVES = st.lists(st.tuples(st.integers(0, 7 * 24), st.sampled_from(SMOS)), min_size=1, max_size=5)
RECOMMENDED = st.fixed_dictionaries({smo: st.sets(st.sampled_from(WEEK)) for smo in SMOS[:2]})


def by_hand(life: list[tuple[int, str]], wanted: dict[str, set[date]]) -> Iterator[date]:
    """Day by day: of which SMO it was in the last hour, and whether that one recommends the day."""
    for day in WEEK:
        last_hour = (WEEK.index(day) + 1) * 24 - 1
        was = [smo for hour, smo in life if hour <= last_hour]
        if was and day in wanted.get(was[-1], set()):
            yield day


@given(LIVES.map(sorted), RECOMMENDED)
def test_the_days_of_a_municipality_are_those_of_its_smo_at_the_end_of_each(
    life: list[tuple[int, str]], wanted: dict[str, set[date]]
) -> None:
    was_of = [Member(smo, BEGUN + hour * HOUR) for hour, smo in life]
    defined: CampaignDefined = campaign(first_day=WEEK[0], demonstration=False)
    told: list[Any] = [recommend_by(smo, *days) for smo, days in wanted.items()]
    schedules = Schedules(
        {each.subject: [Schedule(BEGUN - HOUR, frozenset(each.days))] for each in told},
        {"spring": told},
        {LATE: was_of},
    )
    structure = Structure(campaigns={"spring": defined}, municipalities={LATE: late()})

    found = [each.day for each in schedules.checkpoints(structure)]

    assert found == list(by_hand(life, wanted))


@given(LIVES.map(sorted), st.integers(-1, 7 * 24 + 1))
def test_the_smo_at_a_moment_is_the_last_that_was_known_before_it(
    life: list[tuple[int, str]], hour: int
) -> None:
    was_of = [Member(smo, BEGUN + at * HOUR) for at, smo in life]
    before = [smo for at, smo in life if at < hour]

    assert smo_at(was_of, BEGUN + hour * HOUR) == (before[-1] if before else None)
    assert smo_at([Member("ever"), *was_of], BEGUN) == "ever"
