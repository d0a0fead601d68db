"""Submit initiatives: concurrent submissions commit together, each result waits for its commit."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import structlog
import uuid_utils.compat

from contracts.initiatives import InitiativeStatus, InitiativeSubmitted
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency
from services.chassis.db.away import UNREACHABLE
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, NotFound, Refused, Unauthorized
from services.directory.region import Picture
from services.intake.attachments.store import attachments
from services.intake.core.domain import Author, check_classifier, check_days, local
from services.intake.initiatives.domain import (
    Draft,
    DraftOf,
    Initiative,
    begins_as,
    check_direction,
    check_text,
)
from services.intake.initiatives.store import drafts as store
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import New, Prepared

log = structlog.get_logger()

TOGETHER = 200
IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author submits, checked against everything but the author's registration."""

    who: Author
    campaign: CampaignDefined
    organization: UUID | None
    direction: str
    classifiers: dict[str, str]
    title: str
    text: str
    at: Moment
    draft: DraftOf | None = None
    """The draft that goes with it, as its author knows it."""
    once: bool = False
    """Whether that draft itself is what is submitted, so that nothing is without it."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """An initiative that is stored."""

    id: UUID
    number: int
    status: InitiativeStatus
    submitted_at: datetime


Outcome: TypeAlias = Submitted | Refused


def check_submission(
    picture: Picture,
    who: Author,
    given: Draft,
    at: Moment,
    kept: DraftOf | None = None,
    in_time: bool = False,
) -> Submission:
    """A draft that may be submitted; `kept` is the one that it was written in, `in_time` whether that was
    begun in the campaign's days, just after them.

    Raises NotFound without the author's campaign, Conflict outside its days, Invalid with everything wrong.
    """
    campaign = picture.campaign(who.campaign)
    if not in_time:
        check_days(campaign, at.now, campaign.last_day)
    checks = Checks()
    direction = checks.take(lambda: check_direction(campaign, given.direction))
    classifiers = checks.take(lambda: check_classifier(campaign, "initiative", {"form": given.form}))
    checks.take(lambda: picture.check_organization(given.organization, who.municipality))
    title = checks.take(lambda: check_text("title", given.title, campaign.limits.title))
    text = checks.take(lambda: check_text("text", given.text, campaign.limits.text))
    checks.settle()
    return Submission(who, campaign, given.organization, direction, classifiers, title, text, at, kept)


async def submit_together(pool: Pool, batch: Sequence[Submission]) -> list[Outcome]:
    """Store a batch in one transaction; the outcome of each submission, in order."""
    async with pool.acquire() as db, db.transaction():
        authors = [submission.who for submission in batch]
        prepared = await initiatives.prepare(db, {who.municipality for who in authors}, authors)
        drafts = {i: draft for i in prepared if (draft := batch[i].draft) is not None}
        held = await _held(db, batch, drafts)
        gone = await _without_draft(db, batch, drafts, held)
        fresh = {i: _initiative(batch[i], known) for i, known in prepared.items() if i not in gone}
        results = {i: _submitted(initiative, batch[i]) for i, initiative in fresh.items()}
        new = [_new(initiative, batch[i], results[i]) for i, initiative in fresh.items()]
        stored = await initiatives.submit(db, new)
        repeated = await _repeated(db, batch, [i for nth, i in enumerate(fresh) if nth not in stored])
        outcomes: dict[int, Outcome] = {**results, **repeated, **gone}
        if held:
            await _let_go(db, batch, drafts, held, outcomes)
    return [outcomes.get(i, Unauthorized("token-invalid")) for i in range(len(batch))]


async def _held(db: Db, batch: Sequence[Submission], drafts: Mapping[int, DraftOf]) -> Mapping[UUID, int]:
    """The drafts that are submitted, and how many files each has."""
    return (
        await store.hold(db, [(batch[i].who, draft) for i, draft in sorted(drafts.items())]) if drafts else {}
    )


async def _without_draft(
    db: Db, batch: Sequence[Submission], drafts: Mapping[int, DraftOf], held: Collection[UUID]
) -> dict[int, Outcome]:
    """What is answered to those whose draft was submitted before."""
    holders = _holders(drafts)
    late = [
        i
        for i, draft in drafts.items()
        if batch[i].once and (draft.id not in held or not _repeats(batch, i, holders[draft.id]))
    ]
    asked = {i: repeat for i in late if (repeat := batch[i].at.repeat)}
    earlier = await idempotency.earlier_many(db, list(asked.values()), Submitted) if asked else {}
    unknown = NotFound("draft-unknown")
    return {i: earlier.get(asked[i], unknown) if i in asked else unknown for i in late}


def _holders(drafts: Mapping[int, DraftOf]) -> dict[UUID, int]:
    """Of several that submit one draft at once, the first has it, and who repeats the first."""
    holders: dict[UUID, int] = {}
    for i, draft in sorted(drafts.items()):
        holders.setdefault(draft.id, i)
    return holders


async def _let_go(
    db: Db,
    batch: Sequence[Submission],
    drafts: Mapping[int, DraftOf],
    held: Mapping[UUID, int],
    outcomes: Mapping[int, Outcome],
) -> None:
    """The drafts of what was submitted go, and their files are the initiatives' from now on; of what was
    refused they stay."""
    became = dict[UUID, tuple[Author, UUID]]()
    for i, draft in sorted(drafts.items()):
        if draft.id in held and isinstance(outcome := outcomes[i], Submitted):
            became.setdefault(draft.id, (batch[i].who, outcome.id))
    if became:
        await store.remove_submitted(db, [(who, draft) for draft, (who, _) in became.items()])
    if with_files := {draft: it for draft, it in became.items() if held[draft]}:
        files = [(store.holder_of(who, draft), id_) for draft, (who, id_) in with_files.items()]
        await attachments.hand_over(db, files)


def _repeats(batch: Sequence[Submission], i: int, first: int) -> bool:
    return i == first or (batch[i].at.repeat is not None and batch[i].at.repeat == batch[first].at.repeat)


def _initiative(submission: Submission, prepared: Prepared) -> Initiative:
    return Initiative(
        id=uuid_utils.compat.uuid7(),
        number=prepared.number,
        campaign=submission.campaign.id,
        municipality=submission.who.municipality,
        participant_id=submission.who.participant_id,
        organization=submission.organization,
        direction=submission.direction,
        classifiers=prepared.classifiers | submission.classifiers,
        title=submission.title,
        text=submission.text,
        submitted_at=submission.at.now,
        status=begins_as(submission.campaign),
    )


def _submitted(initiative: Initiative, submission: Submission) -> Submitted:
    submitted_at = local(initiative.submitted_at, submission.campaign)
    return Submitted(initiative.id, initiative.number, initiative.status, submitted_at)


def _new(initiative: Initiative, submission: Submission, result: Submitted) -> New:
    event = initiative.event(InitiativeSubmitted, submission.campaign)
    return New(initiative, event, submission.at.repeat, result)


async def _repeated(db: Db, batch: Sequence[Submission], again: Sequence[int]) -> dict[int, Outcome]:
    """The earlier results of those that repeat a request, of this batch or of one before."""
    asked = {i: repeat for i in again if (repeat := batch[i].at.repeat)}
    earlier = await idempotency.earlier_many(db, list(asked.values()), Submitted) if asked else {}
    return {i: earlier[repeat] for i, repeat in asked.items()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission, and the future of its outcome."""

    submission: Submission
    outcome: "asyncio.Future[Outcome]"


class Submissions:
    """Gathers what arrives while a batch is being committed, and commits it as the next one."""

    def __init__(self, pool: Pool, grace: timedelta = timedelta()) -> None:
        self._pool, self.grace = pool, grace
        self._waiting: list[Waiting] = []
        self._filled = asyncio.Event()
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._committing: set[asyncio.Task[None]] = set()

    async def submit(self, submission: Submission) -> Submitted:
        """The result, after the commit. A caller who goes away does not cancel it."""
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(submission, waiting))
        self._filled.set()
        outcome = await asyncio.shield(waiting)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def run(self) -> None:
        """Commit batches until cancelled; those under way are finished first."""
        try:
            while True:
                await self._filled.wait()
                await self._slots.acquire()
                batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                if not self._waiting:
                    self._filled.clear()
                task = asyncio.create_task(self._commit(batch))
                self._committing.add(task)
                task.add_done_callback(self._done)
        finally:
            await asyncio.gather(*self._committing, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._committing.discard(task)
        self._slots.release()

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await submit_together(self._pool, [waiting.submission for waiting in batch])
        except Exception as error:
            # Where the outcome of a commit is unknown, one more would store what may be stored twice.
            if len(batch) == 1 or isinstance(error, UNREACHABLE):
                for waiting in batch:
                    _give(waiting, error)
                return
            log.warning("batch_taken_apart", count=len(batch), error=type(error).__name__)
            for waiting in batch:
                await self._commit([waiting])
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _give(waiting, outcome)


def _give(waiting: Waiting, outcome: Outcome | Exception) -> None:
    if waiting.outcome.done():
        return
    if isinstance(outcome, Exception) and not isinstance(outcome, Refused):
        waiting.outcome.set_exception(outcome)
    else:
        waiting.outcome.set_result(outcome)
