"""Write a letter with six digits, or let it wait for the turn of the network from which it is asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.chassis.db.pool import Db
from services.intake.participants.commands.send_code import send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Participant
from services.intake.participants.store import pacing
from services.intake.participants.store.pacing import Waiting


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a code: from which network (nothing: one that is not told apart), for which address, as a
    digest, and whose it is; nobody's: what follows must look alike."""

    network: str
    address: bytes
    participant: Participant | None
    campaign: str
    """Its name."""


async def pace_code(db: Db, pepper: Pepper, asked: Asked) -> datetime | None:
    """When the letter leaves, if that is not now. What is asked for again keeps its turn.

    Raises SlowDown after ten letters in an hour.
    """
    now = datetime.now(UTC)
    if release_at := await _turn(db, pepper, asked, now):
        return release_at
    if asked.participant is not None:
        await send_code(db, pepper, asked.participant, asked.campaign)
    return None


async def _turn(db: Db, pepper: Pepper, asked: Asked, now: datetime) -> datetime | None:
    if not asked.network:
        return None
    network = pepper.of_network(asked.network)
    waiting = Waiting(network, asked.address, asked.participant.id if asked.participant else None)
    if earlier := await pacing.join_wait(db, waiting, now):
        return earlier
    release_at = await pacing.take_turn(db, network, now)
    if release_at <= now:
        return None
    # The code is made when it leaves: until then one that has arrived stays good.
    await pacing.wait(db, waiting, release_at)
    return release_at
