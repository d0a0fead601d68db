"""Digests that need the installation's secret, so that a copy of the database reveals nothing."""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256


class Pepper:
    """Keyed digests of addresses and codes."""

    def __init__(self, secret: bytes) -> None:
        self._key = sha256(b"intake pepper\0" + secret).digest()

    def of_emails(self, forms: Iterable[str]) -> list[bytes]:
        """The digests by which an address is found, one for each of its forms."""
        return [hmac.digest(self._key, b"email\0" + email.encode(), "sha256") for email in forms]

    def of_code(self, participant_id: str, code: str) -> bytes:
        """The digest of a participant's code."""
        return hmac.digest(self._key, f"code\0{participant_id}\0{code}".encode(), "sha256")

    def matches(self, digest: bytes, participant_id: str, code: str) -> bool:
        """Whether the code is the one of the digest, in constant time."""
        return hmac.compare_digest(digest, self.of_code(participant_id, code.strip()))


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06}"
