"""Who decides over a colleague's case: more than to see it. Row by row."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.directory.grants import Staff
from services.directory.regulation import DEFAULT_WEEK
from services.directory.staff import grants_of
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.domain.lines import Described
from tests.factories import DISTRICT
from tests.hotline.desk.working import ask, case, known, page, send
from tests.hotline.staffed import GROUP, SCHOOL, Staffed

OTHER_GROUP = UUID(int=21)
"""Has had the case, and so sees it still."""

OWNER, PASSED = str(GROUP), str(OTHER_GROUP)

ROWS = [
    (Role.HEAD, DISTRICT, True),
    (Role.CLERK, DISTRICT, True),
    (Role.RESPONSIBLE, DISTRICT, True),
    (Role.DEPUTY, DISTRICT, True),
    (Role.LEADER, OWNER, True),
    (Role.LEADER, PASSED, False),
    (Role.MEMBER, OWNER, False),
    (Role.HOTLINE_OPERATOR, DISTRICT, False),
    (Role.COORDINATOR, str(SCHOOL), False),
]
"""Role, over what, and whether they decide over a case of the line that a colleague has."""


async def owned_line(line: Staffed) -> None:
    """The group owns the line of the district."""
    account = uuid4()
    await line.grant_more(account, Role.HEAD, DISTRICT, DISTRICT)
    async with line.pool.acquire() as db:
        by = Staff(account, uuid4(), await grants_of(db, account, line.now), "Глава")
    given = Described(DISTRICT, "Линия", ["8 (4932) 32-61-12"], "", "", DEFAULT_WEEK)
    await define_line(line.pool, known(line), by, given, Moment(line.now))
    await line.pool.execute("UPDATE line SET working_group = $1", GROUP)


async def taken(line: Staffed) -> tuple[UUID, UUID]:
    """A case that everybody of the rows sees and an operator has; and the operator."""
    await owned_line(line)
    id_, account = (await ask(line)).id, uuid4()
    operator = await line.grant_more(account, Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT, "Ольга Орлова")
    async with line.browser(operator) as browser:
        assert (await send(browser, f"{case(id_)}/taking")).status_code == 303
    for nth, (group, organization) in enumerate([(GROUP, None), (OTHER_GROUP, None), (None, SCHOOL)], 2):
        await line.pool.execute(
            "INSERT INTO inquiry_level VALUES ($1, $2, $3, 'group', $4, $5, $6, 'transferred')",
            *(DISTRICT, id_, nth, group, organization, line.now),
        )
    return id_, account


async def tried(line: Staffed, token: str, id_: UUID, holder: UUID) -> dict[str, Any]:
    async with line.browser(token) as browser:
        shown = await page(browser, case(id_))
        assigned = await send(browser, f"{case(id_)}/assignments", account=str(holder))
        over = await send(browser, f"{case(id_)}/taking", instead_of=str(holder))
    return {"offers": "Поручить" in shown, "assigned": assigned.status_code, "over": over.status_code}


@pytest.mark.parametrize(("role", "of", "decides"), ROWS)
async def test_who_takes_over_and_assigns_what_a_colleague_has(
    line: Staffed, role: Role, of: str, decides: bool
) -> None:
    id_, holder = await taken(line)
    who = await line.grant(role, of, DISTRICT, "Лидия")

    found = await tried(line, who, id_, holder)

    done = 303 if decides else 403
    assert found == {"offers": decides, "assigned": done, "over": done}


async def test_the_leader_of_the_group_that_has_a_case_decides_over_it_and_no_other_one(
    line: Staffed,
) -> None:
    id_, holder = await taken(line)
    await line.pool.execute("UPDATE inquiry SET level = 'group', holder_group = $1", OTHER_GROUP)
    leader = await line.grant(Role.LEADER, PASSED, DISTRICT, "Лидия")

    here = await tried(line, leader, id_, holder)
    await line.pool.execute("UPDATE inquiry SET holder = $1, holder_group = $2", holder, UUID(int=22))
    gone = await tried(line, leader, id_, holder)

    assert (here["assigned"], here["over"]) == (303, 303)
    assert (gone["assigned"], gone["over"]) == (403, 403)


@pytest.mark.parametrize(("of", "status"), [(OWNER, 303), (PASSED, 403)])
async def test_who_undoes_that_it_was_spam(line: Staffed, of: str, status: int) -> None:
    id_, _ = await taken(line)
    await line.pool.execute("UPDATE inquiry SET status = 'spam', closed_at = $1", line.now)
    async with line.browser(await line.grant(Role.LEADER, of, DISTRICT, "Лидия")) as browser:
        answer = await send(browser, f"{case(id_)}/restoring")

    assert answer.status_code == status
    if status == 403:
        assert "руководитель рабочей группы, которая ведёт линию" in answer.text
