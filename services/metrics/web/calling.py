"""Calling those of a list to a meeting, for the SMO whose municipalities they are."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from urllib.parse import urlencode

MOST = 200
"""Municipalities that an address names at most."""


def call(listed: Collection[str], calls: AbstractSet[str]) -> str:
    """Where those of a list whom somebody may call are called; empty for none, and for too many."""
    codes = sorted(calls & set(listed))
    if not 0 < len(codes) <= MOST:
        return ""
    return f"/cabinet/meetings/new?{urlencode([('municipality', code) for code in codes])}"
