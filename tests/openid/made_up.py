"""A provider of the tests' own making, for what a well-behaved one does not do."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

from services.hierarchy.accounts.openid.tokens import Registration

CLIENT, NONCE = "dialogue", "a-nonce"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class MadeUp:
    """What it answers with, to be changed by a test; and what it was asked."""

    url: str
    key: RSAKey
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "1"})
    described: dict[str, Any] = field(default_factory=dict)
    told: tuple[int, bytes] | None = None
    """Status and body of every answer, instead of what it would say."""
    asked: list[str] = field(default_factory=list)

    @property
    def registered(self) -> Registration:
        return Registration(self.url, CLIENT, "a secret", "http://us/back", "http://us/goodbye")

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.told:
            return self.told
        said: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": self._description() | self.described,
            "/keys": dict(KeySet([self.key]).as_dict()),
            "/token": {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token()},
            "/userinfo": self.userinfo,
        }
        return 200, json.dumps(said[path]).encode()

    def id_token(self) -> str:
        return signed(good_claims(self.url) | self.claims, self.key)

    def _description(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        ends = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | ends


def good_claims(issuer: str) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": issuer, "sub": "1", "aud": CLIENT, "exp": now + 60, "iat": now, "nonce": NONCE}


def signed(claims: dict[str, Any], key: Any, algorithm: str = "RS256", kid: str | None = None) -> str:
    """A token, whatever its algorithm is worth."""
    header = {"alg": algorithm, "kid": kid or key.kid}
    return jwt.encode(header, claims, key, registry=JWSRegistry(algorithms=[algorithm]))


def forged(claims: dict[str, Any], algorithm: str, secret: bytes = b"") -> str:
    """A token that no library makes: signed by nothing, or with what everybody knows as the secret."""
    head = _part(json.dumps({"alg": algorithm, "kid": "first"}).encode())
    told = f"{head}.{_part(json.dumps(claims).encode())}"
    return f"{told}.{_part(hmac.digest(secret, told.encode(), 'sha256')) if secret else ''}"


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def provider() -> Iterator[MadeUp]:
    """One that listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            status, body = made.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = MadeUp(f"http://127.0.0.1:{server.server_port}", new_key("first"))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
