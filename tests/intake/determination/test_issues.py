"""Key issues that the first level keeps, and initiatives that are marked by them."""

import asyncio
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.chassis.errors import Conflict
from services.intake.determination.store import issues
from services.intake.determination.store.issues import Issue
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.intake.determination.office import ROADS, SCHOOL, Office
from tests.intake.determination.test_pages import PAGE, Desk, page, seen

ISSUES = f"{PAGE}/issues"


async def add(desk: Desk, name: str, place: str = DISTRICT, key: str = "") -> int:
    """Add a key issue; the status of the answer."""
    form = {"name": name, "municipality": place, "form_key": key or uuid4().hex}
    return (await desk.post(ISSUES, data=form)).status_code


async def id_of(office: Office, name: str) -> UUID:
    return UUID(str(await office.pool.fetchval("SELECT id FROM key_issue WHERE name = $1", name)))


async def test_the_first_level_adds_renames_and_closes(office: Office) -> None:
    deputy = await office.grant(Role.DEPUTY, DISTRICT)
    async with office.at_desk(deputy, pages=True) as desk:
        assert "Вопросов пока нет" in await page(desk, ISSUES)
        assert await add(desk, "  Дороги \u200b к школам ") == 303
        one = await id_of(office, "Дороги к школам")
        await desk.post(f"{ISSUES}/{one}/name", data={"name": "Дороги к школам и садам"})
        shown = await page(desk, f"{ISSUES}?done=renamed")
        assert "Название изменено. Ключевые вопросы" in shown
        assert "Дороги к школам и садам 0 инициатив" in shown
        await desk.post(f"{ISSUES}/{one}/closing", data={})
        closed = await page(desk, ISSUES)
        again = await desk.post(f"{ISSUES}/{one}/name", data={"name": "Ещё"})

    assert "0 инициатив Закрыт" in closed
    assert again.status_code == 409
    assert "Этот ключевой вопрос уже закрыт" in seen(again.text)
    words = [row["action"] for row in await office.pool.fetch("SELECT action FROM audit ORDER BY id")]
    assert words == ["issue-added", "issue-renamed", "issue-closed"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Назовите ключевой вопрос."),
        ("\u200b\u202e \x00", "Назовите ключевой вопрос."),
        ("д" * 201, "Сократите его до 200."),
        ("ДОРОГИ", "Ключевой вопрос с таким названием уже есть."),
    ],
)
async def test_a_name_that_cannot_be_is_said_at_the_field(office: Office, name: str, sentence: str) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги")
        await add(desk, "Мосты")
        answers = [await desk.post(ISSUES, data={"name": name, "municipality": DISTRICT})]
        mosty = await id_of(office, "Мосты")
        answers.append(await desk.post(f"{ISSUES}/{mosty}/name", data={"name": name}))

    for answer in answers:
        assert answer.status_code in (409, 422)
        assert sentence in seen(answer.text)
    assert await office.pool.fetchval("SELECT count(*) FROM key_issue") == 2


async def test_two_who_add_the_same_at_once_add_one(office: Office) -> None:
    heads = [await office.grant(Role.HEAD, DISTRICT), await office.grant(Role.DEPUTY, DISTRICT)]

    async def once(token: str) -> int:
        async with office.at_desk(token, pages=True) as desk:
            return await add(desk, "Дороги")

    assert sorted(await asyncio.gather(*map(once, heads))) == [303, 409]


async def test_a_form_sent_twice_adds_one(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        assert [await add(desk, "Дороги", key="same") for _ in range(2)] == [303, 303]


@pytest.mark.parametrize(
    ("role", "of", "place", "status"),
    [
        (Role.LEADER, str(ROADS), DISTRICT, 403),
        (Role.COORDINATOR, str(SCHOOL), DISTRICT, 403),
        (Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT, 404),
        (Role.HEAD, OKRUG, OKRUG, 404),
    ],
)
async def test_who_is_not_of_the_first_level_there_keeps_none(
    office: Office, role: Role, of: str, place: str, status: int
) -> None:
    somebody = await office.grant(role, of, place)
    async with office.at_desk(somebody, pages=True) as desk:
        assert await add(desk, "Дороги", DISTRICT) == status

    assert await office.pool.fetchval("SELECT count(*) FROM key_issue") == 0


async def test_initiatives_are_marked_and_found_by_the_issue(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    leader = await office.grant(Role.LEADER, str(ROADS))
    one, other = await office.submit(), await office.submit()
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги")
        issue = await id_of(office, "Дороги")
        marked = await desk.post(f"{PAGE}/{one.id}/marks", data={"issue": str(issue)})
        shown = await page(desk, marked.headers["location"])
        assert "Инициатива отнесена к ключевому вопросу." in shown
        assert "Дороги 1 инициатива" in await page(desk, ISSUES)
    async with office.at_desk(leader, pages=True) as desk:
        found = await page(desk, f"{PAGE}?status=all&issue={issue}")
        refused = await desk.post(f"{PAGE}/{other.id}/marks", data={"issue": str(issue)})
    assert one.title in found
    assert other.title not in found
    assert refused.status_code == 404

    async with office.at_desk(head, pages=True) as desk:
        await desk.post(f"{ISSUES}/{issue}/closing", data={})
        removed = await desk.post(f"{PAGE}/{one.id}/marks/{issue}/removal", data={})
        assert removed.status_code == 303
        assert "Ничего не нашлось" in await page(desk, f"{PAGE}?status=all&issue={issue}")


@pytest.mark.parametrize("issue", ["", "x", "00000000-0000-0000-0000-000000000007"])
async def test_a_mark_by_an_issue_that_there_is_not_is_refused(office: Office, issue: str) -> None:
    head, one = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    async with office.at_desk(head, pages=True) as desk:
        assert (await desk.post(f"{PAGE}/{one.id}/marks", data={"issue": issue})).status_code == 404


async def test_an_initiative_of_another_municipality_is_not_marked(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    served, foreign = await office.submit(SETTLEMENT), await office.submit(OKRUG)
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги", DISTRICT)
        issue = await id_of(office, "Дороги")
        for each in (served, foreign):
            answer = await desk.post(f"{PAGE}/{each.id}/marks", data={"issue": str(issue)})
            assert answer.status_code == 404


async def test_two_that_are_renamed_alike_at_once_are_two(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги")
        await add(desk, "Мосты")
    ids = [await id_of(office, name) for name in ("Дороги", "Мосты")]

    async with office.pool.acquire() as db:
        one, other = [Issue(DISTRICT, id_, "Улицы") for id_ in ids]
        await issues.rename(db, one)
        with pytest.raises(Conflict, match="issue-named"):
            await issues.rename(db, other)


async def test_an_issue_of_another_campaign_is_named_among_its_own(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги")
        before = await id_of(office, "Дороги")
        await office.pool.execute("UPDATE key_issue SET campaign = 'autumn'")
        await add(desk, "Мосты")
        renamed = await desk.post(f"{ISSUES}/{before}/name", data={"name": "Мосты"})
        one = await office.submit()
        marked = await desk.post(f"{PAGE}/{one.id}/marks", data={"issue": str(before)})

    assert renamed.status_code == 303
    assert marked.status_code == 404


async def test_an_issue_counts_what_is_still_there(office: Office) -> None:
    head, one = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    async with office.at_desk(head, pages=True) as desk:
        await add(desk, "Дороги")
        issue = await id_of(office, "Дороги")
        await desk.post(f"{PAGE}/{one.id}/marks", data={"issue": str(issue)})
        await office.pool.execute("UPDATE initiative SET municipality = $1", OKRUG)

        assert "Дороги 0 инициатив" in await page(desk, ISSUES)
