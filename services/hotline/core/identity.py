"""Who of the participants asks: by intake's token, as far as it is fresh; nobody has to sign in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar.response import Redirect

from services.chassis.errors import Unauthorized
from services.chassis.web import tokens
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tokens import Verifier

ISSUER = "intake"

WHILE_WRITING = timedelta(hours=2)
"""A form is its writer's as long as this after their token has run out: it is renewed by intake's pages."""


def sign_in(path: str) -> str:
    """Where intake renews a token or lets somebody sign in, to go on to a page of ours."""
    return f"/sign-in?next={quote(path, safe='')}"


def to_sign_in(request: AnyRequest, _: Unauthorized) -> Redirect:
    """To the sign-in, and back to this page afterwards."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(sign_in(request.url.path + query), status_code=303)


TO_SIGN_IN: Any = {Unauthorized: to_sign_in}
"""The exception handlers of pages for participants who are signed in."""


@dataclass(frozen=True, slots=True)
class Participants:
    """Recognises participants by the cookie that intake sets."""

    verifier: Verifier
    secure: bool

    async def of(self, request: AnyRequest, lasting: timedelta = timedelta(0)) -> UUID | None:
        """The participant who asks; none who is not signed in, or whose token has run out longer ago than
        what the request lasts."""
        cookie = "__Host-participant" if self.secure else "participant"
        try:
            principal = await self.verifier.verify(tokens.presented(request, cookie), expired_for=lasting)
        except Unauthorized:
            return None
        return UUID(principal.subject) if principal.issuer == ISSUER else None
