"""Topic dialogue.keys.v1: public keys of those who issue tokens, each issuer in its own partition."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.event import Event

ISSUERS = {"hierarchy": 0, "intake": 1}
"""Issuer → its partition."""


class KeyPublished(Event):
    """A service signs tokens with this Ed25519 key from now on."""

    topic: ClassVar[str] = "dialogue.keys.v1"
    type: ClassVar[str] = "dialogue.key.published.v1"

    kid: str = Field(min_length=8, description="The key's id, as in the token's header.")
    issuer: Literal["hierarchy", "intake"]
    x: str = Field(description="The public key, base64url without padding (RFC 8037).")
    published_at: AwareDatetime

    @property
    def subject(self) -> str:
        return self.kid

    @property
    def partition_key(self) -> str:
        return self.issuer

    @property
    def partition(self) -> int:
        return ISSUERS[self.issuer]


EVENTS = (KeyPublished,)
