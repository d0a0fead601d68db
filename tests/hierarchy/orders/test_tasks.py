"""A task changes by its machine alone: whatever happens in whatever order, state and times agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Role
from contracts.work import OrderTaskState as State
from services.chassis.errors import Conflict
from services.hierarchy.orders.domain.addressees import successor
from services.hierarchy.orders.domain.tasks import (
    Holder,
    Report,
    Task,
    accept,
    acknowledge,
    hand_over,
    report,
    send_back,
)

BEGUN = datetime(2026, 2, 16, 9, tzinfo=UTC)
DUE = BEGUN + timedelta(hours=5)
DEEDS: dict[str, Callable[[Task, datetime], Task]] = {
    "acknowledge": acknowledge,
    "report": lambda task, at: report(task, Report("Сделано"), DUE, at),
    "accept": accept,
    "send back": lambda task, at: send_back(task, "Не то", at),
    "hand over": lambda task, at: hand_over(task, holder(Role.COORDINATOR, "2"), at),
}


def holder(role: Role, of: str = "1", group: UUID | None = None) -> Holder:
    return Holder(uuid4(), "13605000", uuid4(), role, of, group, None, "Кто-то", "")


@given(st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(-3, 9)), max_size=12))
def test_any_sequence_of_deeds_keeps_state_and_times_legal(deeds: list[tuple[str, int]]) -> None:
    task = Task("13605000", uuid4(), uuid4(), holder(Role.COORDINATOR), BEGUN)
    for name, hours in deeds:
        before = task
        try:
            task = DEEDS[name](task, BEGUN + timedelta(hours=hours))
        except Conflict:
            assert name != "acknowledge"
            continue

        times = [
            task.received_at,
            task.acknowledged_at,
            task.reported_at,
            task.returned_at or task.accepted_at,
        ]
        known = [at for at in times if at is not None]
        assert known == sorted(known)
        assert len(known) >= {State.RECEIVED: 1, State.ACKNOWLEDGED: 2, State.REPORTED: 3}.get(task.state, 4)
        assert (task.accepted_at is not None) is (task.state is State.ACCEPTED)
        assert (task.returned_at is not None) is (task.state is State.RETURNED)
        assert (task.in_time is not None) is (task.state in (State.REPORTED, State.ACCEPTED))
        assert task.version == before.version + (task != before)
        assert before.state is not State.ACCEPTED or task == before


def test_a_report_is_accepted_or_returned_once() -> None:
    reported = report(Task("1", uuid4(), uuid4(), holder(Role.MEMBER), BEGUN), Report("Да"), DUE, DUE)

    returned = send_back(reported, "Не то", DUE)

    assert reported.in_time is True
    assert report(returned, Report("Да"), DUE, DUE + timedelta(seconds=1)).in_time is False
    with pytest.raises(Conflict, match="task-unreported"):
        accept(returned, DUE)


def test_the_work_of_who_is_gone_climbs_to_who_appointed_them() -> None:
    group = uuid4()
    gone = holder(Role.COORDINATOR, "school", group)
    next_one, leader, head = (
        holder(Role.COORDINATOR, "school", group),
        holder(Role.LEADER, str(group)),
        holder(Role.HEAD),
    )
    elsewhere = holder(Role.COORDINATOR, "hospital", group)

    assert successor(gone, [elsewhere, leader, next_one, head]) is next_one
    assert successor(gone, [elsewhere, leader, head]) is leader
    assert successor(gone, [elsewhere, head]) is head
    assert successor(holder(Role.DEPUTY), [holder(Role.DEPUTY), head]) is head
    assert successor(gone, [elsewhere]) is None
