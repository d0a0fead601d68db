"""The provider: its metadata, its keys, and the requests to it."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import structlog
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from services.chassis.errors import Conflict, Unavailable
from services.hierarchy.accounts.domain.accounts import Identity, Person
from services.hierarchy.accounts.openid.flow import Flow
from services.hierarchy.accounts.openid.tokens import JsonObject, Registration, verify

log = structlog.get_logger()

SCOPE = "openid email"

CACHED_FOR = 300.0
"""Seconds for which the provider's metadata and keys are not fetched again."""

PATIENCE = 5.0
"""Seconds for one request to the provider, its answer included."""

REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
INVALID = (JoseError, ValueError, TypeError, KeyError)
"""What an invalid token or key raises."""


class Provider:
    """A client of the provider. Every request raises Unavailable without a valid answer."""

    def __init__(self, registered: Registration) -> None:
        self.registered = registered
        self._tls = ssl.create_default_context()
        self._metadata: JsonObject = {}
        self._keys: KeySet | None = None
        self._fresh_until = 0.0

    async def authorization_url(self, flow: Flow, as_another: bool = False) -> str:
        """Where the provider signs people in; `as_another`: it asks for the account even if it knows one."""
        metadata = await self._metadata_now()
        client = OAuth2Client(
            None,
            self.registered.client,
            scope=SCOPE,
            redirect_uri=self.registered.callback_url,
            code_challenge_method="S256",
        )
        more = {"prompt": "login"} if as_another else {}
        url, _ = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            **more,
        )
        return str(url)

    async def person(self, code: str, flow: Flow) -> Person:
        """Whom the provider has signed in. Raises Conflict for a code that is old or was used before."""
        metadata = await self._metadata_now()
        async with self._client(metadata) as client:
            token = await client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
            )
        claims = await self._verified(token, flow.nonce)
        if "email" not in claims and "userinfo_endpoint" in metadata:
            claims = {**await self._userinfo(metadata, token, claims["sub"]), "sub": claims["sub"]}
        identity = Identity(self.registered.issuer, claims["sub"])
        verified = self.registered.has_verified(claims)
        if not verified:
            log.warning("openid_email_unverified", missing=_missing_claim(claims))
        return Person(identity, str(claims.get("email") or ""), verified)

    async def sign_out_url(self) -> str | None:
        """Where the provider signs out and redirects to us; None if it cannot, or does not answer."""
        try:
            endpoint = (await self._metadata_now()).get("end_session_endpoint")
        except Unavailable:
            return None
        query = {
            "client_id": self.registered.client,
            "post_logout_redirect_uri": self.registered.signed_out_url,
        }
        return str(add_params_to_uri(endpoint, query)) if endpoint else None

    async def _metadata_now(self) -> JsonObject:
        if time.monotonic() < self._fresh_until:
            return self._metadata
        url = get_well_known_url(self.registered.issuer, external=True)
        metadata = await self._fetched(url)
        if metadata.get("issuer") != self.registered.issuer or not all(metadata.get(n) for n in REQUIRED):
            log.error("openid_misconfigured", reason="another issuer, or an endpoint is missing")
            raise Unavailable("openid-failed")
        self._metadata, self._keys = metadata, None
        self._fresh_until = time.monotonic() + CACHED_FOR
        return metadata

    async def _verified(self, token: JsonObject, nonce: str) -> dict[str, Any]:
        metadata, fresh = await self._metadata_now(), self._keys is None
        keys = self._keys or await self._fetched_keys(metadata)
        try:
            try:
                return verify(token, keys, self.registered, nonce)
            except InvalidKeyIdError:
                # The provider has changed its keys since; but only once.
                if fresh:
                    raise
                return verify(token, await self._fetched_keys(metadata), self.registered, nonce)
        except INVALID as error:
            log.warning("openid_token_refused", reason=str(error)[:200])
            raise Unavailable("openid-failed") from error

    async def _fetched_keys(self, metadata: JsonObject) -> KeySet:
        found = await self._fetched(metadata["jwks_uri"])
        try:
            self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
        except INVALID as error:
            raise Unavailable("openid-failed") from error
        return self._keys

    async def _userinfo(self, metadata: JsonObject, token: JsonObject, subject: str) -> JsonObject:
        """The claims of a provider that puts no address into its ID tokens (Core 5.4)."""
        claims = await self._fetched(metadata["userinfo_endpoint"], str(token["access_token"]))
        if claims.get("sub") != subject:
            log.warning("openid_token_refused", reason="userinfo of another subject")
            raise Unavailable("openid-failed")
        return claims

    async def _fetched(self, url: str, bearer: str = "") -> JsonObject:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        async with self._client({}) as client:
            answer = await client.request("GET", url, withhold_token=True, headers=headers)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise Unavailable("openid-failed")
        return found

    @asynccontextmanager
    async def _client(self, metadata: JsonObject) -> AsyncIterator[AsyncOAuth2Client]:
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        try:
            async with (
                asyncio.timeout(PATIENCE),
                AsyncOAuth2Client(
                    self.registered.client,
                    self.registered.secret,
                    token_endpoint_auth_method=method if self.registered.secret else "none",
                    redirect_uri=self.registered.callback_url,
                    verify=self._tls,
                ) as client,
            ):
                yield client
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise Conflict("openid-again") from error
            log.error("openid_misconfigured", reason=str(error.error)[:200])
            raise Unavailable("openid-failed") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError) as error:
            log.warning("openid_unavailable", error=type(error).__name__)
            raise Unavailable("openid-unavailable") from error


def _missing_claim(claims: JsonObject) -> str:
    """Which claim prevents the sign-in: for the operator, who corrects it at the provider."""
    if not claims.get("email"):
        return "email"
    return "email_verified" if "email_verified" not in claims else "email_verified: true"
