"""Add, rename, remove and offer again what inquiries are about: the region's administrator does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import THEME_ADDED, THEME_CHANGED, THEME_OFFERED, THEME_REMOVED
from services.hotline.core.domain.themes import (
    Naming,
    Theme,
    added,
    check_naming,
    check_rest,
    check_return,
)
from services.hotline.core.region import Known
from services.hotline.core.store import audit, themes


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a theme is called from now on, and the version of it that was read."""

    code: str
    naming: Naming
    version: int


@dataclass(frozen=True, slots=True)
class Offering:
    """Whether a theme is offered from now on."""

    code: str
    offered: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A theme's state after it was changed."""

    code: str
    version: int


async def add_theme(pool: Pool, known: Known, by: Staff, given: Naming, at: Moment) -> Kept:
    """It is offered from now on. Raises Invalid with everything wrong, Conflict where there are too many,
    Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        every = await _all(db, by)
        theme = added(every, check_naming(every, given, directions_of(known)))
        await themes.add(db, theme)
        return await _told(db, by, theme, THEME_ADDED, at)


async def rename_theme(pool: Pool, known: Known, by: Staff, given: Renaming, at: Moment) -> Kept:
    """What was asked about it has the new name too. Raises Invalid, Conflict if somebody has changed it
    meanwhile, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        every = await _all(db, by)
        theme = await themes.one(db, given.code)
        theme.check_seen(given.version)
        naming = check_naming(every, given.naming, directions_of(known), theme)
        theme = theme.changed(name=naming.name, direction=naming.direction)
        await themes.save(db, theme)
        return await _told(db, by, theme, THEME_CHANGED, at)


async def offer_theme(pool: Pool, by: Staff, given: Offering, at: Moment) -> Kept:
    """One that is removed stays with what was asked about it. Raises Conflict for the last one, or for a name
    that is offered already, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        every = await _all(db, by)
        theme = await themes.one(db, given.code)
        if theme.removed is not given.offered:
            return await idempotency.keep(db, at, Kept(theme.code, theme.version))
        check = check_return if given.offered else check_rest
        check(every, theme)
        theme = theme.changed(removed=not given.offered)
        await themes.save(db, theme)
        return await _told(db, by, theme, THEME_OFFERED if given.offered else THEME_REMOVED, at)


async def tell_themes(pool: Pool) -> None:
    """Tell those with which every region begins, once: a migration tells nothing."""
    async with pool.acquire() as db, db.transaction():
        untold = [theme.changed() for theme in await themes.lock(db) if not theme.version]
        for theme in untold:
            await themes.save(db, theme)
        await outbox.publish(db, *(theme.event() for theme in untold))


async def tell_begun(pool: Pool) -> None:
    """The same as a work of the worker: a work that ends would end its process."""
    await tell_themes(pool)
    await asyncio.Event().wait()


def directions_of(known: Known) -> dict[str, str]:
    """The directions of the open campaign, by code; none without one."""
    try:
        return {term.code: term.name for term in known.picture.open_campaign.directions}
    except NotFound:
        return {}


async def _all(db: Db, by: Staff) -> Sequence[Theme]:
    authority(by, Deed.KEEP_THEMES, REGION)
    await tenancy.see(db, REGION)
    return await themes.lock(db)


async def _told(db: Db, by: Staff, theme: Theme, word: str, at: Moment) -> Kept:
    await outbox.publish(db, theme.event())
    await audit.note(db, REGION, by, at.now, word, f"theme:{theme.code}")
    return await idempotency.keep(db, at, Kept(theme.code, theme.version))
