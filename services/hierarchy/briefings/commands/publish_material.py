"""Publish what a working group's coordinators read."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.briefings.commands.lock_briefed import lock_briefed
from services.hierarchy.briefings.domain import check_material
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.domain.audit import MATERIAL_PUBLISHED
from services.hierarchy.core.store import audit


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """What a group's coordinators shall read; `seen`: the version that was changed, 0 for none."""

    group: UUID
    body: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """The version that stands, and whether it is new: the same text again is none."""

    version: int
    is_new: bool


async def publish_material(pool: Pool, by: Staff, given: NewMaterial, at: Moment) -> Published:
    """A new version asks everybody to confirm again.

    Raises NotFound for a foreign group, Forbidden, Conflict outside the days or if somebody has published
    another meanwhile, Invalid.
    """
    body = check_material(given.body)
    async with pool.acquire() as db, db.transaction():
        if published := await idempotency.earlier(db, at, Published):
            return published
        group, _, who = await lock_briefed(db, by, given.group, at.now)
        before = await briefings.material(db, group)
        is_new = before.body != body
        version = before.version + is_new
        if is_new:
            if before.version != given.seen:
                raise Conflict("material-changed")
            await briefings.add_material(db, group, version, body, by.account, at.now)
            await audit.note(db, group.municipality, who, at.now, MATERIAL_PUBLISHED, group.subject)
        return await idempotency.keep(db, at, Published(version, is_new))
