"""What a meeting is held over, who was there, what was written and agreed on."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest

from services.chassis.db import pruning
from services.hierarchy import results
from services.hierarchy.pruning import RULES
from tests.hierarchy.meetings.calling import (
    HEAD,
    INSTEAD,
    MEETINGS,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    RESULTS,
    SUBSTITUTE,
    TOLD_AT,
    agree,
    answer,
    ask,
    attend,
    begun,
    call,
    cancel,
    change,
    defined,
    in_days,
    invitations,
    one,
    settle,
    sign_in,
    standing,
    stored,
    take,
    write,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, everything, slug


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
    assert datetime.fromisoformat(shown["figures"]["as_of"]) == TOLD_AT


async def test_a_new_epoch_of_results_takes_nothing_that_was_shown_away(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))

    async with everything(office.pool) as db:
        await results.drop(db, RESULTS)

    assert (await one(browser, meeting))["agenda"][0]["figures"] is not None


async def test_the_database_itself_lets_nobody_change_what_was_shown(
    office: Office, browser: Browser, meeting: str
) -> None:
    await take(office, await ask(browser, meeting))

    for statement in ("UPDATE agenda_item SET figures = '[]'", "DELETE FROM agenda_item"):
        with pytest.raises(asyncpg.RaiseError):
            await stored(office, statement)


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
        await write(browser, meeting),
    ]

    assert [slug(each) for each in refused] == ["meeting-ahead"] * 3


async def test_attendance_says_who_was_there_and_that_it_was_held(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, OTHER)
    await answer(browser, meeting, "substitute", **SUBSTITUTE)
    await sign_in(office, browser, OPERATOR)
    begun(office)

    held = await attend(browser, meeting, (PLACE, "in-person", False), (ELSEWHERE, "remote", True))
    again = await attend(browser, meeting, (PLACE, "absent", False))

    assert (held.json()["present"], again.json()["present"]) == (2, 1)
    shown = await one(browser, meeting)
    assert shown["state"] == "held"
    invited = await invitations(browser, meeting)
    there = {code: (each["presence"], each["was_there"]) for code, each in invited.items()}
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

    first = await write(browser, meeting, "Обсудили\r\nход")
    same = await write(browser, meeting, "Обсудили\nход", seen=1)
    blind = await write(browser, meeting, "Иное")
    second = await write(browser, meeting, "Иное", seen=1)
    empty = await write(browser, meeting, "\x00", seen=2)
    huge = await write(browser, meeting, "я" * 50_001, seen=2)

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
    coming, later = [await call(browser, day=in_days(n)) for n in (2, 3)]

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
        ({"due": in_days(30)}, "agreement-due-late"),
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
        await write(browser, meeting),
        await browser.post(f"{MEETINGS}/{meeting}/figures", json={"item": item}),
        await change(browser, meeting),
        await cancel(browser, meeting, "Чужая"),
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
    coming = await call(browser, day=in_days(2))
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
    await answer(browser, meeting, "substitute", **SUBSTITUTE)
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
    assert INSTEAD in kept
    assert await stored(office, query, ELSEWHERE) == "Замещаев Захар; ; "


async def prune(office: Office, now: datetime) -> int:
    """How many rows the worker empties."""
    [rule] = [rule for rule in RULES if rule.name == "substitute_address"]
    async with office.worker() as pool:
        return await pruning.apply(pool, rule, now)
