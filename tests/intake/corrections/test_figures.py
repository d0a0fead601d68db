"""Whatever happens to initiatives and their authors, in whatever order: versions go up by one, and after each
step the figures of every municipality are those of the rows that intake has."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import initiatives as of_initiatives
from contracts import participants as of_participants
from contracts.appointments import Role, Scope
from contracts.initiatives import InitiativeEvent, InitiativeRestated
from contracts.participants import ParticipantEvent, ParticipantRegistered
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool, open_pool
from services.chassis.errors import Refused
from services.chassis.streams import outbox
from services.directory.grants import Grant, Staff
from services.directory.subordination import Subordination, draw
from services.intake.assisted.commands.enter_initiatives import enter_initiatives
from services.intake.assisted.commands.merge_participants import Merging, merge_participants
from services.intake.assisted.domain import Consent, ConsentKind, Entering, Known, NewPerson, Row
from services.intake.core.domain import Author
from services.intake.corrections.commands import correct_participant as of_participant
from services.intake.corrections.commands.correct_initiative import Correction, correct_initiative
from services.intake.determination.commands.decide import decide
from services.intake.determination.commands.undo_decision import Undoing, undo_decision
from services.intake.determination.domain.decisions import Decision, Kind
from services.intake.initiatives.commands.submit_initiative import check_submission, submit_together
from services.intake.initiatives.commands.withdraw_initiative import Withdrawal, withdraw_initiative
from services.intake.initiatives.domain import Draft
from services.intake.initiatives.store import initiatives
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Participant
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from services.metrics.domain import Fact, Key, deltas, recount
from tests.databases import RING, Content, Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_organization,
    fact_of,
    mirror_region,
    today,
)

PLACES = (DISTRICT, OKRUG, SETTLEMENT)
SCHOOLS = (None, define_organization("1", DISTRICT).id, define_organization("2", OKRUG).id)
KINDS = {event.type: event for event in (*of_initiatives.EVENTS, *of_participants.EVENTS)}
Step: TypeAlias = tuple[Any, ...]

NTH = st.integers(0, 3)
DIRECTIONS, PLACE, SCHOOL = (
    st.sampled_from(["roads", "culture"]),
    st.sampled_from(PLACES),
    st.sampled_from(SCHOOLS),
)
STEPS = st.one_of(
    st.tuples(st.just("submit"), NTH, DIRECTIONS),
    st.tuples(st.just("assist"), PLACE, NTH, DIRECTIONS),
    st.tuples(st.just("merge"), NTH, NTH),
    st.tuples(st.just("decide"), NTH, st.sampled_from(Kind), DIRECTIONS, NTH),
    st.tuples(st.just("undo"), NTH),
    st.tuples(st.just("correct"), NTH, st.none() | PLACE, st.none() | DIRECTIONS, SCHOOL, st.booleans()),
    st.tuples(st.just("move"), NTH, PLACE, SCHOOL),
    st.tuples(st.just("withdraw"), NTH),
    st.tuples(st.just("erase"), NTH, st.sampled_from(Texts)),
)


@dataclass
class Story:
    """Two authors of a region, a Head of every municipality in one person, and what metrics has counted."""

    pool: Pool
    known: Subordination
    now: datetime
    pepper: Pepper = field(default_factory=lambda: Pepper(b"secret"))
    people: list[UUID] = field(default_factory=list)
    submitted: list[UUID] = field(default_factory=list)
    decided: list[UUID] = field(default_factory=list)
    read: int = 0
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    counted: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    versions: dict[UUID, int] = field(default_factory=dict)
    heard: list[tuple[str, UUID]] = field(default_factory=list)

    @property
    def heads(self) -> Staff:
        """Who decides everywhere."""
        grants = [
            Grant(uuid4(), Role.HEAD, Scope.MUNICIPALITY, code, self.now - timedelta(days=9), None, code)
            for code in PLACES
        ]
        return Staff(UUID(int=9), UUID(int=9), tuple(grants), "Петрова")

    async def enter(self, place: str) -> None:
        """One more participant, registered."""
        participant = Participant(
            uuid4(),
            "spring",
            place,
            None,
            {"position": "budget"},
            f"{uuid4().hex}@e.org",
            "1",
            self.now,
            self.now,
            1,
        )
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, place)
            entry = Entry(participant.id, place)
            await participants.enter(db, "spring", [participant.id.bytes], entry)
            await participants.add(db, participant)
            await outbox.publish(db, participant.event(ParticipantRegistered, define_campaign()))
        self.people.append(participant.id)

    async def author(self, nth: int) -> Author:
        """As their session knows them."""
        id_ = self._person(nth)
        place = await self.pool.fetchval("SELECT municipality FROM participant WHERE id = $1", id_)
        return Author(id_, place, "spring", str(uuid4()))

    async def author_of(self, initiative: UUID) -> Author:
        """Whose it is; of nobody's, a stranger."""
        whose = await self.pool.fetchval("SELECT participant_id FROM initiative WHERE id = $1", initiative)
        if whose is None:
            return Author(uuid4(), DISTRICT, "spring", str(uuid4()))
        return await self.author(self.people.index(whose))

    async def take(self, step: Step) -> None:
        """Do it, or be refused."""
        self.now += timedelta(seconds=30)
        with suppress(Refused):
            await getattr(self, f"_{step[0]}")(*step[1:])
        await self.check()

    async def _submit(self, nth: int, direction: str) -> None:
        who = await self.author(nth)
        draft = Draft(direction, None, "personal", "Переход", "Нужен.")
        (outcome,) = await submit_together(
            self.pool, [check_submission(self.known.picture, who, draft, Moment(self.now))]
        )
        if isinstance(outcome, Refused):
            raise outcome
        self.submitted.append(outcome.id)

    async def _assist(self, place: str, nth: int, direction: str) -> None:
        consent = Consent(ConsentKind.SPOKEN, today())
        new = NewPerson(f"Иванова {uuid4()}", None, "budget", consent, new=True)
        row = Row(uuid4(), (new, Known(self._person(nth))), direction, "collective", "Сквер", "Нужен.")
        # With a co-author of that place, or alone.
        rows = (row, replace(row, key=uuid4(), authors=(new,)))
        given = Entering(place, None, None, rows)
        done = await enter_initiatives(
            self.pool, self.known, self.pepper, self.heads, given, Moment(self.now)
        )
        stored = [result for result in done.rows if result.id]
        self.submitted += [result.id for result in stored if result.id]
        self.people += [result.authors[0] for result in stored]

    async def _merge(self, nth: int, into: int) -> None:
        given = Merging(self._person(-1 - nth), self._person(into))
        await merge_participants(self.pool, self.known, self.pepper, self.heads, given, Moment(self.now))

    async def _decide(self, nth: int, kind: Kind, direction: str, into: int) -> None:
        given = Decision(kind, "not-ours", "Текст", direction, self._one(into))
        done = await decide(self.pool, self.known, self.heads, [self._one(nth)], given, Moment(self.now))
        self.decided.append(done.id)

    async def _undo(self, nth: int) -> None:
        if self.decided:
            given = Undoing(self.decided[-1 - nth % len(self.decided)])
            await undo_decision(self.pool, self.known, self.heads, given, Moment(self.now))

    async def _correct(self, nth: int, place: str, direction: str, school: UUID, keeps: bool) -> None:
        id_ = self._one(nth)
        given = Correction(id_, place, direction, None, school, keeps)
        who = await self.author_of(id_)
        await correct_initiative(self.pool, self.known.picture, who, given, Moment(self.now))

    async def _move(self, nth: int, place: str, school: UUID) -> None:
        given = of_participant.Correction(school, "deputy", place)
        who = await self.author(nth)
        await of_participant.correct_participant(self.pool, self.known.picture, who, given, Moment(self.now))

    async def _withdraw(self, nth: int) -> None:
        id_ = self._one(nth)
        who = await self.author_of(id_)
        await withdraw_initiative(self.pool, self.known.picture, who, Withdrawal(id_), Moment(self.now))

    async def _erase(self, nth: int, texts: Texts) -> None:
        who = await self.author(nth)
        await erase_participant(self.pool, self.known.picture, who, texts, self.now)

    def _person(self, nth: int) -> UUID:
        return self.people[nth % len(self.people)]

    def _one(self, nth: int) -> UUID:
        return self.submitted[nth % len(self.submitted)] if self.submitted else uuid4()

    async def check(self) -> None:
        """Metrics, told one event after another, counts what intake has."""
        for row in await self.pool.fetch(
            "SELECT id, type, data FROM outbox WHERE id > $1 ORDER BY id", self.read
        ):
            self.read = row["id"]
            self._roll_up(KINDS[row["type"]].model_validate_json(row["data"]))
        assert {key: n for key, n in self.counted.items() if n} == await self.recount()

    def _roll_up(self, event: Any) -> None:
        assert event.version == self.versions.get(event.id, 0) + 1, event
        self.versions[event.id] = event.version
        self.heard.append((event.type.split(".")[2], event.id))
        fact = fact_of(event)
        name = (fact.municipality, fact.id)
        for key, n in deltas([(self.facts.get(name), fact)]).items():
            self.counted[key] += n
        self.facts[name] = fact

    async def recount(self) -> dict[Key, int]:
        """The figures of the rows, and nothing besides."""
        campaign = self.known.picture.campaign("spring")
        async with self.pool.acquire() as db, db.transaction():
            stored = [each async for each in initiatives.all_of(db, list(PLACES))]
            people = [each async for each in participants.registered_of(db, list(PLACES))]
            await self._check_rows(db)
        events: list[InitiativeEvent | ParticipantEvent] = [
            *(each.event(InitiativeRestated, campaign) for each in stored),
            *(each.restated(campaign) for each in people),
        ]
        assert {event.id: event.version for event in events} == self.versions
        return {key: n for key, n in recount(map(fact_of, events)).items() if n}

    async def _check_rows(self, db: Db) -> None:
        """Nothing of an initiative is where it is not, and its author finds it."""
        strays = "SELECT count(*) FROM {} AS t WHERE NOT EXISTS (SELECT FROM initiative AS i WHERE i.id ="
        strays += " t.initiative_id AND i.municipality = t.{})"
        for table, column in (
            ("initiative_history", "municipality"),
            ("decision", "municipality"),
            ("acceptance", "municipality"),
            ("assisted_initiative", "municipality"),
            ("assisted_notice", "municipality"),
            ("co_author", "municipality"),
            ("authorship", "tenant"),
        ):
            assert await db.fetchval(strays.format(table, column)) == 0, table
        lost = await db.fetchval(
            "SELECT count(*) FROM initiative AS i JOIN participant AS p ON p.id = i.participant_id WHERE"
            " (i.municipality = p.municipality) = EXISTS (SELECT FROM authorship AS a"
            " WHERE a.participant_id = p.id AND a.initiative_id = i.id AND a.tenant = i.municipality)"
        )
        assert lost == 0
        apart = await db.fetchval(
            "SELECT count(*) FROM authorship AS a FULL JOIN co_author AS c"
            " ON (c.initiative_id, c.municipality, c.participant_id)"
            " = (a.initiative_id, a.tenant, a.participant_id)"
            " WHERE coalesce(a.role, 'co-author') = 'co-author' AND (a.role IS NULL OR c.id IS NULL)"
        )
        assert apart == 0
        unnamed = await db.fetchval(
            "SELECT count(*) FROM participant_name AS n WHERE NOT EXISTS"
            " (SELECT FROM participant AS p WHERE p.id = n.participant_id"
            " AND p.municipality = n.municipality AND p.erased_at IS NULL)"
        )
        assert unnamed == 0


@pytest.fixture(scope="module")
def begun(intake_database: Database) -> Content:
    """A region and its two authors, as every story begins."""

    async def begin() -> Content:
        await intake_database.empty()
        async with pool_of(intake_database) as pool:
            await mirror_region(pool)
        return await intake_database.content()

    return asyncio.run(begin())


async def test_a_long_story_is_told_in_order(intake_database: Database, begun: Content) -> None:
    steps: list[Step] = [
        ("submit", 0, "roads"),
        ("decide", 0, Kind.DETERMINE, "roads", 0),
        ("correct", 0, OKRUG, None, None, True),
        ("undo", 0),
        ("move", 0, OKRUG, SCHOOLS[2]),
        ("decide", 0, Kind.TRANSFER, "culture", 0),
        ("correct", 0, DISTRICT, "roads", SCHOOLS[1], False),
        ("move", 0, DISTRICT, SCHOOLS[1]),
        ("move", 0, SETTLEMENT, None),
        ("withdraw", 0),
        ("move", 0, OKRUG, None),
        ("erase", 0, Texts.REMOVED),
        ("assist", OKRUG, 1, "roads"),
        ("merge", 0, 1),
    ]

    story = await told(intake_database, begun, "at-once", steps)

    assert [word for word, id_ in story.heard if id_ == story.submitted[0]] == [
        *("submitted", "determined", "left", "joined", "transferred"),
        *("left", "joined") * 2,
        *("withdrawn", "restated"),
    ]
    assert [word for word, id_ in story.heard if id_ == story.people[0]] == [
        "registered",
        *("left", "joined") * 4,
    ]
    assert [word for word, id_ in story.heard if id_ == story.people[-1]] == ["registered", "merged"]
    assert [word for word, id_ in story.heard if id_ == story.submitted[-1]] == ["submitted", "restated"]


@pytest.mark.parametrize("acceptance", ["at-once", "by-group"])
@given(steps=st.lists(STEPS, min_size=6, max_size=16))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_figures_equal_a_recount_whatever_happens(
    intake_database: Database, begun: Content, acceptance: str, steps: list[Step]
) -> None:
    asyncio.run(told(intake_database, begun, acceptance, steps))


async def told(database: Database, begun: Content, acceptance: str, steps: list[Step]) -> Story:
    await database.replace(begun)
    async with pool_of(database) as pool:
        async with pool.acquire() as db:
            known = await draw(db)
        campaign = define_campaign(life={"acceptance": acceptance})
        picture = replace(known.picture, campaigns={"spring": campaign})
        story = Story(pool, replace(known, picture=picture), datetime.now(UTC))
        for place in (DISTRICT, OKRUG):
            await story.enter(place)
        for step in steps:
            await story.take(step)
        return story


def pool_of(database: Database) -> Any:
    """Every municipality is seen until a command chooses: as intake's worker begins."""
    session = {"app.municipalities": "*"}
    return open_pool(database.settings("worker", pool_size=4), server_settings=session, ring=RING)
