"""A staff meeting in Chromium: fifteen ideas by keys alone, a paste from Excel, errors in the row."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.intake.staff_meetings.meeting import ADDRESS, Meetings
from tests.intake.test_pages import web_of
from tests.served import served

PEOPLE = """Иванова Мария Петровна
Петров Иван Сергеевич
Ёлкина Анна Олеговна
Сидорова Ольга Ивановна
Кузнецов Пётр Ильич
Васильева Нина Андреевна
Иванов Степан Олегович"""

IDEAS = [
    (
        "1,3",
        "Освещение на улице Школьной",
        "Дети идут домой в темноте. Поставить пять фонарей от школы до остановки.",
    ),
    ("пет", "Переход у школы", "Машины не уступают. Нужен приподнятый переход и знак."),
    (
        "4,5",
        "Автобус к началу уроков",
        "Первый автобус приходит в 8:40. Сдвинуть рейс на двадцать минут раньше.",
    ),
    ("6", "Тротуар на Садовой", "Тротуара нет, идём по дороге. Сделать его с одной стороны."),
    ("ёлк", "Ремонт моста через ручей", "Доски прогнили, коляска не проходит. Заменить настил и перила."),
    (
        "1,2,4",
        "Школьный театр летом",
        "Летом зал пустует. Открыть театральную смену на июнь для всех желающих.",
    ),
    ("7", "Стенд с историей села", "Собрали сто фотографий. Поставить стенд у клуба с подсветкой."),
    ("куз", "Кино под открытым небом", "По пятницам показывать старые фильмы на площади. Экран уже есть."),
    ("2,6", "Библиотека до восьми", "После работы библиотека закрыта. Два дня в неделю работать до восьми."),
    ("3", "Кружок гончаров", "Печь стоит без дела в мастерской. Найти ставку для руководителя."),
    ("5,7", "Яма у поворота на ферму", "Автобус объезжает яму по встречной. Засыпать и заасфальтировать."),
    ("вас", "Скамейки по пути в поликлинику", "Пожилым негде отдохнуть. Поставить четыре скамейки в тени."),
    ("1,6", "День села вместе со школой", "Проводить праздник на школьном стадионе: там есть свет и вода."),
    ("4", "Знак «Дети» у парка", "Водители не видят выхода из парка. Поставить знаки с двух сторон."),
    ("2,3,5", "Выставка мастеров", "У нас двенадцать мастеров. Дать им зал раз в три месяца."),
]
"""Authors as they are typed, title and text."""

CULTURE_FROM, ROADS_AGAIN = 5, 10
"""The ideas before which another direction is chosen."""

CHARACTERS_A_MINUTE, SECONDS_A_STROKE = 200, 1.0
"""How fast somebody types who is no typist, and how long one thinks before a key that leads on."""


@dataclass
class Typist:
    """Types, and counts the strokes of text apart from those that lead on."""

    page: Page
    text: int = 0
    leading: int = 0

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)
        self.text += len(text)

    async def write(self, text: str) -> None:
        """The same at once: what nothing listens to letter by letter."""
        await self.page.keyboard.insert_text(text)
        self.text += len(text)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            self.leading += 1

    @property
    def minutes(self) -> float:
        """What it takes."""
        return self.text / CHARACTERS_A_MINUTE + self.leading * SECONDS_A_STROKE / 60


@pytest.fixture
async def token(meetings: Meetings) -> str:
    """A coordinator of the school."""
    return await meetings.coordinator()


@pytest.fixture
async def window(
    meetings: Meetings, token: str, intake_database: Database, tmp_path: Path
) -> AsyncIterator[Watched]:
    """A window of the coordinator's."""
    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, permissions=["clipboard-read", "clipboard-write"]) as watched,
    ):
        watched.forgiven = ("422 (Unprocessable Entity)",)
        await watched.enter(token, "staff")
        yield watched
        watched.assert_clean()


async def test_fifteen_ideas_are_entered_by_keys_alone_within_ten_minutes(
    window: Watched, meetings: Meetings, token: str
) -> None:
    page = await window.open(ADDRESS + await meetings.begun(token, PEOPLE))
    typist = Typist(page)

    for nth, (authors, title, text) in enumerate(IDEAS):
        await typist.type(authors)
        await typist.press("Enter", "Enter")
        await typist.type({0: "1", CULTURE_FROM: "2", ROADS_AGAIN: "1"}.get(nth, ""))
        await typist.press("Enter")
        await typist.type("1" if nth == 0 else "")
        await typist.press("Enter")
        await typist.write(title)
        await typist.press("Enter")
        await typist.write(text)
        await typist.press("Enter" if nth + 1 < len(IDEAS) else "Control+Enter")

    await expect(page.get_by_role("status").first).to_contain_text("Подано: 15")
    kept = await meetings.grid(page.url.removeprefix(window.origin + ADDRESS).partition("?")[0])
    assert [(each["title"], each["text"]) for each in kept] == [idea[1:] for idea in IDEAS]
    assert [each["direction"] for each in kept] == ["roads"] * 5 + ["culture"] * 5 + ["roads"] * 5
    assert {each["form"] for each in kept} == {"personal"}
    assert kept[5]["authors"] == "1 Иванова М. П., 2 Петров И. С., 4 Сидорова О. И."
    assert (typist.text, typist.leading) == (1316, 90)
    assert round(typist.minutes, 1) == 8.1, "and so less than ten"


async def test_what_is_pasted_from_excel_fills_the_grid_and_stays_when_the_browser_closes(
    window: Watched, meetings: Meetings, token: str
) -> None:
    path = await meetings.begun(token, PEOPLE)
    page = await window.open(ADDRESS + path)
    copied = (
        'ивано\tДороги\tЛичная\tСвет\t"Темно.\r\nНужны ""светлые"" фонари."\r\n'
        '2, 3\tКосмос\t\t"Парк" у реки\tПосадить липы.\r\n'
    )
    await page.evaluate("(text) => navigator.clipboard.writeText(text)", copied)

    await page.get_by_label("Авторы, строка 1", exact=True).press("Control+v")
    await expect(page.get_by_text("Сохранено в")).to_be_visible()
    await page.close()
    page = await window.open(ADDRESS + path)
    await page.get_by_label("Авторы, строка 1", exact=True).press("ArrowDown")
    await expect(page.get_by_label("Авторы, строка 2", exact=True)).to_be_focused()
    await page.keyboard.press("Control+Enter")

    await expect(page.get_by_role("alert")).to_contain_text("Не отправлено строк: 2")
    field = page.get_by_label("Авторы, строка 1", exact=True)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(
        "Ошибка: Кто это – «ивано»: 1 Иванова М. П., 7 Иванов С. О.? Укажите номер по листу или больше букв."
    )
    await expect(page.get_by_label("Текст, строка 1")).to_have_value('Темно.\nНужны "светлые" фонари.')
    await expect(page.get_by_label("Название, строка 2")).to_have_value('"Парк" у реки')
    await looking.assert_usable(window, page)
    await field.fill("7")
    await page.get_by_label("Направление, строка 2").select_option("culture")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Подано: 2")


async def test_everybody_can_use_the_pages(window: Watched, meetings: Meetings, token: str) -> None:
    long = "Константинопольская-Преображенская Александра Константиновна"
    path = await meetings.begun(token, f"{PEOPLE}\n{long}; {'a' * 60}@example.org; Депутат; 12-с")
    empty = await meetings.begun(token, "")
    for address in ("", f"{path}/people", path, f"{empty}/people", empty):
        page = await window.open(ADDRESS + address)
        await looking.assert_usable(window, page)
        await page.close()
