"""The pages of questions, of who asks and of who answers, without a script."""

import re
from datetime import timedelta

from tests.hierarchy.cabinet.test_empty_forms import forms, kind, untold
from tests.hierarchy.orders.giving import HEAD, ONE, RESPONSIBLE, SECOND, TEACHER
from tests.hierarchy.orders.test_order_pages import page, send
from tests.hierarchy.questions.asking import Asking

LIST = "/cabinet/questions"
BODY = "Можно ли подать инициативу о ремонте школьной столовой?"


async def test_a_question_is_asked_answered_and_published_on_pages(asking: Asking) -> None:
    line = asking.line
    browser, office = line.browser, line.office
    await office.come(browser, TEACHER)
    empty, blank = await page(browser, LIST), await page(browser, f"{LIST}/new")
    asked = await send(browser, f"{LIST}/new", text=BODY, direction="schools", initiative="№ 1 204")
    address = asked.headers["location"].partition("?")[0]
    as_asked = await page(browser, asked.headers["location"])
    foreign = await browser.get(f"{address}/answer")

    await office.reset(browser, ONE)
    today = re.sub(r"<[^>]+>", "", await page(browser, "/cabinet"))
    waiting = await page(browser, LIST)
    answered = await send(browser, f"{address}/answer", text="Можно.")
    offered = await page(browser, answered.headers["location"])
    again = await send(browser, f"{address}/answer", text="Ещё раз.")
    over = await browser.get(f"{address}/answer")
    prefilled = await page(browser, f"{address}/publication")
    published = await send(browser, f"{address}/publication", text=BODY)

    await office.come(browser, SECOND)
    found = await send(browser, f"{LIST}/new", text="как подать инициативу про столовые", find="alike")
    by_script = await send(browser, f"{LIST}/new/alike", text="ремонт столовой")
    read = await page(browser, f"{LIST}?tab=published&q=ремонт")
    reader = await page(browser, address)

    assert "Вопросов пока нет" in empty
    assert "Найти похожие" in blank
    assert "рабочая группа «Школы»" in as_asked
    assert 'href="/determination?status=all&q=1204"' in as_asked
    assert "Отозвать вопрос" in as_asked
    assert foreign.status_code == 403
    assert "1 вопрос без ответа" in today
    assert BODY in waiting
    assert (answered.status_code, published.status_code) == (303, 303)
    assert "Опубликовать для других" in offered
    assert (again.status_code, over.status_code) == (409, 409)
    assert BODY in prefilled
    assert found.status_code == 200
    assert "как подать инициативу про столовые" in found.text
    for shown in (found.text, by_script.text, read):
        assert "ремонте школьной столовой" in shown
    assert "<main" not in by_script.text
    assert "Учителев" not in found.text + read + reader


async def test_a_late_question_is_seen_above_and_transferred_on_a_page(asking: Asking) -> None:
    line = asking.line
    asked = await asking.ask(TEACHER)
    await asking.past(asked.id)
    await line.office.reset(line.browser, HEAD)
    below = re.sub(r"<[^>]+>", "", await page(line.browser, "/cabinet"))
    late = await page(line.browser, f"{LIST}?tab=held&which=overdue")
    await line.office.come(line.browser, RESPONSIBLE)
    await asking.keep()
    letter = await line.office.letter_to(RESPONSIBLE)
    climbed = await page(line.browser, f"{LIST}/{asked.id}")
    choice = await page(line.browser, f"{LIST}/{asked.id}/transfer")
    form = {"group": line.rest, "reason": "Их тема"}
    transferred = await send(line.browser, f"{LIST}/{asked.id}/transfer", **form)
    history = await page(line.browser, transferred.headers["location"])
    line.office.now += timedelta(minutes=1)
    elsewhere = await page(line.browser, f"{LIST}?tab=held&which=below")

    assert "1 вопрос без ответа в срок у групп" in below
    assert "просрочен" in late
    assert letter.startswith("Здравствуйте")
    assert "На этот вопрос не ответили в срок" in letter
    assert "поднят выше" in climbed
    assert "Остальное" in choice
    assert "координационная группа → рабочая группа «Остальное». Их тема" in history
    assert "у рабочей группы «Остальное»" in elsewhere


async def test_every_form_of_a_question_names_what_is_missing(asking: Asking) -> None:
    line = asking.line
    asked, answered = await asking.ask(TEACHER), await asking.ask(TEACHER, "И ещё?")
    await asking.answer(ONE, answered.id)
    await line.office.reset(line.browser, ONE)
    address = f"{LIST}/{asked.id}"

    starts = (f"{LIST}/new", f"{address}/answer", f"{address}/transfer", f"{LIST}/{answered.id}/publication")
    found = await forms(line.browser, *starts)

    ours = {action: form for action, form in found.items() if "/questions/" in action}
    names = {kind(action).rpartition("/")[2] for action in ours}
    assert names == {"new", "answer", "transfer", "publication"}
    wrong = [told for action, form in ours.items() for told in await untold(line.browser, action, *form)]
    assert wrong == []


async def test_the_api_lists_and_answers_and_a_stranger_finds_nothing(asking: Asking) -> None:
    line, address = asking.line, "/api/v1/questions"
    browser, office = line.browser, line.office
    await office.come(browser, TEACHER)
    headers = {"Idempotency-Key": "ask-once"}
    given = {"text": BODY, "about": {"direction": "schools"}}
    asked = [await browser.post(address, json=given, headers=headers) for _ in range(2)]
    id_ = asked[0].json()["id"]
    mine = (await browser.get(f"{address}?which=open&limit=1")).json()
    wrong = await browser.post(address, json={"text": "x", "about": {"initiative": "лес"}})
    huge = await browser.post(address, json={"text": "ж" * 400_000})

    asked_badly = [
        (await browser.get(f"{start}?which=%00&direction=%00&q=%00{'ж' * 900}")).status_code
        for start in (address, f"{address}/held", f"{address}/published")
    ]
    shown_badly = await browser.get(f"{LIST}?tab=published&which=%00&direction=%00&q=%00")

    await office.reset(browser, ONE)
    held = (await browser.get(f"{address}/held")).json()
    answered = await browser.post(f"{address}/{id_}/answer", json={"text": "Да"})
    published = await browser.post(f"{address}/{id_}/publication", json={})
    shown = (await browser.get(f"{address}/{id_}")).json()
    await office.come(browser, SECOND)
    read = (await browser.get(f"{address}/{id_}")).json()
    found = (await browser.get(f"{address}/published?q=столовая")).json()

    assert [answer.status_code for answer in asked] == [201, 201]
    assert asked[0].json() == asked[1].json()
    assert [each["id"] for each in mine["items"]] == [each["id"] for each in held["items"]] == [id_]
    assert (wrong.status_code, huge.status_code) == (422, 422)
    assert (set(asked_badly), shown_badly.status_code) == ({422}, 200)
    assert (answered.status_code, published.json()["direction"]) == (200, "schools")
    assert [step["what"] for step in shown["steps"]] == ["published", "answered", "asked"]
    assert (read["asker"], read["steps"], read["answer"]) == ("", [], "Да")
    assert [each["id"] for each in found["items"]] == [id_]
