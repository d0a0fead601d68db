"""Pages: coming in by the external provider."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from litestar import Controller, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from pydantic import ValidationError

from services.chassis.errors import Conflict, Forbidden, NotFound, Refused
from services.chassis.web.arrivals import STRAIGHT, is_from_elsewhere, own_address
from services.chassis.web.problems import to_refusal
from services.hierarchy.accounts.commands.sign_in_by_provider import sign_in_by_provider
from services.hierarchy.accounts.openid.flow import VALID, Answer, Flow
from services.hierarchy.accounts.openid.provider import Provider
from services.hierarchy.core.office import (
    CABINET,
    AnyConnection,
    AnyRequest,
    Office,
    device_of,
    next_page,
    real_now,
)

LONGEST_NEXT = 1000
"""Of the address of the page to go on to: a cookie holds 4 096 bytes."""

AT_ONCE = 3
"""Sign-ins that one browser may have begun in several tabs: even with the longest addresses their cookies
stay within the 8 KB of one header that the gateway takes."""


def by_provider(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Guard of what there is with a provider alone."""
    if connection.app.state.office.provider is None:
        raise NotFound("openid-off")


def refused(request: AnyRequest, error: Refused) -> Response[str]:
    """Why somebody did not come in, and where they try again."""
    office: Office = request.app.state.office
    status, refusal = to_refusal(error)
    return office.pages.render(
        request,
        "accounts/openid_refused.html",
        status,
        sentence=office.sentences(refusal.slug, refusal.facts),
        as_another=isinstance(refusal, Forbidden),
    )


class OpenIdPages(Controller):
    """To the provider and back."""

    path = "/staff/openid"
    include_in_schema = False
    guards = [by_provider]
    exception_handlers = {Refused: refused}

    @get()
    async def leave(self, request: AnyRequest, office: NamedDependency[Office]) -> Redirect:
        """To the provider; with `other=1` it asks who somebody is even if it knows."""
        back = next_page(request.query_params.get("next", ""))
        flow = Flow.begin(back if len(back) <= LONGEST_NEXT else "", real_now())
        as_another = request.query_params.get("other") == "1"
        url = await _provider(office).authorization_url(flow, as_another)
        kept = office.secrets.sealed("openid", flow.model_dump_json())
        return office.go(url, *_without_oldest(request, office), _cookie(office, flow.state, kept))

    @get("/back", opt=STRAIGHT)
    async def come(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str] | Redirect:
        """From the provider, signed in, and on by a page of ours: the cookie that was just set is for this
        site alone and would not come along in a chain of redirects that began at the provider. Whoever is
        signed in already goes on too, by Back or in a second tab."""
        provider, now = _provider(office), real_now()
        answer = Answer.of(request.query_params)
        try:
            flow = _flow(request, office, answer.state)
            answer.check(flow, provider.registered.issuer, now)
            person = await provider.person(answer.code, flow)
        except Conflict:
            if is_from_elsewhere(request):
                # Whether they are signed in, is seen once the browser sends the cookies of this site alone.
                return office.go_on(request, own_address(request))
            if (visit := await office.visit(request)).staff is None:
                raise
            return office.go(CABINET, *visit.cookies)
        who = await sign_in_by_provider(office.pool, person, device_of(request), now)
        cookies = (office.signed_in(who), office.known_browser(who.account))
        return office.go_on(request, flow.next or CABINET, *cookies, _cookie(office, flow.state, ""))


def _provider(office: Office) -> Provider:
    if office.provider is None:
        raise NotFound("openid-off")
    return office.provider


def _name(office: Office, state: str = "") -> str:
    """The cookie of one sign-in: two tabs that begin at the same moment do not overwrite each other's."""
    name = "__Host-openid" if office.secure else "openid"
    return f"{name}-{sha256(state.encode()).hexdigest()[:12]}" if state else name


def _cookie(office: Office, state: str, value: str) -> Cookie:
    return _crossing(office, _name(office, state), value)


def _crossing(office: Office, name: str, value: str) -> Cookie:
    # Lax: a cookie of this site alone does not come along when the provider sends somebody back.
    return replace(office.cookie(name, value, int(VALID.total_seconds())), samesite="lax")


def _without_oldest(request: AnyRequest, office: Office) -> list[Cookie]:
    """Clears what a browser keeps of the sign-ins that it began longest ago, if there are too many."""
    begun = [name for name in request.cookies if name.startswith(f"{_name(office)}-")]
    begun.sort(key=lambda name: _begun_at(office, request.cookies[name]), reverse=True)
    return [_crossing(office, name, "") for name in begun[AT_ONCE - 1 :]]


def _begun_at(office: Office, kept: str) -> datetime:
    try:
        return _opened(office, kept).begun_at
    except Conflict:
        return datetime.min.replace(tzinfo=UTC)


def _flow(request: AnyRequest, office: Office, state: str) -> Flow:
    """The sign-in that this browser began. Raises Conflict if there is none, or not one of ours."""
    # The second is where an older version of ours has kept it, which may still run beside this one.
    kept = (request.cookies.get(name) for name in (_name(office, state), _name(office)))
    return _opened(office, next(filter(None, kept), ""))


def _opened(office: Office, kept: str) -> Flow:
    try:
        # One that an older version of ours has kept may lack something.
        return Flow.model_validate_json(office.secrets.opened("openid", kept) or "")
    except ValidationError as error:
        raise Conflict("openid-again") from error
