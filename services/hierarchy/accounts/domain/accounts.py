"""Accounts of the staff: their names and passwords, the links of letters, and the slowing of guesses."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from services.chassis import text
from services.chassis.errors import Conflict, Invalid, NotFound, SlowDown

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LONGEST_NAME = 120

Purpose: TypeAlias = Literal["invitation", "reset"]

LINK_VALID: dict[Purpose, timedelta] = {"invitation": timedelta(days=14), "reset": timedelta(hours=1)}
SESSION_VALID = timedelta(days=14)

FREE_GUESSES = 5
"""Wrong passwords for an address from one client before that client is slowed down."""

FREE_GUESSES_OF_ALL = 50
"""The same from everywhere together; who has signed in with this browser before is not held up by it."""

FREE_GUESSES_OF_CLIENT = 100
"""Wrong passwords from one client for whatever addresses: a whole administration may share one."""

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Account:
    """One of the staff. They have signed in once they chose a password or the provider signed them in: until
    then the invitation is not answered."""

    id: UUID
    email: str
    name: str
    password: str | None = None
    has_signed_in: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as an external provider names them, for ever the same; the address may change."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom an external provider has signed in, and the address that it names."""

    identity: Identity
    email: str = ""
    email_verified: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a letter, by which a password is chosen once."""

    account: UUID
    purpose: Purpose
    expires_at: datetime
    used_at: datetime | None = None

    def check(self, at: datetime) -> None:
        """Raises Conflict if it was used before, NotFound once it has run out."""
        if self.used_at is not None:
            raise Conflict("link-used")
        if self.expires_at <= at:
            raise NotFound("link-expired")


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong passwords so far, and when the last one was tried."""

    count: int
    last_at: datetime

    def wait(self, free: int, now: datetime) -> timedelta:
        """How long until the next attempt is checked: 1, 2, 4 … seconds after the free ones, for at most
        a quarter of an hour."""
        beyond = self.fresh(now).count - free
        if beyond < 0:
            return timedelta(0)
        pause = min(timedelta(seconds=2 ** min(beyond, 20)), LONGEST_WAIT)
        return max(self.last_at + pause - now, timedelta(0))

    def fresh(self, now: datetime) -> "Guesses":
        """The same, or none after a day without a guess."""
        return self if self.last_at + FORGOTTEN_AFTER > now else replace(self, count=0)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Wrong passwords: for an address from a client, for it from everywhere, from the client for any."""

    here: Guesses
    of_all: Guesses
    of_client: Guesses


def check_guesses(so_far: Suspicion, known_browser: bool, now: datetime) -> None:
    """Raises SlowDown for a client that guesses. A stranger elsewhere never holds up the owner for longer
    than it takes to sign in by a letter."""
    wait = so_far.here.wait(FREE_GUESSES, now)
    if not known_browser:
        wait = max(wait, so_far.of_all.wait(FREE_GUESSES_OF_ALL, now))
        wait = max(wait, so_far.of_client.wait(FREE_GUESSES_OF_CLIENT, now))
    if wait > timedelta(0):
        raise SlowDown("too-many-guesses", seconds=int(wait.total_seconds()) + 1)


def check_password(password: str, email: str) -> None:
    """Raises Invalid for a password that may not be chosen."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password-short", field="password", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("password-long", field="password", limit=LONGEST_PASSWORD)
    name = email.partition("@")[0]
    if len(set(password)) < 4 or password.casefold() in (email, name) or password.isdigit():
        raise Invalid("password-weak", field="password")


def check_repeated(password: str, again: str) -> None:
    """Raises Invalid if the second time another password was typed."""
    if password != again:
        raise Invalid("passwords-differ", field="again")


def check_name(given: str) -> str:
    """A person's name as it is stored. Raises Invalid."""
    return text.check_length(text.one_line(given), LONGEST_NAME, "name-empty", "name-too-long", "name")
