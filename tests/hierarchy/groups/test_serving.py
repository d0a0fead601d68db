"""A settlement that is served by its district: the district's groups act for it, and nobody else sees in."""

from contextlib import AbstractAsyncContextManager
from html import unescape
from typing import Any

import pytest

from services.chassis.db.pool import Pool, open_pool
from services.hierarchy.groups.commands.state_coverage import count_anew
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    appoint,
    appointment,
    slug,
)

SETTLEMENT = ELSEWHERE
SERVING = f"/api/v1/municipalities/{SETTLEMENT}/serving"
PAGE = f"/cabinet/municipalities/{SETTLEMENT}"
STRANGER = "13610000"


async def agree(browser: Browser, code: str = SETTLEMENT, **more: str) -> Any:
    body = {"number": "4-с", "day": TODAY.isoformat()} | more
    return await browser.post(f"/api/v1/municipalities/{code}/serving", json=body)


async def form(browser: Browser, municipality: str = PLACE, **group: object) -> str:
    wanted = {"name": "Рабочая группа", "covers_all": True} | group
    act = {"municipality": municipality, "number": "3-р", "day": TODAY.isoformat(), "groups": [wanted]}
    answer = await browser.post("/api/v1/working-groups", json=act)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["formed"][0])


async def club(office: Office) -> str:
    return str(await office.pool.fetchval("SELECT id FROM organization WHERE name = 'Клуб'"))


def everything(office: Office) -> AbstractAsyncContextManager[Pool]:
    """A pool that sees every municipality's rows."""
    return open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"})


async def stored(office: Office, query: str) -> Any:
    async with everything(office) as pool:
        return await pool.fetchval(query)


async def stated(office: Office) -> dict[str, dict[str, Any]]:
    """What is stated of every municipality once the worker has counted anew."""
    async with everything(office) as pool:
        await count_anew(pool, office.now)
        rows = await pool.fetch("SELECT * FROM coverage")
    return {row["municipality"]: dict(row) for row in rows}


@pytest.fixture
async def heads(office: Office, browser: Browser) -> str:
    """Both sides have a Head; the browser is the district's, whose group covers everything; its id."""
    await appoint(
        browser,
        appointment("head", PLACE, "district@example.org"),
        appointment("head", SETTLEMENT, "settlement@example.org"),
        appointment("head", STRANGER, "stranger@example.org"),
    )
    await office.come(browser, "district@example.org")
    group = await form(browser)
    await appoint(browser, appointment("leader", group, "leader@example.org"))
    return group


async def served(office: Office, browser: Browser) -> None:
    """The settlement's Head has agreed; the browser is the Head's."""
    await office.come(browser, "settlement@example.org")
    assert (await agree(browser)).status_code == 201


async def test_the_districts_group_appoints_in_a_settlement_that_it_serves(
    office: Office, browser: Browser, heads: str
) -> None:
    await office.come(browser, "leader@example.org")
    coordinator = appointment("coordinator", await club(office), "club@example.org")
    before = await appoint(browser, coordinator)
    await served(office, browser)

    await office.reset(browser, "leader@example.org")
    after = await appoint(browser, coordinator)
    hands = (await browser.get(f"/cabinet/groups/{heads}")).text

    assert (before.status_code, after.status_code) == (404, 201), after.text
    assert "Клуб" in hands
    query = "SELECT municipality FROM appointment WHERE role = 'coordinator'"
    assert await stored(office, query) == SETTLEMENT


async def test_a_district_sees_the_people_of_those_alone_whom_it_serves(
    office: Office, browser: Browser, heads: str
) -> None:
    before = (await browser.get(PAGE)).status_code
    await served(office, browser)

    await office.reset(browser, "district@example.org")
    page = unescape((await browser.get(PAGE)).text)
    own = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    await office.come(browser, "stranger@example.org")

    assert before == 404
    assert "settlement@example.org" in page
    assert 'id="appoint"' not in page
    assert "Кого обслуживает" in own
    assert (await browser.get(PAGE)).status_code == 404
    assert slug(await agree(browser)) == "municipality-unknown"
    assert slug(await browser.post(f"{SERVING}/end")) == "municipality-unknown"


async def test_a_served_settlement_lacks_no_group_and_its_organizations_count_with_the_district(
    office: Office, browser: Browser, heads: str
) -> None:
    before = await stated(office)
    await served(office, browser)
    await appoint(browser, appointment("responsible", SETTLEMENT, "responsible@example.org"))

    after = await stated(office)

    assert after[SETTLEMENT]["served_by"] == PLACE
    assert after[SETTLEMENT]["formed_at"] == office.now
    assert (after[SETTLEMENT]["organizations"], after[SETTLEMENT]["directions_uncovered"]) == (0, 0)
    assert after[PLACE]["coordinators_missing"] == before[PLACE]["coordinators_missing"] + 1
    assert "Обслуживает район" in (await browser.get(PAGE)).text
    assert "Нет ни одной рабочей группы" not in (await browser.get(PAGE)).text


async def test_participants_of_the_settlement_turn_to_the_districts_people(
    office: Office, browser: Browser, heads: str
) -> None:
    await appoint(browser, appointment("responsible", PLACE, "responsible@example.org"))
    await served(office, browser)

    of_organization = (await browser.get(f"/contacts?organization={await club(office)}")).text
    of_settlement = (await browser.get(f"/contacts?municipality={SETTLEMENT}")).text

    assert "leader@example.org" in of_organization
    assert "responsible@example.org" in of_organization
    assert "responsible@example.org" in of_settlement


async def test_a_coordinator_of_the_settlement_is_briefed_by_the_districts_group(
    office: Office, browser: Browser, heads: str
) -> None:
    await served(office, browser)
    await office.come(browser, "leader@example.org")
    await appoint(browser, appointment("coordinator", await club(office), "club@example.org"))
    material = {"body": "Прочитайте это.", "version": "0", "form_key": "m"}
    await browser.post(f"/cabinet/groups/{heads}/briefing/material", data=material)
    assert (await stated(office))[PLACE]["unbriefed"] == 1

    await office.come(browser, "club@example.org")
    page = (await browser.get("/cabinet/briefing")).text
    answer = await browser.post(
        f"/cabinet/briefing/{heads}", data={"version": "1", "form_key": "c"}, follow_redirects=False
    )

    assert "Прочитайте это." in page
    assert answer.status_code == 303, answer.text
    assert (await stated(office))[PLACE]["unbriefed"] == 0


async def test_what_was_agreed_may_be_ended_and_everything_is_the_settlements_again(
    office: Office, browser: Browser, heads: str
) -> None:
    await served(office, browser)
    await office.reset(browser, "district@example.org")
    giving = {"group": heads, "form_key": "g"}
    await browser.post(f"/cabinet/organizations/{await club(office)}/group", data=giving)
    assert await stored(office, "SELECT count(*) FROM group_organization") == 1
    await office.come(browser, "leader@example.org")
    await appoint(browser, appointment("coordinator", await club(office), "club@example.org"))
    await office.reset(browser, "settlement@example.org")

    ended = await browser.post(f"{SERVING}/end")
    again = await browser.post(f"{SERVING}/end")

    assert (ended.status_code, slug(again)) == (200, "served-by-nobody")
    act = await stored(office, "SELECT act FROM serving")
    assert "Прекращено" in unescape((await browser.get(f"/cabinet/acts/{act}")).text)
    page = unescape((await browser.get(f"/cabinet/organizations/{await club(office)}")).text)
    assert "club@example.org" in page
    await form(browser, SETTLEMENT)
    await office.reset(browser, "leader@example.org")
    assert (await browser.get(PAGE)).status_code == 404
    assert (await browser.get(f"/cabinet/organizations/{await club(office)}")).status_code == 404
    assert await stored(office, "SELECT count(*) FROM group_organization") == 0


async def test_an_agreement_is_an_act_with_a_scan_and_no_print(
    office: Office, browser: Browser, heads: str
) -> None:
    await office.come(browser, "settlement@example.org")
    form = {"number": "4-с", "day": TODAY.isoformat(), "form_key": "a"}
    asked = unescape((await browser.get(f"{PAGE}/serving")).text)
    answer = await browser.post(f"{PAGE}/serving", data=form, follow_redirects=False)
    act = await stored(office, "SELECT act FROM serving")

    page = unescape((await browser.get(f"/cabinet/acts/{act}")).text)

    assert "Передать обслуживание району" in asked
    assert answer.headers["location"] == f"{PAGE}?done=served"
    assert "Соглашение №" in page
    assert "кто обслуживает" in (await browser.get(f"{PAGE}/acts")).text
    assert (await browser.get(f"/cabinet/acts/{act}/act.pdf")).status_code == 404
    assert (await browser.get(f"{PAGE}/serving")).status_code == 200


async def test_what_cannot_be_served_is_refused(office: Office, browser: Browser, heads: str) -> None:
    by_the_district = await agree(browser)
    await office.come(browser, "stranger@example.org")
    no_settlement = await agree(browser, STRANGER)
    await office.come(browser, "settlement@example.org")
    group = await form(browser, SETTLEMENT)
    with_a_group = await agree(browser)
    await browser.post(f"/api/v1/working-groups/{group}/dissolution")
    tomorrow = await agree(browser, day="2999-01-01")
    agreed, twice = await agree(browser), await agree(browser)
    wanted = {"name": "Своя", "covers_all": True}
    act = {"municipality": SETTLEMENT, "number": "5", "day": TODAY.isoformat(), "groups": [wanted]}
    own_group = await browser.post("/api/v1/working-groups", json=act)

    assert slug(by_the_district) == "municipality-unknown"
    assert slug(no_settlement) == "served-without-district"
    assert slug(with_a_group) == "served-with-groups"
    assert slug(tomorrow) == "agreement-day-outside"
    assert agreed.status_code == 201
    assert slug(twice) == "served-already"
    assert slug(own_group) == "served-has-no-groups"


async def test_the_page_of_the_agreement_is_theirs_who_decide(
    office: Office, browser: Browser, heads: str
) -> None:
    await office.come(browser, "settlement@example.org")
    await appoint(browser, appointment("responsible", SETTLEMENT, "responsible@example.org"))
    await office.come(browser, "responsible@example.org")
    undecided = await browser.get(f"{PAGE}/serving")
    await office.reset(browser, "settlement@example.org")
    await browser.post(f"{PAGE}/serving", data={"number": "1", "day": TODAY.isoformat(), "form_key": "a"})
    await office.reset(browser, "district@example.org")

    asked = unescape((await browser.get(f"{PAGE}/serving")).text)
    ended = await browser.post(f"{PAGE}/serving/end", data={"form_key": "e"}, follow_redirects=False)

    assert undecided.status_code == 403
    assert "Прекратить обслуживание районом?" in asked
    assert ended.headers["location"] == "/cabinet?done=unserved"


async def test_rights_over_a_served_settlement_are_told_to_every_service(
    office: Office, browser: Browser, heads: str
) -> None:
    await served(office, browser)
    await browser.post(f"{SERVING}/end")

    kinds = [kind for kind, _, _ in await office.events() if kind.startswith("serving")]

    assert kinds == ["serving.agreed.v1", "serving.ended.v1"]
