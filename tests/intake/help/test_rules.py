"""The life of a request, who helps, and what a suggestion changes: pure rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Level, Role, Scope
from contracts.help import HelpStatus, HelpSubject, HelpThanked
from services.chassis.errors import Conflict, Gone
from services.directory.grants import Grant
from services.intake.help.domain.line import Line
from services.intake.help.domain.requests import Holder, Request
from tests.factories import DISTRICT, MOSCOW, OKRUG, SETTLEMENT, define_campaign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCHOOL, GROUP = UUID(int=1), UUID(int=2)
ANNA = Holder(UUID(int=3), "Петрова Анна", Level.COORDINATOR)
ASKED = Request(
    uuid4(), DISTRICT, "spring", uuid4(), HelpSubject.DRAFT, uuid4(), SCHOOL, "roads", "Как?", NOW
)
TAKEN = ASKED.take(ANNA, NOW)
SUGGESTED = TAKEN.suggest(NOW)
DONE = SUGGESTED.finish(NOW)
CANCELLED = ASKED.cancel(NOW)
STEPS = {
    "take": lambda one: one.take(replace(ANNA, account=uuid4()), NOW),
    "name": lambda one: one.name_executor("Вера", "v@example.org"),
    "suggest": lambda one: one.suggest(NOW),
    "decline": lambda one: one.decline(),
    "finish": lambda one: one.finish(NOW),
    "cancel": lambda one: one.cancel(NOW),
    "thank": lambda one: one.thank(NOW),
}
ALLOWED = {
    "requested": (ASKED, {"take", "cancel", "decline"}),
    "taken": (TAKEN, {"take", "name", "suggest", "decline", "finish", "cancel"}),
    "suggested": (SUGGESTED, {"take", "name", "suggest", "decline", "finish", "cancel"}),
    "done": (DONE, {"thank"}),
    "cancelled": (CANCELLED, set[str]()),
}


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_from_its_states_alone(state: str, step: str) -> None:
    request, allowed = ALLOWED[state]

    if step in allowed:
        assert STEPS[step](request).version == request.version + 1
    else:
        with pytest.raises(Conflict):
            STEPS[step](request)


def test_an_event_says_everything_and_names_nobody() -> None:
    named = SUGGESTED.name_executor("Вера", "v@example.org").finish(NOW).thank(NOW)

    event = named.event(HelpThanked, define_campaign(time_zone=MOSCOW.key))

    assert (event.status, event.level, event.executor, event.thanked) == (
        HelpStatus.DONE,
        Level.COORDINATOR,
        True,
        True,
    )
    assert event.requested_at.utcoffset() == timedelta(hours=3)
    written = event.model_dump_json()
    assert not [word for word in ("Вера", "v@", "Петрова", "Как?") if word in written]


def test_only_the_last_executors_link_is_good_and_only_while_it_is_open() -> None:
    first = TAKEN.name_executor("Вера", "v@example.org")
    second = first.name_executor("Лев", "l@example.org")

    assert second.opened_by(2).name == "Лев"
    for over, link in ((second, 1), (second.revoke_executor(), 2), (second.finish(NOW), 2)):
        with pytest.raises(Gone):
            over.opened_by(link)
    # After a revocation no earlier link comes back.
    assert second.revoke_executor().name_executor("Ия", "i@example.org").executor.link == 3  # type: ignore[union-attr]


def grant(role: Role, scope: Scope, of: str, place: str = DISTRICT, serves: tuple[str, ...] = ()) -> Grant:
    return Grant(uuid4(), role, scope, of, NOW, municipality=place, serves=serves)


@pytest.mark.parametrize(
    ("one", "level"),
    [
        (grant(Role.COORDINATOR, Scope.ORGANIZATION, str(SCHOOL)), Level.COORDINATOR),
        (grant(Role.STAND_IN, Scope.ORGANIZATION, str(SCHOOL)), Level.COORDINATOR),
        (grant(Role.COORDINATOR, Scope.ORGANIZATION, str(uuid4())), None),
        (grant(Role.MEMBER, Scope.GROUP, str(GROUP)), Level.GROUP),
        (grant(Role.LEADER, Scope.GROUP, str(uuid4())), None),
        (grant(Role.HEAD, Scope.MUNICIPALITY, DISTRICT), Level.COORDINATION),
        (grant(Role.HEAD, Scope.MUNICIPALITY, OKRUG, OKRUG), None),
        (grant(Role.DEPUTY, Scope.MUNICIPALITY, OKRUG, OKRUG, (DISTRICT,)), Level.COORDINATION),
        (grant(Role.HOTLINE_OPERATOR, Scope.MUNICIPALITY, DISTRICT), None),
        (grant(Role.ADMINISTRATOR, Scope.REGION, "region"), None),
    ],
    ids=[
        *("coordinator", "stand-in", "of-another", "member", "of-another-group", "head", "of-another-place"),
        *("serving-deputy", "operator", "administrator"),
    ],
)
def test_who_helps_is_of_the_line_of_the_organization(one: Grant, level: Level | None) -> None:
    assert Line(DISTRICT, SCHOOL, GROUP).level_of([one]) is level


def test_it_waits_for_the_lowest_level_that_there_is() -> None:
    assert Line(DISTRICT, SCHOOL, GROUP).first({SCHOOL}) is Level.COORDINATOR
    assert Line(DISTRICT, SCHOOL, GROUP).first(set()) is Level.GROUP
    assert Line(SETTLEMENT, None, None).first({SCHOOL}) is Level.COORDINATION
