"""Arriving by a link of another site: one hop of our own first, and then as by a link of ours.

A cookie of this site alone (SameSite=strict) stays at home in a navigation that began elsewhere, redirects
included (RFC 6265bis, 5.2), so a letter read in the browser would lead whoever is signed in to the sign-in.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from litestar import Response

from services.chassis.web.pages import Pages, local_path
from services.chassis.web.problems import wants_page
from services.chassis.web.requests import AnyRequest

Hop: TypeAlias = Callable[[AnyRequest], Awaitable[Response[str] | None]]

STRAIGHT = {"straight": True}
"""The option of a handler that is meant to be reached from another site."""


def hop(pages: Pages) -> Hop:
    """Answers a navigation that began on another site by a page that asks for the same address again."""

    async def first(request: AnyRequest) -> Response[str] | None:
        if not is_from_elsewhere(request) or request.route_handler.opt.get("straight"):
            return None
        return pages.go_on(request, own_address(request))

    return first


def is_from_elsewhere(request: AnyRequest) -> bool:
    """Whether somebody follows a link of another site to a page of ours. What our own page asks for again is
    of the same origin, so this ends after one hop; a browser without Fetch Metadata is served straight."""
    given = {name: request.headers.get(f"sec-fetch-{name}", "") for name in ("site", "mode")}
    return request.method == "GET" and given == CROSSING and wants_page(request)


CROSSING = {"site": "cross-site", "mode": "navigate"}


def own_address(request: AnyRequest) -> str:
    """Path and query of a request as they were sent; the start page for what another site would be."""
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    return local_path(f"{path.partition('?')[0]}?{query}" if query else path)
