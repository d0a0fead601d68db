"""Find participants by name."""

from datetime import datetime

from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.domain import Found
from services.intake.participants.digests import Pepper


async def find_people(
    pool: Pool, known: Subordination, pepper: Pepper, by: Staff, municipality: str, q: str, now: datetime
) -> list[Found]:
    """At most ten whose name has every word of `q`; each is noted in the audit.

    Raises NotFound, Forbidden for whoever enters nothing there.
    """
    raise NotImplementedError
