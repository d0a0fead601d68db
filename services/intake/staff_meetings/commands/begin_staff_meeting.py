"""Begin to enter what came of a staff meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.structure import OrganizationDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Invalid
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.domain import STAFF_MEETING_BEGUN
from services.intake.core.store import audit
from services.intake.staff_meetings.domain.meetings import StaffMeeting, check_day
from services.intake.staff_meetings.reading import organizations_of
from services.intake.staff_meetings.store import meetings


@dataclass(frozen=True, slots=True)
class Beginning:
    """Of which organization, and on which day."""

    organization: UUID | None
    day: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The meeting."""

    id: UUID


async def begin_staff_meeting(
    pool: Pool, known: Subordination, by: Staff, given: Beginning, at: Moment
) -> Begun:
    """Raises Forbidden, Invalid for a day or an organization that cannot be, Conflict outside the days."""
    offered, campaign, checks = organizations_of(by, known, at.now), known.campaign, Checks()
    organization = checks.take(lambda: _chosen(offered, given.organization))
    day = checks.take(lambda: check_day(campaign, given.day, at.now))
    checks.settle()
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Begun):
            return done
        municipality = known.picture.home_of(organization)
        await tenancy.see(db, municipality)
        id_ = uuid_utils.compat.uuid7()
        whose = (municipality, id_, campaign.id, organization.id)
        await meetings.add(db, StaffMeeting(*whose, day, by.account, at.now, at.now))
        await audit.note(db, municipality, by, at.now, STAFF_MEETING_BEGUN, id_)
        return await idempotency.keep(db, at, Begun(id_))


def _chosen(offered: Sequence[OrganizationDefined], asked: UUID | None) -> OrganizationDefined:
    for each in offered:
        if each.id == asked:
            return each
    raise Invalid("staff-meeting-organization", field="organization")
