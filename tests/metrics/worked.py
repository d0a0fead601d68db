"""Verbs for what metrics hears of the work between the levels: orders, their tasks, questions, reports."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias, TypeVar
from uuid import uuid4

from asyncpg import Pool
from pydantic import TypeAdapter

from contracts.streams import partition_of
from contracts.work import OrderDefined, OrderTaskDefined, QuestionDefined, ReportDefined, WorkEvent
from services.chassis.streams.tail import Stream
from services.metrics.cases import worked
from services.metrics.cases.told import Case
from services.metrics.events import cases, rollup
from tests.factories import DISTRICT
from tests.metrics.asked import NOON

DUE = NOON + timedelta(days=3)


def give(municipality: str = DISTRICT, **changes: object) -> OrderDefined:
    fields = {
        "version": 1,
        "id": uuid4(),
        "municipality": municipality,
        "campaign": "spring",
        "giver": "head",
        "group": None,
        "kind": "do",
        "state": "issued",
        "due_at": DUE,
        "issued_at": NOON,
        "tasks": 1,
    }
    return OrderDefined.model_validate(fields | changes)


def receive(municipality: str = DISTRICT, **changes: object) -> OrderTaskDefined:
    fields = {
        "version": 1,
        "id": uuid4(),
        "municipality": municipality,
        "campaign": "spring",
        "giver": "head",
        "order": uuid4(),
        "addressee": "coordinator",
        "group": uuid4(),
        "organization": uuid4(),
        "state": "received",
        "received_at": NOON,
        "acknowledged_at": None,
        "reported_at": None,
        "accepted_at": None,
        "in_time": None,
    }
    return OrderTaskDefined.model_validate(fields | changes)


def reported(task: OrderTaskDefined, in_time: bool, **changes: object) -> OrderTaskDefined:
    """The task, read after two hours and reported after two days."""
    read_at, at = task.received_at + timedelta(hours=2), task.received_at + timedelta(days=2)
    done = {"state": "reported", "acknowledged_at": read_at, "reported_at": at, "in_time": in_time}
    return later(task, **done | changes)


def wonder(municipality: str = DISTRICT, **changes: object) -> QuestionDefined:
    fields = {
        "version": 1,
        "id": uuid4(),
        "municipality": municipality,
        "campaign": "spring",
        "asked_by": "coordinator",
        "holder": "group",
        "group": uuid4(),
        "organization": uuid4(),
        "direction": "roads",
        "of_initiative": False,
        "state": "asked",
        "escalated": False,
        "published": False,
        "asked_at": NOON,
        "due_at": DUE,
        "answered_at": None,
        "answer_minutes": None,
        "in_time": None,
    }
    return QuestionDefined.model_validate(fields | changes)


def explained(question: QuestionDefined, minutes: int, **changes: object) -> QuestionDefined:
    """The question, answered after so many working minutes; late once it has climbed."""
    at = question.asked_at + timedelta(minutes=minutes)
    done = {"state": "answered", "answered_at": at, "answer_minutes": minutes, "in_time": True}
    return later(question, **done | changes)


def summarize(municipality: str = DISTRICT, **changes: object) -> ReportDefined:
    fields = {
        "version": 1,
        "id": uuid4(),
        "municipality": municipality,
        "campaign": "spring",
        "level": "coordinator",
        "group": uuid4(),
        "organization": uuid4(),
        "period_from": NOON.date(),
        "period_to": NOON.date() + timedelta(days=6),
        "due_at": DUE,
        "state": "due",
        "number": 0,
        "sent_at": None,
        "in_time": None,
        "declared": False,
        "figures": None,
    }
    return ReportDefined.model_validate(fields | changes)


def sent(report: ReportDefined, in_time: bool, **changes: object) -> ReportDefined:
    """The summary as it was sent first."""
    return later(report, **{"state": "sent", "number": 1, "sent_at": DUE, "in_time": in_time} | changes)


Told: TypeAlias = OrderDefined | OrderTaskDefined | QuestionDefined | ReportDefined
E = TypeVar("E", bound=WorkEvent)


def later(event: E, **changes: object) -> E:
    """The same in its next version."""
    return type(event).model_validate(event.model_dump() | {"version": event.version + 1} | changes)


def case_of(event: WorkEvent) -> Case:
    """What the roll-up reads of an event."""
    case: Case = TypeAdapter(worked.SHAPES[event.type]).validate_json(event.model_dump_json())
    return case


def stream_of(code: str) -> Stream:
    return Stream(WorkEvent.topic, partition_of(code))


async def do(pool: Pool, told: Sequence[Told]) -> None:
    """Let metrics count what is done between the levels, the events of a municipality in one batch."""
    for code in dict.fromkeys(event.municipality for event in told):
        async with pool.acquire() as db, db.transaction():
            batch = [case_of(event) for event in told if event.municipality == code]
            await cases.roll_up(db, stream_of(code), batch)
            await db.execute(
                "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
                " VALUES ($1, $2, $3, 1, 1, 1) ON CONFLICT (reader, topic, partition)"
                " DO UPDATE SET mark = inbox.mark + 1, applied = inbox.applied + 1",
                *(rollup.READER, *stream_of(code)),
            )
