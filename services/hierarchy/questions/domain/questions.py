"""Questions up the line (вопросы): who holds one, by when it is answered, and what becomes of it.

A question changes by these functions alone; whatever their order, its holder, its state and its times agree.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from contracts.appointments import Level
from contracts.work import QuestionDefined
from contracts.work import QuestionState as State
from services.chassis import text
from services.chassis.errors import Conflict
from services.hierarchy.core.authority import Acting
from services.hierarchy.orders.domain.tasks import LEVELS, Holder

STATES: dict[State, str] = {
    State.ASKED: "ждёт ответа",
    State.ANSWERED: "есть ответ",
    State.WITHDRAWN: "отозван",
}


class Step(StrEnum):
    """What is done with a question, as its history has it."""

    ASKED = "asked"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"
    GROUP_DISSOLVED = "group-dissolved"
    HANDED_OVER = "handed-over"
    ANSWERED = "answered"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STEPS: dict[Step, str] = {
    Step.ASKED: "Задан вопрос",
    Step.ESCALATED: "Не ответили в срок, вопрос поднят выше",
    Step.TRANSFERRED: "Передан",
    Step.GROUP_DISSOLVED: "Рабочая группа расформирована",
    Step.HANDED_OVER: "Ответ получит преемник",
    Step.ANSWERED: "Дан ответ",
    Step.PUBLISHED: "Ответ опубликован",
    Step.WITHDRAWN: "Вопрос отозван",
}


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who is to answer: a working group, the coordination group or the Head."""

    level: Level
    group: UUID | None = None


COORDINATION, HEAD = Keeper(Level.COORDINATION), Keeper(Level.HEAD)


@dataclass(frozen=True, slots=True)
class About:
    """What a question is about, if anything: a direction, an initiative by id or by number."""

    direction: str | None = None
    initiative: UUID | None = None
    initiative_number: int | None = None

    @property
    def is_initiative(self) -> bool:
        """Whether it is about one initiative."""
        return self.initiative is not None or self.initiative_number is not None


@dataclass(frozen=True, slots=True)
class Promise:
    """Within how many working minutes each holder answers, by which version of the regulation: whose, and its
    number."""

    regulation_of: str
    regulation: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `groups`: every working group that has held it; `late`: somebody has let their time
    pass."""

    municipality: str
    id: UUID
    campaign: str
    asker: Holder
    body: str
    about: About
    promise: Promise
    keeper: Keeper
    groups: frozenset[UUID]
    asked_at: datetime
    due_at: datetime
    state: State = State.ASKED
    escalated: bool = False
    late: bool = False
    answer: str = ""
    answered_by: UUID | None = None
    on_behalf_of: UUID | None = None
    answered_at: datetime | None = None
    answer_minutes: int | None = None
    in_time: bool | None = None
    published_at: datetime | None = None
    published_text: str = ""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is State.ASKED

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"question:{self.id}"

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.is_open and self.due_at < now

    def defined(self) -> QuestionDefined:
        """The event of its present state."""
        return QuestionDefined(
            version=self.version,
            municipality=self.municipality,
            campaign=self.campaign,
            id=self.id,
            asked_by=LEVELS[self.asker.role],
            holder=self.keeper.level,
            group=self.keeper.group,
            organization=self.asker.organization,
            direction=self.about.direction,
            of_initiative=self.about.is_initiative,
            state=self.state,
            escalated=self.escalated,
            published=self.published_at is not None,
            asked_at=self.asked_at,
            due_at=self.due_at.astimezone(UTC),
            answered_at=self.answered_at,
            answer_minutes=self.answer_minutes,
            in_time=self.in_time,
        )


def title_of(body: str) -> str:
    """The beginning of a question, for lists and letters."""
    return text.shortened(text.first_sentence(body).replace("\n", " "), 120)


def first_keeper(asker: Holder, of_direction: UUID | None) -> Keeper:
    """Who answers: the direction's working group or that of the asker's area where a coordinator asks, else
    the coordination group, to which groups turn too."""
    if LEVELS[asker.role] is not Level.COORDINATOR:
        return COORDINATION
    group = of_direction or asker.working_group
    return Keeper(Level.GROUP, group) if group else COORDINATION


def above(keeper: Keeper) -> Keeper | None:
    """Who answers where time has passed; nobody is above the Head."""
    return {Level.GROUP: COORDINATION, Level.COORDINATION: HEAD}.get(keeper.level)


def climb(question: Question, due_at: datetime) -> Question:
    """A level higher, as nobody answered in time. Raises Conflict if it is over, or nobody is above."""
    check_open(question)
    keeper = above(question.keeper)
    if keeper is None:
        raise Conflict("question-highest")
    return _passed(question, keeper, due_at, late=True, escalated=True)


def transfer(question: Question, group: UUID, due_at: datetime, at: datetime) -> Question:
    """Another working group's. Raises Conflict if it is over, or theirs already."""
    check_open(question)
    if question.keeper.group == group:
        raise Conflict("question-there", field="group")
    return _passed(question, Keeper(Level.GROUP, group), due_at, late=question.is_overdue(at))


def leave_group(question: Question, due_at: datetime, at: datetime) -> Question:
    """The coordination group's, as the working group is no more. Raises Conflict if it is over."""
    check_open(question)
    return _passed(question, COORDINATION, due_at, late=question.is_overdue(at))


def hand_over(question: Question, to: Holder) -> Question:
    """As if a successor had asked. Raises Conflict if it is over."""
    check_open(question)
    return replace(question, asker=to, version=question.version + 1)


def answer(question: Question, words: str, who: Acting, minutes: int, at: datetime) -> Question:
    """Answered after so many working minutes; in time if nobody has let theirs pass. Raises Conflict if it is
    over."""
    check_open(question)
    answered_at = max(at, question.asked_at)
    return replace(
        question,
        state=State.ANSWERED,
        answer=words,
        answered_by=who.account,
        on_behalf_of=who.on_behalf_of,
        answered_at=answered_at,
        answer_minutes=minutes,
        in_time=not question.late and answered_at <= question.due_at,
        version=question.version + 1,
    )


def publish(question: Question, words: str, at: datetime) -> Question:
    """Read by all coordinators of the direction, asked in these words. Raises Conflict without an answer, and
    if it is published."""
    if question.answered_at is None:
        raise Conflict("question-unanswered", state=STATES[question.state])
    if question.published_at is not None:
        raise Conflict("question-published")
    published_at = max(at, question.answered_at)
    return replace(question, published_at=published_at, published_text=words, version=question.version + 1)


def withdraw(question: Question) -> Question:
    """Nobody has to answer any more. Raises Conflict if it is over."""
    check_open(question)
    return replace(question, state=State.WITHDRAWN, version=question.version + 1)


def check_open(question: Question, answered_by: str = "") -> None:
    """Raises Conflict if it is over; with the name of who has answered."""
    if question.state is State.ANSWERED:
        raise Conflict("question-answered", who=answered_by)
    if question.state is State.WITHDRAWN:
        raise Conflict("question-withdrawn")


def _passed(
    question: Question, to: Keeper, due_at: datetime, *, late: bool, escalated: bool = False
) -> Question:
    return replace(
        question,
        keeper=to,
        groups=question.groups | ({to.group} if to.group else frozenset()),
        due_at=due_at,
        late=question.late or late,
        escalated=question.escalated or escalated,
        version=question.version + 1,
    )
