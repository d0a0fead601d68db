"""The list of initiatives that the staff see: what is theirs, filters, words, until when."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from services.intake.initiatives.domain import HIGHEST
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office, decision

LIST = "/api/v1/determination"


async def listed(office: Office, token: str, **asked: object) -> dict[str, Any]:
    """What the list answers."""
    async with office.at_desk(token) as desk:
        answer = await desk.get(LIST, params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def numbers(office: Office, token: str, **asked: object) -> list[int]:
    """The numbers of what is listed."""
    return [item["number"] for item in (await listed(office, token, **asked))["items"]]


async def region_of(office: Office) -> dict[str, int]:
    """Initiatives of two directions, a school, the settlement that the district serves, and an okrug."""
    found = {
        "roads": await office.submit(),
        "culture": await office.submit(direction="culture"),
        "school": await office.submit(direction="culture", organization=SCHOOL),
        "served": await office.submit(SETTLEMENT),
        "foreign": await office.submit(OKRUG),
    }
    return {name: initiative.number for name, initiative in found.items()}


@pytest.mark.parametrize(
    ("role", "of", "place", "seen"),
    [
        (Role.HEAD, DISTRICT, DISTRICT, {"roads", "culture", "school", "served"}),
        (Role.DEPUTY, DISTRICT, DISTRICT, {"roads", "culture", "school", "served"}),
        (Role.CLERK, DISTRICT, DISTRICT, {"roads", "culture", "school", "served"}),
        (Role.RESPONSIBLE, DISTRICT, DISTRICT, {"roads", "culture", "school", "served"}),
        (Role.HEAD, SETTLEMENT, SETTLEMENT, {"served"}),
        (Role.HEAD, OKRUG, OKRUG, {"foreign"}),
        (Role.LEADER, str(ROADS), DISTRICT, {"roads", "school", "served"}),
        (Role.MEMBER, str(CULTURE), DISTRICT, {"culture", "school"}),
        (Role.COORDINATOR, str(SCHOOL), DISTRICT, {"school"}),
        (Role.STAND_IN, str(SCHOOL), DISTRICT, {"school"}),
        (Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT, set()),
        (Role.SMO_OPERATOR, "smo", DISTRICT, set()),
    ],
)
async def test_everybody_sees_what_is_theirs(
    office: Office, role: Role, of: str, place: str, seen: set[str]
) -> None:
    known = await region_of(office)
    somebody = await office.grant(role, of, place)

    found = await numbers(office, somebody)

    assert found == sorted((known[name] for name in seen), reverse=True)


async def test_a_filter_for_a_foreign_place_finds_nothing(office: Office) -> None:
    known = await region_of(office)
    head = await office.grant(Role.HEAD, DISTRICT)

    assert await numbers(office, head, municipality=OKRUG) == []
    assert await numbers(office, head, q=str(known["foreign"])) == []
    assert await numbers(office, head, municipality="nowhere") == []


async def test_the_list_says_all_dimensions_and_no_author(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    initiative = await office.submit(organization=SCHOOL)

    (item,) = (await listed(office, head))["items"]

    assert item["id"] == str(initiative.id)
    assert (item["municipality"], item["direction"], item["organization"]) == (DISTRICT, "roads", str(SCHOOL))
    assert (item["title"], item["status"], item["form"]) == (initiative.title, "accepted", "personal")
    assert (item["origin"], item["decided_by"], item["overdue"]) == (None, None, False)
    assert str(initiative.participant_id) not in str(item)
    assert item["held_since"] == item["submitted_at"]


async def test_filters_are_taken_together(office: Office) -> None:
    known = await region_of(office)
    head = await office.grant(Role.HEAD, DISTRICT)
    determined = await office.submit(status=InitiativeStatus.DETERMINED)

    assert await numbers(office, head, status="determined") == [determined.number]
    assert await numbers(office, head, direction="culture") == [known["school"], known["culture"]]
    assert await numbers(office, head, direction="culture", organization=SCHOOL) == [known["school"]]
    assert await numbers(office, head, direction="roads", organization=SCHOOL) == []
    assert await numbers(office, head, municipality=SETTLEMENT) == [known["served"]]
    assert await numbers(office, head, direction="unknown") == []


async def test_what_was_submitted_before_is_accepted_where_a_campaign_accepts_at_once(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit(status=InitiativeStatus.SUBMITTED)
    await office.submit()

    assert [i["status"] for i in (await listed(office, head, status="accepted"))["items"]] == ["accepted"] * 2
    assert await numbers(office, head, status="submitted") == []

    await office.redefine(life={"acceptance": "by-group"})
    assert len(await numbers(office, head, status="submitted")) == 1
    assert len(await numbers(office, head, status="accepted")) == 1


@pytest.mark.parametrize(
    ("title", "text", "q"),
    [
        ("Освещённый переход", "У школы темно.", "освещенные переходы"),
        ("Переход", "Поставьте ёлку на площади.", "елки"),
        ("Переход", "Поставьте елку на площади.", "ЁЛКА"),
        ("ПАРК ПОБЕДЫ", "Там сломаны скамейки.", "парки"),
        ("Парк", "Там сломаны скамейки.", "скамейка сломана"),
        ("Парк", "Wi-Fi в парке", "wifi wi"),
        ("Кружок робототехники", "Для школьников.", "роботатехника"),
        ("Парк", "Дом № 15 стоит пустой.", "15"),
    ],
)
async def test_words_are_found_in_every_form(office: Office, title: str, text: str, q: str) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    initiative = await office.submit(title=title, text=text)
    await office.submit(title="Кинозал", text="Кино для всех.")

    found = await numbers(office, head, q=q)

    assert found == ([] if q == "wifi wi" else [initiative.number])


async def test_a_word_inside_another_is_not_found(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit(title="Стадион", text="Ремонт в подъезде.")

    assert await numbers(office, head, q="езда") == []


async def test_an_initiative_is_found_by_its_number(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit()
    second = await office.submit()
    await office.submit(text=f"В доме {second.number}.")

    assert await numbers(office, head, q=f"№ {second.number}") == [3, 2]


@pytest.mark.parametrize(
    "q", ["как и на", "№", "(((", r"\m[", "%_", "\x00\x00", "\u202e\u200b", "😀", "д" * 10_000, "и " * 5_000]
)
async def test_a_search_that_says_nothing_finds_nothing(office: Office, q: str) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit()

    found = await numbers(office, head, q=q)

    assert found == ([1] if q in ("\x00\x00", "\u202e\u200b") else [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "lost"),
        ("organization", "school"),
        ("before", "0"),
        ("before", "-1"),
        ("before", str(HIGHEST + 1)),
        ("before", "x"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused(office: Office, name: str, value: str) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)

    async with office.at_desk(head) as desk:
        answer = await desk.get(LIST, params={name: value})

    assert answer.status_code in (400, 422), answer.text


async def test_the_list_goes_on_where_it_ended(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    for nth in range(60):
        await office.submit(SETTLEMENT if nth % 3 == 0 else DISTRICT)

    first = await listed(office, head, direction="roads", q="переход")
    await office.submit()
    async with office.at_desk(head) as desk:
        second = (await desk.get(first["next"])).json()

    got = [item["number"] for item in (*first["items"], *second["items"])]
    assert got == list(range(60, 0, -1))
    assert (len(first["items"]), second["next"]) == (50, None)


async def test_what_is_held_for_longer_than_the_regulation_says_is_overdue(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    old = await office.submit(submitted_at=datetime.now(UTC) - timedelta(days=19))
    fresh = await office.submit()

    items = {item["number"]: item for item in (await listed(office, head))["items"]}

    assert [items[each.number]["overdue"] for each in (old, fresh)] == [True, False]
    assert datetime.fromisoformat(items[old.number]["due_at"]) < datetime.now(UTC)
    assert datetime.fromisoformat(items[fresh.number]["due_at"]) > datetime.now(UTC)


async def test_a_decided_initiative_waits_for_nobody(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    long_ago = datetime.now(UTC) - timedelta(days=19)
    initiative = await office.submit(submitted_at=long_ago)
    async with office.at_desk(head) as desk:
        given = decision("decline", [initiative], reason="done", text="Уже сделали.")
        assert (await desk.post("/api/v1/decisions", json=given)).status_code == 201

    (item,) = (await listed(office, head))["items"]

    assert (item["status"], item["decided_by"], item["due_at"], item["overdue"]) == (
        *("declined", "coordination"),
        *(None, False),
    )
    assert item["held_since"] > item["submitted_at"]


async def test_who_is_nobody_sees_no_list(office: Office) -> None:
    async with office.web.browser() as client:
        assert (await client.get(LIST)).status_code == 401


async def test_rights_that_end_take_the_list_along(office: Office) -> None:
    somebody = await office.grant(Role.LEADER, str(uuid4()))
    await office.submit()

    assert await numbers(office, somebody) == []


async def test_two_who_read_at_once_read_alike(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await region_of(office)

    first, second = await asyncio.gather(numbers(office, head), numbers(office, head, q="переход"))

    assert first == second
