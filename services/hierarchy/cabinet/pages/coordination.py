"""Pages: the coordination group of a municipality: chair, deputies by direction, what nobody covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Holder
from services.hierarchy.cabinet.trail import trail
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.domain.groups import WorkingGroup, may_form
from services.hierarchy.groups.store import groups


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the coordination group, and the working groups that they lead."""

    holder: Holder
    leads: Sequence[WorkingGroup]


class CoordinationPages(Controller):
    """Level 1 of a municipality."""

    path = "/cabinet/municipalities/{code:str}/coordination-group"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def board(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """Who it consists of, and which directions and groups are nobody's."""
        async with visit.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            place = await look_at(db, visit.who, Scope.MUNICIPALITY, code, campaign)
            above = await trail(db, visit.who, place)
            people = [h for h in await appointments.people(db, code) if h.until_at is None]
            standing = await groups.present(db, code, campaign.id) if campaign else []
        seated = [h for role in (Role.HEAD, Role.DEPUTY) for h in people if h.role is role]
        leaders = {holder.of: holder for holder in people if holder.role is Role.LEADER}
        sits = {holder.account for holder in seated}
        return await visit.page(
            "cabinet/coordination.html",
            place=place,
            above=above,
            address=address_of(Scope.MUNICIPALITY, code),
            seats=[_seat(holder, standing, leaders) for holder in seated],
            names={d.code: d.name for d in campaign.directions} if campaign else {},
            others=[
                (group, leaders[str(group.id)].name)
                for group in standing
                if str(group.id) in leaders and leaders[str(group.id)].account not in sits
            ],
            leaderless=[group for group in standing if str(group.id) not in leaders],
            uncovered=_uncovered(campaign, place, standing),
            forms=may_form(visit.who, place) and place.served_by is None,
        )


def _seat(holder: Holder, standing: Sequence[WorkingGroup], leaders: Mapping[str, Holder]) -> Seat:
    led = {of for of, leader in leaders.items() if leader.account == holder.account}
    return Seat(holder, [group for group in standing if str(group.id) in led])


def _uncovered(campaign: CampaignDefined | None, place: Place, standing: Sequence[WorkingGroup]) -> list[str]:
    """The names of directions that no group covers; where the district serves, its groups do."""
    if campaign is None or place.served_by or any(group.covers_all for group in standing):
        return []
    covered = {code for group in standing for code in group.directions}
    return [direction.name for direction in campaign.directions if direction.code not in covered]
