"""A meeting gets the figures that it asked for as they are, once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg import Pool

from contracts.appointments import TargetScope
from contracts.results import FiguresTaken, ResultEvent
from contracts.work import MeetingDefined, MeetingState, WorkEvent
from services.chassis.streams.tail import Stream
from services.metrics.checkpoints.taking import Taking
from services.metrics.picture import structure
from services.metrics.picture.structure import Structure
from services.metrics.restate import restate
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.told import (
    MIDNIGHT,
    Time,
    Topics,
    campaign,
    outgoing,
    region,
    registered,
    submitted,
    target,
    utc,
)

FIRST, SECOND = UUID(int=1), UUID(int=2)
NOON = MIDNIGHT + timedelta(hours=12)


@pytest.fixture
def taking(metrics: Pool) -> Taking:
    return Taking(metrics, Time(NOON))


def call(*figures: UUID, version: int = 1, **changes: object) -> MeetingDefined:
    fields = {
        "version": version,
        "id": UUID(int=7),
        "campaign": "spring",
        "smo": "smo",
        "state": MeetingState.PLANNED,
        "begins_at": NOON + timedelta(days=2),
        "municipalities": [DISTRICT, OKRUG],
        "figures": list(figures),
    }
    return MeetingDefined.model_validate(fields | changes)


async def taken(pool: Pool) -> list[FiguresTaken]:
    return [event for event in await outgoing(pool) if isinstance(event, FiguresTaken)]


async def test_each_municipality_of_the_meeting_stands_beside_its_target(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    of_district = target(DISTRICT, 31, scope=TargetScope.WITH_SETTLEMENTS, confirmed=False)
    await topics.tell(*region(), of_district, call(FIRST))
    await topics.tell(*submitted(DISTRICT, 3), *submitted(SETTLEMENT, 1), *registered(OKRUG, 2))
    await topics.tell(*submitted(DISTRICT, 1, "2026-02-21T11:00:00+03:00"))

    assert await taking.look() == 1

    (event,) = await taken(metrics)
    assert (event.id, event.as_of, str(event.day)) == (FIRST, utc(NOON), "2026-02-21")
    district, okrug = event.items
    assert (district.municipality, district.submitted, district.target_submitted) == (DISTRICT, 5, 31)
    # By the end of yesterday, of 31 working days the fifth, 5 were expected: as the live view has it.
    assert (district.share_submitted, district.pace_submitted) == (16.1, 100.0)
    assert district.target_confirmed is False
    assert (okrug.registered, okrug.submitted, okrug.target_submitted, okrug.share_submitted) == (
        2,
        0,
        None,
        None,
    )


async def test_a_request_is_answered_once_and_another_one_with_the_figures_of_its_moment(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    await topics.tell(*region(), call(FIRST))
    await taking.look()
    await topics.tell(*submitted(DISTRICT, 2), call(FIRST, SECOND, version=2))
    await taking.look()
    await taking.look()

    assert [(e.id, e.items[0].submitted) for e in await taken(metrics)] == [(FIRST, 0), (SECOND, 2)]


async def test_a_restart_and_a_new_epoch_of_the_work_answer_nothing_again(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    await topics.tell(*region(), call(FIRST))
    await taking.look()
    stream = Stream(WorkEvent.topic, call().partition)
    await topics.begin_epoch(stream, call(FIRST))

    assert await taking.look() == 0
    assert await Taking(metrics, Time(NOON)).look() == 0
    assert len(await taken(metrics)) == 1


async def test_a_request_waits_until_its_campaign_is_known(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    await topics.tell(call(FIRST))
    before = await taking.look()
    await topics.tell(*region())

    assert (before, await taking.look()) == (0, 1)


async def test_a_request_of_an_unknown_campaign_costs_nothing_while_it_waits(
    metrics: Pool, topics: Topics, taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.tell(*region(), call(FIRST, campaign="autumn"), call(SECOND, id=UUID(int=8)))
    first, draw, drawn = await taking.look(), structure.draw, 0

    async def counting(*args: Any) -> Structure:
        nonlocal drawn
        drawn += 1
        return await draw(*args)

    monkeypatch.setattr(structure, "draw", counting)
    waiting = [await taking.look() for _ in range(5)]
    at_rest = drawn
    await topics.tell(campaign(id="autumn", open=False))

    assert (first, waiting, at_rest) == (1, [0] * 5, 0)
    assert (await taking.look(), await taking.look()) == (1, 0)
    assert [event.id for event in await taken(metrics)] == [SECOND, FIRST]


async def test_municipalities_that_nobody_knows_or_that_are_named_twice_stand_once_with_what_was_counted(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    await topics.tell(*region(), call(FIRST, municipalities=["99999999", OKRUG, OKRUG]))

    await taking.look()

    (event,) = await taken(metrics)
    assert [(e.municipality, e.submitted) for e in event.items] == [("99999999", 0), (OKRUG, 0)]


async def test_two_workers_at_once_answer_once(metrics: Pool, topics: Topics) -> None:
    await topics.tell(*region(), call(FIRST, SECOND))

    async def work() -> None:
        taking = Taking(metrics, Time(NOON))
        for _ in range(4):
            try:
                await taking.look()
            except asyncpg.SerializationError:
                await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(4)))

    assert sorted(event.id for event in await taken(metrics)) == [FIRST, SECOND]


async def test_an_answer_is_only_added(
    metrics: Pool, topics: Topics, taking: Taking, metrics_database: Database
) -> None:
    await topics.tell(*region(), call(FIRST))
    await taking.look()

    db = await asyncpg.connect(metrics_database.dsn("owner"), server_settings={"app.municipalities": "*"})
    for statement in (
        "UPDATE figures_taken SET id = id",
        "DELETE FROM figures_taken",
        "TRUNCATE figures_taken",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(statement)
    await db.close()


async def test_a_new_epoch_of_results_tells_the_answers(
    metrics: Pool, topics: Topics, taking: Taking
) -> None:
    await topics.tell(*region(), call(FIRST))
    await taking.look()

    async with metrics.acquire() as db:
        again = [event async for event in restate(db, Stream(ResultEvent.topic, 0))]

    assert again == await taken(metrics)
