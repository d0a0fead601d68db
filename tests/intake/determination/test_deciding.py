"""Deciding on initiatives: who may, from which state to which, each once, and back within ten minutes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from services.intake.determination.domain.decisions import FROM, Kind
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import acceptances
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, today
from tests.intake.determination.office import CULTURE, ROADS, Office, decision
from tests.intake.test_api import slug

DECIDE = "/api/v1/decisions"
GIVEN: dict[str, dict[str, object]] = {
    "return": {"text": "Напишите, какая улица."},
    "decline": {"reason": "not-ours", "text": "Это дорога области."},
    "transfer": {"direction": "culture"},
}
"""What a kind asks for beside the initiatives."""


async def decided(office: Office, token: str, given: dict[str, object]) -> dict[str, Any]:
    async with office.at_desk(token) as desk:
        answer = await desk.post(DECIDE, json=given)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def status_of(office: Office, initiative: Initiative) -> tuple[str, int]:
    row = await office.pool.fetchrow("SELECT status, version FROM initiative WHERE id = $1", initiative.id)
    assert row is not None
    return row["status"], row["version"]


@pytest.mark.parametrize(
    ("kind", "before", "after", "event"),
    [
        ("accept", "submitted", "accepted", "accepted"),
        ("determine", "accepted", "determined", "determined"),
        ("determine", "submitted", "determined", "determined"),
        ("return", "determined", "returned", "returned"),
        ("transfer", "accepted", "accepted", "transferred"),
        ("decline", "returned", "declined", "declined"),
    ],
)
async def test_a_working_group_decides_on_its_direction(
    office: Office, kind: str, before: str, after: str, event: str
) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    initiative = await office.submit(status=InitiativeStatus(before))

    answer = await decided(office, leader, decision(kind, [initiative], **GIVEN.get(kind, {})))

    (item,) = answer["items"]
    assert (item["status"], item["refusal"], answer["decided"]) == (after, None, 1)
    ((type_, told),) = await office.told()
    assert type_ == f"dialogue.initiative.{event}.v1"
    assert (told["status"], told["version"], told["decided_by"]) == (after, 2, "group")
    # A returned one waited for its author.
    assert told["in_time"] is (None if before == "returned" else True)
    assert await status_of(office, initiative) == (after, 2)


async def test_the_coordination_group_alone_puts_forward(office: Office) -> None:
    leader, deputy = await office.grant(Role.LEADER, str(ROADS)), await office.grant(Role.DEPUTY, DISTRICT)
    initiative = await office.submit(status=InitiativeStatus.DETERMINED)

    refused = await decided(office, leader, decision("put-forward", [initiative]))
    done = await decided(office, deputy, decision("put-forward", [initiative]))

    assert refused["items"][0]["refusal"]["slug"] == "not-yours-to-decide"
    assert done["items"][0]["status"] == "put-forward"
    assert [told["decided_by"] for _, told in await office.told()] == ["coordination"]


async def test_a_campaign_may_leave_putting_forward_to_the_working_groups(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    await office.redefine(life={"put_forward_by": "group"})
    initiative = await office.submit(status=InitiativeStatus.DETERMINED)

    done = await decided(office, leader, decision("put-forward", [initiative]))

    assert done["items"][0]["status"] == "put-forward"


@pytest.mark.parametrize(
    ("role", "of", "place"),
    [
        (Role.LEADER, str(CULTURE), DISTRICT),
        (Role.MEMBER, str(CULTURE), DISTRICT),
        (Role.HEAD, OKRUG, OKRUG),
    ],
)
async def test_others_initiatives_are_not_there_for_a_body(
    office: Office, role: Role, of: str, place: str
) -> None:
    somebody, initiative = await office.grant(role, of, place), await office.submit()

    answer = await decided(office, somebody, decision("determine", [initiative]))

    (item,) = answer["items"]
    assert (item["number"], item["refusal"]["slug"]) == (None, "initiative-not-here")
    assert await status_of(office, initiative) == ("accepted", 1)
    assert await office.told() == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.HOTLINE_OPERATOR, Role.SMO_OPERATOR])
async def test_who_decides_nowhere_is_refused(office: Office, role: Role) -> None:
    somebody, initiative = await office.grant(role, DISTRICT), await office.submit()

    async with office.at_desk(somebody) as desk:
        answer = await desk.post(DECIDE, json=decision("determine", [initiative]))

    assert (answer.status_code, slug(answer)) == (403, "not-yours-to-decide")


async def test_the_district_decides_on_the_settlement_that_it_serves(office: Office) -> None:
    member, initiative = await office.grant(Role.MEMBER, str(ROADS)), await office.submit(SETTLEMENT)

    answer = await decided(office, member, decision("determine", [initiative]))

    assert answer["items"][0]["status"] == "determined"
    assert [told["municipality"] for _, told in await office.told()] == [SETTLEMENT]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", list(InitiativeStatus))
async def test_nothing_is_decided_in_a_state_that_does_not_allow_it(
    office: Office, kind: Kind, status: InitiativeStatus
) -> None:
    head, initiative, other = (
        await office.grant(Role.HEAD, DISTRICT),
        await office.submit(status=status),
        None,
    )
    more = GIVEN.get(kind, {})
    if kind is Kind.MERGE:
        other = await office.submit()
        more = {"into": str(other.id)}

    answer = await decided(office, head, decision(kind, [initiative], **more))

    (item,) = answer["items"]
    if status in FROM[kind]:
        assert item["refusal"] is None
    else:
        assert item["refusal"]["slug"] in ("initiative-decided", "initiative-ended")
        assert await status_of(office, initiative) == (status, 1)


async def test_a_late_decision_says_so(office: Office) -> None:
    member = await office.grant(Role.MEMBER, str(ROADS))
    long_ago = datetime.now(UTC) - timedelta(days=18)
    late, early = await office.submit(submitted_at=long_ago), await office.submit()

    await decided(office, member, decision("determine", [late, early]))

    assert {told["number"]: told["in_time"] for _, told in await office.told()} == {
        late.number: False,
        early.number: True,
    }


async def test_a_transferred_one_begins_anew_with_its_next_holder(office: Office) -> None:
    roads, culture = (
        await office.grant(Role.LEADER, str(ROADS)),
        await office.grant(Role.LEADER, str(CULTURE)),
    )
    initiative = await office.submit(submitted_at=datetime.now(UTC) - timedelta(days=18))

    await decided(office, roads, decision("transfer", [initiative], direction="culture"))
    again = await decided(office, roads, decision("determine", [initiative]))
    await decided(office, culture, decision("determine", [initiative]))

    assert again["items"][0]["refusal"]["slug"] == "initiative-not-here"
    assert [(told["direction"], told["in_time"]) for _, told in await office.told()] == [
        ("culture", False),
        ("culture", True),
    ]


async def test_where_groups_accept_a_transferred_one_waits_to_be_accepted_again(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    await office.redefine(life={"acceptance": "by-group"})
    initiative = await office.submit()

    answer = await decided(office, leader, decision("transfer", [initiative], direction="culture"))

    assert answer["items"][0]["status"] == "submitted"


async def test_a_duplicate_goes_on_in_another_one_and_not_in_itself_or_a_closed_one(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    one, other = await office.submit(), await office.submit()
    closed = await office.submit(status=InitiativeStatus.DECLINED)
    elsewhere = await office.submit(SETTLEMENT)

    async def merged(into: Initiative) -> str:
        answer = await decided(office, leader, decision("merge", [one], into=str(into.id)))
        refusal = answer["items"][0]["refusal"]
        return str(refusal["slug"]) if refusal else ""

    tried = [await merged(into) for into in (one, closed, elsewhere)]
    assert tried == ["initiative-itself", "into-closed", "into-unknown"]
    assert await merged(other) == ""
    ((type_, told),) = await office.told()
    assert (type_, told["into"]) == ("dialogue.initiative.merged.v1", str(other.id))


async def test_nobody_merges_into_what_they_do_not_decide_on(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    one, foreign = await office.submit(), await office.submit(direction="culture")

    answer = await decided(office, leader, decision("merge", [one], into=str(foreign.id)))

    assert answer["items"][0]["refusal"]["slug"] == "into-unknown"


async def test_what_waited_for_its_author_is_not_late_for_that(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    long_ago = datetime.now(UTC) - timedelta(days=18)
    initiative = await office.submit(status=InitiativeStatus.RETURNED, submitted_at=long_ago, in_time=True)
    await office.pool.execute("UPDATE initiative SET in_time = true")

    await decided(office, leader, decision("decline", [initiative], **GIVEN["decline"]))

    assert [told["in_time"] for _, told in await office.told()] == [True]


async def test_what_nobody_could_reword_is_not_returned(office: Office) -> None:
    leader, initiative = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    await office.pool.execute("UPDATE initiative SET participant_id = NULL")

    answer = await decided(office, leader, decision("return", [initiative], **GIVEN["return"]))

    assert answer["items"][0]["refusal"]["slug"] == "initiative-without-author"


async def test_what_was_left_open_in_another_campaign_is_decided_no_more(office: Office) -> None:
    head, initiative = await office.grant(Role.HEAD, DISTRICT), await office.submit(campaign="winter")

    answer = await decided(office, head, decision("determine", [initiative]))

    assert answer["items"][0]["refusal"]["slug"] == "initiative-of-another-campaign"
    assert await office.told() == []


async def test_a_lost_answer_is_repeated_after_the_last_day(office: Office) -> None:
    head, initiative = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    past = {name: today() - timedelta(days=days) for name, days in (("last_day", 9), ("close_until", 2))}

    async with office.at_desk(head) as desk:
        key, given = {"Idempotency-Key": "midnight"}, decision("determine", [initiative])
        first = await desk.post(DECIDE, json=given, headers=key)
        await office.redefine(**past)
        again = await desk.post(DECIDE, json=given, headers=key)

    assert (again.status_code, again.json()) == (201, first.json())


async def test_the_tally_of_directions_follows_a_transfer_and_its_undoing(office: Office) -> None:
    leader, initiative = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    async with office.pool.acquire() as db, db.transaction():
        await acceptances.take(db, [(initiative.municipality, initiative.participant_id or uuid4())])

    async def tally() -> dict[str, int]:
        async with office.pool.acquire() as db:
            return {code: n for code, n in (await acceptances.submitted(db, "spring")).items() if n}

    assert await tally() == {"roads": 1}
    done = await decided(office, leader, decision("transfer", [initiative], direction="culture"))
    assert await tally() == {"culture": 1}
    async with office.at_desk(leader) as desk:
        await desk.delete(f"{DECIDE}/{done['id']}")
    assert await tally() == {"roads": 1}
    await office.pool.execute("UPDATE initiative SET direction = 'culture'")
    async with office.pool.acquire() as db, db.transaction():
        await acceptances.recount(db)
    assert await tally() == {"culture": 1}


async def test_hundreds_are_decided_at_once_and_each_has_its_outcome(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    many = [await office.submit() for _ in range(12)]
    withdrawn = await office.submit(status=InitiativeStatus.WITHDRAWN)
    asked = [*many[:6], withdrawn, *many[6:]]

    answer = await decided(office, leader, decision("determine", asked))

    assert [item["id"] for item in answer["items"]] == [str(each.id) for each in asked]
    assert answer["decided"] == 12
    assert answer["items"][6]["refusal"]["slug"] == "initiative-ended"
    assert len(await office.told()) == 12


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ids": [], "decision": "determine"}, "initiatives-none"),
        ({"ids": [str(uuid4()) for _ in range(501)], "decision": "determine"}, "initiatives-too-many"),
        ({"decision": "decline", "text": "Нет."}, "reason-unknown"),
        ({"decision": "decline", "reason": "not-ours"}, "decision-text-empty"),
        ({"decision": "return", "text": "\u200b \u3164"}, "decision-text-empty"),
        ({"decision": "return", "text": "я" * 4_001}, "decision-text-too-long"),
        ({"decision": "transfer", "direction": "war"}, "direction-unknown"),
        ({"decision": "merge"}, "into-missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_decision_that_cannot_be_meant_is_refused(
    office: Office, given: dict[str, object], expected: str
) -> None:
    head, initiative = await office.grant(Role.HEAD, DISTRICT), await office.submit()

    async with office.at_desk(head) as desk:
        answer = await desk.post(DECIDE, json={"ids": [str(initiative.id)]} | given)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await status_of(office, initiative) == ("accepted", 1)


async def test_of_two_who_decide_at_once_one_does(office: Office) -> None:
    leader, head = await office.grant(Role.LEADER, str(ROADS)), await office.grant(Role.HEAD, DISTRICT)
    many = [await office.submit() for _ in range(20)]

    answers = await asyncio.gather(
        decided(office, leader, decision("determine", many)),
        decided(office, head, decision("determine", list(reversed(many)))),
    )

    assert sum(answer["decided"] for answer in answers) == 20
    assert len(await office.told()) == 20


async def test_a_repeated_decision_happens_once(office: Office) -> None:
    head, initiative = await office.grant(Role.HEAD, DISTRICT), await office.submit()

    async with office.at_desk(head) as desk:
        key, given = {"Idempotency-Key": "once"}, decision("determine", [initiative])
        first, again = [await desk.post(DECIDE, json=given, headers=key) for _ in range(2)]

    assert first.json() == again.json()
    assert len(await office.told()) == 1


async def test_a_decision_is_taken_back_by_a_new_event(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    many = [await office.submit() for _ in range(3)]
    done = await decided(office, leader, decision("decline", many, **GIVEN["decline"]))

    async with office.at_desk(leader) as desk:
        undone = await desk.delete(f"{DECIDE}/{done['id']}")
        again = await desk.delete(f"{DECIDE}/{done['id']}")

    assert [item["status"] for item in undone.json()["items"]] == ["accepted"] * 3
    assert [item["refusal"]["slug"] for item in again.json()["items"]] == ["decision-undone"] * 3
    told = await office.told()
    assert [type_.split(".")[2] for type_, _ in told] == ["declined"] * 3 + ["reverted"] * 3
    assert [data["version"] for _, data in told] == [2] * 3 + [3] * 3
    assert {data["decided_by"] for _, data in told[3:]} == {None}


async def test_of_a_bulk_what_was_decided_since_stays(office: Office) -> None:
    leader, head = await office.grant(Role.LEADER, str(ROADS)), await office.grant(Role.HEAD, DISTRICT)
    one, other = await office.submit(), await office.submit()
    done = await decided(office, leader, decision("determine", [one, other]))
    await decided(office, head, decision("put-forward", [other]))

    async with office.at_desk(leader) as desk:
        undone = await desk.delete(f"{DECIDE}/{done['id']}")

    outcomes = {i["id"]: i["refusal"] and i["refusal"]["slug"] for i in undone.json()["items"]}
    assert outcomes == {str(one.id): None, str(other.id): "decision-superseded"}


async def test_after_ten_minutes_a_decision_stands(office: Office) -> None:
    leader, initiative = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    done = await decided(office, leader, decision("determine", [initiative]))
    await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")

    async with office.at_desk(leader) as desk:
        undone = await desk.delete(f"{DECIDE}/{done['id']}")

    assert undone.json()["items"][0]["refusal"]["slug"] == "decision-too-old"
    assert await status_of(office, initiative) == ("determined", 2)


async def test_a_foreign_decision_is_not_there_to_be_taken_back(office: Office) -> None:
    leader, culture = (
        await office.grant(Role.LEADER, str(ROADS)),
        await office.grant(Role.LEADER, str(CULTURE)),
    )
    initiative = await office.submit()
    done = await decided(office, leader, decision("determine", [initiative]))

    async with office.at_desk(culture) as desk:
        undone = await desk.delete(f"{DECIDE}/{done['id']}")

    assert (undone.status_code, slug(undone)) == (404, "decision-unknown")


async def test_nothing_is_decided_after_the_campaign_is_closed(office: Office) -> None:
    head, initiative = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    past = {name: today() - timedelta(days=days) for name, days in (("last_day", 9), ("close_until", 2))}
    await office.redefine(**past)

    async with office.at_desk(head) as desk:
        answer = await desk.post(DECIDE, json=decision("determine", [initiative]))

    assert (answer.status_code, slug(answer)) == (409, "campaign-over")
