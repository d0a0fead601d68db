"""A sign-in at the provider: what is kept of it until somebody comes back, and what they come back with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from pydantic import BaseModel, ConfigDict

from services.chassis.errors import Conflict, Forbidden, Unavailable

log = structlog.get_logger()

VALID = timedelta(minutes=10)
AWAY = ("server_error", "temporarily_unavailable")


class Flow(BaseModel):
    """What a browser keeps of a sign-in between leaving for the provider and coming back."""

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: datetime

    @classmethod
    def begin(cls, back: str, now: datetime) -> "Flow":
        """A new one, which leads to the page `back` in the end."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, next=back, begun_at=now)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider says in the address by which somebody comes back (Core 3.1.2.5, RFC 9207)."""

    state: str
    code: str
    error: str
    issuer: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Answer":
        """The answer in an address."""
        return cls(*(query.get(name, "") for name in ("state", "code", "error", "iss")))

    def check(self, flow: Flow, issuer: str, now: datetime) -> None:
        """Raises Conflict if it answers to another sign-in or comes too late, Forbidden if somebody was not
        let in, Unavailable if the provider could not say."""
        same = secrets.compare_digest(self.state.encode(), flow.state.encode())
        if not same or self.issuer not in ("", issuer) or flow.begun_at + VALID <= now:
            raise Conflict("openid-again")
        if self.error == "access_denied":
            raise Forbidden("openid-denied")
        if self.error in AWAY:
            raise Unavailable("openid-unavailable")
        if self.error:
            log.error("openid_misconfigured", reason=self.error[:200])
            raise Unavailable("openid-failed")
        if not self.code:
            raise Conflict("openid-again")
