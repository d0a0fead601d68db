"""Answers to reuse: drafted, approved, changed while the old one stays in use, published, removed."""

import asyncio
from html import unescape
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db import tenancy
from services.hotline.answers.store import answers
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.answers.drafting import (
    WORDING,
    approve,
    approved,
    draft,
    found,
    leader,
    operator,
    publish,
)
from tests.hotline.staffed import Staffed

LINE = """INSERT INTO line (municipality, id, name, phones, email, address, week, help, working_group,
                  act_number, closed, version, changed_at)
VALUES ($1, $2, 'Линия', '{}', '', '', '[]', '[]', $3, '', false, 1, now())"""


async def test_a_draft_is_sent_by_nobody_until_the_group_approves_it(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        id_ = await draft(browser)
        assert await found(browser, "регистрация") == []

        refused = await browser.post(f"/hotline/answers/{id_}/approval", data={"nth": "1"})
        assert refused.status_code == 403
        assert "утверждает рабочая группа" in refused.text

    async with line.browser(await leader(line)) as browser:
        await approve(browser, id_)
        assert await found(browser, "регистрация") == [WORDING["title"]]
        page = (await browser.get(f"/hotline/answers/{id_}")).text

    assert "Операторова" in page
    assert "Лидерова" in page


async def test_the_old_version_stays_in_use_until_the_change_is_approved(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await operator(line)) as browser:
        changed = {**WORDING, "title": "Как войти", "seen": "1"}
        answer = await browser.post(f"/hotline/answers/{id_}/text", data=changed)
        assert answer.headers["location"].endswith("done=drafted")
        assert await found(browser, "", DISTRICT) == [WORDING["title"]]
        page = (await browser.get(f"/hotline/answers/{id_}")).text
        assert "Этот текст отправляют сейчас" in page

    async with line.browser(await leader(line)) as browser:
        await approve(browser, id_, nth=2)
        assert await found(browser, "", DISTRICT) == ["Как войти"]


async def test_the_same_words_again_are_no_version(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await operator(line)) as browser:
        answer = await browser.post(f"/hotline/answers/{id_}/text", data={**WORDING, "seen": "1"})

    assert answer.headers["location"].endswith("done=unchanged")


async def test_nobody_approves_what_somebody_changed_meanwhile(line: Staffed) -> None:
    async with line.browser(await leader(line)) as browser:
        id_ = await draft(browser)
        await browser.post(f"/hotline/answers/{id_}/text", data={**WORDING, "title": "Иначе", "seen": "1"})

        refused = await browser.post(f"/hotline/answers/{id_}/approval", data={"nth": "1"})

        assert refused.status_code == 409
        assert "изменил кто-то ещё" in refused.text


async def test_of_two_changes_at_once_one_is_told_of_the_other(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await leader(line)) as browser:
        forms = [{**WORDING, "title": title, "seen": "1"} for title in ("Первый", "Второй")]
        asked = [browser.post(f"/hotline/answers/{id_}/text", data=form) for form in forms]
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*asked))

    assert statuses == [303, 409]


async def test_a_form_that_is_sent_twice_makes_one_answer(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        form = {**WORDING, "municipality": DISTRICT, "form_key": uuid4().hex}
        first, second = [await browser.post("/hotline/answers/new", data=form) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert await line.pool.fetchval("SELECT count(*) FROM answer") == 1


async def test_everything_that_is_wrong_with_a_draft_is_told_at_once(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        form = {"municipality": DISTRICT, "theme": "нет", "title": "\0 \u202e", "text": "Вам {куда}"}
        refused = await browser.post("/hotline/answers/new", data=form)

    page = unescape(refused.text)
    assert refused.status_code == 422
    for sentence in ("Выберите тему", "Напишите вопрос", "Подстановки {куда} нет"):
        assert sentence in page


@pytest.mark.parametrize(("field", "length"), [("title", 201), ("text", 10_001)])
async def test_what_is_too_long_comes_back_to_be_shortened(line: Staffed, field: str, length: int) -> None:
    async with line.browser(await operator(line)) as browser:
        form = {**WORDING, "municipality": DISTRICT, field: "я" * length}
        refused = await browser.post("/hotline/answers/new", data=form)

    assert refused.status_code == 422
    assert "Сократите" in refused.text
    assert "я" * length in refused.text


async def test_another_working_group_than_the_line_s_does_not_approve(line: Staffed) -> None:
    other = uuid4()
    await line.pool.execute(LINE, DISTRICT, uuid4(), other)
    async with line.browser(await operator(line)) as browser:
        id_ = await draft(browser)
    async with line.browser(await leader(line)) as browser:
        refused = await browser.post(f"/hotline/answers/{id_}/approval", data={"nth": "1"})
        assert refused.status_code == 403
        assert "Утвердить" not in (await browser.get(f"/hotline/answers/{id_}")).text

    async with line.browser(await line.grant(Role.MEMBER, str(other), DISTRICT)) as browser:
        await approve(browser, id_)


async def test_an_answer_for_the_region_is_the_administrator_s_and_everybody_s_to_send(line: Staffed) -> None:
    await approved(line, "region", title="Что такое марафон")
    async with line.browser(await operator(line)) as browser:
        assert await found(browser, "марафон") == ["Что такое марафон"]

        form = {**WORDING, "municipality": "region"}
        assert (await browser.post("/hotline/answers/new", data=form)).status_code == 403
        kept = await browser.get("/hotline/answers/drafts?municipality=region")
        assert "Что такое марафон" in kept.text
        assert "Написать ответ" not in kept.text


async def test_a_foreign_answer_is_not_there(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await operator(line, OKRUG)) as browser:
        assert (await browser.get(f"/hotline/answers/{id_}")).status_code == 404
        assert (await browser.post(f"/hotline/answers/{id_}/approval", data={"nth": "1"})).status_code == 404
        assert (await browser.get("/hotline/answers/drafts?municipality=" + DISTRICT)).status_code == 404
        assert (await browser.get("/hotline/answers/new?municipality=" + DISTRICT)).status_code == 404
        assert (await browser.get("/hotline/answers/found?municipality=" + DISTRICT)).status_code == 404


async def test_whoever_serves_a_settlement_writes_its_answers(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        await draft(browser, SETTLEMENT)
    await approved(line, title="Ответ района")
    async with line.browser(await line.grant(Role.HEAD, SETTLEMENT, SETTLEMENT)) as browser:
        assert "Как зарегистрироваться" in (await browser.get("/hotline/answers/drafts")).text
        assert await found(browser, "", SETTLEMENT) == ["Ответ района"]


async def test_what_is_removed_is_found_no_more(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await leader(line)) as browser:
        asked = await browser.get(f"/hotline/answers/{id_}/removal")
        assert WORDING["title"] in asked.text
        assert (await browser.post(f"/hotline/answers/{id_}/removal")).status_code == 303
        assert await found(browser, "") == []
        assert (await browser.get(f"/hotline/answers/{id_}")).status_code == 404
        assert (await browser.post(f"/hotline/answers/{id_}/removal")).status_code == 404


async def test_every_use_counts_where_the_answer_was_sent(line: Staffed) -> None:
    id_ = await approved(line, "region")
    async with line.pool.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        for _ in range(2):
            await answers.used(db, DISTRICT, id_, line.now)

    async with line.browser(await operator(line)) as browser:
        asked = {"municipality": DISTRICT}
        item = (await browser.get("/api/v1/answers", params=asked)).json()["items"][0]
    async with line.browser(await operator(line, OKRUG)) as browser:
        asked = {"municipality": OKRUG}
        elsewhere = (await browser.get("/api/v1/answers", params=asked)).json()["items"][0]
    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        kept = (await browser.get("/hotline/answers/drafts")).text

    assert (item["used"], elsewhere["used"]) == (2, 0)
    assert '<td class="number">2</td>' in kept


async def test_what_waits_for_approval_stands_first_and_the_list_goes_on(line: Staffed) -> None:
    async with line.browser(await leader(line)) as browser:
        for nth in range(101):
            id_ = await draft(browser, title=f"Вопрос {nth:03}")
            if nth < 50:
                await approve(browser, id_)
        first = (await browser.get("/hotline/answers/drafts")).text
        pending = (await browser.get("/hotline/answers/drafts?state=pending")).text
        following = unescape(first.partition('class="more"')[2].partition('href="')[2].partition('"')[0])
        second = (await browser.get(following)).text

    assert first.index("Вопрос 050") < first.index("Вопрос 000")
    assert "Вопрос 049" in second
    assert "Вопрос 048" not in second
    assert "Вопрос 049" not in pending
    assert "Вопрос 100" in pending


async def test_a_head_publishes_and_hides_again(line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await leader(line)) as browser, line.browser() as anybody:
        address = f"/hotline/answers?municipality={DISTRICT}"
        assert WORDING["title"] not in (await anybody.get(address)).text
        await publish(browser, id_)
        assert WORDING["title"] in (await anybody.get(address)).text
        await browser.post(f"/hotline/answers/{id_}/publication", data={"published": "0"})
        assert WORDING["title"] not in (await anybody.get(address)).text


async def test_what_was_never_approved_is_not_published(line: Staffed) -> None:
    async with line.browser(await leader(line)) as browser:
        id_ = await draft(browser)
        refused = await browser.post(f"/hotline/answers/{id_}/publication", data={"published": "1"})

    assert refused.status_code == 409
    assert "ещё не утверждён" in refused.text


async def test_what_an_inquiry_would_fill_in_is_not_published_nor_approved_once_it_is(line: Staffed) -> None:
    personal = {**WORDING, "text": "Здравствуйте, {имя}!"}
    async with line.browser(await leader(line)) as browser:
        id_ = await draft(browser, text=personal["text"])
        await approve(browser, id_)
        refused = await browser.post(f"/hotline/answers/{id_}/publication", data={"published": "1"})
        assert refused.status_code == 422
        assert "{имя}" in refused.text

        other = await draft(browser)
        await approve(browser, other)
        await publish(browser, other)
        await browser.post(f"/hotline/answers/{other}/text", data={**personal, "seen": "1"})
        again = await browser.post(f"/hotline/answers/{other}/approval", data={"nth": "2"})
        assert again.status_code == 422


async def test_who_did_what_is_in_the_audit(line: Staffed) -> None:
    id_ = await approved(line)
    rows = await line.pool.fetch("SELECT action FROM audit WHERE subject = $1 ORDER BY id", f"answer:{id_}")

    assert [row["action"] for row in rows] == ["answer-drafted", "answer-approved"]
