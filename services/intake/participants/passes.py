"""Passes of the flood guard: whoever asks for a code while somebody floods us waits a little first, or proves
some work.

A pass is bound to nobody: random bytes, when it was issued, a seal. It is ready after a wait, or at once with
a proof, a word that makes the SHA-256 of «pass:word» begin with zero bits (hashcash). It is used once.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from services.chassis.errors import NotYet

WAIT = timedelta(seconds=20)
VALID = timedelta(hours=2)
BITS = 16
"""A browser finds a proof in some seconds."""

RANDOM, SEAL = 16, 16
LENGTH = RANDOM + 8 + SEAL
LONGEST = 100
"""Characters of a pass or a proof."""


class Given(NamedTuple):
    """A pass and a proof, as they came with a request."""

    token: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass, when it is ready without a proof, and how many zero bits a proof has."""

    token: str
    ready_at: datetime
    bits: int = BITS


class FloodGuard:
    """Issues passes and checks them."""

    def __init__(self, secret: bytes, on: bool) -> None:
        self.on = on
        self._key = sha256(b"intake flood\0" + secret).digest()

    def issue(self, now: datetime) -> Pass:
        """A new pass."""
        told = secrets.token_bytes(RANDOM) + int(now.timestamp() * 1000).to_bytes(8, "big")
        token = urlsafe_b64encode(told + self._seal(told)).rstrip(b"=").decode()
        return Pass(token, now + WAIT)

    def waiting(self, token: str, now: datetime) -> Pass:
        """The pass that is not ready yet; a new one instead of any other."""
        issued_at = self._issued_at(token)
        early = issued_at is not None and issued_at <= now < issued_at + WAIT
        return Pass(token, issued_at + WAIT) if issued_at and early else self.issue(now)

    def check(self, given: Given, now: datetime) -> datetime:
        """Until when a pass that is ready could be used. Raises NotYet for any other."""
        issued_at = self._issued_at(given.token)
        if issued_at is None or not issued_at <= now < issued_at + VALID:
            raise NotYet("flood-pass-missing", seconds=int(WAIT.total_seconds()))
        left = (issued_at + WAIT - now).total_seconds()
        if left > 0 and not proves(given.token, given.proof):
            raise NotYet("flood-pass-early", seconds=int(left) + 1)
        return issued_at + VALID

    def _issued_at(self, token: str) -> datetime | None:
        """When we have issued this; none if we have not."""
        if not (len(token) <= LONGEST and token.isascii()):
            return None
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        told, seal = raw[:-SEAL], raw[-SEAL:]
        # One spelling: what decodes alike would be another pass.
        genuine = len(raw) == LENGTH and urlsafe_b64encode(raw).rstrip(b"=").decode() == token
        if not (genuine and hmac.compare_digest(seal, self._seal(told))):
            return None
        return datetime.fromtimestamp(int.from_bytes(told[RANDOM:], "big") / 1000, UTC)

    def _seal(self, told: bytes) -> bytes:
        return hmac.digest(self._key, told, "sha256")[:SEAL]


def proves(token: str, proof: str) -> bool:
    """Whether some work was done for a pass."""
    if not proof or len(proof) > LONGEST:
        return False
    digest = sha256(f"{token}:{proof}".encode(errors="replace")).digest()
    return int.from_bytes(digest, "big") >> (256 - BITS) == 0
