"""Correcting an initiative: the figures follow, its history goes along, whoever holds it begins anew."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.intake.initiatives.commands.write_acceptances import GATHERED, recount, write_bundle
from services.intake.initiatives.store import acceptances
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, define_organization, today
from tests.intake.conftest import Hall, join
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office
from tests.intake.test_acceptances import STOPS
from tests.intake.test_api import WISH, Api, slug

STAYING = {"key_issue_mark", "staff_meeting_grid"}
"""A mark is of a municipality's own issue, a grid's row of the meeting in which it was typed."""

ELSEWHERE = str(define_organization("2", OKRUG).id)


async def submitted(author: Api, **changes: object) -> dict[str, Any]:
    answer = await author.post("/api/v1/initiatives", json=WISH | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def corrected(author: Api, one: dict[str, Any], **different: object) -> dict[str, Any]:
    answer = await author.post(f"/api/v1/initiatives/{one['id']}/correction", json=different)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def name_co_author(author: Api, one: dict[str, Any]) -> None:
    body = {"addresses": ["boris@example.org"]}
    answer = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json=body)
    assert answer.status_code == 200, answer.text


async def read(author: Api, one: dict[str, Any]) -> dict[str, Any]:
    answer = await author.get(f"/api/v1/initiatives/{one['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def decide(
    office: Office, token: str, kind: str, one: dict[str, Any], **more: object
) -> dict[str, Any]:
    async with office.at_desk(token) as desk:
        body = {"ids": [one["id"]], "decision": kind, **more}
        answer = await desk.post("/api/v1/decisions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def undo(office: Office, token: str, decided: dict[str, Any]) -> Any:
    async with office.at_desk(token) as desk:
        return await desk.delete(f"/api/v1/decisions/{decided['id']}")


async def kinds(office: Office) -> list[tuple[str, str, int]]:
    """What was told of initiatives: kind, municipality, version."""
    return [
        (
            type_.removeprefix("dialogue.initiative.").removesuffix(".v1"),
            told["municipality"],
            told["version"],
        )
        for type_, told in await office.told()
    ]


async def test_another_direction_has_another_holder_whose_time_begins(office: Office, author: Api) -> None:
    one = await submitted(author)
    (before,) = await office.pool.fetch("SELECT held_since, submitted_at FROM initiative")

    answer = await corrected(author, one, direction="culture")

    assert (answer["direction"], answer["municipality"], answer["status"]) == (
        "culture",
        DISTRICT,
        "accepted",
    )
    assert await kinds(office) == [("submitted", DISTRICT, 1), ("restated", DISTRICT, 2)]
    (row,) = await office.pool.fetch("SELECT held_since, submitted_at FROM initiative")
    assert row["held_since"] > row["submitted_at"] == before["submitted_at"]
    assert [step["note"] for step in (await read(author, one))["history"]] == [None, "direction"]


async def test_where_groups_accept_the_next_group_accepts(office: Office, author: Api) -> None:
    await office.redefine(life={"acceptance": "by-group"})
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "accept", one)

    answer = await corrected(author, one, direction="culture")

    assert answer["status"] == "submitted"
    next_leader = await office.grant(Role.LEADER, str(CULTURE))
    assert (await decide(office, next_leader, "accept", one))["decided"] == 1


async def test_what_was_determined_for_another_direction_is_undecided_again(
    office: Office, author: Api
) -> None:
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    done = await decide(office, leader, "determine", one)

    await corrected(author, one, direction="culture")

    told = (await office.told())[-1][1]
    assert (told["status"], told["decided_by"], told["in_time"]) == ("accepted", None, None)
    refused = (await undo(office, leader, done)).json()["items"][0]["refusal"]
    assert refused["slug"] == "decision-superseded"
    # Nobody writes to the author that it was determined.
    assert await office.pool.fetchval("SELECT count(*) FROM decision WHERE reported_at IS NULL") == 0


async def test_another_organization_or_form_leaves_its_state(office: Office, author: Api) -> None:
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "determine", one)

    answer = await corrected(author, one, organization=str(SCHOOL), form="collective")

    assert (answer["status"], answer["organization"]) == ("determined", str(SCHOOL))
    told = (await office.told())[-1][1]
    assert (told["classifiers"]["form"], told["decided_by"]) == ("collective", "group")
    # Initiatives stay counted by who their author was then.
    assert told["classifiers"]["position"] == "budget"


async def test_who_corrects_nothing_tells_nothing(office: Office, author: Api) -> None:
    one = await submitted(author)

    for same in ({}, {"municipality": DISTRICT, "direction": "roads", "organization": None}):
        await corrected(author, one, **same)

    assert await kinds(office) == [("submitted", DISTRICT, 1)]


async def test_it_leaves_one_municipality_and_joins_another(office: Office, author: Api) -> None:
    one = await submitted(author, organization=str(SCHOOL))

    answer = await corrected(author, one, municipality=OKRUG)

    # The school counts in the district alone.
    assert (answer["municipality"], answer["organization"]) == (OKRUG, None)
    told = await office.told()
    assert [(data["municipality"], data["version"]) for _, data in told] == [
        (DISTRICT, 1),
        (DISTRICT, 2),
        (OKRUG, 3),
    ]
    assert [type_.split(".")[2] for type_, _ in told] == ["submitted", "left", "joined"]
    # What leaves is what was counted.
    assert told[1][1]["organization"] == str(SCHOOL)
    assert {data["submitted_at"] for _, data in told} == {told[0][1]["submitted_at"]}


ENTERED = (
    """INSERT INTO assisted_initiative (municipality, initiative_id, row_key, account, level, entered_at)
       VALUES ($1, $2, gen_random_uuid(), gen_random_uuid(), 'group', now())""",
    """INSERT INTO assisted_notice (municipality, initiative_id, participant_id, entered_at)
       VALUES ($1, $2, gen_random_uuid(), now())""",
)
"""As the staff enter it for somebody."""


async def test_every_row_goes_along(office: Office, author: Api) -> None:
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "determine", one)
    tables = await office.pool.fetch(
        "SELECT a.attrelid::regclass::text AS name FROM pg_attribute AS a JOIN pg_attribute AS b"
        " USING (attrelid) JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relkind = 'r'"
        " AND a.attname = 'municipality' AND b.attname = 'initiative_id'"
    )

    await name_co_author(author, one)
    for statement in ENTERED:
        await office.pool.execute(statement, DISTRICT, UUID(one["id"]))
    await corrected(author, one, municipality=OKRUG)

    # Of another table it must be said in `moves.sql` what becomes of its rows.
    assert {row["name"] for row in tables} - STAYING == {
        *("initiative_history", "decision", "acceptance", "co_author", "federal_row", "wording"),
        *("assisted_initiative", "assisted_notice"),
    }
    for row in tables:
        left = await office.pool.fetchval(
            f"SELECT count(*) FROM {row['name']} WHERE initiative_id = $1 AND municipality = $2",
            UUID(one["id"]),
            DISTRICT,
        )
        assert left == 0, row["name"]


async def test_the_federal_row_of_where_it_was_is_its_no_longer(office: Office, author: Api) -> None:
    one = await submitted(author)
    await office.pool.execute(
        "INSERT INTO federal_row (municipality, campaign, number, status, title, initiative_id, linked,"
        " import_id, line) VALUES ($1, 'spring', '7', '', '', $2, 'hand', $2, 1)",
        DISTRICT,
        UUID(one["id"]),
    )

    await corrected(author, one, direction="culture")
    kept = await office.pool.fetchval("SELECT linked FROM federal_row")
    await corrected(author, one, municipality=OKRUG)

    row = await office.pool.fetchrow("SELECT municipality, initiative_id, linked FROM federal_row")
    assert (kept, tuple(row or ())) == ("hand", (DISTRICT, None, None))


async def test_of_an_undone_decision_and_a_move_at_once_neither_is_stuck(office: Office, author: Api) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    for _ in range(6):
        one = await submitted(author)
        done = await decide(office, head, "determine", one)

        undone, moved = await asyncio.gather(
            undo(office, head, done),
            author.post(f"/api/v1/initiatives/{one['id']}/correction", json={"municipality": OKRUG}),
        )

        assert (undone.status_code in (200, 404), moved.status_code) == (True, 200)


async def test_its_author_finds_it_wherever_it_is(office: Office, author: Api) -> None:
    first, second = await submitted(author), await submitted(author, title="Второй")
    await corrected(author, first, municipality=OKRUG)

    listed = (await author.get("/api/v1/initiatives")).json()["items"]
    seen = await read(author, first)
    await corrected(author, first, municipality=SETTLEMENT)
    withdrawn = await author.post(f"/api/v1/initiatives/{first['id']}/withdrawal", json={"reason": "Сделали"})

    assert [(item["number"], item["municipality"]) for item in listed] == [
        (second["number"], DISTRICT),
        (first["number"], OKRUG),
    ]
    assert (seen["role"], [step["note"] for step in seen["history"]]) == ("author", [None, "municipality"])
    assert withdrawn.status_code == 200, withdrawn.text
    assert [step["status"] for step in (await read(author, first))["history"]][-1] == "withdrawn"
    assert (await kinds(office))[-1] == ("withdrawn", SETTLEMENT, 6)


async def test_back_home_it_is_found_by_the_registration(office: Office, author: Api) -> None:
    one = await submitted(author)

    await corrected(author, one, municipality=OKRUG)
    await corrected(author, one, municipality=DISTRICT)

    assert await office.pool.fetchval("SELECT count(*) FROM authorship") == 0
    assert (await read(author, one))["municipality"] == DISTRICT


async def test_lists_go_on_across_municipalities(author: Api, office: Office) -> None:
    several = [await submitted(author, title=f"Переход {nth}") for nth in range(53)]
    for nth in (0, 10, 51):
        await corrected(author, several[nth], municipality=OKRUG)

    first = (await author.get("/api/v1/initiatives")).json()
    second = (await author.get(first["next"])).json()

    numbers = [item["number"] for item in [*first["items"], *second["items"]]]
    assert numbers == sorted((one["number"] for one in several), reverse=True)
    assert second["next"] is None


async def test_who_decided_there_does_so_no_longer(office: Office, author: Api) -> None:
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    done = await decide(office, leader, "determine", one)

    await corrected(author, one, municipality=OKRUG)

    again = await decide(office, leader, "determine", one)
    assert again["items"][0] == {"id": one["id"], "number": None, "status": None} | {
        "refusal": again["items"][0]["refusal"]
    }
    assert slug(await undo(office, leader, done)) == "decision-unknown"
    head = await office.grant(Role.HEAD, OKRUG, OKRUG)
    assert (await decide(office, head, "determine", one))["decided"] == 1


async def test_of_a_decision_and_a_move_at_once_one_wins(office: Office, author: Api) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    for _ in range(5):
        one = await submitted(author)

        decided, _ = await asyncio.gather(
            decide(office, leader, "decline", one, reason="not-ours", text="Дорога области."),
            author.post(f"/api/v1/initiatives/{one['id']}/correction", json={"municipality": OKRUG}),
        )

        told = [k for k, data in await office.told() if data["id"] == one["id"]]
        words = [kind.split(".")[2] for kind in told]
        expected = ["submitted", "declined"] if decided["decided"] else ["submitted", "left", "joined"]
        assert words == expected


async def test_two_moves_at_once_are_one_after_the_other(office: Office, author: Api) -> None:
    for _ in range(5):
        one = await submitted(author)

        answers = await asyncio.gather(
            corrected(author, one, municipality=OKRUG),
            corrected(author, one, municipality=SETTLEMENT),
            corrected(author, one, direction="culture"),
        )

        told = [data for _, data in await office.told() if data["id"] == one["id"]]
        assert [data["version"] for data in told] == list(range(1, len(told) + 1))
        assert len(told) == 6
        there = (await read(author, one))["municipality"]
        assert told[-1]["municipality"] == there
        assert there in {each["municipality"] for each in answers}


async def test_a_repeated_correction_is_one(office: Office, author: Api) -> None:
    one = await submitted(author)
    headers = {"Idempotency-Key": uuid4().hex}
    path = f"/api/v1/initiatives/{one['id']}/correction"

    answers = [await author.post(path, json={"municipality": OKRUG}, headers=headers) for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert answers[0].status_code == 200
    assert len(await office.told()) == 3


async def test_the_letter_of_acceptance_finds_its_author(office: Office, author: Api) -> None:
    one = await submitted(author)
    await corrected(author, one, municipality=OKRUG)

    await write_bundle(office.pool, STOPS, datetime.now(UTC) + GATHERED)

    letters = await office.pool.fetch("SELECT recipient, body FROM letter WHERE kind = 'accepted'")
    assert [(row["recipient"], one["id"] in row["body"]) for row in letters] == [("anna@example.org", True)]


@pytest.mark.parametrize("told_before", [False, True])
async def test_the_directions_count_follows(office: Office, author: Api, told_before: bool) -> None:
    one = await submitted(author)
    await submitted(author)
    if told_before:
        await write_bundle(office.pool, STOPS, datetime.now(UTC) + GATHERED)

    await corrected(author, one, direction="culture")
    await corrected(author, one, municipality=OKRUG)

    async with office.pool.acquire() as db, db.transaction():
        counted = await acceptances.submitted(db, "spring")
    assert {code: n for code, n in counted.items() if n} == {"roads": 1, "culture": 1}
    await recount(office.pool)
    async with office.pool.acquire() as db, db.transaction():
        assert await acceptances.submitted(db, "spring") == counted


@pytest.mark.parametrize(
    ("different", "status", "expected"),
    [
        ({"municipality": "99999999"}, 422, "municipality-unknown"),
        ({"municipality": "x\u202e\x00"}, 422, "municipality-unknown"),
        ({"municipality": "7" * 10_000}, 422, "municipality-unknown"),
        ({"direction": "alchemy"}, 422, "direction-unknown"),
        ({"direction": ""}, 422, "direction-unknown"),
        ({"form": "royal"}, 422, "classifier-unknown"),
        ({"organization": str(uuid4())}, 422, "organization-unknown"),
        ({"organization": ELSEWHERE}, 422, "organization-elsewhere"),
        ({"municipality": OKRUG, "organization": str(SCHOOL)}, 422, "organization-elsewhere"),
    ],
)
async def test_what_cannot_be_is_refused(
    office: Office, author: Api, different: dict[str, object], status: int, expected: str
) -> None:
    one = await submitted(author)

    answer = await author.post(f"/api/v1/initiatives/{one['id']}/correction", json=different)

    assert (answer.status_code, slug(answer)) == (status, expected)
    assert len(await office.told()) == 1


async def test_everything_wrong_is_told_at_once(author: Api) -> None:
    one = await submitted(author)
    different = {"municipality": "99999999", "direction": "alchemy", "form": "royal"}

    answer = await author.post(f"/api/v1/initiatives/{one['id']}/correction", json=different)

    assert {error["field"] for error in answer.json()["errors"]} == {"municipality", "direction", "form"}


async def test_of_a_transformed_municipality_the_successor_is_named(office: Office, author: Api) -> None:
    one = await submitted(author)
    successor = define_municipality(OKRUG, "Округ").model_copy(
        update={"successor_of": [SETTLEMENT], "version": 9}
    )
    await office.learn(successor)

    answer = await author.post(
        f"/api/v1/initiatives/{one['id']}/correction", json={"municipality": SETTLEMENT}
    )

    assert (slug(answer), "Округ" in answer.json()["detail"]) == ("municipality-replaced", True)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("decline", {"reason": "not-ours", "text": "Дорога области."}), ("merge", {}), ("withdraw", {})],
)
async def test_what_is_closed_stays_as_it_was_decided(
    office: Office, author: Api, kind: str, more: dict[str, object]
) -> None:
    one, other = await submitted(author), await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    if kind == "withdraw":
        await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={})
    else:
        into = {"into": other["id"]} if kind == "merge" else {}
        assert (await decide(office, leader, kind, one, **more, **into))["decided"] == 1

    path = f"/api/v1/initiatives/{one['id']}/correction"
    just_now = await author.post(path, json={"municipality": OKRUG})
    await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")
    answer = await author.post(path, json={"municipality": OKRUG})

    # Of what may still be taken back its author is not told.
    of_bodies = "correction-closed" if kind == "withdraw" else "initiative-being-decided"
    assert (just_now.status_code, slug(just_now)) == (409, of_bodies)
    assert (answer.status_code, slug(answer)) == (409, "correction-closed")


async def test_after_the_last_day_it_may_still_be_corrected_until_the_close(
    office: Office, author: Api
) -> None:
    one = await submitted(author)
    await office.redefine(last_day=today() - timedelta(days=2), close_until=today() + timedelta(days=2))
    await corrected(author, one, direction="culture")
    await office.redefine(
        version=3, last_day=today() - timedelta(days=9), close_until=today() - timedelta(days=5)
    )

    late = await author.post(f"/api/v1/initiatives/{one['id']}/correction", json={"direction": "roads"})

    assert (late.status_code, slug(late)) == (409, "campaign-over")


async def test_a_foreign_initiative_is_not_there(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    async with hall.web.browser() as other:
        await join(other, office.pool, municipality=DISTRICT, email="boris@example.org")

        for id_ in (one["id"], str(uuid4())):
            answer = await other.post(f"/api/v1/initiatives/{id_}/correction", json={"municipality": OKRUG})
            assert (answer.status_code, slug(answer)) == (404, "initiative-unknown")


async def test_who_is_erased_leaves_nothing_elsewhere(office: Office, author: Api, worker: Pool) -> None:
    one = await submitted(author)
    await corrected(author, one, municipality=OKRUG)

    erased = await author.delete("/api/v1/me?texts=remove")

    assert erased.status_code == 200, erased.text
    (row,) = await worker.fetch("SELECT participant_id, text, status, version FROM initiative")
    assert tuple(row) == (None, "", "withdrawn", 4)
    assert await worker.fetchval("SELECT count(*) FROM authorship") == 0
    assert await worker.fetchval("SELECT count(*) FROM acceptance") == 0
    assert (await kinds(office))[-1] == ("withdrawn", OKRUG, 4)
