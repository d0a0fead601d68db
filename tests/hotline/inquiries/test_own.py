"""«Мои обращения»: what a participant has asked while they were signed in."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from contracts.hotline import InquiryStatus
from tests.factories import OKRUG
from tests.hierarchy.office import Browser
from tests.hotline.inquiries.served import Served
from tests.hotline.inquiries.test_pages import ask, link_of, text_of
from tests.hotline.inquiries.world import SCHOOL, World

HERE = "/hotline/mine"


def sign_in(browser: Browser, site: Served, participant: UUID) -> UUID:
    browser.cookies.set("participant", site.token(participant, uuid4(), issuer="intake"))
    return participant


async def ids(world: World) -> list[UUID]:
    async with world.everything.acquire() as db:
        return [row["id"] for row in await db.fetch("SELECT id FROM inquiry ORDER BY number")]


async def test_a_participant_reads_number_theme_state_and_promise_and_opens_the_inquiry(
    browser: Browser, site: Served, world: World
) -> None:
    sign_in(browser, site, uuid4())
    await ask(browser, theme="wording", text="Как лучше написать?")
    await ask(browser, answer_by="link", email="", text="Второй вопрос")
    world.known = site.known
    await world.answer(await world.operator(), (await ids(world))[0])

    page = await browser.get(HERE)

    said = text_of(page)
    assert said.index("№ 2. Второй вопрос") < said.index("№ 1. Как лучше написать?")
    assert "Помощь с формулировкой" in said
    assert "Ждёт, когда его возьмут в работу" in said
    assert "Ответ дан" in said
    assert said.count("Ответим не позже: 14 апреля, 14:45") == 1
    assert page.headers["cache-control"] == "no-store"
    opened = [await browser.get(link) for link in links(page.text)]
    assert ["№ 2" in opened[0].text, "№ 1" in opened[1].text] == [True, True]


def links(page: str) -> list[str]:
    return re.findall(r'href="(/hotline/inquiries/[^"]+)"', unescape(page))


async def test_what_is_late_says_so(browser: Browser, site: Served, world: World) -> None:
    sign_in(browser, site, uuid4())
    await ask(browser)
    world.now = world.now.replace(hour=16)

    assert "срок прошёл" in text_of(await browser.get(HERE))


async def test_nobody_sees_what_another_asked_or_what_was_asked_unnamed(
    browser: Browser, site: Served, world: World
) -> None:
    await ask(browser, text="Без входа")
    sign_in(browser, site, uuid4())
    await ask(browser, text="Чужой вопрос")
    sign_in(browser, site, uuid4())

    said = text_of(await browser.get(HERE))

    assert "Вы ещё ничего не спросили" in said
    assert "Чужой вопрос" not in said
    assert "Без входа" not in said


@pytest.mark.parametrize("who", ["nobody", "staff", "garbage"])
async def test_whoever_is_no_participant_signs_in_first(
    browser: Browser, site: Served, world: World, who: str
) -> None:
    if who == "staff":
        operator = await world.operator()
        browser.cookies.set("participant", site.token(operator.account, operator.session))
    if who == "garbage":
        browser.cookies.set("participant", "e30.e30.e30")

    answer = await browser.get(f"{HERE}?before=5", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(HERE + '?before=5', safe='')}"


async def test_a_list_goes_on_and_ends(browser: Browser, site: Served, world: World) -> None:
    participant = sign_in(browser, site, uuid4())
    await ask(browser)
    await _repeat(world, 24, participant)

    first = await browser.get(HERE)
    second = await browser.get(f"{HERE}?before=6")

    assert f'href="{HERE}?before=6"' in unescape(first.text)
    assert (len(links(first.text)), len(links(second.text))) == (20, 5)
    assert "Вы дошли до конца списка" in text_of(await browser.get(f"{HERE}?before=1"))
    for odd in ("x", "-1", "9" * 40, "%00", "1%27", "٣"):
        assert (await browser.get(f"{HERE}?before={odd}")).status_code == 200, odd


async def _repeat(world: World, times: int, participant: UUID) -> None:
    for n in range(times):
        opened = await world.ask(text=f"Вопрос {n}", organization=SCHOOL)
        async with world.everything.acquire() as db:
            await db.execute("UPDATE inquiry SET participant = $2 WHERE id = $1", opened.id, participant)


async def test_what_was_merged_shows_how_far_the_other_one_is(
    browser: Browser, site: Served, world: World
) -> None:
    sign_in(browser, site, uuid4())
    await ask(browser)
    world.known = site.known
    first, other = (await ids(world))[0], (await world.ask()).id
    async with world.everything.acquire() as db:
        await db.execute("UPDATE inquiry SET status = 'merged', merged_into = $2 WHERE id = $1", first, other)
    operator = await world.operator()
    await world.take(operator, other)

    assert "В работе" in text_of(await browser.get(HERE))
    await world.answer(operator, other)
    assert "Ответ дан" in text_of(await browser.get(HERE))


async def test_spam_waits_in_its_senders_list(browser: Browser, site: Served, world: World) -> None:
    sign_in(browser, site, uuid4())
    await ask(browser)
    async with world.everything.acquire() as db:
        await db.execute("UPDATE inquiry SET status = $1", InquiryStatus.SPAM)

    said = text_of(await browser.get(HERE))

    assert "Ждёт, когда его возьмут в работу" in said
    assert "спам" not in said.lower()


async def test_what_was_erased_is_in_no_list_and_no_event_says_who_asked(
    browser: Browser, site: Served, world: World
) -> None:
    participant = sign_in(browser, site, uuid4())
    here = await link_of(browser)
    async with world.everything.acquire() as db:
        told = await db.fetchval("SELECT string_agg(data::text, '') FROM outbox")

    await browser.post(f"{here}/erasure", data={})

    assert str(participant) not in told
    assert links((await browser.get(HERE)).text) == []
    async with world.everything.acquire() as db:
        assert await db.fetchval("SELECT count(participant) FROM inquiry") == 0


async def test_the_form_says_whether_it_will_be_in_the_list(browser: Browser, site: Served) -> None:
    form = f"/hotline/new?organization={SCHOOL}&theme=wording"
    stranger = await browser.get(form)
    sign_in(browser, site, uuid4())
    participant = await browser.get(form)

    back = f"/hotline/new?organization={SCHOOL}&municipality={OKRUG}&theme=wording"
    assert f"/sign-in?next={quote(back, safe='')}" in unescape(stranger.text)
    assert "будет в списке «Мои обращения»" in text_of(participant)


async def test_a_token_that_runs_out_while_the_question_is_written_still_says_who_asks(
    browser: Browser, site: Served, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = uuid4()
    monkeypatch.setattr("services.chassis.web.tokens.VALID", -timedelta(hours=1))
    sign_in(browser, site, participant)

    await ask(browser)

    assert (await browser.get(HERE, follow_redirects=False)).status_code == 303
    async with world.everything.acquire() as db:
        assert await db.fetchval("SELECT participant FROM inquiry") == participant
