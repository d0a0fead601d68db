"""Files that come with a new order, as they were chosen."""

from collections.abc import Sequence
from typing import TypeAlias

from services.chassis.contents import safe_name
from services.chassis.errors import Conflict, Invalid, TooLarge
from services.hierarchy.appointments.domain.scans import LARGEST, MEGABYTES, type_of

MOST = 20
"""Files of an order, and of one report."""

Chosen: TypeAlias = tuple[str, bytes]
"""The name of a file, which is not kept, and its content."""


def check_files(given: Sequence[Chosen]) -> None:
    """Each is of a kind that is kept, and together they are no larger than one may be. Raises Invalid,
    Conflict, TooLarge."""
    if len(given) > MOST:
        raise Conflict("order-files", field="scan", most=MOST)
    if sum(len(body) for _, body in given) > LARGEST:
        raise TooLarge("order-files-size", field="scan", limit=MEGABYTES)
    if unfit := [safe_name(name, "") for name, body in given if type_of(body) is None]:
        raise Invalid("order-files-unfit", field="scan", names=", ".join(f"«{name}»" for name in unfit))
