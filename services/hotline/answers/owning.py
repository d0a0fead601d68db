"""Which working group owns the line, and so decides on the answers."""

from datetime import datetime

from contracts.appointments import Scope
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden
from services.directory.grants import Staff
from services.directory.reach import roles_in
from services.hotline.answers.domain.answers import approving
from services.hotline.core.authority import HEADS, may
from services.hotline.core.region import Known
from services.hotline.lines.store import lines


async def owns(db: Db, known: Known, by: Staff, municipality: str, at: datetime) -> bool:
    """Whether somebody decides on the answers of a municipality: the administration, and of its working
    groups the one alone that owns its line; before there is a line, each of them."""
    if not may(by, approving(municipality), municipality):
        return False
    if roles_in(by, municipality) & HEADS:
        return True
    owning = {line.group for line in await lines.of(db, known, municipality, at) if line.group}
    return not owning or any(str(group) in by.reach(Scope.GROUP) for group in owning)


async def check_owns(db: Db, known: Known, by: Staff, municipality: str, at: datetime) -> None:
    """Raises Forbidden for a working group that does not own the line."""
    if not await owns(db, known, by, municipality, at):
        raise Forbidden("not-yours-to-approve")
