"""Pages: signing in by the external provider."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from litestar import Controller, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect
from pydantic import ValidationError

from services.chassis.errors import Conflict, Forbidden, Refused
from services.chassis.web.arrivals import STRAIGHT, is_from_elsewhere, own_address
from services.chassis.web.problems import to_refusal
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.sign_in_by_provider import sign_in_by_provider
from services.hierarchy.accounts.doors import Doors, device_of, next_page
from services.hierarchy.accounts.kit import CABINET, StaffKit, real_now
from services.hierarchy.accounts.openid.flow import VALID, AuthenticationResponse, Flow

LONGEST_NEXT = 1000
"""Of the address of the page to go on to: a cookie holds 4 096 bytes."""

AT_ONCE = 3
"""Sign-ins that one browser may have begun in several tabs: even with the longest addresses their cookies
stay within the 8 KB of one header that the gateway accepts."""


def refused(request: AnyRequest, error: Refused) -> Response[str]:
    """Why the sign-in was refused, and where to try again."""
    kit: StaffKit = request.app.state.kit
    status, refusal = to_refusal(error)
    return kit.pages.render(
        request,
        "accounts/openid_refused.html",
        status,
        sentence=kit.sentences(refusal.slug, refusal.facts),
        as_another=isinstance(refusal, Forbidden),
    )


class OpenIdPages(Controller):
    """To the provider and back."""

    path = "/staff/openid"
    include_in_schema = False
    exception_handlers = {Refused: refused}

    @get()
    async def begin(self, visit: NamedDependency[Visit[Staff]], doors: NamedDependency[Doors]) -> Redirect:
        """To the provider; with `other=1` it asks for the account even if it knows one."""
        back = next_page(visit.query.get("next", ""))
        flow = Flow.begin(back if len(back) <= LONGEST_NEXT else "", real_now())
        url = await doors.provider.authorization_url(flow, as_another=visit.query.get("other") == "1")
        kept = doors.secrets.sealed("openid", flow.model_dump_json())
        return visit.go(url, *_without_oldest(visit, doors), _crossing(visit, _name(visit, flow.state), kept))

    @get("/back", opt=STRAIGHT)
    async def finish(
        self,
        visit: NamedDependency[Visit[Staff]],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
    ) -> Answer:
        """From the provider, signed in, and on by a page of ours: the cookie that was just set is for this
        site alone and would not be sent in a chain of redirects that began at the provider. Whoever is
        signed in already goes on too, by Back or in a second tab."""
        provider, now = doors.provider, real_now()
        response = AuthenticationResponse.of(visit.query)
        try:
            flow = _flow(visit, doors, response.state)
            response.check(flow, provider.registered.issuer, now)
            person = await provider.person(response.code, flow)
        except Conflict:
            if is_from_elsewhere(visit.request):
                # Whether they are signed in is seen once the browser sends the cookies of this site alone.
                return kit.go_on(visit, own_address(visit.request))
            if not visit.signed_in:
                raise
            return visit.go(CABINET)
        who = await sign_in_by_provider(visit.pool, person, device_of(visit.request), now)
        kit.sign_in(visit, who)
        over = _crossing(visit, _name(visit, flow.state), "")
        return kit.go_on(visit, flow.next or CABINET, doors.known_browser(visit, who.account), over)


def _name(visit: Visit[Staff], state: str = "") -> str:
    """The cookie of one sign-in: two tabs that begin at the same moment do not overwrite each other's."""
    name = "__Host-openid" if visit.kit.secure else "openid"
    return f"{name}-{sha256(state.encode()).hexdigest()[:12]}" if state else name


def _crossing(visit: Visit[Staff], name: str, value: str) -> Cookie:
    # Lax: a cookie of this site alone is not sent when the provider redirects to us.
    return replace(visit.cookie(name, value, int(VALID.total_seconds())), samesite="lax")


def _without_oldest(visit: Visit[Staff], doors: Doors) -> list[Cookie]:
    """Clears what a browser keeps of the sign-ins that it began longest ago, if there are too many."""
    kept = visit.request.cookies
    begun = [name for name in kept if name.startswith(f"{_name(visit)}-")]
    begun.sort(key=lambda name: _begun_at(doors, kept[name]), reverse=True)
    return [_crossing(visit, name, "") for name in begun[AT_ONCE - 1 :]]


def _begun_at(doors: Doors, kept: str) -> datetime:
    try:
        return _opened(doors, kept).begun_at
    except Conflict:
        return datetime.min.replace(tzinfo=UTC)


def _flow(visit: Visit[Staff], doors: Doors, state: str) -> Flow:
    """The sign-in that this browser began. Raises Conflict if there is none, or not one of ours."""
    # The second is where an older version of ours has kept it, which may still run beside this one.
    kept = (visit.request.cookies.get(name) for name in (_name(visit, state), _name(visit)))
    return _opened(doors, next(filter(None, kept), ""))


def _opened(doors: Doors, kept: str) -> Flow:
    try:
        # One that an older version of ours has kept may lack something.
        return Flow.model_validate_json(doors.secrets.opened("openid", kept) or "")
    except ValidationError as error:
        raise Conflict("openid-again") from error
