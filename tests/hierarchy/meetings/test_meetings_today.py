"""What «Сегодня» says of meetings, to those who are invited and to the SMO."""

from datetime import timedelta
from html import unescape
from typing import Any

from tests.hierarchy.meetings.calling import (
    HEAD,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    agree,
    answer,
    answer_for_both,
    answers,
    attend,
    begun,
    call,
    in_days,
    named,
    settle,
    sign_in,
    staffed,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office

KINDS = ("invitation", "meeting", "unanswered", "deserted", "unmarked", "agreement", "agreement-overdue")


async def today(office: Office, browser: Browser, email: str) -> dict[str, dict[str, Any]]:
    """The lines about meetings by their kind."""
    await sign_in(office, browser, email)
    lines = (await browser.get("/api/v1/today")).json()["items"]
    return {line["kind"]: line for line in lines if line["kind"] in KINDS}


async def test_who_is_invited_is_asked_until_they_answer(
    office: Office, browser: Browser, meeting: str
) -> None:
    asked = await today(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "accepted")
    accepted = await today(office, browser, RESPONSIBLE)
    head = await today(office, browser, HEAD)

    assert asked.keys() == {"invitation"}
    assert asked["invitation"]["href"] == f"/cabinet/meetings/{meeting}"
    assert asked["invitation"]["action"]["method"] == "POST"
    assert accepted.keys() == {"meeting"}
    assert "10:00" in accepted["meeting"]["title"]
    assert head == {}, "the responsible person is invited, not the Head"


async def test_the_smo_sees_its_next_meeting_and_who_has_not_answered(
    office: Office, browser: Browser, meeting: str
) -> None:
    await call(browser, day=in_days(2), municipalities=[PLACE])
    before = await today(office, browser, OPERATOR)
    await sign_in(office, browser, OTHER)
    await answer(browser, meeting, "declined", reason="Отпуск")
    after = await today(office, browser, OPERATOR)

    assert before.keys() == {"meeting", "unanswered"}
    assert (before["unanswered"]["count"], after["unanswered"]["count"]) == (2, 1)
    assert before["unanswered"]["href"] == f"/cabinet/meetings/{meeting}"


async def test_an_agreement_waits_for_its_municipality_and_overdue_for_the_smo_too(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    await sign_in(office, browser, OPERATOR)
    due = in_days(2)
    id_ = (await agree(browser, meeting, due=due)).json()["id"]
    await agree(browser, meeting, municipality=ELSEWHERE, due=due)
    await attend(browser, meeting, (PLACE, "remote", False))
    at_work = [(await today(office, browser, email)).keys() for email in (HEAD, RESPONSIBLE, OPERATOR)]
    begun(office, days=3)
    late = await today(office, browser, HEAD)
    smo = await today(office, browser, OPERATOR)
    await settle(browser, id_, "done")
    kept = await today(office, browser, HEAD)

    assert at_work == [{"agreement"}, {"agreement"}, set()]
    assert late.keys() == {"agreement-overdue"}
    assert (smo["agreement-overdue"]["count"], late["agreement-overdue"]["count"]) == (2, 1)
    assert smo["agreement-overdue"]["href"] == "/cabinet/agreements?state=overdue"
    assert kept == {}


async def test_the_menu_leads_to_meetings_those_whom_they_concern(
    office: Office, browser: Browser, meeting: str
) -> None:
    pages, line = {}, "line@example.org"
    await sign_in(office, browser, HEAD)
    await named(browser, "hotline-operator", PLACE, line, "Линин Лев Львович")
    for email in (OPERATOR, RESPONSIBLE, "admin@example.org", line):
        await sign_in(office, browser, email)
        pages[email] = (await browser.get("/cabinet")).text

    assert "/cabinet/meetings" in pages[OPERATOR].replace("&#x2f;", "/")
    assert ">Встречи<" in pages[RESPONSIBLE]
    assert ">Встречи<" in pages["admin@example.org"], "who sees all of them"
    assert ">Встречи<" not in pages[line]


async def test_the_way_to_a_meeting_stays_until_it_is_over(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "accepted")
    begun(office)
    held = [(await today(office, browser, email)).keys() for email in (RESPONSIBLE, OTHER)]
    office.now += timedelta(hours=1)
    over = [(await today(office, browser, email)).keys() for email in (RESPONSIBLE, OTHER)]

    assert held == [{"meeting"}, {"meeting"}], "nobody is asked any more"
    assert over == [set(), set()]


async def test_one_click_accepts(office: Office, browser: Browser, meeting: str) -> None:
    asked = await today(office, browser, RESPONSIBLE)
    page = unescape((await browser.get("/cabinet")).text)
    action = asked["invitation"]["action"]["href"]
    done = await browser.post(action, data={"back": "/cabinet"}, follow_redirects=False)
    after = await today(office, browser, RESPONSIBLE)

    assert f'action="{action}"' in page
    assert f'href="/cabinet/meetings/{meeting}"' in page, "whoever cannot come says so there"
    assert done.status_code == 303
    assert after.keys() == {"meeting"}


async def test_two_municipalities_of_ones_own_are_answered_one_by_one(
    office: Office, browser: Browser
) -> None:
    await staffed(office, browser)
    await answer_for_both(office, browser)
    id_ = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)
    lines = (await browser.get("/api/v1/today")).json()["items"]
    actions = [line["action"]["href"] for line in lines if line["kind"] == "invitation"]

    form = {"back": "/cabinet", "form_key": "the same page"}
    done = [await browser.post(action, data=form, follow_redirects=False) for action in actions]

    assert len(set(actions)) == 2
    assert done[0].status_code == 303
    assert done[1].status_code != 303, "another form under the same key is no repeat of the first"
    assert (await browser.post(actions[1], follow_redirects=False)).status_code == 303
    assert set((await answers(browser, id_)).values()) == {"accepted"}


async def test_a_successor_is_asked_and_a_predecessor_is_not(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, "admin@example.org")
    await named(browser, "head", ELSEWHERE, "new@example.org", "Новая Нина", replaces=True)
    await sign_in(office, browser, "new@example.org")
    await named(browser, "deputy", ELSEWHERE, OTHER, "Другов Денис Денисович")

    people = [(await today(office, browser, email)).keys() for email in ("new@example.org", OTHER)]

    assert people == [{"invitation"}, set()], "a Head who became a deputy is invited no more"


async def test_the_smo_is_told_to_mark_who_was_there(office: Office, browser: Browser, meeting: str) -> None:
    begun(office)
    held = await today(office, browser, OPERATOR)
    office.now += timedelta(hours=1)
    over = await today(office, browser, OPERATOR)
    await attend(browser, meeting, (PLACE, "remote", False))
    marked = await today(office, browser, OPERATOR)

    assert "unmarked" not in held
    assert (over["unmarked"]["count"], over["unmarked"]["own"]) == (1, True)
    assert over["unmarked"]["action"]["href"] == f"/cabinet/meetings/{meeting}/attendance"
    assert marked == {}
