"""Briefings as programs see them."""

import pytest

from tests.hierarchy.groups.test_groups import account, formed, head, organization
from tests.hierarchy.office import TODAY, Browser, Office, appoint, appointment, slug

OWN = "/api/v1/staff/briefings"


@pytest.fixture
async def briefing(office: Office, browser: Browser) -> str:
    """The address of a group's briefing, with two coordinators; the browser is its leader's."""
    await head(office, browser)
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    schools = [await organization(office, name) for name in ("Школа № 1", "Школа № 2")]
    await appoint(
        browser,
        appointment("coordinator", schools[0], "teacher@example.org"),
        appointment("coordinator", schools[1], "another@example.org"),
    )
    return f"/api/v1/working-groups/{group}/briefing"


async def test_a_session_and_a_reading_brief_everybody(
    office: Office, browser: Browser, briefing: str
) -> None:
    published = await browser.post(f"{briefing}/material", json={"body": "Не теряйте инициатив."})
    people = (await browser.get(briefing)).json()["items"]
    there = [await account(office, "teacher@example.org")]
    session = {"manner": "remote", "day": TODAY.isoformat(), "present": there}
    held = await browser.post(f"{briefing}/sessions", json=session)
    await office.come(browser, "another@example.org")
    (due,) = (await browser.get(OWN)).json()["items"]
    confirmation = f"{OWN}/{due['working_group']}/confirmation"
    confirmed = await browser.post(confirmation, json={"version": due["version"]})

    assert published.json() == {"version": 1, "is_new": True}
    assert [each["done"] for each in people] == [False, False]
    assert held.status_code == 201
    assert due["body"] == "Не теряйте инициатив."
    assert confirmed.json() == {"version": 1}
    await office.reset(browser, "one@example.org")
    state = (await browser.get(briefing)).json()
    assert [each["done"] for each in state["items"]] == [True, True]


async def test_a_repeated_session_is_held_once(office: Office, browser: Browser, briefing: str) -> None:
    there = [await account(office, "teacher@example.org")]
    session = {"manner": "remote", "day": TODAY.isoformat(), "present": there}
    key = {"Idempotency-Key": "once"}

    first = await browser.post(f"{briefing}/sessions", json=session, headers=key)
    second = await browser.post(f"{briefing}/sessions", json=session, headers=key)

    assert first.json() == second.json()


async def test_whoever_is_named_twice_was_there_once(office: Office, browser: Browser, briefing: str) -> None:
    there = [await account(office, "teacher@example.org")] * 2
    session = {"manner": "remote", "day": TODAY.isoformat(), "present": there}

    held = await browser.post(f"{briefing}/sessions", json=session)

    people = (await browser.get(briefing)).json()["items"]
    assert held.status_code == 201, held.text
    assert sorted(each["done"] for each in people) == [False, True]


async def test_what_cannot_be_is_refused_with_a_slug(browser: Browser, briefing: str) -> None:
    session = {"manner": "in-person", "day": TODAY.isoformat(), "present": []}

    nobody = await browser.post(f"{briefing}/sessions", json=session)
    empty = await browser.post(f"{briefing}/material", json={"body": " "})
    group = briefing.split("/")[4]
    unread = await browser.post(f"{OWN}/{group}/confirmation", json={"version": 1})

    assert slug(nobody) == "session-attendance"
    assert slug(empty) == "material-text"
    assert slug(unread) == "material-unknown"


async def test_reminders_are_counted(office: Office, browser: Browser, briefing: str) -> None:
    await browser.post(f"{briefing}/material", json={"body": "Не теряйте инициатив."})
    await office.come(browser, "another@example.org")
    await office.reset(browser, "one@example.org")

    first = await browser.post(f"{briefing}/reminders")
    second = await browser.post(f"{briefing}/reminders")

    assert (first.json(), second.json()) == ({"reminded": 1}, {"reminded": 0})
