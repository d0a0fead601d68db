"""Summaries up the line: prepared by the system, sent once, summed by the group, seen by the line alone."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.streams import partition_of
from contracts.work import WorkEvent
from deploy.local.home import new_signing_key
from services.chassis.db.idempotency import Repeat
from services.chassis.errors import Conflict, NotFound
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.reports.commands.ask_figures import ask_figures
from services.hierarchy.reports.commands.send_report import send_report
from services.hierarchy.reports.commands.set_cadence import NewCadence, set_cadence
from services.hierarchy.reports.domain.figures import Figure
from services.hierarchy.reports.domain.reports import Theme
from services.hierarchy.reports.store import reports
from services.hierarchy.restate import restate
from tests.hierarchy.groups.test_groups import organization
from tests.hierarchy.office import PLACE, TODAY, appoint, appointment, everything
from tests.hierarchy.orders.giving import (
    CLERK,
    HEAD,
    MEMBER,
    ONE,
    RESPONSIBLE,
    SECOND,
    STAND_IN,
    TEACHER,
    TWO,
    refusal,
)
from tests.hierarchy.reports.reporting import ANOTHER, GROUP, REST, SCHOOL, Summaries

DEFINED = "dialogue.report.defined.v1"


async def test_the_summaries_of_a_period_are_prepared_once_with_a_request_for_figures_each(
    summaries: Summaries,
) -> None:
    opened, again = await summaries.open(), await summaries.open()

    found = await summaries.all()
    assert (opened, again) == (4, 0)
    assert set(found) == {SCHOOL, ANOTHER, GROUP, REST}
    told = await summaries.line.told(DEFINED)
    assert len(told) == 4
    assert {each["figures"] is None for each in told if each["level"] == "group"} == {True}
    assert len({each["figures"] for each in told if each["level"] == "coordinator"}) == 2
    assert found[GROUP].due_at > found[SCHOOL].due_at > summaries.line.office.now
    assert found[SCHOOL].period.last < summaries.line.office.now.date()


async def test_a_look_at_all_municipalities_names_those_alone_where_there_is_something_to_do(
    summaries: Summaries,
) -> None:
    await summaries.open()
    prepared = await summaries.unopened()
    school = await organization(summaries.line.office, ANOTHER)
    await summaries.line.end(SECOND, "coordinator")
    async with everything(summaries.line.office.pool) as db:
        await db.execute("DELETE FROM report WHERE organization = $1", school)
    deserted = await summaries.unopened()
    new = appointment("coordinator", school, "new@example.org", name="Новикова Нина")
    assert (await appoint(summaries.line.browser, new)).status_code == 201
    appointed = await summaries.unopened()
    await summaries.open()
    again = await summaries.unopened()
    async with everything(summaries.line.office.pool) as db:
        await db.execute("UPDATE group_organization SET working_group = $1", UUID(summaries.line.rest))

    assert (prepared, deserted, appointed, again) == ([], [], [PLACE], [])
    assert await summaries.unopened() == [PLACE]


async def test_a_demonstration_has_the_summaries_of_its_past_weeks_and_no_other_campaign(
    summaries: Summaries,
) -> None:
    office = summaries.line.office
    office.now += timedelta(days=7)
    assert await refusal(summaries.prepare_past()) == {("summaries-of-the-past", "")}
    async with everything(office.pool) as db:
        await db.execute("UPDATE campaign SET demonstration = true")

    prepared = await summaries.prepare_past()

    async with everything(office.pool) as db:
        weeks = Counter(each.period.week for each in await reports.all_of(db, PLACE))
    assert len(weeks) > 1
    assert set(weeks.values()) == {4}
    assert (prepared, await summaries.prepare_past()) == (weeks.total(), 0)


async def test_two_workers_at_once_prepare_nothing_twice(summaries: Summaries) -> None:
    opened = await asyncio.gather(summaries.open(), summaries.open())

    assert sum(opened) == 4
    assert len(await summaries.line.told(DEFINED)) == 4


async def test_what_came_after_the_time_is_prepared_no_more_and_a_late_coordinator_has_theirs(
    summaries: Summaries,
) -> None:
    await summaries.line.end(SECOND, "coordinator")
    first = await summaries.open()
    school = await organization(summaries.line.office, ANOTHER)
    new = appointment("coordinator", school, "new@example.org", name="Новикова Нина")
    assert (await appoint(summaries.line.browser, new)).status_code == 201
    second = await summaries.open()
    summaries.line.office.now = (await summaries.of(SCHOOL)).due_at + timedelta(minutes=1)
    await summaries.line.end(STAND_IN, "stand-in")

    assert (first, second, await summaries.open()) == (3, 1, 0)


async def test_what_no_worker_prepared_in_time_is_prepared_late_and_once(summaries: Summaries) -> None:
    office, began = summaries.line.office, summaries.line.office.now
    await summaries.open()
    due = (await summaries.of(SCHOOL)).due_at
    async with everything(office.pool) as db:
        await db.execute("UPDATE working_group SET formed_at = $1", began - timedelta(days=1))
        await db.execute("DELETE FROM report")
    office.now = due + timedelta(minutes=1)

    assert (await summaries.open(), await summaries.open()) == (4, 0)
    assert (await summaries.of(SCHOOL)).due_at == due


async def test_a_summary_is_sent_as_the_system_has_counted_it_and_frozen(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)
    before = await summaries.content(TEACHER, SCHOOL)

    sent, again = await summaries.send(TEACHER, SCHOOL), await summaries.send(STAND_IN, SCHOOL)
    await summaries.answer(SCHOOL, registered=99)
    after = await summaries.content(TEACHER, SCHOOL)

    assert before.figures["registered"] == Figure(10, 10)
    assert sent == again
    assert after == before
    assert (sent.number, sent.in_time, sent.as_of) == (1, True, summaries.line.office.now)
    (frozen,) = await summaries.versions(SCHOOL)
    assert frozen.figures["registered"].stated == 10
    (told,) = [each for each in await summaries.line.told(DEFINED) if each["state"] == "sent"]
    assert (told["number"], told["in_time"], told["declared"]) == (1, True, False)
    async with everything(summaries.line.office.pool) as db:
        with pytest.raises(Exception, match="only ever added"):
            await db.execute("UPDATE report_sent SET number = 7")


async def test_without_figures_it_is_sent_all_the_same_and_late_is_late(summaries: Summaries) -> None:
    await summaries.open()
    summaries.line.office.now = (await summaries.of(SCHOOL)).due_at + timedelta(minutes=1)

    sent = await summaries.send(TEACHER, SCHOOL)

    assert (sent.as_of, sent.in_time) == (None, False)
    assert (await summaries.content(TEACHER, SCHOOL)).figures["registered"] == Figure()


async def test_a_declared_number_stands_beside_the_counted_one_at_every_level(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)
    await summaries.answer(ANOTHER, submitted=1)
    declared = ("submitted", "6", "Две на бумаге"), ("consultations", "3", "")
    await summaries.write(TEACHER, SCHOOL, *declared, notes="Тихо", groups=[Theme("Двор", 2)])
    await summaries.send(TEACHER, SCHOOL)

    below = await summaries.content(ONE, GROUP)
    await summaries.write(ONE, GROUP, ("registered", "25", "Ещё лицей"))
    await summaries.send(ONE, GROUP)
    above = await summaries.content(HEAD, GROUP)

    assert below.figures["submitted"] == Figure(5, 7, 2)
    assert below.figures["consultations"] == Figure(None, 3)
    assert [(line.name, line.number, line.notes) for line in below.lines or ()] == [
        (SCHOOL, 1, "Тихо"),
        (ANOTHER, 0, ""),
    ]
    assert [line.name for line in above.missing] == [ANOTHER]
    assert above.figures["registered"] == Figure(20, 25, 5)
    told = {each["level"]: each["declared"] for each in await summaries.line.told(DEFINED) if each["number"]}
    assert told == {"coordinator": True, "group": True}


async def test_a_correction_is_the_next_version_and_the_earlier_one_stays(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)
    await summaries.send(TEACHER, SCHOOL)
    of_group = await summaries.send(ONE, GROUP)
    await summaries.write(TEACHER, SCHOOL, ("submitted", "5", "Нашли ещё"), notes="Поправка")
    unsent = await summaries.content(ONE, GROUP)
    second, again = await summaries.send(TEACHER, SCHOOL), await summaries.send(TEACHER, SCHOOL)
    summed = await summaries.content(ONE, GROUP)

    assert (of_group.number, second.number, again) == (1, 2, second)
    assert [each.notes for each in await summaries.versions(SCHOOL)] == ["", "Поправка"]
    assert (unsent.figures["submitted"].stated, summed.figures["submitted"].stated) == (4, 5)
    assert (await summaries.versions(GROUP))[0].figures["submitted"].stated == 4
    assert (await summaries.send(ONE, GROUP)).number == 2


async def test_two_who_send_at_once_send_one_version(summaries: Summaries) -> None:
    await summaries.open()

    sent = await asyncio.gather(summaries.send(TEACHER, SCHOOL), summaries.send(STAND_IN, SCHOOL))

    assert sent[0] == sent[1]
    assert len(await summaries.versions(SCHOOL)) == 1


async def test_a_repeated_request_is_answered_as_it_was(summaries: Summaries) -> None:
    await summaries.open()
    id_, staff = await summaries.id_of(SCHOOL), await summaries.line.staff(TEACHER)
    at = replace(summaries.line.at(), repeat=Repeat("teacher", "key", b"print"))
    first = await send_report(summaries.line.office.pool, staff, id_, at)
    await summaries.write(TEACHER, SCHOOL, notes="Иначе")

    assert await send_report(summaries.line.office.pool, staff, id_, at) == first


async def test_a_summary_is_seen_in_its_line_alone_and_written_by_its_author(summaries: Summaries) -> None:
    await summaries.open()

    for email in (TEACHER, STAND_IN, ONE, MEMBER, HEAD, CLERK, RESPONSIBLE, TWO):
        # TWO is a deputy: of the coordination group.
        await summaries.content(email, SCHOOL)
    for email, name in ((SECOND, SCHOOL), (TEACHER, GROUP), ("admin@example.org", SCHOOL)):
        with pytest.raises(NotFound):
            await summaries.content(email, name)
        assert await refusal(summaries.send(email, name)) == {("summary-unknown", "")}
    for email, name in ((ONE, SCHOOL), (MEMBER, GROUP), (HEAD, GROUP), (HEAD, SCHOOL)):
        assert await refusal(summaries.send(email, name)) == {("not-yours-to-summarize", "")}
        assert await refusal(summaries.write(email, name)) == {("not-yours-to-summarize", "")}


async def test_a_sibling_group_does_not_see_what_another_is_told(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.line.office.reset(summaries.line.browser, HEAD)
    await summaries.line.end(TWO, "deputy")

    with pytest.raises(NotFound):
        await summaries.content(TWO, SCHOOL)
    with pytest.raises(NotFound):
        await summaries.content(TWO, GROUP)
    assert (await summaries.content(TWO, REST)).lines == ()


async def test_who_follows_in_the_middle_of_a_period_has_the_summary(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)
    await summaries.write(TEACHER, SCHOOL, notes="Начато")
    school = await organization(summaries.line.office)
    new = appointment("coordinator", school, "new@example.org", name="Новикова Нина", replaces=True)
    assert (await appoint(summaries.line.browser, new)).status_code == 201

    assert await refusal(summaries.send(TEACHER, SCHOOL)) == {("summary-unknown", "")}
    assert (await summaries.send("new@example.org", SCHOOL)).number == 1
    assert [each.notes for each in await summaries.versions(SCHOOL)] == ["Начато"]


async def test_what_a_dissolved_group_owes_goes_to_another_and_to_the_head(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.line.office.reset(summaries.line.browser, HEAD)
    group = summaries.line.group
    dissolved = await summaries.line.browser.post(f"/api/v1/working-groups/{group}/dissolution")
    assert dissolved.status_code == 200, dissolved.text

    await summaries.open()

    assert str((await summaries.of(SCHOOL)).working_group) == summaries.line.rest
    assert {line.name for line in (await summaries.content(TWO, REST)).lines or ()} == {SCHOOL, ANOTHER}
    assert (await summaries.send(HEAD, GROUP)).number == 1


async def test_figures_are_asked_for_again_and_only_the_last_answer_is_kept(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)
    old, pool = await summaries.of(SCHOOL), summaries.line.office.pool
    asked = await ask_figures(pool, await summaries.line.staff(TEACHER), old.id, summaries.line.at())
    await summaries.answer(SCHOOL, request=old.request, registered=77)
    stands = await summaries.content(TEACHER, SCHOOL)
    await summaries.answer(SCHOOL, request=asked.request, registered=12)

    assert stands.figures["registered"].stated == 10
    assert (await summaries.content(TEACHER, SCHOOL)).figures["registered"].stated == 12
    leader = await summaries.line.staff(ONE)
    with pytest.raises(Conflict, match="summary-is-a-sum"):
        await ask_figures(pool, leader, await summaries.id_of(GROUP), summaries.line.at())


async def test_what_is_typed_with_malice_is_refused_or_made_harmless(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.answer(SCHOOL)

    refused = await refusal(
        summaries.write(
            TEACHER, SCHOOL, ("submitted", "1e9", "x"), notes="я" * 10_001, groups=[Theme("\u200b")]
        )
    )
    await summaries.write(TEACHER, SCHOOL, notes="до\0рога\u202e <script>")

    assert refused == {
        ("summary-number", "number-submitted"),
        ("summary-notes", "notes"),
        ("summary-themes", "groups"),
    }
    assert (await summaries.content(TEACHER, SCHOOL)).notes == "дорога <script>"


async def test_behind_the_campaign_nothing_is_written_any_more(summaries: Summaries) -> None:
    await summaries.open()
    summaries.line.office.now += timedelta(days=20)

    assert await refusal(summaries.send(TEACHER, SCHOOL)) == {("summaries-closed", "")}
    assert await summaries.open() == 0


async def test_people_are_reminded_once_before_and_once_a_day_by_who_waits(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.send(SECOND, ANOTHER)
    early = await summaries.remind_near()
    summaries.line.office.now = (await summaries.of(SCHOOL)).due_at - timedelta(hours=1)
    near = [await summaries.remind_near(), await summaries.remind_near()]
    by_leader = await summaries.remind(ONE)
    summaries.line.office.now += timedelta(days=1, minutes=1)
    later = [await summaries.remind(ONE), await summaries.remind(HEAD), await summaries.remind(HEAD)]

    assert (early, near, by_leader) == (0, [1, 0], 0)
    # The Head reminds the leaders, who were not reminded yet; the coordinator was, by the group's leader.
    assert later == [1, 2, 0]
    assert await summaries.remind(TEACHER) == 0


async def test_the_head_sets_the_cadence_by_an_act_and_a_leader_for_the_group(summaries: Summaries) -> None:
    line = summaries.line

    async def set_by(email: str, group: Any = None, **more: str) -> int:
        typed = {"level": "coordinator", "weekday": "2", "at": "10:00", "from_day": TODAY.isoformat()}
        typed["from_day"] = line.office.now.date().isoformat()
        given = NewCadence(PLACE, group, **typed | more)
        return (await set_cadence(line.office.pool, await line.staff(email), given, line.at())).number

    act, group = {"number": "7", "day": TODAY.isoformat()}, (await _group(summaries))
    assert await set_by(HEAD, **act) == 1
    assert await set_by(ONE, group) == 2
    assert await set_by(CLERK, level="group", **act) == 3
    wrong = await refusal(set_by(HEAD, weekday="9", at="x", from_day="2020-01-01", level="moon"))
    assert {slug for slug, _ in wrong} == {
        "cadence-level",
        "cadence-weekday",
        "cadence-time",
        "cadence-from-early",
        "act-number",
        "act-day",
    }
    for email, of in ((ONE, None), (TWO, group), (TEACHER, group), (RESPONSIBLE, None)):
        assert await refusal(set_by(email, of, **act)) == {("not-yours-to-set-cadence", "")}


async def _group(summaries: Summaries) -> Any:
    await summaries.open()
    return (await summaries.of(GROUP)).working_group


async def test_a_new_epoch_tells_of_every_summary_again(summaries: Summaries) -> None:
    await summaries.open()
    await summaries.send(TEACHER, SCHOOL)
    tell = restate(Signer("hierarchy", new_signing_key()))

    async with everything(summaries.line.office.pool) as db:
        told = [e async for e in tell(db, Stream(WorkEvent.topic, partition_of(PLACE)))]

    assert sorted(event.state for event in told) == ["due", "due", "due", "sent"]  # type: ignore[attr-defined]
