"""Who asks: participants by their tokens, in a header or a cookie."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Unauthorized
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tokens import Principal, Signer, Verifier, presented
from services.intake.core.commands.renew_session import renew_session
from services.intake.core.domain import SESSION_VALID, Author
from services.intake.core.store import sessions

SOON = timedelta(minutes=2)
"""A page renews a token that has less than this left."""

MOVES_READ_EVERY = 2.0
"""Seconds. Until then a token of another process's participant is refused: nothing is written elsewhere."""

TOKENS_FORGOTTEN = timedelta(minutes=15)
"""No token is good for longer."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when it expires."""

    token: str
    expires_at: datetime


def cookie_of(secure: bool) -> str:
    """The cookie that holds a participant's token."""
    return "__Host-participant" if secure else "participant"


class Identity:
    """Turns requests into authors and authors into tokens."""

    def __init__(self, pool: Pool, signer: Signer, verifier: Verifier, secure: bool) -> None:
        self._pool, self._signer, self._verifier = pool, signer, verifier
        self.cookie = cookie_of(secure)
        self._moved: set[UUID] = set()

    async def run(self) -> None:
        """Know who has moved lately, until cancelled: their tokens name the municipality before, for as long
        as these are good, and their sessions the one of now."""
        await now_and_again(self.refresh, MOVES_READ_EVERY, "moves_wait")

    async def refresh(self) -> None:
        """Read anew who has moved."""
        async with self._pool.acquire() as db:
            self._moved = await sessions.moved_since(db, datetime.now(UTC) - TOKENS_FORGOTTEN)

    def note_move(self, participant_id: UUID) -> None:
        """A participant has moved just now."""
        self._moved.add(participant_id)

    async def author(self, request: AnyRequest) -> Author:
        """The participant who asks. Raises Unauthorized."""
        author = _author(await self._verifier.verify(presented(request, self.cookie)))
        if author.participant_id in self._moved:
            return await renew_session(self._pool, UUID(author.session))
        return author

    async def renew(self, request: AnyRequest) -> Author:
        """The participant of a token that may have expired, as long as the session lives."""
        principal = await self._verifier.verify(presented(request, self.cookie), expired_for=SESSION_VALID)
        return await renew_session(self._pool, UUID(principal.session))

    async def staying(self, request: AnyRequest) -> tuple[Author, Token | None]:
        """The participant of a page, and a fresh token if theirs expires soon or has expired.

        Raises Unauthorized once the session has ended.
        """
        principal = await self._verifier.verify(presented(request, self.cookie), expired_for=SESSION_VALID)
        lasts = principal.expires_at - datetime.now(UTC) > SOON
        if lasts and (author := _author(principal)).participant_id not in self._moved:
            return author, None
        who = await renew_session(self._pool, UUID(principal.session))
        return who, self.token(who)

    def token(self, who: Author) -> Token:
        """A token for ten minutes."""
        claims = {"municipality": who.municipality, "campaign": who.campaign}
        return Token(*self._signer.issue(str(who.participant_id), who.session, **claims))


def _author(principal: Principal) -> Author:
    if principal.issuer != "intake":
        raise Unauthorized("token-invalid")
    claims = principal.claims
    return Author(UUID(principal.subject), claims["municipality"], claims["campaign"], principal.session)
