"""What somebody compares the municipalities by: the day, another day beside it, filters and order."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid
from services.chassis.text import one_line
from services.chassis.web.pages import day as words
from services.metrics.domain import COUNTERS, SUBMITTED
from services.metrics.picture.comparison import LEVELS, MUNICIPALITY
from services.metrics.web.choice import finds, order_of
from services.metrics.web.days import day_of

ADDRESS = "/region/comparison"
NAME, PLACE, FACT, TARGET, SHARE, EXPECTED, LAG, PACE, DIFFERENCE = SORTS = (
    *("name", "place", "fact", "target", "share", "expected", "lag", "pace", "difference"),
)
SLOW, MISSING, LETTER = LISTS = ("slow", "missing", "letter")
"""Who is far behind; who has no target; whose target the SMO entered from a letter."""


def check_day(told: str, field: str, campaign: CampaignDefined, today: date) -> date:
    """A day of the campaign that has begun. Raises Invalid for any other, and for what is no day."""
    if today < campaign.first_day:
        raise Invalid("comparison-too-early", field=field, first=words(campaign.first_day))
    day = day_of(told, field)
    if not campaign.first_day <= day <= today:
        raise Invalid(
            "comparison-day-outside", field=field, first=words(campaign.first_day), last=words(today)
        )
    return day


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison's address; the days as they were typed."""

    day: str = ""
    to: str = ""
    show: str = SUBMITTED
    level: str = MUNICIPALITY
    sort: str = "share"
    q: str = ""
    smo: str = ""
    only: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Compared":
        """What an address expresses; what it does not know is as by default."""
        known = {
            "show": COUNTERS,
            "level": LEVELS,
            "sort": (*SORTS, *(f"-{name}" for name in SORTS)),
            "only": LISTS,
        }
        chosen: dict[str, Any] = {
            name: query[name] for name, values in known.items() if query.get(name) in values
        }
        chosen |= {name: one_line(query.get(name, ""))[:100] for name in ("day", "to", "q", "smo")}
        return cls(**chosen)

    def query(self) -> dict[str, str]:
        """What is not as by default, as an address has it."""
        told = {field.name: (getattr(self, field.name), field.default) for field in fields(self)}
        return {name: value for name, (value, usual) in told.items() if value != usual}

    def href(self, **change: str) -> str:
        """The address of this comparison with something changed."""
        query = replace(self, **change).query()
        return f"{ADDRESS}?{urlencode(query)}" if query else ADDRESS

    def kept(self) -> list[tuple[str, str]]:
        """What the form keeps of it."""
        own = ("day", "to", "q", "smo", "only")
        return [(name, value) for name, value in self.query().items() if name not in own]

    def order(self, column: str) -> dict[str, str]:
        """What the head of a column leads to: figures fall first, names and places rise."""
        sort, order = order_of(column, self.sort, rises=column in (NAME, PLACE))
        return {"href": self.href(sort=sort), "order": order}

    def matches(self, name: str) -> bool:
        """Whether every word that was typed is part of the name."""
        return finds(self.q, name)
