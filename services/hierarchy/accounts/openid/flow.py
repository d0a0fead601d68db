"""A sign-in at the provider: what is kept of it meanwhile, and the provider's response."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from pydantic import BaseModel, ConfigDict

from services.chassis.errors import Conflict, Forbidden, Unavailable

log = structlog.get_logger()

VALID = timedelta(minutes=10)
UNAVAILABLE = ("server_error", "temporarily_unavailable")


class Flow(BaseModel):
    """What a browser keeps of a sign-in while its user is at the provider."""

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: datetime

    @classmethod
    def begin(cls, back: str, now: datetime) -> "Flow":
        """A new one, which ends at the page `back`."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, next=back, begun_at=now)


@dataclass(frozen=True, slots=True)
class AuthenticationResponse:
    """The provider's response in the address to which it redirects (Core 3.1.2.5, RFC 9207)."""

    state: str
    code: str
    error: str
    issuer: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "AuthenticationResponse":
        """The response in an address."""
        return cls(*(query.get(name, "") for name in ("state", "code", "error", "iss")))

    def check(self, flow: Flow, issuer: str, now: datetime) -> None:
        """Raises Conflict if it belongs to another sign-in or is too late, Forbidden if the provider denied
        the sign-in, Unavailable if it failed."""
        same = secrets.compare_digest(self.state.encode(), flow.state.encode())
        if not same or self.issuer not in ("", issuer) or flow.begun_at + VALID <= now:
            raise Conflict("openid-again")
        if self.error == "access_denied":
            raise Forbidden("openid-denied")
        if self.error in UNAVAILABLE:
            raise Unavailable("openid-unavailable")
        if self.error:
            log.error("openid_misconfigured", reason=self.error[:200])
            raise Unavailable("openid-failed")
        if not self.code:
            raise Conflict("openid-again")
