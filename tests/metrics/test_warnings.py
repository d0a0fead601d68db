"""Of who is silent or slow is told once, after midnight, when the day before has been read."""

import asyncio
from datetime import date, datetime, timedelta

import asyncpg
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import TargetScope
from contracts.initiatives import InitiativeEvent
from contracts.results import ResultEvent, Warned, WarningRaised
from contracts.streams import partition_of
from services.chassis.process.clock import Clock
from services.chassis.streams.tail import Stream
from services.metrics.checkpoints.warning import Warnings
from services.metrics.domain import SUBMITTED
from services.metrics.picture import silence, structure
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import Structure
from services.metrics.restate import restate
from services.metrics.store.figures import DayTotal
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.told import (
    EVERY,
    GRACE,
    MIDNIGHT,
    Time,
    Topics,
    campaign,
    moment,
    outgoing,
    region,
    settings_of,
    submitted,
    target,
)

QUIET = {"plan": {"warnings": False}}
YESTERDAY = date(2026, 2, 20)


class Watching:
    """Warnings that look at the structure as it is."""

    def __init__(self, pool: Pool, database: Database, clock: Clock) -> None:
        self._pool, self._warnings = pool, Warnings(settings_of(database), pool, clock)

    async def look(self) -> int:
        async with self._pool.acquire() as db:
            known = await structure.draw(db)
        return await self._warnings.look(known)


@pytest.fixture
def watching(metrics: Pool, metrics_database: Database, time_: Time) -> Watching:
    return Watching(metrics, metrics_database, time_)


async def warned(pool: Pool) -> set[tuple[str, Warned]]:
    found = [event for event in await outgoing(pool) if isinstance(event, WarningRaised)]
    assert len(found) == len({(event.municipality, event.warning) for event in found})
    return {(event.municipality, event.warning) for event in found}


async def test_who_submitted_nothing_for_three_full_days_is_silent_a_district_with_its_settlements(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    await topics.tell(*region(), *submitted(SETTLEMENT, 1, "2026-02-18T00:00:00+03:00"))
    await topics.tell(*submitted(OKRUG, 9, "2026-02-17T23:59:59+03:00"))
    await topics.complete(MIDNIGHT)

    assert await watching.look() == 1

    (event,) = await outgoing(metrics)
    assert isinstance(event, WarningRaised)
    assert (event.municipality, event.warning, event.day) == (OKRUG, Warned.SILENT, YESTERDAY)


async def test_who_has_less_than_seventy_per_cent_of_what_was_expected_is_slow(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    # Five of 31 working days: 5 are expected of 31, and 70 % of that is 3.5.
    await topics.tell(*region(), target(DISTRICT, 31), target(OKRUG, 31))
    await topics.tell(*submitted(DISTRICT, 3), *submitted(OKRUG, 4), *submitted(SETTLEMENT, 1))
    await topics.tell(*submitted(DISTRICT, 9, "2026-02-21T00:00:00+03:00"))
    await topics.complete(MIDNIGHT)

    await watching.look()

    assert await warned(metrics) == {(DISTRICT, Warned.SLOW)}


async def test_nobody_is_slow_before_seven_full_days_of_the_campaign(
    metrics: Pool, topics: Topics, watching: Watching, time_: Time
) -> None:
    # The sixth day is over, four of its six were worked.
    time_.at = MIDNIGHT + GRACE - timedelta(days=1)
    await topics.tell(*region(), target(OKRUG, 3100))
    for code in (DISTRICT, SETTLEMENT, OKRUG):
        await topics.tell(*submitted(code, 1))
    await topics.complete(MIDNIGHT)
    before = await watching.look()
    time_.at += timedelta(days=1)
    await watching.look()

    assert before == 0
    assert await warned(metrics) == {(OKRUG, Warned.SLOW)}


async def test_a_target_with_settlements_is_judged_by_their_figures_too(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    await topics.tell(*region(), target(DISTRICT, 31, scope=TargetScope.WITH_SETTLEMENTS))
    await topics.tell(*submitted(DISTRICT, 3), *submitted(SETTLEMENT, 1), *submitted(OKRUG, 1))
    await topics.complete(MIDNIGHT)

    await watching.look()

    assert await warned(metrics) == set()


async def test_a_warning_is_given_once_however_long_it_lasts(
    metrics: Pool, topics: Topics, metrics_database: Database, time_: Time
) -> None:
    await topics.tell(*region(), target(OKRUG, 31), *submitted(DISTRICT, 1), *submitted(SETTLEMENT, 1))
    for n in range(3):
        time_.at = MIDNIGHT + GRACE + timedelta(days=n)
        await topics.complete(MIDNIGHT + timedelta(days=n))
        for _ in range(2):
            await Watching(metrics, metrics_database, time_).look()

    found = await warned(metrics)

    assert {(OKRUG, Warned.SILENT), (OKRUG, Warned.SLOW)} <= found
    assert await metrics.fetchval("SELECT count(*) FROM warning") == len(found)


async def test_nobody_is_warned_where_the_campaign_says_so(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    await topics.tell(*region(**QUIET), target(OKRUG, 31))
    await topics.complete(MIDNIGHT)

    assert await watching.look() == 0


@pytest.mark.parametrize(
    ("at", "silent"),
    [
        # The first day is the 14th: three full days are over at midnight of the 17th.
        ("2026-02-16T00:10:00+03:00", False),
        ("2026-02-17T00:09:59+03:00", False),
        ("2026-02-17T00:10:00+03:00", True),
        ("2026-03-31T00:10:00+03:00", True),
        ("2026-04-01T00:10:00+03:00", False),
    ],
)
async def test_nobody_is_warned_before_three_days_nor_after_the_last_one(
    metrics: Pool, topics: Topics, watching: Watching, time_: Time, at: str, silent: bool
) -> None:
    time_.at = moment(at)
    await topics.tell(*region())
    await topics.complete(time_.at)

    assert bool(await watching.look()) is silent


async def test_while_a_stream_is_behind_its_municipalities_are_not_judged(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    behind = Stream(InitiativeEvent.topic, partition_of(SETTLEMENT))
    await topics.tell(*region())
    await topics.complete(MIDNIGHT, *(stream for stream in EVERY if stream != behind))

    await watching.look()
    before = await warned(metrics)
    await topics.tell(*submitted(SETTLEMENT, 1))
    await topics.complete(MIDNIGHT, behind)
    await watching.look()

    assert before == {(OKRUG, Warned.SILENT)}
    assert await warned(metrics) == {(OKRUG, Warned.SILENT)}


async def test_who_was_transformed_is_warned_of_nothing(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    heir = define_municipality("13601000", "Округ").model_copy(
        update={"successor_of": [DISTRICT, SETTLEMENT]}
    )
    await topics.tell(*region(), heir)
    await topics.complete(MIDNIGHT)

    await watching.look()

    assert await warned(metrics) == {("13601000", Warned.SILENT), (OKRUG, Warned.SILENT)}


async def test_what_is_given_is_only_added(
    metrics: Pool, topics: Topics, watching: Watching, metrics_database: Database
) -> None:
    await topics.tell(*region())
    await topics.complete(MIDNIGHT)
    await watching.look()

    db = await asyncpg.connect(metrics_database.dsn("owner"), server_settings={"app.municipalities": "*"})
    for statement in ("UPDATE warning SET day = day", "DELETE FROM warning", "TRUNCATE warning"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(statement)
    await db.close()


async def test_a_closed_campaign_warns_nobody_and_nobody_is_silent_in_it(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    closed = campaign(version=2, open=False)
    await topics.tell(*region(), target(OKRUG, 31), closed)
    await topics.complete(MIDNIGHT)

    assert await watching.look() == 0
    assert await warned(metrics) == set()
    assert silence.silent_since(closed, MIDNIGHT.date()) is None


async def test_two_workers_at_once_warn_once(
    metrics: Pool, topics: Topics, metrics_database: Database, time_: Time
) -> None:
    await topics.tell(*region(), target(OKRUG, 31))
    await topics.complete(MIDNIGHT)

    async def work() -> None:
        watching = Watching(metrics, metrics_database, time_)
        for _ in range(4):
            try:
                await watching.look()
            except asyncpg.SerializationError:
                await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(4)))

    assert len(await warned(metrics)) == 4


async def test_a_new_epoch_of_results_tells_the_warnings(
    metrics: Pool, topics: Topics, watching: Watching
) -> None:
    await topics.tell(*region())
    await topics.complete(MIDNIGHT)
    await watching.look()

    async with metrics.acquire() as db:
        again = [event async for event in restate(db, Stream(ResultEvent.topic, 0))]

    assert again == sorted(await outgoing(metrics), key=lambda event: event.subject)
    assert len(again) == 3


# ---- one rule for the letter and for the live view ----
HEARD = st.dictionaries(
    st.tuples(st.sampled_from([DISTRICT, SETTLEMENT, OKRUG]), st.integers(10, 25)), st.integers(0, 2)
)


@given(HEARD, st.integers(14, 28))
def test_the_live_view_and_the_warning_have_one_rule(heard: dict[tuple[str, int], int], today: int) -> None:
    at = datetime.fromisoformat(f"2026-02-{today}T00:10:00+03:00")
    live = Figures(Clock(lambda: at))
    known = {
        each.subject.split(":")[1]: each for each in region() if each.subject.startswith("municipality:")
    }
    defined = campaign()
    live.structure = Structure(campaigns={"spring": defined}, municipalities=known)  # type: ignore[arg-type]
    live.take(DayTotal(code, date(2026, 2, day), SUBMITTED, n) for (code, day), n in heard.items())

    since = silence.silent_since(defined, at.date())
    spoke = {
        code for (code, day), n in heard.items() if n and since and since <= date(2026, 2, day) <= at.date()
    }

    assert live.silent() == (silence.silent(live.structure, spoke) if since else set())
