"""What operations of questions answer with."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.hierarchy.questions.showing import Shown
from services.hierarchy.questions.store.questions import Listed, Published


class QuestionItem(BaseModel):
    """A question of a list."""

    id: UUID
    text: str
    asker: str
    place: str
    direction: str | None
    holder: str
    asked_at: datetime
    due_at: datetime
    state: str
    escalated: bool
    answered_at: datetime | None
    published_at: datetime | None


class QuestionPage(BaseModel):
    """Questions; `next` is a path or null."""

    items: list[QuestionItem]
    next: str | None


class PublishedAnswerItem(BaseModel):
    """A published answer; who has asked is not named."""

    id: UUID
    text: str
    answer: str
    direction: str | None
    published_at: datetime


class PublishedAnswerPage(BaseModel):
    """Published answers; `next` is a path or null."""

    items: list[PublishedAnswerItem]
    next: str | None


class QuestionStep(BaseModel):
    """What was done with a question, by whom; nobody: the program."""

    at: datetime
    what: str
    words: str
    who: str


class QuestionAnswer(BaseModel):
    """A question as the viewer sees it: to who reads the published answer alone nobody is named, and there is
    no history."""

    id: UUID
    text: str
    direction: str | None
    initiative: UUID | None = Field(description="In whose own service its page is.")
    initiative_number: int | None
    asker: str
    place: str
    holder: str
    group: UUID | None
    asked_at: datetime
    due_at: datetime
    state: str
    escalated: bool
    answer: str
    answered_by: str
    answered_at: datetime | None
    in_time: bool | None
    published_at: datetime | None
    regulation_of: str
    regulation: int
    steps: list[QuestionStep]


def item_of(each: Listed) -> QuestionItem:
    """A question as lists answer with it."""
    return QuestionItem(
        id=each.id,
        text=each.body,
        asker=each.name,
        place=each.place,
        direction=each.direction,
        holder=each.holder,
        asked_at=each.asked_at,
        due_at=each.due_at,
        state=each.state,
        escalated=each.escalated,
        answered_at=each.answered_at,
        published_at=each.published_at,
    )


def published_of(each: Published) -> PublishedAnswerItem:
    """A published answer as lists answer with it."""
    return PublishedAnswerItem(
        id=each.id,
        text=each.published_text,
        answer=each.answer,
        direction=each.direction,
        published_at=each.published_at,
    )


def answer_of(shown: Shown) -> QuestionAnswer:
    """The question as it is answered with."""
    question, sees = shown.question, shown.view.sees
    return QuestionAnswer(
        id=question.id,
        text=shown.text,
        direction=question.about.direction,
        initiative=question.about.initiative if sees else None,
        initiative_number=question.about.initiative_number if sees else None,
        asker=question.asker.name if sees else "",
        place=question.asker.place if sees else "",
        holder=question.keeper.level,
        group=question.keeper.group,
        asked_at=question.asked_at,
        due_at=question.due_at,
        state=question.state,
        escalated=question.escalated,
        answer=question.answer,
        answered_by=shown.answered_by,
        answered_at=question.answered_at,
        in_time=question.in_time,
        published_at=question.published_at,
        regulation_of=question.promise.regulation_of,
        regulation=question.promise.regulation,
        steps=[
            QuestionStep(at=each.at, what=each.what, words=each.words, who=each.who) for each in shown.steps
        ],
    )
