"""What every page of the staff needs: who looks at it, and how it is answered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from asyncpg import Pool
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from services.chassis.errors import NotFound, Unauthorized
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.turns import Turns
from services.chassis.web import tokens
from services.chassis.web.forms import Form
from services.chassis.web.pages import Pages, hidden_cookie, local_path
from services.chassis.web.problems import Sentences
from services.chassis.web.tokens import Signer, Verifier
from services.directory.grants import Staff
from services.directory.staff import StaffDesk
from services.hierarchy.accounts.commands.sign_in import SignedIn, renew_session
from services.hierarchy.accounts.domain.accounts import SESSION_VALID, Entrance
from services.hierarchy.accounts.openid.provider import Provider
from services.hierarchy.accounts.passwords import Passwords, Secrets
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.printing import Press
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.reading import Reader
from services.hierarchy.core.store import campaigns

AnyRequest: TypeAlias = Request[Any, Any, Any]
AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

CABINET = "/cabinet"

SOON = timedelta(minutes=2)
"""A page renews a token that has less than this left."""

BROWSER = "browser"
BROWSER_VALID = 365 * 86400

FIELD_OF = {
    "act-day": "day",
    "act-day-ahead": "day",
    "act-day-early": "day",
    "act-number": "number",
    "address-of": "same_person",
    "address-of-another": "same_person",
    "address-same": "email",
    "address-taken": "email",
    "chair-taken": "replaces",
    "campaign-exists": "id",
    "campaign-has-begun": "first_day",
    "consent-version-same": "consent_version",
    "campaign-terms-gone": "directions",
    "deputy-forms-own": "leader",
    "heir-unfit": "successor",
    "import-empty": "file",
    "import-region": "of",
    "group-name": "name",
    "group-of-the-rest": "all",
    "leader-unknown": "leader",
    "material-text": "body",
    "scan-empty": "scan",
    "scan-size": "scan",
    "scan-type": "scan",
    "session-attendance": "present",
    "session-day": "day",
    "session-day-outside": "day",
    "session-manner": "manner",
    "successor-unfit": "successor",
    "not-a-chair": "replaces",
    "email-invalid": "email",
    "email-look-alike": "email",
    "email-mixed": "email",
    "email-not-latin": "email",
    "email-several": "email",
    "name-empty": "name",
    "name-too-long": "name",
    "password-long": "password",
    "password-short": "password",
    "password-weak": "password",
    "password-wrong": "password",
    "passwords-differ": "again",
    "role-unknown": "role",
    "sign-in-wrong": "password",
    "smo-name": "name",
    "smo-name-taken": "name",
    "smo-of-the-rest": "all",
    "smo-unknown": "of",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One of several in a list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, if signed in, under which name, and the cookies that the answer takes along."""

    staff: Staff | None = None
    name: str = ""
    cookies: tuple[Cookie, ...] = ()

    @property
    def who(self) -> Staff:
        """Who looks. Raises Unauthorized if nobody is signed in."""
        if self.staff is None:
            raise Unauthorized("token-invalid")
        return self.staff


@dataclass(frozen=True, slots=True)
class Office:
    """The staff's pages, for one installation."""

    pool: Pool
    pages: Pages
    sentences: Sentences
    signer: Signer
    verifier: Verifier
    desk: StaffDesk
    passwords: Passwords
    secrets: Secrets
    press: Press
    reader: Reader
    files: Files
    uploads: Turns
    clock: Clock
    entrance: Entrance
    provider: Provider | None
    secure: bool

    async def visit(self, request: AnyRequest) -> Visit:
        """Who comes; a token that runs out is renewed as long as the session lives."""
        try:
            token = tokens.presented(request, self.desk.cookie)
            principal = await self.verifier.verify(token, expired_for=SESSION_VALID)
            staff, cookies = await self.desk.known(principal), tuple[Cookie, ...]()
            if principal.expires_at - real_now() < SOON:
                cookies = (self.signed_in(await renew_session(self.pool, staff.session, real_now())),)
        except Unauthorized:
            return Visit()
        async with self.pool.acquire() as db:
            return Visit(staff, (await accounts.get(db, staff.account)).name, cookies)

    async def administrator(self, request: AnyRequest) -> Visit:
        """Who comes, if it is an administrator: for what is set for the whole region. Raises Unauthorized,
        NotFound."""
        visit = await self.visit(request)
        authority(visit.who, Deed.SET_REGION, THE_REGION)
        return visit

    def token(self, who: SignedIn) -> tuple[str, datetime]:
        """A token for ten minutes, and when it expires."""
        return self.signer.issue(str(who.account), str(who.session))

    def signed_in(self, who: SignedIn) -> Cookie:
        """The cookie that holds a token for as long as the session lives."""
        return self.cookie(self.desk.cookie, self.token(who)[0], int(SESSION_VALID.total_seconds()))

    def known_browser(self, account: UUID) -> Cookie:
        """The cookie by which a browser is known in which somebody has signed in before."""
        return self.cookie(BROWSER, self.secrets.browser_of(str(account)), BROWSER_VALID)

    def cookie(self, name: str, value: str, max_age: int) -> Cookie:
        """A cookie that no script and no other site sees; without a value it is cleared."""
        return hidden_cookie(name, value, max_age, self.secure)

    async def page(
        self,
        request: AnyRequest,
        visit: Visit,
        template: str,
        form: Form | None = None,
        status: int = 200,
        **values: object,
    ) -> Response[str]:
        """A page of the staff."""
        async with self.pool.acquire() as db:
            campaign = await campaigns.now_open(db)
        common = {
            "visitor": visit.name,
            "staff": visit.staff,
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            "zone": campaign.time_zone if campaign else "UTC",
            "demonstration": bool(campaign and campaign.demonstration),
            "home": "/cabinet" if visit.staff else "/staff/sign-in",
            "form": form or Form(),
        }
        response = self.pages.render(request, template, status, **(common | values))
        for cookie in visit.cookies:
            response.set_cookie(cookie)
        return response

    def refuse(self, form: Form, error: Exception) -> int:
        """Note in a form why it was refused; return the status."""
        return form.refuse(self.sentences, error, FIELD_OF)

    def go(self, path: str, *cookies: Cookie) -> Redirect:
        """On to another page."""
        return Redirect(path, status_code=303, cookies=list(cookies))

    def go_on(self, request: AnyRequest, url: str, *cookies: Cookie) -> Response[str]:
        """On to another page, or another site, where a redirect would be followed without our cookies, or not
        at all."""
        response = self.pages.go_on(request, url)
        for cookie in cookies:
            response.set_cookie(cookie)
        return response


def by_password(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Guard of what there is with passwords alone."""
    if not connection.app.state.office.entrance.passwords:
        raise NotFound("passwords-off")


def next_page(given: str) -> str:
    """The page to go on to, if it is one of ours."""
    return local_path(given, "")


def count_of(request: AnyRequest, name: str) -> int | None:
    """A small number that an address tells, such as how many were just written to."""
    return number_of(request.query_params.get(name, ""))


def number_of(given: str, longest: int = 5) -> int | None:
    """A whole number of so many digits at most, as a page sends it back; None for anything else."""
    return int(given) if given.isdecimal() and len(given) <= longest else None


def uuid_of(given: str) -> UUID | None:
    """An id as a form sends it; None for anything else."""
    try:
        return UUID(given)
    except ValueError:
        return None


def imported(request: AnyRequest) -> dict[str, int]:
    """What an address tells of an import that was just made: how much was added and changed, if it does."""
    told = {name: count_of(request, name) for name in ("added", "changed")}
    return {name: count for name, count in told.items() if count is not None}


def real_now() -> datetime:
    """The time of tokens, links and sessions, which is nobody's domain."""
    return datetime.now(UTC)


def client_of(request: AnyRequest) -> str:
    """Whom guesses are counted for: the address that the gateway has seen."""
    seen = request.headers.get("x-forwarded-for", "").partition(",")[0].strip()
    return (seen or (request.client.host if request.client else ""))[:64]


def device_of(request: AnyRequest) -> str:
    """What a browser says it is, for the list of one's sessions."""
    return request.headers.get("user-agent", "")
