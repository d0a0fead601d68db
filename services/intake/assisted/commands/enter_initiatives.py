"""Enter initiatives for people: each row is stored or comes back with everything that is wrong with it."""

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.domain import Entered, Entering
from services.intake.participants.digests import Pepper


async def enter_initiatives(
    pool: Pool, known: Subordination, pepper: Pepper, by: Staff, given: Entering, at: Moment
) -> Entered:
    """Good rows are stored, whatever the others are; a key that was stored before has its earlier result.

    Raises NotFound, Forbidden for an organization that is not the sender's, Conflict outside the days,
    Invalid for too many rows.
    """
    raise NotImplementedError
