"""The work of a line, for those who supervise it."""

from datetime import timedelta

from contracts.appointments import Role
from services.hotline.inquiries.commands.escalate import escalate_due
from tests.factories import DISTRICT
from tests.hotline.desk.working import DESK, ask, case, known, operator, page, send
from tests.hotline.staffed import GROUP, Staffed

HERE = f"{DESK}/supervision"


async def test_a_supervisor_sees_who_has_how_much(line: Staffed) -> None:
    first, second, answered = [await ask(line) for _ in range(3)]
    async with line.browser(await operator(line, "Инна Иванова")) as browser:
        await send(browser, f"{case(first.id)}/taking")
        await send(browser, f"{case(answered.id)}/answers", text="Вот так.")
        assert (await browser.get(HERE)).status_code == 403
    leader = await line.grant(Role.LEADER, str(GROUP), DISTRICT, "Лидия")
    async with line.browser(leader) as browser:
        shown = await page(browser, HERE)
        assert "Открыто 2" in shown
        assert "Ответов сегодня 1" in shown
        assert "Инна Иванова 1 0 0" in shown
        assert f"№ {second.number}" in shown
        file = await browser.get(f"{HERE}?format=csv")
        assert "Инна Иванова" in file.content.decode("utf-8-sig")
        assert (await browser.get(f"{HERE}?format=xlsx")).content[:2] == b"PK"
        assert (await browser.get(f"{HERE}?format=exe")).status_code == 404


async def test_what_was_late_today_stands_first(line: Staffed) -> None:
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
        assert shown.index("Сроки нарушены сегодня") < shown.index("Ждут дольше всех")
        line.now += timedelta(days=1)
        assert "Сроков нарушено сегодня 0" in await page(browser, HERE)


async def test_a_line_without_cases_says_so(line: Staffed) -> None:
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(head) as browser:
        assert "Обращений пока нет" in await page(browser, HERE)
