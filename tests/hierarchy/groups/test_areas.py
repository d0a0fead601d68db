"""What a working group covers: organizations chosen one by one, directions that another group hands over."""

import re
from html import unescape

from tests.hierarchy.appointments.test_scans import rows
from tests.hierarchy.groups.test_groups import account, form, formed, head, organization
from tests.hierarchy.office import PLACE, TODAY, Browser, Office, slug

NEW = f"/cabinet/municipalities/{PLACE}/groups/new"
ACT = {"number": "7", "day": TODAY.isoformat()}


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


async def area(office: Office, group: str) -> tuple[set[str], set[str]]:
    """The directions of a group, and the names of the organizations that it has."""
    of_group = f"FROM working_group_area WHERE id = '{group}'"
    directions = await rows(office, f"SELECT unnest(directions) {of_group}")
    names = await rows(
        office, f"SELECT name FROM organization WHERE id IN (SELECT unnest(organizations) {of_group})"
    )
    return {str(direction) for (direction,) in directions}, {str(name) for (name,) in names}


async def test_a_kind_unfolds_to_its_names_with_their_settlements(office: Office, browser: Browser) -> None:
    await head(office, browser)

    asked = await page(browser, NEW)

    unfolded = asked.partition("школа – 2")[2].partition("</details>")[0]
    assert re.findall(r"<span>(.*?)</span><span class=\"hint\">(.*?)</span>", unfolded) == [
        ("Школа № 1", "Берёзовский муниципальный район"),
        ("Школа № 2", "Городское поселение город Берёзов"),
    ]


async def test_single_organizations_are_chosen(office: Office, browser: Browser) -> None:
    await head(office, browser)
    second = await organization(office, "Школа № 2")

    done = await browser.post(
        NEW,
        data=ACT | {"name": "Группа", f"organization:{second}": "1", "kind:больница": "1"},
        follow_redirects=False,
    )
    group = done.headers["location"].partition("groups/")[2].partition("?")[0]
    after = await page(browser, NEW)

    assert await area(office, group) == (set(), {"Школа № 2", "Больница"})
    assert "Школа № 2" not in after
    assert "школа – 1" in after
    await browser.post(
        f"/cabinet/groups/{group}/area",
        data={"name": "Группа", f"organization:{await organization(office, 'Школа № 1')}": "1"},
    )
    assert await area(office, group) == (set(), {"Школа № 1", "Школа № 2", "Больница"})


async def test_what_was_ticked_stays_when_something_else_is_wrong(office: Office, browser: Browser) -> None:
    await head(office, browser)
    second = await organization(office, "Школа № 2")

    refused = await browser.post(NEW, data={f"organization:{second}": "1"})

    text = unescape(refused.text)
    assert refused.status_code == 422
    assert f'name="organization:{second}" value="1" checked' in text
    assert re.search(
        r"<details open><summary>Выбрать по одной</summary>\s*<label.*Школа № 1", text, re.DOTALL
    )
    assert text.count("<details open>") == 1, "the other kinds stay folded"


async def test_an_organization_of_another_group_or_place_is_refused(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await formed(browser, kinds=["больница"])
    for taken in (await organization(office, "Больница"), await organization(office, "Клуб")):
        answer = await form(browser, {"name": "Вторая", "organizations": [taken], "kinds": ["школа"]})
        assert slug(answer) == "organization-elsewhere"
    strange = await browser.post(NEW, data=ACT | {"name": "Группа", "organization:x": "1"})

    assert strange.status_code == 422, "what is no id is nothing, and a group covers something"


async def test_two_groups_of_one_act_do_not_get_the_same_organization(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    school = await organization(office)

    answer = await form(
        browser,
        {"name": "Первая", "organizations": [school]},
        {"name": "Вторая", "organizations": [school]},
    )
    rest = await form(
        browser, {"name": "Первая", "organizations": [school]}, {"name": "Вторая", "kinds": ["школа"]}
    )

    assert slug(answer) == "organization-elsewhere"
    areas = [await area(office, group) for group in rest.json()["formed"]]
    assert areas == [(set(), {"Школа № 1"}), (set(), {"Школа № 2"})]


async def test_a_direction_is_handed_over_to_a_new_group_and_to_one_that_stands(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    first = await formed(browser, name="Хозяйство", directions=["roads", "schools"])
    asked = await page(browser, NEW)

    done = await browser.post(NEW, data=ACT | {"name": "Вторая", "takes:roads": "1"}, follow_redirects=False)
    second = done.headers["location"].partition("groups/")[2].partition("?")[0]
    between = await area(office, first), await area(office, second)
    back = await browser.post(
        f"/cabinet/groups/{first}/area",
        data={"name": "Хозяйство", "direction:schools": "1", "takes:roads": "1"},
        follow_redirects=False,
    )

    assert "Направления других групп: 2" in asked
    assert "сейчас у группы «Хозяйство», передать сюда" in asked
    assert between == (({"schools"}, set()), ({"roads"}, set()))
    assert back.status_code == 303
    assert (await area(office, first), await area(office, second)) == (
        ({"roads", "schools"}, set()),
        (set(), set()),
    )
    events = await office.pool.fetch(
        "SELECT data::jsonb ->> 'id' AS id FROM outbox WHERE type LIKE '%working-group%' ORDER BY outbox.id"
    )
    assert [event["id"] for event in events] == [first, first, second, second, first], "who gives goes first"


async def test_a_deputy_takes_nothing_from_another_deputys_group(office: Office, browser: Browser) -> None:
    await head(office, browser)
    own, other = await account(office, "one@example.org"), await account(office, "two@example.org")
    await formed(browser, name="Чужая", leader=other, directions=["roads"])
    await office.come(browser, "one@example.org")

    asked = await page(browser, NEW)
    answer = await form(browser, {"name": "Своя", "leader": own, "takes": ["roads"], "kinds": ["школа"]})

    assert "takes:" not in asked
    assert "у группы «Чужая»" in asked
    assert slug(answer) == "deputy-forms-own"
    assert await rows(office, "SELECT count(*) FROM working_group") == [(1,)]


async def test_a_direction_that_nobody_has_is_taken_from_nobody(office: Office, browser: Browser) -> None:
    await head(office, browser)

    free = await form(browser, {"name": "Группа", "takes": ["roads"]})
    unknown = await form(browser, {"name": "Группа", "takes": ["no-such"]})

    assert free.status_code == 201
    assert slug(unknown) == "direction-unknown"
