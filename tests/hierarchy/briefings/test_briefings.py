"""Briefings: a working group briefs its coordinators, in a session or by reading; the unbriefed are seen."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.hierarchy.groups.test_groups import SCHOOL, account, coverage, formed, head, organization
from tests.hierarchy.office import TODAY, Browser, Office, appoint, appointment

DAY = TODAY.isoformat()


@pytest.fixture
async def group(office: Office, browser: Browser) -> str:
    """A group with a coordinator and a stand-in in a school; the browser is its leader's."""
    await head(office, browser)
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    await appoint(
        browser,
        appointment("coordinator", school, "teacher@example.org", name="Школин Иван Иванович"),
        appointment("stand-in", school, "other@example.org", name="Заменова Зоя"),
    )
    return group


async def post(browser: Browser, path: str, **form: object) -> Any:
    return await browser.post(path, data=form, follow_redirects=False)


async def hold(office: Office, browser: Browser, group: str, *emails: str, **form: object) -> Any:
    present = {f"present:{await account(office, email)}": "1" for email in emails}
    values = {"manner": "in-person", "day": DAY} | present | form
    return await browser.post(
        f"/cabinet/groups/{group}/briefing/sessions", data=values, follow_redirects=False
    )


async def publish(browser: Browser, group: str, body: str, version: str | None = None) -> Any:
    path = f"/cabinet/groups/{group}/briefing/material"
    stands = re.search(r'name="version" value="(\d+)"', (await browser.get(path)).text)
    return await post(browser, path, body=body, version=version or (stands[1] if stands else "0"))


async def test_whoever_was_there_is_briefed(office: Office, browser: Browser, group: str) -> None:
    before = await coverage(office)
    asked = unescape((await browser.get(f"/cabinet/groups/{group}/briefing")).text)

    answer = await hold(office, browser, group, "teacher@example.org")

    after = await coverage(office)
    page = unescape((await browser.get(f"/cabinet/groups/{group}/briefing")).text)
    assert (before["unbriefed"], after["unbriefed"]) == (2, 1)
    assert "Школин Иван Иванович" in asked
    assert answer.status_code == 303, answer.text
    assert "Очно, 1\xa0участник" in page
    assert page.index("Не прошли") < page.index("Заменова Зоя") < page.index("Прошли инструктаж: 1")


async def test_a_coordinator_reads_and_confirms_and_a_new_version_asks_again(
    office: Office, browser: Browser, group: str
) -> None:
    await publish(browser, group, "Первое: не теряйте инициатив.\r\nВторое: помогайте писать.")
    await office.come(browser, "teacher@example.org")
    place = unescape((await browser.get(f"/cabinet/organizations/{await organization(office)}")).text)
    reading = unescape((await browser.get("/cabinet/briefing")).text)
    confirmed = await post(browser, f"/cabinet/briefing/{group}", version=1)
    once = await coverage(office)
    await office.reset(browser, "one@example.org")
    await publish(browser, group, "Первое: не теряйте инициатив.\nВторое: помогайте писать.")
    same = await coverage(office)
    await publish(browser, group, "Третье: отвечайте за день.")
    again = await coverage(office)
    await office.reset(browser, "teacher@example.org")
    late = await post(browser, f"/cabinet/briefing/{group}", version=1)

    assert "Пройдите инструктаж" in place
    assert "Второе: помогайте писать." in reading
    assert confirmed.status_code == 303, confirmed.text
    assert [c["unbriefed"] for c in (once, same, again)] == [1, 1, 2]
    assert late.status_code == 409
    assert "новую версию" in unescape(late.text)
    assert "Третье: отвечайте за день." in unescape(late.text)


async def test_whoever_read_before_was_there_all_the_same(
    office: Office, browser: Browser, group: str
) -> None:
    await publish(browser, group, "Не теряйте инициатив.")
    await office.come(browser, "teacher@example.org")
    await post(browser, f"/cabinet/briefing/{group}", version=1)
    await office.reset(browser, "one@example.org")

    await hold(office, browser, group, "teacher@example.org", "other@example.org")

    page = unescape((await browser.get(f"/cabinet/groups/{group}/briefing")).text)
    assert "Очно, 2\xa0участника" in page
    assert (await coverage(office))["unbriefed"] == 0


async def test_a_session_before_the_material_briefs_on_none_of_it(
    office: Office, browser: Browser, group: str
) -> None:
    await publish(browser, group, "Не теряйте инициатив.")

    yesterday = (TODAY - timedelta(days=1)).isoformat()
    answer = await hold(office, browser, group, "teacher@example.org", day=yesterday)

    assert answer.status_code == 303
    assert (await coverage(office))["unbriefed"] == 2


async def test_of_two_who_change_the_material_the_second_is_told(browser: Browser, group: str) -> None:
    await publish(browser, group, "Первое")

    late = await publish(browser, group, "Второе", version="0")
    same = await publish(browser, group, "Первое", version="0")

    assert late.status_code == 409
    assert "опубликовал кто-то ещё" in unescape(late.text)
    assert ">\nВторое</textarea>" in unescape(late.text), "what was typed stays"
    assert same.headers["location"].endswith("done=unchanged")


async def test_people_of_a_closed_organization_need_no_briefing(
    office: Office, browser: Browser, group: str
) -> None:
    await office.reset(browser, "head@example.org")
    await post(browser, f"/cabinet/organizations/{await organization(office)}/closing")

    page = unescape((await browser.get(f"/cabinet/groups/{group}/briefing")).text)

    assert (await coverage(office))["unbriefed"] == 0
    assert "Школин Иван Иванович" not in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"manner": "по телефону"}, "Выберите, как прошёл инструктаж"),
        ({"day": "вчера"}, "Укажите день инструктажа"),
        ({"day": (TODAY + timedelta(days=1)).isoformat()}, "Проверьте день инструктажа"),
        ({"day": (TODAY - timedelta(days=10)).isoformat()}, "Проверьте день инструктажа"),
    ],
)
async def test_a_session_that_cannot_have_been_is_refused(
    office: Office, browser: Browser, group: str, form: dict[str, str], sentence: str
) -> None:
    answer = await hold(office, browser, group, "teacher@example.org", **form)

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert (await coverage(office))["unbriefed"] == 2


async def test_nobody_is_briefed_who_is_not_the_groups(office: Office, browser: Browser, group: str) -> None:
    nobody = await hold(office, browser, group)
    foreign = await hold(office, browser, group, "head@example.org")

    assert [nobody.status_code, foreign.status_code] == [422, 422]
    assert "Отметьте тех, кто был" in unescape(nobody.text)
    assert (await coverage(office))["unbriefed"] == 2


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("two", 403), ("teacher", 404), ("admin", 403), ("else", 404)]
)
async def test_nobody_else_briefs(
    office: Office, browser: Browser, group: str, who: str, status: int
) -> None:
    await office.reset(browser, "admin@example.org")
    await appoint(browser, appointment("head", "13605101", "else@example.org"))
    await office.reset(browser, f"{who}@example.org")

    answers = [
        await publish(browser, group, "Чужой материал"),
        await hold(office, browser, group, "teacher@example.org"),
        await post(browser, f"/cabinet/groups/{group}/briefing/reminders"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert (await coverage(office))["unbriefed"] == 2


async def test_there_is_nothing_to_confirm_for_others_or_without_a_material(
    office: Office, browser: Browser, group: str
) -> None:
    await office.come(browser, "teacher@example.org")
    place = unescape((await browser.get(f"/cabinet/organizations/{await organization(office)}")).text)
    too_early = await post(browser, f"/cabinet/briefing/{group}", version=0)
    await office.reset(browser, "one@example.org")
    await publish(browser, group, "Материал")
    of_leader = await post(browser, f"/cabinet/briefing/{group}", version=1)
    page = unescape((await browser.get("/cabinet/briefing")).text)

    assert "Инструктаж впереди" in place
    assert [too_early.status_code, of_leader.status_code] == [404, 404]
    assert "Инструктаж вам не нужен" in page


async def test_the_unbriefed_are_reminded_and_nobody_twice_a_day(
    office: Office, browser: Browser, group: str
) -> None:
    await hold(office, browser, group, "teacher@example.org")
    await office.come(browser, "other@example.org")
    await office.reset(browser, "one@example.org")
    await office.pool.execute("DELETE FROM letter")
    path = f"/cabinet/groups/{group}/briefing/reminders"

    first = await post(browser, path)
    again = await post(browser, path)
    office.now += timedelta(days=2)
    later = await post(browser, path)

    told = [answer.headers["location"].partition("?")[2] for answer in (first, again, later)]
    letters = await office.pool.fetch("SELECT recipient, body FROM letter")
    assert told == ["reminded=1", "reminded=0", "reminded=1"]
    assert [row["recipient"] for row in letters] == ["other@example.org"] * 2
    assert "/cabinet/briefing" in letters[0]["body"]


async def test_who_cannot_come_in_yet_is_not_asked_to_read(
    office: Office, browser: Browser, group: str
) -> None:
    await office.pool.execute("DELETE FROM letter")

    answer = await post(browser, f"/cabinet/groups/{group}/briefing/reminders")

    page = unescape((await browser.get(f"/cabinet/groups/{group}/briefing")).text)
    assert answer.headers["location"].endswith("reminded=0")
    assert await office.pool.fetchval("SELECT count(*) FROM letter") == 0
    assert page.count("Ждём ответа на приглашение") == 2


async def test_briefings_are_held_on_the_days_of_forming(
    office: Office, browser: Browser, group: str
) -> None:
    office.now += timedelta(days=10)

    answer = await publish(browser, group, "Поздно")

    assert answer.status_code == 409
    assert "Назначать можно с" in unescape(answer.text)


async def test_an_organization_that_goes_to_another_group_is_briefed_by_it(
    office: Office, browser: Browser, group: str
) -> None:
    await hold(office, browser, group, "teacher@example.org", "other@example.org")
    done = await coverage(office)
    await office.reset(browser, "head@example.org")
    other = await formed(browser, leader=await account(office, "two@example.org"), directions=["roads"])
    school = await organization(office, SCHOOL)
    await post(browser, f"/cabinet/organizations/{school}/group", group=other)

    page = unescape((await browser.get(f"/cabinet/groups/{other}/briefing")).text)

    assert (done["unbriefed"], (await coverage(office))["unbriefed"]) == (0, 2)
    assert "Школин Иван Иванович" in page
