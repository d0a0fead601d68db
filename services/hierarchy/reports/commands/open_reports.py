"""Prepare the summaries of a period that is over, and keep them with the group that supervises the line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Level
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.streams import outbox
from services.directory.working_time import Schedule
from services.hierarchy.core.domain.audit import SUMMARY_MOVED
from services.hierarchy.core.store import audit, campaigns
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups
from services.hierarchy.orders.store import people
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation
from services.hierarchy.reports.commands.look_at_report import OF_ORGANIZATION
from services.hierarchy.reports.domain.cadence import (
    Due,
    Period,
    Version,
    due,
    due_of_group,
    opens_at,
    periods,
    rhythm_of,
)
from services.hierarchy.reports.domain.reports import Report
from services.hierarchy.reports.store import cadences, reports

LONG_AFTER = timedelta(days=5)
"""After a period's day: by then its summaries are due, however many days off there are."""


@dataclass(frozen=True, slots=True)
class Around:
    """What decides about a municipality's summaries: the campaign, its cadence, when it works, and now."""

    code: str
    campaign: CampaignDefined
    known: Sequence[Version]
    schedule: Schedule
    now: datetime


async def open_reports(pool: Pool, now: datetime) -> int:
    """How many summaries were prepared, each municipality's in one transaction: whatever ends this in the
    middle, the next look goes on behind it. Needs a pool that sees every municipality."""
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
        if campaign is None or today(campaign.time_zone, now) > campaign.close_until:
            return 0
        standing, known = await reports.standing(db, campaign.id), await cadences.all_by_municipality(db)
        found = await reports.unopened(db, campaign.id, _weeks(campaign, standing, known, now))
    opened = 0
    for code in found:
        async with pool.acquire() as db, db.transaction():
            schedule = (await look_at_regulation(db, code, now)).schedule
            await tenancy.see(db, EVERYBODY)
            opened += await _open(db, Around(code, campaign, known.get(code, ()), schedule, now))
    return opened


def _weeks(
    campaign: CampaignDefined,
    standing: Iterable[tuple[str, UUID]],
    known: Mapping[str, Sequence[Version]],
    now: datetime,
) -> dict[UUID, date]:
    """The week of each group's last period, where its summaries may be to be prepared."""
    day = today(campaign.time_zone, now)
    found = {}

    @cache
    def ended(code: str, group: UUID | None) -> Period | None:
        return ended_period(campaign, known.get(code, ()), group, now)

    for code, group in standing:
        # Nearly all have the rhythm of all.
        own = any(each.working_group == group for each in known.get(code, ()))
        period = ended(code if code in known else "", group if own else None)
        if period and day <= period.day + LONG_AFTER:
            found[group] = period.week
    return found


def ended_period(
    campaign: CampaignDefined, known: Sequence[Version], group: UUID | None, now: datetime
) -> Period | None:
    """The last period of a group that is over."""
    day = today(campaign.time_zone, now)
    every = periods(campaign, lambda week: rhythm_of(known, Level.COORDINATOR, group, week).weekday)
    return max((each for each in every if each.last < day), key=lambda each: each.week, default=None)


def dues(around: Around, group: UUID | None, period: Period) -> tuple[Due, Due]:
    """By when the coordinators of a group report, and the group itself."""
    until = around.campaign.close_until
    of_line = rhythm_of(around.known, Level.COORDINATOR, group, period.week)
    of_group = rhythm_of(around.known, Level.GROUP, group, period.week)
    first = due(period.day, of_line.at, around.schedule, until)
    return first, due_of_group(first, period.day, of_group, around.schedule, until)


async def _open(db: Db, around: Around) -> int:
    campaign, opened = around.campaign, 0
    everybody = await people.in_line(db, around.code, campaign.id)
    lines = {
        each.organization: each
        for each in everybody
        if each.role in OF_ORGANIZATION and each.organization and each.working_group
    }
    standing = await groups.present(db, around.code, campaign.id)
    group_of = {id_: each.working_group for id_, each in lines.items() if each.working_group}
    weeks = []
    for group in standing:
        period = ended_period(campaign, around.known, group.id, around.now)
        if period is None or opens_at(period, around.schedule.zone) > around.now:
            continue
        own = {id_: lines[id_].place for id_, supervising in group_of.items() if supervising == group.id}
        opened += await _open_group(db, around, group, period, own)
        weeks.append(period.week)
    if weeks:
        await _move(db, around, group_of, min(weeks))
    return opened


async def _open_group(
    db: Db, around: Around, group: WorkingGroup, period: Period, lines: dict[UUID, str]
) -> int:
    of_lines, of_group = dues(around, group.id, period)
    base = Report(
        *(around.code, group.id, around.campaign.id, Level.GROUP, group.id, None, group.name, period),
        *(of_group.at, of_group.moved),
    )
    new = []
    if around.now < of_group.at or group.formed_at < of_group.at:
        new += await reports.open_(db, [replace(base, id=uuid_utils.compat.uuid7())])
    # Behind the time nobody begins to owe anything, but where nobody had looked before: no worker ran.
    missed = bool(new) and group.formed_at < of_lines.at
    if lines and (around.now < of_lines.at or missed):
        new += await reports.open_(db, list(_of_lines(base, of_lines, lines.items())))
    await outbox.publish(db, *(each.defined() for each in new))
    return len(new)


def _of_lines(base: Report, by: Due, lines: Iterable[tuple[UUID, str]]) -> Iterable[Report]:
    """One of each organization; its figures are asked for at once, as of the end of the period."""
    of_line = replace(base, level=Level.COORDINATOR, due_at=by.at, moved=by.moved)
    for organization, name in lines:
        id_, request = uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7()
        yield replace(of_line, id=id_, organization=organization, name=name, request=request)


async def _move(db: Db, around: Around, group_of: dict[UUID, UUID], since: date) -> None:
    """What was not sent goes up to the group that supervises the organization now."""
    found = await reports.lock_elsewhere(db, around.code, around.campaign.id, group_of, since)
    moved = [
        replace(each, working_group=group, version=each.version + 1)
        for each in found
        if each.organization and (group := group_of[each.organization])
    ]
    for each in moved:
        await reports.save(db, each)
    await outbox.publish(db, *(each.defined() for each in moved))
    await audit.note(db, around.code, None, around.now, SUMMARY_MOVED, *(each.subject for each in moved))
