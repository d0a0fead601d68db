"""Setting the regulation: the region's by its administrator, a municipality's by an act; told and read."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from contracts.appointments import AppointmentEvent
from services.chassis.db import tenancy
from services.chassis.process.clock import Clock
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.directory.regulation import DEFAULT_WEEK
from services.hierarchy.regulation.commands.keep_regulation import keep_now, keep_regulation
from services.hierarchy.restate import restate
from tests.hierarchy.office import PLACE, TODAY, Office, slug
from tests.hierarchy.regulation.people import (
    ACT,
    ADDRESS,
    FOREIGN,
    TIMES,
    WEEK,
    People,
    ahead,
    everything,
    items,
    put,
    put_region,
    read,
    told,
)

DEFAULT = {
    "first-answer": (4, 1, "region"),
    "transfer": (2, 1, "region"),
    "final-answer": (24, 1, "region"),
    "decision": (80, 1, "region"),
    "help": (8, 1, "region"),
    "question": (8, 1, "region"),
}


async def test_everybody_reads_what_the_region_promises_by_default(people: People) -> None:
    for code in ("", PLACE):
        assert await items(people.nobody, code) == DEFAULT

    working = (await read(people.nobody))["working"]
    assert working["time_zone"] == "Europe/Samara"
    assert working["week"][4:] == [
        {"begins": "09:00", "ends": "16:45", "lunch_begins": "13:00", "lunch_ends": "13:45"},
        None,
        None,
    ]


async def test_the_default_is_stored_and_told_once_by_two_workers(office: Office) -> None:
    added = await asyncio.gather(*(keep_now(office.pool, datetime.now(UTC)) for _ in range(2)))
    again = await keep_now(office.pool, datetime.now(UTC))

    (event,) = await told(office)
    assert (sorted(added), again) == ([0, 1], 0)
    assert (event.municipality, event.number, event.time_zone) == (None, 1, "Europe/Samara")
    assert event.minutes == {
        "first-answer": 240,
        "transfer": 120,
        "final-answer": 1440,
        "decision": 4800,
        "help": 480,
        "question": 480,
    }
    assert tuple(event.week) == DEFAULT_WEEK
    assert event.from_day <= TODAY, "it counts for what was asked before it was stored"


async def test_the_worker_adds_it_when_it_starts(office: Office) -> None:
    work = asyncio.create_task(keep_regulation(office.pool, Clock()))
    try:
        async with asyncio.timeout(10):
            while not await told(office):
                await asyncio.sleep(0.02)
    finally:
        work.cancel()


async def test_before_the_first_campaign_nothing_is_promised(office: Office, people: People) -> None:
    await office.pool.execute("DELETE FROM coverage; DELETE FROM campaign")

    answer = await people.nobody.get(ADDRESS)

    assert (answer.status_code, slug(answer)) == (404, "regulation-without-campaign")
    assert slug(await put(people.head)) == "regulation-without-campaign"
    assert await keep_now(office.pool, datetime.now(UTC)) == 0
    assert "Сроки ответов появятся" in (await people.head.get("/cabinet/regulation")).text


async def test_a_head_adapts_it_by_an_act_and_everybody_is_told(office: Office, people: People) -> None:
    answer = await put(people.head, week=WEEK)

    assert (answer.status_code, answer.json()) == (201, {"version": 1})
    region, own = await told(office)
    assert (region.municipality, own.municipality, own.number) == (None, PLACE, 1)
    assert own.minutes == {
        "first-answer": 120,
        "transfer": 120,
        "final-answer": 1440,
        "decision": 4800,
        "help": 480,
        "question": 480,
    }
    assert own.partition_key == PLACE
    assert await items(people.nobody) == {
        "first-answer": (2, 1, "municipality"),
        "transfer": (2, 1, "municipality"),
        "final-answer": (24, 1, "municipality"),
        "decision": (80, 1, "municipality"),
        "help": (8, 1, "municipality"),
        "question": (8, 1, "municipality"),
    }
    assert (await read(people.nobody))["working"]["week"] == WEEK
    assert await items(people.nobody, FOREIGN) == DEFAULT
    (line,) = await everything(
        office,
        "SELECT municipality, subject FROM audit WHERE account IS NOT NULL AND action = 'regulation-set'",
    )
    assert tuple(line) == (PLACE, f"regulation:{PLACE}:1")


async def test_the_clerk_sets_it_for_the_head(office: Office, people: People) -> None:
    await put(people.clerk)

    (row,) = await everything(
        office, f"SELECT set_by, on_behalf_of FROM regulation WHERE municipality = '{PLACE}'"
    )
    assert row["on_behalf_of"] not in (None, row["set_by"])


async def test_the_region_s_default_counts_where_no_head_has_adapted_it(people: People) -> None:
    await put(people.head)

    answer = await put_region(people.administrator)

    assert answer.json() == {"version": 2}
    assert (await items(people.nobody, ""))["first-answer"] == (8, 2, "region")
    assert (await items(people.nobody, FOREIGN))["first-answer"] == (8, 2, "region")
    assert (await items(people.nobody))["first-answer"] == (2, 1, "municipality")


async def test_a_version_waits_for_its_day(office: Office, people: People) -> None:
    await put(people.head, hours={"first-answer": "1,5"}, from_day=ahead(2))
    assert await items(people.nobody) == DEFAULT

    office.now += timedelta(days=2)

    assert (await items(people.nobody))["first-answer"] == (1.5, 1, "municipality")


async def test_what_is_not_given_stays_as_it_stands(people: People) -> None:
    await put(people.head, hours={"first-answer": 2, "transfer": 1}, week=WEEK)

    answer = await put(people.head, hours={"final-answer": 16})

    assert answer.json() == {"version": 2}
    assert {step: hours for step, (hours, *_) in (await items(people.nobody)).items()} == {
        "first-answer": 2,
        "transfer": 1,
        "final-answer": 16,
        "decision": 80,
        "help": 8,
        "question": 8,
    }
    assert (await read(people.nobody))["working"]["week"] == WEEK


async def test_no_version_is_changed_or_removed(office: Office, people: People) -> None:
    await put(people.head)

    for statement in ("UPDATE regulation SET number = 7", "DELETE FROM regulation"):
        with pytest.raises(asyncpg.PostgresError, match="only ever added"):
            await everything(office, statement)


async def test_the_same_request_sets_one_version(office: Office, people: People) -> None:
    body = {"municipality": PLACE, "hours": {"transfer": 1}, "from_day": ahead(0), "act": ACT}

    answers = [
        await people.head.post(ADDRESS, json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json() == {"version": 1}
    assert len(await told(office)) == 2, "the default and one more"


async def test_of_two_at_once_one_is_refused(office: Office, people: People) -> None:
    answers = await asyncio.gather(put(people.head, seen=0), put(people.clerk, seen=0))

    refused = next(answer for answer in answers if answer.status_code != 201)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert slug(refused) == "regulation-changed"
    assert [event.municipality for event in await told(office)] == [None, PLACE]


async def test_two_at_once_who_have_seen_nothing_are_numbered(office: Office, people: People) -> None:
    answers = await asyncio.gather(put(people.head), put(people.clerk), put_region(people.administrator))

    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 2]
    assert sorted((event.municipality or "", event.number) for event in await told(office)) == [
        *(("", 1), ("", 2)),
        *((PLACE, 1), (PLACE, 2)),
    ]


async def test_who_may_not_is_told_so_or_finds_nothing(people: People) -> None:
    answers = {
        name: await put(getattr(people, name))
        for name in ("administrator", "responsible", "operator", "stranger", "nobody")
    }

    assert {name: (answer.status_code, slug(answer)) for name, answer in answers.items()} == {
        "administrator": (403, "not-yours-to-set-regulation"),
        "responsible": (403, "not-yours-to-set-regulation"),
        "operator": (404, "municipality-unknown"),
        "stranger": (404, "municipality-unknown"),
        "nobody": (401, "token-invalid"),
    }
    assert slug(await put_region(people.head)) == "not-yours-to-set-regulation"
    assert slug(await put(people.head, municipality="99999999")) == "municipality-unknown"
    assert slug(await put(people.head, municipality="")) == "municipality-unknown"
    assert (await put(people.head, municipality="\0")).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field", "expected"),
    [
        *(
            ({"hours": {"transfer": hours}}, "transfer", "regulation-hours")
            for hours in (0, -1, "", "четыре", "\0", "1\u202e", "٣", "NaN", "1e2", "0,001", 1e-9, "0.3333")
        ),
        ({"hours": {"transfer": 240.25}}, "transfer", "regulation-hours-many"),
        ({"hours": {"transfer": "999999"}}, "transfer", "regulation-hours-many"),
        ({"hours": {"transfer": "9" * 5000}}, "transfer", "regulation-hours"),
        ({"hours": {"second-answer": 1}}, "hours", "regulation-step"),
        ({"hours": {}}, "hours", "regulation-nothing"),
        ({"from_day": ahead(-1)}, "from_day", "regulation-day-passed"),
        ({"from_day": "завтра"}, "from_day", "regulation-day"),
        ({"from_day": f"{TODAY.year + 2}-02-02"}, "from_day", "regulation-year"),
        ({"from_day": "2999-01-01"}, "from_day", "regulation-day-far"),
        ({"week": [None] * 7}, "mon-begins", "regulation-week-empty"),
        ({"week": [TIMES]}, "week", "regulation-week"),
        ({"week": [TIMES] * 8}, "week", "regulation-week"),
        *(
            ({"week": [None] * 3 + [TIMES | day] + [None] * 3}, f"thu-{field}", expected)
            for day, field, expected in (
                ({"begins": "9 утра"}, "begins", "regulation-time"),
                ({"ends": "24:00"}, "ends", "regulation-time"),
                ({"ends": "17:00:30"}, "ends", "regulation-time"),
                ({"ends": ""}, "ends", "regulation-day-half"),
                ({"begins": " "}, "begins", "regulation-day-half"),
                ({"begins": "18:00"}, "ends", "regulation-day-ends"),
                ({"begins": "17:00"}, "ends", "regulation-day-ends"),
                ({"lunch_begins": None}, "lunch_begins", "regulation-lunch-half"),
                ({"lunch_begins": "07:30"}, "lunch_begins", "regulation-lunch"),
                ({"lunch_ends": "17:30"}, "lunch_begins", "regulation-lunch"),
                ({"lunch_ends": "12:00"}, "lunch_begins", "regulation-lunch"),
                ({"lunch_begins": "08:00", "lunch_ends": "17:00"}, "lunch_begins", "regulation-lunch"),
            )
        ),
        ({"act": None}, "number", "act-number"),
        ({"act": {"number": "7-р", "day": ahead(1)}}, "day", "act-day-ahead"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    office: Office, people: People, wrong: dict[str, Any], field: str, expected: str
) -> None:
    answer = await put(people.head, **wrong)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert answer.json()["errors"][0]["field"] == field
    assert PLACE not in [event.municipality for event in await told(office)]


async def test_everything_wrong_is_told_at_once(people: People) -> None:
    week = [TIMES | {"ends": ""}, TIMES | {"begins": "x"}, *WEEK[2:]]

    answer = await put(
        people.head, hours={"transfer": 0, "first-answer": "x"}, from_day="", act=None, week=week
    )

    assert [error["field"] for error in answer.json()["errors"]] == [
        *("transfer", "first-answer", "mon-ends", "tue-begins", "from_day", "number", "day"),
    ]


@pytest.mark.parametrize("hours", [True, None, [], {}])
async def test_what_is_no_number_at_all_is_no_request(people: People, hours: object) -> None:
    assert (await put(people.head, hours={"transfer": hours})).status_code in (400, 422)


async def test_the_region_s_has_no_act(people: People) -> None:
    answer = await put_region(people.administrator, act=ACT)

    assert slug(answer) == "regulation-without-act"


@pytest.mark.parametrize(
    ("code", "status"), [("99999999", 404), ("1", 400), ("13605000'", 400), ("\0", 400), ("٣" * 8, 400)]
)
async def test_of_a_municipality_that_there_is_not_nothing_is_promised(
    people: People, code: str, status: int
) -> None:
    answer = await people.nobody.get(ADDRESS, params={"municipality": code})

    assert answer.status_code == status


async def test_another_time_zone_of_the_campaign_is_followed(office: Office, people: People) -> None:
    await put(people.head, hours={"transfer": 1})
    await put(people.head, hours={"transfer": 3}, from_day=ahead(2))
    await office.pool.execute("UPDATE campaign SET time_zone = 'Asia/Kamchatka'")

    added = await keep_now(office.pool, office.now)

    assert (added, await keep_now(office.pool, office.now)) == (3, 0)
    theirs = [event for event in await told(office) if event.municipality == PLACE]
    assert [(event.number, event.time_zone, event.minutes["transfer"]) for event in theirs] == [
        (1, "Europe/Samara", 60),
        (2, "Europe/Samara", 180),
        (3, "Asia/Kamchatka", 60),
        (4, "Asia/Kamchatka", 180),
    ]
    assert theirs[3].from_day == theirs[1].from_day
    assert (await read(people.nobody))["working"]["time_zone"] == "Asia/Kamchatka"


async def test_a_new_epoch_tells_every_version_again(office: Office, people: People) -> None:
    await put(people.head)
    await put(people.head, from_day=ahead(1))
    signer = Signer("hierarchy", (office._folder / "key.pem").read_bytes())

    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        again = [
            event
            for partition in range(60)
            async for event in restate(signer)(db, Stream(AppointmentEvent.topic, partition))
            if event.type == "dialogue.regulation.defined.v1"
        ]

    before = await told(office)
    assert sorted(again, key=lambda event: event.subject) == sorted(before, key=lambda event: event.subject)
