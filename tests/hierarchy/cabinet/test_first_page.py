"""The first page of the staff: each figure leads to its list, the menu to what one may do."""

import re
from html import unescape

import pytest

from tests.hierarchy.groups.test_groups import coverage, formed, head, organization
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, annexed, appoint, appointment

FIGURE = re.compile(r'<a class="figure" href="([^"]+)">([^<]+)</a>')
ELSEWHERE_SERVED = ("/region", "/hotline", "/determination", "/federal", "/cabinet")
"""Other services' pages, and the one whose heading is the day."""

MENU = re.compile(r'<nav class="site-nav".*?</nav>', re.DOTALL)
TRAIL = re.compile(r'<nav class="trail".*?</nav>', re.DOTALL)
ALL = ["Сегодня", "Регион сейчас"]
NAME = re.compile(r">([^<>]+)</a>")
HERE = f"/cabinet/municipalities/{PLACE}"


async def text(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


async def rows(browser: Browser, path: str) -> int:
    return (await text(browser, path)).partition("<tbody")[2].count("<tr>")


async def figures(browser: Browser, path: str) -> dict[str, int]:
    """Where each figure of a page leads, and how much it says."""
    found = FIGURE.findall(await text(browser, path))
    return {href.partition("#")[0]: int(re.sub(r"\\D", "", figure)) for href, figure in found}


async def test_each_figure_of_the_region_leads_to_as_many_municipalities(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await coverage(office)

    shown = await figures(browser, "/cabinet")

    assert {path.partition("=")[2] for path in shown} == {
        *("head", "answer", "responsible", "groups", "coordinators", "missing"),
    }
    for path, figure in shown.items():
        if not path.endswith("coordinators"):
            assert await rows(browser, path) == figure, path
    assert 0 < await rows(browser, "/cabinet?missing=coordinators") <= shown["/cabinet?missing=coordinators"]
    assert await rows(browser, "/cabinet?missing=0") == await rows(browser, "/cabinet")


async def test_each_figure_of_a_municipality_leads_to_as_many_organizations(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    await formed(browser, kinds=["школа"], directions=["roads"])

    shown = await figures(browser, HERE)

    lists = {path: figure for path, figure in shown.items() if "/organizations?" in path}
    assert {path.partition("=")[2] for path in lists} == {"group", "coordinator"}
    for path, figure in lists.items():
        assert await rows(browser, path) == figure, path


@pytest.mark.parametrize(
    ("role", "of", "menu"),
    [
        ("smo-operator", "smo", [*ALL, "Встречи", "Федеральная платформа"]),
        (
            "administrator",
            "region",
            [*ALL, "Встречи", "Федеральная платформа", "Состав региона", "Марафоны", "Журнал действий"],
        ),
        (
            "head",
            PLACE,
            [
                *ALL,
                "Инициативы",
                "Горячая линия",
                "Поручения",
                "Вопросы",
                "Сводки",
                "Встречи",
                "Назначить списком",
            ],
        ),
    ],
)
async def test_the_menu_has_what_one_may_do_by_the_words_of_its_page(
    office: Office, browser: Browser, role: str, of: str, menu: list[str]
) -> None:
    await appoint(browser, appointment(role, of, "somebody@example.org"))
    await office.come(browser, "somebody@example.org")

    page = await text(browser, HERE if role == "head" else "/cabinet")
    items = re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', MENU.findall(page)[0])

    assert [name for _, name in items] == menu
    for path, name in items:
        if path not in ELSEWHERE_SERVED:
            assert f"<h1>{name}</h1>" in await text(browser, path)


async def test_whoever_oversees_finds_targets_and_results_on_their_first_page(browser: Browser) -> None:
    page = await text(browser, "/cabinet")

    for address in ("/cabinet/targets", "/cabinet/checkpoints"):
        assert f'<a href="{address}">' in page.partition('id="places"')[2]


async def test_a_page_says_by_name_where_it_stands(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await formed(browser, name="Группа по школам", kinds=["школа"])
    school = await organization(office)

    page = await text(browser, f"/cabinet/organizations/{school}")

    assert NAME.findall(TRAIL.findall(page)[0])[-1] == "Группа по школам"
    assert NAME.findall(TRAIL.findall(page)[0])[-2] in (await text(browser, HERE))


async def test_whose_contacts_are_meant_is_asked(office: Office, browser: Browser) -> None:
    browser.cookies.clear()

    everywhere = await text(browser, "/contacts")
    found = await text(browser, "/contacts?q=ъъъ")

    for code in (PLACE, ELSEWHERE):
        assert f"/contacts?municipality={code}" in everywhere
    assert "Ничего не нашлось" in found


@pytest.mark.parametrize(("who", "seen"), [("head@example.org", True), ("leader@example.org", False)])
async def test_after_an_annex_its_act_is_there_to_be_printed_and_signed_for_whose_it_is(
    office: Office, browser: Browser, who: str, seen: bool
) -> None:
    await head(office, browser)
    group = await formed(browser, kinds=["школа"])
    await appoint(browser, appointment("leader", group, "leader@example.org"))
    await office.reset(browser, who) if seen else await office.come(browser, who)
    row = (
        "заместитель главы; Третий Пётр Ильич; third@example.org"
        if seen
        else "координатор; Первый Пётр Ильич; first@example.org; Школа № 1"
    )
    form = {"form_key": "x", "number": "9", "day": TODAY.isoformat(), "annex": row}

    done = await annexed(browser, form)
    page = await text(browser, done.headers["location"])

    assert "Новых назначений: 1" in page
    assert done.headers["location"].startswith("/cabinet/acts/") is seen
    assert ("Скачать для подписи" in page) is seen
    assert ('name="scan"' in page) is seen
