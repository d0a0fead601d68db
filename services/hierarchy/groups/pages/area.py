"""What the forms of a working group's area share: what is free to be covered, and who may lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.appointments import Role, Scope
from services.chassis.errors import NotFound
from services.chassis.web.forms import Form, Option, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.form_groups import LEADERS
from services.hierarchy.groups.domain.groups import WorkingGroup, forming
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Standing

DIRECTION, KIND, ORGANIZATION, TAKES = "direction:", "kind:", "organization:", "takes:"
"""Names of the fields begin like this that stand for a direction, a kind of organizations, a single one, or a
direction that another group hands over."""

MOST = 1000
"""Organizations that are named one by one: all of a town's. Of more, the rest is taken by kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A direction that another group has."""

    code: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class FreeKind:
    """A kind of organizations that no group has by name: how many there are, and those that are named."""

    code: str
    count: int
    named: Sequence[Standing]

    @property
    def name(self) -> str:
        """The kind and how many there are of it."""
        return f"{self.code} – {self.count}"


@dataclass(frozen=True, slots=True)
class Free:
    """What a municipality's groups may still cover: directions and kinds of organizations; what others have,
    and whether the viewer may hand that over; whether there is no catch-all yet; and who may lead."""

    place: Place
    leaders: list[Appointment]
    directions: list[Option]
    taken: list[Taken]
    may_take: bool
    kinds: list[FreeKind]
    rest_is_free: bool

    def values(self, form: Form, group: WorkingGroup | None = None) -> dict[str, Any]:
        """The values of the page of a form: of a new group, or of one that is changed."""
        ticked = chosen(form)
        above = (Scope.GROUP, str(group.id)) if group else (Scope.MUNICIPALITY, self.place.of)
        return {
            "group": group,
            "place": self.place,
            "back": address_of(*above),
            "leading": [Option(str(a.account), f"{a.name} – {TITLES[a.role]}") for a in self.leaders],
            "directions": self.directions,
            "taken": self.taken,
            "may_take": self.may_take,
            "kinds": self.kinds,
            "unfolded": [k.code for k in self.kinds if not ticked.isdisjoint({each.id for each in k.named})],
            "taking": bool(form.ticked(TAKES)),
            "rest_is_free": self.rest_is_free,
        }


async def free_in(visit: Visit[Staff], code: str, group: WorkingGroup | None = None) -> Free:
    """What is free beside a group, or all groups. Deputies lead, then the Head; a deputy who forms their own
    area alone leads it themselves.

    Raises NotFound for a foreign municipality, Forbidden, Conflict for a clerk without a Head.
    """
    staff = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, Scope.MUNICIPALITY, code, campaign)
        if campaign is None:
            raise NotFound("forming-without-campaign")
        standing = await groups.present(db, code, campaign.id)
        free = await groups.uncovered(db, code, campaign.id)
        named = await groups.free(db, code, campaign.id, MOST)
        present = await appointments.present(db, [code])
    forming(staff, place, [staff.account])
    others = [other for other in standing if group is None or other.id != group.id]
    taken = {direction: other.name for other in others for direction in other.directions}
    return Free(
        place=place,
        leaders=_leaders(staff, code, present),
        directions=[Option(d.code, d.name) for d in campaign.directions if d.code not in taken],
        taken=[Taken(d.code, d.name, taken[d.code]) for d in campaign.directions if d.code in taken],
        may_take=may(staff, Deed.FORM_GROUPS, place),
        kinds=[
            FreeKind(kind, len(ids), [each for each in named if each.kind == kind])
            for kind, ids in free.items()
        ],
        rest_is_free=not any(other.covers_all for other in others),
    )


def _leaders(staff: Staff, code: str, present: list[Appointment]) -> list[Appointment]:
    anybody = staff.holds(Role.HEAD, code) or staff.holds(Role.CLERK, code)
    leaders = [a for role in LEADERS for a in present if a.role is role]
    return [a for a in leaders if anybody or a.account == staff.account]


async def changeable(visit: Visit[Staff], id_: UUID) -> WorkingGroup:
    """A group that the viewer may change. Raises NotFound for a foreign one, Forbidden, Conflict."""
    async with visit.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, Scope.GROUP, str(id_), await campaigns.now_open(db))
        group = await groups.get(db, id_)
        present = await appointments.present(db, [group.municipality])
    leaders = [a.account for a in present if a.role is Role.LEADER and a.of == str(id_)]
    forming(visit.who, place, leaders or [None])
    return group


def chosen(form: Form) -> frozenset[UUID]:
    """The organizations that were ticked one by one."""
    return frozenset(id_ for name in form.ticked(ORGANIZATION) if (id_ := uuid_of(name)))
