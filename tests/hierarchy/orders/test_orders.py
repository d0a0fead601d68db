"""Orders go down the line alone, are answered once, judged once, and never lost with the people."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.streams import partition_of
from contracts.work import WorkEvent
from deploy.local.home import new_signing_key
from services.chassis.db.idempotency import Repeat
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.cabinet.waiting import look
from services.hierarchy.orders import waiting
from services.hierarchy.orders.commands.accept_reports import accept_reports
from services.hierarchy.orders.commands.acknowledge_order import acknowledge_order
from services.hierarchy.orders.commands.close_order import close_order
from services.hierarchy.orders.commands.confirm_order import Confirmation, confirm_order
from services.hierarchy.orders.commands.hand_over import hand_over_deserted
from services.hierarchy.orders.commands.issue_order import Issued
from services.hierarchy.orders.commands.postpone_order import Postponement, postpone_order
from services.hierarchy.orders.commands.remind_of_orders import remind_of_due
from services.hierarchy.orders.commands.report_order import NewReport, report_order
from services.hierarchy.orders.commands.return_report import Return, return_report
from services.hierarchy.orders.domain.deadlines import Deadline
from services.hierarchy.orders.domain.reports import Reported
from services.hierarchy.orders.showing import show
from services.hierarchy.restate import restate
from tests.hierarchy.groups.test_groups import organization
from tests.hierarchy.office import PLACE, TODAY, URL, appoint, appointment, everything
from tests.hierarchy.orders.giving import (
    ACT,
    CLERK,
    ENTRANCE,
    HEAD,
    MEMBER,
    ONE,
    RESPONSIBLE,
    SECOND,
    STAND_IN,
    TEACHER,
    TWO,
    Line,
    refusal,
)

COORDINATORS = {TEACHER, SECOND, STAND_IN}


async def hand_over(line: Line) -> int:
    async with line.office.worker() as pool:
        return await hand_over_deserted(ENTRANCE, pool, line.office.now)


async def remind(line: Line) -> int:
    async with line.office.worker() as pool:
        return await remind_of_due(ENTRANCE, pool, line.office.now)


async def accept(line: Line, by: str, id_: UUID, *chosen: UUID) -> str:
    return (await accept_reports(line.office.pool, await line.staff(by), id_, chosen, line.at())).state


async def send_back(line: Line, by: str, id_: UUID, task: UUID) -> str:
    given = Return(id_, task, "Нет списка")
    return (await return_report(line.office.pool, ENTRANCE, await line.staff(by), given, line.at())).state


async def test_an_order_goes_to_everybody_who_is_meant_and_through_its_whole_life(line: Line) -> None:
    issued = await line.issue(HEAD, "direction:schools", "role:coordinator", "leader:" + line.group)
    by_head = await line.tasks(issued.id)

    assert (issued.number, issued.addressees, issued.state) == (1, 4, "issued")
    assert set(by_head) == {*COORDINATORS, ONE}
    assert set(await line.letters("Поручение № 1")) == {*COORDINATORS, ONE}

    await acknowledge_order(line.office.pool, await line.staff(TEACHER), issued.id, line.at())
    sent = await line.report(TEACHER, issued.id)
    await line.report(SECOND, issued.id)
    again = await refusal(line.report(TEACHER, issued.id))
    returned = await send_back(line, HEAD, issued.id, sent.task)
    await line.report(TEACHER, issued.id, "Список приложен")
    open_after = await accept(line, HEAD, issued.id)
    for email in (STAND_IN, ONE):
        await line.report(email, issued.id)
    closed = await accept(line, HEAD, issued.id)

    assert again == {("task-reported", "")}
    assert (returned, open_after, closed) == ("returned", "issued", "closed")
    assert {row["state"] for row in (await line.tasks(issued.id)).values()} == {"accepted"}
    states = [each["state"] for each in await line.told("dialogue.order.defined.v1")]
    assert states == ["issued", "closed"]
    told = await line.told("dialogue.order-task.defined.v1")
    assert {each["addressee"] for each in told} == {"coordinator", "group"}
    assert all(each["in_time"] for each in told if each["state"] == "accepted")


async def test_orders_go_down_the_line_alone(line: Line) -> None:
    to_group = await line.issue(ONE, "members:" + line.group, "group:" + line.group)
    staff = await line.staff(ONE)

    assert set(await line.tasks(to_group.id)) == {MEMBER, *COORDINATORS}
    assert await refusal(line.issue(ONE, "role:deputy")) == {("order-to-nobody", "to")}
    assert await refusal(line.issue(ONE, "group:" + line.rest)) == {("order-to-group", "to")}
    for email in (MEMBER, TEACHER):
        assert await refusal(line.issue(email, "role:deputy")) == {("not-yours-to-order", "")}
    wrong = {
        "to": await refusal(line.issue(HEAD)),
        "unknown": await refusal(line.issue(HEAD, "role:head")),
        "all": await refusal(line.issue(HEAD, "x\0", body=" \u200b", deadline=Deadline("2020-01-01"))),
    }
    assert wrong["to"] == wrong["unknown"] == {("order-to", "to")}
    assert wrong["all"] == {("order-to", "to"), ("order-text", "text"), ("deadline-past", "deadline")}
    with pytest.raises(Forbidden):
        await accept_reports(line.office.pool, await line.staff(TEACHER), to_group.id, [], line.at())
    async with line.office.pool.acquire() as db, db.transaction():
        seen = await show(db, await line.staff(TEACHER), to_group.id)
        assert [task.holder.account for task in seen.items] == [(await line.staff(TEACHER)).account]
        assert (await show(db, staff, to_group.id)).total == 4


async def test_a_clerk_names_the_act_and_the_head_is_recorded(line: Line) -> None:
    assert await refusal(line.issue(CLERK, "role:deputy")) == {("act-number", "number"), ("act-day", "day")}

    issued = await line.issue(CLERK, "role:deputy", **ACT)

    async with everything(line.office.pool) as db:
        row = await db.fetchrow("SELECT * FROM work_order WHERE id = $1", issued.id)
        noted = await db.fetchval("SELECT on_behalf_of FROM audit WHERE action = 'order-issued'")
    assert row is not None
    assert row["on_behalf_of"] == noted == (await line.staff(HEAD)).account
    assert row["issued_by"] == (await line.staff(CLERK)).account
    assert set(await line.tasks(issued.id)) == {ONE, TWO}


async def test_what_a_responsible_person_prepares_is_the_heads_to_confirm(line: Line) -> None:
    prepared = await line.issue(RESPONSIBLE, "role:deputy", times=2, deadline=Deadline(TODAY.isoformat()))
    pool, given = line.office.pool, Confirmation(prepared.id)
    with pytest.raises(Forbidden):
        await confirm_order(pool, ENTRANCE, await line.staff(RESPONSIBLE), given, line.at())
    with pytest.raises(NotFound):
        await confirm_order(pool, ENTRANCE, await line.staff(TEACHER), given, line.at())

    confirmed = await confirm_order(pool, ENTRANCE, await line.staff(HEAD), given, line.at())

    assert (prepared.number, prepared.state) == (None, "prepared")
    assert (confirmed.number, confirmed.addressees, len(confirmed.ids)) == (1, 2, 2)
    assert len(await line.letters("Поручение")) == 2
    with pytest.raises(Conflict, match="order-decided"):
        await confirm_order(pool, ENTRANCE, await line.staff(HEAD), given, line.at())
    another = await line.issue(RESPONSIBLE, "role:deputy")
    withdrawn = await close_order(pool, await line.staff(RESPONSIBLE), another.id, line.at())
    assert withdrawn.state == "withdrawn"


async def test_of_what_was_prepared_for_several_weeks_those_that_are_over_are_withdrawn(line: Line) -> None:
    prepared = await line.issue(RESPONSIBLE, "role:deputy", times=2, deadline=Deadline(TODAY.isoformat()))
    first, second = prepared.ids
    pool, line.office.now = line.office.pool, prepared.due_at
    head = await line.staff(HEAD)
    late = await refusal(confirm_order(pool, ENTRANCE, head, Confirmation(first), line.at()))

    confirmed = await confirm_order(pool, ENTRANCE, head, Confirmation(second), line.at())

    assert late == {("deadline-over", "deadline")}
    assert (confirmed.ids, confirmed.number, confirmed.withdrawn) == ([second], 1, 1)
    assert (await line.state(first), await line.tasks(first)) == ("withdrawn", {})
    assert all(each["id"] == str(second) for each in await line.told("dialogue.order.defined.v1"))


async def test_two_who_confirm_one_series_at_once_do_not_wait_for_each_other(line: Line) -> None:
    pool, head, clerk = line.office.pool, await line.staff(HEAD), await line.staff(CLERK)
    for _ in range(5):
        prepared = await line.issue(RESPONSIBLE, "role:deputy", times=2, deadline=Deadline(TODAY.isoformat()))
        first, second = prepared.ids

        outcomes = await asyncio.gather(
            confirm_order(pool, ENTRANCE, head, Confirmation(first), line.at()),
            confirm_order(pool, ENTRANCE, clerk, Confirmation(second, ACT["number"], ACT["day"]), line.at()),
            return_exceptions=True,
        )

        assert {type(each) for each in outcomes} == {Issued, Conflict}, outcomes
        assert [await line.state(each) for each in prepared.ids] == ["issued", "issued"]


async def test_two_who_judge_one_report_at_once_agree_on_one_of_them(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy")
    sent = await line.report(ONE, issued.id)
    head = await line.staff(HEAD)
    judging = (
        accept_reports(line.office.pool, head, issued.id, [sent.task], line.at()),
        return_report(line.office.pool, ENTRANCE, head, Return(issued.id, sent.task, "Не то"), line.at()),
    )

    outcomes = await asyncio.gather(*judging, return_exceptions=True)

    assert [type(each) for each in outcomes].count(Conflict) == 1
    assert (await line.tasks(issued.id))[ONE]["state"] in ("accepted", "returned")


async def test_a_report_that_is_repeated_is_sent_once(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy", done_by="number")
    one, given = await line.staff(ONE), NewReport(issued.id, Reported(number="1 204"))
    at = replace(line.at(), repeat=Repeat("one", "key", b"print"))

    sent = [await report_order(line.office.pool, one, given, at) for _ in range(2)]

    assert sent[0] == sent[1]
    row = (await line.tasks(issued.id))[ONE]
    assert (row["report_number"], row["version"]) == (1204, 2)
    wrong = NewReport(issued.id, Reported(number="-5"))
    two = await line.staff(TWO)
    assert await refusal(report_order(line.office.pool, two, wrong, line.at())) == {
        ("report-number", "number")
    }


async def test_a_coordinator_who_is_replaced_leaves_their_orders_to_the_successor(line: Line) -> None:
    issued = await line.issue(HEAD, "group:" + line.group)
    school = await organization(line.office)
    await acknowledge_order(line.office.pool, await line.staff(TEACHER), issued.id, line.at())
    replaced = await appoint(
        line.browser,
        appointment("coordinator", school, "new@example.org", name="Новикова Нина", replaces=True),
    )
    assert replaced.status_code == 201, replaced.text
    line.office.now += timedelta(minutes=1)

    assert await refusal(line.report(TEACHER, issued.id)) in (
        {("not-yours-to-report", "")},
        {("order-unknown", "")},
    )
    handed = [await hand_over(line), await hand_over(line)]

    tasks = await line.tasks(issued.id)
    assert handed == [1, 0]
    assert set(tasks) == {"new@example.org", SECOND, STAND_IN}
    assert (tasks["new@example.org"]["state"], tasks["new@example.org"]["acknowledged_at"]) == (
        "received",
        None,
    )
    assert "перешло к вам" in await line.office.letter_to("new@example.org")
    assert (await line.report("new@example.org", issued.id)).state == "reported"


async def test_the_open_work_of_a_dissolved_group_goes_to_the_head(line: Line) -> None:
    issued = await line.issue(HEAD, "leader:" + line.group, "members:" + line.group)
    from_leader = await line.issue(ONE, "members:" + line.group)
    await line.report(MEMBER, from_leader.id)
    await line.office.reset(line.browser, HEAD)
    dissolved = await line.browser.post(f"/api/v1/working-groups/{line.group}/dissolution")
    assert dissolved.status_code == 200, dissolved.text
    line.office.now += timedelta(minutes=1)

    await hand_over(line)

    async with everything(line.office.pool) as db:
        holders = await db.fetch(
            "SELECT p.email FROM work_order_task AS t JOIN account AS p ON p.id = t.account"
            " WHERE t.work_order = $1",
            issued.id,
        )
        said = await db.fetch(
            "SELECT words FROM work_order_step WHERE what = 'handed-over' AND work_order = $1", issued.id
        )
    assert [row["email"] for row in holders] == [HEAD, HEAD]
    assert all("Главин" in row["words"] for row in said)
    assert len(said) == 2
    assert await accept(line, HEAD, from_leader.id) == "closed"


async def test_whoever_is_gone_while_an_order_is_written_gets_none(line: Line) -> None:
    async with everything(line.office.pool) as db:
        held = await db.fetchval(
            "SELECT a.id FROM appointment AS a JOIN account AS p ON p.id = a.account WHERE p.email = $1",
            TEACHER,
        )
    await line.end(TEACHER, "coordinator")

    assert await refusal(line.issue(HEAD, f"person:{held}")) == {("order-to-gone", "to")}


async def test_a_giver_postpones_and_closes_and_nobody_reports_any_more(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy")
    head, until = await line.staff(HEAD), (TODAY + timedelta(days=8)).isoformat()
    given = Postponement(issued.id, Deadline(until), "Ждём списки")

    later = await postpone_order(line.office.pool, ENTRANCE, head, given, line.at())
    closed = await close_order(line.office.pool, head, issued.id, line.at())

    assert later.due_at > issued.due_at
    assert closed.state == "closed"
    assert await refusal(line.report(ONE, issued.id)) == {("order-over", "")}
    due = [each["due_at"] for each in await line.told("dialogue.order.defined.v1")]
    assert len(set(due)) == 2


async def test_a_return_and_another_deadline_are_written_of_once_to_whom_they_concern(line: Line) -> None:
    issued = await line.issue(HEAD, "role:coordinator")
    tasks = {email: (await line.report(email, issued.id)).task for email in (TEACHER, SECOND)}
    await line.end(SECOND, "coordinator")
    for task in tasks.values():
        await send_back(line, HEAD, issued.id, task)
    returned = await line.office.letter_to(TEACHER)
    await line.report(TEACHER, issued.id)
    given = Postponement(issued.id, Deadline((TODAY + timedelta(days=8)).isoformat()), "Ждём списки")
    at = replace(line.at(), repeat=Repeat("head", "key", b"print"))
    for _ in range(2):
        await postpone_order(line.office.pool, ENTRANCE, await line.staff(HEAD), given, at)
    postponed = await line.office.letter_to(STAND_IN)

    assert await line.letters("Отчёт вернули: поручение № 1") == [TEACHER], "the other is appointed no more"
    assert "вернул(а) Главин Глеб Глебович" in returned
    assert "Причина: Нет списка" in returned
    assert f"{URL}/cabinet/orders/{issued.id}/report?task={tasks[TEACHER]}" in returned
    assert await line.letters("Срок перенесён: поручение № 1") == [STAND_IN], "who has reported waits"
    assert "Причина: Ждём списки" in postponed
    assert f"Открыть поручение: {URL}/cabinet/orders/{issued.id}" in postponed


async def test_orders_have_their_days(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy")
    line.office.now += timedelta(days=6)
    late = await refusal(line.issue(HEAD, "role:deputy"))
    reported = await line.report(ONE, issued.id)
    line.office.now += timedelta(days=4)

    assert late == {("no-new-orders-now", "")}
    assert reported.in_time is False
    assert await refusal(line.report(TWO, issued.id)) == {("orders-closed", "")}


async def test_who_has_not_reported_is_reminded_once_a_day_while_people_work(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy", "members:" + line.group)
    await line.report(ONE, issued.id)
    line.office.now = issued.due_at - timedelta(hours=1)
    first, again = await remind(line), await remind(line)
    night = issued.due_at.replace(hour=23)
    line.office.now = night
    asleep = await remind(line)

    assert (first, again, asleep) == (2, 0, 0)
    assert await line.letters("Напоминание о поручениях") == [MEMBER, TWO]


async def test_a_new_epoch_tells_of_every_order_again(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy")
    await line.issue(RESPONSIBLE, "role:deputy")
    await line.report(ONE, issued.id)
    tell = restate(Signer("hierarchy", new_signing_key()))

    async with everything(line.office.pool) as db:
        told = [e async for e in tell(db, Stream(WorkEvent.topic, partition_of(PLACE)))]

    assert [event.type.split(".")[1] for event in told] == ["order", "order-task", "order-task"]
    assert sorted(event.state for event in told[1:]) == ["received", "reported"]  # type: ignore[attr-defined]


async def test_a_report_waits_for_who_judges_and_what_is_prepared_for_who_signs(line: Line) -> None:
    issued = await line.issue(HEAD, "role:coordinator")
    await line.report(TEACHER, issued.id)
    await line.issue(RESPONSIBLE, "role:deputy")

    seen = {by: await waits(line, by) for by in (HEAD, CLERK, RESPONSIBLE, TWO)}

    judges = [("1 поручение ждёт подписи главы", True), ("1 отчёт ждёт проверки", True)]
    assert seen[HEAD] == seen[CLERK] == judges
    assert seen[RESPONSIBLE] == seen[TWO] == [("1 поручение ждёт подписи главы", False)]


async def waits(line: Line, email: str) -> list[tuple[str, bool]]:
    """What orders tell somebody on «Сегодня», each with whether it is theirs to do."""
    staff = await line.staff(email)
    async with line.office.pool.acquire() as db, db.transaction():
        found = await waiting.lines(db, await look(db, staff, line.office.now))
    return [(each.sentence, each.own) for each in found]
