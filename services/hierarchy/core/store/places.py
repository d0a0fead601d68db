"""Places by kind and id, whatever room keeps them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

import asyncpg

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import queries, tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import THE_REGION, UNKNOWN, Place
from services.hierarchy.core.tenants import around

sql = queries.load(__package__, "places.sql")

Kind: TypeAlias = "tuple[Scope, str]"
Places: TypeAlias = Mapping[Kind, Place]
"""Places by kind and id."""


async def find(db: Db, wanted: Iterable[Kind], campaign: CampaignDefined | None) -> Places:
    """Those of these places that exist. Working groups of foreign tenants do not."""
    asked, of_campaign = set(wanted), campaign.id if campaign else ""
    rows = [
        *(await _some(db, sql.smos, _ids(asked, Scope.SMO))),
        *(await _some(db, sql.municipalities, _ids(asked, Scope.MUNICIPALITY))),
        *(await _some(db, sql.groups, _uuids(asked, Scope.GROUP))),
        *(await _some(db, sql.organizations, _uuids(asked, Scope.ORGANIZATION), of_campaign)),
    ]
    found = [THE_REGION, *(Place(**{**row, "scope": Scope(row["scope"])}) for row in rows)]
    return {(place.scope, place.of): place for place in found}


async def find_one(db: Db, scope: Scope, of: str, campaign: CampaignDefined | None = None) -> Place:
    """One place. Raises NotFound."""
    return of_kind(await find(db, [(scope, of)], campaign), scope, of)


async def of_tenant(db: Db, tenant: str) -> Place:
    """The municipality, or the region, whose rows these are. Raises NotFound."""
    return await find_one(db, Scope.REGION if tenant == REGION else Scope.MUNICIPALITY, tenant)


async def look_at(db: Db, staff: Staff, scope: Scope, of: str, campaign: CampaignDefined | None) -> Place:
    """A place that is theirs to see; the transaction sees its tenant's rows from then on. Raises NotFound."""
    await tenancy.see(db, *around(staff))
    place = await find_one(db, scope, of, campaign)
    if not may(staff, Deed.SEE, place):
        raise NotFound(UNKNOWN[scope])
    return place


def of_kind(places: Places, scope: Scope, of: str) -> Place:
    """One of these places. Raises NotFound."""
    if (scope, of) not in places:
        raise NotFound(UNKNOWN[scope])
    return places[scope, of]


def of_role(places: Places, role: Role, of: str) -> Place:
    """The place over which a role is held. Raises NotFound."""
    return of_kind(places, SCOPE_OF[role], of)


def with_head(place: Place, heads: Mapping[str, UUID]) -> Place:
    """The same under the Head of these, if its municipality has one among them."""
    return replace(place, head=heads.get(place.tenant, place.head))


async def _some(db: Db, query: str, ids: Collection[object], *more: object) -> list[asyncpg.Record]:
    return await db.fetch(query, list(ids), *more) if ids else []


def _ids(asked: Iterable[Kind], scope: Scope) -> list[str]:
    return [of for kind, of in asked if kind is scope]


def _uuids(asked: Iterable[Kind], scope: Scope) -> list[UUID]:
    ids = []
    for of in _ids(asked, scope):
        try:
            ids.append(UUID(of))
        except ValueError:
            continue
    return ids
