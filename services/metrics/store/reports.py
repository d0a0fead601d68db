"""Figures that summaries ask for: the requests, and the answers that stay."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.results import ReportFiguresTaken
from contracts.structure import StructureEvent
from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "reports.sql")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for the figures of an organization, in whose line of subordination, about which days."""

    municipality: str
    id: UUID
    campaign: str
    organization: UUID
    working_group: UUID | None
    period_from: date
    period_to: date


class Part(NamedTuple):
    """How much of a counter an organization has on a day; of one direction, form and position, if it has
    any."""

    organization: UUID
    counter: str
    day: str
    n: int
    direction: str | None = None
    form: str | None = None
    position: str | None = None


async def ask(db: Db, asked: Sequence[Asked]) -> None:
    """Keep requests that have no answer yet."""
    rows = [
        (a.municipality, a.id, a.campaign, a.organization, a.working_group, a.period_from, a.period_to)
        for a in asked
    ]
    await db.execute(sql.ask, *map(list, zip(*rows, strict=True)))


async def asked(db: Db, limit: int) -> list[Asked]:
    """Requests that have no answer yet, of campaigns and organizations that are known."""
    return [Asked(**dict(row)) for row in await db.fetch(sql.asked, StructureEvent.topic, limit)]


async def take(db: Db, taken: Sequence[ReportFiguresTaken]) -> list[ReportFiguresTaken]:
    """Answer requests; those that had no answer before."""
    rows = [(each.municipality, each.id, each.model_dump_json()) for each in taken]
    new = {row["id"] for row in await db.fetch(sql.take, *map(list, zip(*rows, strict=True)))}
    await db.execute(sql.asked_no_more, [each.id for each in taken])
    return [each for each in taken if each.id in new]


async def all_taken(db: Db) -> list[ReportFiguresTaken]:
    """Every answer as it was told."""
    return [ReportFiguresTaken.model_validate_json(row["content"]) for row in await db.fetch(sql.all_taken)]


async def of_organizations(
    db: Db, campaign: str, codes: Collection[str], organizations: Collection[UUID]
) -> list[Part]:
    """What some organizations have, in parts that add up; `codes`: where their founders' figures count."""
    rows = await db.fetch(sql.of_organizations, campaign, list(codes), list(organizations))
    return [Part(*row) for row in rows]


async def first_times(
    db: Db, campaign: str, codes: Collection[str], organizations: Collection[UUID]
) -> list[Part]:
    """How many participants submitted their first initiative of the campaign in some organizations."""
    rows = await db.fetch(sql.first_times, campaign, list(codes), list(organizations))
    return [Part(*row) for row in rows]
