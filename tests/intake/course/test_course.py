"""What an author sees of an initiative: its state in words, who holds it and until when, and what happened,
but no decision that may still be taken back."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.appointments import Level, RegulationDefined
from contracts.initiatives import InitiativeStatus
from contracts.structure import CalendarDefined
from services.chassis.streams import mirror
from services.directory.regulation import DEFAULT_WEEK
from services.intake.initiatives.course import Decided, as_told, history
from services.intake.initiatives.domain import Initiative, Step
from tests.factories import DISTRICT, define_campaign, today
from tests.intake.course.told import Told
from tests.intake.determination.office import APPOINTMENTS, ROADS
from tests.intake.test_api import slug

DECLINED: dict[str, Any] = {"reason": "not-ours", "text": "Это дорога области."}


@pytest.mark.parametrize(
    ("kind", "by", "more", "status", "words"),
    [
        ("determine", "roads", {}, "determined", "Определена"),
        ("return", "roads", {"text": "Какая улица?"}, "returned", "Возвращена вам: нужно уточнить"),
        ("decline", "head", DECLINED, "declined", "Отклонена"),
        ("transfer", "roads", {"direction": "culture"}, "accepted", "Принята"),
    ],
)
async def test_each_state_is_said_in_words(
    told: Told, kind: str, by: str, more: dict[str, Any], status: str, words: str
) -> None:
    id_ = await told.submitted()

    await told.decided(kind, id_, by=by, **more)

    assert (await told.seen(id_))["status"] == status
    page, listed = await told.page(f"/initiatives/{id_}"), await told.page("/initiatives")
    assert re.search(rf'class="status \w+">.*{words}', page)
    assert words in listed


async def test_an_initiative_that_is_put_forward_or_merged_says_so(told: Told) -> None:
    one, other = await told.submitted(), await told.submitted()
    number = (await told.seen(other))["number"]
    await told.decided("determine", other)
    await told.decided("put-forward", other, by="head")
    await told.decided("merge", one, into=other)

    seen = await told.seen(one)

    assert (seen["status"], seen["into"], seen["holder"]) == ("merged", number, None)
    assert f"Объединена с № {number}" in await told.page(f"/initiatives/{one}")
    assert f"Объединена с № {number}" in await told.page("/initiatives")
    assert "Выдвинута" in await told.page(f"/initiatives/{other}")


async def test_the_deciding_body_its_level_and_reason_are_shown_and_no_persons_name(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("decline", id_, **DECLINED)

    seen, page = await told.seen(id_), await told.page(f"/initiatives/{id_}")

    last = seen["history"][-1]
    assert (last["decision"], last["level"], last["text"]) == ("decline", "group", DECLINED["text"])
    assert last["reason"] == {t.code: t.name for t in define_campaign().life.reasons}["not-ours"]
    assert seen["decided_by"] == "group"
    assert "Решение: рабочая группа направления «Дороги»" in page
    assert (last["reason"] in page, DECLINED["text"] in page) == (True, True)
    everything = page + str(seen) + (await told.client.get("/api/v1/me/data")).text
    assert "Тайный" not in everything


async def test_what_the_head_decides_is_the_coordination_groups(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_, by="head")

    assert "Решение: координационная группа" in await told.page(f"/initiatives/{id_}")
    assert (await told.seen(id_))["history"][-1]["level"] == "coordination"


async def test_who_holds_it_is_the_directions_group_and_then_the_coordination_group(told: Told) -> None:
    id_ = await told.submitted()
    at_first = await told.seen(id_)
    await told.decided("determine", id_)
    determined, page = await told.seen(id_), await told.page(f"/initiatives/{id_}")

    assert at_first["holder"] == {"level": "group", "group": str(ROADS)}
    assert determined["holder"] == {"level": "coordination", "group": None}
    assert determined["promised_by"] is None
    assert "координационная группа" in page


async def test_where_no_group_has_the_direction_the_coordination_group_holds_it(told: Told) -> None:
    directions = [{"code": "roads", "name": "Дороги"}, {"code": "new", "name": "Новое"}]
    await told.office.redefine(directions=directions)
    id_ = await told.submitted(direction="new")

    assert (await told.seen(id_))["holder"] == {"level": "coordination", "group": None}


async def test_a_decision_is_told_once_it_can_no_longer_be_taken_back(told: Told) -> None:
    id_ = await told.submitted()
    before = await told.seen(id_)
    await told.decided("decline", id_, old=False, **DECLINED)

    young, list_ = await told.seen(id_), await told.page("/initiatives")
    data = (await told.client.get("/api/v1/me/data")).json()
    await told.pass_time(10)
    grown = await told.seen(id_)

    assert young == before | {"version": 2}
    assert "Отклонена" not in list_ + await told.page("/initiatives/new")
    assert [step["status"] for step in data["initiatives"][0]["history"]] == ["accepted"]
    assert (grown["status"], len(grown["history"])) == ("declined", 2)


async def test_a_decision_that_was_taken_back_is_never_told(told: Told) -> None:
    id_ = await told.submitted()
    before = await told.seen(id_)
    decision = await told.decided("transfer", id_, old=False, direction="culture")
    await told.undone(decision)
    await told.pass_time(60)

    seen = await told.seen(id_)

    assert seen == before | {"version": 3}
    assert "Передана" not in await told.page(f"/initiatives/{id_}")


async def test_two_decisions_within_ten_minutes_are_told_one_after_the_other(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_, old=False)
    await told.pass_time(6)
    await told.decided("put-forward", id_, by="head", old=False)
    both_young = (await told.seen(id_))["status"]
    await told.pass_time(5)
    first_told = (await told.seen(id_))["status"]
    await told.pass_time(6)

    assert (both_young, first_told, (await told.seen(id_))["status"]) == (
        "accepted",
        "determined",
        "put-forward",
    )


async def test_while_a_decision_may_be_taken_back_its_author_cannot_withdraw_what_it_closes(
    told: Told,
) -> None:
    id_ = await told.submitted()
    await told.decided("decline", id_, old=False, **DECLINED)

    young = await told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={})
    await told.pass_time()
    old = await told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={})

    assert (young.status_code, slug(young)) == (409, "initiative-being-decided")
    assert (old.status_code, slug(old)) == (409, "initiative-closed")
    assert "Отозвать инициативу" not in await told.page(f"/initiatives/{id_}")


async def test_what_was_determined_may_be_withdrawn_at_any_moment(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_, old=False)

    answer = await told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={"reason": "Сделали"})

    assert answer.status_code == 200
    seen = await told.seen(id_)
    assert (seen["status"], [step["status"] for step in seen["history"]]) == (
        "withdrawn",
        ["accepted", "withdrawn"],
    )
    assert seen["history"][-1]["reason"] == "Сделали"


async def test_a_transferred_one_is_said_to_be_with_its_new_group(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("transfer", id_, direction="culture")

    seen, page = await told.seen(id_), await told.page(f"/initiatives/{id_}")

    assert (seen["direction"], seen["history"][-1]["direction"]) == ("culture", "culture")
    assert "Передана в направление «Культура»" in page
    assert "рабочая группа направления «Культура»" in page


async def test_the_promise_counts_working_time_from_the_submission_and_goes_on_over_a_transfer(
    told: Told,
) -> None:
    id_ = await told.submitted()
    before = (await told.seen(id_))["promised_by"]
    await told.decided("transfer", id_, direction="culture")
    seen = await told.seen(id_)

    assert seen["promised_by"] == before
    assert datetime.fromisoformat(before) > datetime.fromisoformat(seen["submitted_at"]) + timedelta(days=10)
    assert not seen["late"]


async def test_the_promise_is_the_regulations_in_force_on_the_day_of_the_submission(told: Told) -> None:
    hurry = regulation(today() - timedelta(days=15), None, decision=60)
    later = regulation(today() + timedelta(days=1), DISTRICT, decision=30)
    async with told.office.pool.acquire() as db, db.transaction():
        await mirror.keep(db, APPOINTMENTS, [hurry, later])
    told.office.refresh()
    id_ = await told.submitted()

    seen = await told.seen(id_)

    promised = datetime.fromisoformat(seen["promised_by"])
    submitted = datetime.fromisoformat(seen["submitted_at"])
    assert timedelta(hours=1) <= promised - submitted < timedelta(days=5)


async def test_what_is_late_says_so_in_words(told: Told) -> None:
    id_ = await told.submitted()
    await told.office.pool.execute(
        "UPDATE initiative SET submitted_at = submitted_at - interval '18 days' WHERE id = $1::uuid", id_
    )

    seen, page = await told.seen(id_), await told.page(f"/initiatives/{id_}")

    assert seen["late"] is True
    assert "Срок решения прошёл" in page
    await told.decided("determine", id_)
    assert "Срок решения прошёл" not in await told.page(f"/initiatives/{id_}")


async def test_without_a_calendar_no_time_is_promised(told: Told) -> None:
    id_ = await told.submitted()
    await told.office.pool.execute("DELETE FROM mirror WHERE type = $1", CalendarDefined.type)
    told.office.refresh()

    seen, page = await told.seen(id_), await told.page(f"/initiatives/{id_}")

    assert (seen["promised_by"], seen["late"]) == (None, False)
    assert "Решение до" not in page


async def test_after_the_campaign_nobody_holds_what_was_not_decided(told: Told) -> None:
    id_ = await told.submitted()
    await told.office.redefine(last_day=today() - timedelta(days=9), close_until=today() - timedelta(days=2))

    seen = await told.seen(id_)

    assert (seen["holder"], seen["promised_by"]) == (None, None)
    assert "У кого она сейчас" not in await told.page(f"/initiatives/{id_}")


async def test_where_groups_accept_a_submitted_one_is_not_accepted_yet(told: Told) -> None:
    await told.office.redefine(life={"acceptance": "by-group"})
    id_ = await told.submitted()
    at_first = await told.page(f"/initiatives/{id_}")
    await told.decided("accept", id_)

    assert re.search(r'class="status info">.*Подана', at_first)
    assert re.search(r'class="status good">.*Принята', await told.page(f"/initiatives/{id_}"))


async def test_an_old_submitted_one_looks_accepted_where_all_are_at_once(told: Told) -> None:
    id_ = await told.submitted()
    await told.office.pool.execute("UPDATE initiative SET status = 'submitted'")

    assert re.search(r'class="status good">.*Принята', await told.page(f"/initiatives/{id_}"))


async def test_a_foreign_initiative_is_not_there(told: Told) -> None:
    foreign = await told.office.submit()

    for path in (f"/api/v1/initiatives/{foreign.id}", f"/initiatives/{foreign.id}"):
        assert (await told.client.get(path)).status_code == 404


def decided(version: int, kind: str, at: datetime, **changes: object) -> Decided:
    fields = {
        "version": version,
        "kind": kind,
        "level": Level.GROUP,
        "reason": "",
        "text": "",
        "status_before": InitiativeStatus.ACCEPTED,
        "direction_before": "roads",
        "decided_by_before": None,
        "in_time_before": None,
        "decided_at": at,
    }
    return Decided(**fields | changes)  # type: ignore[arg-type]


def test_each_transfer_says_where_it_led_also_when_another_followed() -> None:
    now = datetime.now(UTC)
    long_ago = now - timedelta(days=1)
    found = [
        decided(2, "transfer", long_ago),
        decided(3, "transfer", long_ago, direction_before="culture", undone_at=long_ago),
        decided(5, "transfer", long_ago, direction_before="culture"),
    ]
    steps = [Step(version, InitiativeStatus.ACCEPTED, long_ago, None) for version in range(1, 6)]
    initiative = an_initiative(direction="sport", version=5)

    passed = history(initiative, steps, found, [], now)

    assert [step.into for step in passed] == ["", "culture", "sport"]


def test_what_the_author_corrected_meanwhile_is_shown() -> None:
    now = datetime.now(UTC)
    found = [decided(2, "transfer", now)]

    corrected = as_told(an_initiative(direction="sport", version=3), found, now)
    pending = as_told(an_initiative(direction="culture", version=2), found, now)

    assert (corrected.direction, pending.direction) == ("sport", "roads")


def an_initiative(**changes: object) -> Initiative:
    fields = {
        "id": ROADS,
        "number": 1,
        "campaign": "spring",
        "municipality": "13603000",
        "participant_id": None,
        "organization": None,
        "direction": "roads",
        "classifiers": {},
        "title": "Переход",
        "text": "Нужен.",
        "submitted_at": datetime.now(UTC),
        "status": InitiativeStatus.ACCEPTED,
    }
    return Initiative(**fields | changes)  # type: ignore[arg-type]


def regulation(from_day: date, municipality: str | None, **minutes: int) -> RegulationDefined:
    return RegulationDefined(
        version=1,
        municipality=municipality,
        number=1,
        from_day=from_day,
        time_zone="Europe/Moscow",
        week=list(DEFAULT_WEEK),
        minutes=minutes,
    )
