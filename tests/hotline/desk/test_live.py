"""The live desk: absolute values, one's own, for as long as the session."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest

from contracts.appointments import Role, SessionEnded
from services.chassis.errors import NotFound
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.web.sse import Hub
from services.directory import staff
from services.directory.grants import Staff
from services.hotline.desk.live import DeskLive, Watcher
from tests.factories import DISTRICT, OKRUG
from tests.hotline.calls.exchange import connect
from tests.hotline.desk.working import ask, case, operator, send
from tests.hotline.staffed import APPOINTMENTS, House, Staffed
from tests.served import served


@pytest.fixture
async def origin(house: House, line: Staffed) -> AsyncIterator[str]:
    """The hotline at an address of its own: a stream does not end by itself."""
    async with served(house.application(Clock(lambda: line.now))) as origin:
        yield origin


class Listening:
    """An open desk."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> Any:
        """What it is told next; none once the stream has ended."""
        async with asyncio.timeout(20):
            async for line in self._lines:
                if line.startswith("data: {") and line != "data: {}":
                    return orjson.loads(line.removeprefix("data: "))
        return None

    async def until(self, what: Any) -> Any:
        """The first that fits."""
        while not what(told := await self.next()):
            pass
        return told


def listen(http: httpx2.AsyncClient, origin: str, token: str) -> Any:
    return http.stream("GET", f"{origin}/hotline/live", headers={"Authorization": f"Bearer {token}"})


async def test_counts_come_as_they_are(origin: str, line: Staffed) -> None:
    token, foreign = await operator(line), await operator(line, municipality=OKRUG)
    async with httpx2.AsyncClient(timeout=30) as http, listen(http, origin, token) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        desk = Listening(answer.aiter_lines())
        assert (await desk.next())["counts"]["open"] == 0
        async with listen(http, origin, foreign) as other, line.browser(token) as browser:
            theirs = Listening(other.aiter_lines())
            assert (await theirs.next())["counts"]["open"] == 0
            opened = await ask(line)
            await send(browser, f"{case(opened.id)}/taking")
            told = await desk.until(lambda told: told["counts"]["mine"] == 1)
            assert (told["counts"]["open"], told["counts"]["unheld"]) == (1, 0)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2):
                    await theirs.next()


async def test_a_call_rings_where_somebody_operates(origin: str, line: Staffed) -> None:
    token, head = await operator(line), await line.grant(Role.HEAD, DISTRICT, DISTRICT)
    earlier = await ask(line)
    async with line.browser() as browser:
        exchange = await connect(line, browser)
        async with httpx2.AsyncClient(timeout=30) as http, listen(http, origin, token) as answer:
            desk = Listening(answer.aiter_lines())
            assert (await desk.next())["calls"] == []
            await exchange.tell("newCall")
            (call,) = (await desk.until(lambda told: told["calls"]))["calls"]
            assert call["people"] == "Пётр Ильин"
            assert call["cases"][0]["number"] == earlier.number
            async with listen(http, origin, head) as other:
                assert (await Listening(other.aiter_lines()).next())["calls"] == [], "no operator"
            await exchange.tell("answer")
            await desk.until(lambda told: told["calls"] == [])


async def test_a_desk_that_cannot_be_looked_at_leaves_the_others(
    line: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = line.web.app.state.region
    live = DeskLive(region._settings, line.pool, region, None, Hub(Lifetime().stopping))  # type: ignore[arg-type]
    watchers = [Watcher(Staff(uuid4(), uuid4(), ())) for _ in range(2)]
    live._watchers.update(watchers)
    looked_at = []

    async def look(watcher: Watcher) -> bool:
        looked_at.append(watcher)
        raise NotFound("campaign-not-open")

    monkeypatch.setattr(live, "_look", look)

    await live.refresh()

    assert set(looked_at) == set(watchers)


async def test_the_stream_ends_with_the_session(origin: str, line: Staffed) -> None:
    account, session = uuid4(), uuid4()
    await line.grant_more(account, Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT)
    token, _ = line.signer.issue(str(account), str(session), name="Ольга")
    async with httpx2.AsyncClient(timeout=30) as http, listen(http, origin, token) as answer:
        desk = Listening(answer.aiter_lines())
        await desk.next()
        ended = SessionEnded(version=1, id=session, account=account, ended_at=line.now)
        async with line.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [ended])
        assert await desk.next() is None
