"""A question changes by its machine alone: whatever the order, holder, state and times agree."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Level, Role
from contracts.structure import CampaignDefined, Term
from contracts.work import QuestionState as State
from services.chassis.errors import Conflict, Invalid
from services.hierarchy.core.authority import Acting
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.questions.domain.questions import (
    COORDINATION,
    HEAD,
    About,
    Keeper,
    Promise,
    Question,
    above,
    answer,
    climb,
    first_keeper,
    hand_over,
    leave_group,
    publish,
    transfer,
    withdraw,
)
from services.hierarchy.questions.domain.typed import (
    check_answer,
    check_answering,
    check_asking,
    check_body,
    check_capacity,
    check_direction,
    check_initiative,
    words_of,
)

BEGUN = datetime(2026, 2, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GROUPS = [uuid4() for _ in range(3)]
RANKS = {Level.GROUP: 0, Level.COORDINATION: 1, Level.HEAD: 2}
ID = uuid4()


def asker(role: Role = Role.COORDINATOR, group: UUID | None = GROUPS[0]) -> Holder:
    return Holder(uuid4(), "13605000", uuid4(), role, "school", group, None, "Учителев", "Школа № 1")


def asked(keeper: Keeper = COORDINATION) -> Question:
    groups = frozenset({keeper.group}) if keeper.group else frozenset[UUID]()
    return Question(
        *("13605000", uuid4(), "spring", asker(), "Как?", About(), Promise("region", 1, 480)),
        *(keeper, groups, BEGUN, BEGUN + DAY),
    )


DEEDS: dict[str, Callable[[Question, datetime], Question]] = {
    "climb": lambda question, at: climb(question, at + DAY),
    "transfer": lambda question, at: transfer(question, GROUPS[at.day % 3], at + DAY, at),
    "leave group": lambda question, at: leave_group(question, at + DAY, at),
    "hand over": lambda question, at: hand_over(question, asker()),
    "answer": lambda question, at: answer(question, "Так.", Acting(uuid4()), 60, at),
    "publish": lambda question, at: publish(question, "Как?", at),
    "withdraw": lambda question, at: withdraw(question),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(-40, 90)), max_size=25))
def test_whatever_happens_holder_state_and_times_agree(deeds: list[tuple[str, int]]) -> None:
    question = asked(Keeper(Level.GROUP, GROUPS[0]))
    for name, hours in deeds:
        before = question
        try:
            question = DEEDS[name](question, BEGUN + timedelta(hours=hours))
        except Conflict:
            continue

        assert question.version == before.version + 1
        assert before.is_open or name == "publish"
        assert (question.keeper.group is not None) is (question.keeper.level is Level.GROUP)
        assert question.keeper.group is None or question.keeper.group in question.groups
        assert question.groups >= before.groups
        assert question.late or not question.escalated
        assert question.late >= before.late
        answered = question.state is State.ANSWERED
        filled = (question.answered_at, question.answered_by, question.in_time, question.answer_minutes)
        assert [value is not None for value in filled] == [answered] * 4
        assert question.answered_at is None or question.answered_at >= question.asked_at
        assert question.published_at is None or question.published_at >= (question.answered_at or BEGUN)
        assert not (question.in_time and question.late)
        if name == "climb":
            assert RANKS[question.keeper.level] == RANKS[before.keeper.level] + 1
        question.defined()


def test_a_breach_climbs_from_the_group_to_the_head_and_no_further() -> None:
    levels, question = list[Level](), asked(Keeper(Level.GROUP, GROUPS[0]))
    while above(question.keeper):
        question = climb(question, question.due_at + DAY)
        levels.append(question.keeper.level)

    assert levels == [Level.COORDINATION, Level.HEAD]
    with pytest.raises(Conflict, match="question-highest"):
        climb(question, question.due_at + DAY)
    assert answer(question, "Так.", Acting(uuid4()), 60, question.asked_at).in_time is False


def test_a_coordinator_asks_the_group_and_a_group_the_coordination_group() -> None:
    of_direction = Keeper(Level.GROUP, GROUPS[1])

    assert first_keeper(asker(), GROUPS[1]) == of_direction
    assert first_keeper(asker(Role.STAND_IN), None) == Keeper(Level.GROUP, GROUPS[0])
    assert first_keeper(asker(group=None), None) == COORDINATION
    assert first_keeper(asker(Role.LEADER), GROUPS[1]) == first_keeper(asker(Role.MEMBER), None)
    assert first_keeper(asker(Role.LEADER), None) == COORDINATION
    assert above(HEAD) is None


def test_an_answer_in_the_last_minute_is_in_time_and_one_after_it_is_not() -> None:
    question, who = asked(), Acting(uuid4())

    assert answer(question, "Так.", who, 480, question.due_at).in_time is True
    assert answer(question, "Так.", who, 481, question.due_at + timedelta(seconds=1)).in_time is False
    late = transfer(question, GROUPS[2], question.due_at + 2 * DAY, question.due_at + timedelta(hours=1))
    assert answer(late, "Так.", who, 500, late.due_at).in_time is False


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("", About()),
        (" \u200b ", About()),
        ("№ 1 204", About(initiative_number=1204)),
        (str(ID), About(initiative=ID)),
        (f"https://dialogue.example/determination/{ID}?status=all", About(initiative=ID)),
    ],
    ids=["nothing", "invisible", "number", "id", "address"],
)
def test_an_initiative_is_named_by_number_id_or_address(typed: str, about: About) -> None:
    assert check_initiative(typed) == about


@pytest.mark.parametrize(
    "typed",
    ["дорога", "-5", "\0\0x", "1" * 30, f"{'a' * 600}{ID}", "javascript:x"],
    ids=["word", "negative", "zeros", "endless", "long", "script"],
)
def test_what_names_no_initiative_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="question-initiative"):
        check_initiative(typed)


def test_what_is_typed_is_judged_by_what_is_seen() -> None:
    for check in (check_body, check_answer):
        for bad in ("", " \u200b\u202e\0", "а" * 4_001, "ж" * 1_000_000):
            with pytest.raises(Invalid):
                check(bad)
        assert check("Да\0\u202e ли\r\nэто?") == "Да ли\nэто?"
    terms: dict[str, Any] = {"directions": [Term(code="roads", name="Дороги")]}
    campaign = CampaignDefined.model_construct(**terms)
    assert check_direction(" ", campaign) is None
    with pytest.raises(Invalid, match="question-direction"):
        check_direction("forests", campaign)
    with pytest.raises(Invalid, match="question-capacity"):
        check_capacity([asker(), asker()], None)
    assert words_of("Ёлка ёлка, и 3 мостА\0\u200b " + "я " * 5_000) == ["елка", "моста"]


def test_questions_have_their_days() -> None:
    days: dict[str, Any] = {"prepare_from": date(2026, 2, 1), "close_until": date(2026, 4, 1)}
    campaign = CampaignDefined.model_construct(**days, time_zone="Europe/Samara")

    check_asking(campaign, datetime(2026, 2, 1, 8, tzinfo=UTC))
    with pytest.raises(Conflict, match="questions-not-yet"):
        check_asking(campaign, datetime(2026, 1, 31, 8, tzinfo=UTC))
    with pytest.raises(Conflict, match="questions-closed"):
        check_answering(campaign, datetime(2026, 4, 2, 8, tzinfo=UTC))
