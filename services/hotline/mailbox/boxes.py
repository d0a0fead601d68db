"""Which mailbox is which line's: a folder is named like its municipality's code, its line's address or id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.db.pool import Db
from services.hotline.core.region import Known
from services.hotline.lines.domain.lines import Line
from services.hotline.lines.store import lines
from services.hotline.mailbox.domain.boxes import Box


@dataclass(frozen=True, slots=True)
class Boxes:
    """All lines at one moment, by their municipalities."""

    known: Known
    lines: Mapping[str, Line]
    successors: Mapping[str, str]
    now: datetime

    def named(self) -> Mapping[str, str]:
        """By the name of a folder, in small letters: of which municipality it is. An address that several
        open lines have is nobody's: letters wait there rather than go to the wrong line."""
        codes = {code: code for code in self.known.picture.municipalities}
        by_id = {str(line.id): code for code, line in self.lines.items()}
        open_ = [line for line in self.lines.values() if line.email and not line.closed]
        reached = {line.municipality: line.email.lower() for line in open_}
        shared = {address for address, count in Counter(reached.values()).items() if count > 1}
        by_address = {address: code for code, address in reached.items() if address not in shared}
        return {**by_address, **by_id, **codes}

    async def box(self, db: Db, municipality: str) -> Box:
        """The mailbox of a municipality; of one that was transformed, its successor's."""
        today = self.successors.get(municipality, municipality)
        ours = frozenset(line.email for line in self.lines.values() if line.email)
        sender = self.known.entrance.sender
        line = self.lines.get(today) or self.lines.get(municipality)
        if line is None:
            return Box(today, None, (), ours, sender)
        reach = await lines.served(db, self.known, line, self.now)
        return Box(today, None if line.closed else line.id, tuple(reach), ours, sender)


async def found_boxes(db: Db, known: Known, now: datetime) -> Boxes:
    """The mailboxes of all lines now."""
    found = await lines.some(db, await lines.tenants(db))
    return Boxes(known, {line.municipality: line for line in found}, known.picture.successors, now)
