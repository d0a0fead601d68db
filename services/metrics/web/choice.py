"""What a viewer of the live view chose, and the addresses of the other choices."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from services.chassis.text import one_line
from services.metrics.domain import COUNTERS, SUBMITTED

TILES, TABLE = "tiles", "table"
DAY, HOUR = "day", "hour"
GAPS = "gaps"
SORTS = ("name", "registered", "submitted", GAPS)


@dataclass(frozen=True, slots=True)
class Choice:
    """The live view's address: the counter, tiles or a table and its order, days or hours, filters, wall."""

    show: str = SUBMITTED
    view: str = TILES
    by: str = DAY
    sort: str = "-submitted"
    q: str = ""
    smo: str = ""
    wall: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """The choice that an address expresses; what it does not know is as by default."""
        known = {
            "show": COUNTERS,
            "view": (TILES, TABLE),
            "by": (DAY, HOUR),
            "sort": (*SORTS, *(f"-{name}" for name in SORTS)),
        }
        chosen: dict[str, Any] = {
            name: query[name] for name, values in known.items() if query.get(name) in values
        }
        words = {name: one_line(query.get(name, ""))[:100] for name in ("q", "smo")}
        return cls(**chosen, **words, wall=query.get("wall") == "1")

    def href(self, **change: Any) -> str:
        """The address of this choice with something changed."""
        changed = replace(self, **change)
        chosen = {field.name: (getattr(changed, field.name), field.default) for field in fields(self)}
        query = {
            name: "1" if value is True else value for name, (value, usual) in chosen.items() if value != usual
        }
        return f"/region?{urlencode(query)}" if query else "/region"

    def matches(self, name: str) -> bool:
        """Whether every word that was typed is part of the name."""
        return not self.q or all(word in plain(name) for word in plain(self.q).split())


def plain(name: str) -> str:
    """A name as it is compared with what somebody types: ё is е, case does not matter."""
    return name.casefold().replace("ё", "е")
