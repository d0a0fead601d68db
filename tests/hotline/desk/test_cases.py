"""A case at the desk: its steps, what is typed, and what is refused."""

import asyncio
from datetime import timedelta

from contracts.appointments import Role
from contracts.hotline import Channel
from services.chassis.db.idempotency import Moment
from services.directory.regulation import DEFAULT_WEEK
from services.hotline.inquiries.commands.reply_to_inquiry import Reply, reply_to_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.domain.lines import Described
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from tests.factories import DISTRICT
from tests.hotline.calls.exchange import head
from tests.hotline.desk.working import DESK, ask, case, known, operator, page, send, words
from tests.hotline.staffed import GROUP, OTHER_SCHOOL, Staffed


async def test_a_case_is_taken_answered_and_closed(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        assert "Взять в работу" in await page(browser, case(opened.id))
        await send(browser, f"{case(opened.id)}/taking")
        answered = await send(browser, f"{case(opened.id)}/answers", text="Вот так.")
        assert answered.headers["location"] == f"{case(opened.id)}?done=answered"
        assert "Есть ответ" in await page(browser, case(opened.id))
        await send(browser, f"{case(opened.id)}/closing")
        shown = await page(browser, f"{case(opened.id)}?done=closed")

    assert "Обращение закрыто." in shown
    assert "Вот так." in shown


async def test_of_two_who_take_it_one_learns_who_has_it(line: Staffed) -> None:
    opened = await ask(line)
    tokens = [await operator(line, "Ольга Орлова"), await operator(line, "Инна Иванова")]
    async with line.browser(tokens[0]) as first, line.browser(tokens[1]) as second:
        answers = await asyncio.gather(*(send(each, f"{case(opened.id)}/taking") for each in (first, second)))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    winner = "Ольга Орлова" if answers[0].status_code == 303 else "Инна Иванова"
    assert f"уже взял(а): {winner}" in refused.text


async def test_filters_stay_while_a_case_is_worked_on(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        sent = await send(browser, f"{case(opened.id)}/taking?holder=mine&q=подать")

    assert "holder=mine" in sent.headers["location"]
    assert "q=" in sent.headers["location"]


async def test_what_is_refused_stays_typed_at_its_own_field(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        note = await send(browser, f"{case(opened.id)}/notes", note=" ", text="Половина ответа")
        assert note.status_code == 422
        assert 'href="#note"' in note.text
        assert "Половина ответа" in note.text
        long = await send(browser, f"{case(opened.id)}/answers", text="а" * 10_001)
        assert "Сократите ответ" in long.text
        assert "а" * 10_001 in long.text
        why = await send(browser, f"{case(opened.id)}/transfers", to="coordination:", why="б" * 2_001)
        assert 'href="#why"' in why.text
        for to in ("", "throne:", "\x00", "hotline:"):
            assert (await send(browser, f"{case(opened.id)}/transfers", to=to)).status_code in (404, 409, 422)


async def test_the_group_that_answers_for_it_is_proposed_first(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, case(opened.id))

    assert shown.index("отвечает за эту тему") < shown.index("Координационная группа")


async def test_what_was_passed_on_comes_back_with_a_reason(line: Staffed) -> None:
    opened = await ask(line)
    member = await line.grant(Role.MEMBER, str(GROUP), DISTRICT, "Матвей")
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(opened.id)}/transfers", to=f"group:{GROUP}")
    async with line.browser(member) as browser:
        assert "Вернуть" in await page(browser, case(opened.id))
        empty = await send(browser, f"{case(opened.id)}/returns", reason="")
        assert "Напишите, почему вы возвращаете обращение." in empty.text
        sent = await send(browser, f"{case(opened.id)}/returns", reason="Это не к нам")
        assert sent.status_code == 303
        assert "Это не к нам" in await page(browser, case(opened.id))


async def test_two_of_the_same_are_merged_by_number(line: Staffed) -> None:
    one, other = await ask(line), await ask(line)
    async with line.browser(await operator(line)) as browser:
        for wrong, said in (("", "Укажите номер"), ("сто", "Укажите номер"), ("999999999", "здесь нет")):
            refused = await send(browser, f"{case(one.id)}/merging", into=wrong)
            assert refused.status_code == 422
            assert said in refused.text
        itself = await send(browser, f"{case(one.id)}/merging", into=str(one.number))
        assert itself.status_code == 422
        sent = await send(browser, f"{case(one.id)}/merging", into=f"№ {other.number}")
        assert sent.headers["location"] == f"{case(other.id)}?done=merged"
        assert "Объединено" in await page(browser, case(one.id))


async def test_what_was_merged_is_read_in_the_other_in_order_of_time(line: Staffed) -> None:
    one = await ask(line, "Первые слова")
    line.now += timedelta(minutes=1)
    other = await ask(line, "Вторые слова")
    async with line.browser(await operator(line)) as browser:
        line.now += timedelta(minutes=1)
        await send(browser, f"{case(one.id)}/merging", into=str(other.number))
        line.now += timedelta(minutes=1)
        reply = Reply(DISTRICT, one.id, "Третьи слова", Channel.WEB)
        await reply_to_inquiry(line.pool, known(line), reply, Moment(line.now))

        shown = (await page(browser, case(other.id))).partition("Взять в работу")[2]

    places = [shown.index(words) for words in ("Первые слова", "Вторые слова", "Третьи слова")]
    assert places == sorted(places)
    assert f"№ {one.number}" in shown[: places[0]]
    assert f"№ {one.number}" in shown[places[1] : places[2]]
    assert f"№ {other.number}" not in shown[places[0] : places[1]]


async def test_theme_and_organization_are_corrected(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        wrong = await send(
            browser, f"{case(opened.id)}/correction", theme="no", organization=str(OTHER_SCHOOL)
        )
        assert wrong.status_code == 422
        assert 'href="#theme"' in wrong.text
        assert 'href="#organization"' in wrong.text
        sent = await send(browser, f"{case(opened.id)}/correction", theme="wording", organization="")
        assert sent.status_code == 303
        assert "Помощь с формулировкой" in await page(browser, case(opened.id))


async def test_spam_is_undone_by_a_supervisor_alone(line: Staffed) -> None:
    opened = await ask(line)
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(opened.id)}/spam")
        assert "Вернуть в работу" not in await page(browser, case(opened.id))
        assert (await send(browser, f"{case(opened.id)}/restoring")).status_code == 403
    async with line.browser(head) as browser:
        assert (await send(browser, f"{case(opened.id)}/restoring")).status_code == 303
        assert "Новое" in await page(browser, case(opened.id))


async def test_a_form_sent_twice_is_done_once(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        fields = {"form_key": "once", "note": "Перезвонить"}
        for _ in range(2):
            assert (await browser.post(f"{case(opened.id)}/notes", data=fields)).status_code == 303
        shown = await page(browser, case(opened.id))

    assert shown.count("Перезвонить") == 1


async def test_a_question_back_says_where_to_answer(line: Staffed) -> None:
    first, second = await ask(line), await ask(line)
    _, who = await head(line)
    async with line.browser(await operator(line)) as browser:
        await send(browser, f"{case(first.id)}/answers", text="Из какой вы школы?", ask="1")
        given = Described(DISTRICT, "Линия", ["8 (4932) 32-61-12"], "line@example.org", "", DEFAULT_WEEK)
        await define_line(line.pool, known(line), who, given, Moment(line.now))
        await send(browser, f"{case(second.id)}/answers", text="Из какой вы школы?", ask="1")

    letters = await line.pool.fetch("SELECT body FROM letter WHERE subject LIKE 'Уточните%' ORDER BY id")
    before, after = (row["body"] for row in letters)
    assert "Ответьте на странице обращения: http" in before
    assert "Ответьте на это письмо или на странице обращения: http" in after


async def test_a_case_is_given_only_to_those_who_see_it(line: Staffed) -> None:
    opened = await ask(line)
    member = await line.grant(Role.MEMBER, str(GROUP), DISTRICT, "Матвей")
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(member) as browser:
        await page(browser, DESK)
    account = str(await line.pool.fetchval("SELECT account FROM colleague WHERE name = 'Матвей'"))
    async with line.browser(head) as browser:
        assert "Матвей" not in await page(browser, case(opened.id))
        assert (await send(browser, f"{case(opened.id)}/assignments", account=account)).status_code == 422

        await send(browser, f"{case(opened.id)}/transfers", to=f"group:{GROUP}")

        assert "Матвей" in await page(browser, case(opened.id))
        assert (await send(browser, f"{case(opened.id)}/assignments", account=account)).status_code == 303


async def test_a_link_is_replaced(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        assert "Заменить ссылку" in await page(browser, case(opened.id))
        sent = await send(browser, f"{case(opened.id)}/link")
        shown = await page(browser, sent.headers["location"])

    assert "новая ушла заявителю письмом" in shown
    assert "Ссылка заменена" in shown.split("Взять в работу")[1]
    assert "link-revoked" not in shown
    assert await line.pool.fetchval("SELECT count(*) FROM letter WHERE subject LIKE 'Новая ссылка%'") == 1


async def test_what_was_erased_is_said_in_words(line: Staffed) -> None:
    opened = await ask(line)
    await erase_inquiry(line.pool, known(line), Erasure(DISTRICT, opened.id), Moment(line.now))
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, case(opened.id))

    assert "Данные удалены" in shown
    assert "erased" not in shown


async def test_markup_of_an_initiator_is_text(line: Staffed) -> None:
    opened = await ask(line, "<script>alert(1)</script> {{ 7 * 7 }}")
    async with line.browser(await operator(line)) as browser:
        for path in (case(opened.id), DESK):
            shown = (await browser.get(path)).text
            assert "<script>alert" not in shown
            assert "{{ 7 * 7 }}" in shown


async def test_a_case_is_given_to_a_colleague(line: Staffed) -> None:
    opened = await ask(line)
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    async with line.browser(await operator(line, "Инна Иванова")) as browser:
        await page(browser, DESK)
        assert "Поручить коллеге" not in await page(browser, case(opened.id))
        assert (await send(browser, f"{case(opened.id)}/assignments", account="x")).status_code == 403
    colleague = await line.pool.fetchval("SELECT account FROM colleague WHERE name = 'Инна Иванова'")
    async with line.browser(head) as browser:
        assert "Поручить коллеге" in await page(browser, case(opened.id))
        wrong = await send(browser, f"{case(opened.id)}/assignments", account="")
        assert "Выберите коллегу из списка" in wrong.text
        sent = await send(browser, f"{case(opened.id)}/assignments", account=str(colleague))
        assert sent.status_code == 303
        assert "Горячая линия, Инна Иванова" in await page(browser, case(opened.id))
    audited = await line.pool.fetch("SELECT action FROM audit")
    assert [row["action"] for row in audited] == ["inquiry-assigned"]
    assert [type_ for type_, _ in await line.told()][-1].endswith("inquiry.taken.v1")


async def test_the_link_of_a_call_cannot_be_revoked_for_there_is_none(line: Staffed) -> None:
    called = await ask(line, channel=Channel.PHONE, initiator=Initiator("Пётр", phone="+79201234567"))
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, case(called.id))
        refused = await send(browser, f"{case(called.id)}/link")

    assert "Ссылки на обращение у заявителя нет." in shown
    assert "Заменить ссылку" not in shown
    assert refused.status_code == 409
    assert "он не оставил почты" in words(refused.text)
    assert await line.pool.fetchval("SELECT link_version FROM inquiry") == 1


async def test_a_link_that_no_letter_replaces_is_revoked_and_the_page_says_so(line: Staffed) -> None:
    asked = await ask(line, initiator=Initiator("Пётр", phone="+79201234567"))
    async with line.browser(await operator(line)) as browser:
        before = await browser.get(f"/hotline/inquiries/{asked.link}")
        sent = await send(browser, f"{case(asked.id)}/link")
        shown = await page(browser, sent.headers["location"])
        after = await browser.get(f"/hotline/inquiries/{asked.link}")

    assert (before.status_code, sent.status_code, after.status_code) == (200, 303, 404)
    assert "Новую отправить некуда: почты заявителя нет." in shown
    assert "новая ушла" not in shown
    assert "Ссылка не действует" in after.text
    assert await line.pool.fetchval("SELECT count(*) FROM letter") == 0
