"""What a viewer of the live view chose, and the addresses of the other choices."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from services.chassis.text import one_line
from services.metrics.domain import COUNTERS, SUBMITTED

TILES, TABLE = "tiles", "table"
DAY, HOUR = "day", "hour"
ALL, TODAY, PER_HUNDRED, TARGET = "all", "today", "per-hundred", "target"
RANKS = (ALL, TODAY, PER_HUNDRED)
GAPS = "gaps"
SORTS = ("name", *COUNTERS, TODAY, PER_HUNDRED, GAPS)
LAG = "lag"
PLANNED = (TARGET, "share", "expected", LAG, "forecast")
"""Columns of the plan beside the fact; the staff's."""
LISTS = ("silent", "slow", "missing")
"""Of whom alone there is a list: who is silent, who is far behind, who has no target."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The live view's address: the counter and by what municipalities are compared, tiles or a table and its
    order (empty: the comparison's), days or hours, filters, wall. `usual`: by what they are compared unless
    the address says it."""

    show: str = SUBMITTED
    view: str = TILES
    by: str = DAY
    rank: str = ALL
    sort: str = ""
    q: str = ""
    smo: str = ""
    silent: bool = False
    slow: bool = False
    missing: bool = False
    wall: bool = False
    usual: str = ALL

    @classmethod
    def of(cls, query: Mapping[str, str], planned: bool = False, usual: str = ALL) -> "Choice":
        """The choice that an address expresses; what it does not know is as by default. `planned`: whether
        there is a plan beside the fact for whoever asks."""
        sorts, ranks = (*SORTS, *PLANNED * planned), (*RANKS, *(TARGET,) * planned)
        known = {
            "show": COUNTERS,
            "view": (TILES, TABLE),
            "by": (DAY, HOUR),
            "rank": ranks,
            "sort": (*sorts, *(f"-{name}" for name in sorts)),
        }
        chosen: dict[str, Any] = {
            name: query[name] for name, values in known.items() if query.get(name) in values
        }
        chosen |= {name: one_line(query.get(name, ""))[:100] for name in ("q", "smo")}
        chosen |= {name: query.get(name) == "1" for name in ("silent", "wall")}
        chosen |= {name: planned and query.get(name) == "1" for name in ("slow", "missing")}
        return cls(**({"rank": usual} | chosen), usual=usual)

    @property
    def order(self) -> str:
        """The column of the table's order, with a minus if it falls."""
        return self.sort or "-" + {ALL: self.show, TARGET: LAG}.get(self.rank, self.rank)

    @property
    def is_listing(self) -> bool:
        """Whether only some are shown, for a reason of the plan or of the fact."""
        return self.silent or self.slow or self.missing

    def only(self, name: str = "") -> str:
        """The address of one of the lists, or of all."""
        return self.href(**{each: each == name for each in LISTS})

    def at(self, **change: Any) -> "Choice":
        """This choice with something changed."""
        return replace(self, **change)

    def href(self, **change: Any) -> str:
        """The address of it."""
        query = self.at(**change).query()
        return f"/region?{urlencode(query)}" if query else "/region"

    def query(self) -> dict[str, str]:
        """What is not as by default, as an address has it."""
        chosen = {
            field.name: (getattr(self, field.name), self.usual if field.name == "rank" else field.default)
            for field in fields(self)
            if field.name != "usual"
        }
        return {
            name: "1" if value is True else value for name, (value, usual) in chosen.items() if value != usual
        }

    def kept(self) -> list[tuple[str, str]]:
        """What a search keeps of it."""
        return [(name, value) for name, value in self.query().items() if name not in ("q", "smo")]

    def matches(self, name: str) -> bool:
        """Whether every word that was typed is part of the name."""
        return finds(self.q, name)


def finds(typed: str, name: str) -> bool:
    """Whether every word that was typed is part of the name."""
    return not typed or all(word in plain(name) for word in plain(typed).split())


def order_of(column: str, sort: str, rises: bool) -> tuple[str, str]:
    """What the head of a column leads to, and how it is sorted at present: once more turns the order, and
    what does not rise falls first."""
    present = {column: "ascending", f"-{column}": "descending"}.get(sort, "")
    if present:
        return (f"-{column}" if sort == column else column), present
    return (column if rises else f"-{column}"), ""


def plain(name: str) -> str:
    """A name as it is compared with what somebody types: ё is е, case does not matter."""
    return name.casefold().replace("ё", "е")
