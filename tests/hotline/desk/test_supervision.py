"""The work of a line, for those who supervise it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.directory.grants import Staff
from services.directory.regulation import DEFAULT_WEEK
from services.directory.staff import grants_of
from services.hotline.desk.store import supervision
from services.hotline.inquiries.commands.escalate import escalate_due
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.domain.lines import Described
from tests.factories import DISTRICT, OKRUG
from tests.hotline.calls.exchange import connect
from tests.hotline.desk.working import DESK, ask, case, known, operator, page, send
from tests.hotline.staffed import GROUP, Staffed

HERE = f"{DESK}/supervision"


async def test_a_supervisor_sees_who_has_how_much(line: Staffed) -> None:
    first, second, answered = [await ask(line) for _ in range(3)]
    async with line.browser(await operator(line, "Инна Иванова")) as browser:
        await send(browser, f"{case(first.id)}/taking")
        await send(browser, f"{case(answered.id)}/answers", text="Вот так.")
        assert (await browser.get(HERE)).status_code == 403
    deputy = await line.grant(Role.DEPUTY, DISTRICT, DISTRICT, "Лидия")
    async with line.browser(deputy) as browser:
        shown = await page(browser, HERE)
        assert "Открыто 2" in shown
        assert "Ответов сегодня 1" in shown
        assert "Инна Иванова 1 0 0" in shown
        assert f"№ {second.number}" in shown
        file = await browser.get(f"{HERE}?format=csv")
        assert "Инна Иванова" in file.content.decode("utf-8-sig")
        assert (await browser.get(f"{HERE}?format=xlsx")).content[:2] == b"PK"
        assert (await browser.get(f"{HERE}?format=exe")).status_code == 404


async def test_a_leader_supervises_the_line_that_their_group_owns(line: Staffed) -> None:
    opened = await ask(line)
    leader = await line.grant(Role.LEADER, str(GROUP), DISTRICT, "Лидия")
    async with line.browser(leader) as browser:
        await (await connect(line, browser)).tell("newCall")

        assert (await browser.get(HERE)).status_code == 403
        assert "920" not in await page(browser, f"{DESK}/calls")
        assert HERE not in (await browser.get(DESK)).text

        await line.pool.execute(
            "UPDATE line SET working_group = $1, act_number = '1', act_day = $2", GROUP, line.now
        )
        assert f"№ {opened.number}" in await page(browser, HERE)
        assert "920" in await page(browser, f"{DESK}/calls")


async def test_each_line_stands_by_itself_whatever_its_name(line: Staffed) -> None:
    who = uuid4()
    for place in (DISTRICT, OKRUG):
        await ask(line, municipality=place, organization=None)
        await line.grant_more(who, Role.HEAD, place, place)
    token = await line.grant_more(who, Role.HEAD, OKRUG, OKRUG)
    async with line.browser(token) as browser:
        for place in (DISTRICT, OKRUG):
            given = Described(place, "Горячая линия", ["8 (4932) 32-61-12"], "", "", DEFAULT_WEEK)
            async with line.pool.acquire() as db:
                by = Staff(who, uuid4(), await grants_of(db, who, line.now), "Глава")
            await define_line(line.pool, known(line), by, given, Moment(line.now))
        shown = (await browser.get(HERE)).text

    assert shown.count("Горячая линия – ") == 2
    assert "overdue=1&amp;holder=nobody" in shown
    assert "amp;amp;" not in shown


async def test_what_was_late_today_stands_first(line: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = await ask(line)
    line.now = opened.promised_by + timedelta(minutes=1)
    assert await escalate_due(line.pool, known(line), line.now) == 1
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(head) as browser:
        shown = await page(browser, HERE)
        assert "Сроков нарушено сегодня 1" in shown
        one = await page(browser, case(opened.id))
        assert "Обещано заявителю: просрочено на" in one
        assert "поднято выше" in one
        assert "first-answer" not in one
        monkeypatch.setattr(supervision, "SHOWN", 0)
        assert "Сроков нарушено сегодня 1" in await page(browser, HERE), "however many are shown"
        assert shown.index("Сроки нарушены сегодня") < shown.index("Ждут дольше всех")
        line.now += timedelta(days=1)
        assert "Сроков нарушено сегодня 0" in await page(browser, HERE)


async def test_a_line_without_cases_says_so(line: Staffed) -> None:
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(head) as browser:
        assert "Обращений пока нет" in await page(browser, HERE)
