"""The live view takes what is announced with its totals as it is, and passes over what comes late."""

from collections.abc import Sequence
from typing import Any

import pytest
from asyncpg import Pool

from contracts.initiatives import InitiativeDetermined
from contracts.streams import partition_of
from services.chassis.db.notify import Heard
from services.chassis.streams import inbox, together
from services.metrics.domain import SUBMITTED
from services.metrics.events import announcing
from services.metrics.picture.figures import Figures
from services.metrics.store import figures as store
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, submit_initiative
from tests.metrics.streams import Log
from tests.metrics.test_figures import watched
from tests.metrics.test_together import READER, begun, parts, placed


class Worker:
    """Rolls up what happens in one stream, and keeps what it announces until that is delivered."""

    def __init__(self, pool: Pool, log: Log, said: list[Heard]) -> None:
        self._pool, self._log, self._said = pool, log, said

    async def take(self, *events: Any) -> list[Heard]:
        place = await placed(self._pool, self._log)
        self._said.clear()
        await together.take(self._pool, READER, parts(self._log, place, *map(self._log.append, events)))
        return list(self._said)


@pytest.fixture
async def worker(metrics: Pool, monkeypatch: pytest.MonkeyPatch) -> Worker:
    said: list[Heard] = []

    def announce(_: object, channel: str, payload: str) -> None:
        said.append(Heard(channel, payload))

    log = Log(partition_of(DISTRICT))
    await begun(metrics, log)
    monkeypatch.setattr(announcing, "announce", announce)
    monkeypatch.setattr(inbox, "announce", announce)
    return Worker(metrics, log, said)


def shown(live: Figures) -> dict[str, int]:
    return {code: live.sums.of([code], SUBMITTED) for code in (DISTRICT, OKRUG)} | {
        "determined": live.funnel(live.life.whole).determined
    }


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which days were read again."""
    read: list[str] = []

    async def days(*_: object) -> Sequence[object]:
        read.append("days")
        return []

    monkeypatch.setattr(store, "totals_of_days", days)
    return read


async def test_what_is_announced_with_its_totals_is_not_read_again(
    metrics: Pool, metrics_database: Database, worker: Worker, unread: list[str]
) -> None:
    live, _ = await watched(metrics, metrics_database)
    event = submit_initiative(DISTRICT)

    await live._follow(await worker.take(event, submit_initiative(OKRUG)))
    assert shown(live) == {DISTRICT: 2, OKRUG: 1, "determined": 0}
    decided = InitiativeDetermined.model_validate(event.model_dump() | {"version": 2, "status": "determined"})
    await live._follow(await worker.take(decided))

    assert shown(live) == {DISTRICT: 2, OKRUG: 1, "determined": 1}
    assert unread == []
    fresh, _ = await watched(metrics, metrics_database)
    assert fresh.sums == live.sums
    assert fresh.life.whole.funnel(True) == live.life.whole.funnel(True)


async def test_what_comes_late_moves_no_municipality_back_and_every_other_forward(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    first = await worker.take(submit_initiative(DISTRICT), submit_initiative(OKRUG))
    second = await worker.take(submit_initiative(DISTRICT))

    # Of a step that was missed the marks would tell.
    first, second = (
        [told for told in each if told.channel == announcing.CHANNEL] for each in (first, second)
    )

    await live._follow(second)
    assert shown(live) == {DISTRICT: 3, OKRUG: 0, "determined": 0}
    await live._follow(first)

    assert shown(live) == {DISTRICT: 3, OKRUG: 1, "determined": 0}


async def test_what_comes_after_everything_was_read_anew_is_passed_over_if_it_is_older(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    late = [await worker.take(submit_initiative(DISTRICT)) for _ in range(2)]
    await live._catch_up()
    assert shown(live)[DISTRICT] == 3

    await live._follow(late[0])
    assert shown(live)[DISTRICT] == 3
    await live._follow(late[1])
    assert shown(live)[DISTRICT] == 3


async def test_what_comes_after_its_days_were_read_is_passed_over_if_it_is_older(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    late = [await worker.take(submit_initiative(DISTRICT)) for _ in range(2)]
    await live._follow([Heard(announcing.CHANNEL, f'{{"2026-02-14":["{DISTRICT}"]}}')])
    assert shown(live)[DISTRICT] == 3

    await live._follow(late[0])

    assert shown(live)[DISTRICT] == 3


async def test_a_campaign_that_is_not_shown_is_not_taken_in(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)

    await live._follow(await worker.take(submit_initiative(DISTRICT, campaign="autumn")))

    assert shown(live) == {DISTRICT: 1, OKRUG: 0, "determined": 0}


async def test_who_sees_a_part_is_told_what_its_initiatives_come_to(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    part = await live.part({DISTRICT})
    event = submit_initiative(DISTRICT)
    await live._follow(await worker.take(event, submit_initiative(OKRUG)))
    decided = InitiativeDetermined.model_validate(event.model_dump() | {"version": 2, "status": "determined"})

    await live._follow(await worker.take(decided))

    assert shown(part) == {DISTRICT: 2, OKRUG: 0, "determined": 1}


async def test_a_step_that_nobody_heard_is_caught_up_with_the_next(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    await worker.take(submit_initiative(OKRUG))

    await live._follow(await worker.take(submit_initiative(DISTRICT)))

    assert shown(live) == {DISTRICT: 2, OKRUG: 1, "determined": 0}


async def test_after_a_rebuild_all_is_read_anew_though_no_mark_has_moved(
    metrics: Pool, metrics_database: Database, worker: Worker
) -> None:
    live, _ = await watched(metrics, metrics_database)
    await live._follow(await worker.take(submit_initiative(DISTRICT)))
    await metrics.execute("UPDATE counter SET n = n + 5 WHERE municipality = $1", DISTRICT)

    await live._follow([Heard(announcing.CHANNEL, announcing.ANEW)])

    assert shown(live)[DISTRICT] == 7
    await live._follow(await worker.take(submit_initiative(DISTRICT)))
    assert shown(live)[DISTRICT] == 8
