"""A summary gets the figures of its organization as they are, once."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from asyncpg import Pool

from contracts.appointments import Level
from contracts.event import Event
from contracts.hotline import ConsultationEvent, InquiryEvent
from contracts.initiatives import InitiativeEvent, InitiativeJoined, InitiativeLeft, InitiativeRestated
from contracts.results import ReportFiguresTaken, ResultEvent
from contracts.work import ReportDefined, ReportState
from services.chassis.streams.tail import Stream
from services.metrics.cases import counting
from services.metrics.cases.told import Case
from services.metrics.checkpoints.reporting import Reporting
from services.metrics.domain import Fact, Share, latest
from services.metrics.events import cases, rollup
from services.metrics.proof.verify import compare_shares, shares, take_snapshot
from services.metrics.restate import restate
from services.metrics.store import cases as stored
from services.metrics.store import reports
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    define_organization,
    fact_of,
    register_participant,
    submit_initiative,
)
from tests.metrics.asked import NOON, again, ask, case_of, consult, hear
from tests.metrics.test_help_figures import life, roll_up
from tests.metrics.told import MIDNIGHT, Time, Topics, campaign, moment, outgoing, region, utc

FIRST, SECOND = UUID(int=1), UUID(int=2)
PEOPLE = [UUID(int=n) for n in range(11, 31)]

Kept: TypeAlias = InitiativeEvent | InquiryEvent | ConsultationEvent
"""Of what summaries tell without a counter."""
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
    assert (event.first_time, event.consultations, event.help_requests, event.inquiries) == (0, 0, 0, 0)


async def test_who_submits_for_the_first_time_is_counted_where_and_when_that_was(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    before, within, after = (moment(f"2026-02-{day}T12:00:00+03:00") for day in (17, 18, 19))
    one, other, third = uuid4(), uuid4(), uuid4()
    moved = submit_initiative(DISTRICT, participant=other, submitted_at=before)
    await topics.tell(
        *region(),
        SCHOOL,
        ANOTHER,
        submit_initiative(DISTRICT, participant=one, submitted_at=within, organization=SCHOOL.id),
        submit_initiative(DISTRICT, participant=one, submitted_at=after, organization=SCHOOL.id),
        # Not the first: that one left with its author, and counts in the okrug.
        *(moved, InitiativeLeft.model_validate(moved.model_dump() | {"version": 2})),
        InitiativeJoined.model_validate(moved.model_dump() | {"version": 3, "municipality": OKRUG}),
        submit_initiative(DISTRICT, participant=other, submitted_at=within, organization=SCHOOL.id),
        # Neither: it was another organization's.
        submit_initiative(DISTRICT, participant=third, submitted_at=within, organization=ANOTHER.id),
        submit_initiative(DISTRICT, participant=third, submitted_at=after, organization=SCHOOL.id),
        due(FIRST),
    )

    await reporting.look()

    assert [event.first_time for event in await taken(metrics)] == [1]


async def test_what_is_asked_and_advised_counts_for_the_organization_that_was_named(
    metrics: Pool, topics: Topics, reporting: Reporting
) -> None:
    of: dict[str, Any] = {"organization": SCHOOL.id}
    at = moment("2026-02-18T12:00:00+03:00")
    named = ask(**of)
    await hear(
        metrics,
        [
            *(named, ask(opened_at=at, **of), ask(), again(ask(**of), status="spam")),
            *(consult(recorded_at=at, **of), consult(**of), consult(withdrawn=True, **of)),
            consult(organization=ANOTHER.id),
        ],
    )
    await roll_up(metrics, [*life(organization=SCHOOL.id), *life(organization=SCHOOL.id, requested_at=at)])
    await topics.tell(*region(), SCHOOL, due(FIRST))
    await reporting.look()
    await hear(metrics, [again(named, organization=None)])
    await topics.tell(due(SECOND, version=2))
    await reporting.look()

    first, corrected = await taken(metrics)
    assert (first.consultations, first.help_requests, first.inquiries) == (2, 2, 2)
    assert (first.period_consultations, first.period_help_requests, first.period_inquiries) == (1, 1, 1)
    assert (corrected.consultations, corrected.inquiries, corrected.period_inquiries) == (2, 1, 1)


def some_event(chance: random.Random, known: Sequence[Kept]) -> Kept:
    """Something new of a few people and two schools, or another version of what is known."""
    first: Sequence[Callable[[str], Kept]] = [submit_initiative, ask, consult]
    event = chance.choice(known) if known and chance.random() < 0.5 else None
    event = event or chance.choice(first)(chance.choice([DISTRICT, OKRUG]))
    at = NOON + timedelta(hours=chance.randrange(90))
    changes: dict[str, object] = {
        "version": max(event.version + chance.choice([-1, 0, 1, 2]), 1),
        "organization": chance.choice([None, SCHOOL.id, ANOTHER.id])
        if event.municipality == DISTRICT
        else None,
        "participant": chance.choice([None, *PEOPLE]),
        "withdrawn": chance.random() < 0.3,
        **dict.fromkeys(("submitted_at", "opened_at", "recorded_at"), at),
    }
    if isinstance(event, InquiryEvent):
        changes["status"] = chance.choice(["new", "answered", "spam"])
    left = isinstance(event, InitiativeEvent) and chance.random() < 0.3
    kind = (
        InitiativeLeft
        if left
        else InitiativeRestated
        if event.topic == InitiativeEvent.topic
        else type(event)
    )
    return kind.model_validate(event.model_dump() | changes)


@pytest.mark.parametrize("seed", range(3))
async def test_what_summaries_tell_of_organizations_equals_a_recount(metrics: Pool, seed: int) -> None:
    chance, facts, heard, known = random.Random(seed), list[Fact](), list[Case](), list[Kept]()
    for _ in range(120):
        event = some_event(chance, known)
        known.append(event)
        stream = Stream(event.topic, event.partition)
        async with metrics.acquire() as db, db.transaction():
            if isinstance(event, InitiativeEvent):
                facts.append(fact_of(event))
                await rollup.roll_up(db, stream, facts[-1:])
            else:
                heard.append(case_of(event))
                await cases.roll_up(db, stream, heard[-1:])

    snapshot = await take_snapshot(metrics)
    async with metrics.acquire() as db:
        firsts = await reports.first_times(db, "spring", [DISTRICT], {SCHOOL.id, ANOTHER.id})
        of_cases = await stored.of_organizations(db, "spring", [DISTRICT], {SCHOOL.id, ANOTHER.id})

    told = shares(latest(facts).values(), counting.latest(heard).values())
    kept = shares(snapshot.facts.values(), snapshot.cases.values())
    found = Counter({Share("spring", str(e.organization), e.day, e.counter): e.n for e in firsts})
    assert found + counting.shares(of_cases) == kept == told
    assert {each.counter for each in told} == {"first_time", "inquiries", "consultations"}
    assert all(line.equal for line in compare_shares(kept, told))
    one = chance.choice([*told])
    (wrong,) = [line for line in compare_shares(kept + Counter({one: 1}), told) if not line.equal]
    assert (wrong.counter, wrong.differing) == (one.counter, 1)


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
