"""ID tokens: who is signed in, under the provider's signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

JsonObject: TypeAlias = Mapping[str, Any]
"""A JSON object of the provider."""

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures that are accepted, whatever the provider offers: none that the public key suffices to make."""

UNVERIFIED = ("false", "0")
"""How providers write that an address was not verified."""

LEEWAY = 60
"""Seconds by which the clocks of the provider and of us may differ."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Our registration at the provider: the client and its secret, and where it redirects after a sign-in."""

    issuer: str
    client: str
    secret: str | None
    callback_url: str
    signed_out_url: str
    """Where it redirects after a sign-out."""
    vouches: bool = False
    """Whether the operator warrants that an address was verified of which the provider does not say so."""

    def has_verified(self, claims: JsonObject) -> bool:
        """Whether the address in these claims was verified. `true` alone says so (Core 5.1), nothing
        similar, unless the operator vouches for the issuer, and then a plain no is still a no."""
        said = claims.get("email_verified")
        return said is True or (self.vouches and str(said).lower() not in UNVERIFIED)


def verify(token: JsonObject, keys: KeySet, registered: Registration, nonce: str) -> dict[str, Any]:
    """The claims of the ID token in a token response (Core 3.1.3.7). Raises JoseError for one that was not
    made by the provider, for us, for this sign-in and just now."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    found = jwt.decode(token["id_token"], keys, registry=registry)
    expected: dict[str, Any] = {
        "iss": {"essential": True, "value": registered.issuer},
        "aud": {"essential": True, "value": registered.client},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    known = {
        "nonce": nonce,
        "client_id": registered.client,
        "access_token": token.get("access_token"),
    }
    claims = CodeIDToken(found.claims, found.header, expected, known)
    claims.validate(leeway=LEEWAY)
    return dict(claims)
