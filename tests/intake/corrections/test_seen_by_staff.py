"""What those who decide see of an author's doings, and what they do not."""

from uuid import UUID

import pytest

from contracts.appointments import Role
from services.intake.determination.store import lists
from tests.factories import DISTRICT, OKRUG
from tests.intake.corrections.test_correcting import corrected, decide, submitted, undo
from tests.intake.determination.office import ROADS, Office
from tests.intake.determination.test_pages import PAGE, page
from tests.intake.test_api import Api, slug


async def test_why_it_was_withdrawn_is_the_authors_alone(office: Office, author: Api) -> None:
    one = await submitted(author)
    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={"reason": "Личная причина"})
    leader = await office.grant(Role.LEADER, str(ROADS))

    async with office.at_desk(leader, pages=True) as desk:
        shown = await page(desk, f"{PAGE}/{one['id']}")

    assert "Отозвана автором" in shown
    assert "Личная причина" not in shown


async def test_an_authors_correction_is_no_second_acceptance(office: Office, author: Api) -> None:
    one = await submitted(author)
    head = await office.grant(Role.HEAD, DISTRICT)
    await undo(office, head, await decide(office, head, "determine", one))
    # The moment is no key: another clock may have written it.
    await office.pool.execute("UPDATE decision SET undone_at = undone_at - interval '1 second'")
    await corrected(author, one, direction="culture", form="collective")

    async with office.at_desk(head, pages=True) as desk:
        shown = await page(desk, f"{PAGE}/{one['id']}")

    history = shown[shown.index("Ход рассмотрения") :]
    assert "Исправлено автором: направление, от кого" in history
    assert history.count("Решение отменено") == 1
    assert "Принята" not in history


async def test_who_decided_elsewhere_is_told_by_the_level_alone(office: Office, author: Api) -> None:
    one, other = await submitted(author), await submitted(author)
    there = await office.grant(Role.LEADER, str(ROADS), name="Сидоров Пётр Ильич")
    decided = await decide(office, there, "determine", one)
    await corrected(author, one, municipality=OKRUG)
    here = await office.grant(Role.HEAD, OKRUG, OKRUG)

    async with office.at_desk(here, pages=True) as desk:
        shown = await page(desk, f"{PAGE}/{one['id']}")
        await page(desk, f"{PAGE}/decisions/{decided['id']}", status=404)
    undone = await undo(office, here, decided)
    await corrected(author, one, municipality=DISTRICT)
    async with office.at_desk(there, pages=True) as desk:
        at_home = await page(desk, f"{PAGE}/{one['id']}")
        await decide(office, there, "determine", other)

    assert "Определена" in shown
    assert "рабочая группа" in shown[shown.index("Ход рассмотрения") :]
    assert "Сидоров" not in shown
    assert "Дороги" not in shown[shown.index("Ход рассмотрения") :]
    assert (undone.status_code, slug(undone)) == (404, "decision-unknown")
    assert "Сидоров" in at_home


async def test_what_moves_between_two_statements_is_left_out(
    office: Office, author: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    decided = await decide(office, leader, "determine", one)

    async def moved(*_: object) -> dict[UUID, object]:
        return {}

    monkeypatch.setattr(lists, "some", moved)
    async with office.at_desk(leader, pages=True) as desk:
        await page(desk, f"{PAGE}/decisions/{decided['id']}", status=404)


async def test_sessions_are_found_by_their_person(office: Office) -> None:
    found = await office.pool.fetchval(
        "SELECT count(*) FROM pg_indexes WHERE tablename = 'participant_session'"
        " AND indexdef LIKE '%(participant_id)'"
    )

    assert found == 1
