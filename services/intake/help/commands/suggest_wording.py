"""Suggest another title and text to the author: who has taken the request, or its executor by the link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import uuid_utils.compat

from contracts.help import HelpSuggested
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core.domain import WORDING_SUGGESTED
from services.intake.core.store import audit
from services.intake.help.commands.helping import (
    Moved,
    check_holder,
    of_line,
    step,
    write_to_author,
)
from services.intake.help.digests import Links
from services.intake.help.domain.requests import Request
from services.intake.help.domain.suggestions import Suggested, Suggestion, check, open_one
from services.intake.help.store import authors, requests, subjects, suggestions
from services.intake.participants.digests import Stops

MOST = 50
"""Suggestions to one request."""


@dataclass(frozen=True, slots=True)
class Suggesting:
    """What is suggested, to which request."""

    request: UUID
    suggested: Suggested


@dataclass(frozen=True, slots=True)
class SuggestingByLink:
    """The same by the executor's link."""

    link: str
    suggested: Suggested


async def suggest_wording(
    pool: Pool, known: Subordination, stops: Stops, by: Staff, given: Suggesting, at: Moment
) -> Moved:
    """The author gets a letter, unless an earlier suggestion waits for its answer: this one stands instead.

    Raises NotFound for one of another line, Forbidden for who has not taken it, Conflict for one that has
    ended or whose text is gone, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen, _ = await of_line(db, known, by, given.request, at.now)
        locked = await _locked(db, seen, lambda now: check_holder(now, by))
        moved = await _suggest(db, known.picture, stops, locked, given.suggested, by, at.now)
        return await idempotency.keep(db, at, moved)


async def suggest_by_link(
    pool: Pool, picture: Picture, links: Links, stops: Stops, given: SuggestingByLink, at: Moment
) -> Moved:
    """The same by who was named for this request alone. Raises NotFound for a link that is none of ours, Gone
    for one that is good no longer, and as above."""
    link = links.opened(given.link)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, link.tenant)
        # Before what came of it earlier: who is named no longer learns nothing.
        seen = await requests.one_of(db, [link.tenant], link.id)
        seen.opened_by(link.version)
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        locked = await _locked(db, seen, lambda now: now.opened_by(link.version))
        moved = await _suggest(db, picture, stops, locked, given.suggested, None, at.now)
        return await idempotency.keep(db, at, moved)


class Locked(NamedTuple):
    """A request, locked after its author, and where to write to them."""

    request: Request
    address: str


async def _locked(db: Db, seen: Request, check_: Callable[[Request], object]) -> Locked:
    address = await authors.address_of(db, seen)
    request = await requests.lock(db, seen)
    check_(request)
    return Locked(request, address)


async def _suggest(
    db: Db,
    picture: Picture,
    stops: Stops,
    locked: Locked,
    given: Suggested,
    by: Staff | None,
    now: datetime,
) -> Moved:
    request = locked.request
    changed = request.suggest(now)
    before = await suggestions.of_request(db, request)
    if len(before) >= MOST:
        raise Conflict("help-suggestions-many", limit=MOST)
    present = (await subjects.present(db, request, now)).wording
    checked = check(given, present, picture.campaign(request.campaign))
    said = (checked.title, checked.text, checked.note, present.version)
    account, name = (by.account, by.name) if by else (None, "")
    one = Suggestion(uuid_utils.compat.uuid7(), len(before) + 1, *said, account, name, now)
    await suggestions.add(db, request, one)
    await step(db, picture, changed, HelpSuggested, now)
    if open_one(before) is None:
        await write_to_author(db, stops, changed, locked.address, "suggested", now)
    await audit.note(db, request.municipality, by, now, WORDING_SUGGESTED, request.id)
    return Moved(changed.id, changed.status)
