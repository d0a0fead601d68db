"""Our list and the platform's, side by side. No text of an initiative leaves here."""

from collections.abc import Collection, Mapping

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


Homes = Mapping[str, str]
"""Municipality → the one in which it is counted: itself, or its successor."""


async def counts(db: Db, homes: Homes, campaign: str) -> dict[str, Counts]:
    """By municipality, where either list has anything."""
    rows = await db.fetch(sql.counts, *_columns(homes), campaign)
    return {code: Counts(*counted) for code, *counted in rows}


async def only_here(db: Db, of: Collection[str], campaign: str, limit: int) -> list[OnlyHere]:
    """What we put forward and the platform does not list, by number."""
    return [OnlyHere(**row) for row in await db.fetch(sql.only_here, list(of), campaign, limit)]


async def only_there(db: Db, of: Collection[str], campaign: str, limit: int) -> list[OnlyThere]:
    """What the platform lists and is none of ours, by number."""
    return [OnlyThere(**row) for row in await db.fetch(sql.only_there, list(of), campaign, limit)]


async def matched(db: Db, of: Collection[str], campaign: str, limit: int) -> list[Matched]:
    """What is in both, by number on the platform."""
    rows = await db.fetch(sql.matched, list(of), campaign, limit)
    return [
        Matched(
            **dict(row) | {"linked": How(row["linked"]), "ours_status": InitiativeStatus(row["ours_status"])}
        )
        for row in rows
    ]


async def differing(db: Db, homes: Homes, campaign: str, limit: int) -> list[Differing]:
    """What is only here and only there, by municipality."""
    return [Differing(**row) for row in await db.fetch(sql.differing, *_columns(homes), campaign, limit)]


async def exported(db: Db, homes: Homes, campaign: str, limit: int) -> list[Exported]:
    """Ours that are put forward or listed, by municipality and number."""
    return [Exported(**row) for row in await db.fetch(sql.exported, *_columns(homes), campaign, limit)]


def _columns(homes: Homes) -> tuple[list[str], list[str]]:
    return list(homes), list(homes.values())
