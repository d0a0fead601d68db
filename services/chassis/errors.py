"""Ways to say no. The web edge turns each kind into a status; nothing else knows HTTP."""

from collections.abc import Callable
from typing import TypeVar, cast

Checked = TypeVar("Checked")


class Refused(Exception):
    """A request we understood and will not do.

    `slug` is stable and names the Russian sentence in the service's catalogue; `facts` fill it. `field` is
    to blame; without one, the request as a whole.
    """

    def __init__(self, slug: str, field: str = "", **facts: object) -> None:
        super().__init__(slug)
        self.slug = slug
        self.field = field
        self.facts = facts
        self.others: list[Refused] = []
        """What else is wrong with the same request."""
        self.rows: dict[int, Refused] = {}
        """What is wrong with each row of a list, by its number."""

    def every(self) -> "tuple[Refused, ...]":
        """This refusal and those beside it."""
        return (self, *self.others)


class Malformed(Refused):
    """The request itself is wrong, whatever its content."""


class Invalid(Refused):
    """The request's content cannot be what the sender meant."""


class NotFound(Refused):
    """There is no such thing, or not for this principal."""


class Gone(Refused):
    """There was such a thing, and it is gone: nobody is to see or to use it any more."""


class Conflict(Refused):
    """It contradicts the present state."""


class Unauthorized(Refused):
    """We do not know who asks."""


class Forbidden(Refused):
    """We know who asks; they may not."""


class TooLarge(Refused):
    """The body is over the limit."""


class SlowDown(Refused):
    """Too many attempts; try again later."""


class NotYet(Refused):
    """It is done after something else that is asked for first."""


class Unavailable(Refused):
    """We cannot do it now; nothing was changed."""


class Checks:
    """Collects everything that is wrong with a form, so that all of it is told at once.

    checks = Checks()
    title = checks.take(lambda: check_title(given.title))
    text = checks.take(lambda: check_text(given.text))
    checks.settle()
    """

    def __init__(self) -> None:
        self._refused: list[Refused] = []

    def take(self, check: Callable[[], Checked]) -> Checked:
        """What the check returns. If it refuses that is nothing: `settle` raises before it is used."""
        try:
            return check()
        except Refused as refusal:
            self.note(refusal)
        return cast("Checked", None)

    def note(self, refusal: Refused) -> None:
        """Of a check that asks the database: what it raised."""
        self._refused += (refusal, *refusal.others)

    def settle(self) -> None:
        """Raises the first refusal, with the others beside it."""
        if self._refused:
            first, *first.others = self._refused
            raise first
