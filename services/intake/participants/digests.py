"""Digests that need the installation's secret, so that a copy of the database reveals nothing."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from services.chassis.errors import NotFound

TOKEN = 32
"""Bytes of a link that stops letters: a participant's id and half a digest of it."""


class Pepper:
    """Keyed digests of addresses, names and codes."""

    def __init__(self, secret: bytes) -> None:
        self._key = sha256(b"intake pepper\0" + secret).digest()

    def of_emails(self, forms: Iterable[str]) -> list[bytes]:
        """The digests by which an address is found, one for each of its forms."""
        return [hmac.digest(self._key, b"email\0" + email.encode(), "sha256") for email in forms]

    def of_name(self, words: Iterable[str]) -> list[bytes]:
        """The digests by which a name is found, one for each of its words."""
        return [hmac.digest(self._key, b"name\0" + word.encode(), "sha256") for word in sorted(words)]

    def of_network(self, network: str) -> bytes:
        """The digest by which a network is known."""
        return hmac.digest(self._key, b"network\0" + network.encode(), "sha256")

    def handle(self, campaign: str, address: bytes) -> UUID:
        """By what the code for an address is known, by the digest of the address: the same for everybody who
        asks, and of an address that nobody has no other than of one that somebody has."""
        told = b"handle\0" + campaign.encode() + b"\0" + address
        return UUID(bytes=hmac.digest(self._key, told, "sha256")[:16], version=5)

    def of_code(self, handle: UUID, code: str) -> bytes:
        """The digest of the code of a handle."""
        return hmac.digest(self._key, f"code\0{handle}\0{code}".encode(), "sha256")

    def matches(self, digest: bytes, handle: UUID, code: str) -> bool:
        """Whether the code is the one of the digest, in constant time."""
        return hmac.compare_digest(digest, self.of_code(handle, code.strip()))


class Stops:
    """Links that stop a participant's letters without a sign-in. Nobody can guess one, and none expires."""

    def __init__(self, site: str, secret: bytes) -> None:
        self.site = site
        self._key = sha256(b"intake stops\0" + secret).digest()

    def url(self, participant_id: UUID) -> str:
        """The page that asks once more, and that stops the letters."""
        token = urlsafe_b64encode(participant_id.bytes + self._mac(participant_id)).rstrip(b"=").decode()
        return f"{self.site}/me/letters/stop/{token}"

    def headers(self, participant_id: UUID) -> dict[str, str]:
        """What a letter has so that mail programs show a button (RFC 8058)."""
        value = f"<{self.url(participant_id)}>"
        return {"List-Unsubscribe": value, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def participant_of(self, token: str) -> UUID:
        """Whose letters a link stops. Raises NotFound for one that is not ours."""
        try:
            known = urlsafe_b64decode(f"{token}=")
        except ValueError:
            known = b""
        if len(known) != TOKEN:
            raise NotFound("letters-link-unknown")
        found = UUID(bytes=known[:16])
        if not hmac.compare_digest(known[16:], self._mac(found)):
            raise NotFound("letters-link-unknown")
        return found

    def _mac(self, participant_id: UUID) -> bytes:
        return hmac.digest(self._key, participant_id.bytes, "sha256")[:16]


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06}"
