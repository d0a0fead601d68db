"""Take initiatives in: concurrent submissions commit together, each answer waits for its commit."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson
import structlog
import uuid_utils.compat

from contracts.initiatives import InitiativeSubmitted
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, Refused, Unauthorized
from services.chassis.streams import outbox
from services.intake.core.domain import Author, Initiative, check_classifier, check_days, check_text, local
from services.intake.core.region import Picture
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import Prepared
from services.intake.restate import initiative_event

log = structlog.get_logger()

TOGETHER = 200
IN_FLIGHT = 2

Outcome: TypeAlias = Answer | Refused


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author wants to submit, checked against everything but the author's registration."""

    who: Author
    campaign: CampaignDefined
    organization: UUID | None
    direction: str
    classifiers: dict[str, str]
    title: str
    text: str
    at: datetime
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A submission as it was asked for."""

    direction: str
    organization: UUID | None
    form: str
    title: str
    text: str


def check_submission(
    picture: Picture, who: Author, wish: Wish, at: datetime, repeat: Repeat | None
) -> Submission:
    """A wish that may be stored. Raises the refusal that says what to do otherwise."""
    campaign = picture.campaign(who.campaign)
    check_days(campaign, at, campaign.last_day)
    if wish.direction not in {direction.code for direction in campaign.directions}:
        raise Invalid("direction-unknown", field="direction")
    picture.check_organization(wish.organization, who.municipality)
    return Submission(
        who,
        campaign,
        wish.organization,
        wish.direction,
        check_classifier(campaign, "initiative", {"form": wish.form}),
        check_text("title", wish.title, campaign.limits.title),
        check_text("text", wish.text, campaign.limits.text),
        at,
        repeat,
    )


async def submit_together(pool: Pool, batch: Sequence[Submission]) -> list[Outcome]:
    """Store a batch in one transaction; what each submission is answered, in order."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *(submission.who.municipality for submission in batch))
        prepared = await initiatives.prepare(db, [submission.who for submission in batch])
        fresh = {i: _initiative(batch[i], known) for i, known in prepared.items()}
        answers = {i: _answer(initiative, batch[i]) for i, initiative in fresh.items()}
        repeated = await _repeated(db, batch, answers)
        new = [i for i in fresh if i not in repeated]
        if new:
            await initiatives.add_many(db, [fresh[i] for i in new])
            events = [initiative_event(InitiativeSubmitted, fresh[i], batch[i].campaign) for i in new]
            await outbox.publish(db, *events)
    outcomes: dict[int, Outcome] = {**answers, **repeated}
    return [outcomes.get(i, Unauthorized("token-invalid")) for i in range(len(batch))]


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
        submitted_at=submission.at,
    )


def _answer(initiative: Initiative, submission: Submission) -> Answer:
    body = {
        "id": initiative.id,
        "number": initiative.number,
        "status": initiative.status,
        "submitted_at": local(initiative.submitted_at, submission.campaign),
    }
    return Answer(201, orjson.dumps(body).decode())


async def _repeated(db: Db, batch: Sequence[Submission], answers: Mapping[int, Answer]) -> dict[int, Outcome]:
    """The earlier answers of those that repeat a request, of this batch or of one before."""
    first: dict[tuple[str, str], int] = {}
    for i in answers:
        if repeat := batch[i].repeat:
            first.setdefault((repeat.scope, repeat.key), i)
    keys = {repeat: answers[i] for i in first.values() if (repeat := batch[i].repeat)}
    if not keys:
        return {}
    new = await idempotency.take_many(db, keys)
    asked = [(i, repeat) for i in answers if (repeat := batch[i].repeat)]
    again = [(i, r) for i, r in asked if r not in new or first[r.scope, r.key] != i]
    earlier = await idempotency.earlier_many(db, [repeat for _, repeat in again])
    return {i: earlier[repeat] for i, repeat in again}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission and who waits for its answer."""

    submission: Submission
    answer: "asyncio.Future[Outcome]"


class Submissions:
    """Gathers what arrives while a batch is being committed, and commits it as the next one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: list[Waiting] = []
        self._filled = asyncio.Event()
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._committing: set[asyncio.Task[None]] = set()

    async def submit(self, submission: Submission) -> Answer:
        """The answer, after the commit. A caller who goes away does not cancel it."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(submission, answer))
        self._filled.set()
        outcome = await asyncio.shield(answer)
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
            if len(batch) == 1:
                _give(batch[0], error)
                return
            log.warning("batch_taken_apart", count=len(batch), error=type(error).__name__)
            for waiting in batch:
                await self._commit([waiting])
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _give(waiting, outcome)


def _give(waiting: Waiting, outcome: Outcome | Exception) -> None:
    if waiting.answer.done():
        return
    if isinstance(outcome, Exception) and not isinstance(outcome, Refused):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
