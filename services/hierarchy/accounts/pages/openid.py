"""Pages: coming in by the external provider."""

from dataclasses import replace

from litestar import Controller, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from pydantic import ValidationError

from services.chassis.errors import Conflict, Forbidden, NotFound, Refused
from services.chassis.web.arrivals import STRAIGHT
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
        return office.go(url, _cookie(office, office.secrets.sealed("openid", flow.model_dump_json())))

    @get("/back", opt=STRAIGHT)
    async def come(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """From the provider, signed in, and on by a page of ours: the cookie that was just set is for this
        site alone and would not come along in a chain of redirects that began at the provider."""
        provider, flow, now = _provider(office), _flow(request, office), real_now()
        answer = Answer.of(request.query_params)
        answer.check(flow, provider.registered.issuer, now)
        person = await provider.person(answer.code, flow)
        who = await sign_in_by_provider(office.pool, person, device_of(request), now)
        cookies = (office.signed_in(who), office.known_browser(who.account), _cookie(office, ""))
        return office.go_on(request, flow.next or CABINET, *cookies)


def _provider(office: Office) -> Provider:
    if office.provider is None:
        raise NotFound("openid-off")
    return office.provider


def _name(office: Office) -> str:
    return "__Host-openid" if office.secure else "openid"


def _cookie(office: Office, value: str) -> Cookie:
    # Lax: a cookie of this site alone does not come along when the provider sends somebody back.
    return replace(office.cookie(_name(office), value, int(VALID.total_seconds())), samesite="lax")


def _flow(request: AnyRequest, office: Office) -> Flow:
    """The sign-in that this browser began. Raises Conflict if there is none, or not one of ours."""
    kept = office.secrets.opened("openid", request.cookies.get(_name(office), ""))
    try:
        # One that an older version of ours has kept may lack something.
        return Flow.model_validate_json(kept or "")
    except ValidationError as error:
        raise Conflict("openid-again") from error
