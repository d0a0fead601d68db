"""Describe the line of an administration: how it is reached and when, and which working group owns it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import LINE_SET
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.lines.domain.lines import Described, Line, begun, check_described
from services.hotline.lines.store import lines


@dataclass(frozen=True, slots=True)
class Defined:
    """A line as it stands now."""

    id: UUID
    municipality: str
    version: int


async def define_line(pool: Pool, known: Known, by: Staff, given: Described, at: Moment) -> Defined:
    """A line that was closed is open again. Raises Invalid with everything wrong, Conflict if somebody has
    changed it meanwhile, NotFound for a foreign municipality, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Defined):
            return done
        authority(by, Deed.SET_LINE, given.municipality)
        described = check_line(known, given, at.now)
        await tenancy.see(db, given.municipality)
        stands = await lines.lock(db, given.municipality)
        line = _changed(stands, described, at.now)
        if line.email and await lines.is_taken(db, line.municipality, line.email):
            raise Invalid("line-email-taken", field="email", email=line.email)
        await (lines.save if stands else lines.add)(db, line)
        await outbox.publish(db, line.event())
        await audit.note(db, line.municipality, by, at.now, LINE_SET, f"line:{line.id}")
        return await idempotency.keep(db, at, Defined(line.id, line.municipality, line.version))


def _changed(stands: Line | None, given: Described, now: datetime) -> Line:
    if stands is not None:
        stands.check_seen(given.version)
        return stands.described(given, now)
    if given.version:
        raise Conflict("line-changed")
    return begun(given, uuid_utils.compat.uuid7(), now)


def check_line(known: Known, given: Described, now: datetime) -> Described:
    """The same as it is stored. Raises Invalid with everything wrong."""
    checks = Checks()
    checks.take(lambda: known.picture.municipality(given.municipality))
    checks.take(lambda: check_group(known, given.group, given.municipality, now))
    today = now.astimezone(ZoneInfo(known.campaign.time_zone)).date()
    described = checks.take(lambda: check_described(given, today))
    checks.settle()
    return described


def check_group(known: Known, group: UUID | None, municipality: str, now: datetime) -> None:
    """Refuse a working group that is not this municipality's, or of whoever acts for it, or is dissolved.
    Raises Invalid."""
    if group is None:
        return
    found = known.groups.get(group)
    if found is None or found.municipality not in (municipality, known.server_of(municipality, now)):
        raise Invalid("line-group-unknown", field="group")
    if found.dissolved:
        raise Invalid("line-group-dissolved", field="group")
