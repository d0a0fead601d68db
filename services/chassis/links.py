"""Sealed links: one opens one thing to whoever has it, until it is revoked; no account is needed.

Unpadded base64url of the thing's id, the version of its link, its tenant, and a seal (HMAC-SHA256).
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

SEAL, ID, VERSION = 16, 16, 4
"""Bytes. A seal of 128 bits is cut from the longer one (RFC 2104, 5)."""

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Link:
    """Which thing of which tenant a link opens, and which version of its link this is."""

    tenant: str
    id: UUID
    version: int


def sealed(secret: bytes, link: Link) -> str:
    """The link as it stands in an address."""
    told = link.id.bytes + link.version.to_bytes(VERSION, "big") + link.tenant.encode()
    return urlsafe_b64encode(told + _seal(secret, told)).decode().rstrip("=")


def opened(secret: bytes, given: str) -> Link | None:
    """What a link opens; nothing for one that we have not sealed."""
    raw = _decoded(given)
    told, seal = raw[:-SEAL], raw[-SEAL:]
    if len(told) <= ID + VERSION or not hmac.compare_digest(seal, _seal(secret, told)):
        return None
    version = int.from_bytes(told[ID : ID + VERSION], "big")
    return Link(told[ID + VERSION :].decode(), UUID(bytes=told[:ID]), version)


def _decoded(given: str) -> bytes:
    if len(given) > LONGEST or not given.isascii():
        return b""
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        return b""
    # A link has one spelling: what decodes alike is not the same address.
    return raw if urlsafe_b64encode(raw).decode().rstrip("=") == given else b""


def _seal(secret: bytes, told: bytes) -> bytes:
    return hmac.digest(secret, told, "sha256")[:SEAL]
