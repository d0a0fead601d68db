"""Open texts as everybody reads them: a list, one by its link, the feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.directory.region import Picture
from services.intake.initiatives.domain import HIGHEST
from services.intake.published.domain import Gone, OpenText, opened_by
from services.intake.published.store import open_texts
from services.intake.published.store.open_texts import After, Listed, Text, Wanted

LONGEST_CURSOR = 60
"""Characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """An initiative of a list or a feed, with its title; of one that is open no longer nothing."""

    listed: Listed
    title: str


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a list; `after`: where it goes on."""

    lines: Sequence[Line]
    after: After | None = None


@dataclass(frozen=True, slots=True)
class One:
    """An initiative by its link: its text, or why it is open no longer, and the open one that it goes
    on in."""

    campaign: CampaignDefined
    about: OpenText
    text: Text | None
    gone: Gone | None = None
    into: OpenText | None = None


def campaign_shown(picture: Picture) -> CampaignDefined:
    """The open campaign, or between campaigns the last one. Raises NotFound where its texts are the
    staff's."""
    known = sorted(picture.campaigns.values(), key=lambda each: (each.open, each.first_day))
    if not known or not opened_by(known[-1]):
        raise NotFound("texts-not-open")
    return known[-1]


def places_of(picture: Picture, code: str) -> list[str]:
    """A municipality, those that it succeeds, and a district's settlements. Raises NotFound for an unknown
    one."""
    if code not in picture.municipalities:
        raise NotFound("municipality-unknown")
    inside = {code, *(m.code for m in picture.municipalities.values() if m.parent == code)}
    return sorted(inside | {old for old, new in picture.successors.items() if new in inside})


async def page(pool: Pool, wanted: Wanted, limit: int) -> Portion:
    """A portion of the list, the newest first."""
    async with pool.acquire() as db, db.transaction():
        found = await open_texts.page(db, wanted, limit + 1)
        await tenancy.see(db, *(one.place for one in found))
        titles = await open_texts.titles(db, found)
    shown = found[:limit]
    after = After(shown[-1].published_at, shown[-1].number) if len(found) > limit else None
    return Portion([Line(one, titles[one.id]) for one in shown if one.id in titles], after)


async def changes(pool: Pool, wanted: Wanted, limit: int) -> Portion:
    """A portion of the feed, the last change first; what was taken down is there without its title."""
    async with pool.acquire() as db, db.transaction():
        found = await open_texts.changed(db, wanted, limit + 1)
        await tenancy.see(db, *(one.place for one in found))
        titles = await open_texts.titles(db, found)
    shown = found[:limit]
    after = After(shown[-1].changed_at, shown[-1].number) if len(found) > limit else None
    told = [one for one in shown if one.gone_at is not None or one.id in titles]
    return Portion([Line(one, "" if one.gone_at else titles[one.id]) for one in told], after)


async def one(pool: Pool, picture: Picture, which: int | UUID) -> One:
    """One by its number or id. Raises NotFound for what was never open, or is of a campaign whose texts are
    the staff's."""
    async with pool.acquire() as db, db.transaction():
        found = await open_texts.find(db, which)
        campaign = picture.campaigns.get(found.campaign) if found else None
        if found is None or campaign is None or not opened_by(campaign):
            raise NotFound("text-not-open")
        if found.gone_as is not None:
            into = await open_texts.find(db, found.merged_into) if found.merged_into else None
            return One(campaign, found, None, found.gone_as, into if into and into.is_open else None)
        await tenancy.see(db, found.place)
        text = await open_texts.text(db, found)
    # Taken back a moment ago: the worker has not seen it yet.
    return One(campaign, found, text, None if text else Gone.WITHDRAWN)


async def places(pool: Pool, campaign: str) -> list[str]:
    """The municipalities of which something is open."""
    async with pool.acquire() as db:
        return await open_texts.places(db, campaign)


def cursor_of(given: str) -> After:
    """Where a portion begins, as an address has it; the beginning for anything else."""
    at, _, number = given.partition("~")
    if not (len(given) <= LONGEST_CURSOR and number.isascii() and number.isdecimal()):
        return After()
    try:
        moment = datetime.fromisoformat(at)
        after = After(moment.astimezone(UTC), int(number))
    except (ValueError, OverflowError):
        return After()
    return after if moment.utcoffset() is not None and after.number <= HIGHEST else After()


def cursor(after: After) -> str:
    """The same, for an address."""
    return f"{after.at.isoformat()}~{after.number}"
