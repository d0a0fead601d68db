"""The queue of the desk: what is shown, in which words, to whom."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

from contracts.appointments import Role
from services.hotline.inquiries.commands.escalate import escalate_due
from tests.factories import DISTRICT, OKRUG
from tests.hotline.calls.exchange import connect
from tests.hotline.desk.working import (
    DESK,
    ask,
    between_campaigns,
    case,
    known,
    operator,
    page,
    send,
)
from tests.hotline.staffed import GROUP, Staffed

STEPS = ("taking", "answers", "notes", "transfers", "returns", "closing", "spam", "drafts")


async def test_an_empty_desk_says_what_comes(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)

    assert "Открытых обращений нет" in shown
    assert "Записать обращение" in shown


async def test_the_head_of_every_page_says_who_is_signed_in_and_lets_them_out(line: Staffed) -> None:
    async with line.browser(await operator(line, "Орлова Ольга Петровна")) as browser:
        answer = await browser.get(DESK)

    assert "О. П. Орлова" in answer.text.replace("\N{NO-BREAK SPACE}", " ")
    assert 'action="/staff/sign-out"' in answer.text


async def test_the_clock_says_how_much_time_is_left(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)
        assert f"№ {opened.number} Новое осталось" in shown
        line.now = opened.promised_by + timedelta(days=9)
        late = await page(browser, DESK)

    assert "просрочено на" in late
    assert "Просрочено 1" in late


async def test_while_the_initiator_is_asked_no_time_is_left(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(opened.id)}/answers", text="Из какой вы школы?", ask="1")
        shown = await page(browser, DESK)
        one = await page(browser, case(opened.id))

    assert "Ждём заявителя" in shown
    assert "осталось" not in shown
    assert "ждём заявителя, срок стоит" in one


async def test_between_two_campaigns_the_desk_is_open(line: Staffed) -> None:
    opened = await ask(line)
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(await operator(line)) as browser:
        await (await connect(line, browser)).tell("newCall")
        with between_campaigns(line):
            assert f"№ {opened.number} Новое осталось" in await page(browser, DESK)
            assert "Звонит +7 920 123-45-67" in await page(browser, DESK)
            one = await page(browser, case(opened.id))
    assert "Обещано заявителю: осталось" in one
    assert "Передать" not in one, "nobody holds anything"
    async with line.browser(head) as browser:
        with between_campaigns(line):
            assert "Открыто 1" in await page(browser, f"{DESK}/supervision")
            assert (await browser.get(f"{DESK}/supervision?format=csv")).status_code == 200


async def test_a_case_of_which_was_warned_is_marked(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        assert "clock good" in (await browser.get(DESK)).text
        clocks = await line.pool.fetch("SELECT warns_at FROM inquiry_clock")
        line.now = min(row["warns_at"] for row in clocks) + timedelta(seconds=1)
        assert await escalate_due(line.pool, known(line), line.now) == 1

        for path in (DESK, case(opened.id)):
            shown = (await browser.get(path)).text
            assert "clock wait" in shown, path


async def test_filters_stand_in_the_address(line: Staffed) -> None:
    first, second = await ask(line, "Про дороги"), await ask(line, "Про свет", theme="wording")
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(first.id)}/taking")

        def numbers(shown: str) -> list[bool]:
            return [f"№ {each.number}" in shown for each in (first, second)]

        assert numbers(await page(browser, DESK)) == [True, True]
        assert numbers(await page(browser, f"{DESK}?holder=mine")) == [True, False]
        assert numbers(await page(browser, f"{DESK}?holder=nobody")) == [False, True]
        assert numbers(await page(browser, f"{DESK}?holder=level:hotline")) == [True, True]
        assert numbers(await page(browser, f"{DESK}?holder=level:head")) == [False, False]
        assert numbers(await page(browser, f"{DESK}?theme=wording")) == [False, True]
        assert numbers(await page(browser, f"{DESK}?channel=phone")) == [False, False]
        assert numbers(await page(browser, f"{DESK}?state=taken")) == [True, False]
        assert numbers(await page(browser, f"{DESK}?q=свет")) == [False, True]
        assert numbers(await page(browser, f"{DESK}?q=№ {first.number}")) == [True, False]
        assert numbers(await page(browser, f"{DESK}?overdue=1")) == [False, False]


async def test_filters_hold_for_what_is_searched_among_the_ended(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(opened.id)}/answers", text="Вот так.")

        sought = f"{DESK}?state=ended&q={opened.number}"
        for more, found in (
            ("", True),
            ("&theme=other", True),
            ("&theme=wording", False),
            ("&channel=phone", False),
        ):
            assert (f"№ {opened.number}" in await page(browser, sought + more)) is found, more


async def test_what_has_ended_is_neither_overdue_nor_nobodys(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(opened.id)}/answers", text="Вот так.")

        for state in ("ended", "answered"):
            asked = f"{DESK}?state={state}&theme=other"
            usual = (await browser.get(asked)).text
            assert 'value="nobody"' not in usual, state
            assert 'name="overdue"' not in usual, state
            for more in ("&overdue=1", "&holder=nobody", "&overdue=1&holder=nobody"):
                html = (await browser.get(asked + more)).text
                assert f"№ {opened.number}" in html, more
                assert "Ничьи и просроченные бывают только среди открытых" in html, more
                assert f"{case(opened.id)}?state={state}&theme=other" in unescape(html), more
            assert "бывают только среди открытых" not in usual
        for more in ("q=nobody", "theme=nobody", "holder=mine"):
            assert "бывают только" not in await page(browser, f"{DESK}?state=ended&{more}"), more
        shown = (await browser.get(f"{DESK}?overdue=1&holder=nobody")).text

    assert 'value="nobody"' in shown
    assert 'name="overdue"' in shown
    assert "бывают только среди открытых" not in shown


async def test_a_filter_that_is_nonsense_shows_a_page(line: Staffed) -> None:
    await ask(line)
    async with line.browser(await operator(line)) as browser:
        for query in (
            "state=%00",
            f"state={'x' * 3000}",
            "holder=group:nobody",
            f"holder={uuid4()}",
            "holder=level:throne",
            "channel=pigeon",
            "theme=%E2%80%AEabc",
            "after=yesterday",
            "q=%00%00",
            f"q={'9' * 500}",
        ):
            assert (await browser.get(f"{DESK}?{query}")).status_code == 200, query


async def test_the_queue_goes_on_where_it_ended(line: Staffed) -> None:
    numbers = [(await ask(line, f"Вопрос {nth}")).number for nth in range(52)]
    async with line.browser(await operator(line)) as browser:
        first = (await browser.get(f"{DESK}?theme=other")).text
        onward = unescape(first.split('class="more"')[1].split('href="')[1].split('"')[0])
        rest = await page(browser, onward)

    assert "theme=other" in onward
    assert [number for number in numbers if f"№ {number} " in rest] == numbers[50:]


async def test_nobody_sees_the_cases_of_another_municipality(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line, municipality=OKRUG)) as browser:
        assert "Открытых обращений нет" in await page(browser, DESK)
        assert (await browser.get(case(opened.id))).status_code == 404
        for step in (
            "taking",
            "answers",
            "notes",
            "transfers",
            "returns",
            "closing",
            "spam",
            "merging",
            "drafts",
        ):
            sent = await send(
                browser, f"{case(opened.id)}/{step}", text="Чужое", into="1", to="coordination:"
            )
            assert sent.status_code == 404, step


async def test_a_group_has_the_same_page_with_its_cases(line: Staffed) -> None:
    ours, theirs = await ask(line), await ask(line)
    member = await line.grant(Role.MEMBER, str(GROUP), DISTRICT, "Матвей")
    async with line.browser(await operator(line)) as browser:
        sent = await send(browser, f"{case(ours.id)}/transfers", to=f"group:{GROUP}", why="Ваш вопрос")
        assert sent.status_code == 303

    async with line.browser(member) as browser:
        shown = await page(browser, f"{DESK}?holder=group:{GROUP}")
        assert f"№ {ours.number}" in shown
        assert f"№ {theirs.number}" not in await page(browser, DESK)
        assert (await send(browser, f"{case(ours.id)}/taking")).headers["location"].endswith("done=taken")
        assert "Обращение у вас" in await page(browser, f"{case(ours.id)}?done=taken")


async def test_the_first_page_of_the_staff_says_what_waits(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        part = (await browser.get("/hotline/waiting", headers={"HX-Request": "true"})).text

    assert "<html" not in part
    assert f"№ {opened.number}" in part
    assert 'href="/hotline?holder=nobody"' in part


async def test_who_is_not_signed_in_is_asked_to(line: Staffed) -> None:
    async with line.browser() as browser:
        for path in (
            DESK,
            "/hotline/supervision",
            "/hotline/calls",
            "/hotline/cases/new",
            "/hotline/waiting",
        ):
            assert (await browser.get(path)).headers["location"].startswith("/staff/renewal?next=")
        assert (await browser.get("/hotline/live")).status_code == 401


async def test_who_decides_on_nothing_has_no_initiatives_in_the_menu(line: Staffed) -> None:
    async with line.browser(await operator(line)) as of_operator:
        theirs = unescape((await of_operator.get(DESK)).text)
    async with line.browser(await line.grant(Role.HEAD, DISTRICT)) as of_head:
        heads = unescape((await of_head.get(DESK)).text)

    assert ('href="/determination"' in theirs, 'href="/determination"' in heads) == (False, True)
