"""Write a letter with six digits, or let it wait for the turn of the network from which it is asked for."""

from datetime import UTC, datetime

from services.chassis.db.pool import Db
from services.intake.participants.commands.send_code import Wanted, send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Accepted
from services.intake.participants.store import pacing
from services.intake.participants.store.pacing import Waiting


async def pace_code(db: Db, pepper: Pepper, wanted: Wanted, network: str) -> Accepted:
    """The handle of the code, and when the letter leaves, if that is not now. What is asked for again keeps
    its turn. `network`: nothing for one that is not told apart.

    Raises SlowDown after ten letters in an hour.
    """
    now = datetime.now(UTC)
    release_at = await _turn(db, pepper, wanted, network, now)
    if release_at is None:
        await send_code(db, pepper, wanted)
    return Accepted(wanted.handle(pepper), release_at)


async def _turn(db: Db, pepper: Pepper, wanted: Wanted, name: str, now: datetime) -> datetime | None:
    if not name:
        return None
    network = pepper.of_network(name)
    waiting = Waiting(network, wanted.address, wanted.participant.id if wanted.participant else None)
    if earlier := await pacing.join_wait(db, waiting, now):
        return earlier
    release_at = await pacing.take_turn(db, network, now)
    if release_at <= now:
        return None
    # The code is made when it leaves: until then one that has arrived stays good.
    await pacing.wait(db, waiting, release_at)
    return release_at
