"""Serving (обслуживание районом): by agreement a district's groups and coordinators act for a settlement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, ServingAgreed, ServingEnded, ServingEvent
from services.chassis.errors import Conflict, Forbidden, Invalid
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.appointments import Acting
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

    def end(self, at: datetime) -> "Serving":
        """The same, over from now on."""
        return replace(self, until_at=max(at, self.from_at), version=self.version + 1)

    def told(self) -> ServingEvent:
        """The event of its present state."""
        event = ServingAgreed if self.until_at is None else ServingEnded
        return event(
            version=self.version,
            id=self.id,
            municipality=self.municipality,
            served_by=self.served_by,
            from_at=self.from_at,
            until_at=self.until_at,
        )


def agreeing(staff: Staff, settlement: str, heads: Mapping[str, UUID]) -> Acting:
    """In what capacity somebody lets a district act for a settlement: its Head, the clerk for the Head, or
    the administrator. A district does not let itself in.

    Raises Forbidden, and Conflict for a clerk without a Head.
    """
    return _deciding(staff, (settlement,), heads)


def ending(staff: Staff, serving: Serving, heads: Mapping[str, UUID]) -> Acting:
    """In what capacity somebody ends it: either side's Head, the clerk for the Head, or the administrator.
    Raises as `agreeing` does."""
    return _deciding(staff, (serving.municipality, serving.served_by), heads)


def may_agree(staff: Staff, settlement: str) -> bool:
    """Whether somebody lets a district act for a settlement."""
    deciding = (staff.holds(role, settlement) for role in (Role.HEAD, Role.CLERK))
    return staff.holds(Role.ADMINISTRATOR) or any(deciding)


def may_end(staff: Staff, serving: Serving) -> bool:
    """Whether somebody ends it."""
    return may_agree(staff, serving.municipality) or may_agree(staff, serving.served_by)


def check_serving(
    settlement: Municipality, heirs: Mapping[str, str], groups: int, present: Serving | None
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
    while district in heirs:
        district = heirs[district]
    return district


def _deciding(staff: Staff, sides: tuple[str, ...], heads: Mapping[str, UUID]) -> Acting:
    if staff.holds(Role.ADMINISTRATOR) or any(staff.holds(Role.HEAD, side) for side in sides):
        return Acting(staff.account)
    for side in sides:
        if staff.holds(Role.CLERK, side):
            if side not in heads:
                raise Conflict("head-missing")
            return Acting(staff.account, heads[side])
    raise Forbidden("not-yours-to-serve")
