"""Answer a suggestion: its author puts it in place of the text, or does not want it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.help import HelpDone, HelpSubject, HelpTaken
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.help.commands.helping import Moved, step
from services.intake.help.domain.requests import Request, check_word
from services.intake.help.domain.suggestions import State, Suggestion, open_one
from services.intake.help.store import requests, suggestions
from services.intake.initiatives.commands.reword_initiative import Rewording, reword
from services.intake.initiatives.domain import DraftOf
from services.intake.initiatives.store import drafts
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Accepting:
    """Which suggestion, and in which version its author has seen the text that it stands instead of."""

    request: UUID
    suggestion: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Declining:
    """Which suggestion, and the author's word."""

    request: UUID
    suggestion: UUID
    word: str = ""


async def accept_suggestion(pool: Pool, picture: Picture, who: Author, given: Accepting, at: Moment) -> Moved:
    """The draft says so from now on, or the initiative is reworded; with that the request is done.

    Raises NotFound for a foreign one, Conflict where the text was changed meanwhile or may not be changed
    now, and for a suggestion that does not wait for its answer.
    """
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        seen = await _own(db, who, given.request)
        waiting = open_one(await suggestions.of_request(db, seen))
        one = _the(waiting, given.suggestion)
        await _put(db, picture, who, seen, one, given.version, at.now)
        # Rewording may have looked for the initiative elsewhere.
        await tenancy.see(db, who.municipality, seen.municipality)
        request = await requests.lock(db, seen)
        # Another one may have been suggested before the lock: that one was not read.
        _the(open_one(await suggestions.of_request(db, request)), given.suggestion)
        done = request.finish(at.now)
        await suggestions.answer(db, request, one, State.ACCEPTED, "", at.now)
        await step(db, picture, done, HelpDone, at.now)
        return await idempotency.keep(db, at, Moved(done.id, done.status))


async def decline_suggestion(
    pool: Pool, picture: Picture, who: Author, given: Declining, at: Moment
) -> Moved:
    """Whoever helps may suggest something else. Raises NotFound for a foreign one, Conflict, Invalid."""
    word = check_word(given.word, "word")
    async with pool.acquire() as db, db.transaction():
        if moved := await idempotency.earlier(db, at, Moved):
            return moved
        request = await requests.lock(db, await _own(db, who, given.request))
        one = _the(open_one(await suggestions.of_request(db, request)), given.suggestion)
        declined = request.decline()
        await suggestions.answer(db, request, one, State.DECLINED, word, at.now)
        await step(db, picture, declined, HelpTaken, at.now)
        return await idempotency.keep(db, at, Moved(declined.id, declined.status))


async def _own(db: Db, who: Author, id_: UUID) -> Request:
    await tenancy.see(db, who.municipality)
    await participants.hold(db, who)
    return await requests.own(db, who, id_)


def _the(waiting: Suggestion | None, wanted: UUID) -> Suggestion:
    if waiting is None or waiting.id != wanted:
        raise Conflict("help-suggestion-over")
    return waiting


async def _put(
    db: Db, picture: Picture, who: Author, request: Request, one: Suggestion, version: int, now: datetime
) -> None:
    if request.subject_kind is HelpSubject.INITIATIVE:
        await reword(db, picture, who, Rewording(request.subject_id, one.title, one.text, version), now)
        return
    try:
        saved = await drafts.lock(db, who, request.subject_id)
    except NotFound as gone:
        raise Conflict("help-text-gone") from gone
    draft = replace(saved.draft, title=one.title, text=one.text)
    if saved.version != version or not await drafts.save(db, who, DraftOf(saved.id, version), draft, now):
        raise Conflict("help-text-changed")
