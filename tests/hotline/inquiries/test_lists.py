"""Lists of inquiries: whose, in which order, how quickly."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from contracts.appointments import Level, Role
from contracts.hotline import Channel
from services.chassis.db import tenancy
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import lists
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.inquiries.store.lists import Counts, Listed, Wanted, WhoHolds
from tests.factories import DISTRICT, OKRUG
from tests.hotline.inquiries.world import SCHOOL, World, at

MANY = """
INSERT INTO inquiry (municipality, id, number, campaign, theme, channel, status, level, regulation_of,
                     regulation, zone, first_answer_due_at, answer_due_at, opened_at, subject, version, phone)
SELECT $1, gen_random_uuid(), 1000000 + n, 'spring', 'other', 'web',
       CASE WHEN n <= $2 THEN 'new' ELSE (ARRAY['answered', 'closed', 'spam'])[1 + n % 3] END,
       'hotline', 'region', 0, 'Europe/Moscow', $4::timestamptz + n * interval '1 minute',
       $4::timestamptz + n * interval '2 minutes',
       $4::timestamptz - n * interval '1 minute', 'Вопрос ' || n, 1, '+7920' || lpad(n::text, 7, '0')
  FROM generate_series(1, $2::int + $3::int) AS n
"""


async def queue(world: World, who: Staff, **wanted: Any) -> list[Listed]:
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        return await lists.queue(db, Viewer.of(who), Wanted(**wanted), world.now)


async def counts(world: World, who: Staff) -> Counts:
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        return await lists.counts(db, Viewer.of(who), world.now)


def ids(found: Sequence[Listed]) -> list[object]:
    return [each.id for each in found]


async def test_what_is_due_first_comes_first(world: World) -> None:
    operator = await world.operator()
    first, second = await world.ask(), await world.ask()
    world.now += timedelta(minutes=5)
    third = await world.ask()

    await world.answer(operator, first.id, final=False)

    assert ids(await queue(world, operator)) == [second.id, third.id, first.id]


async def test_each_sees_what_is_within_their_reach(world: World) -> None:
    here = await world.ask()
    there = await world.ask(municipality=DISTRICT, organization=None)
    operator, member = await world.operator(), await world.member()
    coordinator = await world.appoint(Role.COORDINATOR, str(SCHOOL))
    elsewhere = await world.appoint(Role.HEAD, DISTRICT, where=DISTRICT)

    before = ids(await queue(world, member))
    await world.transfer(operator, here.id)
    await world.give_back(member, here.id)

    assert before == []
    # It has passed the group, and stays in sight.
    assert ids(await queue(world, member)) == ids(await queue(world, operator)) == [here.id]
    assert ids(await queue(world, coordinator)) == []
    assert ids(await queue(world, elsewhere)) == [there.id]


async def test_filters_hold_what_they_say(world: World) -> None:
    operator, member = await world.operator(), await world.member()
    mine, offered = await world.ask(), await world.ask(theme="wording", channel=Channel.EMAIL)
    free = await world.ask(text="Где школа? 100% вопрос", initiator=Initiator("Алёна", phone="+79201234567"))
    await world.take(operator, mine.id)
    await world.transfer(operator, offered.id)

    async def found(**wanted: Any) -> list[object]:
        return ids(await queue(world, operator, **wanted))

    assert await found(holder=WhoHolds.MINE) == [mine.id]
    assert set(await found(holder=WhoHolds.NOBODY)) == {offered.id, free.id}
    assert await found(state="transferred") == await found(theme="wording") == [offered.id]
    assert await found(level=Level.GROUP) == await found(channel=Channel.EMAIL) == [offered.id]
    assert await found(q="алена") == await found(q="100%") == await found(q="8 (920) 123-45-67") == [free.id]
    assert mine.id in await found(q=f"№ {mine.number}")
    assert await found(q="_") == await found(q="'; DROP TABLE inquiry") == []
    assert await found(overdue=True) == []
    world.now = at(14, 14, 45)
    assert len(await found(overdue=True)) == 3
    assert ids(await queue(world, member)) == [offered.id]
    with pytest.raises(Invalid, match="state-unknown"):
        await found(state="secret")


async def test_what_has_ended_is_found_by_state_and_by_number_phone_or_address(world: World) -> None:
    operator, member = await world.operator(), await world.member()
    asked = await world.ask(initiator=Initiator("Пётр", "petr@example.org", "+79201234567"))
    other = await world.ask()
    await world.transfer(operator, asked.id)
    for each in (asked, other):
        await world.answer(operator, each.id)
        await world.close(operator, each.id)

    assert ids(await queue(world, operator, state="ended")) == [other.id, asked.id]
    assert ids(await queue(world, member, state="ended")) == [asked.id]
    assert ids(await queue(world, member, state="closed", q=str(other.number))) == []
    assert ids(await queue(world, operator, state="answered")) == []
    for q in (str(asked.number), "8 920 123-45-67", "Petr@Example.org"):
        assert asked.id in ids(await queue(world, operator, state="ended", q=q))
    assert ids(await queue(world, operator, state="ended", q="9" * 5000)) == []


@pytest.mark.parametrize("state", ["open", "ended"])
async def test_pages_hold_each_once(world: World, state: str) -> None:
    operator = await world.operator()
    async with world.everything.acquire() as db:
        await db.execute(MANY, OKRUG, 25, 25, at(14))

    seen: list[object] = []
    after = None
    while page := await queue(world, operator, state=state, after=after, limit=10):
        seen += ids(page)
        after = page[-1].id

    assert len(seen) == len(set(seen)) == 25


async def test_counts_say_what_is_open(world: World) -> None:
    operator = await world.operator()
    mine, _ = await world.ask(), await world.ask()
    await world.take(operator, mine.id)
    world.now = at(14, 15)

    found = await counts(world, operator)

    assert (found.open, found.new, found.taken, found.mine, found.unheld) == (2, 1, 1, 1, 1)
    assert found.overdue == 2


async def test_the_desk_stays_quick_and_reads_no_ended_ones(world: World, full: bool) -> None:
    """2 000 open ones; the full form has 200 000 that have ended."""
    operator, member = await world.operator(), await world.member()
    async with world.everything.acquire() as db:
        await db.execute(MANY, OKRUG, 2_000, 200_000 if full else 20_000, at(14), timeout=120)
        await db.execute("ANALYZE inquiry", timeout=60)

    for who in (operator, member):
        for wanted in (
            Wanted(),
            Wanted(q="вопрос 1999"),
            Wanted(overdue=True),
            Wanted(state="ended"),
            Wanted(state="spam", q="8 920 000-21-99"),
        ):
            await _plan(world, who, wanted)
    begins = time.perf_counter()
    for _ in range(10):
        await queue(world, operator)
        await counts(world, operator)
        await queue(world, operator, state="closed")
    assert (time.perf_counter() - begins) / 30 < 0.2


async def _plan(world: World, who: Staff, wanted: Wanted) -> None:
    """No plan walks through the table, or through what has ended."""
    asked: list[tuple[Any, ...]] = []

    class Explaining:
        async def fetch(self, *args: Any) -> list[Any]:
            asked.append(args)
            return []

    await lists.queue(Explaining(), Viewer.of(who), wanted, world.now)  # type: ignore[arg-type]
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        for statement, *args in asked:
            told = await db.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *args)
            for node in _nodes(json.loads(told)[0]["Plan"]):
                if node.get("Relation Name") == "inquiry":
                    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                    assert node["Node Type"] != "Seq Scan", node
                    assert rows <= 2_500, node


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", ()) for node in _nodes(below))]
