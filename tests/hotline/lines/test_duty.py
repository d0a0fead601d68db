"""Who is on duty at a line, and what one leaves to the next."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.appointments import GrantEnded, Role
from services.chassis.db import tenancy
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.directory.grants import Staff
from services.hotline.core.store import colleagues
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.commands.hand_over import Handing, accept_hand_over, hand_over
from services.hotline.lines.commands.set_shift import Duty, Standing, remove_shift, set_shift
from services.hotline.lines.commands.swap_shifts import Swap, swap_shifts
from services.hotline.lines.domain.duty import HandOver, Shift
from services.hotline.lines.store import duty
from tests.factories import DISTRICT, OKRUG
from tests.hotline.lines.conftest import FRIDAY, World, describe
from tests.hotline.lines.test_lines import ask

TODAY = FRIDAY.date()
MONDAY = date(2026, 2, 23)


@pytest.fixture
async def head(world: World) -> Staff:
    """The Head of a district that has a line."""
    head = await world.appoint(Role.HEAD, name="Глава")
    await define_line(world.pool, world.known, head, describe(), world.at())
    return head


async def put(
    world: World, by: Staff, first: date | None = TODAY, last: date | None = None, account: UUID | None = None
) -> UUID:
    given = Duty(DISTRICT, first, last, account)
    return (await set_shift(world.pool, world.known, by, given, world.at())).id


async def on_duty(world: World, day: date = TODAY) -> list[str]:
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        return [shift.name for shift in await duty.on_duty(db, DISTRICT, day, world.now)]


async def shifts(world: World) -> list[Shift]:
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        return await duty.shifts(db, DISTRICT, TODAY)


async def left(world: World) -> list[HandOver]:
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        return await duty.hand_overs(db, DISTRICT)


async def seen(world: World, *staff: Staff) -> None:
    async with world.pool.acquire() as db, db.transaction():
        for each in staff:
            await tenancy.see(db, *each.municipalities)
            await colleagues.see(db, each, world.now)


async def test_everybody_puts_themselves_on_duty(world: World, head: Staff) -> None:
    operator = await world.appoint(Role.HOTLINE_OPERATOR, name="Олег Дежурный")

    await put(world, operator, TODAY, MONDAY)

    assert await on_duty(world) == ["Олег Дежурный"]
    assert await on_duty(world, MONDAY) == ["Олег Дежурный"]
    assert await on_duty(world, MONDAY + timedelta(1)) == []
    assert (await world.audited())[-1] == "shift-set"


async def test_a_leader_puts_on_duty_whom_the_desk_has_seen(world: World, head: Staff) -> None:
    leader = await world.appoint(Role.LEADER)
    operator = await world.appoint(Role.HOTLINE_OPERATOR, name="Олег Дежурный")
    with pytest.raises(Invalid, match="colleague-unknown"):
        await put(world, leader, account=operator.account)

    await seen(world, operator)
    await put(world, leader, account=operator.account)

    assert await on_duty(world) == ["Олег Дежурный"]


async def test_whoever_leads_nothing_puts_nobody_else_on_duty(world: World, head: Staff) -> None:
    member, operator = await world.appoint(Role.MEMBER), await world.appoint(Role.HOTLINE_OPERATOR)
    stranger = await world.appoint(Role.HEAD, OKRUG)
    await seen(world, operator)

    with pytest.raises(Forbidden, match="not-yours-to-set-roster"):
        await put(world, member, account=operator.account)
    with pytest.raises(NotFound):
        await put(world, stranger)


async def test_nobody_of_another_municipality_is_put_on_duty(world: World, head: Staff) -> None:
    stranger = await world.appoint(Role.HOTLINE_OPERATOR, OKRUG)
    await seen(world, stranger)

    with pytest.raises(Invalid, match="colleague-unknown"):
        await put(world, head, account=stranger.account)


@pytest.mark.parametrize(
    ("first", "last", "slug"),
    [
        (None, None, "shift-day-empty"),
        (TODAY, TODAY - timedelta(1), "shift-backward"),
        (TODAY - timedelta(2), TODAY - timedelta(1), "shift-past"),
        (TODAY, TODAY + timedelta(31), "shift-long"),
        (date(1, 1, 1), date(9999, 12, 31), "shift-long"),
    ],
)
async def test_days_that_cannot_be_a_shift_are_refused(
    world: World, head: Staff, first: date | None, last: date | None, slug: str
) -> None:
    with pytest.raises(Invalid, match=slug):
        await put(world, head, first, last)


async def test_nobody_is_on_duty_twice_on_one_day(world: World, head: Staff) -> None:
    await put(world, head, TODAY, MONDAY)

    with pytest.raises(Conflict, match="shift-overlaps"):
        await put(world, head, MONDAY, MONDAY + timedelta(3))

    both = [put(world, head, MONDAY + timedelta(7)) for _ in range(2)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "UUID"]


async def test_without_a_line_there_is_no_duty(world: World) -> None:
    head = await world.appoint(Role.HEAD)

    with pytest.raises(NotFound, match="line-unknown"):
        await put(world, head)


async def test_whose_rights_have_ended_is_on_duty_no_more(world: World, head: Staff) -> None:
    operator = await world.appoint(Role.HOTLINE_OPERATOR)
    await put(world, operator)
    (grant,) = operator.grants

    ended = GrantEnded(
        version=2,
        id=grant.id,
        account=operator.account,
        role=grant.role,
        scope=grant.scope,
        of=grant.of,
        municipality=DISTRICT,
        from_at=grant.from_at,
        until_at=world.now,
    )
    await world.tell(ended)

    assert await on_duty(world) == []


async def test_everybody_takes_off_their_own_shift_and_the_head_anybodys(world: World, head: Staff) -> None:
    operator, member = await world.appoint(Role.HOTLINE_OPERATOR), await world.appoint(Role.MEMBER)
    own, other = await put(world, operator), await put(world, operator, MONDAY)

    with pytest.raises(Forbidden, match="not-yours-to-set-roster"):
        await remove_shift(world.pool, world.known, member, Standing(DISTRICT, own), world.at())
    await remove_shift(world.pool, world.known, operator, Standing(DISTRICT, own), world.at())
    await remove_shift(world.pool, world.known, head, Standing(DISTRICT, other), world.at())
    with pytest.raises(NotFound, match="shift-unknown"):
        await remove_shift(world.pool, world.known, head, Standing(DISTRICT, other), world.at())

    assert await shifts(world) == []


async def test_two_on_duty_swap_their_shifts(world: World, head: Staff) -> None:
    one = await world.appoint(Role.HOTLINE_OPERATOR, name="Первый")
    other = await world.appoint(Role.MEMBER, name="Вторая")
    first, second = await put(world, one), await put(world, other, MONDAY)

    await swap_shifts(world.pool, world.known, one, Swap(DISTRICT, first, second), world.at())

    assert [(shift.name, shift.first_day) for shift in await shifts(world)] == [
        ("Вторая", TODAY),
        ("Первый", MONDAY),
    ]
    assert (await world.audited())[-2:] == ["shifts-swapped", "shifts-swapped"]


async def test_what_is_over_is_neither_taken_off_nor_swapped(world: World, head: Staff) -> None:
    one, other = [await world.appoint(Role.MEMBER) for _ in range(2)]
    first, second = await put(world, one), await put(world, other, MONDAY)
    later = world.at(world.now + timedelta(1))

    with pytest.raises(Conflict, match="shift-over"):
        await remove_shift(world.pool, world.known, one, Standing(DISTRICT, first), later)
    with pytest.raises(Conflict, match="shift-over"):
        await swap_shifts(world.pool, world.known, head, Swap(DISTRICT, first, second), later)

    assert [shift.account for shift in await shifts(world)] == [one.account, other.account]


async def test_nobody_takes_on_what_they_handed_over(world: World, head: Staff) -> None:
    await put(world, head)
    handed = await hand_over(world.pool, world.known, head, Handing(DISTRICT, "Заметка"), world.at())

    with pytest.raises(Conflict, match="hand-over-own"):
        await accept_hand_over(world.pool, head, DISTRICT, handed.id, world.at())


async def test_shifts_of_others_are_swapped_by_who_keeps_the_roster(world: World, head: Staff) -> None:
    one, other, third = [await world.appoint(Role.MEMBER) for _ in range(3)]
    first, second = await put(world, one), await put(world, other, MONDAY)

    with pytest.raises(Forbidden):
        await swap_shifts(world.pool, world.known, third, Swap(DISTRICT, first, second), world.at())
    with pytest.raises(Invalid, match="shifts-same"):
        await swap_shifts(world.pool, world.known, head, Swap(DISTRICT, first, first), world.at())
    with pytest.raises(NotFound, match="shift-unknown"):
        await swap_shifts(world.pool, world.known, head, Swap(DISTRICT, first, uuid4()), world.at())


async def test_a_swap_puts_nobody_on_duty_twice(world: World, head: Staff) -> None:
    one, other = [await world.appoint(Role.MEMBER) for _ in range(2)]
    first, second = await put(world, one), await put(world, other, MONDAY)
    await put(world, one, MONDAY + timedelta(1))
    third = await put(world, other, MONDAY + timedelta(1))

    await swap_shifts(world.pool, world.known, head, Swap(DISTRICT, first, second), world.at())
    with pytest.raises(Conflict, match="shift-overlaps"):
        await swap_shifts(world.pool, world.known, head, Swap(DISTRICT, second, third), world.at())


async def test_a_shift_is_handed_over_with_what_is_open(world: World, head: Staff) -> None:
    one, other = await world.appoint(Role.HOTLINE_OPERATOR), await world.appoint(Role.MEMBER, name="Вторая")
    await put(world, one)
    await ask(world)

    handed = await hand_over(
        world.pool, world.known, one, Handing(DISTRICT, "Перезвонить в школу"), world.at()
    )
    await accept_hand_over(world.pool, other, DISTRICT, handed.id, world.at())

    (note,) = await left(world)
    assert (note.note, len(note.cases), note.accepted_as) == ("Перезвонить в школу", 1, "Вторая")
    with pytest.raises(Conflict, match="hand-over-accepted"):
        await accept_hand_over(world.pool, head, DISTRICT, handed.id, world.at())
    assert (await world.audited())[-2:] == ["shift-handed-over", "hand-over-accepted"]


async def test_only_who_is_on_duty_hands_over_and_says_something(world: World, head: Staff) -> None:
    with pytest.raises(Conflict, match="not-on-duty"):
        await hand_over(world.pool, world.known, head, Handing(DISTRICT, "Заметка"), world.at())
    await put(world, head)
    with pytest.raises(Invalid, match="hand-over-empty"):
        await hand_over(world.pool, world.known, head, Handing(DISTRICT, " \x00\u200b "), world.at())
    with pytest.raises(Invalid, match="hand-over-long"):
        await hand_over(world.pool, world.known, head, Handing(DISTRICT, "з" * 2_001), world.at())
    with pytest.raises(NotFound, match="hand-over-unknown"):
        await accept_hand_over(world.pool, head, DISTRICT, uuid4(), world.at())


async def test_colleagues_are_those_who_were_here_and_still_may(world: World, head: Staff) -> None:
    one = await world.appoint(Role.MEMBER, name="Яна")
    stranger = await world.appoint(Role.MEMBER, OKRUG)
    await seen(world, one, head, stranger)

    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        found = await colleagues.of(db, DISTRICT, world.now)

    assert [each.name for each in found] == ["Глава", "Яна"]
