"""Pages: who holds which role in the region, a municipality or an organization; appointing there."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.people import appoint_from, shown
from services.hierarchy.appointments.store import appointments
from services.hierarchy.briefings.store import briefings
from services.hierarchy.briefings.store.briefings import Due
from services.hierarchy.cabinet.pages.overseen import is_overseen, overseen_municipality
from services.hierarchy.cabinet.trail import trail
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import find_one, look_at
from services.hierarchy.groups.commands.give_organization import Giving, give_organization
from services.hierarchy.groups.domain.groups import may_form
from services.hierarchy.groups.sides import sides_of
from services.hierarchy.groups.store import coverage, groups
from services.hierarchy.territory.store import municipalities, organizations, smos


class PlacePages(Controller):
    """The region, a municipality or an organization: its people, and what belongs to it."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}")
    async def municipality(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """Who holds which role in a municipality, its working groups, and what is missing; to its SMO whom to
        call, and counts."""
        if await is_overseen(visit, code):
            return await overseen_municipality(visit, code)
        return await _place(visit, Scope.MUNICIPALITY, code)

    @get("/organizations/{id_:uuid}")
    async def organization(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The coordinator of an organization and those who stand in."""
        return await _place(visit, Scope.ORGANIZATION, str(id_))

    @get("/region")
    async def region(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The administrators and the operators of the SMOs."""
        return await _place(visit, Scope.REGION, REGION)

    @post("/municipalities/{code:str}/appointments")
    async def appoint_in_municipality(
        self,
        visit: NamedDependency[Visit[Staff]],
        code: FromPath[str],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """Appoint in a municipality, and back to its page."""
        return await _appoint(visit, entrance, Scope.MUNICIPALITY, code)

    @post("/organizations/{id_:uuid}/appointments")
    async def appoint_in_organization(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """Appoint a coordinator or a stand-in, and back to the organization's page."""
        return await _appoint(visit, entrance, Scope.ORGANIZATION, str(id_))

    @post("/region/appointments")
    async def appoint_in_region(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """Appoint an administrator or an operator of an SMO, and back to the region's page."""
        return await _appoint(visit, entrance, Scope.REGION, REGION)

    @post("/organizations/{id_:uuid}/group")
    async def give(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Another working group supervises the organization."""
        form = await visit.sent()
        async with visit.refusing():
            given = Giving(id_, uuid_of(form.of("group")))
            await give_organization(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.ORGANIZATION, id_), done="given")
        return await _place(visit, Scope.ORGANIZATION, str(id_))


async def _appoint(visit: Visit[Staff], entrance: Entrance, scope: Scope, of: str) -> Answer:
    await visit.sent()
    async with visit.refusing():
        return await appoint_from(visit, entrance, scope, of)
    return await _place(visit, scope, of)


async def _place(visit: Visit[Staff], scope: Scope, of: str) -> Response[str]:
    """The people of a place. Raises NotFound for a foreign one."""
    staff = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, scope, of, campaign)
        values = await shown(db, visit, place, scope)
        values |= await _around(db, staff, place, scope, campaign)
        values["figures"] = scope is Scope.MUNICIPALITY and may(staff, Deed.SEE_FIGURES, place)
        values["above"] = await trail(db, staff, place)
    visit.form.values.setdefault("group", values.get("group", ""))
    return await visit.page("cabinet/place.html", **values)


async def _around(
    db: Db, staff: Staff, place: Place, scope: Scope, campaign: CampaignDefined | None
) -> dict[str, object]:
    """What else belongs on the page of a place of this kind."""
    if scope is Scope.REGION:
        councils = (await smos.all_by_id(db)).values()
        return {"councils": [Option(smo.id, smo.name) for smo in councils]}
    if campaign is None:
        return {}
    if scope is Scope.ORGANIZATION:
        return await _around_organization(db, staff, place, campaign)
    return await _around_municipality(db, staff, place, campaign)


async def _around_organization(
    db: Db, staff: Staff, place: Place, campaign: CampaignDefined
) -> dict[str, object]:
    standing = await groups.present(db, place.line, campaign.id)
    acts_for = await find_one(db, Scope.MUNICIPALITY, place.line)
    return {
        "described": await organizations.described(db, place.of),
        "kept": may(staff, Deed.KEEP_ORGANIZATIONS, place),
        "movable": may_form(staff, acts_for),
        "groups": [Option(str(group.id), group.name) for group in standing],
        "group": str(place.group or ""),
        "due": await _due(db, staff) if place.of in staff.reach(Scope.ORGANIZATION) else [],
    }


async def _around_municipality(
    db: Db, staff: Staff, place: Place, campaign: CampaignDefined
) -> dict[str, object]:
    (covered,) = await coverage.count(db, campaign, [place.of])
    people = await appointments.present(db, [place.of])
    return {
        "coverage": covered,
        "reception": await municipalities.reception(db, place.of),
        "sets_reception": may(staff, Deed.SET_RECEPTION, place),
        "standing": await groups.present(db, place.of, campaign.id),
        "sides": await sides_of(db, staff, place),
        "leaders": {a.of: a.name for a in people if a.role is Role.LEADER},
        "directions": {direction.code: direction.name for direction in campaign.directions},
        "forms": may_form(staff, place) and place.served_by is None,
        "transforms": staff.holds(Role.ADMINISTRATOR) and not place.transformed,
        **({"roles": []} if place.transformed else {}),
    }


async def _due(db: Db, staff: Staff) -> list[Due]:
    """What they have not been briefed on yet."""
    return [due for due in await briefings.of_account(db, staff.account) if not due.done]
