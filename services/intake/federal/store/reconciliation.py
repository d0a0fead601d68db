"""Our list and the platform's, side by side. No text of an initiative leaves here."""

from collections.abc import Collection

from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.federal.domain.linking import How
from services.intake.federal.domain.reconciliation import (
    Counts,
    Differing,
    Exported,
    Matched,
    OnlyHere,
    OnlyThere,
)

sql = queries.load(__package__, "reconciliation.sql")


async def counts(db: Db, municipalities: Collection[str], campaign: str) -> dict[str, Counts]:
    """By municipality, where either list has anything."""
    rows = await db.fetch(sql.counts, list(municipalities), campaign)
    return {code: Counts(*counted) for code, *counted in rows}


async def only_here(db: Db, municipality: str, campaign: str, limit: int) -> list[OnlyHere]:
    """What we put forward and the platform does not list, by number."""
    return [OnlyHere(**row) for row in await db.fetch(sql.only_here, municipality, campaign, limit)]


async def only_there(db: Db, municipality: str, campaign: str, limit: int) -> list[OnlyThere]:
    """What the platform lists and is none of ours, by number."""
    return [OnlyThere(**row) for row in await db.fetch(sql.only_there, municipality, campaign, limit)]


async def matched(db: Db, municipality: str, campaign: str, limit: int) -> list[Matched]:
    """What is in both, by number on the platform."""
    rows = await db.fetch(sql.matched, municipality, campaign, limit)
    return [
        Matched(
            **dict(row) | {"linked": How(row["linked"]), "ours_status": InitiativeStatus(row["ours_status"])}
        )
        for row in rows
    ]


async def differing(db: Db, municipalities: Collection[str], campaign: str, limit: int) -> list[Differing]:
    """What is only here and only there, by municipality."""
    return [Differing(**row) for row in await db.fetch(sql.differing, list(municipalities), campaign, limit)]


async def exported(db: Db, municipalities: Collection[str], campaign: str, limit: int) -> list[Exported]:
    """Ours that are put forward or listed, by municipality and number."""
    return [Exported(**row) for row in await db.fetch(sql.exported, list(municipalities), campaign, limit)]
