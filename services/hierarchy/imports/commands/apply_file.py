"""Apply an uploaded file that was previewed: all or nothing."""

from dataclasses import dataclass
from uuid import UUID

from contracts.event import REGION
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import IMPORTED
from services.hierarchy.core.store import audit, locks
from services.hierarchy.imports.commands.find_changes import find_changes
from services.hierarchy.imports.domain.files import Import, What
from services.hierarchy.imports.store import imports
from services.hierarchy.territory.commands.apply_changes import apply_changes


@dataclass(frozen=True, slots=True)
class Previewed:
    """A file, and the digest of the changes that were previewed."""

    file: UUID
    digest: str


@dataclass(frozen=True, slots=True)
class Applied:
    """How much was added and changed, and of what."""

    added: int
    changed: int
    what: What
    of: str

    @property
    def given(self) -> Import:
        """What was imported."""
        return Import(self.what, self.of)


async def apply_file(pool: Pool, by: Staff, given: Previewed, at: Moment) -> Applied:
    """Raises NotFound, Forbidden, and Conflict if by now the file would change anything else than what was
    previewed, or nothing."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Applied):
            return done
        await locks.structure(db)
        preview, who = await find_changes(db, by, given.file)
        if preview.bad or preview.digest != given.digest:
            raise Conflict("import-moved")
        summaries = await apply_changes(db, preview.plans)
        await imports.remove(db, given.file)
        what, tenant = preview.given.what, preview.given.founder or REGION
        await audit.note(db, tenant, who, at.now, IMPORTED.format(what=what), f"import:{given.file}")
        added, changed = sum(s.added for s in summaries), sum(s.changed for s in summaries)
        return await idempotency.keep(db, at, Applied(added, changed, what, preview.given.of))
