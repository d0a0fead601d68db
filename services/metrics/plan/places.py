"""Places among equals: of whom the share is greatest."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a municipality stands by its share, and among how many."""

    nth: int
    among: int


def places(shares: Mapping[str, float]) -> dict[str, Place]:
    """Everybody's place by share, the greatest first: equal shares share the better place."""
    ranked = sorted(-share for share in shares.values())
    return {code: Place(bisect_left(ranked, -share) + 1, len(ranked)) for code, share in shares.items()}
