"""Look at what a participant has asked while they were signed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hotline.core.store import themes
from services.hotline.inquiries.store import own
from services.hotline.inquiries.store.own import Own

EVERYTHING = "*"

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Portion:
    """Whose, and before which number, as it stands in the page's address."""

    participant: UUID
    before: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One of them, with the name of its theme."""

    own: Own
    theme: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A portion of them, and before which number the next one begins, if there is one."""

    items: Sequence[Listed]
    before: int | None


async def look_at_own(pool: Pool, given: Portion) -> Looked:
    """The newest first; one may have asked in any municipality. Beyond the end nothing."""
    before = int(given.before) if re.fullmatch("[0-9]{1,18}", given.before) else None
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYTHING)
        found = await own.of_participant(db, given.participant, before, SHOWN + 1)
        names = {theme.code: theme.name for theme in await themes.every(db)}
    items = [Listed(each, names.get(each.inquiry.theme, "")) for each in found[:SHOWN]]
    return Looked(items, items[-1].own.inquiry.number if len(found) > SHOWN else None)
