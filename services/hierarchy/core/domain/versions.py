"""Versions that people change one after another."""

from services.chassis.errors import Conflict


def check_seen(seen: int | None, stands: int, slug: str, field: str = "") -> None:
    """`seen` is the version that somebody changes, 0 for none; None: whatever stands. Raises Conflict if
    another version stands than was seen."""
    if seen is not None and seen != stands:
        raise Conflict(slug, field=field)
