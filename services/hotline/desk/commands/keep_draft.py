"""Keep what somebody has typed and not sent, or forget it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.desk.domain.drafts import check_about, content_of, typed
from services.hotline.desk.store import drafts
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Typed:
    """What it is about (a case's id, or a new one), and what stands in the fields of its form."""

    about: str
    fields: Mapping[str, str]


async def keep_draft(pool: Pool, by: Staff, given: Typed, now: datetime) -> None:
    """The fields that are given replace those that were kept. Raises Invalid, NotFound, Forbidden."""
    content = content_of(given.about, given.fields)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
        home = await _home(db, by, given.about)
        kept = await drafts.lock(db, home, by.account, given.about)
        merged = {**(kept.content if kept else {}), **content}
        await drafts.keep(db, home, by.account, given.about, typed(merged), now)


async def drop_draft(pool: Pool, by: Staff, about: str) -> None:
    """It is wanted no more. Raises Invalid, NotFound, Forbidden."""
    check_about(about)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
        await drafts.drop(db, await _home(db, by, about), by.account, about)


async def _home(db: Db, by: Staff, about: str) -> str:
    """In which municipality's rows it is kept: the case's; of a new one, somebody's first."""
    case = check_about(about)
    if case is None:
        return home_of(by)
    inquiry = await inquiries.one(db, case)
    if not Viewer.of(by).sees(inquiry, await inquiries.levels(db, inquiry)):
        raise NotFound("inquiry-unknown")
    return inquiry.municipality


def home_of(by: Staff) -> str:
    """Where the new cases of somebody are kept until they are there. Raises Forbidden."""
    places = places_of(by, Deed.WORK)
    if not places:
        raise Forbidden("not-yours-to-work")
    return min(places)
