"""Who of the participants asks: by intake's token, as far as it is fresh; nobody has to sign in."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.errors import Unauthorized
from services.chassis.web import tokens
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tokens import Verifier

ISSUER = "intake"


@dataclass(frozen=True, slots=True)
class Participants:
    """Recognises participants by the cookie that intake sets."""

    verifier: Verifier
    secure: bool

    async def of(self, request: AnyRequest) -> UUID | None:
        """The participant who asks; none who is not signed in, or whose token has run out."""
        cookie = "__Host-participant" if self.secure else "participant"
        try:
            principal = await self.verifier.verify(tokens.presented(request, cookie))
        except Unauthorized:
            return None
        return UUID(principal.subject) if principal.issuer == ISSUER else None
