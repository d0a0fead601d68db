"""Ways to say no. The web edge turns each kind into a status; nothing else knows HTTP."""


class Refused(Exception):
    """A request we understood and will not do.

    `slug` is stable and names the Russian sentence in the service's catalogue; `facts` fill it.
    """

    def __init__(self, slug: str, **facts: object) -> None:
        super().__init__(slug)
        self.slug = slug
        self.facts = facts
        self.rows: dict[int, Refused] = {}
        """What is wrong with each row of a list, by its number."""


class Malformed(Refused):
    """The request itself is wrong, whatever its content."""


class Invalid(Refused):
    """The request's content cannot be what the sender meant."""


class NotFound(Refused):
    """There is no such thing, or not for this principal."""


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


class Unavailable(Refused):
    """We cannot do it now; nothing was changed."""
