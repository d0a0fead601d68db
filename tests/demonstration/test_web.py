"""Requests that are repeated until they are answered."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import orjson
import pytest
import stamina

from deploy.demonstration.crowd import Person
from deploy.demonstration.texts import Text
from deploy.demonstration.visitor import Visitor
from deploy.demonstration.web import Refusal, Web, pause

NOBODY = Person("a@example.org", "13603000", None, None, "resident", 1.0)
WISH = Text("roads", "Тротуар", "personal", "Дети идут по обочине.")

Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=5):
        yield


def web(answer: Answer) -> Web:
    return Web(httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))


async def test_a_post_is_repeated_with_the_same_key_until_it_is_answered() -> None:
    keys: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            raise httpx2.ConnectError("restarting")
        return httpx2.Response(503 if len(keys) == 2 else 201, json={"number": 1})

    client = web(answer)

    assert await client.post("http://intake/api/v1/initiatives", {}) == {"number": 1}
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert client.repeated == 2


async def test_a_refusal_is_not_repeated() -> None:
    problem = {"type": "/problems/organization-closed", "detail": "Организация закрыта."}
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(422, json=problem)

    with pytest.raises(Refusal) as refusal:
        await web(answer).post("http://intake/api/v1/initiatives", {})

    assert refusal.value.slug == "organization-closed"
    assert str(refusal.value) == (
        "POST /api/v1/initiatives was refused: 422 organization-closed. Организация закрыта."
    )
    assert len(asked) == 1


async def test_the_path_of_a_next_page_keeps_its_query() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, json={})

    client = web(answer)
    await client.get("http://hierarchy/api/v1/organizations?limit=500&after=7")
    await client.get("http://metrics/api/v1/counters", {"level": "region"})

    assert asked == [
        "http://hierarchy/api/v1/organizations?limit=500&after=7",
        "http://metrics/api/v1/counters?level=region",
    ]


async def test_a_moment_of_the_past_is_told_with_its_offset() -> None:
    told: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        told.append(request.headers.get("x-demo-time"))
        return httpx2.Response(201, json={})

    client = web(answer)
    await client.post("http://intake", {}, datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    await client.post("http://intake", {})

    assert told == ["2026-03-02T09:30:00+00:00", None]


@pytest.mark.parametrize(("left", "renewals"), [(timedelta(seconds=30), 1), (timedelta(minutes=5), 0)])
async def test_a_token_is_renewed_before_it_runs_out(left: timedelta, renewals: int) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(f"{request.url.path} {request.headers.get('authorization')}")
        if request.url.path.endswith("/renewal"):
            fresh = {"token": "new", "expires_at": (datetime.now(UTC) + timedelta(minutes=10)).isoformat()}
            return httpx2.Response(200, content=orjson.dumps(fresh))
        return httpx2.Response(201, json={})

    visitor = Visitor(NOBODY, web(answer), "http://intake")
    visitor._keep({"token": "old", "expires_at": (datetime.now(UTC) + left).isoformat()})
    await visitor.submit(WISH, None)
    await visitor.submit(WISH, None)

    renewed = [line for line in asked if line == "/api/v1/sessions/renewal Bearer old"]
    assert len(renewed) == renewals
    assert asked[-1] == f"/api/v1/initiatives Bearer {'new' if renewals else 'old'}"


async def test_a_pause_ends_early_when_it_is_told_to() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)

    async with asyncio.timeout(120):
        await pause(3600, unless=stop)
    await pause(-1, unless=asyncio.Event())
