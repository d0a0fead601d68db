"""Write a letter with six digits; part of registering and of requesting a code."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound, SlowDown
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.intake.participants.digests import Pepper, new_code
from services.intake.participants.domain import CODE_ATTEMPTS, CODE_VALID, LETTERS_AN_HOUR, Participant
from services.intake.participants.store import codes
from services.intake.participants.store.codes import Code

ROOM = "services.intake.participants"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """For which address a code is wanted, as a digest, in which campaign, and whose it is; nobody's: what
    follows must look alike."""

    address: bytes
    participant: Participant | None
    campaign: CampaignDefined

    def handle(self, pepper: Pepper) -> UUID:
        """By what the code is known."""
        return pepper.handle(self.campaign.id, self.address)


async def send_code(db: Db, pepper: Pepper, wanted: Wanted) -> None:
    """Replace the code of the address by a new one, and write the letter that holds it if somebody has the
    address: what nobody has is counted, and may be tried, in the same way.

    Raises NotFound for who has no address, SlowDown after ten letters in an hour. All goes by the real clock.
    """
    now = datetime.now(UTC)
    handle, participant = wanted.handle(pepper), wanted.participant
    before = await codes.lock(db, handle)
    digits = new_code()
    whose = participant.id if participant else None
    fresh = Code(whose, pepper.of_code(handle, digits), now + CODE_VALID, CODE_ATTEMPTS, now, 1)
    if before and before.hour_began_at + HOUR > now:
        if before.sent_this_hour >= LETTERS_AN_HOUR:
            raise SlowDown("too-many-letters")
        fresh = replace(fresh, hour_began_at=before.hour_began_at, sent_this_hour=before.sent_this_hour + 1)
    await codes.save(db, handle, fresh)
    if participant is not None:
        await _write(db, participant, wanted.campaign.name, digits, now)


async def _write(db: Db, participant: Participant, campaign: str, digits: str, now: datetime) -> None:
    if participant.email is None:
        raise NotFound("participant-unknown", field="code")
    minutes = int(CODE_VALID.total_seconds() // 60)
    written = text(ROOM, "code", code=digits, minutes=minutes, campaign=campaign)
    letter = Letter(participant.email, *written, "code", participant.id, now + CODE_VALID)
    # An earlier one that still waits would arrive with a code that is no longer good.
    await letters.replace(db, letter, now)
