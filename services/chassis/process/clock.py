"""The one source of domain time. Made in `main.py` and passed down."""

from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Tells the time as an aware UTC datetime. Tests pass a clock of their own."""

    def __init__(self, tell: Callable[[], datetime] | None = None) -> None:
        self._tell = tell or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """The present moment."""
        return self._tell()
