"""Places among equals: of whom the share is greatest."""

from bisect import bisect_left
from collections.abc import Mapping


def places(shares: Mapping[str, float]) -> dict[str, int]:
    """Everybody's place by share, the greatest first: equal shares share the better place."""
    ranked = sorted(-share for share in shares.values())
    return {code: bisect_left(ranked, -share) + 1 for code, share in shares.items()}
