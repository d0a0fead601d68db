"""A checkpoint's figures are frozen once, when its day is over and all of it has been read."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from contracts.appointments import AppointmentEvent, SessionEnded, TargetScope
from contracts.counters import Mark
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.results import CheckpointFrozen, ResultEvent
from contracts.streams import partition_of
from contracts.structure import StructureEvent
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.chassis.streams.tail import Stream
from services.directory.checkpoints import Schedule, counting, ended_at
from services.directory.results import digest_of
from services.metrics.checkpoints import freezing, gate
from services.metrics.checkpoints.days import Checkpoint
from services.metrics.checkpoints.freezing import Freezing
from services.metrics.checkpoints.gate import PLAN
from services.metrics.checkpoints.standings import standing
from services.metrics.picture.board import Board
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.plan.places import Place
from services.metrics.plan.targets import Targets
from services.metrics.proof import rebuild
from services.metrics.restate import restate
from services.metrics.store import results
from services.metrics.store.results import Frozen
from tests.databases import Database
from tests.factories import DISTRICT, MOSCOW, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.test_coverage import state_coverage
from tests.metrics.told import (
    DAY,
    EVERY,
    GRACE,
    MIDNIGHT,
    Time,
    Topics,
    campaign,
    names,
    outgoing,
    recommend,
    region,
    registered,
    schedule,
    settings_of,
    submitted,
    target,
    utc,
)

RUSSIAN = {
    2: "Europe/Kaliningrad",
    3: "Europe/Moscow",
    4: "Europe/Samara",
    5: "Asia/Yekaterinburg",
    6: "Asia/Omsk",
    7: "Asia/Krasnoyarsk",
    8: "Asia/Irkutsk",
    9: "Asia/Yakutsk",
    10: "Asia/Vladivostok",
    11: "Asia/Magadan",
    12: "Asia/Kamchatka",
}
CHANGING = [
    "Europe/Berlin",
    "America/New_York",
    # Their clocks change at midnight: an hour of the night is left out, or comes twice.
    "America/Havana",
    "America/Asuncion",
    "Asia/Beirut",
]
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ELSEWHERE = "13601000"
"""Of another partition than the district and its settlement."""


# ---- days, pure ----
@given(st.sampled_from(sorted(RUSSIAN)), DAYS)
def test_a_day_ends_as_many_hours_before_midnight_in_utc_as_the_region_is_ahead(
    ahead: int, day: date
) -> None:
    end = ended_at(day, ZoneInfo(RUSSIAN[ahead]))

    assert end == datetime.combine(day, time(), UTC) + timedelta(hours=24 - ahead)


@given(st.sampled_from([*RUSSIAN.values(), *CHANGING]), DAYS)
def test_the_end_of_a_day_is_the_first_moment_of_the_next_one(name: str, day: date) -> None:
    zone = ZoneInfo(name)

    end = ended_at(day, zone)

    assert end.astimezone(zone).date() == day + timedelta(days=1)
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() == day


@given(st.sampled_from(CHANGING), DAYS)
def test_days_follow_each_other_without_a_gap_where_the_clock_is_changed(name: str, day: date) -> None:
    zone = ZoneInfo(name)

    lasted = ended_at(day, zone) - ended_at(day - timedelta(days=1), zone)

    assert timedelta(hours=23) <= lasted <= timedelta(hours=25)


WEEK = [date(2026, 2, 16) + timedelta(days=n) for n in range(7)]
MOMENTS = st.datetimes(datetime(2026, 2, 14), datetime(2026, 2, 25), timezones=st.just(UTC))  # noqa: DTZ001
VERSIONS = st.lists(st.tuples(MOMENTS, st.sets(st.sampled_from(WEEK))), max_size=4).map(
    lambda told: [Schedule(at, frozenset(days)) for at, days in sorted(told, key=lambda each: each[0])]
)


def by_hand(own: Sequence[Schedule], smo: Sequence[Schedule], zone: ZoneInfo, day: date) -> bool | None:
    """Whether the day counts as the SMO's; None: it does not count."""
    for versions, recommended in ((own, False), (smo, True)):
        days: frozenset[date] = frozenset()
        for version in versions:
            if version.set_at.astimezone(zone).date() <= day:
                days = version.days
        if days:
            return recommended if day in days else None
    return None


@given(VERSIONS, VERSIONS, st.sampled_from([*RUSSIAN.values(), *CHANGING]))
def test_a_day_is_judged_by_the_schedule_in_force_when_it_ends(
    own: list[Schedule], smo: list[Schedule], name: str
) -> None:
    zone = ZoneInfo(name)

    found = counting(own, smo, zone)

    assert found == {
        day: recommended for day in WEEK if (recommended := by_hand(own, smo, zone, day)) is not None
    }


def test_a_day_that_is_set_at_midnight_sharp_is_set_too_late() -> None:
    at = utc(MIDNIGHT)

    def set_at(moment: datetime) -> dict[date, bool]:
        return counting([Schedule(moment, frozenset({DAY}))], [], MOSCOW)

    assert set_at(at) == {}
    assert set_at(at - timedelta(microseconds=1)) == {DAY: False}


def test_a_day_that_is_taken_off_after_it_was_over_still_counts() -> None:
    before, after = utc(MIDNIGHT) - timedelta(days=5), utc(MIDNIGHT) + timedelta(hours=1)

    versions = [Schedule(before, frozenset({DAY})), Schedule(after, frozenset())]

    assert counting(versions, [], MOSCOW) == {DAY: False}


# ---- places, pure ----
CODES = [f"1360{n}000" for n in range(1, 8)]


@given(st.dictionaries(st.sampled_from(CODES), st.tuples(st.integers(1, 30), st.integers(0, 40))))
def test_a_place_counts_those_whose_share_is_greater(known: dict[str, tuple[int, int]]) -> None:
    structure = Structure(municipalities={code: define_municipality(code, code) for code in CODES})
    targets = {code: target(code, wanted) for code, (wanted, _) in known.items()}
    totals = {(code, "submitted"): n for code, (_, n) in known.items()}
    board = Board(structure, Plan(Targets(targets)), totals, DAY, DAY)

    shares = {code: standing(board, code).share_submitted for code in CODES}

    for code in CODES:
        better = [each for each in known if (shares[each] or 0) > (shares[code] or 0)]
        place = Place(len(better) + 1, len(known)) if code in known else None
        assert board.places.get(code, {}).get("submitted") == place
    assert set(board.equals(board.peers(CODES[0]))) == set(known)


# ---- in the database ----
@pytest.fixture
def freezer(metrics: Pool, metrics_database: Database, time_: Time) -> Freezing:
    return Freezing(settings_of(metrics_database), metrics, time_)


async def frozen(pool: Pool) -> list[CheckpointFrozen]:
    return [event for event in await outgoing(pool) if isinstance(event, CheckpointFrozen)]


async def waiting(pool: Pool) -> dict[str, datetime]:
    async with pool.acquire() as db:
        return {each.name.municipality: each.since for each in await results.waiting(db, "spring")}


def shown_as_waiting() -> float | None:
    return REGISTRY.get_sample_value("checkpoints_waiting")


async def test_all_that_was_counted_by_the_end_of_the_day_is_frozen_beside_the_target(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    of_district = target(DISTRICT, 40, scope=TargetScope.WITH_SETTLEMENTS, registered=50)
    await topics.tell(*region(), schedule(DISTRICT, DAY), of_district, state_coverage(DISTRICT, head=False))
    await topics.tell(*submitted(DISTRICT, 3), *submitted(SETTLEMENT, 2), *registered(SETTLEMENT, 4))
    # A second before midnight still counts, midnight does not.
    await topics.tell(*submitted(DISTRICT, 1, "2026-02-20T23:59:59+03:00"))
    await topics.tell(*submitted(DISTRICT, 5, "2026-02-21T00:00:00+03:00"))
    await topics.complete(MIDNIGHT)

    assert await freezer.look() == 1

    (event,) = await frozen(metrics)
    assert (event.municipality, event.day, event.recommended) == (DISTRICT, DAY, False)
    assert (event.registered, event.submitted) == (4, 6)
    assert (event.own_registered, event.own_submitted) == (0, 4)
    assert (event.target_registered, event.target_submitted, event.target_number) == (50, 40, 1)
    assert (event.share_registered, event.share_submitted) == (8.0, 15.0)
    # Five days of the campaign were worked by then: Monday to Friday.
    expected = 40 * 5 / working_days()
    assert event.pace_submitted == round(600 / expected, 1)
    assert (event.place, event.among, event.gaps) == (1, 1, 1)
    assert event.frozen_at == utc(MIDNIGHT + GRACE)
    assert event.digest == digest_of(event)


def working_days() -> int:
    days = (date(2026, 2, 14) + timedelta(days=n) for n in range(46))
    return sum(day.weekday() < 5 and day != date(2026, 2, 23) for day in days)


async def test_the_marks_say_up_to_where_the_figures_are_counted(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), *submitted(DISTRICT, 3))
    await topics.complete(MIDNIGHT)
    await freezer.look()

    (event,) = await frozen(metrics)

    assert set(event.marks) == {
        f"{StructureEvent.topic}/0",
        f"{AppointmentEvent.topic}/0",
        *(
            f"{topic}/{partition_of(code)}"
            for code in (DISTRICT, SETTLEMENT)
            for topic in (InitiativeEvent.topic, ParticipantEvent.topic)
        ),
    }
    assert event.marks[f"{InitiativeEvent.topic}/{partition_of(DISTRICT)}"] == Mark(epoch=1, sequence=4)


async def test_nothing_is_frozen_before_the_grace_is_over(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY))
    await topics.complete(MIDNIGHT)

    time_.at = MIDNIGHT + GRACE - timedelta(microseconds=1)
    before = await freezer.look()
    time_.at = MIDNIGHT + GRACE

    assert (before, await freezer.look()) == (0, 1)
    assert await waiting(metrics) == {}


@pytest.mark.parametrize("ahead", sorted(RUSSIAN))
async def test_a_day_is_frozen_by_the_clock_of_its_region(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time, ahead: int
) -> None:
    midnight = datetime(2026, 2, 21, tzinfo=UTC) - timedelta(hours=ahead)
    await topics.tell(*region(time_zone=RUSSIAN[ahead]), schedule(DISTRICT, DAY))
    await topics.tell(*submitted(DISTRICT, 2, f"2026-02-20T23:59:59+{ahead:02}:00"))
    await topics.tell(*submitted(DISTRICT, 4, f"2026-02-21T00:00:00+{ahead:02}:00"))
    await topics.complete(midnight)

    time_.at = midnight + GRACE - timedelta(seconds=1)
    before = await freezer.look()
    time_.at = midnight + GRACE
    await freezer.look()

    assert before == 0
    assert [event.submitted for event in await frozen(metrics)] == [2]


async def test_the_night_of_the_change_of_clocks_belongs_to_its_days(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    night = date(2026, 3, 28)
    await topics.tell(
        *region(time_zone="Europe/Berlin"), schedule(DISTRICT, night, night + timedelta(days=1))
    )
    await topics.tell(*submitted(DISTRICT, 1, "2026-03-28T23:30:00+01:00"))
    await topics.tell(*submitted(DISTRICT, 2, "2026-03-29T23:30:00+02:00"))
    first, second = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)

    await topics.complete(first)
    time_.at = first + GRACE
    await freezer.look()
    await topics.complete(second)
    time_.at = second + GRACE
    await freezer.look()

    assert [event.submitted for event in await frozen(metrics)] == [1, 3]


@pytest.mark.parametrize(
    "behind",
    [
        Stream(InitiativeEvent.topic, partition_of(DISTRICT)),
        Stream(ParticipantEvent.topic, partition_of(DISTRICT)),
        Stream(InitiativeEvent.topic, partition_of(SETTLEMENT)),
        Stream(ParticipantEvent.topic, partition_of(SETTLEMENT)),
        Stream(AppointmentEvent.topic, 0),
        Stream(StructureEvent.topic, 0),
    ],
    ids=str,
)
async def test_while_a_stream_is_behind_the_result_waits_and_everybody_sees_it(
    metrics: Pool,
    topics: Topics,
    freezer: Freezing,
    behind: Stream,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), *submitted(DISTRICT, 3))
    await topics.complete(MIDNIGHT, *(stream for stream in EVERY if stream != behind))
    await topics.complete(MIDNIGHT - timedelta(hours=1), behind)

    assert [await freezer.look() for _ in range(3)] == [0, 0, 0]

    assert await frozen(metrics) == []
    assert await waiting(metrics) == {DISTRICT: utc(MIDNIGHT + GRACE)}
    assert shown_as_waiting() == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "checkpoints_wait" in line]
    assert f"{behind.topic}/{behind.partition}" in line

    await topics.tell(*submitted(SETTLEMENT if behind.partition == partition_of(SETTLEMENT) else DISTRICT, 2))
    await topics.complete(MIDNIGHT, behind)

    assert await freezer.look() == 1
    counted = 5 if behind.partition != partition_of(SETTLEMENT) else 3
    assert [event.submitted for event in await frozen(metrics)] == [counted]
    assert (await waiting(metrics), shown_as_waiting()) == ({}, 0)


async def test_a_stream_of_another_municipality_holds_up_no_result(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), *upper(ELSEWHERE), schedule(DISTRICT, DAY), schedule(ELSEWHERE, DAY))
    other = Stream(InitiativeEvent.topic, partition_of(ELSEWHERE))
    await topics.complete(MIDNIGHT, *(stream for stream in EVERY if stream != other))

    assert await freezer.look() == 1

    assert names(await frozen(metrics)) == [DISTRICT]
    assert set(await waiting(metrics)) == {ELSEWHERE}


async def test_after_a_stream_was_behind_the_figures_equal_a_recount_of_the_facts(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(
        *region(), schedule(DISTRICT, DAY), target(DISTRICT, 40, scope=TargetScope.WITH_SETTLEMENTS)
    )
    for n, code in enumerate([DISTRICT, SETTLEMENT, OKRUG] * 3, 1):
        await topics.tell(*submitted(code, n, f"2026-02-{14 + n}T{n + 8:02}:30:00+03:00"))
        await topics.tell(*registered(code, n, f"2026-02-{15 + n}T{n + 9:02}:30:00+03:00"))
    await freezer.look()
    await topics.complete(MIDNIGHT)
    await freezer.look()

    rows = await metrics.fetch(
        "SELECT counter, count(*) AS n FROM fact"
        " WHERE happened_at < $1 AND municipality = ANY ($2) GROUP BY counter",
        *(MIDNIGHT, [DISTRICT, SETTLEMENT]),
    )
    counted = {row["counter"]: row["n"] for row in rows}
    (event,) = await frozen(metrics)
    assert {"registered": event.registered, "submitted": event.submitted} == counted
    assert counted["submitted"] > 0


async def test_who_has_no_days_of_its_own_takes_the_recommended_ones(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), recommend(DAY), schedule(OKRUG, DAY - timedelta(days=1)))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    found = {(e.municipality, e.day, e.recommended) for e in await frozen(metrics)}
    assert found == {
        (DISTRICT, DAY, True),
        (SETTLEMENT, DAY, True),
        (OKRUG, DAY - timedelta(days=1), False),
    }


async def test_days_of_its_own_that_were_set_after_the_day_leave_the_recommended_one(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    late = schedule(DISTRICT, DAY + timedelta(days=7), at="2026-02-21T00:00:01+03:00")
    await topics.tell(*region(), recommend(DAY), late)
    await topics.complete(MIDNIGHT)

    await freezer.look()

    assert {(e.municipality, e.recommended) for e in await frozen(metrics)} == {
        (DISTRICT, True),
        (SETTLEMENT, True),
        (OKRUG, True),
    }


async def test_a_day_that_was_changed_before_it_was_frozen_counts_as_it_stood_at_its_end(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), schedule(OKRUG, DAY))
    await topics.tell(schedule(DISTRICT, DAY + timedelta(days=7), version=2, at="2026-02-21T00:05:00+03:00"))
    await topics.tell(schedule(OKRUG, DAY + timedelta(days=7), version=2, at="2026-02-20T23:55:00+03:00"))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    assert names(await frozen(metrics)) == [DISTRICT]


async def test_days_outside_the_campaign_and_of_another_one_are_passed_over(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    of_other = schedule(OKRUG, DAY).model_copy(update={"campaign": "gone"})
    await topics.tell(*region(), schedule(DISTRICT, date.min, date(2026, 1, 31), DAY, date.max), of_other)
    await topics.complete(datetime(2026, 12, 1, tzinfo=UTC))
    time_.at = datetime(2026, 12, 1, tzinfo=UTC)

    await freezer.look()

    assert [(e.municipality, e.day) for e in await frozen(metrics)] == [(DISTRICT, DAY)]


async def test_a_campaign_that_is_closed_early_has_the_results_of_all_its_days(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    # Up to `close_until` and no longer (rule 4), whether it was closed on the day itself or weeks before.
    last = campaign().close_until
    await topics.tell(*region(), schedule(DISTRICT, DAY, last, last + timedelta(days=1)))
    await topics.tell(*submitted(DISTRICT, 3), target(DISTRICT, 12), campaign(version=2, open=False))
    await topics.complete(MIDNIGHT)
    at_once = await freezer.look()
    time_.at = MIDNIGHT + timedelta(days=90)
    await topics.complete(time_.at)
    await freezer.look()

    assert at_once == 1
    assert [(e.day, e.submitted, e.share_submitted) for e in await frozen(metrics)] == [
        (DAY, 3, 25.0),
        (last, 3, 25.0),
    ]


async def test_the_target_is_the_one_in_force_at_the_end_of_the_day(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), target(DISTRICT, 40), *submitted(DISTRICT, 4))
    await topics.tell(target(DISTRICT, 20, number=2, confirmed=False, set_at=MIDNIGHT - timedelta(seconds=1)))
    await topics.tell(target(DISTRICT, 80, number=3, set_at=MIDNIGHT))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    (event,) = await frozen(metrics)
    assert (event.target_submitted, event.target_number, event.target_confirmed) == (20, 2, False)
    assert event.share_submitted == 20.0


async def test_without_a_target_the_figures_are_its_own_and_nothing_is_said_of_a_share(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), *submitted(DISTRICT, 3), *submitted(SETTLEMENT, 2))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    (event,) = await frozen(metrics)
    assert (event.submitted, event.own_submitted, event.scope) == (3, 3, None)
    assert (event.share_submitted, event.pace_submitted, event.place, event.among) == (None, None, None, None)


def upper(*codes: str) -> list[Any]:
    return [define_municipality(code, f"Округ {code}") for code in codes]


async def test_a_place_is_among_those_of_the_same_smo_and_tier_that_have_a_target_and_equals_share_it(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    first, second, third, foreign = "13601000", "13602000", "13604000", "13605000"
    others = upper(first, second, third, foreign)
    others[-1] = others[-1].model_copy(update={"smo": "other"})
    await topics.tell(*region(), *others, recommend(DAY))
    goals = {DISTRICT: 10, first: 10, second: 10, third: 10, foreign: 10, SETTLEMENT: 10}
    for (code, wanted), n in zip(goals.items(), (5, 8, 5, 2, 9, 9), strict=True):
        await topics.tell(target(code, wanted), *submitted(code, n))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    places = {e.municipality: (e.place, e.among) for e in await frozen(metrics)}
    assert places == {
        first: (1, 4),
        DISTRICT: (2, 4),
        second: (2, 4),
        third: (4, 4),
        SETTLEMENT: (1, 1),
        OKRUG: (None, None),
    }


async def test_a_place_waits_for_its_equals_for_a_while_and_is_left_out_then(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    await topics.tell(*region(), *upper(ELSEWHERE), schedule(DISTRICT, DAY))
    await topics.tell(target(DISTRICT, 40), target(ELSEWHERE, 40))
    other = Stream(InitiativeEvent.topic, partition_of(ELSEWHERE))
    await topics.complete(MIDNIGHT, *(stream for stream in EVERY if stream != other))

    assert await freezer.look() == 0
    assert (await waiting(metrics), shown_as_waiting()) == ({DISTRICT: utc(MIDNIGHT + GRACE)}, 1)
    time_.at += freezing.FOR_EQUALS
    assert await freezer.look() == 1
    assert (await waiting(metrics), shown_as_waiting()) == ({}, 0)

    (event,) = await frozen(metrics)
    assert (event.share_submitted, event.place, event.among) == (0.0, None, None)


async def test_an_unknown_year_leaves_the_pace_open_and_freezes_all_the_same(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    without = [event for event in region() if event.type != "dialogue.calendar.defined.v1"]
    await topics.tell(*without, schedule(DISTRICT, DAY), target(DISTRICT, 40), *submitted(DISTRICT, 4))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    (event,) = await frozen(metrics)
    assert (event.share_submitted, event.pace_submitted) == (10.0, None)


async def test_who_was_transformed_has_no_results_of_its_own_any_more(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    (heir,) = upper("13601000")
    await topics.tell(*region(), heir.model_copy(update={"successor_of": [DISTRICT, SETTLEMENT]}))
    await topics.tell(recommend(DAY), *submitted(DISTRICT, 2))
    await topics.complete(MIDNIGHT)

    await freezer.look()

    assert set(names(await frozen(metrics))) == {OKRUG, heir.code}


async def test_a_schedule_that_a_restored_hierarchy_tells_again_counts_as_before(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    later = schedule(DISTRICT, DAY + timedelta(days=7), version=2, at="2026-02-21T00:05:00+03:00")
    await topics.tell(*region(), schedule(DISTRICT, DAY), schedule(OKRUG, DAY), later)
    # The act of the okrug is lost with the newer part of the database.
    await topics.begin_epoch(Stream(AppointmentEvent.topic, 0), later)
    await topics.complete(MIDNIGHT)

    await freezer.look()

    assert names(await frozen(metrics)) == [DISTRICT]


@pytest.mark.parametrize(("late", "gaps"), [(timedelta(), 1), (timedelta(seconds=1), None)])
async def test_gaps_that_are_looked_at_too_late_are_not_said_to_be_the_days(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time, late: timedelta, gaps: int | None
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), state_coverage(DISTRICT, head=False))
    await topics.complete(MIDNIGHT)
    time_.at += timedelta(hours=1) + late

    await freezer.look()

    assert [event.gaps for event in await frozen(metrics)] == [gaps]


async def test_a_restart_freezes_nothing_again(
    metrics: Pool, topics: Topics, metrics_database: Database, time_: Time
) -> None:
    await topics.tell(*region(), recommend(DAY))
    await topics.complete(MIDNIGHT)

    first = await Freezing(settings_of(metrics_database), metrics, time_).look()
    again = await Freezing(settings_of(metrics_database), metrics, time_).look()

    assert (first, again) == (3, 0)
    assert len(await frozen(metrics)) == 3


async def test_what_was_due_while_nobody_worked_is_frozen_with_the_figures_of_its_day(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    week = timedelta(days=7)
    await topics.tell(*region(), schedule(DISTRICT, DAY, DAY + week))
    await topics.tell(*submitted(DISTRICT, 2), *submitted(DISTRICT, 3, "2026-02-25T12:00:00+03:00"))
    await topics.complete(MIDNIGHT + 2 * week)
    time_.at = MIDNIGHT + 2 * week

    await freezer.look()

    assert [(e.day, e.submitted) for e in await frozen(metrics)] == [(DAY, 2), (DAY + week, 5)]


async def test_two_workers_at_once_freeze_each_result_once(
    metrics: Pool, topics: Topics, metrics_database: Database, time_: Time
) -> None:
    await topics.tell(*region(), recommend(DAY, DAY - timedelta(days=1)))
    await topics.complete(MIDNIGHT)
    workers = [Freezing(settings_of(metrics_database), metrics, time_) for _ in range(4)]

    async def work(freezer: Freezing) -> None:
        for _ in range(6):
            try:
                await freezer.look()
            except asyncpg.SerializationError:
                await asyncio.sleep(0)

    await asyncio.gather(*map(work, workers))

    told = [(e.municipality, e.day) for e in await frozen(metrics)]
    assert (len(told), len(set(told))) == (6, 6)
    assert await metrics.fetchval("SELECT count(*) FROM checkpoint_result") == 6
    assert [await worker.look() for worker in workers] == [0, 0, 0, 0]


async def test_a_result_and_its_event_are_there_together_or_not_at_all(
    metrics: Pool, topics: Topics, freezer: Freezing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY))
    await topics.complete(MIDNIGHT)

    async def away(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "publish", away)
        with pytest.raises(ConnectionResetError):
            await freezer.look()
    none = await metrics.fetchval("SELECT count(*) FROM checkpoint_result")
    await freezer.look()

    assert none == 0
    assert len(await frozen(metrics)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint_result SET submitted = 0",
        "UPDATE checkpoint_result SET submitted = 0 WHERE false",
        "DELETE FROM checkpoint_result",
        "TRUNCATE checkpoint_result CASCADE",
        """INSERT INTO checkpoint_result SELECT * FROM checkpoint_result
        ON CONFLICT (municipality, campaign, day) DO UPDATE SET submitted = 0""",
    ],
)
async def test_nobody_changes_what_is_frozen(
    metrics: Pool, topics: Topics, freezer: Freezing, metrics_database: Database, statement: str
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), *submitted(DISTRICT, 3))
    await topics.complete(MIDNIGHT)
    await freezer.look()

    for kind in ("owner", "worker", "web"):
        db = await asyncpg.connect(metrics_database.dsn(kind), server_settings={"app.municipalities": "*"})
        refused = (asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)
        with pytest.raises(refused):
            await db.execute(statement)
        await db.close()

    assert await metrics.fetchval("SELECT submitted FROM checkpoint_result") == 3


async def test_one_tenant_sees_no_results_of_another(
    metrics: Pool, topics: Topics, freezer: Freezing, metrics_database: Database
) -> None:
    await topics.tell(*region(), recommend(DAY))
    await topics.complete(MIDNIGHT)
    await freezer.look()

    db = await asyncpg.connect(metrics_database.dsn("web"), server_settings={"app.municipalities": OKRUG})
    seen = [row["municipality"] for row in await db.fetch("SELECT municipality FROM checkpoint_result")]
    await db.close()

    assert seen == [OKRUG]


async def test_a_new_epoch_of_results_tells_each_as_it_was_told(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), recommend(DAY), *submitted(DISTRICT, 3))
    await topics.complete(MIDNIGHT)
    await freezer.look()

    async with metrics.acquire() as db:
        again = [event async for event in restate(db, Stream(ResultEvent.topic, 0))]

    assert again == sorted(await frozen(metrics), key=lambda event: event.municipality)
    assert len(again) == 3


async def test_at_rest_nothing_but_marks_is_read(
    metrics: Pool, topics: Topics, freezer: Freezing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY + timedelta(days=1)))
    await topics.complete(MIDNIGHT)
    await freezer.look()

    async def scanned(*_: object) -> None:
        raise AssertionError("a look at rest draws nothing")

    monkeypatch.setattr(freezing, "draw", scanned)
    monkeypatch.setattr(gate, "look", scanned)

    assert await freezer.look() == 0


async def test_a_campaign_that_is_corrected_moves_what_is_to_come(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY))
    time_.at = MIDNIGHT - timedelta(hours=1)
    await freezer.look()
    await topics.tell(campaign(version=2, time_zone="Asia/Omsk"))
    await topics.complete(MIDNIGHT)
    time_.at = MIDNIGHT - timedelta(hours=3) + GRACE

    assert await freezer.look() == 1


async def test_what_says_nothing_of_days_draws_nothing_anew(
    metrics: Pool, topics: Topics, freezer: Freezing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY + timedelta(days=1)))
    await freezer.look()
    drawn, draw = [], freezing.draw

    async def drawing(db: Db) -> freezing.Known:
        drawn.append(db)
        return await draw(db)

    monkeypatch.setattr(freezing, "draw", drawing)
    await topics.tell(
        SessionEnded(version=1, id=UUID(int=1), ended_at=MIDNIGHT), state_coverage(OKRUG), target(OKRUG, 9)
    )
    await topics.complete(MIDNIGHT - timedelta(hours=1), *PLAN)
    await topics.begin_epoch(Stream(StructureEvent.topic, 0), *region())
    await freezer.look()
    quiet = len(drawn)
    await topics.tell(schedule(OKRUG, DAY + timedelta(days=1)))
    await freezer.look()

    assert (quiet, len(drawn)) == (0, 1)


async def test_while_equals_are_behind_their_marks_alone_are_asked_for(
    metrics: Pool, topics: Topics, freezer: Freezing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), *upper(ELSEWHERE), schedule(DISTRICT, DAY))
    await topics.tell(target(DISTRICT, 40), target(ELSEWHERE, 40))
    late = [
        Stream(topic, partition_of(ELSEWHERE)) for topic in (InitiativeEvent.topic, ParticipantEvent.topic)
    ]
    await topics.complete(MIDNIGHT, *(stream for stream in EVERY if stream not in late))
    assert await freezer.look() == 0

    async def drawn(*_: object) -> None:
        raise AssertionError("nothing is counted while equals are behind")

    with monkeypatch.context() as patch:
        patch.setattr(results, "totals_before", drawn)
        still = [await freezer.look() for _ in range(3)]
        await topics.complete(MIDNIGHT, late[0])
        still.append(await freezer.look())
    async with metrics.acquire() as db:
        (waits,) = await results.waiting(db, "spring")
    await topics.complete(MIDNIGHT, late[1])

    assert (still, waits.streams) == ([0] * 4, (f"{late[1].topic}/{late[1].partition}",))
    assert await freezer.look() == 1
    (event,) = await frozen(metrics)
    assert (event.place, event.among) == (1, 2)


async def test_a_day_that_fails_holds_up_no_other_and_stands_among_those_that_wait(
    metrics: Pool, topics: Topics, freezer: Freezing, time_: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY), schedule(OKRUG, DAY - timedelta(days=1)))
    await topics.complete(MIDNIGHT)
    made = Freezing._made

    async def sometimes(self: Freezing, db: Db, day: Sequence[Checkpoint], now: datetime) -> list[Frozen]:
        if day[0].day < DAY:
            raise ValueError("a bug")
        return await made(self, db, day, now)

    with monkeypatch.context() as patch:
        patch.setattr(Freezing, "_made", sometimes)
        failing = [await freezer.look() for _ in range(3)]
        seen = await waiting(metrics)
    time_.at += timedelta(minutes=1)

    assert (failing, set(seen)) == ([1, 0, 0], {OKRUG})
    assert await freezer.look() == 1
    assert await waiting(metrics) == {}


async def test_while_a_rebuild_takes_the_figures_place_nothing_is_frozen_from_them(
    metrics: Pool, topics: Topics, freezer: Freezing
) -> None:
    await topics.tell(*region(), schedule(DISTRICT, DAY))
    await topics.complete(MIDNIGHT)

    async with metrics.acquire() as db, db.transaction():
        await rebuild.hold(db)
        meanwhile = await freezer.look()

    assert (meanwhile, await freezer.look()) == (0, 1)


async def test_a_rebuild_waits_for_whoever_is_freezing(metrics: Pool) -> None:
    async def hold() -> None:
        async with metrics.acquire() as db, db.transaction():
            await rebuild.hold(db)

    async with metrics.acquire() as db, db.transaction():
        assert await results.alone(db)
        holding = asyncio.create_task(hold())
        done, _ = await asyncio.wait([holding], timeout=0.3)
        assert not done

    async with asyncio.timeout(10):
        await holding
