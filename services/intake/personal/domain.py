"""What participants decide about their data. Pure: no database, no network, no clock."""

from enum import StrEnum

from services.chassis.errors import Invalid


class Texts(StrEnum):
    """What becomes of the texts of an erased participant's initiatives."""

    KEPT = "keep"
    """They stay as they are, without an author."""
    REMOVED = "remove"
    """They are removed, and what is still open is withdrawn. All stay counted."""


def check_texts(given: str) -> Texts:
    """What was chosen. Raises Invalid."""
    if given not in set(Texts):
        raise Invalid("texts-unknown", field="texts")
    return Texts(given)
