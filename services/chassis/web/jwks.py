"""HTTP: the public keys that a service signs with (RFC 7517)."""

from typing import Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from services.chassis.web.tokens import Issuer, Signer


class Key(BaseModel):
    """A public key."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    use: Literal["sig"]
    kid: str
    x: str


class KeySet(BaseModel):
    """The keys that a service signs with."""

    keys: list[Key]


def jwks(issuer: Issuer) -> HTTPRouteHandler:
    """The route handler that serves the key set of a service."""

    @get(f"/.well-known/{issuer}/jwks.json", tags=["keys"], sync_to_thread=False)
    def jwks(signer: NamedDependency[Signer]) -> Response[KeySet]:
        """The key set."""
        key = Key(kty="OKP", crv="Ed25519", use="sig", kid=signer.kid, x=signer.x)
        return Response(KeySet(keys=[key]))

    return jwks
