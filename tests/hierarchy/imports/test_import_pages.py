"""Tables brought on the screen: looked through first, then taken, all or nothing."""

import asyncio
import io
import re
import sys
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import unquote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from services.chassis.db import tenancy
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment

OF_ONE, OF_ALL = f"/cabinet/imports/organizations?of={PLACE}", "/cabinet/imports/organizations"
HEAD = "Номер;Название;Вид;Где находится;Работников\n"


async def bring(browser: Browser, table: str | bytes, of: str = PLACE, what: str = "organizations") -> str:
    """Bring a file and open the page that shows what it would change; returns its address."""
    content = table.encode() if isinstance(table, str) else table
    answer = await browser.post(
        f"/cabinet/imports/{what}",
        data={"of": of},
        files={"file": ("table.csv", content)},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def looked_through(browser: Browser, address: str, key: str = "k") -> dict[str, str]:
    """The form by which what was looked through is taken."""
    digest = re.search(r'name="digest" value="(\w+)"', (await browser.get(address)).text)
    return {"digest": digest[1] if digest else "", "form_key": key}


async def take(browser: Browser, address: str) -> Any:
    form = await looked_through(browser, address)
    return await browser.post(address, data=form, follow_redirects=False)


def table(page: str, id_: str) -> list[list[str]]:
    """The cells of a table of the page, its head first."""
    rows = re.findall(
        r"<tr>(.*?)</tr>", page.partition(f'<table id="{id_}">')[2].partition("</table>")[0], re.DOTALL
    )
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).replace("\xa0", " ").split()) for cell in row]
        for row in cells
    ]


async def names(office: Office) -> list[str]:
    rows = await office.pool.fetch(
        "SELECT name FROM organization WHERE founder = $1 ORDER BY external_id", PLACE
    )
    return [row["name"] for row in rows]


async def test_a_table_is_looked_through_before_it_changes_anything(office: Office, browser: Browser) -> None:
    before = await names(office)

    address = await bring(
        browser, HEAD + "2;Школа № 1 имени Ушинского;школа;;41\n7;Сад «Берёзка»;детский сад;;12\n"
    )
    page = unescape((await browser.get(address)).text)

    assert "Добавится: 1. Изменится: 1. Останется как есть: 3." in page
    assert table(page, "changed") == [
        ["Номер", "Где находится", "Название", "Вид", "Работников"],
        [
            *("2", "Берёзовский муниципальный район"),
            "было Школа № 1 → стало Школа № 1 имени Ушинского",
            *("школа", "было 40 → стало 41"),
        ],
    ]
    assert table(page, "added")[1:] == [
        ["7", "Берёзовский муниципальный район", "Сад «Берёзка»", "детский сад", "12"]
    ]
    assert "Школа № 2" in page.partition("<details>")[2], "what is not in the file is folded away"
    assert "Школа № 2" not in page.partition("<details>")[0]
    assert await names(office) == before


async def test_what_was_looked_through_is_taken_once(office: Office, browser: Browser) -> None:
    address = await bring(browser, HEAD + "7;Сад;детский сад;;12\n")
    form = await looked_through(browser, address, "once")

    first, second = await asyncio.gather(
        *(browser.post(address, data=form, follow_redirects=False) for _ in range(2))
    )

    assert {first.headers["location"], second.headers["location"]} == {
        f"/cabinet/municipalities/{PLACE}/organizations?added=1&changed=0&done=organizations"
    }
    assert (await names(office)).count("Сад") == 1
    # Once among the deeds to choose from, once as done.
    assert (await browser.get("/cabinet/audit")).text.count("Загружены организации") == 2
    assert (await browser.get(address)).status_code == 404


async def test_five_thousand_with_three_hundred_bad_rows_change_nothing(
    office: Office, browser: Browser
) -> None:
    before = await names(office)
    rows = [f"{1000 + n};{'' if n % 17 == 0 else f'Школа {n}'};школа;;{n}" for n in range(5000)]

    address = await bring(browser, HEAD + "\n".join(rows))
    page = (await browser.get(address)).text
    answer = await browser.post(address, data={"digest": "", "form_key": "x"})
    file = await browser.get(f"{address}?format=csv")
    lines = file.content.decode("utf-8-sig").splitlines()

    assert "Всего ошибок: 295" in page.replace("\u00a0", " ")
    assert page.count("Заполните столбец «Название».") == 100
    assert "Ничего не изменилось" in answer.text
    assert len(lines) == 296
    assert lines[1] == '2;"Заполните столбец «Название»."'
    hour = office.now.astimezone(ZoneInfo("Europe/Samara"))
    named = unquote(file.headers["content-disposition"])
    assert f"Ошибки в файле, {hour:%Y-%m-%d %H-%M}.csv" in named
    assert await names(office) == before


async def test_a_list_that_was_taken_along_comes_back_as_it_is(office: Office, browser: Browser) -> None:
    table = (await browser.get(f"/cabinet/municipalities/{PLACE}/organizations?format=xlsx")).content

    page = (await browser.get(await bring(browser, table))).text

    assert "Ничего не изменится" in page


async def test_other_changes_than_those_looked_through_are_not_made(office: Office, browser: Browser) -> None:
    address = await bring(browser, HEAD + "2;Лицей;школа;;40\n")
    form = await looked_through(browser, address)
    id_ = await office.pool.fetchval(
        "SELECT id FROM organization WHERE founder = $1 AND external_id = '2'", PLACE
    )
    await browser.post(
        f"/cabinet/organizations/{id_}/closing", data={"form_key": "c"}, follow_redirects=False
    )

    answer = await browser.post(address, data=form, follow_redirects=False)

    assert answer.status_code == 409
    assert "состав изменился" in answer.text
    assert "Школа № 1" in await names(office)


async def test_the_same_name_under_another_number_is_pointed_out(office: Office, browser: Browser) -> None:
    page = (await browser.get(await bring(browser, HEAD + "77;школа №  1;школа;;40\n"))).text

    assert "Похоже, уже есть под другим номером: 1" in page


async def test_a_head_brings_organizations_of_their_own_municipality_alone(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")

    assert (await browser.get(OF_ONE)).status_code == 200
    assert (await take(browser, await bring(browser, HEAD + "9;Музей;музей;;3\n"))).status_code == 303
    assert "Музей" in await names(office)
    for path in (OF_ALL, f"{OF_ALL}?of={ELSEWHERE}", "/cabinet/imports/population"):
        assert (await browser.get(path)).status_code == 404


async def test_another_persons_file_is_not_there(office: Office, browser: Browser) -> None:
    address = await bring(browser, HEAD + "9;Музей;музей;;3\n")
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")

    assert (await browser.get(address)).status_code == 404


async def test_the_whole_regions_register_names_founders(office: Office, browser: Browser) -> None:
    head = "Номер;Учредитель;Название;Вид\n"
    address = await bring(
        browser, head + f"9;{PLACE};Музей;музей\n9;Каменское городское поселение;Музей;музей\n", of=""
    )

    page = (await browser.get(address)).text
    assert "Добавится: 2" in page
    assert table(page, "added")[0] == [
        "Номер",
        "Учредитель",
        "Где находится",
        "Название",
        "Вид",
        "Работников",
    ]


async def test_population_is_brought_as_a_spreadsheet(office: Office, browser: Browser) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Код ОКТМО", "Население", "Аудитория"))
        sheet.write_row(1, 0, (int(PLACE), 12000, 900))

    address = await bring(browser, content.getvalue(), of="", what="population")
    page = (await browser.get(address)).text
    await take(browser, address)

    assert table(page, "changed") == [
        ["Код ОКТМО", "Название", "Население", "Аудитория"],
        [PLACE, "Берёзовский муниципальный район", "было – → стало 12 000", "было – → стало 900"],
    ]
    row = await office.pool.fetchrow("SELECT population, audience FROM municipality WHERE code = $1", PLACE)
    assert row is not None
    assert (row["population"], row["audience"]) == (12000, 900)


async def test_municipalities_are_brought_from_the_classifier(
    office: Office, browser: Browser, file: Callable[[str], bytes]
) -> None:
    content = file("classifier_utf8.csv")
    renamed = content.replace("Заречный".encode(), "Новозаречный".encode())

    page = (await browser.get(await bring(browser, renamed, of="13", what="municipalities"))).text

    assert table(page, "changed")[0] == ["Код ОКТМО", "Название", "Вид", "Район"]
    assert (
        "было Городской округ город Заречный → стало Городской округ город Новозаречный"
        in (table(page, "changed")[1])
    )


@pytest.mark.parametrize(
    ("what", "of", "content", "sentence"),
    [
        ("organizations", PLACE, b"", "Выберите файл"),
        ("municipalities", "1", b"x", "две первые цифры"),
        ("municipalities", "", b"x", "две первые цифры"),
    ],
)
async def test_a_form_without_what_it_needs_says_so(
    browser: Browser, what: str, of: str, content: bytes, sentence: str
) -> None:
    answer = await browser.post(
        f"/cabinet/imports/{what}", data={"of": of}, files={"file": ("a.csv", content)}
    )

    assert answer.status_code == 422
    assert sentence in answer.text


async def test_a_file_that_is_no_table_says_what_to_do(browser: Browser) -> None:
    for content in (b"PK\x03\x04broken", b"%PDF-1.7\n", "просто текст".encode("utf-16")):
        page = (await browser.get(await bring(browser, content))).text

        assert "Ничего не изменилось" in page


async def test_what_cannot_be_brought_is_not_found(browser: Browser) -> None:
    assert (await browser.get("/cabinet/imports/people")).status_code == 404
    assert (await browser.get(f"{OF_ALL}?of=00000000")).status_code == 404


async def test_a_workbook_that_would_end_the_process_is_refused_at_each_look(
    office: Office, browser: Browser
) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Код ОКТМО", "Население", "Аудитория"))
        sheet.write_string(1_048_575, 16_383, " ")

    address = await bring(browser, content.getvalue(), of="", what="population")

    for _ in range(2):
        assert "Таблица слишком большая или повреждена" in unescape((await browser.get(address)).text)
    assert "Ничего не изменилось" in (await take(browser, address)).text
    assert (await browser.get("/cabinet/structure")).status_code == 200


async def test_a_file_is_read_when_it_is_uploaded_and_never_again(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await bring(browser, HEAD + "9;Музей;музей;;3\n")
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, PLACE)
        stored = await db.fetchval("SELECT content FROM import_file WHERE id = $1", UUID(address[-36:]))

    monkeypatch.setattr(sys, "executable", "/bin/false")
    page = (await browser.get(address)).text
    taken = await take(browser, address)

    assert stored == b""
    assert "Добавится: 1" in page
    assert taken.status_code == 303


async def test_a_file_of_another_kind_is_called_by_its_name(browser: Browser) -> None:
    page = unescape((await browser.get(await bring(browser, b"%PDF-1.7\n1 0 obj"))).text)

    assert "Это PDF. Загрузите таблицу CSV или XLSX." in page


@pytest.mark.parametrize("alike", ["h3r10-1", "Н3R10-1", "H3R10 -1"])
async def test_a_number_that_looks_like_a_known_one_is_pointed_out(browser: Browser, alike: str) -> None:
    await take(browser, await bring(browser, HEAD + "H3R10-1;Музей;музей;;3\n"))

    page = unescape((await browser.get(await bring(browser, HEAD + f"{alike};Архив;архив;;3\n"))).text)

    assert "Похоже, уже есть под другим номером: 1" in page


async def test_two_numbers_of_one_file_that_look_alike_are_pointed_out(browser: Browser) -> None:
    table = HEAD + "H3R10-1;Музей;музей;;3\nh3r10-1;Архив;архив;;3\n"

    page = unescape((await browser.get(await bring(browser, table))).text)

    assert "Похоже, уже есть под другим номером: 1" in page


async def test_names_with_commas_and_formulas_come_back_as_they_are(browser: Browser) -> None:
    names = ("Школа, детский сад, клуб", "Иванов,=1+1", "=1+1", "-Филиал", 'Дом «Ёлка» "№ 1"; филиал')
    rows = "".join(
        '{};"{}";клуб\n'.format(90 + nth, name.replace('"', '""')) for nth, name in enumerate(names)
    )
    await take(browser, await bring(browser, "Номер;Название;Вид\n" + rows))

    for ending in ("csv", "xlsx"):
        table = (await browser.get(f"/cabinet/municipalities/{PLACE}/organizations?format={ending}")).content
        assert "Ничего не изменится" in (await browser.get(await bring(browser, table))).text
