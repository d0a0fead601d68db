"""What somebody looks for among the hotline's figures: filters and order, as the address has them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from services.chassis.text import one_line
from services.metrics.web.choice import finds, order_of

ADDRESS = "/region/hotline"
NAME = "name"
SORTS = (
    *(NAME, "inquiries", "open", "first_share", "first_median", "first_ninety", "final_share"),
    *("escalations", "consultations", "help_done"),
)
LATE, LINELESS = LISTS = ("late", "lineless")
"""Who answered anything late; for whom no line answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of the page."""

    sort: str = "-inquiries"
    q: str = ""
    smo: str = ""
    only: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """What an address expresses; what it does not know is as by default."""
        known = {"sort": (*SORTS, *(f"-{name}" for name in SORTS)), "only": LISTS}
        chosen: dict[str, Any] = {
            name: query[name] for name, values in known.items() if query.get(name) in values
        }
        return cls(**chosen, **{name: one_line(query.get(name, ""))[:100] for name in ("q", "smo")})

    @property
    def narrows(self) -> bool:
        """Whether some are left out."""
        return bool(self.q or self.smo or self.only)

    def query(self) -> dict[str, str]:
        """What is not as by default, as an address has it."""
        told = {field.name: (getattr(self, field.name), field.default) for field in fields(self)}
        return {name: value for name, (value, usual) in told.items() if value != usual}

    def href(self, **change: str) -> str:
        """The address with something changed."""
        query = replace(self, **change).query()
        return f"{ADDRESS}?{urlencode(query)}" if query else ADDRESS

    def kept(self) -> list[tuple[str, str]]:
        """What the form keeps of it."""
        return [(name, value) for name, value in self.query().items() if name == "sort"]

    def order(self, column: str) -> dict[str, str]:
        """What the head of a column leads to: figures fall first, names rise."""
        sort, order = order_of(column, self.sort, rises=column == NAME)
        return {"href": self.href(sort=sort) + "#municipalities", "order": order}

    def matches(self, name: str) -> bool:
        """Whether every word that was typed is part of the name."""
        return finds(self.q, name)
