"""What every web application of ours shares: refusals, correlation, timing, headers, health, static files."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Any

from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from services.chassis.process import health
from services.chassis.process.lifetime import Lifespan, logged
from services.chassis.web import openapi
from services.chassis.web.arrivals import hop
from services.chassis.web.edge import Edge, StrictRequest
from services.chassis.web.pages import Pages, remember_version
from services.chassis.web.problems import Sentences, problem, to_refusal, wants_page
from services.chassis.web.requests import AnyRequest

BODY_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service's web application is made of.

    `provides` names what the lifespan puts into the application's state (beside the pool) for
    handlers to ask for; `cookie` is the one by which a browser is signed in.
    """

    title: str
    handlers: Sequence[Any]
    lifespan: Lifespan
    sentences: Sentences
    pages: Pages | None = None
    provides: Sequence[str] = ()
    works: Callable[[], Awaitable[str | None]] | None = None
    """What is wrong with what the process does in the background."""
    cookie: str = "__Host-staff"
    calls: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """What is worked out for a request, by the name under which handlers ask for it."""


def create_app(parts: Parts) -> Litestar:
    """A Litestar application with our refusals, headers, health and static files."""
    static = [parts.pages.static_handler, remember_version] if parts.pages else []
    checks: dict[str, health.Check] = {"database": _database}
    if (works := parts.works) is not None:
        checks["background"] = lambda _: works()
    app = Litestar(
        [*parts.handlers, *static, health.live, health.figures, health.ready(checks)],
        lifespan=[logged(parts.lifespan)],
        dependencies=_dependencies(parts),
        exception_handlers={Exception: _refuse(parts)},
        before_request=hop(parts.pages) if parts.pages else None,
        request_class=StrictRequest,
        request_max_body_size=BODY_LIMIT,
        openapi_config=OpenAPIConfig(
            title=parts.title,
            version="1",
            path="/api/schema",
            components=openapi.components(parts.cookie),
            # The document alone: pages that show it would load scripts from other hosts.
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        plugins=[openapi.ClosedModels()],
        logging_config=None,
    )
    openapi.describe(app.openapi_schema)
    # Around everything: as middleware it would not see what has no route.
    app.asgi_handler = Edge(app.asgi_handler, _methods(app))
    return app


def _methods(app: Litestar) -> dict[str, set[str]]:
    """The methods of each path: a path has a route for each of its handlers."""
    methods = defaultdict[str, set[str]](set)
    for route in app.routes:
        methods[route.path_format] |= {str(method) for method in getattr(route, "methods", ())}
    return methods


def _dependencies(parts: Parts) -> dict[str, Provide]:
    of_state = {name: _from_state(name) for name in ("pool", *parts.provides)}
    return {name: _provided(call) for name, call in {**of_state, **parts.calls}.items()}


def _provided(call: Callable[..., Any]) -> Provide:
    return Provide(call) if iscoroutinefunction(call) else Provide(call, sync_to_thread=False)


def _from_state(name: str) -> Callable[[State], Any]:
    def provide(state: State) -> Any:
        return state[name]

    return provide


async def _database(state: State) -> str | None:
    async with state.pool.acquire() as db:
        await db.fetchval("SELECT 1")
    return None


def _refuse(parts: Parts) -> Any:
    def refuse(request: AnyRequest, error: Exception) -> Response[Any]:
        status, refusal = to_refusal(error)
        answer: Response[Any]
        if parts.pages and wants_page(request):
            answer = parts.pages.refusal(request, status, parts.sentences(refusal.slug, refusal.facts))
        else:
            answer = problem(status, refusal, parts.sentences)
        if isinstance(error, HTTPException) and (allow := (error.headers or {}).get("allow")):
            answer.headers["Allow"] = allow
        return answer

    return refuse
