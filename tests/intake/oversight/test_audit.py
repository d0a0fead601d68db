"""Who did what in intake and looked at whose data: read by those who oversee, and by whom it is about."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import SCOPE_OF, Role
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.grants import Grant, Staff
from services.intake.core.authority import capacity
from services.intake.core.domain import DEEDS, FIGURES_REPORTED, ISSUE_ADDED, PERSON_SEEN
from services.intake.core.store import audit
from services.intake.oversight.pages.audit import ADDRESS, AT_ONCE
from tests.factories import DISTRICT, OKRUG
from tests.intake.conftest import Hall, join
from tests.intake.determination.office import Office
from tests.intake.test_api import Api

API = "/api/v1/determination/audit"
NOW = datetime.now(UTC)


def somebody(*roles: Role, place: str = DISTRICT, name: str = "Орлова Т. С.") -> Staff:
    """One of the staff with these roles in a municipality."""
    grants = [Grant(uuid4(), role, SCOPE_OF[role], "x", NOW, municipality=place) for role in roles]
    return Staff(uuid4(), uuid4(), tuple(grants), name)


async def noted(
    pool: Pool, by: Staff | None, word: str, subject: object = "x", place: str = DISTRICT, times: int = 1
) -> None:
    """Somebody has done something."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        for _ in range(times):
            await audit.note(db, place, by, NOW, word, subject)


async def asked(office: Office, token: str, query: str = "") -> Any:
    async with office.at_desk(token) as client:
        return await client.get(f"{API}?{query}")


@pytest.mark.parametrize(
    ("roles", "place", "acts_as"),
    [
        ((Role.COORDINATOR, Role.LEADER), DISTRICT, Role.LEADER),
        ((Role.COORDINATOR,), OKRUG, None),
        ((Role.ADMINISTRATOR,), DISTRICT, Role.ADMINISTRATOR),
        ((), DISTRICT, None),
    ],
    ids=["highest", "elsewhere", "overseer", "nothing"],
)
def test_the_role_of_a_deed_is_the_highest_there(
    roles: tuple[Role, ...], place: str, acts_as: Role | None
) -> None:
    assert capacity(somebody(*roles), place) is acts_as


async def test_a_head_reads_what_was_done_at_home_and_the_administrator_everything(office: Office) -> None:
    coordinator, person = somebody(Role.COORDINATOR), uuid4()
    await noted(office.pool, coordinator, PERSON_SEEN, person)
    await noted(office.pool, somebody(Role.HEAD, place=OKRUG, name="Иной"), ISSUE_ADDED, place=OKRUG)
    await noted(office.pool, None, FIGURES_REPORTED)

    head = await asked(office, await office.grant(Role.HEAD, DISTRICT))
    administrator = await asked(office, await office.grant(Role.ADMINISTRATOR, "region"))
    elsewhere = await asked(
        office, await office.grant(Role.RESPONSIBLE, OKRUG, OKRUG), f"municipality={DISTRICT}"
    )

    assert [line["deed"] for line in head.json()["items"]] == [FIGURES_REPORTED, PERSON_SEEN]
    seen = head.json()["items"][1]
    assert (seen["subject"], seen["name"], seen["role"]) == (str(person), "Орлова Т. С.", "coordinator")
    assert [line["municipality"] for line in administrator.json()["items"]] == [DISTRICT, OKRUG, DISTRICT]
    assert (elsewhere.status_code, elsewhere.json()) == (200, {"items": [], "next": None})


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLERK, Role.DEPUTY])
async def test_whoever_oversees_nobody_is_told_who_does(office: Office, role: Role) -> None:
    token = await office.grant(role, DISTRICT)

    answer = await asked(office, token)
    async with office.at_desk(token, pages=True) as client:
        page = await client.get(ADDRESS)

    assert (answer.status_code, page.status_code) == (403, 403)
    assert "Журнал видят глава" in page.text


async def test_it_is_filtered_and_read_in_portions(office: Office) -> None:
    person, by = uuid4(), somebody(Role.MEMBER)
    await noted(office.pool, by, ISSUE_ADDED, times=AT_ONCE)
    await noted(office.pool, by, PERSON_SEEN, person)
    token = await office.grant(Role.HEAD, DISTRICT)

    first = (await asked(office, token)).json()
    async with office.at_desk(token) as client:
        rest = (await client.get(first["next"])).json()
    of_person = (await asked(office, token, f"participant={person}")).json()
    async with office.at_desk(token, pages=True) as client:

        async def rows(query: str) -> int:
            page = await client.get(f"{ADDRESS}?{query}")
            assert page.status_code == 200
            return int(page.text.count("<tr><td"))

        counts = [
            await rows(query)
            for query in (
                "",
                f"deed={PERSON_SEEN}",
                f"person={person}",
                f"person={uuid4()}",
                "deed=nothing&person=%00&before=x",
                "place=%ff",
            )
        ]

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (AT_ONCE, 1, None)
    assert [line["subject"] for line in of_person["items"]] == [str(person)]
    assert counts == [AT_ONCE, 1, 1, 0, AT_ONCE, 0]


async def test_a_page_says_who_in_which_role_and_names_the_deed(office: Office) -> None:
    await noted(office.pool, somebody(Role.COORDINATOR, name="<b>Орлова"), PERSON_SEEN, uuid4())

    async with office.at_desk(await office.grant(Role.HEAD, DISTRICT), pages=True) as client:
        page = await client.get(ADDRESS)

    assert "&lt;b&gt;Орлова" in page.text
    assert "координатор" in page.text
    assert DEEDS[PERSON_SEEN] in page.text


async def test_whom_it_is_about_sees_when_and_in_which_role_but_not_who(
    office: Office, hall: Hall, api: Api
) -> None:
    id_ = UUID(await join(api, office.pool, municipality=DISTRICT))
    await noted(office.pool, somebody(Role.COORDINATOR), PERSON_SEEN, id_)
    # Also where they were registered before they moved, and by whoever helps with one initiative alone.
    await noted(office.pool, somebody(Role.LEADER, place=OKRUG), PERSON_SEEN, id_, OKRUG)
    await noted(office.pool, somebody(), PERSON_SEEN, id_)
    await noted(office.pool, somebody(Role.HEAD), PERSON_SEEN, uuid4())

    data = (await api.get("/api/v1/me/data")).json()
    page = (await api.get("/me", headers={"Accept": "text/html"})).text

    assert [look["role"] for look in data["seen"]] == [None, "leader", "coordinator"]
    assert datetime.fromisoformat(data["seen"][0]["at"]) == NOW
    told = page.partition("Кто смотрел ваши данные")[2].partition("<h2>")[0]
    for role in ("помощник по вашей инициативе", "руководитель рабочей группы", "координатор"):
        assert f"– {role}</li>" in told
    assert "Орлова" not in str(data) + page
