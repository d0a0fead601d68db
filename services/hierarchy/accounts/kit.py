"""The kit of the staff's pages: who is signed in, and what every page of the cabinet has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from litestar import Response
from litestar.datastructures import Cookie

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.chassis.errors import Unauthorized
from services.chassis.process.clock import Clock
from services.chassis.web import tokens
from services.chassis.web.pages import Pages, hidden_cookie
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tokens import Signer, Verifier
from services.chassis.web.visits import Recognised, Visit
from services.directory.grants import Staff
from services.directory.initials import signed
from services.directory.sections import LINE, QUESTIONING, sections_of
from services.directory.staff import StaffDesk
from services.hierarchy.accounts.commands.begin_session import SignedIn
from services.hierarchy.accounts.commands.renew_session import renew_session
from services.hierarchy.accounts.domain.accounts import SESSION_VALID
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.authority import appoints
from services.hierarchy.core.domain.roles import MEETING, REPORTING
from services.hierarchy.core.store import campaigns

CABINET = "/cabinet"

SOON = timedelta(minutes=2)
"""A page renews a token that has less than this left."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when it expires."""

    token: str
    expires_at: datetime


@dataclass(slots=True)
class StaffKit:
    """The staff's pages, for one installation."""

    pool: Pool
    pages: Pages
    sentences: Sentences
    secure: bool
    signer: Signer
    verifier: Verifier
    desk: StaffDesk
    clock: Clock

    async def recognise(self, request: AnyRequest) -> Recognised[Staff]:
        """Who is signed in; a token that expires soon is renewed as long as the session lives."""
        try:
            token = tokens.presented(request, self.desk.cookie)
            principal = await self.verifier.verify(token, expired_for=SESSION_VALID)
            staff, cookies = await self.desk.known(principal), list[Cookie]()
            if principal.expires_at - real_now() < SOON:
                renewed = await renew_session(self.pool, staff.session, real_now())
                cookies = [self._cookie(self.token(renewed).token)]
        except Unauthorized:
            return Recognised()
        async with self.pool.acquire() as db:
            account = await accounts.get(db, staff.account)
        return Recognised(staff, str(staff.account), account.name, cookies)

    async def common(self, visit: Visit[Staff]) -> Mapping[str, object]:
        """The values that every page of the cabinet has."""
        async with self.pool.acquire() as db:
            campaign = await campaigns.now_open(db)
        return {
            "visitor": signed(visit.recognised.name),
            "staff": visit.recognised.who,
            "menu": sections_of(visit.recognised.who),
            "administers": visit.signed_in and visit.who.holds(Role.ADMINISTRATOR),
            "appoints": visit.signed_in and bool(appoints(visit.who)),
            "meets": visit.signed_in and any(grant.role in MEETING for grant in visit.who.grants),
            "reporting": visit.signed_in and any(grant.role in REPORTING for grant in visit.who.grants),
            "ordered": visit.signed_in and any(grant.role in LINE for grant in visit.who.grants),
            "asks": visit.signed_in and any(grant.role in QUESTIONING for grant in visit.who.grants),
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            "zone": campaign.time_zone if campaign else "UTC",
            "demonstration": bool(campaign and campaign.demonstration),
            "home": CABINET if visit.signed_in else "/staff/sign-in",
        }

    def now(self, request: AnyRequest) -> datetime:
        """The clock's time."""
        return self.clock.now()

    def token(self, who: SignedIn) -> Token:
        """A token for ten minutes."""
        return Token(*self.signer.issue(str(who.account), str(who.session), name=who.name))

    def sign_in(self, visit: Visit[Staff], who: SignedIn) -> None:
        """The visit's answer gives the browser a token, in the place of the one that it may have."""
        visit.recognised = Recognised(cookies=[self._cookie(self.token(who).token)])

    def sign_out(self, visit: Visit[Staff]) -> None:
        """The visit's answer clears the browser's token."""
        visit.recognised = Recognised(cookies=[self._cookie("")])

    def go_on(self, visit: Visit[Staff], url: str, *cookies: Cookie) -> Response[str]:
        """On to another page, or another site, where a redirect would be followed without our cookies, or not
        at all."""
        response = self.pages.go_on(visit.request, url)
        for cookie in (*visit.recognised.cookies, *cookies):
            response.set_cookie(cookie)
        return response

    def _cookie(self, token: str) -> Cookie:
        """Holds a token for as long as a session lives: it is renewed meanwhile."""
        return hidden_cookie(self.desk.cookie, token, int(SESSION_VALID.total_seconds()), self.secure)


def real_now() -> datetime:
    """The time of tokens, links and sessions, which no clock of the domain changes."""
    return datetime.now(UTC)
