"""For whose people somebody enters what they suggest, and at which level they act then. Pure."""

from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Role
from services.directory.grants import Staff
from services.directory.reach import reach_of, roles_in
from services.directory.subordination import Subordination
from services.intake.core.authority import FIRST_LEVEL, SECOND_LEVEL, THIRD_LEVEL, Deed, authority
from services.intake.participants.store.names import Within


def level_for(
    by: Staff, known: Subordination, place: str, organization: UUID | None, at: datetime
) -> Level | None:
    """At which level somebody acts for an organization's people, or for those of none: its coordinator, the
    group that supervises it, or the coordination group. Nothing for whoever does not."""
    held = [grant for grant in by.grants if place in reach_of(grant)]
    if organization and any(g.role in THIRD_LEVEL and g.of == str(organization) for g in held):
        return Level.COORDINATOR
    group = known.group_for(place, None, organization, at)
    if group and any(g.role in SECOND_LEVEL and g.of == str(group.id) for g in held):
        return Level.GROUP
    return Level.COORDINATION if any(g.role in FIRST_LEVEL for g in held) else None


def within(by: Staff, known: Subordination, place: str, at: datetime) -> Within:
    """Of which people of a municipality somebody may learn: whoever consults on its line, of all. Raises
    NotFound, Forbidden."""
    authority(by, Deed.FIND_PEOPLE, place)
    whole = level_for(by, known, place, None, at) is not None or Role.HOTLINE_OPERATOR in roles_in(by, place)
    return Within(place, known.campaign.id, whole, frozenset() if whole else theirs(by, known, place, at))


def theirs(by: Staff, known: Subordination, place: str, at: datetime) -> frozenset[UUID]:
    """The open organizations of a municipality for whose people somebody acts."""
    picture = known.picture
    here = (o.id for o in picture.organizations.values() if picture.home_of(o) == place and not o.closed)
    return frozenset(id_ for id_ in here if level_for(by, known, place, id_, at))
