"""Health and figures of a process: `/health/live`, `/health/ready`, `/metrics`."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from litestar import Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check: TypeAlias = Callable[[State], Awaitable[str | None]]
"""Says what is wrong with the application of this state, or None."""


@get("/health/live", include_in_schema=False)
async def live() -> Response[bytes]:
    """The event loop turns."""
    return Response(b'{"status":"live"}', media_type="application/json")


@get("/metrics", include_in_schema=False, sync_to_thread=False)
def figures() -> Response[bytes]:
    """All figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def ready(checks: dict[str, Check]) -> Any:
    """A handler that answers 200 when every check is silent, else 503 with what is wrong."""

    @get("/health/ready", include_in_schema=False)
    async def handler(state: State) -> Response[bytes]:
        wrong = {name: problem for name, check in checks.items() if (problem := await _ask(check, state))}
        body = orjson.dumps({"status": "not ready" if wrong else "ready", "wrong": wrong})
        return Response(body, status_code=503 if wrong else 200, media_type="application/json")

    return handler


async def _ask(check: Check, state: State) -> str | None:
    try:
        return await check(state)
    except Exception as error:
        return type(error).__name__
