"""Find over what people are to be appointed; part of several commands."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.appointments.domain.appointments import UNKNOWN, Place
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.territory.store import municipalities, smos

Places = Mapping[tuple[Scope, str], Place]
"""What somebody may be appointed over, by kind and id."""


async def find_places(db: Db, wanted: Iterable[tuple[Role, str]], campaign: CampaignDefined | None) -> Places:
    """Everything of these roles and ids that exists. Working groups of foreign tenants do not."""
    asked = {(SCOPE_OF[role], of) for role, of in wanted}
    found = {(Scope.REGION, REGION): Place(REGION, REGION)}
    for smo in (await smos.all_by_id(db)).values():
        found[Scope.SMO, smo.id] = Place(smo.id, REGION, smo.name)
    if codes := [of for scope, of in asked if scope is Scope.MUNICIPALITY]:
        served = {each.municipality: each.served_by for each in await serving.present(db)}
        gone = await municipalities.heirs(db)
        for code, each in (await municipalities.some(db, codes)).items():
            place = Place(code, code, each.name, served_by=served.get(code), transformed=code in gone)
            found[Scope.MUNICIPALITY, code] = place
    for place in await groups.places(db, _ids(asked, Scope.GROUP)):
        found[Scope.GROUP, place.of] = place
    campaign_id = campaign.id if campaign else ""
    for place in await groups.organizations(db, _ids(asked, Scope.ORGANIZATION), campaign_id):
        found[Scope.ORGANIZATION, place.of] = place
    return found


def place_of(places: Places, role: Role, of: str) -> Place:
    """The place of a role. Raises NotFound."""
    try:
        return places[SCOPE_OF[role], of]
    except KeyError:
        raise NotFound(UNKNOWN[SCOPE_OF[role]]) from None


async def find_place(db: Db, scope: Scope, of: str, campaign: CampaignDefined | None) -> Place:
    """One place. Raises NotFound."""
    role = next(role for role in Role if SCOPE_OF[role] is scope)
    return place_of(await find_places(db, [(role, of)], campaign), role, of)


def _ids(asked: Iterable[tuple[Scope, str]], scope: Scope) -> list[UUID]:
    ids = []
    for kind, of in asked:
        if kind is scope:
            try:
                ids.append(UUID(of))
            except ValueError:
                continue
    return ids
