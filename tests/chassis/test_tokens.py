"""Tokens: who is believed, and what is refused without an error of ours."""

import base64
from datetime import timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.chassis.errors import Unauthorized
from services.chassis.web.tokens import Signer, Verifier

PRIVATE = Ed25519PrivateKey.generate()
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def signer() -> Signer:
    return Signer("hierarchy", PEM)


@pytest.fixture
def verifier(signer: Signer) -> Verifier:
    async def load() -> dict[str, tuple[str, str]]:
        return {signer.kid: ("hierarchy", signer.x)}

    return Verifier(load)


def signed_as(alg: str, signer: Signer, **claims: object) -> str:
    header = {"alg": alg, "kid": signer.kid}
    return jwt.encode(header, dict(claims), OKPKey.import_key(PRIVATE), algorithms=[alg])


async def test_a_token_says_who_it_is_for(signer: Signer, verifier: Verifier):
    token, until = signer.issue("someone", "session", municipality="13603000")

    principal = await verifier.verify(token)

    assert (principal.issuer, principal.subject, principal.session) == ("hierarchy", "someone", "session")
    assert principal.claims["municipality"] == "13603000"
    assert abs(principal.expires_at - until) < timedelta(seconds=1)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_token_signed_under_the_older_name_of_the_algorithm_still_counts(
    signer: Signer, verifier: Verifier
):
    token = signed_as("EdDSA", signer, iss="hierarchy", sub="someone", sid="session", exp=9_999_999_999)

    assert (await verifier.verify(token)).subject == "someone"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "intake", "sub": "someone", "sid": "s", "exp": 9_999_999_999},
        {"iss": "hierarchy", "sid": "s", "exp": 9_999_999_999},
        {"iss": "hierarchy", "sub": "someone", "exp": 9_999_999_999},
        {"iss": "hierarchy", "sub": "someone", "sid": "s"},
        {"iss": "hierarchy", "sub": "someone", "sid": "s", "exp": "tomorrow"},
        {"iss": "hierarchy", "sub": "someone", "sid": "s", "exp": 10**30},
        {"iss": "hierarchy", "sub": "someone", "sid": "s", "exp": 1},
    ],
)
async def test_a_token_that_lacks_something_is_refused(
    claims: dict[str, object], signer: Signer, verifier: Verifier
):
    with pytest.raises(Unauthorized):
        await verifier.verify(signed_as("Ed25519", signer, **claims))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "é" * 100,
        "x" * 100_000,
        f"{part({'alg': 'none'})}.{part({'sub': 'x'})}.",
        f"{part({'alg': 'HS256', 'kid': 'x'})}.{part({'sub': 'x'})}.{part('x')}",
        f"{part([1])}.{part({'sub': 'x'})}.{part('x')}",
        f"{part({'alg': 'Ed25519', 'kid': ['x']})}.{part({'sub': 'x'})}.{part('x')}",
    ],
)
async def test_what_is_no_token_of_ours_is_refused(token: str, verifier: Verifier):
    with pytest.raises(Unauthorized):
        await verifier.verify(token)


async def test_a_signature_by_another_key_is_refused(signer: Signer, verifier: Verifier):
    header = {"alg": "Ed25519", "kid": signer.kid}
    claims = {"iss": "hierarchy", "sub": "someone", "sid": "s", "exp": 9_999_999_999}
    token = jwt.encode(header, claims, OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"])

    with pytest.raises(Unauthorized):
        await verifier.verify(token)
