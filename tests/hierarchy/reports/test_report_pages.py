"""The pages and operations of summaries, of who writes them and of who waits for them, without a script."""

import re
from html import unescape
from typing import Any

from tests.hierarchy.office import PLACE, TODAY, Browser
from tests.hierarchy.orders.giving import HEAD, ONE, TEACHER
from tests.hierarchy.reports.reporting import ANOTHER, GROUP, SCHOOL, Summaries

LIST, API = "/cabinet/reports", "/api/v1/reports"


async def page(browser: Browser, address: str, status: int = 200) -> str:
    answered = await browser.get(address)
    assert answered.status_code == status, answered.text
    return unescape(answered.text).replace("\u00a0", " ")


async def send(browser: Browser, address: str, **form: str) -> Any:
    return await browser.post(address, data=form, follow_redirects=False)


async def test_a_weekly_summary_is_two_clicks_and_climbs_to_the_head(summaries: Summaries) -> None:
    browser, office = summaries.line.browser, summaries.line.office
    await summaries.open()
    await office.come(browser, TEACHER)
    today = await page(browser, "/cabinet")
    address = re.findall(rf'href="({LIST}/[0-9a-f-]+)"', today)[0]
    uncounted = await page(browser, address)
    await summaries.answer(SCHOOL)
    ready = await page(browser, address)
    refused = await send(browser, f"{address}/sending", **{"number-submitted": "6"})
    different = {"number-submitted": "6", "reason-submitted": "Две на бумаге", "groups": "Двор – 2"}
    drafted = await send(browser, f"{address}/draft", **different, notes="Тихо")
    sent = await send(browser, f"{address}/sending", **different, notes="Тихо")
    after = await page(browser, sent.headers["location"])
    printed = await browser.get(f"{address}/report.pdf")
    foreign = await browser.get(f"{LIST}/{await summaries.id_of(ANOTHER)}")

    assert f"Сводка, {SCHOOL}: готова." in today
    assert "связи с подсчётом нет" in uncounted
    assert "Зарегистрировано участников" in ready
    assert "остальные считаются по муниципальному образованию" in ready
    school = (await summaries.of(SCHOOL)).organization
    assert f'hx-get="/determination/titles?organization={school}&first=' in ready
    assert f'href="/determination?status=all&organization={school}&first=' in ready
    assert (refused.status_code, "напишите, почему" in refused.text) == (422, True)
    assert drafted.headers["location"].endswith("done=written")
    assert sent.headers["location"].endswith("done=sent")
    assert "+2" in after
    assert printed.content.startswith(b"%PDF-")
    assert foreign.status_code == 404

    await office.reset(browser, ONE)
    of_group = await page(browser, f"{LIST}/{await summaries.id_of(GROUP)}")
    sent = await send(browser, f"{LIST}/{await summaries.id_of(GROUP)}/sending", notes="Всё по плану")
    table = await browser.get(f"{LIST}?format=csv")
    await office.reset(browser, HEAD)
    above = await page(browser, LIST)
    reminded = await send(browser, f"{LIST}/reminder", week=str((await summaries.of(GROUP)).period.week))
    of_head = await page(browser, f"{LIST}/{await summaries.id_of(GROUP)}")

    assert "Не прислали сводки: 1" in of_group
    assert f'hx-get="/determination/titles?group={summaries.line.group}&first=' in of_group
    assert "Тихо" in of_group
    assert "Двор – 2" in of_group
    assert sent.status_code == 303
    assert f'"{SCHOOL}";"координатор";' in table.content.decode("utf-8-sig")
    assert "Не прислано сводок: 2" in above
    assert reminded.headers["location"].endswith("reminded=2")
    assert "Всё по плану" in of_head


async def test_programs_read_write_and_send_the_same(summaries: Summaries) -> None:
    browser, office = summaries.line.browser, summaries.line.office
    await summaries.open()
    await summaries.answer(SCHOOL)
    await office.come(browser, TEACHER)
    listed = (await browser.get(API, params={"which": "due", "limit": 1})).json()
    id_, day = listed["items"][0]["id"], listed["items"][0]["due_at"][:10]
    declared = [{"figure": "submitted", "number": 6, "reason": "Две на бумаге"}]
    put = await browser.put(f"{API}/{id_}", json={"notes": "Тихо", "groups": [], "declared": declared})
    wrong = await browser.put(f"{API}/{id_}", json={"declared": [{"figure": "submitted", "number": 6}]})
    sent = [(await browser.post(f"{API}/{id_}/sending")).json() for _ in range(2)]
    one = (await browser.get(f"{API}/{id_}")).json()
    counted = await browser.post(f"{API}/{id_}/figures")
    of_week = (await browser.get(API, params={"period": day, "which": "sent"})).json()
    other_week = (await browser.get(API, params={"period": TODAY.replace(year=2020).isoformat()})).json()

    assert (len(listed["items"]), listed["next"]) == (1, None)
    assert put.json() == {"id": id_, "declared": 1}
    assert [each["field"] for each in wrong.json()["errors"]] == ["reason-submitted"]
    assert sent[0] == sent[1]
    assert one["figures"]["submitted"] == {"counted": 4, "stated": 6, "difference": 2}
    assert one["counted"]["by_position"] == {"servant": 10}
    assert counted.status_code == 200
    assert [each["id"] for each in of_week["items"]] == [id_]
    assert other_week["items"] == []
    await office.reset(browser, HEAD)
    first = (await browser.get(API, params={"limit": 3})).json()
    rest = (await browser.get(first["next"])).json()
    assert len({each["id"] for each in [*first["items"], *rest["items"]]}) == 4
    assert (await browser.get(f"{API}/{id_}", params={"version": 2})).status_code == 404


async def test_the_head_sets_by_when_summaries_are_due_on_a_page(summaries: Summaries) -> None:
    browser, office = summaries.line.browser, summaries.line.office
    address, group = f"{LIST}/cadence/{PLACE}", summaries.line.group
    await office.reset(browser, HEAD)
    blank = await page(browser, address)
    typed = {"level": "coordinator", "weekday": "2", "at": "10:00"}
    typed["from_day"] = (office.now.date()).isoformat()
    refused = await send(browser, address, **typed)
    done = await send(browser, address, **typed, number="5-р", day=TODAY.isoformat())
    await office.reset(browser, ONE)
    of_group = await page(browser, f"{address}?group={group}")
    forbidden = await browser.get(address)

    assert "каждую пятницу до 16:00" in blank
    assert refused.status_code == 422
    assert done.status_code == 303
    assert "каждую среду до 10:00" in of_group
    assert forbidden.status_code == 403
    assert (await browser.get(f"{address}?group={summaries.line.rest}")).status_code == 403
