"""A town and a village with their staff, and the two services that they work with, by a clock that is set."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

import orjson
from aiokafka import ConsumerRecord
from asyncpg import Pool
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent
from contracts.keys import KeyPublished
from contracts.results import ResultEvent
from contracts.structure import StructureEvent
from contracts.work import WorkEvent
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import inbox, relay, wire
from services.chassis.streams.inbox import Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from services.chassis.worker import streams_of
from services.hierarchy import results
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.cabinet.evening import write_what_is_open
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.orders.commands.hand_over import hand_over_deserted
from services.hierarchy.orders.commands.remind_of_orders import remind_of_due
from services.hierarchy.questions.commands.keep_questions import keep_now
from services.hierarchy.reports.commands.open_reports import open_reports
from services.hierarchy.reports.commands.remind_of_reports import remind_of_near
from services.metrics.checkpoints.reporting import Reporting
from services.metrics.main import READERS, create_web
from tests.databases import Database
from tests.factories import HERE, register_participant, submit_initiative
from tests.hierarchy.groups.test_groups import account, form, organization
from tests.hierarchy.office import DATA, SMOS, Browser, Office, appoint, appointment
from tests.hierarchy.orders.giving import ENTRANCE
from tests.journeys.deeds import (
    CLUB,
    HOSPITAL,
    NAMES,
    ORGANIZATIONS,
    OTHER_SCHOOL,
    REST,
    RURAL,
    SCHOOL,
    SCHOOLS,
    TOWN,
    VILLAGE,
    WHOLE,
    Cast,
    Person,
)
from tests.metrics.told import Time, Topics

CAMPAIGN = "spring-2026"
KINDS = {"order": "orders", "order-task": "tasks", "question": "questions", "report": "reports"}
TOLD = (StructureEvent.topic, AppointmentEvent.topic, WorkEvent.topic, KeyPublished.topic)


def moment(told: str) -> datetime:
    """«02-16 10:00» of the campaign's year, by the region's clocks."""
    return datetime.fromisoformat(f"2026-{told}").replace(tzinfo=HERE)


async def load(pool: Pool) -> None:
    """The region, in a campaign from 14 February to 31 March 2026."""
    rows = ["external_id;founder;place;name;kind;headcount"]
    for number, (name, code) in enumerate(ORGANIZATIONS.items(), 1):
        kind = "школа" if "кола" in name else "учреждение"
        rows.append(f"{number};{code};{code};{name};{kind};40")
    campaign = (DATA / "campaign.yaml").read_text("utf-8").replace("Europe/Samara", HERE.key)
    await import_municipalities(pool, (DATA / "classifier_utf8.csv").read_bytes(), "13")
    await import_smos(pool, SMOS.encode())
    await import_organizations(pool, "\n".join([*rows, ""]).encode())
    await open_campaign(pool, campaign.encode(), moment("02-02 09:00"))
    await invite_administrator(
        pool, ENTRANCE, "admin@example.org", "Админова Ада Андреевна", moment("02-02 09:00")
    )


Enter: TypeAlias = Callable[[], Awaitable[Browser]]
"""Opens a browser of its own for somebody."""


async def come(office: Office, enter: Enter, who: str, name: str) -> Person:
    """Somebody who was invited signs in, by a link of now: links and sessions keep real time."""
    person = Person(name, f"{who}@example.org", await enter())
    person.browser.headers["Accept"] = "text/html"
    await office.reset(person.browser, person.email)
    return person


class Done(NamedTuple):
    """What services have done by themselves: tasks handed over, people reminded of orders, questions passed
    on, summaries prepared, people reminded of them and written to in the evening, figures counted."""

    handed: int
    reminded: int
    moved: int
    opened: int
    near: int
    evening: int
    counted: int


@dataclass
class Weeks:
    """Hierarchy, which is used, and metrics, which counts; what their workers do is done at moments."""

    office: Office
    worker: Pool
    topics: Topics
    enter: Enter
    who: Cast
    groups: dict[str, str]

    async def at(self, told: str) -> Done:
        """It is this moment, and whatever is due by then is done."""
        self.office.now = moment(told)
        return await self.look()

    async def look(self) -> Done:
        """The workers look, and each service hears of the other."""
        now, pool = self.office.now, self.worker
        done = (
            await hand_over_deserted(ENTRANCE, pool, now),
            await remind_of_due(ENTRANCE, pool, now),
            await keep_now(ENTRANCE, pool, now),
            await open_reports(pool, now),
            await remind_of_near(ENTRANCE, pool, now),
            await write_what_is_open(ENTRANCE, pool, now),
        )
        await carry(pool, self.topics.pool, READERS, TOLD)
        counted = await Reporting(self.topics.pool, Time(now)).look()
        await carry(self.topics.pool, pool, results.READERS, (ResultEvent.topic,))
        return Done(*done, counted)

    async def period_over(self, day: str) -> None:
        """Summaries are prepared at midnight, once, with figures; it is ten in the morning then."""
        done, again = await self.at(f"{day} 00:05"), await self.look()
        assert (done.opened, done.counted) == (8, 5)
        assert (again.opened, again.near, again.evening, again.counted) == (0, 0, 0, 0)
        await self.at(f"{day} 10:00")

    async def grow(self, told: str) -> None:
        """In each organization somebody registers and submits an initiative."""
        for name, code in ORGANIZATIONS.items():
            of = {"organization": await organization(self.office, name), "campaign": CAMPAIGN}
            await self.topics.tell(
                register_participant(code, registered_at=moment(told), **of),
                submit_initiative(code, submitted_at=moment(told), direction="schools", **of),
            )

    async def letters(self, to: Person, subject: str) -> int:
        """How many letters somebody has whose subject begins like this."""
        found = "SELECT count(*) FROM letter WHERE recipient = $1 AND subject LIKE $2 || '%'"
        return int(await self.office.pool.fetchval(found, to.email, subject))


async def carry(source: Pool, target: Pool, readers: Sequence[Reader], topics: Sequence[str]) -> None:
    """Bring what a service has told to the readers of another: numbered, written, applied as they do it."""
    streams = [stream for topic in topics for stream in streams_of(topic)]
    async with source.acquire() as db:
        await db.execute(relay.sql.add_streams, *map(list, zip(*streams, strict=True)))
        told, sent = defaultdict[Stream, list[relay.Row]](list), list[relay.Sent]()
        while batches := await relay.step(db, sent):
            sent = [
                relay.Sent(stream, rows[-1]["epoch"], rows[-1]["seq"]) for stream, rows in batches.items()
            ]
            for stream, rows in batches.items():
                told[stream] += rows
    for stream, each in told.items():
        records = [record_of(stream, row) for row in each]
        for reader in (reader for reader in readers if reader.topic == stream.topic):
            async with target.acquire() as db, db.transaction():
                await inbox.place_of(db, reader, stream)
                outcome = await inbox.take(db, reader, stream, records)
            assert (outcome.applied, outcome.parked) == (len(records), 0)


def record_of(stream: Stream, row: relay.Row) -> Record:
    """An outbox row as a reader gets it."""
    value = wire.encode(row, "weeks")
    return ConsumerRecord(*stream, row["seq"], 0, 0, None, value, None, 0, 0, ())


async def staffed(office: Office, enter: Enter) -> tuple[Cast, dict[str, str]]:
    """Everybody is appointed by acts of 9 February and has signed in; the groups by their names."""
    office.now = moment("02-09 10:00")
    act, known = {"number": "1-р", "day": "2026-02-09"}, dict[str, Person]()

    async def signed_in(*who: str) -> None:
        for each in who:
            known[each] = await come(office, enter, each, NAMES[each])

    async def named(by: str, **roles: tuple[str, str]) -> None:
        people = (
            appointment(role, of, f"{who}@example.org", name=NAMES[who]) for who, (role, of) in roles.items()
        )
        answer = await appoint(known[by].browser, *people, **act)
        assert answer.status_code == 201, answer.text

    async def formed(by: str, code: str, *groups: tuple[str, str, Mapping[str, object]]) -> None:
        wanted = [
            {"name": name, "leader": await account(office, f"{leader}@example.org"), **area}
            for name, leader, area in groups
        ]
        answer = await form(known[by].browser, *wanted, municipality=code, **act)
        assert answer.status_code == 201, answer.text
        ids.update(zip((name for name, *_ in groups), answer.json()["formed"], strict=True))

    ids, of = dict[str, str](), {name: await organization(office, name) for name in ORGANIZATIONS}
    await signed_in("admin")
    await named("admin", head=("head", TOWN), elder=("head", VILLAGE), smo=("smo-operator", "smo"))
    await signed_in("head", "elder", "smo")
    deputies = {"first": ("deputy", TOWN), "rest": ("deputy", TOWN)}
    await named("head", clerk=("clerk", TOWN), responsible=("responsible", TOWN), **deputies)
    schools = (SCHOOLS, "first", {"directions": ["schools"], "kinds": ["школа"]})
    await formed("head", TOWN, schools, (REST, "rest", {"covers_all": True}))
    await formed("elder", VILLAGE, (WHOLE, "elder", {"covers_all": True}))
    await signed_in("clerk", "responsible", "first", "rest")
    coordinators = {"teacher": ("coordinator", of[SCHOOL]), "second": ("coordinator", of[OTHER_SCHOOL])}
    await named("first", member=("member", ids[SCHOOLS]), **coordinators)
    await named("rest", doctor=("coordinator", of[HOSPITAL]))
    await named("elder", rural=("coordinator", of[RURAL]), club=("coordinator", of[CLUB]))
    await signed_in("member", "teacher", "second", "doctor", "rural", "club")
    return Cast(**known), ids


Seen: TypeAlias = Callable[[Person, str], Awaitable[str]]
"""What somebody sees of metrics at an address."""


@asynccontextmanager
async def metrics_pages(w: Weeks, database: Database) -> AsyncIterator[Seen]:
    """Metrics' application, at the same moment, for who is signed in."""
    app = create_web(database.settings("web"), Lifetime(), Time(w.office.now))
    async with AsyncTestClient(app) as browser:

        async def seen(by: Person, path: str) -> str:
            token = by.browser.cookies["staff"]
            answer = await browser.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            return answer.text

        yield seen


def figures(*told: str) -> dict[str, int]:
    """All figures of a municipality's work; «orders 5, questions 4»: those that are not told are none."""
    tasks = ("received", "acknowledged", "reported", "returned", "accepted", "in_time", "late")
    questions = ("asked", "answered", "withdrawn", "in_time", "late", "escalated")
    reports = ("due", "sent", "in_time", "late", "declared")
    names = ["orders", "orders_closed", "order_tasks", *(f"tasks_{state}" for state in tasks)]
    names += ["questions", *(f"questions_{state}" for state in questions)]
    names += ["reports", *(f"reports_{state}" for state in reports)]
    counted = dict(each.split() for line in told for each in line.split(","))
    assert counted.keys() <= set(names)
    return dict.fromkeys(names, 0) | {name: int(n) for name, n in counted.items()}


async def recounted(pool: Pool) -> dict[str, dict[str, int]]:
    """The same by municipality, of what hierarchy told last of each order, task, question and summary."""
    rows = await pool.fetch(
        "SELECT DISTINCT ON (type, subject) type, data::text AS data FROM outbox WHERE topic = $1"
        " ORDER BY type, subject, id DESC",
        WorkEvent.topic,
    )
    counted = defaultdict[str, Counter[str]](Counter)
    for row in rows:
        told, kind = orjson.loads(row["data"]), KINDS[row["type"].split(".")[1]]
        of, in_time = counted[told["municipality"]], None if told.get("escalated") else told.get("in_time")
        punctual = "late" if told.get("escalated") or in_time is False else "in_time" if in_time else ""
        of["order_tasks" if kind == "tasks" else kind] += 1
        of.update(f"{kind}_{what}" for what in (told["state"], punctual))
        of.update(f"{kind}_{what}" for what in ("escalated", "declared") if told.get(what))
    return {code: {name: of[name] for name in figures()} for code, of in counted.items()}
