"""What somebody looks for among the figures of the work between the levels: filters and order, as the address
has them."""

from dataclasses import dataclass
from typing import ClassVar

from services.metrics.web import listed
from services.metrics.web.listed import NAME

ADDRESS = "/region/work"
SORTS = (
    *(NAME, "order_tasks", "tasks_share", "reported_median", "questions", "questions_share", "answer_median"),
    *("reports", "reports_share", "breaches"),
)
LATE, NOTHING = LISTS = ("late", "nothing")
"""Where a time passed; where nothing was given, asked or due."""


@dataclass(frozen=True, slots=True)
class Asked(listed.Asked):
    """The address of the page."""

    address: ClassVar = ADDRESS
    sorts: ClassVar = SORTS
    lists: ClassVar = LISTS

    sort: str = "-breaches"
