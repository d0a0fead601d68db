"""How people and administrations are reached by telephone."""

from dataclasses import dataclass

from services.chassis import text
from services.chassis.errors import Checks
from services.chassis.phones import normalise_phone, spoken_phone

LONGEST_HOURS = 60


@dataclass(frozen=True, slots=True)
class Reached:
    """A telephone number, stored as `chassis/phones.py` says, and the hours when it is answered; empty:
    unknown."""

    phone: str = ""
    hours: str = ""

    @property
    def spoken(self) -> str:
        """The number as people read and type it."""
        return spoken_phone(self.phone) if self.phone else ""


def check_reached(given: Reached) -> Reached:
    """The same as it is stored. Raises Invalid with everything wrong."""
    checks, hours = Checks(), text.one_line(given.hours)
    phone = checks.take(lambda: normalise_phone(given.phone))
    if hours:
        checks.take(lambda: text.check_length(hours, LONGEST_HOURS, "hours-long", "hours-long", "hours"))
    checks.settle()
    return Reached(phone, hours)
