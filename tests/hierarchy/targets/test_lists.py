"""Targets by level, with what is added; the SMO's list, its files, reminders, and what «Сегодня» says."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.chassis.db.pool import Db
from services.chassis.mail import letters as mail
from services.chassis.mail.letters import Letter
from services.hierarchy.accounts.store import accounts
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment, slug
from tests.hierarchy.tables import table
from tests.hierarchy.targets.people import (
    ADDRESS,
    FOREIGN,
    LIST,
    PAGE,
    People,
    by_letter,
    page,
    put,
    rows_of,
)

REMINDERS = f"{ADDRESS}/reminders"
OTHERS = (ELSEWHERE, "13605155", "13605404")


async def read(browser: Browser, **query: Any) -> dict[str, Any]:
    answer = await browser.get(ADDRESS, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def set_by_everybody(office: Office, people: People) -> None:
    """The district with its settlements, a settlement of it, and another district alone."""
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    await put(people.head, scope="with-settlements")
    await put(people.stranger, municipality=FOREIGN, registered=50, submitted=30)
    async with office.browser() as town:
        await office.come(town, "town@example.org")
        assert (await put(town, municipality=ELSEWHERE, registered=40, submitted=20)).status_code == 201


async def today(browser: Browser) -> list[dict[str, Any]]:
    """What «Сегодня» says of targets."""
    items = (await browser.get("/api/v1/today")).json()["items"]
    return [item for item in items if item["kind"].startswith("target")]


async def test_sums_take_each_person_once(office: Office, people: People) -> None:
    await set_by_everybody(office, people)

    found = await read(people.administrator)
    districts = await read(people.administrator, level="district")
    (smo,) = (await read(people.administrator, level="smo"))["items"]
    (region,) = (await read(people.administrator, level="region"))["items"]
    alone = await read(people.administrator, within=ELSEWHERE)

    assert {item["code"]: (item["registered"], item["added"]) for item in found["items"]} == {
        PLACE: (200, True),
        ELSEWHERE: (40, False),
        FOREIGN: (50, True),
    }
    assert {item["code"]: item["registered"] for item in districts["items"] if item["registered"]} == {
        PLACE: 200,
        FOREIGN: 50,
    }
    assert (smo["registered"], smo["submitted"], smo["confirmed"]) == (250, 130, True)
    assert (region["registered"], region["submitted"], region["scope"]) == (250, 130, None)
    assert alone["items"][0]["added"], "by itself it is the whole sum"
    assert ELSEWHERE not in found["missing"]
    assert found["with_target"] + len(found["missing"]) == found["of"]


async def test_a_level_or_a_place_that_is_not_there_is_refused(people: People) -> None:
    answers = [
        await people.administrator.get(ADDRESS, params=query)
        for query in (
            {"level": "street"},
            {"within": "99999999"},
            {"within": "\u202e"},
            {"level": "x" * 500},
            {"limit": "0"},
        )
    ]

    assert [answer.status_code for answer in answers] == [422, 404, 404, 400, 400]
    assert slug(answers[0]) == "targets-level"


async def test_everybody_reads_what_is_theirs(office: Office, people: People) -> None:
    await set_by_everybody(office, people)

    own = await read(people.head)
    councils = await read(people.operator)
    foreign = await people.stranger.get(ADDRESS, params={"within": PLACE})
    region = await people.head.get(ADDRESS, params={"level": "region"})

    assert {item["code"] for item in own["items"]} == {PLACE, ELSEWHERE}, "its settlements' too"
    assert {item["code"] for item in (await read(people.stranger))["items"]} == {FOREIGN}
    assert {item["code"] for item in councils["items"]} == {PLACE, ELSEWHERE, FOREIGN}
    assert (foreign.status_code, region.status_code) == (404, 404)
    async with office.browser() as nobody:
        assert (await nobody.get(ADDRESS)).status_code == 401


async def test_a_settlement_sees_that_its_district_covers_it_and_not_by_how_much(
    office: Office, people: People
) -> None:
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    await put(people.head, scope="with-settlements")
    await office.come(people.stranger, "town@example.org")

    found = await read(people.stranger)

    assert (found["items"], found["missing"], found["with_target"], found["of"]) == ([], [], 1, 1)
    assert await today(people.stranger) == []
    assert (await people.stranger.get(PAGE)).status_code == 404


async def test_a_long_list_goes_on(office: Office, people: People) -> None:
    await set_by_everybody(office, people)

    codes, path = [], f"{ADDRESS}?limit=2"
    while path:
        answer = (await people.administrator.get(path)).json()
        codes += [item["code"] for item in answer["items"]]
        path = answer["next"]

    assert codes == [PLACE, ELSEWHERE, FOREIGN]


async def test_the_smo_sees_those_without_targets_first(office: Office, people: People) -> None:
    await set_by_everybody(office, people)
    await office.pool.execute("UPDATE municipality SET name = 'Ящеричное' WHERE code = '13610404'")

    shown = await page(people.operator, LIST)
    missing = await page(people.operator, f"{LIST}?only=missing")
    named = await page(people.operator, f"{LIST}?q=ящеричн")
    nothing = await page(people.operator, f"{LIST}?q=\u202e%00нет")

    assert "Установлены у" in shown
    assert "Вместе: пользователей 250, инициатив 130" in shown
    assert shown.index("Ящеричное") < shown.index("Берёзовский муниципальный район")
    assert "не входит в сумму: учтено в индикаторах района" in shown
    assert "Ящеричное" in missing
    assert "Распоряжение №" not in missing
    assert "Ящеричное" in named
    assert "Берёзовский" not in named.partition("<tbody")[2]
    assert "Ничего не нашлось" in nothing


async def test_the_list_is_for_those_who_oversee(people: People) -> None:
    for browser, expected in (
        (people.administrator, 200),
        (people.operator, 200),
        (people.head, 404),
        (people.stranger, 404),
    ):
        assert (await browser.get(LIST)).status_code == expected
        assert (await browser.get(f"{LIST}?format=csv")).status_code == expected


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_the_list_is_downloaded(office: Office, people: People, ending: str) -> None:
    await by_letter(people.operator, scope="with-settlements")

    answer = await people.operator.get(f"{LIST}?format={ending}")

    rows = [row.cells for row in table(answer.content).lines]
    by_code = {row[0]: row for row in rows}
    assert list(by_code[PLACE][3:9]) == [
        *("200", "100", "район с поселениями", "да", "1", "По письму, глава не подтвердил")
    ]
    assert by_code[ELSEWHERE][8] == "Учтено в индикаторах района"
    assert by_code[FOREIGN][8] == "Не установлены"


async def letters(office: Office) -> list[str]:
    rows = await office.pool.fetch("SELECT recipient FROM letter WHERE subject LIKE 'Установите%' ORDER BY 1")
    return [row["recipient"] for row in rows]


async def test_those_without_targets_are_reminded_once_a_day(office: Office, people: People) -> None:
    await put(people.stranger, municipality=FOREIGN)

    first = await people.operator.post(REMINDERS, json={})
    again = await people.operator.post(REMINDERS, json={"municipality": PLACE})
    by_page = await people.administrator.post(f"{LIST}/reminders", follow_redirects=False)
    office.now += timedelta(days=1)
    later = await people.administrator.post(REMINDERS, json={"municipality": PLACE})

    assert [answer.json() for answer in (first, again, later)] == [
        {"reminded": 1},
        {"reminded": 0},
        {"reminded": 1},
    ]
    assert by_page.headers["location"] == f"{LIST}?reminded=0"
    assert await letters(office) == ["head@example.org"] * 2 + ["responsible@example.org"] * 2
    assert f"{PAGE}" in await office.letter_to("head@example.org")
    assert len(await rows_of(office, "SELECT FROM audit WHERE action = 'targets-reminded'")) == 2


async def test_whoever_never_signed_in_gets_the_invitation_instead(office: Office, people: People) -> None:
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    await put(people.stranger, municipality=FOREIGN)
    await office.pool.execute("DELETE FROM letter")

    invited_today = await people.operator.post(REMINDERS, json={"municipality": ELSEWHERE})
    office.now += timedelta(days=1, minutes=1)
    later = await people.operator.post(REMINDERS, json={})

    assert invited_today.json() == {"reminded": 0}, "the appointment's letter is of today"
    assert later.json() == {"reminded": 2}
    assert await letters(office) == ["head@example.org", "responsible@example.org"]
    letter = await office.letter_to("town@example.org")
    assert "/staff/links/" in letter


async def test_all_invitations_are_repeated_at_once(
    office: Office, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = [appointment("head", code, f"{code}@example.org") for code in OTHERS]
    made = await appoint(people.administrator, *new)
    assert made.status_code == 201, made.text
    await office.pool.execute("DELETE FROM letter")
    many, one, links, add = list[int](), list[Letter](), list[int](), accounts.add_links

    async def counted(db: Db, found: Sequence[Letter], at: datetime) -> None:
        many.append(len(found))
        await write_many(db, found, at)

    async def alone(db: Db, letter: Letter, at: datetime) -> None:
        one.append(letter)

    async def linked(db: Db, given: Sequence[Any], *more: Any) -> None:
        links.append(len(given))
        await add(db, given, *more)

    write_many = mail.write_many
    monkeypatch.setattr(mail, "write_many", counted)
    monkeypatch.setattr(mail, "write", alone)
    monkeypatch.setattr(accounts, "add_links", linked)
    office.now += timedelta(days=1, minutes=1)

    answer = await people.operator.post(REMINDERS, json={})

    assert (answer.json(), one) == ({"reminded": 5}, [])
    assert sorted(many) == [3, 3], "those who were in before, and those who were not"
    assert links == [3]
    words = {await office.link_of(f"{code}@example.org") for code in OTHERS}
    assert len(words) == 3


async def test_two_who_remind_at_once_write_once(office: Office, people: People) -> None:
    body = {"municipality": PLACE}

    answers = await asyncio.gather(
        people.operator.post(REMINDERS, json=body), people.administrator.post(REMINDERS, json=body)
    )

    assert sorted(answer.json()["reminded"] for answer in answers) == [0, 1]
    assert await letters(office) == ["head@example.org", "responsible@example.org"]


async def test_outside_the_days_nobody_is_reminded(office: Office, people: People) -> None:
    office.now += timedelta(days=6)

    answer = await people.operator.post(REMINDERS, json={})

    assert (answer.status_code, slug(answer)) == (409, "targets-not-now")
    assert "Напомнить" not in await page(people.operator, LIST)
    assert await today(people.operator) == await today(people.head) == []


async def test_whoever_has_targets_or_nobody_is_not_reminded(office: Office, people: People) -> None:
    await put(people.head)

    set_already = await people.operator.post(REMINDERS, json={"municipality": PLACE})
    nobody_there = await people.operator.post(REMINDERS, json={"municipality": ELSEWHERE})

    assert [answer.json()["reminded"] for answer in (set_already, nobody_there)] == [0, 0]
    assert await letters(office) == []


async def test_others_remind_nobody(people: People) -> None:
    answers = [
        await people.head.post(REMINDERS, json={}),
        await people.head.post(REMINDERS, json={"municipality": PLACE}),
        await people.head.post(REMINDERS, json={"municipality": FOREIGN}),
        await people.operator.post(REMINDERS, json={"municipality": "99999999"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 404, 404]


async def test_today_says_what_waits_for_whom(office: Office, people: People) -> None:
    before = {name: await today(getattr(people, name)) for name in ("head", "clerk", "responsible", "deputy")}
    (count,) = await today(people.operator)
    await people.responsible.post(
        f"{ADDRESS}/{PLACE}/draft", json={"registered": 1, "submitted": 1, "scope": "own"}
    )
    prepared, done = await today(people.head), await today(people.responsible)
    await put(people.head, registered=1, submitted=1)
    after = await today(people.head)

    (own,), (clerk,), (mine,) = before["head"], before["clerk"], before["responsible"]
    assert own["title"] == clerk["title"] == "Целевые индикаторы не установлены."
    assert (own["own"], own["action"]["href"]) == (True, PAGE)
    assert own["due"].startswith(str(await last_midnight(office)))
    assert mine["title"] == "Подготовьте целевые индикаторы для главы."
    assert before["deputy"] == []
    assert prepared[0]["title"] == "Утвердите индикаторы, которые подготовил ответственный."
    assert done == after == []
    assert count["href"] == f"{LIST}?only=missing"
    assert count["action"] == {"name": "Напомнить", "href": f"{LIST}/reminders", "method": "POST"}
    assert count["count"] == len((await read(people.operator))["missing"]) + 1


async def last_midnight(office: Office) -> Any:
    """When the last day is over in Samara, by UTC."""
    return await office.pool.fetchval("SELECT last_day FROM campaign WHERE open")


async def test_a_letter_waits_for_the_head_to_confirm(people: People) -> None:
    await by_letter(people.operator)

    (line,) = await today(people.head)

    assert line["title"] == "Индикаторы внесены по письму № 15/исх: подтвердите их или замените."
    assert await today(people.responsible) == []


async def test_the_pages_of_a_municipality_lead_to_its_targets(people: People) -> None:
    address = f"/cabinet/municipalities/{PLACE}"

    assert f'href="{PAGE}"' in await page(people.head, address)
    assert f'href="{PAGE}"' in await page(people.operator, address)
