"""Staff meetings, each of who enters what came of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.pruning import Rule
from services.chassis.errors import NotFound
from services.intake.staff_meetings.domain.meetings import KEPT_SENT, KEPT_UNSENT, StaffMeeting

sql = queries.load(__package__, "meetings.sql")

PRUNED = (
    Rule("staff_meeting_sent", sql.sent, KEPT_SENT, sql.sent_waiting),
    Rule("staff_meeting_forgotten", sql.forgotten, KEPT_UNSENT, sql.forgotten_waiting),
)


async def add(db: Db, meeting: StaffMeeting) -> None:
    """Store one that begins."""
    whose = (meeting.municipality, meeting.id, meeting.campaign, meeting.organization)
    await db.execute(sql.add, *whose, meeting.day, meeting.account, meeting.begun_at)


async def own(
    db: Db, municipalities: Collection[str], account: UUID, campaign: str, most: int
) -> list[StaffMeeting]:
    """Those of an account in a campaign, the newest first."""
    rows = await db.fetch(sql.own, list(municipalities), account, campaign, most)
    return [StaffMeeting(**row) for row in rows]


async def one(db: Db, municipalities: Collection[str], account: UUID, id_: UUID) -> StaffMeeting:
    """One of an account. Raises NotFound."""
    if row := await db.fetchrow(sql.one, list(municipalities), account, id_):
        return StaffMeeting(**row)
    raise NotFound("staff-meeting-unknown")


async def lock(db: Db, municipalities: Collection[str], account: UUID, id_: UUID) -> StaffMeeting:
    """The same, locked. Raises NotFound."""
    if row := await db.fetchrow(sql.lock, list(municipalities), account, id_):
        return StaffMeeting(**row)
    raise NotFound("staff-meeting-unknown")


async def lock_all_with(db: Db, participant: UUID) -> list[StaffMeeting]:
    """Those on whose sheets a participant stands, locked."""
    return [StaffMeeting(**row) for row in await db.fetch(sql.lock_all_with, participant)]


async def touch(db: Db, meeting: StaffMeeting, at: datetime) -> None:
    """Its sheet was changed."""
    await db.execute(sql.touch, meeting.municipality, meeting.id, at)


async def count_rows(db: Db, meeting: StaffMeeting, at: datetime) -> None:
    """Its grid was changed: how many rows are sent, and how many wait."""
    await db.execute(sql.count_rows, meeting.municipality, meeting.id, at)
