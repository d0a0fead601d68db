"""The edge of a web application: bodies are read strictly, every answer carries our headers, HEAD works."""

import time
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Any

import uuid_utils.compat
from litestar import Request
from litestar.datastructures import FormMultiDict, Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import SerializationException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.errors import Malformed
from services.chassis.process import logs
from services.chassis.process.telemetry import REQUESTS

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class StrictRequest(Request[Any, Any, Any]):
    """A request whose body, if it cannot be read, is refused as malformed.

    The errors are those of decoding alone, caught where the body is decoded: the same errors from anywhere
    else are faults of ours.
    """

    async def json(self) -> Any:
        """The body as JSON. Raises Malformed."""
        with _of_sender():
            return await super().json()

    async def form(self) -> FormMultiDict:
        """The body as a form. Raises Malformed."""
        with _of_sender():
            return await super().form()


@contextmanager
def _of_sender() -> Iterator[None]:
    try:
        yield
    # RecursionError: brackets in brackets. LookupError: a charset that nobody knows.
    except (SerializationException, UnicodeError, RecursionError, LookupError) as error:
        raise Malformed("bad-request", fields="тело запроса") from error


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that have a figure of their own: one for whatever strangers invent would grow without end."""


class Edge:
    """ASGI application around all of routing: a correlation id, the time and security headers for every
    answer, also where there is no such path or method; HEAD wherever there is GET."""

    def __init__(self, app: ASGIApp, methods: Mapping[str, Set[str]]) -> None:
        """`methods`: those of each path, as the framework tells those of one handler alone."""
        self.app, self._methods = app, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == ScopeType.WEBSOCKET:
            await self.app(scope, receive, send)
            return
        given = Headers.from_scope(scope).get("x-request-id", "")
        correlation = given if _sane(given) else uuid_utils.compat.uuid7().hex
        logs.correlation_id.set(correlation)
        began, method = time.perf_counter(), str(scope["method"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = correlation
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                route, status = str(scope.get("path_template") or "-"), str(message["status"])
                if "allow" in headers:
                    headers["Allow"] = _listed(headers["allow"], self._methods.get(route, ()))
                REQUESTS.labels(method if method in METHODS else "-", route, status).observe(
                    time.perf_counter() - began
                )
            await send(message)

        if method == "HEAD":
            # Read by whoever handles GET; what they answer is cut to its beginning.
            scope["method"] = "GET"
            await self.app(scope, *_beginning(receive, with_headers))
            return
        await self.app(scope, receive, with_headers)


def _listed(told: str, known: Iterable[str]) -> str:
    methods = {method.strip() for method in told.split(",")} | set(known)
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _beginning(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """The status and headers of an answer alone; a stream learns at once that nobody reads on."""
    begun = False

    async def nothing_more() -> Any:
        return {"type": "http.disconnect"} if begun else await receive()

    async def first(message: Message) -> None:
        nonlocal begun
        if message["type"] == "http.response.start":
            begun = True
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return nothing_more, first


def _sane(given: str) -> bool:
    return 8 <= len(given) <= 64 and given.isascii() and given.isalnum()
