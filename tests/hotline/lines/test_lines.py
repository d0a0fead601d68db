"""The line of an administration: described once, owned by a working group, closed when nobody waits."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.appointments import Role
from contracts.hotline import Channel, LineDefined
from contracts.streams import partition_of
from services.chassis.db import tenancy
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from services.chassis.streams.tail import Stream
from services.directory.grants import Staff
from services.hotline.inquiries.commands.open_inquiry import Question, open_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.lines.commands.close_line import Closing, close_line
from services.hotline.lines.commands.define_line import Defined, define_line
from services.hotline.lines.domain.lines import Act, Described, Help, Line
from services.hotline.lines.store import lines
from services.hotline.restate import restate
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.lines.conftest import DISSOLVED, GROUP, OTHER_GROUP, World, describe


async def define(world: World, by: Staff, given: Described | None = None) -> Defined:
    return await define_line(world.pool, world.known, by, given or describe(), world.at())


async def close(world: World, by: Staff, version: int, municipality: str = DISTRICT) -> Defined:
    return await close_line(world.pool, world.known, by, Closing(municipality, version), world.at())


async def ask(world: World, municipality: str = DISTRICT) -> None:
    question = Question(municipality, None, "other", "Куда звонить?", Channel.WEB, Initiator())
    await open_inquiry(world.pool, world.known, question, world.at())


async def stored(world: World, municipality: str = DISTRICT) -> Line:
    async with world.pool.acquire() as db:
        return await lines.found(db, municipality)


async def reached(world: World, municipality: str) -> list[str]:
    async with world.pool.acquire() as db:
        return [line.municipality for line in await lines.of(db, world.known, municipality, world.now)]


def refusals(refused: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(each.slug, each.field) for each in refused.value.every()}


async def test_a_head_describes_the_line_and_others_learn_no_number(world: World) -> None:
    head = await world.appoint(Role.HEAD)

    defined = await define(world, head)

    line = await stored(world)
    assert (line.id, line.version, line.closed) == (defined.id, 1, False)
    assert line.phones == ["+74932326112", "+79201234567;ext=12"]
    assert (line.email, line.act) == ("liniya@example.ru", Act("12-р", date(2026, 2, 10)))
    (event,) = await world.events()
    assert (event.id, event.group, event.municipality, event.closed) == (line.id, GROUP, DISTRICT, False)
    told = event.model_dump_json()
    assert not any(part in told for part in ("4932", "920", "example", "Ленина", "12-р", "Горячая"))
    assert await world.audited() == ["line-set"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.RESPONSIBLE])
async def test_clerk_and_responsible_describe_it_too(world: World, role: Role) -> None:
    by = await world.appoint(role)

    assert (await define(world, by)).version == 1


async def test_whoever_changes_it_has_seen_what_stands(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define(world, head)

    changed = await define(world, head, describe(name="Линия", version=1))
    with pytest.raises(Conflict, match="line-changed"):
        await define(world, head, describe(name="Другая", version=1))
    with pytest.raises(Conflict, match="line-changed"):
        await define(world, head, describe(name="Ещё одна"))

    assert changed.version == 2
    assert (await stored(world)).name == "Линия"


async def test_an_address_of_another_open_line_is_refused(world: World) -> None:
    head, other = await world.appoint(Role.HEAD), await world.appoint(Role.HEAD, OKRUG)
    await define(world, head)

    with pytest.raises(Invalid, match="line-email-taken"):
        await define(world, other, describe(OKRUG, email="LINIYA@example.ru"))


async def test_of_two_who_describe_it_at_once_one_does(world: World) -> None:
    heads = [await world.appoint(Role.HEAD), await world.appoint(Role.CLERK)]
    both = [define(world, head, describe(name=f"Линия {nth}")) for nth, head in enumerate(heads)]

    done = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["Conflict", "Defined"]
    assert len(await world.events()) == 1


async def test_everything_wrong_with_a_line_is_told_at_once(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    wrong = describe(
        name="  \u202e\u200b ",
        phones=["8 800 ЗВОНИТЕ"],
        email="не адрес",
        address="у" * 301,
        week=[None] * 7,
        help=[Help("ru", "д" * 2_001), Help("xx", "?")],
        group=OTHER_GROUP,
        act=Act("", date(2026, 3, 1)),
    )

    with pytest.raises(Invalid) as refused:
        await define(world, head, wrong)

    assert refusals(refused) >= {
        ("line-name-empty", "name"),
        ("line-phone-invalid", "phones"),
        ("email-invalid", "email"),
        ("line-text-long", "address"),
        ("hours-none", "day_1"),
        ("line-help-too-long", "help_1"),
        ("line-group-unknown", "group"),
        ("line-act-number-empty", "act_number"),
        ("line-act-day-ahead", "act_day"),
    }
    assert await world.events() == []


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"phones": [], "email": " "}, "line-unreachable"),
        ({"phones": [f"8 (4932) 32-61-{n}" for n in range(10, 21)]}, "line-phones-many"),
        ({"phones": ["8" * 10_000]}, "line-phone-invalid"),
        ({"name": "Л" * 121}, "line-text-long"),
        ({"help": [Help("ru", "Раз"), Help("ru", "Два")]}, "line-language-twice"),
        ({"help": [Help("", "Раз")]}, "line-language-unknown"),
        ({"group": DISSOLVED}, "line-group-dissolved"),
        ({"group": UUID(int=999)}, "line-group-unknown"),
        ({"act": Act("12-р")}, "line-act-day-empty"),
    ],
)
async def test_what_cannot_be_a_line_is_refused(world: World, changes: dict[str, Any], slug: str) -> None:
    head = await world.appoint(Role.HEAD)

    with pytest.raises(Invalid) as refused:
        await define(world, head, describe(**changes))

    assert slug in {each.slug for each in refused.value.every()}


async def test_numbers_and_texts_are_stored_once_and_clean(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    given = describe(
        name="Горячая\x00 линия\u202e",
        phones=["84932326112", "+7 4932 32-61-12", ""],
        group=None,
        act=Act("1"),
    )

    await define(world, head, given)

    line = await stored(world)
    assert (line.name, line.phones) == ("Горячая линия", ["+74932326112"])
    assert line.act == Act(), "without a group there is no act"


async def test_only_who_decides_there_describes_a_line(world: World) -> None:
    leader, stranger = await world.appoint(Role.LEADER), await world.appoint(Role.HEAD, OKRUG)

    with pytest.raises(Forbidden, match="not-yours-to-set-line"):
        await define(world, leader)
    with pytest.raises(NotFound):
        await define(world, stranger)


async def test_a_line_is_closed_once_nobody_waits_there(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define(world, head)
    await ask(world)

    with pytest.raises(Conflict, match="line-has-cases") as refused:
        await close(world, head, 1)

    assert refused.value.facts == {"count": 1}
    assert not (await stored(world)).closed


async def test_what_waits_at_a_settlement_that_it_serves_keeps_it_open_too(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await world.serve(SETTLEMENT, DISTRICT)
    await define(world, head)
    await ask(world, SETTLEMENT)

    with pytest.raises(Conflict, match="line-has-cases"):
        await close(world, head, 1)


async def test_a_closed_line_keeps_its_numbers_and_may_open_again(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    first = await define(world, head)

    closed = await close(world, head, 1)
    assert await reached(world, DISTRICT) == []
    with pytest.raises(Conflict, match="line-closed"):
        await close(world, head, closed.version)
    again = await define(world, head, describe(version=closed.version))

    assert (again.id, again.version) == (first.id, 3)
    assert [event.closed for event in await world.events()] == [False, True, False]
    assert await reached(world, DISTRICT) == [DISTRICT]
    assert await world.audited() == ["line-set", "line-closed", "line-set"]


async def test_a_settlement_that_is_served_is_reached_by_the_districts_line(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define(world, head)
    assert await reached(world, SETTLEMENT) == []

    await world.serve(SETTLEMENT, DISTRICT)

    assert await reached(world, SETTLEMENT) == [DISTRICT]
    async with world.pool.acquire() as db:
        line = await lines.found(db, DISTRICT)
        assert await lines.served(db, world.known, line, world.now) == [DISTRICT, SETTLEMENT]


async def test_its_own_line_comes_before_the_districts(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await world.serve(SETTLEMENT, DISTRICT)
    by = replace(head, grants=tuple(replace(g, serves=(SETTLEMENT,)) for g in head.grants))
    await define(world, by)
    await define(
        world, by, describe(SETTLEMENT, email="s@example.ru", group=GROUP, act=Act("3", date(2026, 2, 1)))
    )

    assert await reached(world, SETTLEMENT) == [SETTLEMENT, DISTRICT]
    async with world.pool.acquire() as db:
        line = await lines.found(db, DISTRICT)
        assert await lines.served(db, world.known, line, world.now) == [DISTRICT]


async def test_a_new_epoch_tells_the_lines_of_its_stream(world: World) -> None:
    head, other = await world.appoint(Role.HEAD), await world.appoint(Role.HEAD, OKRUG)
    await define(world, head)
    await define(world, other, describe(OKRUG, email="o@example.ru"))
    stream = Stream(LineDefined.topic, partition_of(DISTRICT))

    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        told = [event async for event in restate(db, stream)]

    here = {code for code in (DISTRICT, OKRUG) if partition_of(code) == stream.partition}
    assert {event.municipality for event in told if isinstance(event, LineDefined)} == here
    assert (await world.events())[0] in told
