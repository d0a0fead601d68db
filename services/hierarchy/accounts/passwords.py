"""Passwords, links and digests of the staff."""

import asyncio
import hmac
import secrets
import string
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from services.chassis.process.turns import Turns
from services.hierarchy.accounts.domain.accounts import LONGEST_PASSWORD

T = TypeVar("T")

WORDS = string.ascii_letters + string.digits
LENGTH = 32
"""Signs of a link's word: 190 bits."""

LONGEST_TYPED = 4 * LONGEST_PASSWORD
"""Signs of a password as it is typed: one is composed of at most four. Longer runs of combining marks take
a time that grows with their square."""

AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MiB and a core for some tens of milliseconds."""

WAITING = 40
"""How many may wait for that, some seconds. More are refused: a flood delays nobody for long."""


def normalised(password: str) -> str:
    """A password as it is hashed, however it was typed: one form of its letters, no spaces around it. What
    is too long in any form stays as it is."""
    stripped = password.strip()
    if len(stripped) > LONGEST_TYPED:
        return stripped
    return unicodedata.normalize("NFC", stripped)


class Passwords:
    """Hashes and checks passwords by argon2id, off the event loop, a few at a time.

    Without a hasher by the library's own parameters (RFC 9106's for little memory); tests give a cheap one.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = Turns(AT_ONCE, WAITING)
        self._nobody = self._hasher.hash(secrets.token_hex())

    async def hashed(self, password: str) -> str:
        """A password as it is stored. Raises Unavailable if too many wait."""
        return await self._in_turn(lambda: self._hasher.hash(normalised(password)))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password. As slow for an address of no account, so that none can be found out.
        Raises Unavailable if too many wait."""
        right = await self._in_turn(lambda: self._verify(stored or self._nobody, normalised(password)))
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed by other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        async with self._turns.turn():
            return await asyncio.to_thread(work)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False


class Secrets:
    """Words that need the installation's secret: digests of addresses, the mark of a known browser, what
    a browser keeps for us."""

    def __init__(self, secret: bytes) -> None:
        self._key = sha256(b"hierarchy\0" + secret).digest()

    def of_email(self, email: str) -> bytes:
        """The digest under which wrong passwords for an address are counted."""
        return self._made("email", email)

    def browser_of(self, account: str) -> str:
        """What a browser keeps in which the owner of an account has signed in before."""
        return self._made("browser", account).hex()

    def is_browser_of(self, account: str, given: str) -> bool:
        """Whether a browser keeps the mark of this account."""
        return hmac.compare_digest(given.encode(), self.browser_of(account).encode())

    def sealed(self, what: str, text: str) -> str:
        """A text that a browser keeps for us: it may read it, and cannot change it."""
        body = urlsafe_b64encode(text.encode()).decode()
        return f"{body}.{self._made(what, body).hex()}"

    def opened(self, what: str, given: str) -> str | None:
        """The text that was sealed for this purpose; None if that is not what is given."""
        body, _, mark = given.partition(".")
        if not hmac.compare_digest(mark.encode(), self._made(what, body).hex().encode()):
            return None
        return urlsafe_b64decode(body).decode()

    def _made(self, what: str, of: str) -> bytes:
        return hmac.digest(self._key, f"{what}\0{of}".encode(), "sha256")


def new_link() -> tuple[str, bytes]:
    """The secret word of a link, and the digest that is kept of it."""
    # No sign but these: what stands at the end of an address in a letter, mail programs take for punctuation.
    word = "".join(secrets.choice(WORDS) for _ in range(LENGTH))
    return word, digest_of(word)


def digest_of(word: str) -> bytes:
    """The digest of a link's word."""
    return sha256(word.encode()).digest()
