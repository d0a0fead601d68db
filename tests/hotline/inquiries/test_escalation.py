"""What is not answered in time climbs a level: once, whoever looks, and whoever is killed meanwhile."""

import asyncio
import sys
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from contracts.appointments import Level, Role, Step
from contracts.hotline import HotlineEvent, InquiryRestated, InquiryStatus
from contracts.streams import partition_of
from contracts.structure import CampaignDefined
from services.chassis.process.clock import Clock
from services.chassis.streams.tail import Stream
from services.hotline.core.region import Known
from services.hotline.inquiries.commands import escalate as escalating
from services.hotline.inquiries.commands.escalate import escalate, escalate_due
from services.hotline.inquiries.commands.stepping import kept
from services.hotline.restate import restate
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.hotline.inquiries.world import (
    GROUP,
    World,
    at,
    define_group,
    define_regulation,
    know,
)

FIRST, FINAL = at(14, 14, 45), at(17, 9, 15)
"""By when a question of Tuesday 10:00 is answered at first, and finally, by the region's default."""

ESCALATED = "SELECT count(*) FROM inquiry WHERE escalations > 0"


async def test_at_three_quarters_whoever_holds_it_is_warned_once_and_inside(world: World) -> None:
    asked = await world.ask()

    early = await world.escalate(at(14, 12, 59))
    warned = await world.escalate(at(14, 13))
    again = await world.escalate(at(14, 14, 44))

    assert (early, warned, again) == (0, 1, 0)
    [entry] = [entry for entry in await world.history(asked.id) if entry.kind == "warned"]
    assert entry.inside
    assert await world.events(asked.id) == [("opened", 1)]


async def test_at_its_moment_it_climbs_to_the_group_whose_own_clock_begins(world: World) -> None:
    asked, operator, member = await world.ask(), await world.operator(), await world.member()
    await world.take(operator, asked.id)

    await world.escalate(FIRST - timedelta(seconds=1))
    before = await world.inquiry(asked.id)
    await world.escalate(FIRST)

    inquiry, clocks = await world.inquiry(asked.id), await world.clocks(asked.id)
    assert (before.holder.level, before.escalations) == (Level.HOTLINE, 0)
    assert (inquiry.holder.level, inquiry.holder.group) == (Level.GROUP, GROUP)
    assert (inquiry.status, inquiry.holder.account) == (InquiryStatus.TAKEN, operator.account)
    assert inquiry.times.first_answer_late
    assert not inquiry.times.answer_late
    assert clocks[Step.FIRST_ANSWER].due_at == at(15, 9, 45)
    assert (await world.events(asked.id))[-1] == ("escalated", 3)
    assert (await world.take(member, asked.id, instead_of=operator.account)).status is InquiryStatus.TAKEN


async def test_the_lower_level_still_answers(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.escalate(FIRST)

    await world.answer(operator, asked.id)

    inquiry = await world.inquiry(asked.id)
    assert inquiry.status is InquiryStatus.ANSWERED
    assert (inquiry.times.first_answer_late, inquiry.times.answer_late) == (True, False)


async def test_nothing_climbs_above_the_head(world: World) -> None:
    asked = await world.ask()
    levels = []

    world.now = FIRST
    for _ in range(60):
        await world.escalate(world.now + timedelta(hours=6))
        levels.append((await world.inquiry(asked.id)).holder.level)

    inquiry = await world.inquiry(asked.id)
    climbed = [kind for kind, _ in await world.events(asked.id)]
    assert list(dict.fromkeys(levels)) == [Level.GROUP, Level.COORDINATION, Level.HEAD]
    assert inquiry.escalations == 3
    assert (inquiry.times.first_answer_late, inquiry.times.answer_late) == (True, True)
    assert climbed.count("escalated") == 3
    assert not any(clock.runs for clock in (await world.clocks(asked.id)).values())


async def test_without_a_group_it_climbs_to_the_coordination_group(world: World) -> None:
    asked = await world.ask()
    world.known = know(groups={GROUP: define_group(dissolved=True)})

    await world.escalate(FIRST)

    assert (await world.inquiry(asked.id)).holder.level is Level.COORDINATION


async def test_what_nobody_accepts_climbs_and_waits_there(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    deputy = await world.appoint(Role.DEPUTY)
    await world.transfer(operator, asked.id)
    world.known = know(groups={GROUP: define_group(dissolved=True)})

    await world.escalate(at(14, 12))

    inquiry = await world.inquiry(asked.id)
    assert (inquiry.status, inquiry.holder.level) == (InquiryStatus.NEW, Level.COORDINATION)
    assert (inquiry.times.first_answer_late, inquiry.escalations) == (False, 1)
    assert (await world.clocks(asked.id))[Step.TRANSFER].due_at == at(14, 14, 45)
    await world.take(deputy, asked.id)
    assert Step.TRANSFER not in await world.clocks(asked.id)


async def test_a_running_clock_keeps_its_version_of_the_regulation(world: World) -> None:
    world.known = know(regulations=[define_regulation(1, first_answer=60, final_answer=480, transfer=60)])
    old = await world.ask()
    shorter = define_regulation(2, first_answer=30, final_answer=60, transfer=30)
    world.known = know(regulations=[*world.known.regulations, shorter])
    new = await world.ask()

    await world.escalate(at(14, 10, 30))

    assert (await world.inquiry(old.id)).escalations == 0
    assert (await world.inquiry(new.id)).escalations == 1
    assert (await world.inquiry(old.id)).promise.regulation == 1
    await world.escalate(at(14, 11))
    assert (await world.inquiry(old.id)).escalations == 1
    assert (await world.clocks(old.id))[Step.FIRST_ANSWER].regulation == 2


async def test_a_clock_that_stands_still_keeps_its_version(world: World) -> None:
    world.known = know(regulations=[define_regulation(1, first_answer=60, final_answer=480, transfer=60)])
    asked, operator = await world.ask(), await world.operator()
    await world.answer(operator, asked.id, final=False)
    world.known = know(
        regulations=[*world.known.regulations, define_regulation(2, first_answer=60, final_answer=60)]
    )
    world.now = at(15, 9)

    await world.reply(asked.id)

    assert (await world.clocks(asked.id))[Step.FINAL_ANSWER].due_at == at(15, 17, 45)


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        # Over midnight, a weekend, a shortened day with a holiday behind it.
        (at(14, 17), at(15, 12)),
        (at(17, 16), at(20, 12, 15)),
        (at(30, 15), at(4, 11, month=5)),
        (at(8, 15, 45, month=5), at(12, 13, month=5)),
    ],
)
async def test_time_is_counted_over_nights_holidays_and_shortened_days(
    world: World, asked_at: object, due: object
) -> None:
    world.now = asked_at  # type: ignore[assignment]
    asked = await world.ask()

    assert asked.promised_by == due
    await world.escalate(asked.promised_by - timedelta(seconds=1))
    assert (await world.inquiry(asked.id)).escalations == 0
    await world.escalate(asked.promised_by)
    assert (await world.inquiry(asked.id)).escalations == 1


async def test_several_workers_at_once_let_it_climb_once(world: World) -> None:
    asked = [await world.ask() for _ in range(12)]

    moved = await asyncio.gather(*(escalate_due(world.everything, world.known, FIRST) for _ in range(6)))

    assert sum(moved) == 12
    for each in asked:
        assert [kind for kind, _ in await world.events(each.id)] == ["opened", "escalated"]
        assert (await world.kinds(each.id)).count("escalated") == 1


async def test_a_worker_that_ends_in_the_middle_leaves_nothing_half_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [await world.ask() for _ in range(3)]
    seen = asyncio.Event()

    async def slow(*args: object) -> object:
        result = await kept(*args)  # type: ignore[arg-type]
        seen.set()
        await asyncio.sleep(30)
        return result

    monkeypatch.setattr(f"{escalating.__name__}.kept", slow)
    worker = asyncio.create_task(escalate_due(world.everything, world.known, FIRST))
    await seen.wait()
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    monkeypatch.undo()
    assert [(await world.inquiry(each.id)).escalations for each in asked] == [0, 0, 0]

    await world.escalate(FIRST)
    await world.escalate(FIRST)

    for each in asked:
        assert [kind for kind, _ in await world.events(each.id)] == ["opened", "escalated"]


async def test_an_answer_at_the_same_moment_and_the_worker_do_not_both_win(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    world.now = FIRST

    await asyncio.gather(world.answer(operator, asked.id), world.escalate(FIRST))

    versions = [version for _, version in await world.events(asked.id)]
    assert versions == list(range(1, len(versions) + 1))
    assert (await world.inquiry(asked.id)).times.first_answer_late
    assert await world.clocks(asked.id) == {}


async def test_what_cannot_be_computed_waits_and_the_others_go_on(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the district's new version it is due in a year without a calendar."""
    faulty, fine = await world.ask(municipality=DISTRICT, organization=None), await world.ask()
    sound = world.known
    endless = define_regulation(1, first_answer=600_000).model_copy(update={"municipality": DISTRICT})
    world.known, later = know(regulations=[endless]), escalating.Faulty()

    moved = await escalate_due(world.everything, world.known, FIRST, later)
    for seconds in (1, 59):
        await escalate_due(world.everything, world.known, FIRST + timedelta(seconds=seconds), later)
    climbed = [(await world.inquiry(each.id)).escalations for each in (faulty, fine)]
    mended = await escalate_due(world.everything, sound, FIRST + timedelta(minutes=1), later)

    assert (moved, climbed) == (1, [0, 1])
    assert capsys.readouterr().out.count("escalation_waits") == 1
    assert mended == 1
    assert (await world.inquiry(faulty.id)).escalations == 1


def campaigns(world: World, *known: CampaignDefined) -> Known:
    """What is known when there are these campaigns."""
    return replace(world.known, picture=replace(world.known.picture, campaigns={c.id: c for c in known}))


@pytest.mark.parametrize("ended", [{"open": False}, {"close_until": date(2026, 4, 13)}], ids=["shut", "over"])
async def test_after_the_campaign_nothing_climbs_and_nothing_lags(
    world: World, capsys: pytest.CaptureFixture[str], ended: dict[str, object]
) -> None:
    asked = await world.ask()
    before = await world.clocks(asked.id)
    world.known = campaigns(world, world.known.campaign.model_copy(update=ended))

    moved = await world.escalate(FIRST)
    await escalating._until_next(world.everything, world.known, FIRST)

    assert moved == 0
    assert (await world.inquiry(asked.id)).escalations == 0
    assert await world.clocks(asked.id) == before
    assert escalating.LAG._value.get() == 0
    assert "escalation_waits" not in capsys.readouterr().out


async def test_in_the_next_campaign_what_is_left_of_the_last_stays_where_it_is(world: World) -> None:
    left = await world.ask()
    autumn = world.known.campaign.model_copy(update={"id": "autumn"})
    world.known = campaigns(world, world.known.campaign.model_copy(update={"open": False}), autumn)
    world.known = replace(world.known, groups={GROUP: define_group(campaign="autumn")})
    asked = await world.ask()

    moved = await world.escalate(FIRST)
    await escalating._until_next(world.everything, world.known, FIRST)

    assert moved == 1
    assert [(await world.inquiry(each.id)).escalations for each in (left, asked)] == [0, 1]
    assert escalating.LAG._value.get() == 0


async def test_workers_that_are_killed_in_the_middle_leave_each_climbed_once(
    world: World, hotline_database: Database
) -> None:
    asked = [await world.ask() for _ in range(80)]
    command = [sys.executable, "-m", "tests.hotline.inquiries.killed", hotline_database.dsn("worker")]

    for climbed in (10, 30):
        workers = [await asyncio.create_subprocess_exec(*command, FIRST.isoformat()) for _ in range(2)]
        async with asyncio.timeout(60):
            while await world.everything.fetchval(ESCALATED) < climbed:
                await asyncio.sleep(0.005)
        for worker in workers:
            worker.kill()
        for worker in workers:
            await worker.wait()
    half = await world.everything.fetchval(ESCALATED)
    await world.escalate(FIRST)

    assert 30 <= half < 80
    for each in asked:
        assert await world.events(each.id) == [("opened", 1), ("escalated", 2)]
        assert (await world.kinds(each.id)).count("escalated") == 1
        assert (await world.inquiry(each.id)).escalations == 1


async def test_the_worker_notices_its_moment_within_two_seconds(world: World) -> None:
    before = await world.ask()
    region: Any = SimpleNamespace(drawn=AsyncMock(return_value=world.known))
    worker = asyncio.create_task(escalate(world.everything, region, Clock(lambda: world.now)))
    await asyncio.sleep(0.2)
    after = await world.ask()
    world.now = FIRST

    async with asyncio.timeout(2):
        while await world.everything.fetchval(ESCALATED) < 2:
            await asyncio.sleep(0.01)
    worker.cancel()

    for each in (before, after):
        assert [kind for kind, _ in await world.events(each.id)] == ["opened", "escalated"]


async def test_a_new_epoch_tells_the_present_state_of_each(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.take(operator, asked.id)
    await world.escalate(FIRST)
    partition = partition_of(OKRUG)

    async with world.everything.acquire() as db, db.transaction():
        told = [event async for event in restate(db, Stream(HotlineEvent.topic, partition))]

    [event] = [event for event in told if isinstance(event, InquiryRestated)]
    assert event == (await world.inquiry(asked.id)).restated()
    assert (event.version, event.level, event.escalations) == (3, Level.GROUP, 1)
