"""The form of a question and the initiator's page, without JavaScript."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from contracts.appointments import Role
from contracts.hotline import InquiryStatus
from tests.factories import DISTRICT, OKRUG
from tests.hierarchy.office import Browser
from tests.hotline.inquiries.served import Served
from tests.hotline.inquiries.world import SCHOOL, World, at

FORM = {
    "municipality": OKRUG,
    "organization": str(SCHOOL),
    "theme": "other",
    "text": "Как подать инициативу?",
    "answer_by": "e-mail",
    "email": "petr@example.org",
    "name": "Пётр",
}


async def ask(browser: Browser, **changes: str) -> str:
    """The path of the page to which it leads."""
    answer = await browser.post("/hotline/new", data=FORM | changes, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def link_of(browser: Browser, **changes: str) -> str:
    return urlsplit(await ask(browser, **changes)).path


def text_of(page: Any) -> str:
    """What is read on a page."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def refused(browser: Browser, **changes: str) -> str:
    answer = await browser.post("/hotline/new", data=FORM | changes, follow_redirects=False)
    assert answer.status_code == 422, answer.text
    return text_of(answer)


async def test_a_place_is_found_by_search_and_then_the_question_is_asked(browser: Browser) -> None:
    blank = await browser.get("/hotline/new")
    found = await browser.get("/hotline/new?q=школа")
    lists = await browser.get("/hotline/new?where=place&q=воленск")
    form = await browser.get(f"/hotline/new?organization={SCHOOL}")

    assert "Где вы работаете?" in text_of(blank)
    assert 'name="where"' not in blank.text
    assert '<input type="hidden" name="where" value="place">' in lists.text
    assert f'href="/hotline/new?organization={SCHOOL}"' in unescape(found.text)
    assert f'href="/hotline/new?municipality={OKRUG}"' in unescape(lists.text)
    assert "Воленск" in text_of(form)
    assert f'name="municipality" value="{OKRUG}"' in form.text
    assert "Ссылка устарела" in text_of(await browser.get(f"/hotline/new?organization={uuid4()}"))
    assert "Ссылка устарела" in text_of(await browser.get("/hotline/new?municipality=0"))


async def test_after_asking_the_page_has_the_number_the_link_and_the_promised_time(
    browser: Browser, world: World
) -> None:
    address = await ask(browser)

    page = await browser.get(address)

    said = text_of(page)
    assert "Обращение принято, его номер – 1" in said
    assert "Ответим не позже: 14 апреля, 14:45." in said
    assert "http://testserver.local/hotline/inquiries/" in said
    assert "petr@example.org" in said
    assert len(await world.letters()) == 1
    assert page.headers["cache-control"] == "no-store"


async def test_a_question_is_answered_by_letter_by_telephone_or_on_the_page(
    browser: Browser, world: World
) -> None:
    phone = await browser.get(await ask(browser, answer_by="phone", phone="8 (920) 123-45-67 доб. 12"))
    page = await browser.get(await ask(browser, answer_by="link", email="", text="Другой вопрос"))

    assert "+7 920 123-45-67, доб. 12" in text_of(phone)
    assert "на этой странице" in text_of(page)
    assert await world.letters() == []


async def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_stays(browser: Browser) -> None:
    said = await refused(browser, text=" \u200b\u2800", email="не адрес", theme="")

    assert "Напишите, о чём вы хотите спросить." in said
    assert "Укажите адрес электронной почты" in said
    assert "Выберите тему из списка." in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "я" * 5_001}, "Сократите текст до 5 000 знаков"),
        ({"email": "a@b, c@d.ru"}, "Укажите один адрес"),
        ({"email": "пётр@example.org"}, "могут стоять только латинские буквы"),
        ({"answer_by": "phone", "phone": "8-800-КУРОРТ"}, "Укажите один номер телефона"),
        ({"answer_by": "phone", "phone": ""}, "Укажите один номер телефона"),
        ({"municipality": "", "organization": ""}, "Выберите, где вы работаете или живёте."),
        ({"municipality": "../../etc", "organization": ""}, "Выберите, где вы работаете или живёте."),
        ({"municipality": DISTRICT}, "относится к другому муниципальному образованию"),
        ({"theme": "secret"}, "Выберите тему из списка."),
        ({"name": "я" * 101}, "Сократите имя до 100 знаков"),
    ],
)
async def test_bad_input_gets_a_clear_sentence(
    browser: Browser, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in await refused(browser, **changes)


@pytest.mark.parametrize(
    "text",
    [
        "Вопрос\x00 с нулём",
        "\u202eсправа налево",
        "Ещё\u200b вопрос 🏳️‍🌈",
        "<script>alert(1)</script>",
        "'; --",
    ],
)
async def test_odd_text_is_stored_and_shown_as_text(browser: Browser, text: str) -> None:
    page = await browser.get(await link_of(browser, text=text))

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


async def test_a_foreign_number_is_called_back(browser: Browser) -> None:
    page = await browser.get(await ask(browser, answer_by="phone", phone="+49 30 901820"))

    assert "+49 30 901820" in text_of(page)


async def test_a_huge_text_comes_back_or_is_refused_by_its_size(browser: Browser) -> None:
    long = await browser.post("/hotline/new", data=FORM | {"text": "a" * 900_000}, follow_redirects=False)
    huge = await browser.post("/hotline/new", data=FORM | {"text": "я" * 1_000_000}, follow_redirects=False)

    assert long.status_code == 422
    assert "Сократите текст" in text_of(long)
    assert huge.status_code == 413


async def test_the_same_form_sent_twice_asks_once(browser: Browser, world: World) -> None:
    first = await ask(browser, form_key="0123")
    second = await ask(browser, form_key="0123")

    assert first == second
    assert await world.pool.fetchval("SELECT count(*) FROM letter") == 1


async def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    answer = await browser.post("/hotline/new", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


async def test_whoever_asks_too_much_is_told_to_wait_and_what_they_typed_stays(
    browser: Browser, site: Served, world: World
) -> None:
    for n in range(10):
        await ask(browser, text=f"Вопрос {n}")

    answer = await browser.post("/hotline/new", data=FORM | {"text": "Ещё один"}, follow_redirects=False)
    other = await ask(browser, email="maria@example.org")
    world.now += timedelta(hours=1, seconds=1)
    later = await ask(browser)

    assert answer.status_code == 429
    assert "Отправьте это через час" in text_of(answer)
    assert "Ещё один" in answer.text
    assert other
    assert later


async def test_after_the_campaign_the_form_says_so(browser: Browser, site: Served, world: World) -> None:
    world.now = at(30, month=5)

    page = await browser.get("/hotline/new")

    assert "Горячая линия марафона работала до 29 мая 2026 года" in text_of(page)


async def test_a_participant_who_is_signed_in_is_known(browser: Browser, site: Served, world: World) -> None:
    participant = uuid4()
    browser.cookies.set("participant", site.token(participant, uuid4(), issuer="intake"))

    await ask(browser)

    async with world.everything.acquire() as db:
        assert await db.fetchval("SELECT participant FROM inquiry") == participant


async def test_the_initiator_follows_it_and_replies(browser: Browser, site: Served, world: World) -> None:
    here = await link_of(browser)
    async with world.everything.acquire() as db:
        id_ = await db.fetchval("SELECT id FROM inquiry")
    operator, head = await world.operator("Ольга Орлова"), await world.appoint(Role.HEAD)
    await world.take(operator, id_)
    await world.transfer(operator, id_, note="Секретно")
    await world.take(head, id_)
    await world.answer(head, id_, final=False, text="Какая школа?")

    asked = text_of(await browser.get(here))
    sent = await browser.post(f"{here}/replies", data={"text": "Вторая"}, follow_redirects=False)
    world.known = site.known
    await world.answer(head, id_, text="Тогда так.")
    answered = text_of(await browser.get(here))

    assert "Ждём вашего ответа" in asked
    assert "Ольга Орлова" in asked
    assert "Какая школа?" in asked
    assert "Секретно" not in asked
    assert sent.status_code == 303
    assert (await world.inquiry(id_)).status is InquiryStatus.ANSWERED
    assert "Помог ли ответ?" in answered
    assert "Тогда так." in answered


async def test_the_initiator_says_whether_it_helped(browser: Browser, site: Served, world: World) -> None:
    here = await link_of(browser)
    async with world.everything.acquire() as db:
        id_ = await db.fetchval("SELECT id FROM inquiry")
    world.known = site.known
    operator = await world.operator()
    early = await browser.post(f"{here}/helped", data={"helped": "yes"}, follow_redirects=False)
    await world.answer(operator, id_)

    no = await browser.post(f"{here}/helped", data={"helped": "no"}, follow_redirects=False)
    await world.answer(operator, id_)
    yes = await browser.post(f"{here}/helped", data={"helped": "yes"}, follow_redirects=False)

    assert early.status_code == 409
    assert no.headers["location"].endswith("done=reopened")
    assert yes.headers["location"].endswith("done=helped")
    assert (await world.inquiry(id_)).status is InquiryStatus.CLOSED


async def test_a_reply_long_after_leads_to_the_new_one(browser: Browser, site: Served, world: World) -> None:
    here = await link_of(browser)
    async with world.everything.acquire() as db:
        id_ = await db.fetchval("SELECT id FROM inquiry")
    world.known = site.known
    await world.answer(await world.operator(), id_)
    world.now += timedelta(days=20)

    sent = await browser.post(f"{here}/replies", data={"text": "Снова вопрос"}, follow_redirects=False)
    new = text_of(await browser.get(sent.headers["location"]))

    assert not sent.headers["location"].startswith(here)
    assert "его номер – 2" in new


async def test_a_link_that_was_changed_or_revoked_opens_nothing(browser: Browser, world: World) -> None:
    here = await link_of(browser)
    link = here.rpartition("/")[2]

    for bad in (f"{link}A", link[:-1], link.swapcase(), "x", "a" * 5000, "%00", "ссылка", f"{link}="):
        answer = await browser.get(f"/hotline/inquiries/{bad}")
        assert answer.status_code == 404, bad
    async with world.everything.acquire() as db:
        await db.execute("UPDATE inquiry SET link_version = 2")
    revoked = await browser.get(here)
    assert revoked.status_code == 404
    assert "Ссылка не действует" in revoked.text


async def test_spam_looks_to_its_sender_as_if_it_waited(browser: Browser, world: World) -> None:
    here = await link_of(browser)
    async with world.everything.acquire() as db:
        await db.execute("UPDATE inquiry SET status = 'spam', closed_at = now()")

    said = text_of(await browser.get(here))

    assert "Ждёт, когда его возьмут в работу" in said


async def test_the_initiator_has_it_erased_in_two_steps(browser: Browser, world: World) -> None:
    here = await link_of(browser, text="Мой телефон 8 920 123-45-67")
    async with world.everything.acquire() as db:
        id_ = await db.fetchval("SELECT id FROM inquiry")

    question = text_of(await browser.get(f"{here}/erasure"))
    still = await world.inquiry(id_)
    erased = await browser.post(f"{here}/erasure", data={})

    assert "Отменить это нельзя" in question
    assert still.status is InquiryStatus.NEW
    assert "Данные удалены" in text_of(erased)
    assert (await browser.get(here)).status_code == 404
    async with world.everything.acquire() as db:
        row = await db.fetchrow("SELECT name, email, phone, subject, theme, organization FROM inquiry")
        said = await db.fetchval("SELECT string_agg(text || by_name, '') FROM inquiry_entry")
        assert await db.fetchval("SELECT count(*) FROM letter") == 0
    assert tuple(row or ()) == ("", "", "", "", "other", SCHOOL)
    assert said == ""
    assert (await world.events(id_))[-1] == ("closed", 2)
    assert await world.clocks(id_) == {}


async def test_the_administrator_sees_what_expires_and_then_erases_it(site: Served, world: World) -> None:
    async with site.browser() as browser:
        await link_of(browser)
        await link_of(browser, text="Второй вопрос")
    async with world.everything.acquire() as db:
        ids = [row["id"] for row in await db.fetch("SELECT id FROM inquiry ORDER BY number")]
    world.known = site.known
    operator = await world.operator()
    await world.answer(operator, ids[0])
    await world.close(operator, ids[0])
    world.now += timedelta(days=366)
    administrator = await world.appoint(Role.ADMINISTRATOR, "region", where=None)
    events = len(await world.events(ids[0]))

    async with site.browser(administrator) as browser:
        look = text_of(await browser.get("/hotline/retention"))
        before = await world.history(ids[0])
        done = await browser.post("/hotline/retention", data={}, follow_redirects=True)
        again = text_of(await browser.get("/hotline/retention"))
    async with site.browser(operator) as browser:
        foreign = await browser.get("/hotline/retention")

    assert "Удалить тексты и контакты: 1" in look
    assert "Вот так." in {entry.text for entry in before}
    assert "контакты: 1" in text_of(done)
    assert "Удалять нечего" in again
    assert foreign.status_code == 404
    assert {entry.text for entry in await world.history(ids[0])} == {""}
    assert len(await world.events(ids[0])) == events
    assert (await world.inquiry(ids[0])).theme == "other"
    assert "Второй вопрос" in {entry.text for entry in await world.history(ids[1])}
    async with world.everything.acquire() as db:
        line = await db.fetchrow("SELECT municipality, action, subject, account FROM audit")
    assert tuple(line or ()) == (OKRUG, "inquiries-expired", "1", administrator.account)
