"""The audit as the administrator searches it, takes it along and verifies it."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote, urlencode

import pytest

from services.chassis.db import tenancy
from services.chassis.db.pool import open_pool
from services.hierarchy.core.domain import audit as deeds
from services.hierarchy.core.store import audit
from tests.hierarchy.groups.test_groups import formed, head
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment
from tests.hierarchy.tables import table

ROW = re.compile(r"<tr><td.*?</tr>", re.DOTALL)


async def read(browser: Browser, **asked: object) -> list[str]:
    """The rows of the page, without their times."""
    answer = await browser.get(f"/cabinet/audit?{urlencode(asked)}")
    assert answer.status_code == 200
    rows = ROW.findall(answer.text.partition('<tbody id="rows">')[2])
    return [" ".join(unescape(re.sub(r"<time.*?</time>|<[^>]+>", " ", row)).split()) for row in rows]


@pytest.fixture
async def history(office: Office, browser: Browser) -> None:
    """What a Head and another one's appointment left in it; the browser is the administrator's."""
    await appoint(browser, appointment("head", ELSEWHERE, "else@example.org", name="Орлова Ёлка"))
    await head(office, browser)
    await formed(browser, name="Хозяйство", kinds=["школа"])
    await office.reset(browser, "admin@example.org")


@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ({"deed": "group-formed"}, "Петров Пётр Петрович Сформирована рабочая группа: Хозяйство", 1),
        ({"place": "Городское поселение город Берёзов"}, "Админова Ада Назначение: Орлова Ёлка, глава", 1),
        ({"place": ELSEWHERE}, "Админова Ада Назначение: Орлова Ёлка, глава", 1),
        ({"place": "регион", "deed": "appointed"}, "Команда на сервере Назначение: Админова Ада", 1),
        ({"person": "елка орлова"}, "", 0),
        ({"person": "орлова елка"}, "Админова Ада Назначение: Орлова Ёлка, глава", 1),
        ({"person": "админова", "deed": "appointed"}, "Админова Ада Назначение: Петров Пётр Петрович", 3),
        ({"person": "никто"}, "", 0),
        ({"person": "%"}, "", 0),
        ({"person": "<b>'; DROP TABLE audit --"}, "", 0),
        ({"place": "нигде"}, "", 0),
        ({"deed": "appointed", "to": (TODAY - timedelta(days=1)).isoformat()}, "", 0),
        ({"deed": "appointed", "from": (TODAY + timedelta(days=1)).isoformat()}, "", 0),
        ({"deed": "group-formed", "from": TODAY.isoformat(), "to": TODAY.isoformat()}, "Петров", 1),
    ],
)
async def test_it_is_searched_by_person_place_deed_and_day(
    history: None, browser: Browser, asked: dict[str, str], first: str, count: int
) -> None:
    rows = await read(browser, **asked)

    assert len(rows) == count
    assert not first or rows[0].startswith(first)


@pytest.mark.parametrize(
    "asked", [{"deed": "no-such"}, {"from": "вчера"}, {"to": "0001-01-01"}, {"person": " "}]
)
async def test_what_is_no_filter_is_left_out(history: None, browser: Browser, asked: dict[str, str]) -> None:
    assert len(await read(browser, **asked)) == len(await read(browser)) > 5


async def test_the_next_part_and_the_files_keep_the_filter(office: Office, browser: Browser) -> None:
    await head(office, browser)
    async with open_pool(office.settings("worker")) as pool, pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        lines = [deeds.Line(PLACE, office.now, None, None, "imported-population", "x") for _ in range(150)]
        await audit.add(db, lines)
    await office.reset(browser, "admin@example.org")

    asked = {"deed": "imported-population", "place": PLACE}
    page = unescape((await browser.get(f"/cabinet/audit?{urlencode(asked)}")).text)
    more = re.findall(r'class="button second" href="(/cabinet/audit\?[^"]+)"', page)[0]
    rest = unescape((await browser.get(more)).text)
    text = (await browser.get(re.findall(r'href="(/cabinet/audit\?[^"]*format=csv)"', page)[0])).content
    book = await browser.get(re.findall(r'href="(/cabinet/audit\?[^"]*format=xlsx)"', page)[0])

    assert len(ROW.findall(page)) == 100
    assert len(ROW.findall(rest)) == 50
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Когда", "Кто", "По поручению", "Что сделал", "Кого или что", "Роль", "Где"]
    assert len(rows) == 151
    assert rows[1][1:] == [
        *("Команда на сервере", "", "Загружено население", "", "", "Берёзовский муниципальный район")
    ]
    assert "Журнал действий, " in unquote(book.headers["content-disposition"])
    assert len(table(book.content).lines) == 151


async def test_a_sum_that_was_written_down_is_found_again(office: Office, browser: Browser) -> None:
    async with open_pool(office.settings("worker")) as pool, pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await audit.prolong(db, 100)
    page = unescape((await browser.get("/cabinet/audit?verify=1")).text)
    (written,) = re.findall(r'<b class="sum">([0-9a-f]{32})</b>', page)

    again = unescape(
        (await browser.get(f"/cabinet/audit?verify=1&sum={written.upper()[:16]} {written[16:]}")).text
    )
    strange = unescape((await browser.get(f"/cabinet/audit?verify=1&sum={'0' * 32}")).text)

    assert "Запишите её вне системы и введите при следующей проверке" in page
    assert "Записанная сумма найдена" in again
    assert "Записанной суммы в журнале нет" in strange


def test_every_deed_has_its_words() -> None:
    known = {value for name, value in vars(deeds).items() if name.isupper() and isinstance(value, str)}
    known |= {deeds.IMPORTED.format(what=what) for what in ("organizations", "municipalities", "population")}

    assert known - {deeds.IMPORTED} == set(deeds.DEEDS)
