"""Remind of summaries: before they are due by the program, afterwards by who waits for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from contracts.appointments import Role
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text as letter_text
from services.chassis.process.clock import Clock
from services.chassis.web.pages import moment
from services.directory.grants import Staff
from services.hierarchy.core.addresses import REPORTS
from services.hierarchy.core.authority import Acting, Deed, may
from services.hierarchy.core.domain.audit import SUMMARIES_REMINDED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import NOT_TWICE_IN
from services.hierarchy.core.store import audit, campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.orders.store import people
from services.hierarchy.reports.commands.look_at_report import below_of, open_campaign
from services.hierarchy.reports.commands.open_reports import open_reports
from services.hierarchy.reports.domain.reports import Report, check_open
from services.hierarchy.reports.store import reports

ROOM, KIND = "services.hierarchy.reports", "report"

EVERY = 600.0
"""Seconds between looks; nothing here is a matter of minutes."""

WHOLE = (Role.HEAD, Role.CLERK, Role.RESPONSIBLE)
"""Who reminds the groups' leaders, too."""

AHEAD = timedelta(hours=3)
"""Before it is due somebody who has not reported is reminded."""


Chairs: TypeAlias = Mapping[tuple[Role, str], Holder]
"""Who holds a role over what."""


@dataclass(frozen=True, slots=True)
class SummariesReminded:
    """How many people were written to."""

    reminded: int


async def keep_reports(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Prepare what is to be reported and remind of it, until cancelled. Needs a pool that sees every
    municipality."""

    async def look() -> None:
        await open_reports(pool, clock.now())
        await remind_of_near(entrance, pool, clock.now())

    await now_and_again(look, EVERY, "reminders_wait")


async def remind_of_near(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many were written to: of what is due soon, once; each municipality's in one transaction, as nobody
    who sends shall wait for letters to all the others."""
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
        if campaign is None:
            return 0
        found = await reports.with_nearly_due(db, now, now + AHEAD)
    written = 0
    for code in found:
        async with pool.acquire() as db, db.transaction():
            due = await reports.nearly_due(db, code, now, now + AHEAD)
            chairs = chairs_of(await people.in_line(db, code, campaign.id))
            written += await _write(db, entrance, due, chairs, campaign.time_zone, now)
    return written


async def remind_of_reports(
    pool: Pool, entrance: Entrance, by: Staff, week: date, at: Moment
) -> SummariesReminded:
    """Write to everybody below who should have sent theirs of a week, nobody twice a day.

    Raises Conflict without a campaign and behind it.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, SummariesReminded):
            return done
        await tenancy.see(db, *around(by))
        campaign = await open_campaign(db)
        check_open(campaign, at.now)
        seen = await reports.of_week(db, below_of(by), week)
        # Under the lock: two who remind at once write once.
        locked = [await reports.lock(db, each.id) for each in seen if not each.number]
        own = [each for each in locked if may(by, Deed.REMIND_REPORTS, each.place) and _is_below(by, each)]
        reminded = 0
        for code in sorted({each.municipality for each in own}):
            chairs = chairs_of(await people.in_line(db, code, campaign.id))
            since = await reports.reminded_since(db, code, week, at.now - NOT_TWICE_IN)
            earlier = [writer_of(each, chairs) for each in seen if each.id in since]
            rested = {holder.account for holder in earlier if holder}
            of_place = [
                each
                for each in own
                if each.municipality == code
                and (writer := writer_of(each, chairs))
                and writer.account not in rested
            ]
            reminded += await _write(db, entrance, of_place, chairs, campaign.time_zone, at.now)
            subjects = [each.subject for each in of_place]
            await audit.note(db, code, Acting(by.account), at.now, SUMMARIES_REMINDED, *subjects)
        return await idempotency.keep(db, at, SummariesReminded(reminded))


def _is_below(by: Staff, report: Report) -> bool:
    """A leader reminds the coordinators, not the group; the Head both."""
    leads = {grant.of for grant in by.grants if grant.role is Role.LEADER}
    whole = any(grant.role in WHOLE and grant.of == report.municipality for grant in by.grants)
    return whole or (not report.of_group and str(report.working_group) in leads)


async def _write(
    db: Db, entrance: Entrance, due: Sequence[Report], chairs: Chairs, zone: str, now: datetime
) -> int:
    """One letter a person about all of theirs; who nobody writes, is nobody's to be reminded of."""
    mine: dict[UUID, list[Report]] = {}
    known: dict[UUID, Holder] = {}
    for each in due:
        if holder := writer_of(each, chairs):
            known[holder.account] = holder
            mine.setdefault(holder.account, []).append(each)
    new = []
    for account, holder in known.items():
        lines = [f"{each.name}, до {moment(each.due_at, zone)}" for each in mine[account]]
        url = f"{entrance.public_url}{REPORTS}"
        late = any(each.is_late(now) for each in mine[account])
        said = letter_text(ROOM, "reminder", addressee=holder.name, reports=lines, url=url, late=late)
        new.append(Letter(holder.email, *said, KIND, account))
    await letters.write_many(db, new, now)
    if known:
        told = [each.id for reports_ in mine.values() for each in reports_]
        await reports.reminded(db, due[0].municipality, told, now)
    return len(new)


def chairs_of(holders: Iterable[Holder]) -> Chairs:
    """By role and place, the first where there are several."""
    found = dict[tuple[Role, str], Holder]()
    for each in holders:
        found.setdefault((each.role, each.scope_of), each)
    return found


def writer_of(report: Report, chairs: Chairs) -> Holder | None:
    """Who writes it now: the coordinator before the stand-in; of a group its leader."""
    if report.of_group:
        return chairs.get((Role.LEADER, str(report.working_group)))
    of = str(report.organization)
    return chairs.get((Role.COORDINATOR, of)) or chairs.get((Role.STAND_IN, of))
