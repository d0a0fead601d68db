"""Acts: everybody who may sees what was entered."""

import io
import re
import time
from datetime import timedelta
from html import unescape
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from services.chassis.db.pool import open_pool
from services.chassis.web.pages import day
from tests.hierarchy.groups.test_groups import SCHOOL, account, formed, head, organization
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment

LIST, REGION_LIST = f"/cabinet/municipalities/{PLACE}/acts", "/cabinet/region/acts"
AWKWARD = 'Д’Артаньян #Шарль "Ш" *Огюст* \\Иван_ov $x$ @y <z>'


async def page(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return unescape(answer.text).replace("\xa0", " ")


async def acts(browser: Browser, path: str = LIST) -> list[str]:
    """The addresses of the acts of a list."""
    return re.findall(r"/cabinet/acts/[0-9a-f-]{36}", await page(browser, path))


async def enter_acts(office: Office, count: int, tenant: str = PLACE) -> None:
    """Acts as if they had been entered, one a day."""
    seeing = {"app.municipalities": "*"}
    async with open_pool(office.settings("worker"), server_settings=seeing) as pool:
        await pool.executemany(
            "INSERT INTO act (municipality, id, number, day, entered_at) VALUES ($1, $2, $3, $4, $5)",
            [
                (tenant, uuid4(), f"{nth}/Ёж", TODAY - timedelta(days=nth), office.now)
                for nth in range(1, count + 1)
            ],
        )


async def test_an_act_names_everybody_whom_it_appointed(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await appoint(
        browser,
        appointment("clerk", PLACE, "clerk@example.org", name="Доверов Денис"),
        appointment("responsible", PLACE, "responsible@example.org", name=AWKWARD),
        number="77-р",
    )
    people = await page(browser, f"/cabinet/municipalities/{PLACE}")
    listed = await page(browser, LIST)

    act = await page(browser, (await acts(browser))[0])

    row = act.partition(AWKWARD)[2].partition("</tr>")[0]
    assert "Распоряжение № 77-р" in act
    assert "ответственный за реализацию проекта" in row
    assert "Берёзовский муниципальный район" in row
    assert f"с {TODAY.day} " in row
    assert act.index("Доверов Денис") < act.index(AWKWARD)
    assert "Петров Пётр Петрович" in act.partition("Кто внёс")[2].partition("</dd>")[0]
    assert "от своего имени" in act
    assert re.search(r'<a href="/cabinet/acts/[^"]+">по распоряжению № 77-р от ', people)
    assert f'href="{LIST}"' in people
    assert (
        '<td class="number" data-head="Назначено">2</td>'
        in listed.partition("№ 77-р")[2].partition("</tr>")[0]
    )


async def test_an_act_of_a_clerk_says_on_whose_behalf(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главин Глеб"))
    await office.come(browser, "head@example.org")
    await appoint(browser, appointment("clerk", PLACE, "clerk@example.org", name="Доверов Денис"))
    await office.come(browser, "clerk@example.org")
    await appoint(browser, appointment("deputy", PLACE, "one@example.org"), number="78-р")

    act = await page(browser, (await acts(browser, f"{LIST}?q=78"))[0])

    facts = act.partition("<dl")[2].partition("</dl>")[0]
    assert facts.index("Доверов Денис") < facts.index("По поручению") < facts.index("Главин Глеб")


async def test_an_act_names_its_groups_and_whose_powers_have_ended(office: Office, browser: Browser) -> None:
    await head(office, browser)
    leader = await account(office, "one@example.org")
    group = await formed(browser, leader=leader, directions=["roads"], kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    appointed = await appoint(
        browser, appointment("coordinator", school, "teacher@example.org"), number="5-к"
    )
    (coordinator,) = appointed.json()["appointed"]
    await browser.post(f"/api/v1/appointments/{coordinator}/end")

    forming = await page(browser, (await acts(browser, f"{LIST}?q=3-р"))[0])
    ended = await page(browser, (await acts(browser, f"{LIST}?q=5-К"))[0])

    row = forming.partition(f"/cabinet/groups/{group}")[2].partition("</li>")[0]
    assert "Дороги" in row
    assert "организаций: 2" in row
    assert "руководитель рабочей группы" in forming.partition('id="appointed"')[2]
    assert "Рабочая группа" in forming.partition('id="appointed"')[2].partition("</table>")[0]
    assert SCHOOL in ended
    assert "Полномочия прекращены" in ended


async def test_acts_are_listed_by_day_a_part_at_a_time_and_found_by_number(
    office: Office, browser: Browser
) -> None:
    await enter_acts(office, 101)

    first = await page(browser, LIST)
    (more,) = re.findall(r'class="button second" href="([^"]+after=[^"]+)"', first)
    rest = await page(browser, more)
    found = await acts(browser, f"{LIST}?q=77%2Fеж")
    none = await page(browser, f"{LIST}?q=999")

    numbers = re.findall(r"№ (\d+)/Ёж", first)
    assert numbers == [str(nth) for nth in range(1, 101)]
    assert re.findall(r"№ (\d+)/Ёж", rest) == ["101"]
    assert "Показать ещё" not in rest
    assert len(found) == 1
    assert "Ничего не нашлось" in none


async def test_the_regions_acts_are_the_administrators(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "council@example.org"), number="1-рег")
    region = await page(browser, "/cabinet/region")

    act = await page(browser, (await acts(browser, f"{REGION_LIST}?q=1-рег"))[0])

    assert f'href="{REGION_LIST}"' in region
    assert "оператор СМО" in act
    assert "СМО</td>" in act
    assert "Админова Ада" in act


async def test_an_act_of_a_command_was_entered_by_nobody(office: Office, browser: Browser) -> None:
    (act,) = await acts(browser, REGION_LIST)

    shown = await page(browser, act)

    assert "Команда на сервере" in shown.partition("<dl")[2].partition("</dl>")[0]
    assert "Админова Ада" in shown.partition('id="annex"')[2]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((name, 200) for name in ("admin", "head", "clerk", "responsible", "one")),
        *((name, 404) for name in ("member", "teacher", "council", "else")),
    ],
)
async def test_whoever_sees_the_people_sees_the_acts(
    office: Office, browser: Browser, who: str, status: int
) -> None:
    act = await staffed(office, browser)
    await office.reset(browser, f"{who}@example.org")

    answers = [await browser.get(path) for path in (act, LIST)]

    assert [answer.status_code for answer in answers] == [status, status]
    if status == 404:
        assert "Такого распоряжения у вас нет" in answers[0].text
    if who == "member":
        group = await office.pool.fetchval("SELECT scope_of FROM staff_grant WHERE role = 'member'")
        of_group = await page(browser, f"/cabinet/groups/{group}")
        assert "по распоряжению №" in of_group
        assert "/cabinet/acts/" not in of_group, "no link that leads nowhere"


async def test_an_act_that_never_was_is_not_there(office: Office, browser: Browser) -> None:
    assert "Такого распоряжения у вас нет" in await page(browser, f"/cabinet/acts/{UUID(int=1)}", 404)


def read(pdf: bytes) -> str:
    """The text of a PDF without spaces and breaks, which stand where the lines happened to end."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


async def test_an_act_is_printed_with_every_sign_as_it_was_typed(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главин Глеб"))
    await office.come(browser, "head@example.org")
    await appoint(
        browser, appointment("responsible", PLACE, "responsible@example.org", name=AWKWARD), number='7/"#р*'
    )
    (act,) = await acts(browser, f"{LIST}?q=7/")

    answer = await browser.get(f"{act}/act.pdf")

    text = read(answer.content)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith(quote('Распоряжение № 7/"#р*.pdf', safe=""))
    assert answer.headers["cache-control"] == "no-store"
    for said in (
        "Берёзовский муниципальный район",
        "РАСПОРЯЖЕНИЕ",
        f'от {day(TODAY)} {TODAY.year} г. № 7/"#р*',
        "Назначить лиц по приложению",
        "Глава Г. Главин",
        AWKWARD,
        "ответственный за реализацию проекта",
        f"с {TODAY:%d.%m.%Y}",
        "1 из 2",
    ):
        assert squeezed(said) in text


async def test_the_administrator_signs_the_act_that_appoints_a_head(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главин Глеб"))
    await office.come(browser, "head@example.org")
    (of_head,) = await acts(browser)
    await appoint(browser, appointment("deputy", PLACE, "one@example.org"), number="2-зам")
    (of_deputy,) = await acts(browser, f"{LIST}?q=2-зам")

    by_administrator = read((await browser.get(f"{of_head}/act.pdf")).content)
    by_head = read((await browser.get(f"{of_deputy}/act.pdf")).content)

    assert squeezed("Администратор региона А. Админова") in by_administrator.replace("подпись", "")
    assert squeezed("Глава Г. Главин") in by_head.replace("подпись", "")


async def test_groups_are_printed_with_their_directions(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await formed(browser, name="Группа #1", directions=["roads"], kinds=["школа"])
    (act,) = await acts(browser, f"{LIST}?q=3-р")

    text = read((await browser.get(f"{act}/act.pdf")).content)

    assert squeezed("Сформировать рабочие группы: • Группа #1: Дороги") in text
    assert squeezed("организаций: 2.") in text


async def test_five_hundred_are_printed_while_one_waits(office: Office, browser: Browser) -> None:
    await head(office, browser)
    people = [
        appointment("deputy", PLACE, f"{nth}@example.org", name=f"Заместителев Пётр {nth}")
        for nth in range(500)
    ]
    await appoint(browser, *people, number="500-р")
    (act,) = await acts(browser, f"{LIST}?q=500-р")

    began = time.perf_counter()
    answer = await browser.get(f"{act}/act.pdf")
    took = time.perf_counter() - began

    pages = PdfReader(io.BytesIO(answer.content)).pages
    print(f"500 rows: {took:.2f} s, {len(pages)} pages, {len(answer.content)} bytes")
    assert took < 50
    assert all("Кем назначен" in page.extract_text() for page in pages[1:]), "the head is on every page"
    assert "ЗаместителевПётр499" in read(answer.content)


async def test_a_foreign_act_is_not_printed(office: Office, browser: Browser) -> None:
    act = await staffed(office, browser)
    await office.reset(browser, "else@example.org")

    assert (await browser.get(f"{act}/act.pdf")).status_code == 404


async def staffed(office: Office, browser: Browser) -> str:
    """A municipality with everybody in it, and one elsewhere; the address of an act of the Head's."""
    await appoint(
        browser,
        appointment("head", ELSEWHERE, "else@example.org"),
        appointment("smo-operator", "smo", "council@example.org"),
    )
    await head(office, browser)
    await appoint(
        browser,
        appointment("clerk", PLACE, "clerk@example.org"),
        appointment("responsible", PLACE, "responsible@example.org"),
        number="9-р",
    )
    (act,) = await acts(browser, f"{LIST}?q=9-р")
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    await appoint(
        browser,
        appointment("member", group, "member@example.org"),
        appointment("coordinator", await organization(office), "teacher@example.org"),
    )
    return act


async def test_who_was_appointed_at_the_installation_has_no_number_of_an_act(
    office: Office, browser: Browser
) -> None:
    people, listed = await page(browser, "/cabinet/region"), await page(browser, REGION_LIST)
    (act,) = await acts(browser, REGION_LIST)

    for seen in (people, listed, shown := await page(browser, act)):
        assert "№ установка системы" not in seen
        assert "ри установке системы" in seen
    assert "act.pdf" not in shown
    assert (await browser.get(f"{act}/act.pdf")).status_code == 404


async def test_what_may_be_done_with_a_person_is_folded_away(office: Office, browser: Browser) -> None:
    await head(office, browser)

    people = await page(browser, f"/cabinet/municipalities/{PLACE}")

    folded = re.findall(r'<details class="deeds small">.*?</details>', people, re.DOTALL)
    of_others = [each for each in folded if "Прекратить полномочия" in each]
    assert len(folded) == 3, "the Head's own telephone, and two deputies"
    assert len(of_others) == 2, "a Head does not end the Head"
    assert all("Исправить адрес" in each for each in of_others)
    assert people.count("Прекратить полномочия") == 2
