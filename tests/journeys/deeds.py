"""What everybody of a town and a village does on pages with orders, questions and summaries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from html import unescape

from tests.plain import Browsing, Page, words

TOWN, VILLAGE = "13701000", "13605404"
SCHOOL, OTHER_SCHOOL, HOSPITAL, RURAL, CLUB = (
    *("Школа № 1", "Школа № 2", "Больница"),
    *("Сельская школа", "Дом культуры"),
)
ORGANIZATIONS = {SCHOOL: TOWN, OTHER_SCHOOL: TOWN, HOSPITAL: TOWN, RURAL: VILLAGE, CLUB: VILLAGE}
SCHOOLS, REST, WHOLE = "Образование", "Остальное", "Рабочая группа"

ROOMS = ("/cabinet/orders", "/cabinet/questions", "/cabinet/reports", "/cabinet/messages")
ONE = re.compile(r"[0-9a-f-]{36}")
DUE = re.compile(r"^(?:просрочено )?до \d+ \w+, \d\d:\d\d ")


def ready(name: str) -> str:
    """A summary, as «Сегодня» has it before it is due."""
    return f"Сводка, {name}: готова. Проверить и отправить"


def late(name: str) -> str:
    """And afterwards."""
    return f"Сводка, {name}: срок прошёл. Проверить и отправить"


@dataclass
class Person(Browsing):
    """Somebody of the staff, and what they do with what they have."""

    async def waits(self) -> list[str]:
        """What «Сегодня» says that waits for them of the work between the levels."""
        return [said for said, _ in lines(await self.open("/cabinet"), "own-title")]

    async def misses(self) -> list[str]:
        """What it says is not done below them."""
        return [said for said, _ in lines(await self.open("/cabinet"), "below-title")]

    async def step(self, wanted: str) -> Page:
        """The page to which a line of «Сегодня» leads."""
        page = await self.open("/cabinet")
        found = [*lines(page, "own-title"), *lines(page, "below-title")]
        hrefs = [href for said, href in found if wanted in said]
        assert hrefs, f"nothing «{wanted}» waits for {self.name}: {found}"
        return await self.open(hrefs[0])

    async def give(self, text: str, *to: str, button: str = "Дать поручение", **more: str) -> Page:
        """An order: to a direction, a group, a role, or to somebody by a part of their name."""
        page = await self.follow(await self.open("/cabinet/orders"), "Новое поручение")
        chosen = {f"to:{each}": "1" for each in to if ":" in each}
        for name in (each for each in to if ":" not in each):
            page = await self.press(page, "Найти", people_q=name)
            found, _ = page.button("Найти")
            chosen |= {box: "1" for box in found.offered if box.startswith("to:person:")}
        return await self.press(page, button, chosen, text=text, **more)

    async def acknowledge(self, order: int) -> Page:
        """It is read."""
        return await self.press(await self.step(f"Поручение № {order}:"), "Ознакомлен(а)")

    async def report(self, order: int, text: str, **more: str) -> Page:
        """It is done."""
        page = await self.step(f"Поручение № {order}:")
        if not page.path.endswith("/report"):
            page = await self.follow(page, "Отчитаться")
        return await self.press(page, "Отправить отчёт", {"text": text, **more})

    async def accept(self, order: int) -> Page:
        """All reports that wait are as they should be."""
        page = await self.step("проверки")
        assert f"Поручение № {order}" in page.text
        return await self.press(page, "Принять все отчёты")

    async def send_back(self, order: int, reason: str) -> Page:
        """The report that waits is not."""
        page = await self.step("проверки")
        assert f"Поручение № {order}" in page.text
        page = await self.follow(page, "Вернуть")
        return await self.press(page, "Вернуть", reason=reason)

    async def given(self, order: int) -> Page:
        """An order of theirs."""
        return await self.follow(await self.open("/cabinet/orders?tab=given"), f"№ {order}.")

    async def ask(self, text: str, direction: str = "") -> Page:
        """A question."""
        page = await self.follow(await self.open("/cabinet/questions"), "Задать вопрос")
        return await self.press(page, "Отправить вопрос", text=text, direction=direction)

    async def answer(self, text: str) -> Page:
        """The only one that waits is answered."""
        return await self.press(await self.step("1 вопрос без ответа"), "Отправить ответ", text=text)

    async def asked(self, text: str) -> Page:
        """A question of theirs, or of who had their place before."""
        return await self.follow(await self.open("/cabinet/questions?tab=own"), text)

    async def summarize(
        self, typed: Mapping[str, str] | None = None, which: str = ": готова."
    ) -> tuple[Page, Page]:
        """Two clicks: the summary that waits is opened, and sent; the page before and after."""
        ready = await self.step(which)
        sent = await self.press(ready, "Отправить", typed)
        assert "Сводка отправлена" in sent.text
        return ready, sent

    async def remind(self) -> Page:
        """«Напомнить»."""
        return await self.press(await self.open("/cabinet/reports"), "Напомнить")

    async def alike(self, text: str) -> str:
        """What is found of answers while a question is typed."""
        page = await self.follow(await self.open("/cabinet/questions"), "Задать вопрос")
        return (await self.press(page, "Найти похожие", text=text)).text

    async def addresses(self) -> list[str]:
        """Of an order, a question and a summary that they see."""
        found = []
        for room in ("orders?tab=given", "questions?tab=held&which=all", "reports"):
            page, inside = await self.open(f"/cabinet/{room}"), f"/cabinet/{room.partition('?')[0]}/"
            found += [href for _, href in page.links if ONE.fullmatch(href.removeprefix(inside))][:1]
        return found


def lines(page: Page, title: str) -> list[tuple[str, str]]:
    """What a part of «Сегодня» says of the work between the levels, without until when; where each leads."""
    part, found = page.html.partition(f'id="{title}"')[2].partition("</section>")[0], []
    for line in re.findall(r"<li>(.*?)</li>", part, re.DOTALL):
        hrefs = [unescape(href) for href in re.findall(r'href="([^"]+)"', line)]
        if hrefs and hrefs[-1].startswith(ROOMS):
            found.append((DUE.sub("", words(line)), hrefs[-1]))
    return found


@dataclass
class Cast:
    """Everybody: of the region; of the town with two groups; of the village, whose Head leads its one."""

    admin: Person
    smo: Person
    head: Person
    clerk: Person
    responsible: Person
    first: Person
    rest: Person
    member: Person
    teacher: Person
    second: Person
    doctor: Person
    elder: Person
    rural: Person
    club: Person

    @property
    def everybody(self) -> list[Person]:
        """One after the other."""
        return [getattr(self, each.name) for each in fields(self)]

    async def coordinators_send(self, *, but: str = "", declared: str = "") -> dict[str, Page]:
        """Those of a week, in two clicks each; what was seen before, by organization."""
        people, found = (self.teacher, self.second, self.doctor, self.rural, self.club), {}
        for name, person in zip(ORGANIZATIONS, people, strict=True):
            if name == but:
                continue
            before = await person.waits()
            assert before[-1] == ready(name)
            number = {"number-submitted": declared, "reason-submitted": "Две на бумаге"}
            found[name], _ = await person.summarize(number if declared and name == SCHOOL else None)
            assert await person.waits() == before[:-1]
        return found

    async def groups_send(self) -> dict[str, Page]:
        """Those of the groups; what their leaders saw before."""
        found = {}
        for leader, name in ((self.first, SCHOOLS), (self.rest, REST), (self.elder, WHOLE)):
            assert await leader.waits() == [ready(name)]
            found[name], _ = await leader.summarize()
            assert await leader.waits() == []
        return found


NAMES = {
    "admin": "Админова Ада Андреевна",
    "smo": "Советов Савва Сергеевич",
    "head": "Главин Глеб Глебович",
    "clerk": "Письмова Полина Павловна",
    "responsible": "Ответова Ольга Олеговна",
    "first": "Первов Павел Петрович",
    "rest": "Второв Виктор Викторович",
    "member": "Членов Чеслав Чеславович",
    "teacher": "Учителев Устин Устинович",
    "second": "Вторых Вера Владимировна",
    "doctor": "Врачева Варвара Васильевна",
    "elder": "Селянина Софья Степановна",
    "rural": "Сельская Серафима Семёновна",
    "club": "Клубный Клим Климович",
}
