"""Which version of the regulation is in force: beside an oracle that sorts all of them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import RegulationDefined, Step
from services.directory.calendar import FULL
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK, WORKING_DAY, in_force, promised

OWN, OTHER = "79603000", "79701000"
FIRST = date(2026, 2, 2)


def define(
    municipality: str | None, number: int, day: date, minutes: dict[str, int] | None = None
) -> RegulationDefined:
    return RegulationDefined(
        version=1,
        municipality=municipality,
        number=number,
        from_day=day,
        time_zone="Europe/Moscow",
        week=list(DEFAULT_WEEK),
        minutes=minutes
        if minutes is not None
        else {step.value: each for step, each in DEFAULT_MINUTES.items()},
    )


days = st.integers(0, 9).map(lambda n: FIRST + timedelta(n))
histories = st.lists(st.tuples(st.sampled_from([None, OWN, OTHER]), days), max_size=9).map(
    lambda drawn: [define(of, number, day) for number, (of, day) in enumerate(drawn, 1)]
)


@given(histories, days)
def test_in_force_is_the_highest_version_whose_day_has_come(
    versions: list[RegulationDefined], day: date
) -> None:
    own = [each for each in versions if each.municipality == OWN and each.from_day <= day]
    region = [each for each in versions if each.municipality is None and each.from_day <= day]

    shuffled = sorted(versions, key=lambda each: each.number % 3)

    assert in_force(shuffled, OWN, day) == next(reversed(own or region), None)
    assert in_force(shuffled, None, day) == next(reversed(region), None)


def test_a_later_version_that_begins_earlier_replaces_one_to_come() -> None:
    versions = [define(None, 1, FIRST), define(None, 2, FIRST + timedelta(9)), define(None, 3, FIRST)]

    assert in_force(versions, None, FIRST + timedelta(20)) == versions[2]


def test_a_step_that_a_municipality_does_not_know_is_due_as_in_the_region() -> None:
    region, own = define(None, 1, FIRST), define(OWN, 1, FIRST, {"transfer": 60})

    transfer = promised([region, own], OWN, FIRST, Step.TRANSFER)
    final = promised([region, own], OWN, FIRST, Step.FINAL_ANSWER)

    assert transfer is not None
    assert (transfer.minutes, transfer.version) == (60, own)
    assert final is not None
    assert (final.minutes, final.version) == (1440, region)
    assert promised([own], OWN, FIRST, Step.FINAL_ANSWER) is None


def test_by_default_a_first_answer_takes_half_a_day_and_a_week_has_forty_hours() -> None:
    worked = [
        (day.ends.hour - day.begins.hour) * 60 + day.ends.minute - day.begins.minute - 45
        for day in DEFAULT_WEEK
        if day
    ]

    assert sum(worked) == 40 * 60
    assert WORKING_DAY == FULL * 60
    answers = {"first-answer": 240, "transfer": 120, "final-answer": 3 * 480, "decision": 10 * 480}
    assert answers.items() <= DEFAULT_MINUTES.items()
    assert set(DEFAULT_MINUTES) == set(Step)
