"""Who asks: participants by their tokens, in a header or a cookie; and what time it is for them."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Request

from services.chassis.db.pool import Pool
from services.chassis.errors import Malformed, NotFound, Unauthorized
from services.chassis.process.clock import Clock
from services.chassis.web.tokens import Principal, Signer, Verifier, presented
from services.intake.core.domain import Author
from services.intake.core.region import Directory
from services.intake.participants.commands.begin_session import SESSION_VALID, renew_session

AnyRequest: TypeAlias = Request[Any, Any, Any]

CLIENTS = 10_000

SOON = timedelta(minutes=2)
"""A page renews a token that has less than this left."""


def cookie_of(secure: bool) -> str:
    """The cookie that holds a participant's token."""
    return "__Host-participant" if secure else "participant"


class Identity:
    """Turns requests into authors and authors into tokens."""

    def __init__(self, pool: Pool, signer: Signer, verifier: Verifier, secure: bool) -> None:
        self._pool, self._signer, self._verifier = pool, signer, verifier
        self.cookie = cookie_of(secure)

    async def author(self, request: AnyRequest) -> Author:
        """The participant who asks. Raises Unauthorized."""
        return _author(await self._verifier.verify(presented(request, self.cookie)))

    async def renew(self, request: AnyRequest) -> Author:
        """The participant of a token that may have expired, as long as the session lives."""
        principal = await self._verifier.verify(presented(request, self.cookie), expired_for=SESSION_VALID)
        return await renew_session(self._pool, UUID(principal.session))

    async def staying(self, request: AnyRequest) -> tuple[Author, str | None]:
        """The participant of a page, and a fresh token if theirs runs out soon or has run out.

        Raises Unauthorized once the session has ended.
        """
        principal = await self._verifier.verify(presented(request, self.cookie), expired_for=SESSION_VALID)
        if principal.expires_at - datetime.now(UTC) > SOON:
            return _author(principal), None
        who = await renew_session(self._pool, UUID(principal.session))
        return who, self.token(who)[0]

    def token(self, who: Author) -> tuple[str, datetime]:
        """A token for ten minutes, and when it expires."""
        claims = {"municipality": who.municipality, "campaign": who.campaign}
        return self._signer.issue(str(who.participant_id), who.session, **claims)


def _author(principal: Principal) -> Author:
    if principal.issuer != "intake":
        raise Unauthorized("token-invalid")
    claims = principal.claims
    return Author(UUID(principal.subject), claims["municipality"], claims["campaign"], principal.session)


class Time:
    """Domain time of a request: the clock's, or in a demonstration the header X-Demo-Time."""

    def __init__(self, clock: Clock, directory: Directory) -> None:
        self._clock, self._directory = clock, directory
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def of(self, request: AnyRequest, client: str = "") -> datetime:
        """When this happens. The header is for the past only and never goes back for one client.

        Raises Malformed outside a demonstration and for anything else in the header.
        """
        now, given = self._clock.now(), request.headers.get("x-demo-time")
        if given is None:
            return now
        moment = self._parsed(given)
        if moment > now or moment < self._last.get(client, moment):
            raise Malformed("demo-time-refused")
        if client:
            self._last[client] = moment
            self._last.move_to_end(client)
            if len(self._last) > CLIENTS:
                self._last.popitem(last=False)
        return moment

    def _parsed(self, given: str) -> datetime:
        try:
            demonstration = self._directory.picture.open_campaign.demonstration
            moment = datetime.fromisoformat(given)
        except (NotFound, ValueError) as error:
            raise Malformed("demo-time-refused") from error
        if not demonstration or moment.utcoffset() is None:
            raise Malformed("demo-time-refused")
        return moment
