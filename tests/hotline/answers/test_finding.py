"""Answers found while typing: by stems, with typing errors, own ones first; and what everybody reads."""

from html import unescape

import pytest

from contracts.appointments import Role
from services.hotline.answers.domain.answers import MOST_WORDS, words_of
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.answers.drafting import WORDING, approve, approved, draft, found, leader, operator, publish
from tests.hotline.staffed import Staffed

PASSWORD = {"title": "Забыл пароль", "text": "Нажмите «Выслать код» и войдите по нему."}
DEADLINE = {
    "title": "До какого дня принимают инициативы",
    "text": "До последнего дня марафона.",
    "theme": "about-campaign",
}


async def known(line: Staffed) -> None:
    for wording in (WORDING, PASSWORD, DEADLINE):
        await approved(line, **wording)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("пароля", PASSWORD["title"]),
        ("паро", PASSWORD["title"]),
        ("ПАРОЛЬ", PASSWORD["title"]),
        ("регистрироваться", WORDING["title"]),
        ("зарегестрироваться", WORDING["title"]),
        ("как мне зарегистрироваться на портале", WORDING["title"]),
        ("приём инициатив", DEADLINE["title"]),
        ("инецеативы принимают", DEADLINE["title"]),
        ("последний день", DEADLINE["title"]),
        ("выслать кот", PASSWORD["title"]),
    ],
)
async def test_an_answer_is_found_by_stems_beginnings_and_mistyped_words(
    line: Staffed, typed: str, first: str
) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        assert (await found(browser, typed))[:1] == [first]


@pytest.mark.parametrize("typed", ["экскаватор", "квитанция за газ", "123456"])
async def test_what_is_not_there_is_not_found(line: Staffed, typed: str) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        assert await found(browser, typed) == []


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE answer; --", "!!! & | ( :*", "\0", "\u202eьлорап", "а" * 200, "как на и"]
)
async def test_whatever_is_typed_is_answered(line: Staffed, typed: str) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        await found(browser, typed)
        page = await browser.get("/hotline/answers/found", params={"q": typed, "municipality": DISTRICT})
        assert page.status_code == 200


async def test_a_search_that_is_too_long_is_refused_by_the_api_and_shortened_by_the_page(
    line: Staffed,
) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        asked = {"q": "пароль " * 60, "municipality": DISTRICT}
        assert (await browser.get("/api/v1/answers", params=asked)).status_code == 400
        assert PASSWORD["title"] in (await browser.get("/hotline/answers/found", params=asked)).text


def test_no_more_words_are_searched_than_somebody_asks_with() -> None:
    assert len(words_of(" ".join(f"слово{n}" for n in range(50)))) <= MOST_WORDS
    assert words_of("Ёлка, ёлка и Елка!") == ["елка", "и"]


async def test_ones_own_answer_comes_before_the_district_s_and_the_region_s(line: Staffed) -> None:
    for place, name in (("region", "Региона"), (DISTRICT, "Района"), (SETTLEMENT, "Поселения")):
        await approved(line, place, title=f"Пароль {name}")
    await approved(line, OKRUG, title="Пароль чужой")

    async with line.browser(await operator(line)) as browser:
        assert await found(browser, "пароль", SETTLEMENT) == [
            "Пароль Поселения",
            "Пароль Района",
            "Пароль Региона",
        ]
        assert await found(browser, "пароль", DISTRICT) == ["Пароль Района", "Пароль Региона"]


async def test_a_theme_narrows_what_is_found(line: Staffed) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        assert await found(browser, "", theme="about-campaign") == [DEADLINE["title"]]
        assert await found(browser, "пароль", theme="about-campaign") == []
        assert await found(browser, "пароль", theme="нет такой") == []


async def test_a_search_is_a_part_for_htmx_and_a_page_without_it(line: Staffed) -> None:
    await known(line)
    async with line.browser(await operator(line)) as browser:
        asked = {"q": "пароль", "municipality": DISTRICT}
        part = (
            await browser.get("/hotline/answers/found", params=asked, headers={"HX-Request": "true"})
        ).text
        page = (await browser.get("/hotline/answers/found", params=asked)).text

    assert "<html" not in part
    assert PASSWORD["title"] in part
    assert "<html" in page
    assert PASSWORD["title"] in page
    assert 'name="q"' in page


async def test_the_staff_alone_finds_what_to_send(line: Staffed) -> None:
    async with line.browser() as anybody:
        assert (await anybody.get("/api/v1/answers", params={"municipality": DISTRICT})).status_code == 401
        assert (await anybody.get("/hotline/answers/found")).status_code == 303
        assert (await anybody.get("/hotline/answers/drafts")).status_code == 303
    async with line.browser(await line.grant(Role.SMO_OPERATOR, "smo")) as smo:
        assert (await smo.get("/api/v1/answers", params={"municipality": DISTRICT})).status_code == 404
        assert (await smo.get("/hotline/answers/drafts")).status_code == 404


async def test_everybody_reads_published_answers_by_theme_and_finds_them(line: Staffed) -> None:
    async with line.browser(await leader(line)) as browser:
        for wording in (WORDING, PASSWORD, DEADLINE):
            id_ = await draft(browser, **wording)
            await approve(browser, id_)
            if wording is not PASSWORD:
                await publish(browser, id_)
    async with line.browser() as anybody:
        address = f"/hotline/answers?municipality={DISTRICT}"
        page = (await anybody.get(address)).text
        searched = (await anybody.get(f"{address}&q=зарегестрироваться")).text
        themed = (await anybody.get(f"{address}&theme=about-campaign")).text
        nothing = (await anybody.get(f"{address}&q=экскаватор")).text
        elsewhere = (await anybody.get(f"/hotline/answers?municipality={OKRUG}")).text

    assert "Регистрация и вход</h2>" in page
    assert "О марафоне</h2>" in page
    assert WORDING["title"] in page
    assert PASSWORD["title"] not in page
    assert WORDING["title"] in searched
    assert DEADLINE["title"] not in searched
    assert DEADLINE["title"] in themed
    assert WORDING["title"] not in themed
    assert "Готового ответа нет" in nothing
    assert "Пока ничего не опубликовано" in elsewhere


async def test_a_published_answer_names_the_municipality_and_its_line(line: Staffed) -> None:
    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        id_ = await draft(browser, "region", text="{муниципалитет}: звоните {линия}.")
        await approve(browser, id_)
        await publish(browser, id_)
    async with line.browser() as anybody:
        page = unescape((await anybody.get(f"/hotline/answers?municipality={DISTRICT}")).text)
        region = unescape((await anybody.get("/hotline/answers")).text)

    assert "Сосновский муниципальный район: звоните номер на странице «К кому обратиться»." in page
    assert "{" not in region.partition("<main")[2].partition("</main")[0]


async def test_somebody_finds_their_municipality_by_its_name(line: Staffed) -> None:
    async with line.browser() as anybody:
        page = (await anybody.get("/hotline/answers?place_q=воленск")).text
        nothing = (await anybody.get("/hotline/answers?place_q=экскаватор")).text
        unknown = await anybody.get("/hotline/answers?municipality=99999999&theme=нет")

    assert f'href="/hotline/answers?municipality={OKRUG}"' in page
    assert "Такого муниципального образования нет" in nothing
    assert unknown.status_code == 200
