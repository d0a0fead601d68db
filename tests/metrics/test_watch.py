"""The worker looks at what is due every few seconds, whatever happened at the look before."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from asyncpg import Pool
from prometheus_client import REGISTRY

from contracts.results import CheckpointCorrected, CheckpointFrozen, FiguresTaken, WarningRaised
from contracts.work import MeetingDefined
from services.chassis.process.lifetime import Lifetime
from services.metrics.checkpoints import watch
from services.metrics.checkpoints.taking import Taking
from services.metrics.checkpoints.watch import Watch
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.metrics.test_figures_taken import FIRST, SECOND, call
from tests.metrics.told import DAY, MIDNIGHT, Time, Topics, outgoing, region, schedule, settings_of, submitted


@pytest.fixture
async def topics(metrics: Pool) -> Topics:
    topics = Topics(metrics)
    await topics.tell(*region(), schedule(DISTRICT, DAY), call(FIRST))
    await topics.complete(MIDNIGHT)
    return topics


async def test_one_look_does_all_that_is_due(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    watching = Watch(settings_of(metrics_database), metrics, Time())
    await watching.look()
    await topics.tell(*submitted(DISTRICT, 1))
    watching._correcting.changed.hear("*")
    await watching.look()

    types = [type(event) for event in await outgoing(metrics)]

    assert types == [CheckpointFrozen, *[WarningRaised] * 3, FiguresTaken, CheckpointCorrected]


async def test_a_look_that_fails_is_repeated(
    metrics: Pool, topics: Topics, metrics_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.01)
    watching, look, failures = Watch(settings_of(metrics_database), metrics, Time()), Watch.look, iter("ab")

    async def sometimes(self: Watch) -> None:
        if next(failures, None):
            raise ConnectionResetError
        await look(self)

    monkeypatch.setattr(Watch, "look", sometimes)
    async with Lifetime().background(watching.run), asyncio.timeout(10):
        while len(await outgoing(metrics)) < 5:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("duty", ["_freezing", "_correcting", "_warnings", "_taking", "_reporting"])
async def test_a_duty_that_fails_is_said_once_and_starves_no_other(
    metrics: Pool,
    topics: Topics,
    metrics_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    duty: str,
) -> None:
    time_ = Time()
    watching = Watch(settings_of(metrics_database), metrics, time_)
    await watching.look()
    await topics.tell(*submitted(DISTRICT, 1), schedule(OKRUG, DAY), call(FIRST, SECOND, version=2))
    watching._correcting.changed.hear("*")
    before = len(await outgoing(metrics))

    async def failing(*_: object) -> int:
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(getattr(watching, duty), "look", failing)
        for _ in range(3):
            await watching.look()
    others = len(await outgoing(metrics)) - before
    time_.at += timedelta(minutes=1)
    await watching.look()

    said = [line for line in capsys.readouterr().out.splitlines() if "checkpoints_failed" in line]
    # Nobody asked for a report's figures here, and no warning was due.
    assert (len(said), others) == (1, 3 if duty in ("_warnings", "_reporting") else 2)
    assert len(await outgoing(metrics)) - before == 3
    assert REGISTRY.get_sample_value("checkpoints_failing") == 0


async def test_a_request_that_cannot_be_answered_holds_up_no_other(
    metrics: Pool, metrics_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics, time_ = Topics(metrics), Time()
    await topics.tell(*region(), call(FIRST, SECOND))
    taking, take = Taking(metrics, time_), Taking._take

    async def sometimes(self: Taking, id_: UUID, meeting: MeetingDefined) -> bool:
        if id_ == FIRST:
            raise ValueError("a bug")
        return await take(self, id_, meeting)

    with monkeypatch.context() as patch:
        patch.setattr(Taking, "_take", sometimes)
        failing = [await taking.look() for _ in range(2)]
    time_.at += timedelta(minutes=1)

    assert (failing, await taking.look()) == ([1, 0], 1)
