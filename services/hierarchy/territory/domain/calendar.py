"""The production calendars that come with the program.

One file a year in `calendars/`, days as month and day; Saturdays and Sundays are off unless `worked`.
"""

from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from services.chassis.errors import Invalid
from services.directory.calendar import Calendar

FILES = files("services.hierarchy.territory") / "calendars"


def years() -> list[int]:
    """The years that are known."""
    names = (file.name.removesuffix(".yaml") for file in FILES.iterdir() if file.name.endswith(".yaml"))
    return sorted(int(name) for name in names)


@cache
def of_year(year: int) -> Calendar:
    """A year's calendar. Raises Invalid for a year without a file."""
    if year not in (known := years()):
        raise Invalid("calendar-year-unknown", year=str(year), first=str(known[0]), last=str(known[-1]))
    given = yaml.safe_load(FILES.joinpath(f"{year}.yaml").read_text("utf-8"))

    def read(name: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in given[name])

    return Calendar(year, read("days_off"), read("worked"), read("shortened"))
