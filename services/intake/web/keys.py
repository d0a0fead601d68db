"""HTTP: the public keys that intake signs with (RFC 7517)."""

import orjson
from litestar import Response, get
from litestar.di import NamedDependency

from services.chassis.tokens import Signer


@get("/.well-known/intake/jwks.json", tags=["keys"], sync_to_thread=False)
def jwks(signer: NamedDependency[Signer]) -> Response[bytes]:
    """The key set."""
    key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": signer.kid, "x": signer.x}
    return Response(orjson.dumps({"keys": [key]}), media_type="application/json")
