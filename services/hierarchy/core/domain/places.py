"""Places: over what people are appointed and where deeds are done."""

from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Scope
from contracts.event import REGION

UNKNOWN = {
    Scope.REGION: "region-unknown",
    Scope.SMO: "smo-unknown",
    Scope.MUNICIPALITY: "municipality-unknown",
    Scope.GROUP: "group-unknown",
    Scope.ORGANIZATION: "organization-unknown",
}
"""The refusal of a place that does not exist or is foreign, by its kind."""

SELF_SERVED = ("администрация",)
"""Kinds of organizations whose people level 2 serves itself, unless a coordinator is named (`product.md`)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region, an SMO, a municipality, a working group or an organization.

    `tenant` is in whose line of subordination it is; `group` supervises an organization, or is the
    place itself; `served_by`: whose groups act for the tenant by agreement, or as the successor of a
    municipality that was `transformed`; `head`: the account of the tenant's Head, if there is one; `smo`:
    whose municipality it is; `parent`: of which district it is a settlement.
    """

    scope: Scope
    of: str
    tenant: str
    name: str = ""
    group: UUID | None = None
    served_by: str | None = None
    transformed: bool = False
    head: UUID | None = None
    smo: str | None = None
    parent: str | None = None

    @property
    def line(self) -> str:
        """The municipality whose groups act here."""
        return self.served_by or self.tenant


THE_REGION = Place(Scope.REGION, REGION, REGION)
"""What is set for the whole region belongs to no municipality."""
