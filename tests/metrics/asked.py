"""Verbs for what metrics hears of the hotline: lines, inquiries, consultations."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from asyncpg import Pool
from pydantic import TypeAdapter

from contracts.appointments import WorkingDay
from contracts.event import REGION
from contracts.hotline import (
    ConsultationEvent,
    ConsultationRecorded,
    HotlineEvent,
    InquiryEvent,
    InquiryJoined,
    InquiryLeft,
    InquiryOpened,
    InquiryRestated,
    LineDefined,
    ThemeDefined,
)
from contracts.streams import partition_of
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.metrics.cases.told import SHAPES, Case
from services.metrics.events import cases, rollup
from services.metrics.picture import themes
from tests.factories import DISTRICT, MOSCOW

NOON = datetime(2026, 2, 14, 12, 5, tzinfo=MOSCOW)


def ask(municipality: str = DISTRICT, **changes: object) -> InquiryOpened:
    fields = {
        "id": uuid4(),
        "version": 1,
        "campaign": "spring",
        "municipality": municipality,
        "theme": "how-to-submit",
        "channel": "phone",
        "status": "new",
        "level": "hotline",
        "opened_at": NOON,
        "first_answer_due_at": NOON + timedelta(hours=4),
        "answer_due_at": NOON + timedelta(hours=16),
    }
    return InquiryOpened.model_validate(fields | changes)


def again(event: InquiryEvent, **changes: object) -> InquiryRestated:
    """The inquiry in its next version."""
    fields = event.model_dump() | {"version": event.version + 1} | changes
    return InquiryRestated.model_validate(fields)


def moved(event: InquiryEvent, to: str) -> tuple[InquiryLeft, InquiryJoined]:
    """What is told where it was, and where it is from now on."""
    fields = event.model_dump() | {"organization": None}
    return (
        InquiryLeft.model_validate(fields | {"version": event.version + 1}),
        InquiryJoined.model_validate(fields | {"version": event.version + 2, "municipality": to}),
    )


def answered(event: InquiryEvent, minutes: int, **changes: object) -> InquiryRestated:
    """Its first and final answer after so many working minutes."""
    at = event.opened_at + timedelta(minutes=minutes)
    times = {"first_answered_at": at, "answered_at": at}
    counted = {"first_answer_minutes": minutes, "answer_minutes": minutes}
    return again(event, **{"status": "answered"} | times | counted | changes)


def consult(municipality: str = DISTRICT, **changes: object) -> ConsultationRecorded:
    fields = {
        "id": uuid4(),
        "version": 1,
        "campaign": "spring",
        "municipality": municipality,
        "theme": "wording",
        "mode": "in-person",
        "level": "coordinator",
        "recorded_at": NOON,
    }
    return ConsultationRecorded.model_validate(fields | changes)


def open_line(municipality: str = DISTRICT, **changes: object) -> LineDefined:
    day = WorkingDay.model_validate({"begins": "09:00", "ends": "18:00"})
    fields = {
        "id": uuid4(),
        "version": 1,
        "municipality": municipality,
        "week": [day, day, day, day, day, None, None],
    }
    return LineDefined.model_validate(fields | changes)


def case_of(event: HotlineEvent) -> Case:
    """What the roll-up reads of an event."""
    case: Case = TypeAdapter(SHAPES[event.type]).validate_json(event.model_dump_json())
    return case


async def hear(pool: Pool, events: Sequence[InquiryEvent | ConsultationEvent | LineDefined]) -> None:
    """Let metrics count what the hotline tells, each event in its own stream."""
    for event in events:
        stream = Stream(HotlineEvent.topic, partition_of(event.municipality))
        async with pool.acquire() as db, db.transaction():
            await cases.roll_up(db, stream, [case_of(event)])
            await db.execute(
                "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
                " VALUES ($1, $2, $3, 1, 1, 1) ON CONFLICT (reader, topic, partition)"
                " DO UPDATE SET mark = inbox.mark + 1, applied = inbox.applied + 1",
                *(rollup.READER, stream.topic, stream.partition),
            )


def define_theme(code: str, name: str, **changes: object) -> ThemeDefined:
    fields = {"version": 1, "code": code, "name": name, "place": 1}
    return ThemeDefined.model_validate(fields | changes)


async def name_themes(pool: Pool, *told: ThemeDefined) -> None:
    """Let metrics know what themes are called, as its reader does."""
    stream = Stream(ThemeDefined.topic, partition_of(REGION))
    async with pool.acquire() as db, db.transaction():
        await mirror.keep(db, stream, told)
        await db.execute(
            "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
            " VALUES ($1, $2, $3, 1, 1, 1) ON CONFLICT (reader, topic, partition)"
            " DO UPDATE SET mark = inbox.mark + 1, applied = inbox.applied + 1",
            *(themes.READER, stream.topic, stream.partition),
        )
