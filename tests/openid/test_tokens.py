"""An ID token is taken from the provider alone, for us, for this sign-in and just now."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from structlog.testing import capture_logs

from services.chassis.errors import Conflict, Unavailable
from services.hierarchy.accounts.openid import provider as provider_module
from services.hierarchy.accounts.openid.flow import Flow
from services.hierarchy.accounts.openid.provider import Provider
from services.hierarchy.accounts.openid.tokens import Registration, verify
from tests.databases import free_port
from tests.openid import made_up
from tests.openid.made_up import CLIENT, NONCE, MadeUp, forged, good_claims, new_key, signed

ISSUER = "https://provider.example"
US = Registration(ISSUER, CLIENT, None, "", "")
KEY = new_key("first")
NOW = int(time.time())
FLOW = Flow(state="s", nonce=NONCE, verifier="v" * 43, next="", begun_at=datetime.now(UTC))


def taken(token: str) -> dict[str, Any]:
    return verify({"id_token": token, "access_token": "x"}, KeySet([KEY]), US, NONCE)


def test_a_good_token_is_taken() -> None:
    assert taken(signed(good_claims(ISSUER), KEY))["sub"] == "1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": NOW - 120},
        {"iat": NOW + 3600, "exp": NOW + 7200},
        {"nbf": NOW + 3600},
        {"nonce": "another-nonce"},
        {"nonce": [NONCE]},
        {"sub": ""},
        {"sub": None},
        {"at_hash": "bm90IHRoaXM"},
    ],
    ids=" ".join,
)
def test_a_claim_that_is_wrong_is_refused(wrong: dict[str, Any]) -> None:
    token = signed(good_claims(ISSUER) | wrong, KEY)

    with pytest.raises(JoseError):
        taken(token)


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_claim_that_is_missing_is_refused(missing: str) -> None:
    claims = good_claims(ISSUER)
    del claims[missing]

    with pytest.raises(JoseError):
        taken(signed(claims, KEY))


def test_clocks_may_differ_a_little() -> None:
    assert taken(signed(good_claims(ISSUER) | {"iat": NOW + 30, "exp": NOW - 30}, KEY))


def test_several_audiences_are_taken_if_it_was_made_for_us() -> None:
    claims = good_claims(ISSUER) | {"aud": [CLIENT, "another-client"], "azp": CLIENT}

    assert taken(signed(claims, KEY))


@pytest.mark.parametrize(
    "token",
    [
        forged(good_claims(ISSUER), "none"),
        forged(good_claims(ISSUER), "HS256", KEY.as_pem(private=False)),
        forged(good_claims(ISSUER), "HS256", b"a secret"),
        signed(good_claims(ISSUER), new_key("first")),
        signed(good_claims(ISSUER), KEY)[:-4] + "AAAA",
        signed(good_claims(ISSUER), KEY, kid="unknown"),
    ],
    ids=["unsigned", "public key as secret", "client's secret", "another key", "changed", "unknown key"],
)
def test_no_signature_but_one_of_the_provider_is_taken(token: str) -> None:
    with pytest.raises(JoseError):
        taken(token)


@pytest.fixture
def made() -> Iterator[MadeUp]:
    with made_up.provider() as made:
        yield made


async def test_description_and_keys_are_asked_for_once(made: MadeUp) -> None:
    asking = Provider(made.registered)
    for _ in range(3):
        await asking.authorization_url(FLOW)
        await asking.person("code", FLOW)

    assert made.asked.count("/.well-known/openid-configuration") == 1
    assert made.asked.count("/keys") == 1


async def test_and_again_after_some_minutes(made: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "CACHED_FOR", 0.0)
    asking = Provider(made.registered)
    for _ in range(2):
        await asking.authorization_url(FLOW)

    assert made.asked.count("/.well-known/openid-configuration") == 2


async def test_a_key_that_is_new_is_looked_for_once(made: MadeUp) -> None:
    asking = Provider(made.registered)
    await asking.person("code", FLOW)
    made.key = new_key("second")

    await asking.person("code", FLOW)

    assert made.asked.count("/keys") == 2


async def test_an_address_outside_the_token_is_asked_for(made: MadeUp) -> None:
    made.userinfo = {"sub": "1", "email": "admin@example.org", "email_verified": True}

    person = await Provider(made.registered).person("code", FLOW)

    assert (person.email, person.email_verified) == ("admin@example.org", True)


async def test_an_address_of_somebody_else_is_not_taken(made: MadeUp) -> None:
    made.userinfo = {"sub": "2", "email": "admin@example.org", "email_verified": True}

    with pytest.raises(Unavailable, match="openid-failed"):
        await Provider(made.registered).person("code", FLOW)


ABSENT = object()


def claiming(verified: object) -> dict[str, Any]:
    claims: dict[str, Any] = {"email": "admin@example.org", "email_verified": verified}
    return {name: value for name, value in claims.items() if value is not ABSENT}


@pytest.mark.parametrize("verified", [False, None, "true", 1, ABSENT])
async def test_verified_is_true_and_nothing_like_it(made: MadeUp, verified: object) -> None:
    made.claims = claiming(verified)

    assert (await Provider(made.registered).person("code", FLOW)).email_verified is False


@pytest.mark.parametrize(
    ("verified", "counts"),
    [
        (ABSENT, True),
        ("true", True),
        (1, True),
        (True, True),
        (None, True),
        (False, False),
        ("False", False),
        (0, False),
    ],
)
async def test_an_issuer_that_the_operator_vouches_for_is_believed_unless_it_says_no(
    made: MadeUp, verified: object, counts: bool
) -> None:
    made.claims = claiming(verified)
    vouched = replace(made.registered, vouches=True)

    assert (await Provider(vouched).person("code", FLOW)).email_verified is counts


@pytest.mark.parametrize(
    ("claims", "missing"),
    [
        ({"email": "admin@example.org"}, "email_verified"),
        ({"email": "admin@example.org", "email_verified": "true"}, "email_verified: true"),
        ({"email_verified": True, "email": ""}, None),
        ({}, "email"),
    ],
)
async def test_the_log_names_the_claim_that_is_missing(
    made: MadeUp, claims: dict[str, Any], missing: str | None
) -> None:
    made.claims = claims
    with capture_logs() as logged:
        await Provider(made.registered).person("code", FLOW)

    told = [line["missing"] for line in logged if line["event"] == "openid_email_unverified"]
    assert told == ([missing] if missing else [])


async def test_a_token_for_another_sign_in_is_refused(made: MadeUp) -> None:
    made.claims = {"nonce": "another-nonce"}

    with pytest.raises(Unavailable, match="openid-failed"):
        await Provider(made.registered).person("code", FLOW)


@pytest.mark.parametrize("described", [{"issuer": "https://elsewhere.example"}, {"token_endpoint": None}])
async def test_a_description_that_does_not_fit_is_refused(made: MadeUp, described: dict[str, Any]) -> None:
    made.described = described

    with pytest.raises(Unavailable, match="openid-failed"):
        await Provider(made.registered).authorization_url(FLOW)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((500, b"{}"), Unavailable),
        ((429, b"slow down"), Unavailable),
        ((200, b"<html>"), Unavailable),
        ((200, b"[]"), Unavailable),
        ((200, b"{}"), Unavailable),
        ((400, b'{"error": "invalid_grant"}'), Conflict),
        ((401, b'{"error": "invalid_client"}'), Unavailable),
    ],
)
async def test_whatever_the_provider_says_is_no_bug_of_ours(
    made: MadeUp, told: tuple[int, bytes], expected: type[Exception]
) -> None:
    asking = Provider(made.registered)
    await asking.authorization_url(FLOW)
    made.told = told

    with pytest.raises(expected):
        await asking.person("code", FLOW)


async def test_keys_that_are_none_are_no_bug_of_ours(made: MadeUp) -> None:
    made.described = {"jwks_uri": f"{made.url}/userinfo"}

    with pytest.raises(Unavailable, match="openid-failed"):
        await Provider(made.registered).person("code", FLOW)


async def test_nobody_is_sent_to_a_provider_that_cannot_sign_out(made: MadeUp) -> None:
    asking = Provider(made.registered)

    assert await asking.sign_out_url() is None


async def test_an_address_that_is_none_is_no_bug_of_ours() -> None:
    nowhere = Registration(f"http://127.0.0.1:{free_port()}", CLIENT, None, "", "")

    with pytest.raises(Unavailable, match="openid-unavailable"):
        await Provider(nowhere).authorization_url(FLOW)
    assert await Provider(nowhere).sign_out_url() is None
