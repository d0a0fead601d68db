"""Working groups: formed by Head or deputy, they alone appoint coordinators, and every gap is counted."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.db.pool import open_pool
from services.hierarchy.groups.commands.state_coverage import count_anew
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    annexed,
    appoint,
    appointment,
    slug,
)

SCHOOL, CLUB = "Школа № 1", "Клуб"


async def form(browser: Browser, *groups: dict[str, object], **act: object) -> Any:
    body = {"municipality": PLACE, "number": "3-р", "day": TODAY.isoformat(), "groups": list(groups)} | act
    return await browser.post("/api/v1/working-groups", json=body)


async def formed(browser: Browser, **group: object) -> str:
    answer = await form(browser, {"name": "Рабочая группа"} | group)
    assert answer.status_code == 201, answer.text
    (id_,) = answer.json()["formed"]
    return str(id_)


async def organization(office: Office, name: str = SCHOOL) -> str:
    return str(await office.pool.fetchval("SELECT id FROM organization WHERE name = $1", name))


async def account(office: Office, email: str) -> str:
    return str(await office.pool.fetchval("SELECT id FROM account WHERE email = $1", email))


async def head(office: Office, browser: Browser) -> None:
    """The browser is the Head's of a municipality with two deputies from now on."""
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    await appoint(
        browser,
        appointment("deputy", PLACE, "one@example.org"),
        appointment("deputy", PLACE, "two@example.org"),
    )


async def coverage(office: Office) -> dict[str, Any]:
    """What is stated of the municipality once the worker has counted anew."""
    async with open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"}) as pool:
        await count_anew(pool, office.now)
        row = await pool.fetchrow("SELECT * FROM coverage WHERE municipality = $1", PLACE)
    return dict(row or {})


async def test_a_leader_appoints_the_coordinators_of_the_groups_organizations(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    leader = await account(office, "one@example.org")
    group = await formed(browser, leader=leader, directions=["schools"], kinds=["школа"])
    await office.come(browser, "one@example.org")
    proposed = unescape((await browser.get(f"/cabinet/annex?group={group}")).text)

    appointed = await appoint(
        browser,
        appointment("coordinator", await organization(office), "teacher@example.org"),
        appointment("stand-in", await organization(office), "other@example.org"),
        appointment("member", group, "clerk@example.org"),
    )

    assert "координатор; ; ; Школа № 1\nкоординатор; ; ; Школа № 2" in proposed
    assert appointed.status_code == 201, appointed.text
    assert (await office.events())[-3:] == [
        ("grant.given.v1", "coordinator", await organization(office)),
        ("grant.given.v1", "stand-in", await organization(office)),
        ("grant.given.v1", "member", group),
    ]
    page = unescape((await browser.get(f"/cabinet/groups/{group}")).text)
    assert "Школа № 1" in page
    assert "Больница" not in page


@pytest.mark.parametrize(
    ("who", "role", "over", "expected"),
    [
        ("head", "coordinator", SCHOOL, "not-yours-to-appoint"),
        ("admin", "coordinator", SCHOOL, "not-yours-to-appoint"),
        ("two", "coordinator", SCHOOL, "not-yours-to-appoint"),
        ("one", "coordinator", "Больница", "organization-without-group"),
        ("one", "coordinator", CLUB, "organization-unknown"),
        ("one", "coordinator", "no-such", "organization-unknown"),
        ("one", "leader", "group", "not-yours-to-appoint"),
        ("one", "deputy", PLACE, "not-yours-to-appoint"),
        ("teacher", "stand-in", SCHOOL, "not-yours-to-appoint"),
    ],
)
async def test_nobody_else_appoints_a_coordinator(
    office: Office, browser: Browser, who: str, role: str, over: str, expected: str
) -> None:
    await head(office, browser)
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    await appoint(browser, appointment("coordinator", await organization(office), "teacher@example.org"))
    if who == "admin":
        await office.reset(browser, "admin@example.org")
    elif who != "one":
        await office.reset(browser, f"{who}@example.org")
    of = {"group": group, SCHOOL: await organization(office)}.get(over, over)
    if over in ("Больница", CLUB):
        of = await organization(office, over)

    answer = await appoint(browser, appointment(role, of, "new@example.org"))

    assert slug(answer) == expected


async def test_a_deputy_forms_an_area_of_their_own_and_nobody_elses(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await office.come(browser, "one@example.org")
    own, other = await account(office, "one@example.org"), await account(office, "two@example.org")

    of_another = await form(browser, {"name": "Чужая", "leader": other, "directions": ["roads"]})
    without = await form(browser, {"name": "Ничья", "directions": ["roads"]})
    mine = await form(browser, {"name": "Своя", "leader": own, "directions": ["roads"]})
    await office.come(browser, "two@example.org")
    dissolved = await browser.post(f"/api/v1/working-groups/{mine.json()['formed'][0]}/dissolution")

    assert [slug(of_another), slug(without), slug(dissolved)] == ["deputy-forms-own"] * 3
    assert mine.status_code == 201


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ({"directions": ["roads"]}, "direction-elsewhere"),
        ({"directions": ["no-such"]}, "direction-unknown"),
        ({"directions": []}, "group-empty"),
        ({"kinds": ["школа"]}, "group-empty"),
        ({"name": " ", "directions": ["schools"]}, "group-name"),
        ({"covers_all": True}, "group-of-the-rest"),
        ({"leader": str(uuid4()), "directions": ["schools"]}, "leader-unknown"),
    ],
)
async def test_a_group_that_cannot_be_formed_is_refused_and_nothing_is_half_done(
    office: Office, browser: Browser, group: dict[str, object], expected: str
) -> None:
    await head(office, browser)
    await formed(browser, directions=["roads"], kinds=["школа"], covers_all=True)
    before = await office.pool.fetchval("SELECT count(*) FROM outbox")

    answer = await form(
        browser, {"name": "Хорошая", "kinds": ["больница"]}, {"name": "Рабочая группа"} | group
    )

    assert slug(answer) == expected
    assert await office.pool.fetchval("SELECT count(*) FROM outbox") == before


async def test_groups_are_formed_on_the_days_of_forming(office: Office, browser: Browser) -> None:
    await head(office, browser)
    office.now += timedelta(days=10)

    answer = await form(browser, {"name": "Поздно", "directions": ["roads"]})

    assert slug(answer) == "not-forming-now"


async def test_the_same_form_again_forms_no_second_group(office: Office, browser: Browser) -> None:
    await head(office, browser)
    key = {"Idempotency-Key": "once"}
    body = {"municipality": PLACE, "number": "1", "day": TODAY.isoformat()}
    group = {"name": "Группа", "directions": ["roads"]}

    first = await browser.post("/api/v1/working-groups", json=body | {"groups": [group]}, headers=key)
    again = await browser.post("/api/v1/working-groups", json=body | {"groups": [group]}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


async def test_a_foreign_municipality_has_no_groups_to_be_seen(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", ELSEWHERE, "else@example.org"))
    await head(office, browser)
    group = await formed(browser, directions=["roads"])
    await office.come(browser, "else@example.org")

    listed = await browser.get(f"/api/v1/working-groups?municipality={PLACE}")
    page = await browser.get(f"/cabinet/groups/{group}")
    dissolved = await browser.post(f"/api/v1/working-groups/{group}/dissolution")
    there = await form(browser, {"name": "Тут", "directions": ["roads"]})

    assert [a.status_code for a in (listed, page, dissolved, there)] == [404] * 4


async def test_a_dissolved_group_leaves_its_coordinators_and_frees_its_area(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    group = await formed(
        browser, leader=await account(office, "one@example.org"), directions=["roads"], kinds=["школа"]
    )
    await office.come(browser, "one@example.org")
    await appoint(browser, appointment("coordinator", await organization(office), "teacher@example.org"))
    await office.reset(browser, "head@example.org")

    first = await browser.post(f"/api/v1/working-groups/{group}/dissolution")
    again = await browser.post(f"/api/v1/working-groups/{group}/dissolution")
    another = await form(browser, {"name": "Новая", "directions": ["roads"], "kinds": ["школа"]})

    assert first.status_code == 200
    assert slug(again) == "group-dissolved"
    assert another.status_code == 201
    assert ("grant.ended.v1", "leader", group) in await office.events()
    page = unescape((await browser.get(f"/cabinet/organizations/{await organization(office)}")).text)
    assert "Петров Пётр Петрович" in page


async def test_an_organization_goes_from_group_to_group_with_its_coordinator(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    one, two = await account(office, "one@example.org"), await account(office, "two@example.org")
    await formed(browser, leader=one, kinds=["школа"])
    second = await formed(browser, leader=two, directions=["roads"])
    school = await organization(office)

    given = await browser.post(
        f"/cabinet/organizations/{school}/group", data={"group": second}, follow_redirects=False
    )
    await office.come(browser, "two@example.org")
    appointed = await appoint(browser, appointment("coordinator", school, "teacher@example.org"))
    await office.come(browser, "one@example.org")
    refused = await appoint(browser, appointment("stand-in", school, "other@example.org"))

    assert given.status_code == 303, given.text
    assert appointed.status_code == 201, appointed.text
    assert slug(refused) == "not-yours-to-appoint"


async def test_the_recommended_scheme_gives_every_deputy_a_group(office: Office, browser: Browser) -> None:
    await head(office, browser)
    asked = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}/scheme")).text)
    one, two = await account(office, "one@example.org"), await account(office, "two@example.org")
    dealt = {
        "direction:roads": one,
        "direction:schools": two,
        "kind:школа": two,
        "kind:больница": one,
        "kind:администрация": one,
    }

    answer = await browser.post(
        f"/cabinet/municipalities/{PLACE}/scheme",
        data={"number": "7", "day": TODAY.isoformat()} | dealt,
        follow_redirects=False,
    )

    assert all(word in asked for word in ("Дороги", "Школы", "школа – 2", "больница – 1"))
    assert answer.status_code == 303, answer.text
    stands = await coverage(office)
    assert (stands["groups"], stands["groups_without_leader"]) == (2, 0)
    assert (stands["directions_uncovered"], stands["organizations_uncovered"]) == (0, 0)
    assert stands["formed_at"] is None, "nobody is responsible yet"


async def test_coverage_counts_every_gap_until_none_is_left(office: Office, browser: Browser) -> None:
    empty = await coverage(office)
    await head(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "one@example.org"))
    begun = await coverage(office)
    leader = await account(office, "one@example.org")
    await formed(browser, leader=leader, covers_all=True)
    whole = await coverage(office)
    await office.come(browser, "one@example.org")
    for name in (SCHOOL, "Школа № 2", "Больница"):
        await appoint(
            browser, appointment("coordinator", await organization(office, name), f"{uuid4()}@e.org")
        )
    done = await coverage(office)

    seen = ("head", "responsible", "groups", "directions_uncovered", "organizations_uncovered")
    assert [empty[name] for name in seen] == [False, False, 0, 2, 4]
    assert [begun[name] for name in seen] == [True, True, 0, 2, 4]
    assert [whole[name] for name in seen] == [True, True, 1, 0, 0]
    assert whole["formed_at"] == office.now
    # The administration's own people are served by level 2.
    assert (whole["organizations"], whole["coordinators_missing"]) == (3, 3)
    assert (done["coordinators_missing"], done["unanswered"]) == (0, 4)
    assert done["version"] > whole["version"] > begun["version"] > empty["version"]


async def test_coverage_is_told_when_it_changes_and_only_then(office: Office, browser: Browser) -> None:
    told = "SELECT count(*) FROM outbox WHERE type = 'dialogue.coverage.stated.v1'"
    await coverage(office)
    first = await office.pool.fetchval(told)
    await coverage(office)
    again = await office.pool.fetchval(told)
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await coverage(office)

    assert first == await office.pool.fetchval("SELECT count(*) FROM municipality")
    assert again == first
    assert await office.pool.fetchval(told) == first + 1


async def test_people_are_told_whom_to_turn_to(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "anna@example.org", name="Главнова Анна"))
    await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    await appoint(browser, appointment("coordinator", school, "teacher@example.org", name="Школин Иван"))
    browser.cookies.clear()

    page = unescape((await browser.get(f"/contacts?organization={school}")).text)
    fragment = await browser.get(f"/contacts?organization={school}", headers={"HX-Request": "true"})
    of_place = unescape((await browser.get(f"/contacts?municipality={PLACE}")).text)
    unknown = [
        (await browser.get(f"/contacts?{query}")).status_code
        for query in (
            "municipality=",
            f"organization={uuid4()}",
            "organization=x",
            "municipality=99999999",
            "municipality=*",
        )
    ]

    assert page.index("Школин Иван") < page.index("руководитель рабочей группы") < page.index("Главнова Анна")
    assert "<html" not in fragment.text
    assert "Школин" not in of_place
    assert "Главнова Анна" in of_place
    assert unknown == [404] * 5


async def test_a_list_names_organizations_by_name_or_number(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа", "больница"])
    await office.come(browser, "one@example.org")
    act = {"number": "9", "day": TODAY.isoformat()}
    rows = [
        "координатор; Первый Пётр; a@example.org; школа № 1",
        "координатор; Второй Пётр; b@example.org; 3",
        "член рабочей группы; Третий Пётр; c@example.org",
    ]

    more = "координатор; Пятый Пётр; d@example.org; Клуб"
    bad = await annexed(browser, act | {"annex": "\n".join([*rows, more])})
    good = await annexed(browser, act | {"annex": "\n".join(rows)})

    assert bad.status_code == 422
    assert "Организации «Клуб» у вас нет" in unescape(bad.text)
    assert good.status_code == 303, good.text
    events = await office.events()
    assert events[-3:-1] == [
        ("grant.given.v1", "coordinator", await organization(office, name)) for name in (SCHOOL, "Школа № 2")
    ]


async def test_everybody_comes_to_the_page_that_is_theirs(office: Office, browser: Browser) -> None:
    await head(office, browser)
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    await appoint(
        browser,
        appointment("coordinator", school, "teacher@example.org"),
        appointment("member", group, "clerk@example.org"),
    )

    pages = {}
    for who in ("clerk", "teacher"):
        await office.come(browser, f"{who}@example.org")
        today = unescape((await browser.get("/cabinet")).text)
        pages[who] = re.findall(r'<li><a href="(/cabinet/[a-z]+/[^"]+)">', today)
    seen = [
        (await browser.get(path)).status_code
        for path in (
            f"/cabinet/organizations/{school}",
            f"/cabinet/groups/{group}",
            f"/cabinet/municipalities/{PLACE}",
        )
    ]

    linked = unescape((await browser.get(f"/cabinet/organizations/{school}")).text)
    assert f"/cabinet/groups/{group}" not in linked, "a link leads nowhere that is not theirs"
    assert pages == {"clerk": [f"/cabinet/groups/{group}"], "teacher": [f"/cabinet/organizations/{school}"]}
    assert seen == [200, 404, 404], "a coordinator sees the own organization alone"


async def test_a_group_reminds_its_own_people_alone(office: Office, browser: Browser) -> None:
    await head(office, browser)
    one, two = await account(office, "one@example.org"), await account(office, "two@example.org")
    await formed(browser, leader=one, kinds=["школа"])
    await formed(browser, leader=two, kinds=["больница"])
    for who, name in (("one", SCHOOL), ("two", "Больница")):
        await office.come(browser, f"{who}@example.org")
        coordinator = appointment("coordinator", await organization(office, name), f"of-{who}@example.org")
        assert (await appoint(browser, coordinator)).status_code == 201
    await office.pool.execute("UPDATE link SET written_at = written_at - interval '2 days'")
    await office.pool.execute("DELETE FROM letter")

    await browser.post("/cabinet/reminders", data={"back": "/cabinet"}, follow_redirects=False)

    written = await office.pool.fetch("SELECT recipient FROM letter")
    assert [row["recipient"] for row in written] == ["of-two@example.org"]


async def test_an_organization_is_closed_in_favour_of_another(office: Office, browser: Browser) -> None:
    await head(office, browser)
    closing, heir = await organization(office), await organization(office, "Школа № 2")
    page = f"/cabinet/organizations/{closing}"

    asked = unescape((await browser.get(f"{page}/closing")).text)
    of_itself = await browser.post(f"{page}/closing", data={"successor": closing}, follow_redirects=False)
    done = await browser.post(f"{page}/closing", data={"successor": heir}, follow_redirects=False)
    again = await browser.post(f"{page}/closing", data={"successor": heir}, follow_redirects=False)
    await office.come(browser, "one@example.org")
    of_deputy = await browser.post(f"{page}/closing", data={}, follow_redirects=False)

    assert "Школа № 2" in asked
    assert "Клуб" not in asked, "it is another founder's"
    assert [a.status_code for a in (of_itself, done, again, of_deputy)] == [422, 303, 409, 403]
    told = await office.pool.fetchval(
        "SELECT data::jsonb FROM outbox WHERE type LIKE '%organization.defined%' ORDER BY id DESC LIMIT 1"
    )
    assert f'"successor": "{heir}"' in told


async def test_everything_wrong_with_two_groups_is_told_at_once(office: Office, browser: Browser) -> None:
    await head(office, browser)
    nothing: dict[str, object] = {"name": "Без участка"}
    unknown: dict[str, object] = {"name": "", "directions": ["nowhere"]}

    refused = await form(browser, nothing, unknown, number="")
    shown = await browser.post(
        f"/cabinet/municipalities/{PLACE}/groups/new",
        data={"name": "", "direction:nowhere": "1", "day": "завтра"},
    )

    assert refused.status_code == 422
    told = [(error["field"], error["detail"].split(":")[0]) for error in refused.json()["errors"]]
    assert ("number", "Укажите номер распоряжения") in told
    assert {field for field, _ in told} == {"number", "name", ""}
    assert sum(not field for field, _ in told) == 2
    assert shown.status_code == 422
    for sentence in ("Укажите номер", "Укажите название группы", "Выберите направление из списка"):
        assert sentence in unescape(shown.text)
