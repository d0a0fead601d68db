"""Working groups: who forms them, and what they cover."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, WorkingGroupDefined
from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.errors import Conflict, Forbidden, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """A working group of one campaign: the directions and the organizations that it supervises. With
    `covers_all` it is the catch-all: it also has all that no other group of the municipality covers."""

    municipality: str
    id: UUID
    campaign: str
    name: str
    covers_all: bool
    directions: frozenset[str]
    organizations: frozenset[UUID]
    act: UUID
    formed_at: datetime
    version: int = 1
    dissolved_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"working-group:{self.id}"

    def change(self, name: str, directions: frozenset[str], organizations: frozenset[UUID]) -> "WorkingGroup":
        """The same with another area. Raises Conflict if it is dissolved."""
        self._check_stands()
        changed = replace(self, name=name, directions=directions, organizations=organizations)
        return changed if changed == self else replace(changed, version=self.version + 1)

    def dissolve(self, at: datetime) -> "WorkingGroup":
        """Without an area, over from now on. Raises Conflict if it is dissolved."""
        self._check_stands()
        nothing = {"directions": frozenset[str](), "organizations": frozenset[UUID](), "covers_all": False}
        return replace(self, **nothing, dissolved_at=at, version=self.version + 1)  # type: ignore[arg-type]

    def _check_stands(self) -> None:
        if self.dissolved_at is not None:
            raise Conflict("group-dissolved", name=self.name)

    def defined(self) -> WorkingGroupDefined:
        """The event of its present state."""
        return WorkingGroupDefined(
            version=self.version,
            id=self.id,
            campaign=self.campaign,
            municipality=self.municipality,
            covers_all=self.covers_all,
            directions=sorted(self.directions),
            organizations=sorted(self.organizations),
            dissolved=self.dissolved_at is not None,
        )


def may_form(staff: Staff, place: Place) -> bool:
    """Whether a member of the staff forms groups in a municipality, all of them or their own."""
    return may(staff, Deed.FORM_OWN_GROUP, place)


def may_change(staff: Staff, place: Place, leaders: Collection[UUID]) -> bool:
    """Whether a member of the staff changes or dissolves a group there under these leaders."""
    return may(staff, _deed(staff, leaders), place)


def forming(staff: Staff, place: Place, leaders: Collection[UUID | None]) -> Acting:
    """In what capacity groups under these leaders are formed or changed: by the Head, by the clerk for the
    Head, or by a deputy whose own area it is. Raises as `authority` does."""
    try:
        return authority(staff, _deed(staff, leaders), place)
    except Forbidden:
        if staff.holds(Role.DEPUTY, place.tenant):
            raise Forbidden("deputy-forms-own", field="leader") from None
        raise


def _deed(staff: Staff, leaders: Collection[UUID | None]) -> Deed:
    return Deed.FORM_OWN_GROUP if set(leaders) == {staff.account} else Deed.FORM_GROUPS


def check_group_name(given: str) -> str:
    """A group's name as it is stored. Raises Invalid."""
    return text.check_length(text.one_line(given), LONGEST_NAME, "group-name", "group-name", "name")


def check_directions(
    campaign: CampaignDefined, wanted: Iterable[str], others: Iterable[WorkingGroup]
) -> frozenset[str]:
    """Directions of the campaign that no other group has. Raises Invalid, Conflict."""
    names = {direction.code: direction.name for direction in campaign.directions}
    taken = {direction: group for group in others for direction in group.directions}
    for direction in wanted:
        if direction not in names:
            raise Invalid("direction-unknown")
        if direction in taken:
            raise Conflict("direction-elsewhere", name=names[direction], group=taken[direction].name)
    return frozenset(wanted)


def give_up(groups: Iterable[WorkingGroup], directions: Collection[str]) -> list[WorkingGroup]:
    """The groups as they are once they hand these directions over."""
    return [
        group.change(group.name, group.directions - set(directions), group.organizations) for group in groups
    ]


class Uncovered:
    """Organizations that no group has by name, by their kind; who takes some leaves the rest to the next."""

    def __init__(self, by_kind: Mapping[str, Collection[UUID]]) -> None:
        self._by_kind = {kind: set(ids) for kind, ids in by_kind.items()}

    def take(self, kinds: Iterable[str], chosen: Collection[UUID]) -> frozenset[UUID]:
        """All of some kinds, and those that were chosen one by one. Raises Conflict if one of these is not
        free."""
        taken = {id_ for kind in kinds for id_ in self._by_kind.get(kind, ())} | set(chosen)
        if not taken <= {id_ for ids in self._by_kind.values() for id_ in ids}:
            raise Conflict("organization-elsewhere")
        self._by_kind = {kind: ids - taken for kind, ids in self._by_kind.items()}
        return frozenset(taken)


def check_area(group: WorkingGroup, others: Iterable[WorkingGroup]) -> None:
    """A group covers something, and one at most is the catch-all. Raises Invalid, Conflict."""
    if not (group.covers_all or group.directions or group.organizations):
        raise Invalid("group-empty")
    for other in others:
        if group.covers_all and other.covers_all:
            raise Conflict("group-of-the-rest", field="covers_all", name=other.name)
