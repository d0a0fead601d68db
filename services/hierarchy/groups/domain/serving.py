"""Serving (обслуживание районом): by agreement a district's groups and coordinators act for a settlement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, ServingAgreed, ServingEnded, ServingEvent
from services.chassis.errors import Conflict, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.territory.domain.structure import Municipality


@dataclass(frozen=True, slots=True)
class Serving:
    """An agreement by which another municipality acts for one, from a moment on, until another."""

    municipality: str
    id: UUID
    served_by: str
    act: UUID
    from_at: datetime
    until_at: datetime | None = None
    version: int = 1

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"serving:{self.id}"

    def end(self, at: datetime) -> "Serving":
        """The same, over from now on."""
        return replace(self, until_at=max(at, self.from_at), version=self.version + 1)

    def event(self) -> ServingEvent:
        """The event of its present state."""
        kind = ServingAgreed if self.until_at is None else ServingEnded
        return kind(
            version=self.version,
            id=self.id,
            municipality=self.municipality,
            served_by=self.served_by,
            from_at=self.from_at,
            until_at=self.until_at,
        )


@dataclass(frozen=True, slots=True)
class Serves:
    """The district that serves, or served."""

    served_by: str


def ending(staff: Staff, sides: tuple[Place, Place]) -> Acting:
    """In what capacity an agreement is ended, for either side: as Head rather than for one. Raises as
    `authority` does."""
    settlement, district = sides
    refused = district if staff.holds(Role.CLERK, district.tenant) else settlement
    able = [authority(staff, Deed.SERVE, side) for side in sides if may(staff, Deed.SERVE, side)]
    if not able:
        return authority(staff, Deed.SERVE, refused)
    return min(able, key=lambda acting: acting.on_behalf_of is not None)


def may_end(staff: Staff, sides: tuple[Place, Place]) -> bool:
    """Whether a member of the staff ends an agreement."""
    return any(may(staff, Deed.SERVE, side) for side in sides)


def check_serving(
    settlement: Municipality, successors: Mapping[str, str], groups: int, present: Serving | None
) -> str:
    """The code of the district that is to act, or of its successor. Raises Invalid for what is no settlement,
    Conflict if it is served already or has groups of its own."""
    if settlement.parent is None:
        raise Invalid("served-without-district")
    if present is not None:
        raise Conflict("served-already")
    if groups:
        raise Conflict("served-with-groups")
    district = settlement.parent
    while district in successors:
        district = successors[district]
    return district
