"""Summaries, and the versions of them that were sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from contracts.appointments import Level
from contracts.results import Counted, ReportFiguresTaken
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.reports.domain.cadence import Period
from services.hierarchy.reports.domain.figures import Declared
from services.hierarchy.reports.domain.reports import Content, Report, Sent, Theme

sql = queries.load(__package__, "reports.sql")

THEMES = TypeAdapter(tuple[Theme, ...])
DECLARED = TypeAdapter(tuple[Declared, ...])
CONTENT = TypeAdapter(Content)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose summaries somebody sees: of whole municipalities, of groups with their coordinators, of
    organizations."""

    codes: Collection[str] = ()
    groups: Collection[UUID] = ()
    organizations: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them a list holds: of a week, in a state (`which`), behind one."""

    week: date | None = None
    which: str = ""
    before: UUID | None = None


async def open_(db: Db, new: Sequence[Report]) -> list[Report]:
    """Store new summaries of one municipality, level and period; those that were not there."""
    first = new[0]
    period, rows = (
        first.period,
        [(each.id, each.working_group, each.organization, each.name, each.request) for each in new],
    )
    found = await db.fetch(
        sql.open_,
        *(first.municipality, first.campaign, first.level),
        *(period.week, period.first, period.last, period.day, first.due_at, first.moved),
        *map(list, zip(*rows, strict=True)),
    )
    ids = {row["id"] for row in found}
    return [each for each in new if each.id in ids]


async def save(db: Db, report: Report) -> None:
    """Store a summary's present state; its figures are what metrics answers, and nobody else's."""
    r = report
    await db.execute(
        sql.save,
        *(r.municipality, r.id, r.working_group, r.request, r.notes),
        *(THEMES.dump_json(r.themes).decode(), DECLARED.dump_json(r.declared).decode()),
        *(r.number, r.sent_at, r.in_time, r.differs, r.version),
    )


async def get(db: Db, id_: UUID) -> Report:
    """A summary. Raises NotFound."""
    return _found(await db.fetchrow(sql.get, id_))


async def lock(db: Db, id_: UUID) -> Report:
    """A summary that nobody else writes, sends or answers until the transaction is over. Raises NotFound."""
    return _found(await db.fetchrow(sql.lock, id_))


async def all_of(db: Db, municipality: str) -> list[Report]:
    """Every summary of a municipality."""
    return [_report(row) for row in await db.fetch(sql.all_of, municipality)]


async def of_group(db: Db, report: Report) -> list[Report]:
    """The summaries of a group's coordinators in the week of its own."""
    key = (report.municipality, report.campaign, report.period.week, report.working_group)
    return [_report(row) for row in await db.fetch(sql.of_group, *key)]


async def take_figures(db: Db, taken: ReportFiguresTaken) -> None:
    """Keep what a summary has asked for last; what was sent stays as it was sent."""
    counted = Counted.model_validate(taken.model_dump()).model_dump_json()
    await db.execute(sql.take_figures, taken.id, counted, taken.as_of)


async def seen(db: Db, by: Seen, wanted: Wanted, now: datetime, limit: int) -> list[Report]:
    """The summaries that somebody sees, the latest first."""
    whose = (list(by.codes), list(by.groups), list(by.organizations))
    rows = await db.fetch(sql.seen, *whose, wanted.week, wanted.which, now, wanted.before, limit)
    return [_report(row) for row in rows]


async def own(db: Db, organizations: Collection[UUID], groups: Collection[UUID], limit: int) -> list[Report]:
    """What somebody writes: of organizations that they coordinate, of groups that they lead."""
    rows = await db.fetch(sql.own, list(organizations), list(groups), limit)
    return [_report(row) for row in rows]


async def due_own(
    db: Db, organizations: Collection[UUID], groups: Collection[UUID], since: date
) -> list[Report]:
    """What of it was not sent yet, of the weeks since one; what is due first before."""
    rows = await db.fetch(sql.due_own, list(organizations), list(groups), since)
    return [_report(row) for row in rows]


async def counted_late(
    db: Db, codes: Collection[str], groups: Collection[UUID], now: datetime, since: date
) -> tuple[int, int]:
    """How many groups of some municipalities, and how many coordinators of some groups, are late."""
    row = await db.fetchrow(sql.counted_late, list(codes), list(groups), now, since)
    return (row["groups"], row["coordinators"]) if row else (0, 0)


async def weeks(db: Db, by: Seen) -> list[date]:
    """The weeks of which somebody sees others' summaries, the latest first."""
    return [row["week"] for row in await db.fetch(sql.weeks, list(by.codes), list(by.groups))]


async def of_week(db: Db, by: Seen, week: date) -> list[Report]:
    """Others' summaries of a week that somebody sees, those of groups before."""
    rows = await db.fetch(sql.of_week_below, list(by.codes), list(by.groups), week)
    return [_report(row) for row in rows]


async def lock_elsewhere(
    db: Db, municipality: str, campaign: str, group_of: Mapping[UUID, UUID], since: date
) -> list[Report]:
    """Summaries that were not sent and whose organizations have another group by now; nobody else writes or
    sends them until the transaction is over."""
    columns = list(group_of), list(group_of.values())
    rows = await db.fetch(sql.lock_elsewhere, municipality, campaign, *columns, since)
    return [_report(row) for row in rows]


async def reminded_since(db: Db, municipality: str, week: date, since: datetime) -> set[UUID]:
    """Of which summaries of a week people were reminded since."""
    return {row["id"] for row in await db.fetch(sql.reminded_since, municipality, week, since)}


async def reminded(db: Db, municipality: str, ids: Collection[UUID], at: datetime) -> None:
    """Store that people were reminded of these."""
    await db.execute(sql.reminded, municipality, list(ids), at)


async def with_nearly_due(db: Db, now: datetime, by: datetime) -> list[str]:
    """The municipalities in which anything is due by then of which nobody was reminded."""
    return [row["municipality"] for row in await db.fetch(sql.with_nearly_due, now, by)]


async def nearly_due(db: Db, municipality: str, now: datetime, by: datetime) -> list[Report]:
    """What of a municipality's is due by then, and nobody was reminded of it; locked."""
    return [_report(row) for row in await db.fetch(sql.nearly_due, municipality, now, by)]


async def is_dissolved(db: Db, report: Report) -> bool:
    """Whether the group that a summary is of, or goes to, stands no more."""
    return bool(await db.fetchval(sql.is_dissolved, report.working_group))


async def standing(db: Db, campaign: str) -> list[tuple[str, UUID]]:
    """Every working group that stands, with its municipality."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.standing, campaign)]


async def unopened(db: Db, campaign: str, weeks: Mapping[UUID, date]) -> list[str]:
    """The municipalities in which there is something to prepare or to move: of groups, each in its week."""
    if not weeks:
        return []
    columns = list(weeks), list(weeks.values())
    rows = await db.fetch(sql.unopened, campaign, *columns, min(weeks.values()))
    return [row["municipality"] for row in rows]


# ---- what was sent ----
async def add_sent(db: Db, report: Report, sent: Sent) -> None:
    """Store a version that is sent, for good."""
    content = CONTENT.dump_json(sent.content).decode()
    await db.execute(
        sql.add_sent, report.municipality, report.id, sent.number, content, sent.sent_at, sent.sent_by
    )


async def versions(db: Db, report: Report) -> list[Sent]:
    """Every version that was sent, from the first."""
    return [_sent(row) for row in await db.fetch(sql.versions, report.municipality, report.id)]


async def last_sent(db: Db, each: Collection[Report]) -> dict[UUID, Sent]:
    """What was sent last of each of these summaries."""
    keys = list({report.municipality for report in each}), [report.id for report in each]
    return {row["report"]: _sent(row) for row in await db.fetch(sql.last_sent, *keys)}


def _sent(row: asyncpg.Record) -> Sent:
    content = CONTENT.validate_json(row["content"])
    return Sent(row["number"], content, row["sent_at"], row["sent_by"], row["by"])


def _found(row: asyncpg.Record | None) -> Report:
    if row is None:
        raise NotFound("summary-unknown")
    return _report(row)


def _report(row: asyncpg.Record) -> Report:
    given: dict[str, Any] = dict(row)
    period = Period(*(given.pop(name) for name in ("week", "first_day", "last_day", "day")))
    given |= {"level": Level(given["level"]), "themes": THEMES.validate_json(given["themes"])}
    given |= {"declared": DECLARED.validate_json(given["declared"])}
    given["counted"] = Counted.model_validate_json(given["counted"]) if given["counted"] else None
    return Report(period=period, **given)
