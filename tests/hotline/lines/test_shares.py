"""A settlement shares the district's line once its own Head agrees."""

import pytest

from contracts.appointments import Role
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.hotline.lines.commands.close_line import Closing, close_line
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.commands.offer_line import Offer, offer_line
from services.hotline.lines.commands.share_line import agree_share, end_share
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.lines.conftest import World, describe
from tests.hotline.lines.test_lines import reached

OFFER = Offer(DISTRICT, SETTLEMENT)


async def offered(world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())
    await offer_line(world.pool, world.known, head, OFFER, world.at())


async def test_an_offer_holds_once_the_settlement_agrees(world: World) -> None:
    await offered(world)
    assert await reached(world, SETTLEMENT) == []
    theirs = await world.appoint(Role.HEAD, SETTLEMENT)

    shared = await agree_share(world.pool, theirs, OFFER, world.at())
    again = await agree_share(world.pool, theirs, OFFER, world.at())

    assert shared.agreed
    assert again.agreed
    assert await reached(world, SETTLEMENT) == [DISTRICT]
    assert [event.serves for event in await world.events()] == [[], [SETTLEMENT]]
    assert await world.audited() == ["line-set", "line-offered", "line-shared"]


async def test_the_district_does_not_agree_for_the_settlement(world: World) -> None:
    await offered(world)
    head, leader = await world.appoint(Role.HEAD), await world.appoint(Role.LEADER, SETTLEMENT)

    with pytest.raises(NotFound):
        await agree_share(world.pool, head, OFFER, world.at())
    with pytest.raises(Forbidden):
        await agree_share(world.pool, leader, OFFER, world.at())


@pytest.mark.parametrize("side", [DISTRICT, SETTLEMENT])
async def test_either_side_ends_it(world: World, side: str) -> None:
    await offered(world)
    theirs = await world.appoint(Role.HEAD, SETTLEMENT)
    await agree_share(world.pool, theirs, OFFER, world.at())
    by = await world.appoint(Role.HEAD, side)

    await end_share(world.pool, by, OFFER, world.at())

    assert await reached(world, SETTLEMENT) == []
    assert (await world.events())[-1].serves == []
    with pytest.raises(Conflict, match="share-ended"):
        await end_share(world.pool, by, OFFER, world.at())
    with pytest.raises(Conflict, match="share-ended"):
        await agree_share(world.pool, theirs, OFFER, world.at())


async def test_what_was_ended_is_offered_anew(world: World) -> None:
    await offered(world)
    head, theirs = await world.appoint(Role.HEAD), await world.appoint(Role.HEAD, SETTLEMENT)
    await end_share(world.pool, head, OFFER, world.at())

    await offer_line(world.pool, world.known, head, OFFER, world.at())

    assert (await agree_share(world.pool, theirs, OFFER, world.at())).agreed


async def test_an_offer_that_was_not_made_is_not_agreed_to(world: World) -> None:
    theirs = await world.appoint(Role.HEAD, SETTLEMENT)

    with pytest.raises(NotFound, match="share-unknown"):
        await agree_share(world.pool, theirs, OFFER, world.at())


async def test_a_line_is_offered_to_settlements_of_its_district_alone(world: World) -> None:
    await offered(world)
    head = await world.appoint(Role.HEAD)

    with pytest.raises(Invalid, match="settlement-unknown"):
        await offer_line(world.pool, world.known, head, Offer(DISTRICT, OKRUG), world.at())


async def test_a_closed_line_is_neither_offered_nor_agreed_to(world: World) -> None:
    await offered(world)
    head, theirs = await world.appoint(Role.HEAD), await world.appoint(Role.HEAD, SETTLEMENT)
    await close_line(world.pool, world.known, head, Closing(DISTRICT, 1), world.at())

    with pytest.raises(Conflict, match="line-closed"):
        await offer_line(world.pool, world.known, head, OFFER, world.at())
    with pytest.raises(Conflict, match="line-closed"):
        await agree_share(world.pool, theirs, OFFER, world.at())
