"""Initiatives whose authors are bodies: the level stays with them, and nobody is registered by them."""

from datetime import timedelta

import pytest

from contracts.appointments import Role
from services.intake.initiatives.store import acceptances
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, today
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office
from tests.intake.determination.test_pages import PAGE, page, seen

SUBMISSION = f"{PAGE}/submission"
LEVEL_1 = f"{DISTRICT}/coordination"


def form(**changes: str) -> dict[str, str]:
    """What a body submits."""
    return {
        "body": f"{DISTRICT}/{ROADS}",
        "direction": "roads",
        "form": "collective",
        "organization": str(SCHOOL),
        "title": "Ремонт моста",
        "text": "Мост закрыт с весны.",
    } | changes


@pytest.mark.parametrize(
    ("role", "of", "body", "level"),
    [
        (Role.LEADER, str(ROADS), f"{DISTRICT}/{ROADS}", "group"),
        (Role.MEMBER, str(ROADS), f"{SETTLEMENT}/{ROADS}", "group"),
        (Role.HEAD, DISTRICT, LEVEL_1, "coordination"),
        (Role.CLERK, DISTRICT, f"{SETTLEMENT}/coordination", "coordination"),
    ],
)
async def test_a_body_submits_one_itself(office: Office, role: Role, of: str, body: str, level: str) -> None:
    somebody = await office.grant(role, of)
    async with office.at_desk(somebody, pages=True) as desk:
        given = form(body=body) if body.startswith(DISTRICT) else form(body=body, organization="")
        sent = await desk.post(SUBMISSION, data=given)
        assert sent.status_code == 303, seen(sent.text)
        shown = await page(desk, sent.headers["location"])

    ((type_, told),) = await office.told()
    assert type_ == "dialogue.initiative.submitted.v1"
    assert (told["origin"], told["participant"], told["version"]) == (level, None, 1)
    assert (told["municipality"], told["status"]) == (body.split("/", maxsplit=1)[0], "accepted")
    assert told["classifiers"] == {"form": "collective"}
    assert "Инициатива внесена от имени органа." in shown
    assert {"group": "Рабочая группа", "coordination": "Координационная группа"}[level] in shown
    assert "имени здесь нет" not in shown


async def test_it_counts_as_submitted_and_registers_nobody(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        await desk.post(SUBMISSION, data=form(body=LEVEL_1, form_key="same"))
        await desk.post(SUBMISSION, data=form(body=LEVEL_1, form_key="same"))

    async with office.pool.acquire() as db:
        assert await acceptances.submitted(db, "spring") == {"roads": 1}
    assert await office.pool.fetchval("SELECT count(*) FROM participant") == 0
    assert await office.pool.fetchval("SELECT count(*) FROM acceptance") == 0
    assert await office.pool.fetchval("SELECT count(*) FROM outbox WHERE topic LIKE '%participants%'") == 0
    assert await office.pool.fetchval("SELECT action FROM audit") == "body-submitted"


async def test_a_recount_counts_it_once(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        await desk.post(SUBMISSION, data=form(body=LEVEL_1))

    async with office.pool.acquire() as db, db.transaction():
        await db.execute(acceptances.sql.recount)
        assert await acceptances.submitted(db, "spring") == {"roads": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (f"{DISTRICT}/{CULTURE}", 403),
        (LEVEL_1, 403),
        (f"{OKRUG}/coordination", 404),
        (f"{OKRUG}/{ROADS}", 404),
        ("coordination", 422),
        (f"{DISTRICT}/mayor", 422),
        ("", 422),
    ],
)
async def test_nobody_submits_for_a_body_that_is_not_theirs(office: Office, body: str, status: int) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    async with office.at_desk(leader, pages=True) as desk:
        answer = await desk.post(SUBMISSION, data=form(body=body))

    assert answer.status_code == status
    assert await office.told() == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.STAND_IN])
async def test_the_third_level_submits_as_participants_do(office: Office, role: Role) -> None:
    somebody = await office.grant(role, str(SCHOOL))
    async with office.at_desk(somebody, pages=True) as desk:
        assert (await desk.get(SUBMISSION)).status_code == 403
        assert (await desk.post(SUBMISSION, data=form(body=LEVEL_1))).status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"direction": "sky"}, "направление"),
        ({"form": ""}, "Отметьте ответ на вопрос «Форма»"),
        ({"title": "\u200b"}, "название"),
        ({"title": "д" * 201}, "200"),
        ({"text": ""}, "текст"),
        ({"text": "д" * 4001}, "4 000"),
        ({"organization": "school"}, "организац"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    office: Office, changes: dict[str, str], sentence: str
) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        answer = await desk.post(SUBMISSION, data=form(body=LEVEL_1) | changes)

    assert answer.status_code == 422
    summary = answer.text.partition('class="error-summary"')[2].partition("</div>")[0]
    assert sentence.lower() in seen(f"<div {summary}").replace(" ", " ").lower()
    if "title" not in changes:
        assert 'value="Ремонт моста"' in answer.text
    assert await office.told() == []


async def test_before_the_first_day_and_after_the_last_no_body_submits(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.redefine(last_day=today() - timedelta(days=2))
    async with office.at_desk(head, pages=True) as desk:
        answer = await desk.post(SUBMISSION, data=form(body=LEVEL_1))

    assert answer.status_code == 409
    assert await office.told() == []


async def test_where_groups_accept_it_begins_as_submitted(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.redefine(life={"acceptance": "by-group"})
    async with office.at_desk(head, pages=True) as desk:
        await desk.post(SUBMISSION, data=form(body=LEVEL_1))

    ((_, told),) = await office.told()
    assert told["status"] == "submitted"
