"""What is read of the events of the work between the levels: orders, what addressees have of them, questions,
reports. No group, no organization, no person, no text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, Field

from contracts import work
from contracts.event import Slug
from services.metrics.cases.minutes import ELAPSED, bucket
from services.metrics.cases.told import COMING, IN_TIME, LATE, NO, YES, Case, Counted

ORDERS, TASKS, QUESTIONS, REPORTS = COUNTERS = ("orders", "order_tasks", "questions", "reports")

PREFIX: Final = "work:"
"""Every family of the work's begins with it, and no other."""

HOUR, STATE, TIME = (PREFIX + name for name in ("hour", "state", "time"))
ESCALATED, ANSWERED_BY, DECLARED = (PREFIX + name for name in ("escalated", "answered-by", "declared"))
ACKNOWLEDGED_MINUTES, REPORTED_MINUTES, ANSWER_MINUTES = (
    PREFIX + name for name in ("acknowledged-minutes", "reported-minutes", "answer-minutes")
)
"""All but the hour, and who answered, are of a level as well: `coordinator/accepted`. No slug has a slash."""

MINUTE: Final = timedelta(minutes=1)


def _utc(told: object) -> str:
    moment = datetime.fromisoformat(str(told))
    if moment.tzinfo is None:
        raise ValueError("a moment has an offset")
    return moment.astimezone(UTC).isoformat()


Utc: TypeAlias = Annotated[str, BeforeValidator(_utc)]
"""A moment as text in UTC, whatever its offset was: the region's day is found when it is shown."""


@dataclass(slots=True, kw_only=True)
class Order(Case):
    """What is read of an order's event."""

    kind: str = field(init=False, default="order")
    giver: Slug
    state: Slug
    issued_at: Utc

    def counted(self) -> Iterator[Counted]:
        """By each dimension once."""
        yield HOUR, self.issued_at[:13], ORDERS, 1
        yield STATE, f"{self.giver}/{self.state}", ORDERS, 1


@dataclass(slots=True, kw_only=True)
class Task(Case):
    """What is read of an addressee's share in an order."""

    kind: str = field(init=False, default="order-task")
    addressee: Slug
    state: Slug
    received_at: Utc
    acknowledged_at: Utc | None = None
    reported_at: Utc | None = None
    in_time: bool | None = None

    def counted(self) -> Iterator[Counted]:
        """By each dimension once; beside it, how long it took to read and to report."""
        yield HOUR, self.received_at[:13], TASKS, 1
        yield STATE, f"{self.addressee}/{self.state}", TASKS, 1
        yield TIME, f"{self.addressee}/{_standing(self.in_time)}", TASKS, 1
        for family, moment in (
            (ACKNOWLEDGED_MINUTES, self.acknowledged_at),
            (REPORTED_MINUTES, self.reported_at),
        ):
            if moment:
                minutes = _minutes(self.received_at, moment)
                yield family, f"{self.addressee}/{bucket(minutes, ELAPSED)}", TASKS, 1


@dataclass(slots=True, kw_only=True)
class Question(Case):
    """What is read of a question's event. It was late once anybody let their time pass, answered or not."""

    kind: str = field(init=False, default="question")
    asked_by: Slug
    holder: Slug
    state: Slug
    escalated: bool = False
    asked_at: Utc
    answer_minutes: Annotated[int, Field(ge=0)] | None = None
    in_time: bool | None = None

    def counted(self) -> Iterator[Counted]:
        """By each dimension once; an answer beside it, with who gave it and how long that took."""
        in_time = False if self.escalated else self.in_time
        yield HOUR, self.asked_at[:13], QUESTIONS, 1
        yield STATE, f"{self.asked_by}/{self.state}", QUESTIONS, 1
        yield TIME, f"{self.asked_by}/{_standing(in_time)}", QUESTIONS, 1
        yield ESCALATED, f"{self.asked_by}/{YES if self.escalated else NO}", QUESTIONS, 1
        if self.state == work.QuestionState.ANSWERED:
            yield ANSWERED_BY, self.holder, QUESTIONS, 1
            if self.answer_minutes is not None:
                yield ANSWER_MINUTES, f"{self.asked_by}/{bucket(self.answer_minutes)}", QUESTIONS, 1


@dataclass(slots=True, kw_only=True)
class Report(Case):
    """What is read of a summary's event. Its hour is that by which it is due."""

    kind: str = field(init=False, default="report")
    level: Slug
    state: Slug
    due_at: Utc
    in_time: bool | None = None
    declared: bool = False

    def counted(self) -> Iterator[Counted]:
        """By each dimension once."""
        yield HOUR, self.due_at[:13], REPORTS, 1
        yield STATE, f"{self.level}/{self.state}", REPORTS, 1
        yield TIME, f"{self.level}/{_standing(self.in_time)}", REPORTS, 1
        yield DECLARED, f"{self.level}/{YES if self.declared else NO}", REPORTS, 1


def _standing(in_time: bool | None) -> str:
    if in_time is None:
        return COMING
    return IN_TIME if in_time else LATE


def _minutes(begins: str, ends: str) -> int:
    """Whole minutes by the clock; none if the clocks of two servers disagree."""
    return max(0, (datetime.fromisoformat(ends) - datetime.fromisoformat(begins)) // MINUTE)


KINDS: dict[str, type[Case]] = {"order": Order, "order-task": Task, "question": Question, "report": Report}
SHAPES: dict[str, Any] = {
    work.OrderDefined.type: Order,
    work.OrderTaskDefined.type: Task,
    work.QuestionDefined.type: Question,
    work.ReportDefined.type: Report,
}
"""Event type → what is read of it; meetings are read for their figures, by another reader."""
