"""Tokens: who somebody is, signed with Ed25519, for ten minutes. What they may do is not in them."""

import base64
import time
import warnings
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey

from contracts.keys import KeyPublished
from services.chassis.db import queries
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Unauthorized
from services.chassis.streams import outbox
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.chassis.web.requests import AnyRequest

sql = queries.load(__package__, "tokens.sql")

LoadKeys: TypeAlias = Callable[[], Awaitable[dict[str, tuple[str, str]]]]
"""Every known key: kid → (issuer, public key in base64url)."""

Issuer: TypeAlias = Literal["hierarchy", "intake"]

ALGORITHM = "Ed25519"
OLDER = "EdDSA"
"""The same signature by the name that it had before RFC 9864."""

VALID = timedelta(minutes=10)
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the subject's id, in which session, and the issuer's own claims."""

    issuer: str
    subject: str
    session: str
    claims: dict[str, Any]
    expires_at: datetime


class Signer:
    """Issues tokens of one service with its private key."""

    def __init__(self, issuer: Issuer, pem: bytes) -> None:
        key = load_pem_private_key(pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the signing key must be an Ed25519 key")
        public = key.public_key().public_bytes_raw()
        self._issuer, self._key = issuer, OKPKey.import_key(key)
        self.x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
        self.kid = sha256(public).hexdigest()[:16]

    def issue(self, subject: str, session: str, **claims: object) -> tuple[str, datetime]:
        """A token and when it expires."""
        now = datetime.now(UTC)
        payload = {
            "iss": self._issuer,
            "sub": subject,
            "sid": session,
            "iat": now,
            "exp": now + VALID,
            **claims,
        }
        header = {"alg": ALGORITHM, "kid": self.kid}
        return jwt.encode(header, payload, self._key, algorithms=[ALGORITHM]), now + VALID

    def published(self) -> KeyPublished:
        """The event that tells everybody this key."""
        return KeyPublished(
            version=1, kid=self.kid, issuer=self._issuer, x=self.x, published_at=datetime.now(UTC)
        )


class Verifier:
    """Checks tokens of any issuer whose key is known; remembers the checked ones until they expire."""

    def __init__(self, load_keys: LoadKeys) -> None:
        self._load_keys = load_keys
        self._keys: dict[str, tuple[str, str]] = {}
        self._loaded_at = float("-inf")
        self._checked: OrderedDict[bytes, Principal] = OrderedDict()

    async def verify(self, token: str, expired_for: timedelta = timedelta(0)) -> Principal:
        """Who presents this token. Raises Unauthorized for anything not signed by a known key, or
        expired for longer than `expired_for`."""
        digest = sha256(token.encode()).digest()
        principal = self._checked.get(digest)
        if principal is None:
            principal = await self._check(token)
            self._checked[digest] = principal
            if len(self._checked) > REMEMBERED:
                self._checked.popitem(last=False)
        if principal.expires_at + expired_for < datetime.now(UTC):
            self._checked.pop(digest, None)
            raise Unauthorized("token-invalid")
        return principal

    async def _check(self, token: str) -> Principal:
        try:
            header = jws.extract_compact(token.encode()).headers()
            issuer, key = await self._key(str(header["kid"]))
            with warnings.catch_warnings(category=SecurityWarning, action="ignore"):
                claims = jwt.decode(token, key, algorithms=[ALGORITHM, OLDER]).claims
            if claims["iss"] != issuer:
                raise Unauthorized("token-invalid")
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            return Principal(issuer, str(claims["sub"]), str(claims["sid"]), claims, expires_at)
        except (JoseError, KeyError, ValueError, TypeError, OverflowError) as error:
            raise Unauthorized("token-invalid") from error

    async def _key(self, kid: str) -> tuple[str, OKPKey]:
        if kid not in self._keys and time.monotonic() - self._loaded_at > 1:
            self._keys, self._loaded_at = await self._load_keys(), time.monotonic()
        issuer, x = self._keys[kid]
        return issuer, OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})


async def learn(db: Db, _: Stream, events: Any) -> None:
    """Keep the keys that issuers published."""
    for event in events:
        await db.execute(sql.learn, event.kid, event.issuer, event.x, event.published_at)


async def forget(db: Db, stream: Stream) -> None:
    """A new epoch of an issuer's partition tells its keys again; nothing needs to be dropped."""


def reader(name: str) -> Reader:
    """A reader that learns the keys of every issuer."""
    return Reader(name, KeyPublished.topic, by_type([KeyPublished]), learn, forget)


def presented(request: AnyRequest, cookie: str) -> str:
    """The token that a request presents, in its header or in a cookie. Raises Unauthorized if in neither."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    if token := request.cookies.get(cookie, ""):
        return token
    raise Unauthorized("token-invalid")


def keys_from(pool: Pool) -> LoadKeys:
    """How a verifier loads the keys that a service knows."""

    async def load() -> dict[str, tuple[str, str]]:
        async with pool.acquire() as db:
            return {row["kid"]: (row["issuer"], row["x"]) for row in await db.fetch(sql.keys)}

    return load


async def publish(pool: Pool, signer: Signer) -> None:
    """Tell everybody the public key that a service signs with, unless it was told before."""
    key = signer.published()
    async with pool.acquire() as db, db.transaction():
        if not await db.fetchval(sql.is_known, signer.kid):
            await learn(db, Stream(key.topic, key.partition), [key])
            await outbox.publish(db, key)
