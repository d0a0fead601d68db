"""Write a letter with six digits; part of registering and of requesting a code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.chassis.db.pool import Db
from services.chassis.errors import NotFound, SlowDown
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.intake.participants.digests import Pepper, new_code
from services.intake.participants.domain import CODE_ATTEMPTS, CODE_VALID, LETTERS_AN_HOUR, Participant
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Code

ROOM = "services.intake.participants"
HOUR = timedelta(hours=1)


async def send_code(db: Db, pepper: Pepper, participant: Participant, campaign: str) -> None:
    """Replace the participant's code by a new one and write the letter that holds it.

    Raises NotFound for who has no address, SlowDown after ten letters in an hour. `campaign` is its name. All
    goes by the real clock.
    """
    if participant.email is None:
        raise NotFound("participant-unknown", field="code")
    now = datetime.now(UTC)
    before = await participants.lock_code(db, participant.id)
    code = new_code()
    fresh = Code(pepper.of_code(str(participant.id), code), now + CODE_VALID, CODE_ATTEMPTS, now, 1)
    if before and before.hour_began_at + HOUR > now:
        if before.sent_this_hour >= LETTERS_AN_HOUR:
            raise SlowDown("too-many-letters")
        fresh = replace(fresh, hour_began_at=before.hour_began_at, sent_this_hour=before.sent_this_hour + 1)
    await participants.save_code(db, participant.id, fresh)
    minutes = int(CODE_VALID.total_seconds() // 60)
    written = text(ROOM, "code", code=code, minutes=minutes, campaign=campaign)
    letter = Letter(participant.email, *written, "code", participant.id, fresh.expires_at)
    # An earlier one that still waits would arrive with a code that is no longer good.
    await letters.replace(db, letter, now)
