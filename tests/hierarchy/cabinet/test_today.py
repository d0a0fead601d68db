"""«Сегодня»: what waits for whom, each line with its list and its one step."""

import csv
import re
from html import unescape
from typing import Any

from tests.hierarchy.cabinet.test_first_page import text
from tests.hierarchy.groups.test_groups import account, coverage, formed, head, organization
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment, slug

HERE = f"/cabinet/municipalities/{PLACE}"
PHONE = "8 800 000-00-02"


async def lines(browser: Browser) -> dict[str, Any]:
    """What waits, by kind; of several of a kind the last."""
    answer = await browser.get("/api/v1/today")
    assert answer.status_code == 200, answer.text
    return {item["kind"]: item for item in answer.json()["items"]}


async def leader(office: Office, browser: Browser) -> str:
    """The browser is the leader's of a working group with schools; the id of the group."""
    await head(office, browser)
    group = await formed(
        browser, leader=await account(office, "one@example.org"), kinds=["школа"], directions=["roads"]
    )
    await office.come(browser, "one@example.org")
    return group


async def test_a_head_sees_what_is_missing_with_lists_of_the_same_length(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    await formed(browser, kinds=["школа"], directions=["roads"])

    waits = await lines(browser)

    assert waits["responsible"]["action"] == {"name": "Назначить", "href": f"{HERE}#appoint", "method": "GET"}
    for kind in ("organizations", "coordinators"):
        listed = await text(browser, waits[kind]["href"])
        assert listed.partition("<tbody")[2].count("<tr>") == waits[kind]["count"], kind
    for kind in ("leaders", "directions"):
        page, _, part = waits[kind]["href"].partition("#")
        section = (await text(browser, page)).partition(f'id="{part}"')[2].partition("</section>")[0]
        assert section.count("<li>") == waits[kind]["count"] > 0, kind
    listed = await text(browser, waits["answer"]["href"])
    assert listed.partition("<tbody")[2].count("<tr>") == waits["answer"]["count"] == 2
    assert waits["reception"]["action"]["href"] == f"{HERE}/reception"


async def test_what_is_ones_own_comes_first_and_goes_when_it_is_done(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    before = (await browser.get("/api/v1/today")).json()["items"]

    phone = next(item for item in before if item["kind"] == "phone")
    await browser.post(phone["href"], data={"phone": PHONE})
    after = await lines(browser)

    assert phone["own"]
    own = [item["own"] for item in before]
    assert own == sorted(own, reverse=True)
    assert "phone" not in after


async def test_a_leader_is_led_to_the_organizations_without_a_coordinator(
    office: Office, browser: Browser
) -> None:
    group = await leader(office, browser)

    waits = await lines(browser)
    listed = await text(browser, waits["coordinators"]["href"])

    assert listed.partition("<tbody")[2].count("<tr>") == waits["coordinators"]["count"] == 2
    assert waits["coordinators"]["action"]["href"] == f"/cabinet/annex?group={group}"
    assert waits["responsible"]["action"] is None, "a deputy sees it, and appoints nobody to it"


async def test_who_is_not_briefed_waits_for_the_leader_and_the_briefing_for_the_coordinator(
    office: Office, browser: Browser
) -> None:
    group = await leader(office, browser)
    await appoint(browser, appointment("coordinator", await organization(office), "teacher@example.org"))
    await browser.post(
        f"/cabinet/groups/{group}/briefing/material", data={"body": "Читайте.", "version": "0"}
    )
    by_leader = await lines(browser)
    await office.come(browser, "teacher@example.org")
    by_coordinator = await lines(browser)

    assert by_leader["unbriefed"]["count"] == 1
    assert by_leader["unbriefed"]["action"]["href"] == f"/cabinet/groups/{group}/briefing"
    assert by_leader["answer"]["action"] == {
        "name": "Напомнить",
        "href": "/cabinet/reminders",
        "method": "POST",
    }
    assert set(by_coordinator) == {"briefing", "phone"}
    assert by_coordinator["briefing"]["own"]


async def test_a_member_of_no_category_is_a_gap_of_its_group(office: Office, browser: Browser) -> None:
    group = await leader(office, browser)
    await appoint(browser, appointment("member", group, "m@example.org"))

    gap = (await lines(browser))["category"]
    await appoint(browser, appointment("member", group, "n@example.org", category="servant"))

    assert (gap["count"], gap["href"]) == (1, f"/cabinet/groups/{group}")
    assert (await lines(browser))["category"]["count"] == 1


async def test_a_button_of_a_line_is_pressed_and_says_what_came_of_it(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    page = await text(browser, "/cabinet")
    form = re.search(r'<form method="post" action="/cabinet/reminders">.*?</form>', page, re.DOTALL)

    assert form
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    pressed = await browser.post("/cabinet/reminders", data=sent, follow_redirects=True)

    assert str(pressed.url.path) == "/cabinet"
    assert "Чаще раза в сутки мы не пишем" in unescape(pressed.text)


async def test_a_coordinator_can_register_a_colleague_and_print_a_leaflet(
    office: Office, browser: Browser
) -> None:
    await leader(office, browser)
    school = await organization(office)
    await appoint(browser, appointment("coordinator", school, "teacher@example.org", phone=PHONE))
    await office.come(browser, "teacher@example.org")

    today = await text(browser, "/cabinet")
    leaflet = await text(browser, f"/cabinet/organizations/{school}/leaflet")

    assert f'href="/participants/new?organization={school}"' in today
    assert f'href="/cabinet/organizations/{school}/leaflet"' in today
    assert f"http://testserver.local/participants/new?organization={school}" in leaflet
    assert "<svg" in leaflet.partition('class="qr"')[2].partition("</div>")[0]
    assert "+7 800 000-00-02" in leaflet


async def test_a_hotline_operator_is_told_what_there_is(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await appoint(browser, appointment("hotline-operator", PLACE, "line@example.org"))
    await office.come(browser, "line@example.org")

    today = await text(browser, "/cabinet")

    assert "Обращения, которые ждут ответа" in today
    raw = (await browser.get("/cabinet")).text
    assert 'hx-get="/hotline/waiting"' in raw
    assert "Горячая линия" in raw.partition("</nav>")[0]
    assert "/determination/waiting" not in raw


async def test_who_decides_on_initiatives_sees_how_many_wait(office: Office, browser: Browser) -> None:
    await head(office, browser)

    raw = (await browser.get("/cabinet")).text

    assert 'hx-get="/determination/waiting"' in raw
    assert "Инициативы, которые ждут решения" in raw
    assert "Инициативы" in raw.partition("</nav>")[0]


async def test_the_days_of_the_campaign_stand_below(office: Office, browser: Browser) -> None:
    today = await text(browser, "/cabinet")

    assert "последний день, когда подают инициативы" in today
    assert "через 5\xa0дней" in today
    assert "начинают принимать" not in today, "the first day is over"


async def test_an_smo_opens_a_municipality_and_sees_whom_to_call_and_counts_alone(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    await head(office, browser)
    await appoint(
        browser, appointment("responsible", PLACE, "r@example.org", phone=PHONE, name="Орлова Анна")
    )
    await appoint(browser, appointment("hotline-operator", PLACE, "line@example.org", name="Тихонова Вера"))
    await office.reset(browser, "admin@example.org")
    await office.come(browser, "smo@example.org")

    await coverage(office)
    overview = await text(browser, "/cabinet")
    page = await text(browser, HERE)

    assert f'href="{HERE}"' in overview
    for seen in ("Орлова Анна", "+7 800 000-00-02", "head@example.org"):
        assert seen in page
    for unseen in ("Тихонова", "line@example.org", "one@example.org", "/cabinet/appointments/"):
        assert unseen not in page
    counted = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="number[^"]*">(\d+)', page))
    assert counted["Заместитель главы"] == "2"
    assert counted["Оператор горячей линии"] == "1"
    assert "из 3, которым он нужен" in page
    assert (await browser.get(f"{HERE}/organizations")).status_code == 404


async def test_whoever_oversees_several_municipalities_is_shown_what_needs_attention(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    await head(office, browser)
    of_head = await text(browser, "/cabinet")
    await office.come(browser, "smo@example.org")
    of_smo = await text(browser, "/cabinet")

    assert 'hx-get="/region/attention"' in of_smo
    assert 'href="/region?view=table"' in of_smo
    assert "/region/attention" not in of_head


async def test_an_smo_sees_no_municipality_of_another(office: Office, browser: Browser) -> None:
    await office.pool.execute("UPDATE municipality SET smo = NULL WHERE code = $1", ELSEWHERE)
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    await office.come(browser, "smo@example.org")

    assert (await browser.get(f"/cabinet/municipalities/{ELSEWHERE}")).status_code == 404
    assert (await browser.get(HERE)).status_code == 200


async def test_the_coordination_group_shows_the_deputies_by_direction(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    await formed(
        browser, name="Дороги", leader=await account(office, "one@example.org"), directions=["roads"]
    )

    page = await text(browser, f"{HERE}/coordination-group")

    assert "глава, председатель" in page
    assert page.count("заместитель главы") == 2
    assert re.search(r">Дороги</a>: Дороги<", page)


async def test_the_file_of_the_region_counts_members_by_category(office: Office, browser: Browser) -> None:
    await head(office, browser)
    group = await formed(browser, kinds=["школа"], directions=["roads"])
    await appoint(
        browser,
        appointment("member", group, "m@example.org", category="servant"),
        appointment("member", group, "n@example.org"),
    )
    await office.reset(browser, "admin@example.org")
    await coverage(office)

    listed = (await browser.get("/cabinet?format=csv")).content.decode("utf-8-sig").splitlines()

    (by_name,) = (row for row in csv.DictReader(listed, delimiter=";") if row["Код"] == PLACE)
    assert by_name["Членов групп: служащих"] == "1"
    assert by_name["Депутатов"] == "0"
    assert by_name["Не указано, кто это"] == "1"


async def test_nothing_waits_for_who_is_nobody_any_more(office: Office, browser: Browser) -> None:
    await head(office, browser)
    held = (await browser.get("/api/v1/appointments", params={"municipality": PLACE})).json()["items"]
    (one,) = (item["id"] for item in held if item["email"] == "one@example.org")
    await office.come(browser, "one@example.org")
    async with office.browser() as other:
        await office.reset(other, "head@example.org")
        await other.post(f"/api/v1/appointments/{one}/end", json={"number": "9", "day": TODAY.isoformat()})

    assert (await browser.get("/api/v1/today")).json()["items"] == []
    assert "Сейчас вы никуда не назначены" in await text(browser, "/cabinet")
    refused = await browser.post(f"/api/v1/appointments/{one}/contact", json={"phone": PHONE})
    assert slug(refused) == "appointment-unknown"


async def test_acts_that_nobody_has_signed_wait_for_their_scan(office: Office, browser: Browser) -> None:
    await head(office, browser)

    waits = (await lines(browser))["scans"]
    listed = await text(browser, waits["href"])

    assert listed.partition("<tbody")[2].count("<tr>") == waits["count"] == 1
    assert waits["action"]["href"] == f"{HERE}/acts?missing=scan"


async def test_without_a_campaign_the_heads_who_are_missing_are_told_all_the_same(
    office: Office, browser: Browser
) -> None:
    await office.pool.execute("UPDATE campaign SET open = false")

    waits = await lines(browser)

    assert waits["head"]["count"] > 0
    assert waits["head"]["action"]["name"] == "Назначить списком"
    assert "groups" not in waits


async def test_who_is_replaced_is_ended_by_the_same_act(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "old@example.org", name="Старов Олег"))
    new = appointment("responsible", PLACE, "new@example.org", name="Новов Олег", replaces=True)

    await appoint(browser, new, number="88-р")

    assert "полномочия прекращены по распоряжению №\xa088-р" in await text(browser, HERE)
