"""Targets as other systems get them beside the counters: the share by scope, and when it is stated again."""

import pytest

from contracts.appointments import AppointmentEvent, TargetScope
from contracts.counters import CountersStated
from services.chassis.db.pool import Db, Pool
from services.metrics.plan.targets import Targets
from services.metrics.stating import targets
from services.metrics.stating.counters import Outlet
from services.metrics.stating.states import read, states_of
from services.metrics.stating.targets import StatedTargets
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, region, set_target
from tests.metrics.test_coverage import state_coverage
from tests.metrics.test_live_plan import mirrored, tell_structure, tell_targets
from tests.metrics.test_own_figures import count, submissions

WIDE = TargetScope.WITH_SETTLEMENTS


async def looked(pool: Pool, targets: StatedTargets) -> set[str]:
    async with pool.acquire() as db:
        return await targets.look(db)


async def stated(pool: Pool, code: str, targets: StatedTargets | None = None) -> list[CountersStated]:
    known = targets or StatedTargets()
    await looked(pool, known)
    async with pool.acquire() as db:
        return states_of(code, await read(db, [code], known), known)


def beside(state: CountersStated) -> tuple[object, ...]:
    return (
        *(state.scope, state.target_confirmed),
        *(state.target_registered, state.target_submitted),
        *(state.share_registered, state.share_submitted),
    )


async def test_the_share_is_by_the_targets_scope(metrics: Pool) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(
        metrics,
        set_target(DISTRICT, 40, 20, scope=WIDE, confirmed=False),
        set_target(SETTLEMENT, 9, 6),
        set_target(OKRUG, 16, 8),
    )
    await count(metrics, [*submissions(DISTRICT, 1), *submissions(SETTLEMENT, 2), *submissions(OKRUG, 1)])

    (district,), (settlement,), (okrug,) = [
        await stated(metrics, code) for code in (DISTRICT, SETTLEMENT, OKRUG)
    ]

    assert beside(district) == (WIDE, False, 40, 20, 0.0, 15.0)
    assert (district.submitted, district.registered) == (1, 0)
    assert beside(settlement) == (TargetScope.OWN, True, 9, 6, 0.0, 33.3)
    assert beside(okrug) == (TargetScope.OWN, True, 16, 8, 0.0, 12.5)


async def test_without_a_target_it_is_null(metrics: Pool) -> None:
    await tell_structure(metrics, *region())
    await count(metrics, submissions(OKRUG, 1))

    (okrug,) = await stated(metrics, OKRUG)

    assert beside(okrug) == (None,) * 6


async def test_a_target_without_figures_is_stated_too(metrics: Pool, metrics_database: Database) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(OKRUG, 16, 8))

    (okrug,) = await stated(metrics, OKRUG)
    outlet = Outlet(metrics_database.settings("worker"), metrics)
    await outlet._with_targets(None)

    assert (okrug.submitted, okrug.counters, okrug.share_submitted) == (0, [], 0.0)
    assert await outlet._everybody() == [OKRUG]


async def test_of_each_campaign_its_own_target_is_stated(metrics: Pool) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(OKRUG, 16, 8), set_target(OKRUG, 4, 2, campaign="autumn"))
    await count(metrics, submissions(OKRUG, 2))

    states = {state.campaign: state for state in await stated(metrics, OKRUG)}

    assert {name: state.share_submitted for name, state in states.items()} == {"autumn": 0.0, "spring": 25.0}


async def test_they_are_stated_again_whose_target_changed(metrics: Pool) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(DISTRICT, 40, 20), set_target(OKRUG, 16, 8))
    targets = StatedTargets()

    first = await looked(metrics, targets)
    nothing = await looked(metrics, targets)
    await tell_targets(metrics, set_target(OKRUG, 32, 16, number=2))

    assert (first, nothing) == ({DISTRICT, OKRUG}, set())
    assert await looked(metrics, targets) == {OKRUG}
    assert await looked(metrics, targets) == set()


async def test_a_district_is_stated_again_when_what_it_takes_in_moves(
    metrics: Pool, metrics_database: Database
) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(DISTRICT, 40, 20, scope=WIDE))
    outlet = Outlet(metrics_database.settings("worker"), metrics)
    await outlet._with_targets(None)

    assert outlet._with_upper({SETTLEMENT, OKRUG}) == {DISTRICT, SETTLEMENT, OKRUG}

    await tell_targets(metrics, set_target(DISTRICT, 40, 20, scope=TargetScope.OWN, number=2))

    assert await outlet._with_targets({OKRUG}) == {DISTRICT, OKRUG}
    assert outlet._with_upper({SETTLEMENT}) == {SETTLEMENT}


async def test_a_district_is_stated_again_when_a_settlement_becomes_a_part_of_it(metrics: Pool) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(DISTRICT, 40, 20, scope=WIDE), set_target(OKRUG, 16, 8))
    await count(metrics, submissions("13603999", 5))
    targets = StatedTargets()
    (before,) = await stated(metrics, DISTRICT, targets)

    await tell_structure(metrics, define_municipality("13603999", "Новое поселение", DISTRICT))
    changed = await looked(metrics, targets)
    (after,) = await stated(metrics, DISTRICT, targets)

    assert changed == {DISTRICT}
    assert (before.share_submitted, after.share_submitted) == (0.0, 25.0)


async def test_what_says_nothing_of_targets_reads_none_anew(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_structure(metrics, *region())
    await tell_targets(metrics, set_target(OKRUG, 16, 8))
    known, read, reading = StatedTargets(), targets._read, list[Db]()
    await looked(metrics, known)

    async def counted(db: Db) -> dict[str, Targets]:
        reading.append(db)
        return await read(db)

    monkeypatch.setattr(targets, "_read", counted)
    await mirrored(metrics, "metrics.coverage", AppointmentEvent.topic, [state_coverage(OKRUG)])
    await mirrored(metrics, "metrics.staff", AppointmentEvent.topic, [state_coverage(DISTRICT)])
    await looked(metrics, known)
    quiet = len(reading)
    await tell_targets(metrics, set_target(OKRUG, 16, 9, number=2))

    assert (await looked(metrics, known), quiet, len(reading)) == ({OKRUG}, 0, 1)
