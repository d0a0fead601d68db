"""What pages with a table of municipalities share: how it is asked for, in which order it stands, and how
minutes are told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from services.chassis.text import one_line
from services.metrics.cases.minutes import Quantile
from services.metrics.web.choice import finds, order_of

NAME = "name"

R = TypeVar("R")


class Minutes(BaseModel):
    """Minutes by the histogram; `more`: at least so many, for its last bucket has no end."""

    minutes: int
    more: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of such a page. `sorts`: its columns; `lists`: of whom alone there is a list."""

    address: ClassVar[str]
    sorts: ClassVar[tuple[str, ...]]
    lists: ClassVar[tuple[str, ...]]

    sort: str = NAME
    q: str = ""
    smo: str = ""
    only: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What an address expresses; what it does not know is as by default."""
        known = {"sort": (*cls.sorts, *(f"-{name}" for name in cls.sorts)), "only": cls.lists}
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
        return f"{self.address}?{urlencode(query)}" if query else self.address

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


def arranged(
    found: Iterable[R], sort: str, figures: Mapping[str, Callable[[R], float | Quantile | None]]
) -> list[R]:
    """What stands by name in the order that is asked for; equals by name, the unknown last."""
    column, down = sort.removeprefix("-"), sort.startswith("-")
    if column == NAME:
        return [*found][::-1] if down else [*found]
    return sorted(found, key=lambda row: _key(figures[column](row), down))


def _key(value: float | Quantile | None, down: bool) -> tuple[bool, float, bool]:
    n, more = value if isinstance(value, Quantile) else (value or 0, False)
    return value is None, -n if down else n, more is not down
