"""Requests as a careful client makes them: keyed, repeated until answered, refusals not swallowed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2
import stamina

from deploy.demonstration.stopped import Stopped

PATIENCE = 120.0
"""Seconds during which a request is repeated: services may restart meanwhile."""

IDLE = 10.0
"""Seconds after which an unused connection is given up, before the other side does."""


class Refusal(Stopped):
    """A service said no."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.slug, detail = _problem(answer)
        asked = f"{answer.request.method} {answer.request.url.path}"
        super().__init__(f"{asked} was refused: {answer.status_code} {self.slug}. {detail}")


class Away(Exception):
    """A service failed to answer this time."""


class Web:
    """The HTTP client of everybody who takes part."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self.repeated = 0

    async def get(self, url: str, query: Mapping[str, str] | None = None, token: str = "") -> dict[str, Any]:
        """What is answered. Raises Refusal, and Stopped after two minutes without an answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._until_answered("GET", url, params=query, headers=headers)

    async def post(
        self, url: str, body: Mapping[str, object], at: datetime | None = None, token: str = ""
    ) -> dict[str, Any]:
        """The same for something done once, at a past moment if one is given."""
        headers = {"Idempotency-Key": uuid4().hex}
        if at is not None:
            headers["X-Demo-Time"] = at.isoformat()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self._until_answered("POST", url, json=dict(body), headers=headers)

    async def put(
        self, url: str, body: Mapping[str, object], token: str, at: datetime | None = None
    ) -> dict[str, Any]:
        """The same for something that is set."""
        headers = {"Idempotency-Key": uuid4().hex, "Authorization": f"Bearer {token}"}
        if at is not None:
            headers["X-Demo-Time"] = at.isoformat()
        return await self._until_answered("PUT", url, json=dict(body), headers=headers)

    async def send(
        self, url: str, file: tuple[str, bytes], form: Mapping[str, str], token: str
    ) -> dict[str, Any]:
        """The same for something done once with a file, its name and content."""
        headers = {"Idempotency-Key": uuid4().hex, "Authorization": f"Bearer {token}"}
        return await self._until_answered("POST", url, files={"file": file}, data=dict(form), headers=headers)

    async def fill(
        self, url: str, form: Mapping[str, str], token: str, at: datetime | None = None
    ) -> httpx2.URL:
        """Send the form of a page; where it leads. Raises Refusal, also for what the page does not take."""
        body = {"form_key": uuid4().hex, **form}
        headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin"}
        if at is not None:
            headers["X-Demo-Time"] = at.isoformat()
        answer = await self._http.post(url, data=body, headers=headers)
        if answer.status_code != 303:
            raise Refusal(answer)
        return answer.request.url.join(answer.headers["location"])

    async def _until_answered(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        patience = stamina.retry_context(
            on=(httpx2.TransportError, Away), attempts=None, timeout=PATIENCE, wait_max=2.0, wait_jitter=0.2
        )
        try:
            async for attempt in patience:
                self.repeated += attempt.num > 1
                with attempt:
                    return await self._answered(method, url, **request)
        except (httpx2.TransportError, Away) as error:
            raise Stopped(f"{method} {url} got no answer within {PATIENCE:.0f} s: {error!r}") from error
        raise AssertionError("a retry ends with an answer or an error")

    async def _answered(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        answer = await self._http.request(method, url, **request)
        if answer.status_code >= 500:
            raise Away(f"{answer.status_code} {answer.text[:200]}")
        if answer.status_code >= 400:
            raise Refusal(answer)
        return dict(answer.json())


@asynccontextmanager
async def opened(at_once: int) -> AsyncIterator[Web]:
    """A client with as many connections as requests at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=IDLE)
    async with httpx2.AsyncClient(timeout=30, limits=limits, trust_env=False) as http:
        yield Web(http)


async def pause(seconds: float, unless: asyncio.Event) -> None:
    """Wait, but not longer than until the event is set."""
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await unless.wait()
    except TimeoutError:
        return


def _problem(answer: httpx2.Response) -> tuple[str, str]:
    try:
        problem = answer.json()
        return str(problem["type"]).rpartition("/")[2], str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return "", answer.text[:500]
