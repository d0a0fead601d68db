"""By what letters belong together."""

import re

IDENTIFIER = re.compile(r"<([!-;=?-~]{1,250})>")
NUMBER = re.compile(r"\[\s*№\s*(\d{1,15})\s*\]")
BEGINNINGS = re.compile(r"^\s*(?:(?:re|fwd?|ответ|отв|пересл|на)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)

MOST = 50
"""Message-IDs of the letters before that are looked for, the last ones."""


def identifiers(*headers: str) -> list[str]:
    """The Message-IDs that a letter names, without brackets, the nearest first, each once."""
    named = [found for header in headers for found in reversed(IDENTIFIER.findall(header))]
    return list(dict.fromkeys(named))[:MOST]


def number_in(subject: str) -> int | None:
    """The number of the inquiry that a subject names, as our letters do."""
    found = NUMBER.search(subject)
    return int(found[1]) if found else None


def bare(subject: str) -> str:
    """A subject without what answering and passing on have put before it, and without a number."""
    return " ".join(BEGINNINGS.sub("", NUMBER.sub(" ", BEGINNINGS.sub("", subject))).split())
