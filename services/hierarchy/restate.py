"""Everything that hierarchy has announced as it is now, for a new epoch of a stream."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from contracts.appointments import AppointmentEvent, SessionEnded
from contracts.event import Event
from contracts.keys import KeyPublished
from contracts.streams import partition_of
from contracts.work import WorkEvent
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Restate, Stream
from services.chassis.web.tokens import VALID, Signer
from services.hierarchy.accounts.store import sessions
from services.hierarchy.appointments.store import appointments
from services.hierarchy.checkpoints.domain.days import Schedule
from services.hierarchy.checkpoints.store import schedules
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups.store import coverage, groups, serving
from services.hierarchy.meetings.store import meetings
from services.hierarchy.orders.store import orders
from services.hierarchy.orders.store import tasks as order_tasks
from services.hierarchy.questions.store import questions
from services.hierarchy.regulation.store import regulations
from services.hierarchy.reports.store import reports
from services.hierarchy.targets.store import targets
from services.hierarchy.territory.store import calendars, municipalities, organizations, smos


def restate(signer: Signer) -> Restate:
    """How any of hierarchy's streams is told anew."""

    async def of_stream(db: Db, stream: Stream) -> AsyncIterator[Event]:
        if stream.topic == KeyPublished.topic:
            yield signer.published()
            return
        of_topic = {AppointmentEvent.topic: _rights, WorkEvent.topic: meetings.all_defined}
        for event in await of_topic.get(stream.topic, _structure)(db):
            if event.partition == stream.partition:
                yield event
        if stream.topic == WorkEvent.topic:
            # One municipality after another: a season of all of them is more than a process holds.
            for code in sorted(await municipalities.all_by_code(db)):
                if partition_of(code) == stream.partition:
                    for event in await _work(db, code):
                        yield event

    return of_stream


async def _structure(db: Db) -> Sequence[Event]:
    """One event an aggregate; what is referred to comes before what refers to it."""
    return [
        *(year.defined() for year in (await calendars.all_by_year(db)).values()),
        *(await campaigns.all_by_id(db)).values(),
        *(smo.defined() for smo in (await smos.all_by_id(db)).values()),
        *(each.defined() for each in (await municipalities.all_by_code(db)).values()),
        *(each.defined() for each in (await organizations.all_by_identity(db)).values()),
    ]


async def _work(db: Db, code: str) -> Sequence[Event]:
    """A municipality's orders that were issued with what their addressees have of them, its questions and
    summaries."""
    issued = {order.id: order for order in await orders.all_of(db, code)}
    held = await order_tasks.all_of(db, code)
    counts = Counter(task.order for task in held)
    return [
        *(order.defined(counts[order.id]) for order in issued.values()),
        *(task.defined(issued[task.order]) for task in held),
        *(question.defined() for question in await questions.all_of(db, code)),
        *(report.defined() for report in await reports.all_of(db, code)),
    ]


async def _rights(db: Db) -> Sequence[Event]:
    """Every grant, agreement, group, coverage, version of targets and of the regulation, days of checkpoints,
    and the sessions whose tokens have not run out by themselves yet."""
    ended = await sessions.ended_since(db, datetime.now(UTC) - 2 * VALID)
    return [
        *(appointment.event() for appointment in await appointments.all_of_all(db)),
        *(each.event() for each in await serving.all_of_all(db)),
        *(group.defined() for group in await groups.all_of_all(db)),
        *(each.stated() for each in await coverage.all_of_all(db)),
        *(
            each.scheduled() if isinstance(each, Schedule) else each.recommended()
            for each in await schedules.all_of_all(db)
        ),
        *(version.event() for version in await targets.all_of_all(db)),
        *(version.event() for version in await regulations.all_of_all(db)),
        *(SessionEnded(version=1, id=id_, ended_at=at) for id_, at in ended),
    ]
