"""The fictional hotline: which cases there are, when they were asked, and what has passed since."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from contracts.appointments import Step
from deploy.demonstration.cases import Case, cases, half_hours
from deploy.demonstration.region import DATA
from services.directory import working_time
from services.directory.calendar import Calendar
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK
from services.directory.working_time import Schedule
from services.hotline.answers.domain.placeholders import OPEN_TO_ALL, check, used_in

WANTED = yaml.safe_load((DATA / "hotline.yaml").read_text("utf-8"))
ZONE = ZoneInfo("Europe/Moscow")
SHOWN, SERVED = "13603000", ["13603404", "13603408"]
YEARS = {2026: Calendar(2026, frozenset(), frozenset(), frozenset())}
SCHEDULE = Schedule.of(DEFAULT_WEEK, "Europe/Moscow", YEARS)
MOMENTS_OF_A_WEEK = [
    datetime(2026, 3, 22, 11, 30, tzinfo=ZONE),
    datetime(2026, 3, 23, 0, 5, tzinfo=ZONE),
    datetime(2026, 3, 24, 9, 10, tzinfo=ZONE),
    datetime(2026, 3, 25, 13, 20, tzinfo=ZONE),
    datetime(2026, 3, 27, 17, 0, tzinfo=ZONE),
]


def asked(now: datetime) -> list[Case]:
    """The shown municipality's cases, as if the campaign had begun three weeks before."""
    moments = half_hours(now.date() - timedelta(days=20), now)
    return cases(WANTED["cases"]["shown"], WANTED, [SHOWN, *SERVED], ["школа", "клуб"], moments)


def test_there_are_sixty_cases_two_of_them_late_and_a_hundred_and_twenty_consultations() -> None:
    wanted = WANTED["cases"]

    assert sum(wanted["shown"].values()) + sum(wanted["elsewhere"].values()) == 60
    assert wanted["shown"]["breached"] == 2
    assert sum(WANTED["consultations"]["people"].values()) == 120


@pytest.mark.parametrize("now", MOMENTS_OF_A_WEEK, ids=lambda now: f"{now:%a-%H%M}")
def test_every_state_has_its_cases_and_nothing_happens_before_the_question(now: datetime) -> None:
    made = asked(now)

    assert Counter(case.state for case in made) == WANTED["cases"]["shown"]
    assert {case.municipality for case in made} == {SHOWN, *SERVED}
    for case in made:
        acts = list(case.acts())
        assert acts[0].word == "open"
        assert acts == sorted(acts, key=lambda act: act.at)
        assert case.asked_at <= now


@pytest.mark.parametrize("now", MOMENTS_OF_A_WEEK, ids=lambda now: f"{now:%a-%H%M}")
def test_of_the_open_cases_only_those_are_late_that_are_meant_to_be(now: datetime) -> None:
    soon = WANTED["regulation"]["hours"]["first-answer"] * 60
    made = asked(now)

    waited = {case.nth: working_time.between(SCHEDULE, case.asked_at, now) for case in made}

    for case in made:
        if case.state in ("new", "taken", "transferred", "accepted", "merged"):
            assert waited[case.nth] < soon, case
    first, second = (waited[case.nth] for case in made if case.state == "breached")
    final = DEFAULT_MINUTES[Step.FINAL_ANSWER]
    assert soon < first < final < second


def test_people_ask_by_every_channel_and_whoever_replies_by_a_link_asked_by_the_form() -> None:
    made = asked(MOMENTS_OF_A_WEEK[0])

    assert {case.channel for case in made} == {"web", "phone", "in-person"}
    replied = [case for case in made for act in case.acts() if act.word in ("reply", "again")]
    assert replied
    assert {case.channel for case in replied} == {"web"}


def test_whoever_reads_a_published_answer_meets_no_placeholder_of_a_case() -> None:
    answers: Sequence[dict[str, str]] = WANTED["answers"]

    for answer in answers:
        check(answer["text"])
    for answer in answers[: WANTED["published"]]:
        assert set(used_in(answer["text"])) <= OPEN_TO_ALL


def test_people_ask_in_the_hours_of_the_office() -> None:
    moments = half_hours(date(2026, 3, 2), datetime(2026, 3, 6, 20, tzinfo=UTC))

    assert moments[0] == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert moments[-1] == datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert not [moment for moment in moments if moment.hour == 13]
