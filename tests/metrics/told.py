"""What metrics has read of the others' topics, record by record, as its live readers apply it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import ConsumerRecord
from asyncpg import Pool

from contracts import streams
from contracts.appointments import (
    AppointmentEvent,
    CheckpointsRecommended,
    CheckpointsScheduled,
    TargetSet,
)
from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.initiatives import InitiativeEvent, InitiativeSubmitted
from contracts.participants import ParticipantEvent
from contracts.results import EVENTS as RESULTS
from contracts.results import ResultEvent
from contracts.structure import CalendarDefined, CampaignDefined, SmoDefined, StructureEvent
from contracts.work import WorkEvent
from services.chassis.process.clock import Clock
from services.chassis.streams import inbox
from services.chassis.streams.inbox import Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from services.chassis.worker import streams_of
from services.metrics.events import rollup
from services.metrics.main import READERS, STAFF_READER
from services.metrics.settings import MetricsSettings
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    register_participant,
    set_target,
    submit_initiative,
)

TOPICS = (StructureEvent.topic, AppointmentEvent.topic, InitiativeEvent.topic, ParticipantEvent.topic)
EVERY = [stream for topic in TOPICS for stream in streams_of(topic)]
FIRST_DAY, LAST_DAY = date(2026, 2, 14), date(2026, 3, 31)
DAY = date(2026, 2, 20)
"""A Friday."""

MIDNIGHT = datetime.fromisoformat("2026-02-21T00:00:00+03:00")
"""The end of that day in the region, whose time is Moscow's."""

GRACE = timedelta(minutes=10)


def reader_of(topic: str) -> Reader:
    """The reader of a topic whose place says how far the figures are."""
    # What is done between the levels is counted by one, and what meetings ask for kept by another.
    others = {STAFF_READER, rollup.READER} if topic == WorkEvent.topic else {STAFF_READER}
    (found,) = [each for each in READERS if each.topic == topic and each.name not in others]
    return found


@dataclass
class Topics:
    """The logs that metrics reads, and how far it has read them: all of what was told."""

    pool: Pool
    heads: dict[Stream, tuple[int, int, str]] = field(default_factory=dict)
    offsets: dict[Stream, int] = field(default_factory=dict)

    async def tell(self, *events: Event) -> None:
        """Let metrics read events, each in its own stream."""
        for event in events:
            await self.take(Stream(event.topic, event.partition), event)

    async def complete(self, until: datetime, *wanted: Stream) -> None:
        """Let it read a watermark in some streams; in every one by default."""
        for stream in wanted or EVERY:
            await self.take(stream, WatermarkReached(version=1, moment=until))

    async def begin_epoch(self, stream: Stream, *present: Event) -> None:
        """Let it read that a stream begins anew, and what is told then."""
        self.heads[stream] = (self.heads.get(stream, (1, 0, ""))[0] + 1, 0, "")
        await self.take(stream, StreamOpened(version=1), *present)

    async def take(self, stream: Stream, *events: Event) -> None:
        """Let it read these in one batch."""
        reader, records = reader_of(stream.topic), [self._record(stream, event) for event in events]
        async with self.pool.acquire() as db, db.transaction():
            await inbox.place_of(db, reader, stream)
            outcome = await inbox.take(db, reader, stream, records)
        assert outcome.applied == len(events)

    def _record(self, stream: Stream, event: Event) -> Record:
        epoch, sequence, chain = self.heads.get(stream, (1, 0, ""))
        event_id = uuid4()
        chain, sequence = streams.link(chain, event_id), sequence + 1
        self.heads[stream] = epoch, sequence, chain
        offset = self.offsets[stream] = self.offsets.get(stream, -1) + 1
        envelope = {"id": str(event_id), "type": event.type, "epoch": epoch, "sequence": sequence}
        value = orjson.dumps({**envelope, "chain": chain, "data": event.model_dump(mode="json")})
        return ConsumerRecord(*stream, offset, 0, 0, None, value, None, 0, 0, ())


@dataclass
class Time(Clock):
    """A clock that stands until it is set."""

    at: datetime = MIDNIGHT + GRACE

    def now(self) -> datetime:
        return self.at


def settings_of(database: Database, **more: object) -> MetricsSettings:
    """Settings of a worker on a test's database."""
    return MetricsSettings.model_validate(database.settings("worker").model_dump() | more)


# ---- what is told ----
def campaign(**changes: object) -> CampaignDefined:
    days = {"prepare_from": date(2026, 2, 1), "first_day": FIRST_DAY, "last_day": LAST_DAY}
    return define_campaign(**{**days, "close_until": date(2026, 4, 15), **changes})


def region(**changes: object) -> list[Event]:
    """A campaign of 2026, its calendar, one SMO, a district with a settlement, an okrug."""
    return [
        campaign(**changes),
        CalendarDefined(version=1, year=2026, days_off=[date(2026, 2, 23)], worked=[], shortened=[]),
        SmoDefined(version=1, id="smo", name="Совет"),
        define_municipality(DISTRICT, "Сосновский муниципальный район"),
        define_municipality(SETTLEMENT, "Сосновское городское поселение", DISTRICT),
        define_municipality(OKRUG, "Городской округ город Воленск"),
    ]


def schedule(code: str, *days: date, version: int = 1, at: str = "2026-02-10T12:00:00+03:00") -> Event:
    return CheckpointsScheduled(
        version=version, campaign="spring", municipality=code, days=list(days), set_at=moment(at)
    )


def recommend(*days: date, version: int = 1, at: str = "2026-02-10T12:00:00+03:00") -> Event:
    return CheckpointsRecommended(
        version=version, campaign="spring", smo="smo", days=list(days), set_at=moment(at)
    )


def target(code: str, submitted: int, registered: int = 40, **changes: Any) -> TargetSet:
    set_at = moment("2026-02-11T12:00:00+03:00")
    return set_target(code, registered, submitted, **{"set_at": set_at} | changes)


def submitted(code: str, n: int, at: str = "2026-02-18T15:05:00+03:00") -> list[InitiativeSubmitted]:
    return [submit_initiative(code, submitted_at=moment(at)) for _ in range(n)]


def registered(code: str, n: int, at: str = "2026-02-18T15:05:00+03:00") -> list[Event]:
    return [register_participant(code, registered_at=moment(at)) for _ in range(n)]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# ---- what metrics tells ----
async def outgoing(pool: Pool) -> list[ResultEvent]:
    """What waits in its outbox, the oldest first."""
    shapes: dict[str, type[ResultEvent]] = {event.type: event for event in RESULTS}
    rows = await pool.fetch("SELECT type, data FROM outbox WHERE topic = $1 ORDER BY id", ResultEvent.topic)
    return [shapes[row["type"]].model_validate_json(row["data"]) for row in rows]


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def names(events: Iterable[Any]) -> list[str]:
    return [event.municipality for event in events]
