"""Meetings are called, changed and cancelled, and whom it concerns gets a letter for their calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.event import REGION
from contracts.streams import partition_of
from contracts.work import MeetingDefined, WorkEvent
from deploy.local.home import new_signing_key
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.restate import restate
from tests.hierarchy.meetings.calling import (
    HEAD,
    INSTEAD,
    MEETINGS,
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    SAMARA,
    SUBSTITUTE,
    answer,
    answers,
    begun,
    calendars,
    call,
    cancel,
    change,
    defined,
    in_days,
    invitations,
    invited,
    one,
    plan,
    sign_in,
    staffed,
    succeed,
    told,
)
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    everything,
    slug,
)


@pytest.fixture(autouse=True)
async def _called(office: Office, browser: Browser) -> None:
    await staffed(office, browser)


async def test_those_who_are_responsible_are_invited_and_a_head_where_nobody_is(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)

    people = {code: each["name"] for code, each in (await invitations(browser, id_)).items()}
    assert people == {PLACE: "Ответова Ольга Олеговна", ELSEWHERE: "Другов Денис Денисович"}
    assert await calendars(office, HEAD) == []
    assert len(await calendars(office, OTHER)) == 1
    [event] = await defined(office)
    assert (event["state"], event["version"], sorted(event["municipalities"])) == (
        "planned",
        1,
        sorted([PLACE, ELSEWHERE]),
    )


async def test_without_a_choice_everybody_who_can_be_called_is_invited(browser: Browser) -> None:
    id_ = await call(browser, municipalities=None)

    assert (await invitations(browser, id_)).keys() == {PLACE, ELSEWHERE}


async def test_an_invitation_is_read_by_another_library_as_it_was_meant(
    office: Office, browser: Browser
) -> None:
    title = "Встреча, о ходе; «марафона» " + "ж" * 90
    id_ = await call(browser, title=title, agenda=["Первое, второе; третье \\ «четвёртое»\x00\u202e", "Ещё"])

    [calendar] = await calendars(office, RESPONSIBLE)
    event = calendar.vevent
    row = await office.pool.fetchval(
        "SELECT calendar FROM letter WHERE recipient = $1 AND calendar <> ''", OTHER
    )
    tomorrow = TODAY + timedelta(days=1)
    begins = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 10, tzinfo=SAMARA)
    assert told(calendar) == ("REQUEST", 0)
    assert event.uid.value == f"{id_}@dialogue"
    assert (event.dtstart.value, event.dtend.value) == (begins, begins + timedelta(hours=1))
    assert event.dtstart.value.utcoffset() == timedelta(0)
    assert calendar.contents["x-wr-timezone"][0].value == "Europe/Samara"
    assert event.summary.value == title
    assert event.description.value == (
        "https://video.example.org/room?id=1,2\n1. Первое, второе; третье \\ «четвёртое»\n2. Ещё"
    )
    assert event.location.value == "Дом Советов, зал 3; этаж 2"
    assert event.url.value == "https://video.example.org/room?id=1,2"
    assert event.organizer.value == f"mailto:{OPERATOR}"
    assert [each.value for each in event.contents["attendee"]] == [f"mailto:{RESPONSIBLE}"]
    assert max(len(line.encode()) for line in row.split("\r\n")) <= 75
    assert RESPONSIBLE not in row, "of nobody else is anything said"


async def test_a_letter_says_in_words_what_the_calendar_says(office: Office, browser: Browser) -> None:
    id_ = await call(browser)

    letter = await office.letter_to(RESPONSIBLE)
    assert "Ответова Ольга Олеговна" in letter
    assert "10:00 (по времени региона)" in letter
    assert "1. Ход марафона\n2. Разное: сроки, отчёты; вопросы" in letter
    assert f"/cabinet/meetings/{id_}" in letter


async def test_a_change_is_told_to_everybody_by_a_later_number_of_the_same_event(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)

    changed = await change(browser, id_, hour="11:30")
    again = await change(browser, id_, seen=2, hour="11:30")

    assert (changed.json()["version"], again.json()) == (2, {"id": id_, "version": 2, "changed": 0})
    for email in (RESPONSIBLE, OTHER):
        first, second = await calendars(office, email)
        assert (told(first), told(second)) == (("REQUEST", 0), ("REQUEST", 1))
        assert first.vevent.uid.value == second.vevent.uid.value
        assert second.vevent.dtstart.value - first.vevent.dtstart.value == timedelta(minutes=90)
    assert [event["version"] for event in await defined(office)] == [1, 2]


async def test_whoever_is_not_invited_any_more_is_told_so_and_the_others_are_not(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)

    await change(browser, id_, municipalities=[PLACE])

    assert [told(each) for each in await calendars(office, OTHER)] == [("REQUEST", 0), ("CANCEL", 1)]
    assert [told(each) for each in await calendars(office, RESPONSIBLE)] == [("REQUEST", 0)]
    await change(browser, id_, seen=2)
    assert told((await calendars(office, OTHER))[-1]) == ("REQUEST", 2)


async def test_a_cancelled_meeting_is_taken_out_of_everybodys_calendar(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)

    done = await cancel(browser, id_)

    assert done.json() == {"id": id_, "cancelled": 1}
    for email in (RESPONSIBLE, OTHER):
        last = (await calendars(office, email))[-1]
        assert told(last) == ("CANCEL", 1)
        assert last.vevent.status.value == "CANCELLED"
    assert "Причина: Паводок" in await office.letter_to(OTHER)
    assert (await one(browser, id_))["state"] == "cancelled"
    assert [event["state"] for event in await defined(office)] == ["planned", "cancelled"]
    twice = await cancel(browser, id_)
    assert slug(twice) == "meeting-over"
    assert slug(await change(browser, id_, seen=2)) == "meeting-over"


async def test_every_week_the_same_is_one_series_of_meetings(office: Office, browser: Browser) -> None:
    called = (await browser.post(MEETINGS, json=plan(times=2))).json()

    shown = [await one(browser, id_) for id_ in called["ids"]]
    begins = [datetime.fromisoformat(each["begins_at"]) for each in shown]
    assert begins[1] - begins[0] == timedelta(days=7)
    assert shown[0]["series"] == shown[1]["series"] is not None
    uids = [each.vevent.uid.value for each in await calendars(office, OTHER)]
    assert len(set(uids)) == 2


async def test_a_series_ends_on_the_day_that_is_named_at_the_latest(browser: Browser) -> None:
    until = in_days(8)

    assert len((await browser.post(MEETINGS, json=plan(until=until))).json()["ids"]) == 2


async def test_this_and_the_following_change_together_and_one_changes_alone(
    office: Office, browser: Browser
) -> None:
    first, second = (await browser.post(MEETINGS, json=plan(times=2))).json()["ids"]

    day = in_days(2)
    both = await change(browser, first, day=day, hour="12:00", following=True, agenda=["Иное"])
    moved = [datetime.fromisoformat((await one(browser, id_))["begins_at"]) for id_ in (first, second)]
    alone = await change(browser, second, seen=2, title="Итоги", day=in_days(9))

    assert both.json()["changed"] == 2
    assert [each.astimezone(SAMARA).date() for each in moved] == [
        TODAY + timedelta(days=2),
        TODAY + timedelta(days=9),
    ]
    assert {each.astimezone(SAMARA).hour for each in moved} == {12}
    assert [item["text"] for item in (await one(browser, first))["agenda"]] == ["Иное"]
    assert alone.json()["changed"] == 1
    assert (await one(browser, first))["title"] == "Подготовка к финалу"


async def test_this_and_the_following_are_cancelled_together(browser: Browser) -> None:
    ids = (await browser.post(MEETINGS, json=plan(times=2))).json()["ids"]

    done = await cancel(browser, ids[0], "Отменяем", following=True)

    assert done.json()["cancelled"] == 2
    assert [(await one(browser, id_))["state"] for id_ in ids] == ["cancelled"] * 2


async def test_at_another_hour_people_answer_again_and_a_substitute_is_told(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)
    await answer(browser, id_, "accepted")
    await sign_in(office, browser, OTHER)
    await answer(browser, id_, "substitute", **SUBSTITUTE)
    await sign_in(office, browser, OPERATOR)

    await change(browser, id_, hour="15:00")

    assert await answers(browser, id_) == {PLACE: "", ELSEWHERE: "substitute"}
    assert [told(each) for each in await calendars(office, INSTEAD)] == [
        ("REQUEST", 1),
        ("REQUEST", 2),
    ]


async def test_whoever_became_responsible_meanwhile_is_invited_instead(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)
    await succeed(office, browser, "new@example.org")
    await sign_in(office, browser, OPERATOR)

    await change(browser, id_, title="Иначе")

    assert [told(each) for each in await calendars(office, RESPONSIBLE)] == [("REQUEST", 0), ("CANCEL", 1)]
    assert [told(each) for each in await calendars(office, "new@example.org")] == [("REQUEST", 1)]


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a past day": ({"day": in_days(-1)}, {"meeting-day-past"}),
    "a day behind the campaign": ({"day": in_days(30)}, {"meeting-day-late"}),
    "no day": ({"day": "завтра"}, {"meeting-day"}),
    "no hour": ({"hour": "25:00"}, {"meeting-hour"}),
    "an hour that is over": ({"day": TODAY.isoformat(), "hour": "00:00"}, {"meeting-hour-past"}),
    "no format": ({"format": "по телефону"}, {"meeting-format"}),
    "in person without a place": ({"format": "in-person", "place": " "}, {"meeting-place"}),
    "by video without a link": ({"format": "video", "link": ""}, {"meeting-link"}),
    "a script for a link": ({"link": "javascript:alert(1)"}, {"meeting-link"}),
    "a link with a password": ({"link": "https://a:b@example.org/"}, {"meeting-link"}),
    "a link that is none": ({"link": "https://[::1"}, {"meeting-link"}),
    "a huge place": ({"place": "я" * 201}, {"meeting-place-long"}),
    "no title": ({"title": "\x00\u202e"}, {"meeting-title"}),
    "a huge title": ({"title": "я" * 151}, {"meeting-title"}),
    "a minute": ({"duration": 1}, {"meeting-duration"}),
    "no agenda": ({"agenda": ["", " "]}, {"agenda-items"}),
    "a huge item": ({"agenda": ["я" * 10_000]}, {"agenda-item-long"}),
    "too many items": ({"agenda": [str(n) for n in range(51)]}, {"agenda-items"}),
    "nobody": ({"municipalities": []}, {"meeting-nobody"}),
    "a foreign municipality": ({"municipalities": ["99999999"]}, {"meeting-foreign"}),
    "nobody there": ({"municipalities": [PLACE, "13610000"]}, {"meeting-unreachable", "meeting-foreign"}),
    "too often": ({"times": 31}, {"series-times"}),
    "never": ({"times": 0}, {"series-times"}),
    "beyond the campaign": ({"times": 5}, {"meeting-day-late"}),
    "until yesterday": ({"until": in_days(-1)}, {"series-until-early"}),
    "no SMO": ({"smo": "another"}, {"smo-unknown"}),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_cannot_be_called_is_refused_and_nobody_is_written_to(
    office: Office, browser: Browser, case: str
) -> None:
    wrong, slugs = WRONG[case]

    refused = await browser.post(MEETINGS, json=plan(**wrong))

    assert refused.status_code in (404, 422), refused.text
    assert slug(refused) in slugs
    assert await invited(office) == 0


async def test_everything_wrong_is_told_at_once(browser: Browser) -> None:
    refused = await browser.post(MEETINGS, json=plan(title="", hour="", agenda=[], link="ftp://x"))

    assert {error["field"] for error in refused.json()["errors"]} == {"title", "hour", "agenda", "link"}


async def test_a_header_cannot_be_smuggled_in(office: Office, browser: Browser) -> None:
    await call(browser, title="Тема\r\nBcc: all@example.org\r\nATTENDEE:mailto:x@example.org")

    [calendar] = await calendars(office, OTHER)
    subject = await office.pool.fetchval("SELECT subject FROM letter WHERE calendar <> '' LIMIT 1")
    assert "\n" not in subject
    assert calendar.vevent.summary.value.startswith("Тема Bcc: all@example.org ATTENDEE")
    assert len(calendar.vevent.contents["attendee"]) == 1


async def test_two_who_change_at_once_see_each_other(browser: Browser) -> None:
    id_ = await call(browser)

    first = await change(browser, id_, title="Одно")
    second = await change(browser, id_, title="Другое")

    assert first.status_code == 200
    assert slug(second) == "meeting-changed"
    assert (await one(browser, id_))["title"] == "Одно"


async def test_a_repeated_call_is_made_once(office: Office, browser: Browser) -> None:
    key = {"Idempotency-Key": "once"}

    first = await browser.post(MEETINGS, json=plan(), headers=key)
    second = await browser.post(MEETINGS, json=plan(), headers=key)
    other = await browser.post(MEETINGS, json=plan(title="Иная"), headers=key)

    assert first.json() == second.json()
    assert slug(other) == "idempotency-key-reused"
    assert len(await calendars(office, OTHER)) == 1


async def test_a_meeting_that_goes_on_may_change_all_but_its_past_hour(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)
    begun(office)

    kept = await change(browser, id_, agenda=["Ход марафона", "Ещё одно"])
    past = await change(browser, id_, seen=2, hour="10:10")

    assert kept.status_code == 200, kept.text
    assert slug(past) == "meeting-hour-past"


async def test_only_the_smos_operator_calls(office: Office, browser: Browser) -> None:
    await sign_in(office, browser, HEAD)

    refused = await browser.post(MEETINGS, json=plan())

    assert (refused.status_code, slug(refused)) == (403, "not-yours-to-run-meetings")


async def test_everything_is_told_again_in_a_new_epoch(office: Office, browser: Browser) -> None:

    id_ = await call(browser)
    tell = restate(Signer("hierarchy", new_signing_key()))

    async with everything(office.pool) as db:
        [event] = [e async for e in tell(db, Stream(WorkEvent.topic, partition_of(REGION)))]
        others = [e async for e in tell(db, Stream(WorkEvent.topic, partition_of(REGION) - 1))]

    assert isinstance(event, MeetingDefined)
    assert (str(event.id), event.version, others) == (id_, 1, [])
    assert event.begins_at > datetime.now(UTC)


async def test_the_following_are_not_moved_behind_the_campaign(browser: Browser) -> None:
    ids = (await browser.post(MEETINGS, json=plan(times=2))).json()["ids"]
    last = in_days(3)

    refused = await change(browser, ids[0], day=last, following=True)
    alone = await change(browser, ids[0], day=last)

    assert (refused.status_code, slug(refused)) == (422, "meeting-day-late")
    assert refused.json()["errors"][0]["field"] == "day"
    assert alone.status_code == 200, alone.text


async def test_what_others_have_changed_in_the_following_stays(browser: Browser) -> None:
    first, second = (await browser.post(MEETINGS, json=plan(times=2))).json()["ids"]
    later = in_days(9)
    await change(browser, second, day=later, hour="16:00", title="Итоги", duration=90)

    done = await change(browser, first, place="Дом Советов, зал 5", following=True)

    shown = await one(browser, second)
    begins = datetime.fromisoformat(shown["begins_at"]).astimezone(SAMARA)
    assert done.json()["changed"] == 2
    assert (shown["title"], shown["duration"], shown["place"]) == ("Итоги", 90, "Дом Советов, зал 5")
    assert (begins.date().isoformat(), begins.hour) == (later, 16)


async def test_how_people_meet_is_taken_over_with_where_they_do(browser: Browser) -> None:
    first, second = (await browser.post(MEETINGS, json=plan(times=2, format="video", place=""))).json()["ids"]
    later = in_days(8)
    await change(browser, second, day=later, format="video", place="", link="https://video.example.org/2")

    await change(browser, first, format="in-person", place="Зал", link="", following=True)

    shown = await one(browser, second)
    assert (shown["format"], shown["place"], shown["link"]) == ("in-person", "Зал", "")
