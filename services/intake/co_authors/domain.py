"""Rules of co-authors. Pure: no database, no network, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from services.chassis.errors import Checks, Invalid
from services.chassis.mail.addresses import normalise_email
from services.chassis.text import shortened

MOST = 20
"""Co-authors of an initiative: each gets a letter from us, which nobody shall send to hundreds of strangers.
Initiatives themselves have no limit."""

LETTERS_AN_HOUR = 10
"""To one address, whoever names it."""

ANSWERED_WITHIN = timedelta(days=30)
"""Afterwards an address that nobody has confirmed is erased."""

CLOSED = "co-authors-closed"
"""What is said of an initiative that is over: nobody joins it."""

SHOWN = 60
"""Characters of what is no address, in the sentence that says so."""

APART = re.compile(r"[\s,;]+")


class State(StrEnum):
    """How far a co-author is."""

    NAMED = "named"
    ASKING = "asking"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    """By the one who was named."""
    REFUSED = "refused"
    """By the author."""


STANDING = frozenset({State.NAMED, State.ASKING, State.CONFIRMED})

SETTLED = frozenset({State.DECLINED, State.REFUSED})
"""No address is left to remove, and that somebody said no is not forgotten."""


@dataclass(frozen=True, slots=True)
class CoAuthor:
    """Somebody who was named, asks, or is a co-author. No address: it was erased with the answer, or the
    staff entered a co-author; no digest: of one who has no address."""

    id: UUID
    municipality: str
    initiative_id: UUID
    email: str
    email_digest: bytes | None
    state: State
    participant_id: UUID | None
    since: datetime


def addresses_in(typed: str) -> list[str]:
    """What was typed into one field, apart."""
    return [part for part in APART.split(typed) if part]


def check_addresses(given: Sequence[str]) -> list[str]:
    """The addresses in normal form, each once. Raises Invalid with everything wrong."""
    if not given:
        raise Invalid("co-authors-none", field="addresses")
    check_count(len(given))
    checks = Checks()
    found = [checks.take(partial(_address, each)) for each in given]
    checks.settle()
    return list(dict.fromkeys(found))


def check_count(count: int) -> None:
    """Raises Invalid for more co-authors than there may be."""
    if count > MOST:
        raise Invalid("co-authors-too-many", field="addresses", limit=MOST, count=count)


def _address(given: str) -> str:
    try:
        return normalise_email(given)
    except Invalid as refusal:
        shown = shortened(given, SHOWN)
        raise Invalid("co-author-address", field="addresses", address=shown) from refusal
