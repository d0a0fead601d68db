"""Entering for a person and merging two, by pages without a script and by the API."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from tests.factories import DISTRICT, today
from tests.intake.conftest import Hall, join
from tests.intake.determination.conftest import office, signer
from tests.intake.determination.office import SCHOOL, Office
from tests.intake.test_api import slug
from tests.intake.test_pages import words

__all__ = ["office", "signer"]

WRITTEN = {
    "whose": f"{DISTRICT}/{SCHOOL}",
    "name": "Иванова Анна Петровна",
    "position": "budget",
    "consent_kind": "paper",
    "consent_day": today().isoformat(),
    "consent_number": "7",
    "direction": "roads",
    "form": "personal",
    "title": "Переход у школы",
    "text": "Дети идут в темноте.",
}


@pytest.fixture
async def coordinator(office: Office) -> str:
    return await office.grant(Role.COORDINATOR, str(SCHOOL))


async def sent(office: Office, token: str, path: str = "/assisted", **changes: str) -> Any:
    async with office.at_desk(token, pages=True) as desk:
        return await desk.post(path, data=WRITTEN | {"form_key": uuid4().hex} | changes)


async def look(office: Office, token: str, path: str) -> Any:
    async with office.at_desk(token, pages=True) as desk:
        return await desk.get(path)


async def test_a_coordinator_enters_for_a_person_and_hears_the_number(
    office: Office, coordinator: str, hall: Hall
) -> None:
    form = await look(office, coordinator, "/assisted")
    done = await sent(office, coordinator, email="anna@example.org")
    page = await look(office, coordinator, done.headers["location"])

    assert "Школа № 1" in words(form)
    assert done.status_code == 303
    number = await office.pool.fetchval("SELECT number FROM initiative")
    assert f"Инициатива внесена, № {number}" in words(page)
    async with hall.web.browser() as author:
        author.headers["Accept"] = "application/json"
        await join(author, office.pool, municipality=DISTRICT, email="anna@example.org")
        author.headers["Accept"] = "text/html"
        id_ = await office.pool.fetchval("SELECT id FROM initiative")
        course, own = words(await author.get(f"/initiatives/{id_}")), words(await author.get("/me"))
    assert "<dt>Внесена с помощью</dt><dd>координатор организации</dd>" in course
    assert "Иванова Анна Петровна" in own
    assert "письменное" in own


async def test_what_is_wrong_stands_at_its_field(office: Office, coordinator: str) -> None:
    page = await sent(office, coordinator, name=" ", consent_kind="", title="")

    assert page.status_code == 422
    for sentence in ("Введите фамилию", "Укажите, как и когда человек дал согласие"):
        assert sentence in words(page), sentence
    assert 'href="#consent_kind"' in page.text
    assert "Дети идут в темноте." in page.text


async def test_a_known_name_is_asked_about_once(office: Office, coordinator: str) -> None:
    await sent(office, coordinator)

    asked = await sent(office, coordinator)
    other = await sent(office, coordinator, alike="new")

    assert "Нет, это другой человек" in words(asked)
    assert other.status_code == 303
    assert await office.pool.fetchval("SELECT count(*) FROM participant") == 2


async def test_somebody_is_found_and_chosen_without_a_script(office: Office, coordinator: str) -> None:
    await sent(office, coordinator)
    id_ = await office.pool.fetchval("SELECT id FROM participant")

    found = await sent(office, coordinator, find="participant", participant_q="иванова")
    done = await sent(office, coordinator, participant=str(id_), name="")

    assert f'value="{id_}"' in found.text
    assert "Дети идут в темноте." in found.text
    assert done.status_code == 303
    assert await office.pool.fetchval("SELECT count(*) FROM participant") == 1


async def test_two_records_of_one_person_become_one_on_a_page(office: Office, coordinator: str) -> None:
    await sent(office, coordinator)
    await sent(office, coordinator, alike="new")
    one, other = [row["id"] for row in await office.pool.fetch("SELECT id FROM participant")]
    path = f"/cabinet/participants/{one}/merge"

    asked = await look(office, coordinator, path)
    nobody = await sent(office, coordinator, path)
    done = await sent(office, coordinator, path, into=str(other), q="Иванова")
    found = words(await look(office, coordinator, done.headers["location"]))

    assert "Отменить это нельзя" in words(asked)
    assert "Выберите, кто этот человек" in words(nobody)
    assert "Готово: это один участник" in found
    assert found.count("Записан дважды?") == 1


async def test_names_are_offered_to_another_page(office: Office, coordinator: str) -> None:
    await sent(office, coordinator, name='Иванова <b onclick="x">Анна')

    part = await look(office, coordinator, f"/cabinet/participants/search?municipality={DISTRICT}&q=анна")

    assert "<b" not in part.text.replace("<button", "")
    assert "data-name=" in part.text


async def test_the_api_tells_of_every_row(office: Office, coordinator: str) -> None:
    consent = {"kind": "spoken", "day": today().isoformat()}
    anna = {"name": "Иванова Анна", "position": "budget", "consent": consent}
    row = {"direction": "roads", "form": "personal", "title": "Переход", "text": "Нужен.", "authors": [anna]}
    body = {"municipality": DISTRICT, "organization": str(SCHOOL), "rows": [row, row | {"title": ""}]}
    async with office.at_desk(coordinator) as desk:
        some = await desk.post("/api/v1/assisted", json=body)
        another = row | {"authors": [anna | {"new": True}]}
        every = await desk.post("/api/v1/assisted", json=body | {"rows": [another]})
        found = await desk.get(f"/api/v1/participants?municipality={DISTRICT}&q=анна")
        ids = [item["id"] for item in found.json()["items"]]
        merged = await desk.post(f"/api/v1/participants/{ids[0]}/merge", json={"into": ids[1]})
        empty = await desk.post("/api/v1/assisted", json=body | {"rows": []})

    assert (some.status_code, every.status_code, merged.status_code) == (200, 201, 200)
    good, bad = some.json()["rows"]
    assert (good["row"], good["errors"], bad["id"]) == (1, [], None)
    assert {(error["field"], error["slug"]) for error in bad["errors"]} == {("title", "title-empty")}
    assert bad["errors"][0]["detail"].startswith("У")
    assert merged.json() == {"participant": ids[1], "initiatives": 1}
    assert (empty.status_code, slug(empty)) == (422, "rows-too-many")
