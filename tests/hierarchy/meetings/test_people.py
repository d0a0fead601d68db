"""People and their addresses change before a meeting: whoever is responsible now is invited."""

import asyncio
from datetime import timedelta
from html import unescape

import pytest
from vobject.base import readOne

from services.chassis.process.clock import Clock
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.meetings.commands.follow_people import follow_people
from services.hierarchy.meetings.commands.remind_of_meetings import remind_of_meetings, remind_of_near
from tests.hierarchy.meetings.calling import (
    HEAD,
    INSTEAD,
    MEETINGS,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    SUBSTITUTE,
    answer,
    answer_for_both,
    answers,
    begun,
    calendars,
    call,
    change,
    in_days,
    invitations,
    named,
    sign_in,
    staffed,
    stored,
    succeed,
    told,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, URL, Browser, Office, slug

DAY = in_days(4)
NEW, ANOTHER = "new@example.org", "another@example.org"
INVITED, LEFT = ("REQUEST", 0), ("CANCEL", 1)


@pytest.fixture
def day() -> str:
    """Of the meeting: in four days."""
    return DAY


async def follow(office: Office) -> int:
    """The worker looks whom meetings have now."""
    async with office.worker() as pool:
        return await follow_people(Entrance(URL), pool, office.now)


async def remind(office: Office) -> int:
    """How many are written to the day before, by a worker that has not looked who is responsible now."""
    begun(office, days=4)
    now = office.now - timedelta(hours=20)
    async with office.worker() as pool:
        return await remind_of_near(Entrance(URL), pool, now)


async def readdress(office: Office, email: str, to: str) -> None:
    """Somebody's address is another from now on."""
    await office.pool.execute("UPDATE account SET email = $2 WHERE email = $1", email, to)


async def seen(office: Office, email: str) -> list[tuple[str, int]]:
    return [told(each) for each in await calendars(office, email)]


async def test_a_successor_is_invited_without_anybody_changing_the_meeting(
    office: Office, browser: Browser, meeting: str
) -> None:
    await succeed(office, browser, NEW)

    first, again = await follow(office), await follow(office)

    assert (first, again) == (1, 0)
    assert await seen(office, RESPONSIBLE) == [INVITED, LEFT]
    assert await seen(office, NEW) == [("REQUEST", 1)]
    assert await seen(office, OTHER) == [INVITED]
    await sign_in(office, browser, OPERATOR)
    assert (await invitations(browser, meeting))[PLACE]["name"] == "Новая Нина"


async def leave(office: Office) -> None:
    """The only one of a municipality who could answer leaves without a successor."""
    ended = "UPDATE appointment SET until_at = $1 WHERE municipality = $2 AND role = 'head' RETURNING id"
    assert await stored(office, ended, office.now, ELSEWHERE)


async def words(browser: Browser, meeting: str) -> str:
    shown = await browser.get(f"/cabinet/meetings/{meeting}/answers")
    return " ".join(unescape(shown.text).replace("\xa0", " ").split())


async def test_of_whom_left_without_a_successor_the_smo_reads_that_nobody_can_answer(
    office: Office, browser: Browser, meeting: str
) -> None:
    before = await words(browser, meeting)

    await leave(office)

    assert await follow(office) == 0
    shown = await words(browser, meeting)
    lines = {each["kind"]: each for each in (await browser.get("/api/v1/today")).json()["items"]}
    deserted = {code: each["deserted"] for code, each in (await invitations(browser, meeting)).items()}
    assert "некому ответить" not in before
    assert "нет ответа – 1; некому ответить – 1" in shown
    assert (lines["unanswered"]["count"], lines["deserted"]["count"]) == (1, 1)
    assert deserted == {PLACE: False, ELSEWHERE: True}


@pytest.mark.parametrize(("word", "left"), [("accepted", True), ("declined", False), ("substitute", False)])
async def test_who_comes_instead_comes_also_when_the_invitee_has_left(
    office: Office, browser: Browser, meeting: str, word: str, left: bool
) -> None:
    await sign_in(office, browser, OTHER)
    replied = {"reason": "Отпуск", "name": "Замещаев Захар", "email": "z@example.org"}
    done = await answer(browser, meeting, word, **replied)
    assert done.status_code == 200, done.text
    await sign_in(office, browser, OPERATOR)

    await leave(office)

    assert ("некому ответить" in await words(browser, meeting)) is left


async def test_the_waiting_invitation_comes_to_whoever_is_appointed_next(
    office: Office, browser: Browser, meeting: str
) -> None:
    await leave(office)
    await change(browser, meeting, day=DAY, title="Иначе")
    told_meanwhile = await seen(office, OTHER)
    await sign_in(office, browser, "admin@example.org")
    await named(browser, "head", ELSEWHERE, NEW, "Новая Нина")

    followed = await follow(office)

    assert told_meanwhile == [INVITED], "who has left learns nothing new"
    assert followed == 1
    assert await seen(office, OTHER) == [INVITED, ("CANCEL", 2)]
    assert await seen(office, NEW) == [("REQUEST", 2)]
    await sign_in(office, browser, OPERATOR)
    assert "некому ответить" not in await words(browser, meeting)
    await sign_in(office, browser, NEW)
    assert (await answer(browser, meeting, "accepted")).status_code == 200


async def test_a_predecessor_is_not_reminded(office: Office, browser: Browser, meeting: str) -> None:
    await succeed(office, browser, NEW)

    assert await remind(office) == 1
    assert await seen(office, RESPONSIBLE) == [INVITED]


async def test_an_address_is_followed_and_the_answer_stays(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "accepted")
    await readdress(office, RESPONSIBLE, ANOTHER)

    assert await follow(office) == 1

    assert await seen(office, RESPONSIBLE) == [INVITED, LEFT]
    [calendar] = await calendars(office, ANOTHER)
    assert told(calendar) == ("REQUEST", 1)
    assert calendar.vevent.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    await sign_in(office, browser, OPERATOR)
    assert await answers(browser, meeting) == {PLACE: "accepted", ELSEWHERE: ""}


async def test_a_change_follows_an_address_too(office: Office, browser: Browser, meeting: str) -> None:
    await readdress(office, RESPONSIBLE, ANOTHER)

    await change(browser, meeting, day=DAY, title="Иначе")

    assert await seen(office, RESPONSIBLE) == [INVITED, LEFT]
    assert await seen(office, ANOTHER) == [("REQUEST", 1)]
    letter = await office.letter_to(RESPONSIBLE)
    assert "Подготовка к финалу" in letter, "the words that they knew"
    assert "Иначе" not in letter


async def test_nobody_is_reminded_at_an_address_that_was_theirs(
    office: Office, browser: Browser, meeting: str
) -> None:
    await readdress(office, RESPONSIBLE, ANOTHER)

    assert await remind(office) == 1
    assert await seen(office, RESPONSIBLE) == [INVITED]


async def test_who_was_uninvited_knows_which_hour_is_meant(
    office: Office, browser: Browser, meeting: str
) -> None:
    await change(browser, meeting, day=DAY, hour="15:00", municipalities=[PLACE])

    letter, last = await office.letter_to(OTHER), (await calendars(office, OTHER))[-1]
    assert "10:00" in letter
    assert "15:00" not in letter
    assert "status" not in last.vevent.contents, "the meeting itself takes place"


async def test_who_is_expected_for_another_municipality_keeps_the_meeting(
    office: Office, browser: Browser
) -> None:
    await staffed(office, browser)
    await answer_for_both(office, browser)
    id_ = await call(browser)

    await change(browser, id_, municipalities=[PLACE])

    assert await seen(office, RESPONSIBLE) == [INVITED, INVITED]


async def test_an_invitee_who_was_named_as_a_substitute_keeps_the_meeting(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "substitute", name="Другов Денис", email=OTHER)

    await answer(browser, meeting, "accepted")

    assert await seen(office, OTHER) == [INVITED, ("REQUEST", 1)]


async def test_nobody_is_their_own_substitute(office: Office, browser: Browser, meeting: str) -> None:
    await sign_in(office, browser, RESPONSIBLE)

    refused = await answer(browser, meeting, "substitute", name="Ответова Ольга", email=RESPONSIBLE.upper())

    assert (refused.status_code, slug(refused)) == (422, "substitute-self")


async def test_a_substitute_who_is_named_again_gets_a_later_number(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    for word in ("substitute", "accepted", "substitute"):
        await answer(browser, meeting, word, **SUBSTITUTE)

    numbers = [number for _, number in await seen(office, INSTEAD)]

    assert [method for method, _ in await seen(office, INSTEAD)] == ["REQUEST", "CANCEL", "REQUEST"]
    assert numbers == sorted(set(numbers))


async def test_a_calendar_shows_what_was_answered(office: Office, browser: Browser, meeting: str) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "accepted")
    own = await browser.get(f"{MEETINGS}/{meeting}.ics")

    await remind(office)

    last = (await calendars(office, RESPONSIBLE))[-1].vevent.attendee
    assert last.params["PARTSTAT"] == ["ACCEPTED"]
    assert "RSVP" not in last.params
    assert readOne(own.text).vevent.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert (await calendars(office, OTHER))[-1].vevent.attendee.params["RSVP"] == ["TRUE"]


async def test_a_substitute_is_told_of_a_new_hour_and_has_no_page(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "substitute", **SUBSTITUTE)
    await sign_in(office, browser, OPERATOR)

    await change(browser, meeting, day=DAY, hour="15:00", format="in-person", link="")

    letter = await office.letter_to(INSTEAD)
    assert "изменилась" in letter
    assert "15:00" in letter
    written = await office.pool.fetch("SELECT body, calendar FROM letter WHERE recipient = $1", INSTEAD)
    assert not any("/cabinet/" in row["body"] + row["calendar"] for row in written)


async def test_the_calendar_of_a_page_holds_nobody_elses_invitation(
    office: Office, browser: Browser, meeting: str
) -> None:
    await sign_in(office, browser, HEAD)

    written = (await browser.get(f"{MEETINGS}/{meeting}.ics")).text

    assert "METHOD:PUBLISH" in written
    assert RESPONSIBLE not in written


async def test_who_has_answered_stays_known_when_the_meeting_changes(
    office: Office, browser: Browser, meeting: str
) -> None:
    query = "SELECT answered_by FROM invitation WHERE municipality = $1"
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, meeting, "accepted")
    answered = await stored(office, query, PLACE)
    await sign_in(office, browser, OPERATOR)

    await change(browser, meeting, day=DAY, title="Иначе")
    kept = await stored(office, query, PLACE)
    await change(browser, meeting, seen=2, day=DAY, hour="15:00")

    assert answered is not None
    assert kept == answered
    assert await stored(office, query, PLACE) is None, "asked again"


async def test_the_worker_follows_people_by_itself(office: Office, browser: Browser, meeting: str) -> None:
    await succeed(office, browser, NEW)

    async with office.worker() as pool:
        looks = asyncio.create_task(remind_of_meetings(Entrance(URL), pool, Clock()))
        async with asyncio.timeout(10):
            while not await seen(office, NEW):
                await asyncio.sleep(0.05)
        looks.cancel()

    assert await seen(office, NEW) == [("REQUEST", 1)]
