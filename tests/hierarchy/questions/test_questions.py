"""Questions go up the line alone, are answered once, climb once, and are never lost with people or groups."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.streams import partition_of
from contracts.work import WorkEvent
from deploy.local.home import new_signing_key
from services.chassis.db.idempotency import Repeat
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.questions.commands import keep_questions
from services.hierarchy.questions.commands.ask_question import NewQuestion, ask_question
from services.hierarchy.questions.commands.withdraw_question import withdraw_question
from services.hierarchy.questions.domain.typed import words_of
from services.hierarchy.questions.reading import held_by, readership
from services.hierarchy.questions.store import questions
from services.hierarchy.regulation.commands.keep_regulation import keep_now as keep_regulation
from services.hierarchy.restate import restate
from tests.hierarchy.groups.test_groups import organization
from tests.hierarchy.groups.test_serving import SETTLEMENT, club, served
from tests.hierarchy.office import PLACE, appoint, appointment, everything
from tests.hierarchy.orders.giving import (
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
    refusal,
)
from tests.hierarchy.questions.asking import Asking

HELD, CLIMBED = "Вам задали вопрос", "Вопрос перешёл к вам"


async def test_a_question_goes_to_the_group_and_its_answer_back(asking: Asking) -> None:
    asked = await asking.ask(TEACHER, initiative="№ 1 204")
    answered = await asking.answer(MEMBER, asked.id)

    assert (asked.holder, str(asked.group)) == ("group", asking.line.group)
    assert await asking.line.letters(HELD) == [MEMBER, ONE]
    assert await asking.line.letters("Вам ответили") == [TEACHER]
    assert answered.in_time
    row = await asking.row(asked.id)
    assert (row["state"], row["initiative_number"], row["minutes"]) == ("answered", 1204, 480)
    assert [what for what, _ in await asking.steps(asked.id)] == ["asked", "answered"]
    told = await asking.line.told("dialogue.question.defined.v1")
    assert [(each["state"], each["asked_by"], each["of_initiative"]) for each in told] == [
        ("asked", "coordinator", True),
        ("answered", "coordinator", True),
    ]
    assert "Как подать" not in str(told)


async def test_whom_one_asks_depends_on_ones_own_line_alone(asking: Asking) -> None:
    by_direction = await asking.ask(TEACHER, direction="roads")
    of_member = await asking.ask(MEMBER, direction="roads")

    assert str(by_direction.group) == asking.line.rest
    assert (of_member.holder, of_member.group) == ("coordination", None)
    # Who asks answers to nobody, and is written to by nobody.
    assert set(await asking.line.letters(HELD)) == {TWO, HEAD, RESPONSIBLE, ONE}
    for email in (HEAD, CLERK, RESPONSIBLE):
        assert await refusal(asking.ask(email)) == {("not-yours-to-ask", "")}
    wrong = await refusal(asking.ask(TEACHER, "\0 \u200b", direction="forests", initiative="лес"))
    assert wrong == {
        ("question-text", "text"),
        ("question-direction", "direction"),
        ("question-initiative", "initiative"),
    }
    assert await refusal(asking.ask(TEACHER, capacity=uuid4())) == {("question-capacity", "capacity")}


async def test_a_leader_does_not_answer_their_own_question(asking: Asking) -> None:
    asked = await asking.ask(ONE)

    staff, now = await asking.line.staff(ONE), asking.line.office.now
    async with asking.pool.acquire() as db, db.transaction():
        assert await questions.held(db, await held_by(db, staff), staff.account, "", now, None, 9) == []
    assert await refusal(asking.answer(ONE, asked.id)) == {("question-own", "")}
    assert (await asking.answer(TWO, asked.id)).in_time


async def test_a_sibling_group_and_colleagues_elsewhere_know_nothing_of_it(asking: Asking) -> None:
    line = asking.line
    asked = await asking.ask(TEACHER)
    await line.office.reset(line.browser, HEAD)
    await appoint(line.browser, appointment("member", line.rest, "sibling@example.org", category="servant"))
    line.office.now += timedelta(minutes=1)

    for email in ("sibling@example.org", SECOND):
        with pytest.raises(NotFound):
            await asking.shown(email, asked.id)
        with pytest.raises(NotFound):
            await asking.answer(email, asked.id)
    for email in (STAND_IN, ONE, HEAD, CLERK, RESPONSIBLE, TWO):
        assert (await asking.shown(email, asked.id)).text
    # Those above see it, and do not answer before it has climbed.
    for email in (HEAD, RESPONSIBLE, TWO, STAND_IN):
        with pytest.raises(Forbidden):
            await asking.answer(email, asked.id)


async def test_two_who_answer_at_once_agree_on_one_and_the_other_is_told_who(asking: Asking) -> None:
    asked = await asking.ask(TEACHER)

    outcomes = await asyncio.gather(
        asking.answer(ONE, asked.id, "Раз"), asking.answer(MEMBER, asked.id, "Два"), return_exceptions=True
    )

    (refused,) = [each for each in outcomes if isinstance(each, Conflict)]
    row = await asking.row(asked.id)
    async with everything(asking.pool) as db:
        name = await db.fetchval("SELECT name FROM account WHERE id = $1", row["answered_by"])
    assert (refused.slug, refused.facts) == ("question-answered", {"who": name})
    assert len(await asking.line.letters("Вам ответили")) == 1


async def test_a_repeated_question_is_asked_once(asking: Asking) -> None:
    teacher, given = await asking.line.staff(TEACHER), NewQuestion("Как?")
    at = replace(asking.line.at(), repeat=Repeat("teacher", "key", b"print"))

    asked = [await ask_question(asking.pool, ENTRANCE, teacher, given, at) for _ in range(2)]

    assert asked[0] == asked[1]
    async with everything(asking.pool) as db:
        assert await db.fetchval("SELECT count(*) FROM question") == 1


async def test_a_breach_climbs_a_level_each_once_although_two_workers_look(asking: Asking) -> None:
    asked = await asking.ask(TEACHER)
    assert await asking.keep() == 0
    levels, due = [], [asked.due_at]
    for _ in range(3):
        await asking.past(asked.id)
        moved = await asyncio.gather(asking.keep(), asking.keep())
        row = await asking.row(asked.id)
        levels.append((sum(moved), row["holder"]))
        due.append(row["due_at"])

    assert levels == [(1, "coordination"), (1, "head"), (0, "head")]
    assert due[0] < due[1] < due[2] == due[3]
    assert [what for what, _ in await asking.steps(asked.id)] == ["asked", "escalated", "escalated"]
    assert await asking.line.letters(CLIMBED) == sorted([HEAD, RESPONSIBLE, ONE, TWO, HEAD, CLERK])
    assert await refusal(asking.answer(TWO, asked.id)) == {("not-yours-to-answer-question", "")}
    answered = await asking.answer(CLERK, asked.id)
    row = await asking.row(asked.id)
    assert (answered.in_time, row["escalated"]) == (False, True)
    assert row["on_behalf_of"] == (await asking.line.staff(HEAD)).account


async def test_a_worker_that_is_killed_in_between_leaves_it_as_it_was(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await asking.ask(TEACHER)
    await asking.past(asked.id)

    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(keep_questions, "write_held", killed)
        with pytest.raises(asyncio.CancelledError):
            await asking.keep()
    before = ((await asking.row(asked.id))["holder"], await asking.line.letters(CLIMBED))
    after = await asking.keep()

    assert (before, after) == (("group", []), 1)
    assert [what for what, _ in await asking.steps(asked.id)] == ["asked", "escalated"]


async def test_the_rule_that_was_in_force_stays(asking: Asking) -> None:
    await keep_regulation(asking.pool, asking.line.office.now)
    asked = await asking.ask(TEACHER)
    async with everything(asking.pool) as db:
        await db.execute(
            "INSERT INTO regulation (municipality, number, from_day, time_zone, week, minutes, set_at)"
            " SELECT municipality, 2, from_day, time_zone, week, minutes || '{\"question\": 60}', set_at"
            " FROM regulation WHERE municipality = 'region' AND number = 1"
        )
    later = await asking.ask(TEACHER, "И ещё?")
    await asking.past(asked.id)
    await asking.keep()

    row, other = await asking.row(asked.id), await asking.row(later.id)
    assert [(each["regulation"], each["minutes"]) for each in (row, other)] == [(1, 480), (2, 60)]
    assert row["due_at"] - asking.line.office.now > timedelta(hours=8)


async def test_a_question_is_transferred_with_a_reason_and_the_group_has_its_own_time(asking: Asking) -> None:
    line = asking.line
    asked = await asking.ask(TEACHER)
    line.office.now = asked.due_at - timedelta(hours=1)
    await asking.transfer(ONE, asked.id, line.rest)

    row = await asking.row(asked.id)
    assert str(row["holder_group"]) == line.rest
    assert row["due_at"] > asked.due_at
    (_, (what, words)) = await asking.steps(asked.id)
    assert (what, words) == (
        "transferred",
        "рабочая группа «Школы» → рабочая группа «Остальное». Это их тема",
    )
    assert await line.letters(CLIMBED) == [TWO]
    assert (await asking.shown(MEMBER, asked.id)).keeper == "рабочая группа «Остальное»"
    assert await refusal(asking.answer(MEMBER, asked.id)) == {("not-yours-to-answer-question", "")}
    assert await refusal(asking.transfer(TWO, asked.id, str(uuid4()), " ")) == {
        ("question-group", "group"),
        ("question-reason", "reason"),
    }
    await asking.answer(TWO, asked.id)
    assert await refusal(asking.transfer(TWO, asked.id, line.group)) == {("question-answered", "")}


async def test_the_open_questions_of_a_dissolved_group_go_to_the_coordination_group(asking: Asking) -> None:
    line = asking.line
    asked = await asking.ask(TEACHER)
    await line.office.reset(line.browser, HEAD)
    dissolved = await line.browser.post(f"/api/v1/working-groups/{line.group}/dissolution")
    assert dissolved.status_code == 200, dissolved.text
    line.office.now += timedelta(minutes=1)

    moved = [await asking.keep(), await asking.keep()]

    row = await asking.row(asked.id)
    assert (moved, row["holder"], row["escalated"]) == ([1, 0], "coordination", False)
    assert (await asking.steps(asked.id))[-1][0] == "group-dissolved"
    assert RESPONSIBLE in await line.letters(CLIMBED)
    assert (await asking.answer(RESPONSIBLE, asked.id)).in_time


async def test_a_successor_sees_the_questions_of_who_is_replaced(asking: Asking) -> None:
    line, school = asking.line, await organization(asking.line.office)
    asked, before = await asking.ask(TEACHER), await asking.ask(TEACHER, "Что ещё?")
    await asking.answer(ONE, before.id)
    new = "new@example.org"
    replaced = await appoint(
        line.browser, appointment("coordinator", school, new, name="Новикова Нина", replaces=True)
    )
    assert replaced.status_code == 201, replaced.text
    line.office.now += timedelta(minutes=1)

    with pytest.raises(NotFound):
        await asking.shown(TEACHER, asked.id)
    assert (await asking.shown(new, before.id)).question.answer
    assert [await asking.keep(), await asking.keep()] == [1, 0]
    await asking.answer(ONE, asked.id)

    assert (await asking.row(asked.id))["name"] == "Новикова Нина"
    assert ("handed-over", "Учителев Устин Устинович → Новикова Нина") in await asking.steps(asked.id)
    assert await line.letters("Вам ответили") == [new, TEACHER]


async def test_a_coordinator_of_a_served_settlement_asks_the_districts_group(asking: Asking) -> None:
    line, keeper = asking.line, "club@example.org"
    browser, office = line.browser, line.office
    await office.reset(browser, "admin@example.org")
    await appoint(browser, appointment("head", SETTLEMENT, "settlement@example.org"))
    await served(office, browser)
    await office.come(browser, TWO)
    appointed = await appoint(browser, appointment("coordinator", await club(office), keeper))
    assert appointed.status_code == 201, appointed.text
    line.office.now += timedelta(minutes=1)

    asked = await asking.ask(keeper)
    await asking.answer(TWO, asked.id)

    assert (str(asked.group), (await asking.row(asked.id))["municipality"]) == (line.rest, PLACE)
    assert (await asking.shown(keeper, asked.id)).question.in_time
    with pytest.raises(NotFound):
        await asking.shown("settlement@example.org", asked.id)


async def test_who_asks_withdraws_and_nobody_else(asking: Asking) -> None:
    asked = await asking.ask(TEACHER)
    for email in (ONE, HEAD):
        with pytest.raises(Forbidden):
            await withdraw_question(asking.pool, await asking.line.staff(email), asked.id, asking.line.at())

    teacher = await asking.line.staff(TEACHER)
    withdrawn = await withdraw_question(asking.pool, teacher, asked.id, asking.line.at())

    assert withdrawn.state == "withdrawn"
    assert await refusal(asking.answer(ONE, asked.id)) == {("question-withdrawn", "")}
    await asking.past(asked.id)
    assert await asking.keep() == 0


async def alike(asking: Asking, email: str, typed: str) -> list[UUID]:
    staff = await asking.line.staff(email)
    async with asking.pool.acquire() as db, db.transaction():
        found = await questions.alike(db, await readership(db, staff), "", words_of(typed), 5)
    return [each.id for each in found]


async def test_a_published_answer_is_found_by_who_types_the_same_in_the_direction(asking: Asking) -> None:
    line, body = asking.line, "Можно ли Петровой подать инициативу о ремонте школьной столовой?"
    asked = await asking.ask(TEACHER, body, direction="schools")
    assert await refusal(asking.publish(ONE, asked.id)) == {("question-unanswered", "")}
    await asking.answer(ONE, asked.id, "Можно, выберите направление «Школы».")
    typed = "как подать инициативы про ремонт столовых в школе"
    unpublished = await alike(asking, SECOND, typed)

    await asking.publish(ONE, asked.id, "Можно ли подать инициативу о ремонте школьной столовой?")

    shown = await asking.shown(SECOND, asked.id)
    assert unpublished == []
    assert await alike(asking, SECOND, typed) == await alike(asking, SECOND, "ремнот столовой") == [asked.id]
    assert await alike(asking, HEAD, typed) == [asked.id]
    assert await alike(asking, SECOND, "где получить пароль") == await alike(asking, SECOND, "\0'|&:*") == []
    assert (shown.view.sees, shown.answered_by, list(shown.steps)) == (False, "", [])
    assert "Петровой" not in shown.text
    assert await refusal(asking.publish(ONE, asked.id)) == {("question-published", "")}
    # Who works in another direction reads nothing of it.
    await line.office.reset(line.browser, HEAD)
    await appoint(line.browser, appointment("member", line.rest, "sibling@example.org", category="servant"))
    line.office.now += timedelta(minutes=1)
    assert await alike(asking, "sibling@example.org", typed) == []
    with pytest.raises(NotFound):
        await asking.shown("sibling@example.org", asked.id)


async def test_what_waits_is_listed_where_it_is_held(asking: Asking) -> None:
    asked = await asking.ask(TEACHER)

    async def held(email: str, which: str = "") -> list[UUID]:
        staff, now = await asking.line.staff(email), asking.line.office.now
        async with asking.pool.acquire() as db, db.transaction():
            found = await questions.held(db, await held_by(db, staff), staff.account, which, now, None, 9)
        return [each.id for each in found]

    assert (await held(MEMBER), await held(RESPONSIBLE), await held(HEAD, "below")) == (
        [asked.id],
        [],
        [asked.id],
    )
    await asking.past(asked.id)
    assert await held(HEAD, "overdue") == [asked.id]
    await asking.keep()
    assert (await held(MEMBER), await held(RESPONSIBLE), await held(MEMBER, "below")) == (
        [],
        [asked.id],
        [asked.id],
    )
    await asking.answer(RESPONSIBLE, asked.id)
    assert (await held(RESPONSIBLE), await held(MEMBER, "over")) == ([], [asked.id])


async def test_a_new_epoch_tells_of_every_question_again(asking: Asking) -> None:
    asked = await asking.ask(TEACHER)
    await asking.answer(ONE, asked.id)
    tell = restate(Signer("hierarchy", new_signing_key()))

    async with everything(asking.pool) as db:
        told = [e async for e in tell(db, Stream(WorkEvent.topic, partition_of(PLACE)))]

    assert [(event.type, event.state) for event in told] == [  # type: ignore[attr-defined]
        ("dialogue.question.defined.v1", "answered")
    ]
