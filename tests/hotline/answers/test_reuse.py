"""An answer to reuse goes into the answer of a case: filled in, counted, with no placeholder left."""

from html import unescape
from uuid import UUID, uuid4

from contracts.hotline import Channel
from services.chassis.db.idempotency import Moment
from services.hotline.core.region import draw
from services.hotline.inquiries.commands.open_inquiry import Question, open_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from tests.factories import DISTRICT, OKRUG
from tests.hotline.answers.drafting import Browser, approved, draft, operator
from tests.hotline.staffed import SCHOOL, Staffed

TEXT = "Здравствуйте, {имя}! Обращение № {номер}, {организация}, {муниципалитет}. Пишет {сотрудник}."


async def ask(line: Staffed) -> UUID:
    """Anna's inquiry about the school."""
    async with line.pool.acquire() as db:
        known = await draw(db)
    question = Question(DISTRICT, SCHOOL, "other", "Как быть?", Channel.PHONE, Initiator("Анна"))
    return (await open_inquiry(line.pool, known, question, Moment(line.now))).id


async def typed(browser: Browser, case: UUID, answer: UUID) -> str:
    """What stands in the form of a case that takes an answer."""
    page = (await browser.get(f"/hotline/cases/{case}?reuse={answer}")).text
    return unescape(
        page.partition('<textarea id="text"')[2].partition(">")[2].partition("</textarea>")[0]
    ).strip()


async def test_what_is_known_of_the_case_is_filled_in_and_the_use_counts(line: Staffed) -> None:
    case, answer = await ask(line), await approved(line, text=TEXT)
    async with line.browser(await operator(line)) as browser:
        text = await typed(browser, case, answer)
        form = {"text": text, "reused": str(answer), "form_key": uuid4().hex}
        sent = [await browser.post(f"/hotline/cases/{case}/answers", data=form) for _ in range(2)]
        item = (await browser.get("/api/v1/answers", params={"municipality": DISTRICT})).json()["items"][0]

    place = "Школа № 1, Сосновский муниципальный район"
    assert text == f"Здравствуйте, Анна! Обращение № 1, {place}. Пишет Операторова."
    assert [answer.status_code for answer in sent] == [303, 303]
    assert item["used"] == 1


async def test_nothing_is_sent_with_a_placeholder_left(line: Staffed) -> None:
    case, answer = await ask(line), await approved(line, text="Звоните: {линия}")
    async with line.browser(await operator(line)) as browser:
        text = await typed(browser, case, answer)
        form = {"text": text, "reused": str(answer)}
        refused = await browser.post(f"/hotline/cases/{case}/answers", data=form)

    assert text == "Звоните: {линия}"
    assert refused.status_code == 422
    assert "Замените {линия} своими словами" in unescape(refused.text)
    assert await line.pool.fetchval("SELECT count(*) FROM answer_use") == 0


async def test_an_answer_of_another_place_or_one_not_approved_is_not_there(line: Staffed) -> None:
    case, foreign = await ask(line), await approved(line, OKRUG)
    async with line.browser(await operator(line)) as browser:
        pending = await draft(browser)
        for answer in (foreign, pending, uuid4()):
            assert (await browser.get(f"/hotline/cases/{case}?reuse={answer}")).status_code == 404
        assert (await browser.get(f"/hotline/cases/{case}?reuse=нет")).status_code == 200


async def test_a_search_from_a_case_leads_back_into_it(line: Staffed) -> None:
    case, answer = await ask(line), await approved(line)
    async with line.browser(await operator(line)) as browser:
        page = (await browser.get(f"/hotline/cases/{case}")).text
        asked = {"municipality": DISTRICT, "case": str(case), "q": "зарегистрироваться"}
        found = (await browser.get("/hotline/answers/found", params=asked)).text

    assert f'name="case" value="{case}"' in page
    assert f'href="/hotline/consultations/new?inquiry={case}"' in page
    assert f'href="/hotline/cases/{case}?reuse={answer}#text"' in found
    assert f'name="case" value="{case}"' in found
