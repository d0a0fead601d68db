"""An invitee answers, the SMO sees it; nobody sees of others what is not theirs."""

from typing import Any

import pytest
from vobject.base import readOne

from tests.hierarchy.meetings.calling import (
    HEAD,
    INSTEAD,
    MEETINGS,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    SUBSTITUTE,
    agree,
    answer,
    begun,
    calendars,
    call,
    cancel,
    invitations,
    invited,
    named,
    settle,
    sign_in,
    staffed,
    told,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, slug


@pytest.fixture
async def meeting(office: Office, browser: Browser, meeting: str) -> str:
    """The same; the browser is one of theirs."""
    await sign_in(office, browser, RESPONSIBLE)
    return meeting


async def seen(office: Office, browser: Browser, id_: str) -> dict[str, Any]:
    """What the SMO sees of the municipality."""
    await sign_in(office, browser, OPERATOR)
    return (await invitations(browser, id_))[PLACE]


async def test_who_is_invited_accepts_and_may_change_their_mind(
    office: Office, browser: Browser, meeting: str
) -> None:
    accepted = await answer(browser, meeting, "accepted")
    declined = await answer(browser, meeting, "declined", reason="Заболела")

    assert accepted.json() == {"municipality": PLACE, "answer": "accepted"}
    assert declined.status_code == 200
    shown = await seen(office, browser, meeting)
    assert (shown["answer"], shown["reason"], shown["answered_at"] is None) == ("declined", "Заболела", False)


async def test_a_substitute_is_invited_and_taken_out_when_another_is_named(
    office: Office, browser: Browser, meeting: str
) -> None:
    await answer(browser, meeting, "substitute", **SUBSTITUTE)
    await answer(browser, meeting, "substitute", **SUBSTITUTE | {"phone": ""})
    await answer(browser, meeting, "substitute", name="Иная Инна", email="another@example.org")
    await answer(browser, meeting, "accepted")

    first, second = await calendars(office, INSTEAD), await calendars(office, "another@example.org")
    assert [told(each) for each in first] == [("REQUEST", 1), ("CANCEL", 2)]
    assert [told(each) for each in second] == [("REQUEST", 2), ("CANCEL", 3)]
    assert [each.value for each in first[0].vevent.contents["attendee"]] == [f"mailto:{INSTEAD}"]
    shown = await seen(office, browser, meeting)
    assert (shown["answer"], shown["substitute"]) == ("accepted", "")


async def test_a_cancelled_meeting_is_taken_out_of_the_substitutes_calendar(
    office: Office, browser: Browser, meeting: str
) -> None:
    await answer(browser, meeting, "substitute", **SUBSTITUTE)
    await sign_in(office, browser, OPERATOR)

    await cancel(browser, meeting)

    assert told((await calendars(office, INSTEAD))[-1]) == ("CANCEL", 2)
    assert "/cabinet/" not in await office.letter_to(INSTEAD), "a substitute has no account"


BAD = {
    "nothing": ({"answer": ""}, {"answer-unknown"}),
    "another word": ({"answer": "maybe"}, {"answer-unknown"}),
    "no reason": ({"answer": "declined", "reason": " \x00"}, {"decline-reason"}),
    "a huge reason": ({"answer": "declined", "reason": "я" * 1001}, {"decline-reason"}),
    "a substitute without a name": ({"answer": "substitute", "email": INSTEAD}, {"substitute-name"}),
    "an address that is none": ({"answer": "substitute"} | SUBSTITUTE | {"email": "нет"}, {"email-invalid"}),
    "two addresses": (
        {"answer": "substitute"} | SUBSTITUTE | {"email": "a@mail.ru, b@mail.ru"},
        {"email-several"},
    ),
    "a smuggled header": (
        {"answer": "substitute"} | SUBSTITUTE | {"email": "a@mail.ru\r\nBcc: b@mail.ru"},
        {"email-several", "email-invalid"},
    ),
    "a telephone that is none": (
        {"answer": "substitute"} | SUBSTITUTE | {"phone": "звоните"},
        {"phone-invalid"},
    ),
    "a foreign municipality": ({"answer": "accepted", "municipality": ELSEWHERE}, {"answer-municipality"}),
}


@pytest.mark.parametrize("case", BAD)
async def test_an_answer_that_cannot_be_is_refused_and_nobody_is_written_to(
    office: Office, browser: Browser, meeting: str, case: str
) -> None:
    body, slugs = BAD[case]

    refused = await browser.post(f"{MEETINGS}/{meeting}/answer", json=body)

    assert refused.status_code == 422
    assert slug(refused) in slugs
    assert await invited(office) == 2


async def test_a_name_brings_no_line_of_its_own_into_a_letter(
    office: Office, browser: Browser, meeting: str
) -> None:
    name = 'Злой "Зиновий"\r\nATTENDEE:mailto:x@example.org;\u202eCN=Y'

    done = await answer(browser, meeting, "substitute", **SUBSTITUTE | {"name": name})

    assert done.status_code == 200
    [calendar] = await calendars(office, INSTEAD)
    assert len(calendar.vevent.contents["attendee"]) == 1
    assert calendar.vevent.attendee.value == f"mailto:{INSTEAD}"


async def test_what_has_begun_or_was_cancelled_is_not_answered(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    late = await answer(browser, meeting, "accepted")
    await sign_in(office, browser, OPERATOR)
    await cancel(browser, meeting)
    await sign_in(office, browser, RESPONSIBLE)
    gone = await answer(browser, meeting, "accepted")

    assert (late.status_code, slug(late)) == (409, "meeting-begun")
    assert (gone.status_code, slug(gone)) == (409, "meeting-over")


async def test_a_repeated_answer_is_one(office: Office, browser: Browser, meeting: str) -> None:
    key, body = {"Idempotency-Key": "once"}, {"answer": "substitute"} | SUBSTITUTE
    address = f"{MEETINGS}/{meeting}/answer"

    first = await browser.post(address, json=body, headers=key)
    await answer(browser, meeting, "accepted")
    second = await browser.post(address, json=body, headers=key)

    assert first.json() == second.json()
    assert (await seen(office, browser, meeting))["answer"] == "accepted"


async def test_an_invitee_sees_their_own_answer_and_of_others_nothing(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, OTHER)
    await answer(browser, meeting, "declined", reason="Личное дело")
    await sign_in(office, browser, RESPONSIBLE)

    page = await browser.get(f"{MEETINGS}/{meeting}")

    assert [each["municipality"] for each in page.json()["invitations"]] == [PLACE]
    for secret in ("Другов", "Личное дело", ELSEWHERE, OTHER):
        assert secret not in page.text


async def test_the_head_answers_too_a_deputy_sees_and_a_stranger_does_not(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, HEAD)
    by_head = await answer(browser, meeting, "accepted")
    await named(browser, "deputy", PLACE, "deputy@example.org", "Замов Зот")
    await named(browser, "hotline-operator", PLACE, "line@example.org", "Линин Лев")
    await sign_in(office, browser, "deputy@example.org")
    by_deputy, shown = await answer(browser, meeting, "declined"), await browser.get(f"{MEETINGS}/{meeting}")
    await sign_in(office, browser, "line@example.org")
    unseen, listed = await browser.get(f"{MEETINGS}/{meeting}"), await browser.get(MEETINGS)

    assert by_head.status_code == 200
    assert (by_deputy.status_code, shown.status_code) == (403, 200)
    assert (unseen.status_code, listed.json()["items"]) == (404, [])


async def test_whoever_is_not_invited_knows_of_no_meeting(office: Office, browser: Browser) -> None:
    await staffed(office, browser)
    id_ = await call(browser, municipalities=[PLACE])
    await sign_in(office, browser, OTHER)

    assert (await browser.get(f"{MEETINGS}/{id_}")).status_code == 404
    assert (await browser.get(f"{MEETINGS}/{id_}.ics")).status_code == 404
    assert (await answer(browser, id_, "accepted")).status_code == 404
    assert (await browser.get(MEETINGS)).json()["items"] == []


async def test_another_smo_knows_of_no_meeting_and_of_no_agreement(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    await sign_in(office, browser, OPERATOR)
    agreed = (await agree(browser, meeting, body="Назначить координаторов")).json()["id"]
    await office.pool.execute(
        "INSERT INTO smo (id, name, covers_all, version) VALUES ('second', 'Второй', false, 1)"
    )
    await sign_in(office, browser, "admin@example.org")
    await named(browser, "smo-operator", "second", "second@example.org", "Второв Вит")
    await sign_in(office, browser, "second@example.org")

    foreign = [f"{MEETINGS}/{meeting}", f"{MEETINGS}/{meeting}.ics"]
    parts = (
        "",
        "/answers",
        "/meeting.ics",
        "/minutes.pdf",
        "/attendance",
        "/attendance?format=csv",
        "/minutes",
    )
    foreign += [f"/cabinet/meetings/{meeting}{part}" for part in (*parts, "/changes", "/cancellation")]
    statuses = {address: (await browser.get(address)).status_code for address in foreign}
    refused = await cancel(browser, meeting, "Чужая")
    settled = await settle(browser, agreed, "done")
    listed = [await browser.get(f"/cabinet/agreements?state={state}") for state in ("", "open", "overdue")]
    table = await browser.get("/cabinet/agreements?state=&format=csv")

    assert set(statuses.values()) == {404}, statuses
    assert (refused.status_code, slug(refused)) == (404, "meeting-unknown")
    assert (settled.status_code, slug(settled)) == (404, "agreement-unknown")
    assert (await browser.get(MEETINGS)).json()["items"] == []
    assert {each.status_code for each in (*listed, table)} == {200}
    assert not any("Назначить координаторов" in each.text for each in (*listed, table))


async def test_lists_hold_what_is_to_come_and_what_is_over_page_by_page(
    office: Office, browser: Browser
) -> None:
    await staffed(office, browser)
    ids = [await call(browser, hour=f"{hour}:00") for hour in (12, 9, 15)]
    await cancel(browser, ids[0])

    first = (await browser.get(MEETINGS, params={"limit": 1})).json()
    second = (await browser.get(first["next"])).json()
    over = (await browser.get(MEETINGS, params={"coming": "false"})).json()

    assert [each["id"] for each in (*first["items"], *second["items"])] == [ids[1], ids[2]]
    assert second["next"] is None
    assert [(each["id"], each["state"]) for each in over["items"]] == [(ids[0], "cancelled")]
    assert first["items"][0]["unanswered"] == 2


async def test_a_meeting_is_taken_into_ones_own_calendar(
    office: Office, browser: Browser, meeting: str
) -> None:
    own = await browser.get(f"{MEETINGS}/{meeting}.ics")
    await sign_in(office, browser, OPERATOR)
    whole = await browser.get(f"{MEETINGS}/{meeting}.ics")

    mine, open_ = readOne(own.text), readOne(whole.text)
    assert own.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (told(mine), mine.vevent.attendee.value) == (("REQUEST", 0), f"mailto:{RESPONSIBLE}")
    assert (told(open_), "attendee" in open_.vevent.contents) == (("PUBLISH", 0), False)
    assert (await browser.get(f"{MEETINGS}/nonsense")).status_code == 404
    assert (await browser.get(f"{MEETINGS}/nonsense.ics")).status_code == 404
