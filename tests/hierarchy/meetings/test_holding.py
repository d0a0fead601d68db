"""What a meeting is held over, who was there, what was written and agreed on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.results import FiguresTaken, Standing
from services.chassis.db import pruning, tenancy
from services.chassis.db.pool import Db, open_pool
from services.chassis.streams.tail import Stream
from services.hierarchy import results
from services.hierarchy.pruning import RULES
from tests.hierarchy.meetings.calling import (
    HEAD,
    MEETINGS,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    answer,
    begun,
    call,
    change,
    defined,
    one,
    sign_in,
    staffed,
    stored,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, slug

DUE = (TODAY + timedelta(days=3)).isoformat()


@pytest.fixture
async def meeting(office: Office, browser: Browser) -> str:
    """A meeting to which two are invited; the browser is the operator's."""
    await staffed(office, browser)
    return await call(browser)


async def attend(browser: Browser, id_: str, *present: tuple[str, str, bool]) -> Any:
    marks = [dict(zip(("municipality", "presence", "by_substitute"), each, strict=True)) for each in present]
    return await browser.post(f"{MEETINGS}/{id_}/attendance", json={"present": marks})


async def agree(browser: Browser, id_: str, **more: str) -> Any:
    body = {"municipality": PLACE, "body": "Провести выездную регистрацию", "due": DUE} | more
    return await browser.post(f"{MEETINGS}/{id_}/agreements", json=body)


async def settle(browser: Browser, id_: str, state: str, **more: str) -> Any:
    return await browser.post(f"/api/v1/agreements/{id_}/state", json={"state": state} | more)


def standing(code: str, submitted: int) -> Standing:
    return Standing(municipality=code, registered=10, submitted=submitted)


async def take(office: Office, request: str, **more: Any) -> None:
    """Metrics answers."""
    given = {
        "version": 1,
        "id": UUID(request),
        "campaign": "spring-2026",
        "as_of": datetime(2026, 12, 7, 11, 32, 7, tzinfo=UTC),
        "day": TODAY,
        "items": [standing(PLACE, 7), standing(ELSEWHERE, 5)],
    } | more
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await results.apply(db, Stream(FiguresTaken.topic, 0), [FiguresTaken(**given)])


async def ask(browser: Browser, id_: str, nth: int = 0) -> str:
    item = (await one(browser, id_))["agenda"][nth]["id"]
    asked = await browser.post(f"{MEETINGS}/{id_}/figures", json={"item": item})
    assert asked.status_code == 200, asked.text
    return str(asked.json()["request"])


async def test_figures_are_asked_for_once_and_stay_as_they_were_shown(
    office: Office, browser: Browser, meeting: str
) -> None:
    request, again = await ask(browser, meeting), await ask(browser, meeting)
    waiting = (await one(browser, meeting))["agenda"][0]
    await take(office, request)
    await take(office, request, items=[standing(PLACE, 99)])

    shown = (await one(browser, meeting))["agenda"][0]
    assert request == again
    assert [event["figures"] for event in await defined(office)] == [[], [request]]
    assert (waiting["requested"], waiting["figures"]) == (True, None)
    assert [each["submitted"] for each in shown["figures"]["items"]] == [7, 5]
    assert datetime.fromisoformat(shown["figures"]["as_of"]) == datetime(2026, 12, 7, 11, 32, 7, tzinfo=UTC)


async def test_a_new_epoch_of_results_takes_nothing_that_was_shown_away(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))

    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await results.drop(db, Stream(FiguresTaken.topic, 0))

    assert (await one(browser, meeting))["agenda"][0]["figures"] is not None


async def executed(db: Db, statement: str) -> None:
    async with db.transaction():
        await tenancy.see(db, "*")
        await db.execute(statement)


async def test_the_database_itself_lets_nobody_change_what_was_shown(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))

    async with office.pool.acquire() as db:
        for statement in ("UPDATE agenda_item SET figures = '[]'", "DELETE FROM agenda_item"):
            with pytest.raises(asyncpg.RaiseError):
                await executed(db, statement)


async def test_an_item_with_figures_stays_on_the_agenda_in_its_words(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))

    gone = await change(browser, meeting, seen=2, agenda=["Ход марафона сегодня"])
    moved = await change(browser, meeting, seen=2, agenda=["Открытие", "Ход марафона"])

    assert slug(gone) == "agenda-figures"
    assert moved.status_code == 200, moved.text
    agenda = (await one(browser, meeting))["agenda"]
    assert [(each["text"], each["figures"] is not None) for each in agenda] == [
        ("Открытие", False),
        ("Ход марафона", True),
    ]


async def test_an_invitee_sees_their_own_figures_alone(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))
    await sign_in(office, browser, OTHER)

    shown = (await one(browser, meeting))["agenda"][0]["figures"]["items"]

    assert [each["municipality"] for each in shown] == [ELSEWHERE]


async def test_nothing_is_recorded_before_the_meeting_begins(browser: Browser, meeting: str) -> None:
    refused = [
        await attend(browser, meeting, (PLACE, "remote", False)),
        await agree(browser, meeting),
        await browser.post(f"{MEETINGS}/{meeting}/minutes", json={"body": "Обсудили"}),
    ]

    assert [slug(each) for each in refused] == ["meeting-ahead"] * 3


async def test_attendance_says_who_was_there_and_that_it_was_held(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, OTHER)
    await answer(browser, meeting, "substitute", name="Замещаев Захар", email="instead@example.org")
    await sign_in(office, browser, OPERATOR)
    begun(office)

    held = await attend(browser, meeting, (PLACE, "in-person", False), (ELSEWHERE, "remote", True))
    again = await attend(browser, meeting, (PLACE, "absent", False))

    assert (held.json()["present"], again.json()["present"]) == (2, 1)
    shown = await one(browser, meeting)
    assert shown["state"] == "held"
    there = {each["municipality"]: (each["presence"], each["was_there"]) for each in shown["invitations"]}
    assert there == {PLACE: ("absent", ""), ELSEWHERE: ("remote", "Замещаев Захар")}
    assert [event["state"] for event in await defined(office)] == ["planned", "held"]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (("99999999", "remote", False), "presence-foreign"),
        ((PLACE, "везде", False), "presence-unknown"),
        ((PLACE, "remote", True), "presence-substitute"),
    ],
)
async def test_nobody_else_was_there(
    office: Office, browser: Browser, meeting: str, mark: tuple[str, str, bool], expected: str
) -> None:
    begun(office)

    assert slug(await attend(browser, meeting, mark)) == expected
    assert slug(await attend(browser, meeting)) == "presence-unknown", "nobody is marked"
    assert (await one(browser, meeting))["state"] == "planned"


async def test_minutes_are_written_in_versions_and_two_who_write_see_each_other(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    address = f"{MEETINGS}/{meeting}/minutes"

    first = await browser.post(address, json={"body": "Обсудили\r\nход"})
    same = await browser.post(address, json={"body": "Обсудили\nход", "seen": 1})
    blind = await browser.post(address, json={"body": "Иное"})
    second = await browser.post(address, json={"body": "Иное", "seen": 1})
    empty = await browser.post(address, json={"body": "\x00", "seen": 2})
    huge = await browser.post(address, json={"body": "я" * 50_001, "seen": 2})

    assert first.json() == {"number": 1, "is_new": True}
    assert same.json() == {"number": 1, "is_new": False}
    assert slug(blind) == "minutes-changed"
    assert second.json() == {"number": 2, "is_new": True}
    assert [slug(empty), slug(huge)] == ["minutes-text", "minutes-text"]
    await sign_in(office, browser, RESPONSIBLE)
    assert (await one(browser, meeting))["minutes"]["body"] == "Иное"


async def test_an_open_agreement_is_what_the_next_meeting_begins_with(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    done, open_ = [(await agree(browser, meeting)).json()["id"] for _ in range(2)]
    await agree(browser, meeting, municipality=ELSEWHERE, body="Назначить координаторов")
    await attend(browser, meeting, (PLACE, "remote", False))
    await settle(browser, done, "done")
    next_day, later_day = ((TODAY + timedelta(days=n)).isoformat() for n in (2, 3))
    coming = await call(browser, day=next_day)
    later = await call(browser, day=later_day)

    before = (await one(browser, coming))["before"]
    assert {each["body"] for each in before} == {"Назначить координаторов", "Провести выездную регистрацию"}
    assert open_ in {each["id"] for each in before}
    assert done not in {each["id"] for each in before}
    assert (await one(browser, later))["before"] == []
    assert (await one(browser, meeting))["before"] == []
    await sign_in(office, browser, OTHER)
    assert [each["municipality"] for each in (await one(browser, coming))["before"]] == [ELSEWHERE]

    await sign_in(office, browser, OPERATOR)
    begun(office, days=2)
    await attend(browser, coming, (PLACE, "remote", False))
    await settle(browser, open_, "done")
    held = (await one(browser, coming))["before"]
    assert open_ in {each["id"] for each in held}, "what it began with stays"
    assert open_ not in {each["id"] for each in (await one(browser, later))["before"]}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"municipality": "99999999"}, "agreement-owner"),
        ({"body": "\u202e"}, "agreement-text"),
        ({"body": "я" * 1001}, "agreement-text"),
        ({"due": "скоро"}, "agreement-due"),
        ({"due": TODAY.isoformat()}, "agreement-due-early"),
        ({"due": (TODAY + timedelta(days=30)).isoformat()}, "agreement-due-late"),
    ],
)
async def test_an_agreement_that_cannot_be_is_refused(
    office: Office, browser: Browser, meeting: str, more: dict[str, str], expected: str
) -> None:
    begun(office)

    assert slug(await agree(browser, meeting, **more)) == expected


async def test_the_municipality_says_that_it_is_done_and_the_smo_alone_drops_it(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    id_ = (await agree(browser, meeting)).json()["id"]
    await sign_in(office, browser, HEAD)
    dropped = await settle(browser, id_, "dropped")
    done = await settle(browser, id_, "done")
    await sign_in(office, browser, OTHER)
    foreign = await settle(browser, id_, "open")
    await sign_in(office, browser, OPERATOR)
    stale = await settle(browser, id_, "dropped", seen="open")
    taken_back = await settle(browser, id_, "dropped", seen="done")
    await sign_in(office, browser, RESPONSIBLE)
    opened = await settle(browser, id_, "open")
    nonsense = await settle(browser, id_, "почти")

    assert (dropped.status_code, slug(dropped)) == (403, "not-yours-to-drop")
    assert done.json()["state"] == "done"
    assert foreign.status_code == 404
    assert slug(stale) == "agreement-changed"
    assert taken_back.json()["state"] == "dropped"
    assert slug(opened) == "not-yours-to-drop"
    assert slug(nonsense) == "not-yours-to-drop"


async def test_a_state_says_who_has_set_it(office: Office, browser: Browser, meeting: str) -> None:
    begun(office)
    id_ = (await agree(browser, meeting)).json()["id"]
    await sign_in(office, browser, RESPONSIBLE)
    await settle(browser, id_, "done")

    [shown] = (await one(browser, meeting))["agreements"]

    assert (shown["state"], shown["settled_by"]) == ("done", "Ответова Ольга Олеговна")


async def test_only_the_operator_holds_a_meeting(office: Office, browser: Browser, meeting: str) -> None:
    begun(office)
    await sign_in(office, browser, RESPONSIBLE)
    item = (await one(browser, meeting))["agenda"][0]["id"]

    refused = [
        await attend(browser, meeting, (PLACE, "remote", False)),
        await agree(browser, meeting),
        await browser.post(f"{MEETINGS}/{meeting}/minutes", json={"body": "Обсудили"}),
        await browser.post(f"{MEETINGS}/{meeting}/figures", json={"item": item}),
        await change(browser, meeting),
        await browser.post(f"{MEETINGS}/{meeting}/cancellation", json={"reason": "Чужая"}),
    ]

    assert [each.status_code for each in refused] == [403] * 6


async def test_two_operators_at_once_change_one_after_another(browser: Browser, meeting: str) -> None:
    answers = await asyncio.gather(*(change(browser, meeting, title=f"Тема {n}") for n in range(4)))

    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


async def test_what_has_begun_shows_what_it_began_with_before_anybody_is_marked(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    await agree(browser, meeting)
    coming = await call(browser, day=(TODAY + timedelta(days=2)).isoformat())
    begun(office, days=2)
    await sign_in(office, browser, OPERATOR)
    held = await one(browser, coming)
    office.now += timedelta(hours=3)
    await sign_in(office, browser, OPERATOR)
    over = await one(browser, coming)

    assert [each["body"] for each in held["before"]] == ["Провести выездную регистрацию"]
    assert over["before"] == held["before"]


async def test_a_meeting_that_is_over_and_not_marked_is_not_to_come(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    await sign_in(office, browser, OPERATOR)
    while_held = (await browser.get(MEETINGS)).json()["items"]
    office.now += timedelta(hours=2)
    await sign_in(office, browser, OPERATOR)
    coming = (await browser.get(MEETINGS)).json()["items"]
    over = (await browser.get(MEETINGS, params={"coming": "false"})).json()["items"]

    assert [each["id"] for each in while_held] == [meeting]
    assert coming == []
    assert [(each["id"], each["state"]) for each in over] == [(meeting, "planned")]


async def test_what_was_held_may_be_unmarked_again(office: Office, browser: Browser, meeting: str) -> None:
    begun(office)
    await attend(browser, meeting, (PLACE, "remote", False), (ELSEWHERE, "remote", False))

    again = await attend(browser, meeting, (PLACE, "", False))

    assert again.json()["present"] == 1


async def test_an_agreement_says_at_which_meeting_it_was_made(
    office: Office, browser: Browser, meeting: str
) -> None:
    begun(office)
    await agree(browser, meeting)

    [shown] = (await one(browser, meeting))["agreements"]

    assert (shown["meeting"], shown["title"]) == (meeting, "Подготовка к финалу")


async def test_how_a_substitute_was_reached_goes_thirty_days_after_the_meeting(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, OTHER)
    instead = {"name": "Замещаев Захар", "email": "instead@example.org", "phone": "8 800 000-00-01"}
    await answer(browser, meeting, "substitute", **instead)
    begun(office)
    ends = office.now + timedelta(minutes=40)
    query = (
        "SELECT substitute || '; ' || substitute_email || '; ' || substitute_phone"
        " FROM invitation WHERE municipality = $1"
    )

    early = await prune(office, ends + timedelta(days=30) - timedelta(minutes=1))
    kept = await stored(office, query, ELSEWHERE)
    late = await prune(office, ends + timedelta(days=30, minutes=1))
    again = await prune(office, ends + timedelta(days=31))

    assert (early, late, again) == (0, 1, 0)
    assert "instead@example.org" in kept
    assert await stored(office, query, ELSEWHERE) == "Замещаев Захар; ; "


async def prune(office: Office, now: datetime) -> int:
    """How many rows the worker empties."""
    [rule] = [rule for rule in RULES if rule.name == "substitute_address"]
    async with open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"}) as pool:
        return await pruning.apply(pool, rule, now)
