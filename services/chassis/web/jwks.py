"""HTTP: the public keys that a service signs with (RFC 7517)."""

import orjson
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from services.chassis.web.tokens import Issuer, Signer


def jwks(issuer: Issuer) -> HTTPRouteHandler:
    """The route handler that serves the key set of a service."""

    @get(f"/.well-known/{issuer}/jwks.json", tags=["keys"], sync_to_thread=False)
    def jwks(signer: NamedDependency[Signer]) -> Response[bytes]:
        """The key set."""
        key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": signer.kid, "x": signer.x}
        return Response(orjson.dumps({"keys": [key]}), media_type="application/json")

    return jwks
