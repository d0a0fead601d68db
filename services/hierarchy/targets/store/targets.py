"""Targets by version, what is prepared, and who was reminded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from contracts.appointments import Scope, TargetScope
from contracts.structure import CampaignDefined
from services.chassis.db import queries, tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Act
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import UNKNOWN, Place
from services.hierarchy.core.store import places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.targets.domain.proposals import Known, parents_of
from services.hierarchy.targets.domain.sums import Standing
from services.hierarchy.targets.domain.targets import Draft, Figures, Version
from services.hierarchy.territory.domain.structure import successors
from services.hierarchy.territory.store import municipalities

sql = queries.load(__package__, "targets.sql")


@dataclass(frozen=True, slots=True)
class Entry:
    """A version with the names of whoever entered it, of the Head for whom, and of the SMO."""

    version: Version
    who: str
    whose: str
    council: str


async def see_own(db: Db, by: Staff) -> None:
    """The transaction sees the rows of the municipalities in which they act, and of their SMOs."""
    await tenancy.see(db, *tenants_of(by), *await municipalities.of_smos(db, by.reach(Scope.SMO)))


async def look_at(db: Db, by: Staff, code: str) -> Place:
    """A municipality whose figures are theirs to see; the transaction sees its rows from then on. Raises
    NotFound."""
    known = (await municipalities.some(db, [code])).get(code)
    if known is None or not may(by, Deed.SEE_FIGURES, known.place):
        raise NotFound(UNKNOWN[Scope.MUNICIPALITY])
    await tenancy.see(db, code)
    return await places.find_one(db, Scope.MUNICIPALITY, code)


async def standing(db: Db, campaign: CampaignDefined, known: Known) -> Standing:
    """The targets in force of the municipalities that the transaction sees."""
    rows = await db.fetch(sql.standing, campaign.id)
    versions = {row["municipality"]: _version(row) for row in rows}
    return Standing(versions, parents_of(known), frozenset(successors(known.values())))


async def last(db: Db, code: str, campaign: CampaignDefined) -> Version | None:
    """The version in force."""
    row = await db.fetchrow(sql.last, code, campaign.id)
    return _version(row) if row else None


async def history(db: Db, code: str, campaign: CampaignDefined) -> list[Entry]:
    """Every version, the latest first."""
    rows = await db.fetch(sql.history, code, campaign.id)
    return [Entry(_version(row), row["who"], row["whose"], row["council"]) for row in rows]


async def all_of_all(db: Db) -> list[Version]:
    """Every version of every municipality and campaign, for a new epoch."""
    return [_version(row) for row in await db.fetch(sql.all_of_all)]


async def add(db: Db, version: Version) -> None:
    """Store a new version."""
    v, f = version, version.figures
    await db.execute(
        sql.add,
        *(v.municipality, v.campaign, v.number, f.registered, f.submitted, f.scope),
        *(v.paper.number, v.paper.day, v.confirmed, v.smo, v.entered_by, v.on_behalf_of, v.entered_at),
    )


async def draft(db: Db, code: str, campaign: CampaignDefined) -> Draft | None:
    """What the responsible person has prepared."""
    row = await db.fetchrow(sql.draft, code, campaign.id)
    if row is None:
        return None
    return Draft(code, campaign.id, _figures(row), row["prepared_by"], row["prepared_at"])


async def save_draft(db: Db, draft: Draft) -> None:
    """Store what was prepared, in the place of what was before."""
    f = draft.figures
    key = (draft.municipality, draft.campaign)
    await db.execute(
        sql.save_draft, *key, f.registered, f.submitted, f.scope, draft.prepared_by, draft.prepared_at
    )


async def drop_draft(db: Db, code: str, campaign: str) -> None:
    """What was prepared waits no more."""
    await db.execute(sql.drop_draft, code, campaign)


async def take_reminders(
    db: Db, codes: Iterable[str], campaign: CampaignDefined, at: datetime, since: datetime
) -> set[str]:
    """Those of these municipalities that were not reminded since then; they are now."""
    return {row["municipality"] for row in await db.fetch(sql.remind, list(codes), campaign.id, at, since)}


def _version(row: asyncpg.Record) -> Version:
    return Version(
        municipality=row["municipality"],
        campaign=row["campaign"],
        number=row["number"],
        figures=_figures(row),
        paper=Act(row["paper_number"], row["paper_day"]),
        confirmed=row["confirmed"],
        smo=row["smo"],
        entered_by=row["entered_by"],
        on_behalf_of=row["on_behalf_of"],
        entered_at=row["entered_at"],
    )


def _figures(row: asyncpg.Record) -> Figures:
    return Figures(row["registered"], row["submitted"], TargetScope(row["scope"]))
