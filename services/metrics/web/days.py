"""A day as an address has it."""

import re
from datetime import date

from services.chassis.errors import Invalid

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(told: str, field: str = "day") -> date:
    """The day of 2026-02-14, written just so. Raises Invalid for any other text."""
    try:
        if ISO_DAY.fullmatch(told):
            return date.fromisoformat(told)
    except ValueError:
        # The 30th of February.
        pass
    raise Invalid("comparison-day-unknown", field=field)
