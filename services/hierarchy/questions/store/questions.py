"""Questions, what was done with them step by step, and the answers that are published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.appointments import Level, Role
from contracts.work import QuestionState
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.core.authority import Acting
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.questions.domain.questions import (
    About,
    Keeper,
    Promise,
    Question,
    Step,
    title_of,
)

sql = queries.load(__package__, "questions.sql")

HOLDER = tuple(field.name for field in fields(Holder) if field.name != "email")


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as lists show it; `holder_group`: the name of the working group that has it."""

    municipality: str
    id: UUID
    body: str
    name: str
    place: str
    direction: str | None
    holder: Level
    holder_group: str | None
    asked_at: datetime
    due_at: datetime
    state: QuestionState
    escalated: bool
    answered_at: datetime | None
    published_at: datetime | None

    @property
    def title(self) -> str:
        """Its beginning."""
        return title_of(self.body)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.state is QuestionState.ASKED and self.due_at < now


@dataclass(frozen=True, slots=True)
class Published:
    """An answer that all coordinators of a direction read, to a question in its published words."""

    municipality: str
    id: UUID
    published_text: str
    answer: str
    direction: str | None
    published_at: datetime

    @property
    def title(self) -> str:
        """The question's beginning."""
        return title_of(self.published_text)


@dataclass(frozen=True, slots=True)
class Held:
    """Whose questions somebody answers: of working groups, of municipalities whose questions they see, of
    those in whose coordination group they are, of those whose Head they are or act for."""

    groups: Collection[UUID] = ()
    seen: Collection[str] = ()
    coordination: Collection[str] = ()
    head: Collection[str] = ()

    @property
    def any(self) -> bool:
        """Whether questions come to them at all."""
        return bool(self.groups or self.seen)

    @property
    def lists(self) -> tuple[list[UUID], list[str], list[str], list[str]]:
        """As queries take them."""
        return list(self.groups), list(self.seen), list(self.coordination), list(self.head)


@dataclass(frozen=True, slots=True)
class Readership:
    """Which published answers somebody reads: of whole municipalities, or of directions in them ("": of
    none)."""

    whole: Collection[str] = ()
    directions: Collection[tuple[str, str]] = ()

    @property
    def lists(self) -> tuple[list[str], list[str], list[str]]:
        """As queries take them."""
        pairs = sorted(self.directions)
        return list(self.whole), [code for code, _ in pairs], [direction for _, direction in pairs]

    def includes(self, question: Question) -> bool:
        """Whether they read the answer to this question, as far as it is published."""
        code = question.municipality
        return question.published_at is not None and (
            code in self.whole or (code, question.about.direction or "") in self.directions
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What waits for somebody, when the first of it is due and which that is; what is late below them."""

    ours: int
    due_at: datetime | None
    overdue: int
    first: UUID | None
    late: int


@dataclass(frozen=True, slots=True)
class Done:
    """A step of a question's history, in which words, by whom (nobody: the program) and for whom."""

    id: int
    at: datetime
    what: Step
    words: str
    who: str
    whose: str


async def add(db: Db, question: Question) -> None:
    """Store a new question."""
    q, about, promise = question, question.about, question.promise
    await db.execute(
        sql.add,
        *(q.municipality, q.id, q.campaign, *(getattr(q.asker, name) for name in HOLDER), q.body),
        *(about.direction, about.initiative, about.initiative_number),
        *(promise.regulation_of, promise.regulation, promise.minutes),
        *(q.keeper.level, q.keeper.group, sorted(q.groups), q.asked_at, q.due_at),
        *(q.state, q.escalated, q.late, q.version),
    )


async def save(db: Db, question: Question) -> None:
    """Store a question's present state."""
    q = question
    await db.execute(
        sql.save,
        *(q.municipality, q.id, *(getattr(q.asker, name) for name in HOLDER)),
        *(q.keeper.level, q.keeper.group, sorted(q.groups), q.due_at, q.state, q.escalated, q.late),
        *(q.answer, q.answered_by, q.on_behalf_of, q.answered_at, q.answer_minutes, q.in_time),
        *(q.published_at, q.published_text, q.version),
    )


async def get(db: Db, id_: UUID) -> Question:
    """A question. Raises NotFound."""
    return _found(await db.fetchrow(sql.get, id_))


async def lock(db: Db, id_: UUID) -> Question:
    """A question that nobody else answers, passes on or withdraws until the transaction is over. Raises
    NotFound."""
    return _found(await db.fetchrow(sql.lock, id_))


async def all_of(db: Db, municipality: str) -> list[Question]:
    """Every question of a municipality."""
    return [_question(row) for row in await db.fetch(sql.all_of, municipality)]


async def mine(db: Db, scopes: Collection[str], which: str, after: UUID | None, limit: int) -> list[Listed]:
    """What was asked for these organizations and groups."""
    return [_listed(row) for row in await db.fetch(sql.mine, sorted(scopes), which, after, limit)]


async def held(
    db: Db, by: Held, account: UUID, which: str, now: datetime, after: UUID | None, limit: int
) -> list[Listed]:
    """What somebody holds, has held, or sees below; what they have asked does not wait for them."""
    rows = await db.fetch(sql.held, *by.lists, which, now, after, limit, account)
    return [_listed(row) for row in rows]


async def counted(db: Db, by: Held, account: UUID, now: datetime) -> Counted:
    """What waits for somebody; their own questions do not."""
    row = await db.fetchrow(sql.counted, *by.lists, now, account)
    return Counted(**dict(row or {}))


async def published(
    db: Db, by: Readership, direction: str, after: UUID | None, limit: int
) -> list[Published]:
    """Published answers that somebody reads, the newest first."""
    rows = await db.fetch(sql.published, *by.lists, direction, after, limit)
    return [Published(**dict(row)) for row in rows]


async def alike(db: Db, by: Readership, direction: str, words: Sequence[str], limit: int) -> list[Published]:
    """Published answers to questions of these words, what is most alike first."""
    rows = await db.fetch(sql.alike, *by.lists, direction, list(words), limit)
    return [Published(**dict(row)) for row in rows]


async def overdue(db: Db, campaign: str, now: datetime) -> list[UUID]:
    """What nobody has answered in time, below the Head."""
    return [row["id"] for row in await db.fetch(sql.overdue, now, campaign)]


async def stranded(db: Db) -> list[UUID]:
    """What working groups hold that are dissolved."""
    return [row["id"] for row in await db.fetch(sql.stranded)]


async def deserted(db: Db) -> list[UUID]:
    """What waits for an answer to people who are appointed no more."""
    return [row["id"] for row in await db.fetch(sql.deserted)]


async def note(
    db: Db, question: Question, who: Acting | None, at: datetime, what: Step, words: str = ""
) -> None:
    """Write down a step of a question (nobody: the program)."""
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    await db.execute(sql.add_step, question.municipality, question.id, at, account, behalf, what, words)


async def steps(db: Db, question: Question, limit: int) -> list[Done]:
    """The latest steps first."""
    rows = await db.fetch(sql.steps, question.municipality, question.id, limit)
    return [Done(**{**row, "what": Step(row["what"])}) for row in rows]


def _listed(row: asyncpg.Record) -> Listed:
    typed = {"holder": Level(row["holder"]), "state": QuestionState(row["state"])}
    return Listed(**{**row, **typed})


def _found(row: asyncpg.Record | None) -> Question:
    if row is None:
        raise NotFound("question-unknown")
    return _question(row)


def _question(row: asyncpg.Record) -> Question:
    given: dict[str, Any] = dict(row)
    asker = {name: given.pop(name) for name in HOLDER}
    about = About(*(given.pop(name) for name in ("direction", "initiative", "initiative_number")))
    promise = Promise(*(given.pop(name) for name in ("regulation_of", "regulation", "minutes")))
    keeper = Keeper(Level(given.pop("holder")), given.pop("holder_group"))
    given |= {"groups": frozenset(given["groups"]), "state": QuestionState(given["state"])}
    holder = Holder(**{**asker, "role": Role(asker["role"])})
    return Question(asker=holder, about=about, promise=promise, keeper=keeper, **given)
