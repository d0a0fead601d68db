"""Park a letter that could not be applied: its bytes are kept, the administrator may repeat it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
import uuid_utils.compat

from services.chassis.db import set_aside, tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.db.set_aside import Entry, Kind
from services.chassis.errors import Conflict
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.text import whole_number
from services.hotline.core.region import Region
from services.hotline.mailbox.boxes import found_boxes
from services.hotline.mailbox.commands.apply_letter import applied, written
from services.hotline.mailbox.domain.boxes import Box
from services.hotline.mailbox.domain.judging import Outcome
from services.hotline.mailbox.reading import LetterReader, Unreadable
from services.hotline.mailbox.store import letters
from services.hotline.mailbox.store.letters import Taken

log = structlog.get_logger()

WORD, NAME = "mail", "Письмо на линию"


@dataclass(frozen=True, slots=True)
class Original:
    """A letter as it came: its bytes, how many it had, and if it could be read its digest and how many files
    were written of it."""

    content: bytes
    size: int
    digest: str = ""
    files: int = 0


async def park_letter(
    pool: Pool, files: Files, box: Box, original: Original, reason: str, now: datetime
) -> Outcome:
    """It is parked once. Raises Unavailable if its bytes cannot be kept: it stays in the mailbox."""
    digest = original.digest or sha256(original.content).hexdigest()
    key = f"mail/{box.municipality}/{digest}.eml"
    await files.write(key, original.content)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, box.municipality)
        letter = Taken(box.municipality, uuid_utils.compat.uuid7(), digest, "", now, original.files)
        if not await letters.park(db, letter, key):
            return Outcome.KNOWN
        subject = f"Письмо на линию, {whole_number(max(1, original.size // 1000))} КБ"
        await set_aside.add(db, WORD, subject, reason, str(letter.id), box.municipality)
    log.error("letter_parked", letter_id=str(letter.id), municipality=box.municipality)
    return Outcome.PARKED


def named() -> Kind:
    """The kind as the administrator's page names it; the worker alone repeats."""

    async def nowhere(_: Db, __: Entry) -> bool:
        return False

    return Kind(WORD, NAME, nowhere)


def kind(region: Region, files: Files, reader: LetterReader, clock: Clock) -> Kind:
    """Parked letters, as things set aside that the worker repeats."""

    async def retry(db: Db, entry: Entry) -> bool:
        id_, now = UUID(entry.reference), clock.now()
        municipality, key = await letters.original(db, id_)
        content = b"".join([part async for part in await files.read(key)])
        box = await (await found_boxes(db, region.known, now)).box(db, municipality)
        (letter,) = await reader.read([(content, len(content))])
        if isinstance(letter, Unreadable):
            raise Conflict("letter-unreadable")
        outcome = await applied(
            db, region.known, box, letter, await written(files, box, letter), now, again=True
        )
        # Applying has narrowed what this transaction sees; the line may have been joined to another.
        await tenancy.see(db, municipality, box.municipality)
        await letters.settle_parked(db, (municipality, id_), outcome, box.municipality, letter.digest)
        return True

    return Kind(WORD, NAME, retry)
