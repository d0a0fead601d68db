"""Letters that came to lines, and what they brought to an inquiry beside the words in its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.pruning import Rule
from services.chassis.errors import NotFound

sql = queries.load(__package__, "letters.sql")

SAID = ["asked", "replied", "note"]

PRUNED = (Rule("mailbox_letter.sender", sql.forget_senders, timedelta(days=1)),)
"""A sender is counted for an hour; the digest of an address is of use to nobody afterwards."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter of a line's mailbox: its copies have the same digest. `files`: how many were written under
    it before."""

    municipality: str
    id: UUID
    digest: str
    sender: str
    at: datetime
    files: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of an inquiry: with which entry of the history it came, its name, its type, its bytes."""

    id: UUID
    entry: int
    name: str
    media_type: str
    size: int

    @property
    def kilobytes(self) -> int:
        """How large it is, as people say it."""
        return max(1, round(self.size / 1000))


@dataclass(frozen=True, slots=True)
class Erased:
    """A file of an inquiry that was erased, and where it lies."""

    municipality: str
    inquiry_id: UUID
    id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Original:
    """A parked letter that was given up, and where its bytes lie."""

    municipality: str
    id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A letter that says nothing or was given up, and how many files lie under its digest."""

    municipality: str
    id: UUID
    digest: str
    files: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What letters brought to an inquiry: by entry of its history the letter with its quotes, and files."""

    wholes: dict[int, str]
    files: list[Kept]

    def whole_of(self, entry: int) -> list[str]:
        """The letter behind an entry, if it says more than the entry."""
        return [self.wholes[entry]] if entry in self.wholes else []

    def files_of(self, entry: int) -> list[Kept]:
        """The files that came with an entry."""
        return [file for file in self.files if file.entry == entry]


async def is_taken(db: Db, municipality: str, digest: str) -> bool:
    """Whether a line has this letter already, parked ones too."""
    return await db.fetchval(sql.taken, municipality, digest) is not None


async def take(db: Db, letter: Taken, outcome: str, again: bool = False) -> UUID | None:
    """Note a letter, once; its id, or none for a copy. `again`: it was parked."""
    l_ = letter
    found: UUID | None = await db.fetchval(
        sql.take, l_.municipality, l_.id, l_.digest, l_.sender, l_.at, outcome, l_.files, again
    )
    return found


async def write_again(db: Db, copy: Taken) -> None:
    """A copy's files were written once more: they go again if they were discarded meanwhile."""
    await db.execute(sql.wrote_again, copy.municipality, copy.digest, copy.files)


async def settle(db: Db, municipality: str, id_: UUID, outcome: str, inquiry: UUID | None) -> None:
    """Note what became of it."""
    await db.execute(sql.settle, municipality, id_, outcome, inquiry)


async def park(db: Db, letter: Taken, original: str) -> bool:
    """Note a letter that could not be applied, whose bytes lie there; False for a copy."""
    l_ = letter
    given = (l_.municipality, l_.id, l_.digest, l_.at, original, l_.files)
    return await db.fetchval(sql.park, *given) is not None


async def settle_parked(db: Db, parked: tuple[str, UUID], outcome: str, at: str, digest: str) -> None:
    """Note what became of a letter that was parked, and the inquiry of that which was read of it there,
    unless it says so already."""
    await db.execute(sql.settle_parked, *parked, outcome, at, digest)


async def original(db: Db, id_: UUID) -> tuple[str, str]:
    """To whose line a parked letter came, and where its bytes lie. Raises NotFound."""
    row = await db.fetchrow(sql.original, id_)
    if row is None:
        raise NotFound("set-aside-unknown")
    return row["municipality"], row["original"]


async def recent(db: Db, municipality: str, sender: str, since: datetime, most: int) -> int:
    """How many letters of a sender a line has had since then, `most` at most."""
    return int(await db.fetchval(sql.recent, municipality, sender, since, most))


async def keep(
    db: Db, municipality: str, inquiry: UUID, letter: UUID, whole: str, files: list[tuple[Kept, str]]
) -> None:
    """Keep what a letter brought, with the last entry of the history that it made."""
    entry = await db.fetchval(sql.last_entry, municipality, inquiry, SAID)
    if whole:
        await db.execute(sql.keep_whole, municipality, inquiry, letter, entry, whole)
    for file, key in files:
        what = (file.id, entry, file.name, file.media_type, file.size, key)
        await db.execute(sql.keep_file, municipality, inquiry, *what)


async def brought(db: Db, municipality: str, inquiry: UUID) -> Brought:
    """What letters brought to an inquiry."""
    wholes = await db.fetch(sql.wholes, municipality, inquiry)
    files = await db.fetch(sql.files, municipality, inquiry)
    return Brought({row["entry"]: row["whole"] for row in wholes}, [Kept(**dict(row)) for row in files])


async def file(db: Db, inquiry: UUID, id_: UUID) -> tuple[Kept, str]:
    """A file of an inquiry that this transaction sees, and its key. Raises NotFound."""
    row = await db.fetchrow(sql.file, inquiry, id_)
    if row is None:
        raise NotFound("file-unknown")
    return Kept(id_, 0, row["name"], row["media_type"], row["size"]), row["key"]


async def erased(db: Db, most: int, after: int) -> list[Erased]:
    """Files that are to be discarded, after so many."""
    return [Erased(**dict(row)) for row in await db.fetch(sql.erased, most, after)]


async def discard(db: Db, file: Erased) -> None:
    """It is not there any more."""
    await db.execute(sql.discard, file.municipality, file.inquiry_id, file.id)


async def count_files_of_expired(db: Db, until: datetime, campaigns: Sequence[str]) -> dict[str, int]:
    """How many files the inquiries have that ended before then, or are still open of these campaigns, by
    municipality."""
    rows = await db.fetch(sql.count_files_of_expired, until, campaigns)
    return {row["municipality"]: row["count"] for row in rows}


async def count_expired(db: Db, until: datetime) -> dict[str, int]:
    """How many letters were parked before then, and are still, by municipality."""
    return {row["municipality"]: row["count"] for row in await db.fetch(sql.count_expired, until)}


async def expire(db: Db, until: datetime, limit: int) -> list[tuple[str, UUID]]:
    """Give some of those up: nobody repeats them, and the worker discards them."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.expire, until, limit)]


async def expired_originals(db: Db, most: int, after: int) -> list[Original]:
    """Letters that were parked and given up, or said nothing once they were repeated, after so many."""
    return [Original(**dict(row)) for row in await db.fetch(sql.expired_originals, most, after)]


async def left_over(db: Db, most: int, after: int) -> list[LeftOver]:
    """Letters whose files no inquiry has, nor ever will, after so many."""
    return [LeftOver(**dict(row)) for row in await db.fetch(sql.left_over, most, after)]


async def discard_files(db: Db, letter: LeftOver) -> None:
    """Its files are not there any more."""
    await db.execute(sql.discard_files, letter.municipality, letter.id)


async def discard_original(db: Db, letter: Original) -> None:
    """Its bytes are not there any more."""
    await db.execute(sql.discard_original, letter.municipality, letter.id)
