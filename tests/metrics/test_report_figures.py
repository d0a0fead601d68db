"""A summary gets the figures of its organization as they are, once."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest
from asyncpg import Pool

from contracts.appointments import Level
from contracts.event import Event
from contracts.results import ReportFiguresTaken, ResultEvent
from contracts.work import ReportDefined, ReportState
from services.chassis.streams.tail import Stream
from services.metrics.checkpoints.reporting import Reporting
from services.metrics.restate import restate
from tests.databases import Database
from tests.factories import DISTRICT, define_organization, register_participant, submit_initiative
from tests.metrics.told import MIDNIGHT, Time, Topics, campaign, moment, outgoing, region, utc

FIRST, SECOND = UUID(int=1), UUID(int=2)
SCHOOL, ANOTHER = define_organization("1", DISTRICT), define_organization("2", DISTRICT)


@pytest.fixture
def reporting(metrics: Pool) -> Reporting:
    return Reporting(metrics, Time(MIDNIGHT))


def due(figures: UUID | None, version: int = 1, **changes: object) -> ReportDefined:
    fields = {
        "version": version,
        "id": UUID(int=7),
        "municipality": DISTRICT,
        "campaign": "spring",
        "level": Level.COORDINATOR,
        "group": UUID(int=9),
        "organization": SCHOOL.id,
        "period_from": date(2026, 2, 18),
        "period_to": date(2026, 2, 20),
        "due_at": MIDNIGHT + timedelta(hours=16),
        "state": ReportState.DUE,
        "number": 0,
        "sent_at": None,
        "in_time": None,
        "declared": False,
        "figures": figures,
    }
    return ReportDefined.model_validate(fields | changes)


def lived() -> list[Event]:
    """Three people of the school, one of the period, with two initiatives; others elsewhere."""
    early, late = moment("2026-02-17T23:59:00+03:00"), moment("2026-02-18T00:00:00+03:00")
    of = {"organization": SCHOOL.id}
    return [
        register_participant(DISTRICT, registered_at=early, **of),
        register_participant(DISTRICT, registered_at=early, classifiers={"position": "deputy"}, **of),
        register_participant(DISTRICT, registered_at=late, **of),
        register_participant(DISTRICT, registered_at=late, organization=ANOTHER.id),
        submit_initiative(DISTRICT, submitted_at=early, **of),
        submit_initiative(
            DISTRICT, submitted_at=late, direction="culture", classifiers={"form": "collective"}, **of
        ),
        submit_initiative(DISTRICT, submitted_at=late),
    ]


async def taken(pool: Pool) -> list[ReportFiguresTaken]:
    return [event for event in await outgoing(pool) if isinstance(event, ReportFiguresTaken)]


async def test_an_organization_is_counted_by_all_that_a_summary_tells_of_it(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    await topics.tell(*region(), SCHOOL, ANOTHER, *lived(), due(FIRST))

    assert await reporting.look() == 1

    (event,) = await taken(metrics)
    assert (event.id, event.municipality, event.organization) == (FIRST, DISTRICT, SCHOOL.id)
    assert (event.as_of, str(event.day)) == (utc(MIDNIGHT), "2026-02-21")
    assert (event.registered, event.submitted) == (3, 2)
    assert (event.period_registered, event.period_submitted) == (1, 1)
    assert event.by_direction == {"culture": 1, "roads": 1}
    assert event.by_form == {"collective": 1, "personal": 1}
    assert event.by_position == {"budget": 2, "deputy": 1}
    assert event.help_requests == 0
    assert (event.first_time, event.consultations, event.inquiries) == (None, None, None)


async def test_what_the_campaign_does_not_classify_is_not_known(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    await topics.tell(*region(classifiers=[]), SCHOOL, *lived(), due(FIRST))

    await reporting.look()

    (event,) = await taken(metrics)
    assert (event.by_form, event.by_position, event.submitted) == (None, None, 2)


async def test_a_request_is_answered_once_whatever_is_told_again(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    await topics.tell(*region(), SCHOOL, due(FIRST))
    first = await reporting.look()
    stream = Stream(due(None).topic, due(None).partition)
    await topics.begin_epoch(stream, due(FIRST))
    again = await reporting.look()
    await topics.tell(*lived(), due(SECOND, version=2), due(SECOND, version=3))
    other = await reporting.look()

    assert (first, again, other) == (1, 0, 1)
    assert [(e.id, e.submitted) for e in await taken(metrics)] == [(FIRST, 0), (SECOND, 2)]


async def test_a_request_waits_until_campaign_and_organization_are_known_and_holds_up_no_other(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    other = due(SECOND, id=UUID(int=8), organization=ANOTHER.id)
    await topics.tell(due(FIRST), other, due(None, id=UUID(int=6)))
    nothing = await reporting.look()
    await topics.tell(*region(), ANOTHER)
    second = await reporting.look()
    await topics.tell(SCHOOL, campaign(version=2))

    assert (nothing, second, await reporting.look()) == (0, 1, 1)
    assert [event.id for event in await taken(metrics)] == [SECOND, FIRST]


async def test_two_workers_at_once_answer_once(metrics: Pool, topics: Topics) -> None:
    await topics.tell(*region(), SCHOOL, due(FIRST), due(SECOND, version=2))

    async def work() -> None:
        reporting = Reporting(metrics, Time(MIDNIGHT))
        for _ in range(4):
            try:
                await reporting.look()
            except asyncpg.SerializationError:
                await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(4)))

    assert sorted(event.id for event in await taken(metrics)) == [FIRST, SECOND]


async def test_an_answer_stays_and_a_new_epoch_of_results_tells_it(
    metrics: Pool, topics: Topics, reporting: Reporting, metrics_database: Database
) -> None:
    await topics.tell(*region(), SCHOOL, due(FIRST))
    await reporting.look()
    db = await asyncpg.connect(metrics_database.dsn("owner"), server_settings={"app.municipalities": "*"})
    for statement in ("UPDATE report_figures SET id = id", "DELETE FROM report_figures"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(statement)
    await db.close()

    async with metrics.acquire() as db_:
        again = [event async for event in restate(db_, Stream(ResultEvent.topic, 0))]

    assert again == await taken(metrics)
