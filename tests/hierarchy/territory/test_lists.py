"""Lists of the cabinet: what a municipality's organizations are, and what is taken along as a file."""

import csv
import io
from html import unescape

import pytest

from tests.hierarchy.groups.test_groups import SCHOOL, account, formed, head, organization
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment

LIST = f"/cabinet/municipalities/{PLACE}/organizations"


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


async def staffed(office: Office, browser: Browser) -> None:
    """A group for the schools with one coordinator; the browser is the Head's."""
    await head(office, browser)
    await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    await appoint(browser, appointment("coordinator", school, "teacher@example.org", name="Школин Иван"))
    await office.reset(browser, "head@example.org")


async def test_organizations_are_listed_with_group_and_coordinator(office: Office, browser: Browser) -> None:
    await staffed(office, browser)

    page = unescape((await browser.get(LIST)).text)
    found = unescape((await browser.get(f"{LIST}?q=больница")).text)
    nothing = unescape((await browser.get(f"{LIST}?q=музей")).text)

    row = page.partition("Школа № 1")[2].partition("</tr>")[0]
    assert "Рабочая группа" in row
    assert "Школин Иван" in row
    assert "Ждём ответа" in row
    assert "Клуб" not in page, "a settlement keeps its own"
    assert "Больница" in found
    assert SCHOOL not in found.partition("<tbody")[2]
    assert "Ничего не нашлось" in nothing


async def test_closed_ones_are_shown_when_asked_for(office: Office, browser: Browser) -> None:
    await head(office, browser)
    school = await organization(office)
    await browser.post(f"/cabinet/organizations/{school}/closing", data={}, follow_redirects=False)

    usual = unescape((await browser.get(LIST)).text)
    all_of_them = unescape((await browser.get(f"{LIST}?closed=1")).text)

    assert SCHOOL not in usual
    assert "Закрыта" in all_of_them.partition(SCHOOL)[2].partition("</tr>")[0]


async def test_the_list_is_taken_along(office: Office, browser: Browser) -> None:
    await staffed(office, browser)

    table = await browser.get(f"{LIST}?format=csv")
    book = await browser.get(f"{LIST}?format=xlsx&q=школа")
    unknown = await browser.get(f"{LIST}?format=exe")

    rows = {row["Название"]: row for row in read(table.content)}
    assert set(rows) == {"Администрация района", "Больница", SCHOOL, "Школа № 2"}
    assert rows[SCHOOL]["Координатор"] == "Школин Иван"
    assert rows[SCHOOL]["Работников"] == "40"
    assert rows["Администрация района"]["Координатор"] == "ведёт сама группа"
    assert rows["Школа № 2"]["Координатор"] == ""
    assert book.content.startswith(b"PK")
    assert unknown.status_code == 404


async def test_a_foreign_list_is_not_there(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", ELSEWHERE, "else@example.org"))
    await office.come(browser, "else@example.org")

    assert [(await browser.get(path)).status_code for path in (LIST, f"{LIST}?format=csv")] == [404, 404]


@pytest.mark.parametrize("who", ["admin", "council"])
async def test_what_is_missing_is_exported_with_whom_to_call(
    office: Office, browser: Browser, who: str
) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "council@example.org"))
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    if who == "council":
        await office.come(browser, "council@example.org")

    rows = {row["Код"]: row for row in read((await browser.get("/cabinet?format=csv")).content)}

    assert rows[PLACE]["Глава"] == "Петров Пётр Петрович"
    assert rows[PLACE]["Почта главы"] == "head@example.org"
    assert rows[ELSEWHERE]["Глава"] == "не назначен"
    assert len(rows) == await office.pool.fetchval("SELECT count(*) FROM municipality")


async def test_invitations_are_listed_until_they_are_answered(office: Office, browser: Browser) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org", name="Главин Глеб"),
        appointment("head", ELSEWHERE, "else@example.org", name="Иванов Иван"),
        appointment("smo-operator", "smo", "council@example.org"),
    )
    await browser.get(await office.link_of("head@example.org"))
    waiting = read((await browser.get("/cabinet/invitations?format=csv")).content)
    await office.come(browser, "head@example.org")
    of_head = unescape((await browser.get("/cabinet/invitations")).text)
    await office.come(browser, "council@example.org")
    page = unescape((await browser.get("/cabinet/invitations?all=1")).text)
    of_council = read((await browser.get("/cabinet/invitations?all=1&format=csv")).content)

    states = {row["Кто"]: row["Состояние"] for row in waiting}
    assert states == {
        "Главин Глеб": "Ждём ответа",
        "Иванов Иван": "Ждём ответа",
        "Петров Пётр Петрович": "Ждём ответа",
    }
    assert all(row["Письмо отправлено"] for row in waiting)
    assert "Неотвеченных приглашений нет" in of_head, "the Head has invited nobody yet"
    assert "Главин" in page, "whom the council reminds it may call"
    assert [(row["Кто"], row["Состояние"]) for row in of_council] == [
        ("Иванов Иван", "Ждём ответа"),
        ("Главин Глеб", "Пользуется кабинетом"),
    ]


async def test_a_filter_that_follows_the_link_of_a_letter_is_nobody_who_has_opened_it(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главин Глеб"))
    link, scanner = await office.link_of("head@example.org"), {"User-Agent": "Mozilla/5.0 BingPreview/1.0b"}
    async with office.browser() as mail:
        await mail.get(link, headers=scanner)
        await mail.head(link, headers=scanner)

    (row,) = read((await browser.get("/cabinet/invitations?format=csv")).content)
    invitations = unescape((await browser.get("/cabinet/invitations")).text)
    place = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    await office.come(browser, "head@example.org")

    assert row["Состояние"] == "Ждём ответа"
    assert row["По ссылке переходили"]
    assert "почтовый фильтр" in invitations
    assert "Ждём ответа, по ссылке переходили" in place
    assert "Открыл письмо" not in invitations + place
    assert (await browser.get("/api/v1/staff/me")).status_code == 200, "the link goes on working"


async def test_a_group_sees_the_invitations_of_its_own_people(office: Office, browser: Browser) -> None:
    await staffed(office, browser)
    await office.reset(browser, "one@example.org")
    of_group = unescape((await browser.get("/cabinet/invitations")).text)
    await office.come(browser, "two@example.org")
    of_other = unescape((await browser.get("/cabinet/invitations")).text)

    assert "Школин Иван" in of_group
    assert "Школин Иван" not in of_other


@pytest.mark.parametrize(
    "query", ["q=%00", "after=%00", "format=%00", "q=" + "я" * 5000, "after=x&missing=2"]
)
@pytest.mark.parametrize("path", ["/cabinet", LIST, "/cabinet/invitations", "/cabinet/campaigns/new"])
async def test_whatever_an_address_says_is_answered(
    office: Office, browser: Browser, path: str, query: str
) -> None:
    answer = await browser.get(f"{path}?{query}")

    assert answer.status_code in (200, 400, 404, 422)
