"""A new case, written down while somebody speaks; what was typed survives."""

from datetime import timedelta

import orjson

from contracts.appointments import Role
from services.hotline.desk.store.drafts import PRUNED
from services.hotline.inquiries.store.inquiries import Initiator
from tests.factories import DISTRICT, OKRUG
from tests.hotline.desk.working import DESK, PETR, ask, case, operator, page, send
from tests.hotline.staffed import GROUP, SCHOOL, Staffed

NEW = f"{DESK}/cases/new"
FORM = {
    "municipality": DISTRICT,
    "channel": "phone",
    "phone": "8 920 123-45-67",
    "name": "Мария",
    "text": "Где подать?",
    "theme": "other",
}


async def test_a_call_is_written_down_and_is_its_operators(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        sent = await send(browser, NEW, **FORM, organization=str(SCHOOL))
        assert sent.status_code == 303
        assert sent.headers["location"].endswith("?done=opened")
        shown = await page(browser, sent.headers["location"])

    for said in ("Обращение записано.", "В работе", "Ольга Орлова", "Мария", "+7 920 123-45-67", "Телефон"):
        assert said in shown
    (told, taken) = await line.told()
    assert orjson.loads(told[1])["channel"] == "phone"
    assert taken[0].endswith("inquiry.taken.v1")


async def test_whoever_received_a_person_writes_it_down_for_the_line(line: Staffed) -> None:
    member = await line.grant(Role.MEMBER, str(GROUP), DISTRICT, "Матвей")
    async with line.browser(member) as browser:
        sent = await send(browser, NEW, **FORM | {"channel": "in-person", "phone": ""})
        assert sent.status_code == 303
        number = await line.pool.fetchval("SELECT number FROM inquiry")
        shown = await page(browser, sent.headers["location"])
        assert f"Обращение № {number} записано, его ответит горячая линия." in shown
    async with line.browser(await operator(line)) as browser:
        assert "Лично" in await page(browser, f"{DESK}?holder=nobody")


async def test_several_people_behind_a_number_are_offered(line: Staffed) -> None:
    petr = await ask(line)
    await ask(line, "Другой вопрос", initiator=Initiator("Мария Ильина", "", PETR.phone))
    async with line.browser(await operator(line)) as browser:
        for phone in ("8 920 123 45 67", "+79201234567", "(920) 123-45-67"):
            part = await browser.get(f"{NEW}/callers", params={"phone": phone})
            assert "Пётр Ильин" in part.text
            assert "Мария Ильина" in part.text
            assert f"№ {petr.number}" in part.text
        found = await send(browser, NEW, **FORM, find="phone")
        assert "Пётр Ильин" in found.text
        assert "Где подать?" in found.text, "nothing that was typed is lost"
        for phone in ("", "89", "звоните", "\x00", "9" * 4_000, "+7 999 000-00-00"):
            part = await browser.get(f"{NEW}/callers", params={"phone": phone})
            assert part.status_code == 200
            assert "Ильин" not in part.text

        chosen = FORM | {"name": "", "who": str(petr.id)}
        sent = await send(browser, NEW, **chosen)
        shown = await page(browser, sent.headers["location"])
    assert "Пётр Ильин" in shown
    assert "petr@example.org" in shown


async def test_a_caller_of_another_municipality_is_not_shown(line: Staffed) -> None:
    foreign = await ask(line)
    async with line.browser(await operator(line, municipality=OKRUG)) as browser:
        part = await browser.get(f"{NEW}/callers", params={"phone": PETR.phone})
        assert "Пётр" not in part.text
        sent = await send(browser, NEW, **FORM | {"municipality": OKRUG, "who": str(foreign.id)})
        assert sent.status_code == 404
        assert (await send(browser, NEW, **FORM)).status_code == 404


async def test_everything_wrong_is_told_at_once(line: Staffed) -> None:
    wrong = {"municipality": DISTRICT, "channel": "pigeon", "phone": "ЗВОНИТЕ", "email": "x", "theme": "no"}
    async with line.browser(await operator(line)) as browser:
        sent = await send(browser, NEW, **wrong, text="", name="я" * 101, organization_q="школа")

    assert sent.status_code == 422
    for field in ("channel", "phone", "email", "theme", "text", "name", "organization"):
        assert f'href="#{field}"' in sent.text
    assert "ЗВОНИТЕ" in sent.text


async def test_a_half_typed_case_survives_a_closed_browser(line: Staffed) -> None:
    token = await operator(line)
    async with line.browser(token) as browser:
        kept = await browser.post(
            "/hotline/drafts", data={"about": "new", "text": "Половина", "phone": "8920"}
        )
        assert kept.status_code == 204
    async with line.browser(token) as browser:
        shown = (await browser.get(NEW)).text
        assert "Половина" in shown
        assert "Черновик от" in shown
        sent = await send(browser, NEW, **FORM, about="new")
        assert sent.status_code == 303
        assert "Половина" not in (await browser.get(NEW)).text
    assert await line.pool.fetchval("SELECT count(*) FROM draft") == 0


async def test_without_a_script_a_button_keeps_it(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        kept = await send(browser, NEW, about="new", text="Половина", name="Мария", keep="1")
        assert kept.status_code == 303
        assert "Черновик сохранён" in await page(browser, kept.headers["location"])
        assert "Незаконченные записи" not in await page(browser, NEW)
        other = await page(browser, f"{NEW}?phone=%2B79201234567")
        assert "Незаконченные записи: 1 Мария" in other, "each caller has a draft of their own"
        await send(browser, NEW, about="new", drop="1")
        assert "Половина" not in (await browser.get(NEW)).text


async def test_an_answer_that_is_being_typed_is_kept_for_whoever_types_it(line: Staffed) -> None:
    opened = await ask(line)
    token = await operator(line)
    async with line.browser(token) as browser:
        kept = await send(browser, f"{case(opened.id)}/drafts", text="Начало ответа")
        assert kept.headers["location"].endswith("done=kept")
        await browser.post("/hotline/drafts", data={"about": str(opened.id), "note": "Заметка"})
        shown = (await browser.get(case(opened.id))).text
        assert "Начало ответа" in shown
        assert "Заметка" in shown
        await send(browser, f"{case(opened.id)}/answers", text="Ответ целиком.")
        shown = (await browser.get(case(opened.id))).text
        assert "Начало ответа" not in shown
    async with line.browser(await operator(line, "Инна")) as browser:
        assert "Заметка</textarea>" not in (await browser.get(case(opened.id))).text


async def test_a_draft_that_is_nonsense_is_refused(line: Staffed) -> None:
    opened = await ask(line)
    async with line.browser(await operator(line)) as browser:
        for about in ("", "old", "new:" + "9" * 200, "x" * 3_000, "\x00"):
            assert (
                await browser.post("/hotline/drafts", data={"about": about, "text": "а"})
            ).status_code == 422
        long = {"about": "new", "text": "а\x00" * 20_000, "admin": "1"}
        assert (await browser.post("/hotline/drafts", data=long)).status_code == 204
        elsewhere = {"sec-fetch-site": "cross-site"}
        refused = await browser.post("/hotline/drafts", data={"about": "new", "text": "б"}, headers=elsewhere)
        assert refused.status_code == 403
    async with line.browser(await operator(line, municipality=OKRUG)) as browser:
        foreign = await browser.post("/hotline/drafts", data={"about": str(opened.id), "text": "а"})
        assert foreign.status_code == 404
    content = await line.pool.fetchval("SELECT content FROM draft")
    assert "admin" not in content
    assert len(content) < 13_000


async def test_an_old_draft_is_forgotten(line: Staffed) -> None:
    async with line.browser(await operator(line)) as browser:
        await browser.post("/hotline/drafts", data={"about": "new", "text": "Половина"})
    (rule,) = PRUNED
    for later, left in ((timedelta(0), 1), (rule.kept + timedelta(days=1), 0)):
        await line.pool.execute(rule.statement, line.now + later - rule.kept, 100)
        assert await line.pool.fetchval("SELECT count(*) FROM draft") == left
