"""Personal data that stands in the database sealed, by keys that stand outside it (decision 28)."""

import re
import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.telemetry import SEALED_UNREADABLE

log = structlog.get_logger()

TYPE = "sealed_text"
"""The composite type of sealed columns: the key's name, and what it has sealed."""

PLAIN = ""
"""In the place of a key's name: the text itself follows, which was stored before there were keys."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
KEY_BYTES = 32
NONCE_BYTES = 12


class NotOpened(Exception):
    """No key of the ring opens a stored value."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by name: the first one seals, all of them open."""

    keys: Mapping[str, AESGCM]

    @classmethod
    def read(cls, path: Path) -> "KeyRing":
        """The keys of a file. Raises SelfCheckFailed, which names the line and never shows it."""
        try:
            return cls.of(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            # Of an OSError the reason alone, of a UnicodeDecodeError nothing: it would show the bytes.
            reason = error.strerror if isinstance(error, OSError) else error.args[0]
            raise SelfCheckFailed(f"the file of APP_PERSONAL_KEYS_FILE cannot be used: {reason}") from None

    @classmethod
    def of(cls, written: str) -> "KeyRing":
        """The keys of lines `name base64key`. Raises ValueError."""
        keys: dict[str, AESGCM] = {}
        for number, line in enumerate(written.splitlines(), 1):
            if not line.strip():
                continue
            name, key = _key(line, number)
            if name in keys:
                raise ValueError(f"line {number} names a key that was named before")
            keys[name] = key
        if not keys:
            raise ValueError("it holds no key")
        return cls(keys)

    @property
    def first(self) -> str:
        """The key that seals."""
        return next(iter(self.keys))

    @property
    def older(self) -> list[str]:
        """The keys of values that are to be sealed anew, and the place of those that never were."""
        return [PLAIN, *(name for name in self.keys if name != self.first)]

    def seal(self, text: str) -> tuple[str, bytes]:
        """What is stored of a text."""
        name, nonce = self.first, secrets.token_bytes(NONCE_BYTES)
        return name, nonce + self.keys[name].encrypt(nonce, text.encode(), name.encode())

    def open(self, stored: tuple[str, bytes]) -> str:
        """The text of what is stored. Raises NotOpened."""
        name, body = stored
        if name == PLAIN:
            return body.decode()
        try:
            return self.keys[name].decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], name.encode()).decode()
        except (KeyError, InvalidTag, ValueError) as error:
            # Here, for whoever reads: a page, the worker, an operator's command.
            SEALED_UNREADABLE.inc()
            log.error("sealed_unreadable", name=name, error=type(error).__name__)
            raise NotOpened(f"no key of the ring opens what the key {name!r} has sealed") from None

    async def attach(self, db: Any) -> None:
        """Let a connection read and write sealed columns as `str`: nothing can forget to seal."""
        await db.set_type_codec(TYPE, schema="public", encoder=self.seal, decoder=self.open, format="tuple")


def _key(line: str, number: int) -> tuple[str, AESGCM]:
    words = line.split()
    if len(words) != 2 or not NAME.fullmatch(words[0]):
        raise ValueError(f"line {number} is not a key's name and the key")
    try:
        key = b64decode(words[1], validate=True)
    except ValueError:
        raise ValueError(f"line {number}: the key is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"line {number}: the key has {len(key)} bytes and not {KEY_BYTES}")
    return words[0], AESGCM(key)
