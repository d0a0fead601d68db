"""What comes late stands beside a frozen result as a correction, and never changes it."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, timedelta

import asyncpg
import orjson
import pytest
from asyncpg import Pool

from contracts.appointments import TargetScope
from contracts.event import Event
from contracts.initiatives import (
    InitiativeEvent,
    InitiativeStatus,
    InitiativeSubmitted,
    InitiativeWithdrawn,
)
from contracts.results import CheckpointCorrected, CheckpointEvent, ResultEvent
from contracts.streams import partition_of
from services.chassis.db.notify import Heard
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.directory.results import APART, digest_of
from services.metrics.checkpoints.correcting import Changed, Correcting
from services.metrics.checkpoints.freezing import Freezing
from services.metrics.events import rollup
from services.metrics.restate import restate
from services.metrics.store import results
from services.metrics.store.results import Kept
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.told import (
    DAY,
    MIDNIGHT,
    Time,
    Topics,
    moment,
    outgoing,
    recommend,
    region,
    schedule,
    settings_of,
    submitted,
    target,
)

ON_THE_DAY, AFTER = "2026-02-19T12:00:00+03:00", "2026-02-22T12:00:00+03:00"
INITIATIVES = Stream(InitiativeEvent.topic, partition_of(DISTRICT))


@pytest.fixture
async def topics(metrics: Pool, metrics_database: Database) -> Topics:
    """Three initiatives of the district and one of its settlement are frozen."""
    topics = Topics(metrics)
    with_settlements = target(DISTRICT, 40, scope=TargetScope.WITH_SETTLEMENTS)
    await topics.tell(*region(), with_settlements, schedule(DISTRICT, DAY), schedule(OKRUG, DAY))
    await topics.tell(*submitted(DISTRICT, 3), *submitted(SETTLEMENT, 1))
    await topics.complete(MIDNIGHT)
    assert await Freezing(settings_of(metrics_database), metrics, Time()).look() == 2
    return topics


@pytest.fixture
async def correcting(metrics: Pool, metrics_database: Database, topics: Topics) -> Correcting:
    """One that has looked at everything already."""
    correcting = Correcting(settings_of(metrics_database), metrics, Time())
    assert await correcting.look() == 0
    return correcting


async def corrections(pool: Pool) -> list[CheckpointCorrected]:
    return [event for event in await outgoing(pool) if isinstance(event, CheckpointCorrected)]


async def content(pool: Pool) -> list[asyncpg.Record]:
    return await pool.fetch("SELECT * FROM checkpoint_result ORDER BY municipality")


def heard(correcting: Correcting, *codes: str, day: date = DAY) -> None:
    correcting.changed.hear(orjson.dumps({str(day): list(codes)}).decode())


def withdrawn(event: Event) -> Event:
    changes = {"version": 2, "status": InitiativeStatus.WITHDRAWN}
    return InitiativeWithdrawn.model_validate(event.model_dump() | changes)


async def test_an_initiative_that_comes_late_is_a_correction_of_the_district_above_too(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    before = await content(metrics)
    await topics.tell(*submitted(SETTLEMENT, 2, ON_THE_DAY))
    heard(correcting, SETTLEMENT)

    assert await correcting.look() == 1

    (event,) = await corrections(metrics)
    assert (event.municipality, event.version) == (DISTRICT, 2)
    assert (event.submitted, event.correction_registered, event.correction_submitted) == (4, 0, 2)
    assert await content(metrics) == before


async def test_a_correction_tells_all_that_is_frozen_as_it_was(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    (frozen,) = [e for e in await told(metrics) if e.municipality == DISTRICT]
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))
    heard(correcting, DISTRICT)
    await correcting.look()

    (event,) = await corrections(metrics)

    assert event.model_dump(exclude=APART) == frozen.model_dump(exclude=APART)
    assert event.digest == frozen.digest == digest_of(event)


async def told(pool: Pool) -> list[CheckpointEvent]:
    return [event for event in await outgoing(pool) if isinstance(event, CheckpointEvent)]


async def test_what_comes_after_the_day_corrects_nothing(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    await topics.tell(*submitted(DISTRICT, 5, AFTER))
    heard(correcting, DISTRICT, day=date(2026, 2, 22))
    correcting.changed.hear("*")

    assert await correcting.look() == 0


async def test_a_withdrawn_initiative_stays_counted_and_corrects_nothing(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    late = submitted(DISTRICT, 1, ON_THE_DAY)
    await topics.tell(*late)
    heard(correcting, DISTRICT)
    await correcting.look()
    await topics.tell(withdrawn(late[0]))
    correcting.changed.hear("*")

    assert await correcting.look() == 0
    assert [event.correction_submitted for event in await corrections(metrics)] == [1]


async def test_one_that_moves_to_another_day_and_back_is_corrected_back_to_nothing(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    (event,) = submitted(DISTRICT, 1, AFTER)
    await topics.tell(event)
    for version, at in ((2, ON_THE_DAY), (3, AFTER)):
        await topics.tell(event.model_copy(update={"version": version, "submitted_at": moment(at)}))
        heard(correcting, DISTRICT)
        await correcting.look()

    assert [(e.version, e.correction_submitted) for e in await corrections(metrics)] == [(2, 1), (3, 0)]


async def test_the_same_difference_is_told_once(
    metrics: Pool, topics: Topics, correcting: Correcting, metrics_database: Database
) -> None:
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))
    for _ in range(3):
        correcting.changed.hear("*")
        await correcting.look()
    restarted = Correcting(settings_of(metrics_database), metrics, Time())

    assert await restarted.look() == 0
    assert len(await corrections(metrics)) == 1


async def test_what_changed_while_nobody_worked_is_found_at_the_start(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.tell(*submitted(OKRUG, 1, ON_THE_DAY))

    assert await Correcting(settings_of(metrics_database), metrics, Time()).look() == 1


async def test_a_target_that_is_set_later_and_a_changed_tree_correct_nothing(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    await topics.tell(target(DISTRICT, 5, number=2, set_at=MIDNIGHT + timedelta(days=1)))
    (alone,) = [e for e in region() if getattr(e, "code", None) == SETTLEMENT]
    await topics.tell(alone.model_copy(update={"version": 2, "parent": None}))
    correcting.changed.hear("*")

    assert await correcting.look() == 0


async def test_while_a_stream_is_told_anew_nothing_is_corrected(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    kept = submitted(DISTRICT, 2)
    await topics.begin_epoch(INITIATIVES)
    correcting.changed.hear("*")
    halfway = await correcting.look()
    await topics.tell(*kept)
    halfway += await correcting.look()
    await topics.complete(MIDNIGHT, INITIATIVES)

    assert halfway == 0
    assert await correcting.look() == 1
    (event,) = await corrections(metrics)
    # Of three that intake had told, its restored database knows two.
    assert (event.municipality, event.submitted, event.correction_submitted) == (DISTRICT, 4, -1)


async def test_what_waits_is_not_counted_again_and_again(
    metrics: Pool, topics: Topics, correcting: Correcting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.begin_epoch(INITIATIVES)
    correcting.changed.hear("*")

    async def counted(*_: object) -> None:
        raise AssertionError("nothing is counted while a stream is told anew")

    monkeypatch.setattr(results, "totals_before", counted)

    assert [await correcting.look() for _ in range(3)] == [0, 0, 0]
    assert correcting.changed.days == dict.fromkeys((DISTRICT, SETTLEMENT, OKRUG), DAY)


async def test_an_epoch_that_tells_the_same_corrects_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    topics, events = Topics(metrics), submitted(DISTRICT, 3)
    await topics.tell(*region(), schedule(DISTRICT, DAY), *events)
    await topics.complete(MIDNIGHT)
    await Freezing(settings_of(metrics_database), metrics, Time()).look()
    correcting = Correcting(settings_of(metrics_database), metrics, Time())

    await topics.begin_epoch(INITIATIVES, *events)
    first = await correcting.look()
    await topics.complete(MIDNIGHT, INITIATIVES)

    assert (first, await correcting.look()) == (0, 0)


async def test_two_workers_at_once_tell_a_correction_once(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY), *submitted(OKRUG, 1, ON_THE_DAY))
    workers = [Correcting(settings_of(metrics_database), metrics, Time()) for _ in range(4)]

    async def work(correcting: Correcting) -> None:
        for _ in range(5):
            try:
                await correcting.look()
            except asyncpg.SerializationError:
                await asyncio.sleep(0)

    await asyncio.gather(*map(work, workers))

    assert sorted((e.municipality, e.version) for e in await corrections(metrics)) == [
        (DISTRICT, 2),
        (OKRUG, 2),
    ]


async def test_a_new_epoch_of_results_tells_the_corrections_too(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))
    heard(correcting, DISTRICT)
    await correcting.look()

    async with metrics.acquire() as db:
        again = [event async for event in restate(db, Stream(ResultEvent.topic, 0))]

    known = {(e.municipality): e for e in await told(metrics)}
    assert again == [known[DISTRICT], known[OKRUG]]
    assert [event.type.split(".")[2] for event in again] == ["corrected", "frozen"]


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_frozen_with_its_correction_always_equals_a_recount_of_the_facts(
    metrics: Pool, metrics_database: Database, seed: int
) -> None:
    chance, topics, settings = random.Random(seed), Topics(metrics), settings_of(metrics_database)
    with_settlements = target(DISTRICT, 40, scope=TargetScope.WITH_SETTLEMENTS)
    await topics.tell(*region(), with_settlements, recommend(DAY, DAY - timedelta(days=2)))
    freezing, correcting = Freezing(settings, metrics, Time()), Correcting(settings, metrics, Time())
    known: list[InitiativeSubmitted] = []

    async def happen() -> None:
        """Something new, late or not, or a version of something that moves it to another day."""
        at = f"2026-02-{chance.randrange(16, 24)}T{chance.randrange(24):02}:30:00+03:00"
        if known and chance.random() < 0.4:
            before = chance.choice(known)
            changes = {"version": before.version + chance.choice([-1, 1, 2]), "submitted_at": moment(at)}
            event = before.model_copy(update=changes)
            if event.version < 1:
                return
        else:
            (event,) = submitted(chance.choice([DISTRICT, SETTLEMENT, OKRUG]), 1, at)
        known.append(event)
        await topics.tell(event)
        heard(correcting, event.municipality, day=date(2026, 2, 16))

    for _ in range(10):
        await happen()
    await topics.complete(MIDNIGHT)
    assert await freezing.look() == 6
    for _ in range(20):
        await happen()
        if chance.random() < 0.3:
            await correcting.look()
    await correcting.look()

    counted = await metrics.fetch(RECOUNTED)
    assert len(counted) == 6
    assert [row["stands"] for row in counted] == [row["recounted"] for row in counted]


RECOUNTED = """SELECT r.submitted + coalesce(c.submitted, 0) AS stands,
       (SELECT count(*) FROM fact AS f WHERE f.municipality = ANY (r.codes) AND f.counter = 'submitted'
           AND f.happened_at < r.ended_at) AS recounted
  FROM checkpoint_result AS r LEFT JOIN checkpoint_correction AS c USING (municipality, campaign, day)"""


# ---- what is heard ----
def test_what_is_heard_is_kept_until_it_is_looked_at() -> None:
    changed = Changed()
    assert changed.take().everybody == date.min
    assert not changed.take()

    changed.hear('{"2026-02-20": ["13603000"], "2026-02-18": ["13702000"]}')
    taken = changed.take()
    assert (taken.everybody, taken.days) == (
        None,
        {"13603000": date(2026, 2, 20), "13702000": date(2026, 2, 18)},
    )

    changed.hear('{"2026-02-20": ["13603000"]}')
    changed.hear("*")
    assert changed.take().everybody == date.min

    changed.hear('{"2026-02-19": ["13603000"]}')
    changed.put_back(taken)
    assert changed.days == {"13603000": date(2026, 2, 19), "13702000": date(2026, 2, 18)}


async def test_a_late_one_of_somebody_has_nobody_else_counted_anew(
    metrics: Pool, topics: Topics, correcting: Correcting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, correct = list[str](), Correcting._correct

    async def counting(self: Correcting, day: Sequence[Kept]) -> int:
        counted.extend(each.name.municipality for each in day)
        return await correct(self, day)

    monkeypatch.setattr(Correcting, "_correct", counting)
    heard(correcting, OKRUG, day=DAY - timedelta(days=2))
    heard(correcting, SETTLEMENT, day=DAY + timedelta(days=1))
    await correcting.look()

    assert counted == [OKRUG]


async def test_a_day_that_fails_holds_up_no_other_and_is_looked_at_again(
    metrics: Pool, metrics_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics, time_, settings = Topics(metrics), Time(), settings_of(metrics_database)
    await topics.tell(*region(), recommend(DAY - timedelta(days=1), DAY))
    await topics.complete(MIDNIGHT)
    await Freezing(settings, metrics, time_).look()
    correcting, correct = Correcting(settings, metrics, time_), Correcting._correct
    await correcting.look()
    await topics.tell(*submitted(OKRUG, 1, "2026-02-18T12:00:00+03:00"))
    heard(correcting, OKRUG, day=DAY - timedelta(days=2))

    async def sometimes(self: Correcting, day: Sequence[Kept]) -> int:
        if day[0].name.day == DAY - timedelta(days=1):
            raise ValueError("a bug")
        return await correct(self, day)

    with monkeypatch.context() as patch:
        patch.setattr(Correcting, "_correct", sometimes)
        failing = [await correcting.look() for _ in range(3)]
    time_.at += timedelta(minutes=1)

    assert (failing, await correcting.look()) == ([1, 0, 0], 1)


async def at_rest(correcting: Correcting, pool: Pool) -> None:
    correcting._hear(await correcting._missed.take(pool, None))


async def test_what_was_announced_and_not_heard_is_noticed_by_the_marks(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    for _ in range(2):
        await at_rest(correcting, metrics)
    correcting.changed.take()
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))

    await at_rest(correcting, metrics)
    once = bool(correcting.changed)
    await at_rest(correcting, metrics)

    assert not once
    assert await correcting.look() == 1


async def test_what_is_heard_of_is_not_looked_for_again(
    metrics: Pool, topics: Topics, correcting: Correcting
) -> None:
    for _ in range(2):
        await at_rest(correcting, metrics)
    correcting.changed.take()
    before = topics.heads.get(INITIATIVES, (0, 0))[:2]
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))
    step = rollup.READER, INITIATIVES.topic, 3, *before, *topics.heads[INITIATIVES][:2]

    heard = [Heard(inbox.CHANNEL, " ".join(map(str, step)))]
    correcting._hear(await correcting._missed.take(metrics, heard))
    for _ in range(2):
        await at_rest(correcting, metrics)

    assert not correcting.changed


async def test_a_failed_look_forgets_nothing(
    metrics: Pool, topics: Topics, correcting: Correcting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*submitted(DISTRICT, 1, ON_THE_DAY))
    heard(correcting, DISTRICT)

    async def away(_: Sequence[object]) -> int:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(correcting, "_correct", away)
        with pytest.raises(ConnectionResetError):
            await correcting.look()

    assert await correcting.look() == 1


async def test_recommended_days_of_many_are_corrected_apart(
    metrics: Pool, metrics_database: Database
) -> None:
    topics = Topics(metrics)
    week = [DAY - timedelta(days=n) for n in range(3)]
    await topics.tell(*region(), recommend(*week))
    await topics.complete(MIDNIGHT)
    settings = settings_of(metrics_database)
    await Freezing(settings, metrics, Time()).look()
    correcting = Correcting(settings, metrics, Time())
    await correcting.look()

    await topics.tell(*submitted(OKRUG, 1, ON_THE_DAY))
    heard(correcting, OKRUG, day=DAY - timedelta(days=1))

    assert await correcting.look() == 2
    assert {(e.municipality, e.day) for e in await corrections(metrics)} == {
        (OKRUG, DAY),
        (OKRUG, DAY - timedelta(days=1)),
    }
