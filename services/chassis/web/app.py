"""What every web application of ours shares: refusals, correlation, timing, headers, health, static files."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat
from litestar import Litestar, Request, Response
from litestar.datastructures import Headers, MutableScopeHeaders, State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.process import health, logs
from services.chassis.process.lifetime import Lifespan, logged
from services.chassis.process.telemetry import REQUESTS
from services.chassis.web.arrivals import hop
from services.chassis.web.pages import Pages, remember_version
from services.chassis.web.problems import Sentences, problem, to_refusal, wants_page

BODY_LIMIT = 64 * 1024

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service's web application is made of.

    `provides` names what the lifespan puts into the application's state (beside the pool) for
    handlers to ask for.
    """

    title: str
    handlers: Sequence[Any]
    lifespan: Lifespan
    sentences: Sentences
    pages: Pages | None = None
    provides: Sequence[str] = ()
    works: Callable[[], Awaitable[str | None]] | None = None
    """What is wrong with what the process does in the background."""


def create_app(parts: Parts) -> Litestar:
    """A Litestar application with our refusals, headers, health and static files."""
    static = [parts.pages.static_handler, remember_version] if parts.pages else []
    checks: dict[str, health.Check] = {"database": _database}
    if (works := parts.works) is not None:
        checks["background"] = lambda _: works()
    return Litestar(
        [*parts.handlers, *static, health.live, health.figures, health.ready(checks)],
        lifespan=[logged(parts.lifespan)],
        dependencies={
            name: Provide(_from_state(name), sync_to_thread=False) for name in ("pool", *parts.provides)
        },
        exception_handlers={Exception: _refuse(parts)},
        before_request=hop(parts.pages) if parts.pages else None,
        middleware=[Correlated],
        request_max_body_size=BODY_LIMIT,
        openapi_config=OpenAPIConfig(
            title=parts.title,
            version="1",
            path="/api/schema",
            # The document alone: pages that show it would load scripts from other hosts.
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )


def _from_state(name: str) -> Callable[[State], Any]:
    def provide(state: State) -> Any:
        return state[name]

    return provide


async def _database(state: State) -> str | None:
    async with state.pool.acquire() as db:
        await db.fetchval("SELECT 1")
    return None


def _refuse(parts: Parts) -> Any:
    def refuse(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        status, refusal = to_refusal(error)
        if parts.pages and wants_page(request):
            return parts.pages.refusal(request, status, parts.sentences(refusal.slug, refusal.facts))
        return problem(status, refusal, parts.sentences)

    return refuse


class Correlated:
    """ASGI middleware: a correlation id for every request, its time, and security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == ScopeType.WEBSOCKET:
            await self.app(scope, receive, send)
            return
        given = Headers.from_scope(scope).get("x-request-id", "")
        correlation = given if _sane(given) else uuid_utils.compat.uuid7().hex
        logs.correlation_id.set(correlation)
        began = time.perf_counter()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = correlation
                for name, value in SECURITY.items():
                    headers[name] = value
                route = str(scope.get("path_template") or "-")
                status = str(message["status"])
                REQUESTS.labels(str(scope["method"]), route, status).observe(time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, with_headers)


def _sane(given: str) -> bool:
    return 8 <= len(given) <= 64 and given.isalnum()
