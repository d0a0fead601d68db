"""The queue of the desk: what is shown, in which words, to whom."""

from datetime import timedelta

from tests.hotline.desk.working import DESK, ask, operator, page
from tests.hotline.staffed import Staffed


async def test_an_empty_desk_says_what_comes(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)

    assert "Открытых обращений нет" in shown
    assert "Записать звонок" in shown


async def test_the_clock_says_how_much_time_is_left(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)
        assert f"№ {opened.number} Новое осталось" in shown
        line.now = opened.promised_by + timedelta(days=9)
        late = await page(browser, DESK)

    assert "просрочено на" in late
    assert "Просрочено 1" in late
