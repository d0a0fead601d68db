"""What somebody looks for among the hotline's figures: filters and order, as the address has them."""

from dataclasses import dataclass
from typing import ClassVar

from services.metrics.web import listed
from services.metrics.web.listed import NAME

ADDRESS = "/region/hotline"
SORTS = (
    *(NAME, "inquiries", "open", "first_share", "first_median", "first_ninety", "final_share"),
    *("escalations", "consultations", "help_done"),
)
LATE, LINELESS = LISTS = ("late", "lineless")
"""Who answered anything late; for whom no line answers."""


@dataclass(frozen=True, slots=True)
class Asked(listed.Asked):
    """The address of the page."""

    address: ClassVar = ADDRESS
    sorts: ClassVar = SORTS
    lists: ClassVar = LISTS

    sort: str = "-inquiries"
