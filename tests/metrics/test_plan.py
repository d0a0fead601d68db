"""The plan beside the fact, pure: whose targets a sum takes, the way to them, how far a place is."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import TargetScope
from services.chassis.process.clock import Clock
from services.directory import plan
from services.directory.calendar import Calendar, days_between
from services.metrics.picture.figures import Figures
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.plan.progress import Progress, per_cent
from services.metrics.plan.targets import Targets, in_force
from services.metrics.plan.way import Way, by_shape, by_working_days
from services.metrics.store.figures import DayTotal
from tests.factories import define_campaign, define_municipality, set_target

OWN, WITH_SETTLEMENTS = TargetScope.OWN, TargetScope.WITH_SETTLEMENTS
CODES = [f"1360{n}000" for n in range(1, 9)]
MONDAY = date(2026, 2, 16)
CALENDARS = {2026: Calendar(2026, frozenset({date(2026, 2, 23), date(2026, 3, 9)}), frozenset(), frozenset())}


@st.composite
def regions(draw: st.DrawFn) -> Targets:
    """Any tree of municipalities, any mix of scopes, targets that are missing."""
    count = draw(st.integers(1, len(CODES)))
    codes = CODES[:count]
    parents = {
        code: draw(st.none() | st.sampled_from(codes[:nth])) if nth else None
        for nth, code in enumerate(codes)
    }
    known = {
        code: set_target(code, draw(st.integers(1, 999)), draw(st.integers(1, 999)), scope=scope)
        for code in codes
        if (scope := draw(st.sampled_from([None, OWN, WITH_SETTLEMENTS])))
    }
    return Targets(known, parents)


def ways_up(code: str, parents: Mapping[str, str | None]) -> list[str]:
    upper = parents[code]
    return [upper, *ways_up(upper, parents)] if upper else []


@given(targets=regions())
def test_together_each_person_is_wanted_once(targets: Targets) -> None:
    parents, known = targets.parents, targets.known
    wide = {code for code, target in known.items() if target.scope is WITH_SETTLEMENTS}
    added = [code for code in known if not wide & set(ways_up(code, parents))]

    goal = targets.together(parents)

    if goal is None:
        assert not known
        return
    assert goal.registered == sum(known[code].registered for code in added)
    assert goal.submitted == sum(known[code].submitted for code in added)
    assert goal.codes == {
        code for code in parents if code in added or (wide & set(added)) & set(ways_up(code, parents))
    }
    assert (goal.with_target, goal.among) == (
        sum(code in known or bool(wide & set(ways_up(code, parents))) for code in parents),
        len(parents),
    )
    assert len(targets.missing(parents)) == goal.among - goal.with_target


@given(
    targets=regions(),
    facts=st.lists(st.integers(0, 99), min_size=len(CODES), max_size=len(CODES)),
    of=st.lists(st.integers(0, 2), min_size=len(CODES), max_size=len(CODES)),
)
def test_smos_add_up_to_the_region_whosever_a_districts_settlements_are(
    targets: Targets, facts: list[int], of: list[int]
) -> None:
    counted, smo_of = dict(zip(CODES, facts, strict=True)), dict(zip(CODES, of, strict=True))
    members = [[code for code in targets.parents if smo_of[code] == smo] for smo in range(3)]

    region = targets.together(targets.parents)
    taken = [codes for codes in members if targets.added & set(codes)]
    smos = [goal for codes in taken if (goal := targets.together(codes))]

    assert sum(goal.submitted for goal in smos) == (region.submitted if region else 0)
    of_smos = [counted[code] for goal in smos for code in goal.codes]
    assert sum(of_smos) == sum(counted[code] for code in (region.codes if region else ()))
    counts = [targets.counts(codes) for codes in members]
    assert tuple(map(sum, zip(*counts, strict=True))) == targets.counts(targets.parents)


def test_whoever_sees_a_part_sees_its_sum_as_the_region_does() -> None:
    district, town, okrug, *_ = CODES
    scopes = {district: WITH_SETTLEMENTS, town: OWN, okrug: OWN}
    known = {code: set_target(code, 10, 5 * nth, scope=scopes[code]) for nth, code in enumerate(scopes, 1)}
    whole = Targets(known, {district: None, town: district, okrug: None})

    def part(of: Targets, *codes: str) -> Targets:
        return Plan(of).of(drawn(of).only(codes)).targets

    for seen in (whole, part(whole, town, okrug)):
        goal = seen.together([town, okrug])
        assert goal is not None
        assert goal.codes == {okrug}
        assert (goal.submitted, goal.with_target, goal.among) == (15, 2, 2)
    for seen in (whole, part(whole, town)):
        of_head = seen.together([town])
        assert of_head is not None
        assert of_head.submitted == 10, "their own, as nobody adds it up"
    without = Targets({district: known[district]}, whole.parents)
    assert part(without, town).missing([town]) == set(), "its district has a target with settlements"


@given(targets=regions(), facts=st.lists(st.integers(0, 99), min_size=len(CODES), max_size=len(CODES)))
def test_what_is_added_adds_up_to_the_fact_of_the_whole(targets: Targets, facts: list[int]) -> None:
    counted = dict(zip(CODES, facts, strict=True))
    scopes = {code: target.scope for code, target in targets.known.items()}
    parts = [targets.of(code) for code in plan.added(scopes, targets.parents)]

    whole = targets.together(targets.parents)

    if whole:
        of_parts = [sum(counted[code] for code in part.codes) for part in parts if part]
        assert sum(of_parts) == sum(counted[code] for code in whole.codes)
        assert sum(part.submitted for part in parts if part) == whole.submitted


def test_a_successors_own_target_is_in_the_place_of_the_transformed_ones() -> None:
    old, new, other = CODES[:3]
    parents = {old: new, new: None, other: None}
    known = {code: set_target(code, 10 * nth, nth) for nth, code in enumerate((old, new, other), 1)}
    before = Targets({old: known[old], other: known[other]}, parents, frozenset({old})).together(parents)
    after = Targets(known, parents, frozenset({old})).together(parents)

    assert before is not None
    assert (before.registered, before.codes, before.with_target, before.among) == (
        40,
        frozenset({old, other}),
        2,
        3,
    )
    assert after is not None
    assert (after.registered, after.codes, after.with_target, after.among) == (
        50,
        frozenset({new, other}),
        2,
        2,
    )


@given(targets=regions())
def test_a_municipality_wants_its_own_target_by_its_scope(targets: Targets) -> None:
    for code in targets.parents:
        target, goal = targets.known.get(code), targets.of(code)
        if target is None:
            assert goal is None
        else:
            assert goal is not None
            assert goal.codes == plan.counted(code, target.scope, plan.parts_of(targets.parents))
            assert (goal.registered, goal.submitted) == (target.registered, target.submitted)


def test_the_latest_version_of_the_campaign_is_in_force() -> None:
    first, second = set_target(CODES[0], 10, 5), set_target(CODES[0], 20, 9, number=2)
    later = second.model_copy(update={"set_at": first.set_at + timedelta(days=3)})
    other = set_target(CODES[0], 99, 99, number=7, campaign="autumn")

    assert in_force([later, first, other], "spring") == {CODES[0]: later}
    assert in_force([later, first], "spring", first.set_at + timedelta(days=1)) == {CODES[0]: first}
    assert in_force([later, first], "spring", first.set_at) == {}


stretches = st.builds(
    lambda first, days: (first, first + timedelta(days=days)),
    st.dates(date(2026, 1, 1), date(2026, 9, 1)),
    st.integers(0, 100),
)


def is_a_way(way: Way, first: date, last: date) -> None:
    due = [way.by(day) for day in days_between(first - timedelta(days=1), last + timedelta(days=3))]
    assert due[0] == 0
    assert due[-4:] == [1.0] * 4
    assert all(before <= after for before, after in pairwise(due))
    assert way.last_day == last


@given(stretch=stretches)
def test_by_working_days_the_way_grows_to_the_whole(stretch: tuple[date, date]) -> None:
    first, last = stretch
    way = by_working_days(first, last, CALENDARS)

    is_a_way(way, first, last)
    worked = [day for day in days_between(first, last) if CALENDARS[2026].hours(day)]
    if worked:
        rising = [d for d in days_between(first, last) if way.by(d) > way.by(d - timedelta(days=1))]
        assert rising == worked


@given(stretch=stretches, past=stretches, data=st.data())
def test_by_the_course_of_a_past_campaign_the_way_grows_to_the_whole(
    stretch: tuple[date, date], past: tuple[date, date], data: st.DataObject
) -> None:
    days = list(days_between(*past))
    counts = data.draw(st.lists(st.integers(0, 50), min_size=len(days), max_size=len(days)).filter(any))

    way = by_shape(*stretch, dict(zip(days, counts, strict=True)), *past)

    is_a_way(way, *stretch)


@given(stretch=stretches, data=st.data())
def test_the_day_of_a_share_is_the_first_by_which_it_was_due(
    stretch: tuple[date, date], data: st.DataObject
) -> None:
    way = by_working_days(*stretch, CALENDARS)
    share = data.draw(st.floats(0, 1, exclude_min=True))

    day = way.day_of(share)

    assert way.by(day) >= share
    assert way.by(day - timedelta(days=1)) < share


def test_nothing_is_due_over_a_weekend_or_a_holiday() -> None:
    way = by_working_days(date(2026, 2, 19), date(2026, 2, 25), CALENDARS)

    due = [way.by(day) for day in days_between(date(2026, 2, 19), date(2026, 2, 25))]

    assert due == [0.25, 0.5, 0.5, 0.5, 0.5, 0.75, 1.0]


def test_where_no_day_is_worked_each_is_as_good() -> None:
    way = by_working_days(date(2026, 2, 21), date(2026, 2, 23), CALENDARS)

    assert [round(share, 2) for share in way.shares] == [0.33, 0.67, 1.0]


def test_an_unknown_year_is_an_error() -> None:
    with pytest.raises(KeyError):
        by_working_days(date(2026, 12, 1), date(2027, 1, 31), CALENDARS)


def test_a_past_campaign_of_another_length_gives_its_shape() -> None:
    first = date(2025, 3, 1)
    past = {first: 10, first + timedelta(days=1): 30, first + timedelta(days=9): 60}

    twice = by_shape(MONDAY, MONDAY + timedelta(days=19), past, first, first + timedelta(days=9))

    assert [round(share, 2) for share in twice.shares[:5]] == [0.05, 0.1, 0.25, 0.4, 0.4]
    assert [round(share, 2) for share in twice.shares[-3:]] == [0.4, 0.7, 1.0]


def test_a_past_campaign_in_which_nothing_came_has_no_shape() -> None:
    with pytest.raises(ValueError, match="no shape"):
        by_shape(MONDAY, MONDAY, {MONDAY: 0}, MONDAY, MONDAY)


FORTNIGHT = by_working_days(MONDAY, MONDAY + timedelta(days=11), {2026: Calendar(2026, *[frozenset()] * 3)})
"""Ten working days, with a weekend amid."""
FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=n) for n in (4, 5, 6))


@pytest.mark.parametrize(
    ("day", "fact", "lag", "days"),
    [
        (FRIDAY, 50, 0, 0),
        (FRIDAY, 49, 1, 0),
        (FRIDAY, 40, 10, 1),
        (FRIDAY, 0, 50, 5),
        (FRIDAY, 59, -9, 0),
        (FRIDAY, 60, -10, -3),
        (FRIDAY, 130, -80, -7),
        (SATURDAY, 50, 0, 0),
        (SUNDAY, 50, 0, 0),
        (SUNDAY, 49, 1, 0),
        (SUNDAY, 40, 10, 1),
        (SUNDAY, 60, -10, -3),
        (SUNDAY + timedelta(days=1), 50, 10, 3),
        (MONDAY + timedelta(days=40), 100, 0, 0),
        (MONDAY + timedelta(days=40), 90, 10, 1),
        (MONDAY - timedelta(days=1), 0, 0, 0),
    ],
)
def test_a_lag_is_told_in_pieces_and_in_days(day: date, fact: int, lag: int, days: int) -> None:
    progress = Progress(100, fact, day, FORTNIGHT)

    assert (progress.lag, progress.lag_days) == (lag, days)


@given(target=st.integers(1, 10_000), fact=st.integers(0, 20_000), day=st.dates(MONDAY, date(2026, 3, 31)))
def test_whoever_has_what_was_due_is_behind_in_no_way(target: int, fact: int, day: date) -> None:
    progress = Progress(target, fact, day, FORTNIGHT)

    assert progress.lag is not None
    assert progress.lag_days is not None
    if fact / target >= FORTNIGHT.by(day):
        assert progress.lag_days <= 0
        assert progress.lag <= 0
    else:
        assert progress.lag_days >= 0
        assert progress.lag >= 0


def test_while_nothing_was_due_nobody_is_slow() -> None:
    before = Progress(100, 0, MONDAY - timedelta(days=1), FORTNIGHT)
    unknown = Progress(100, 0, FRIDAY)

    assert (before.pace, before.is_slow) == (None, False)
    assert (unknown.expected, unknown.pace, unknown.lag, unknown.lag_days) == (None, None, None, None)


@pytest.mark.parametrize(("fact", "slow"), [(34, True), (35, False)])
def test_slow_is_under_seventy_per_cent_of_what_was_due(fact: int, slow: bool) -> None:
    assert Progress(100, fact, SUNDAY, FORTNIGHT).is_slow is slow


@pytest.mark.parametrize(("day", "slow"), [(SATURDAY, False), (SUNDAY, True)])
def test_nobody_is_slow_before_seven_full_days_of_the_campaign(day: date, slow: bool) -> None:
    assert Progress(100, 0, day, FORTNIGHT).is_slow is slow


def test_a_share_is_rounded_half_up_to_one_decimal() -> None:
    assert (per_cent(1, 3), per_cent(1, 16), per_cent(3, 2)) == (33.3, 6.3, 150.0)


def test_what_was_transformed_misses_no_target() -> None:
    old, new, other = CODES[:3]
    parents = {old: new, new: None, other: None}
    targets = Targets({new: set_target(new, 10, 5)}, parents, frozenset({old}))

    goal = targets.together(parents)

    assert targets.missing(parents) == {other}
    assert goal is not None
    assert (goal.with_target, goal.among) == (1, 2)


def drawn(targets: Targets) -> Structure:
    """The region of some targets, each municipality by its code."""
    of = {code: define_municipality(code, code, parent) for code, parent in targets.parents.items()}
    return Structure(campaigns={"spring": define_campaign()}, municipalities=of)


@given(
    targets=regions(),
    counted=st.lists(st.integers(0, 999), min_size=len(CODES), max_size=len(CODES)),
    only=st.none() | st.sets(st.sampled_from(CODES)),
)
def test_every_share_is_that_of_a_naive_recount(
    targets: Targets, counted: list[int], only: set[str] | None
) -> None:
    facts = dict(zip(CODES, counted, strict=True))
    figures = Figures(Clock(), None if only is None else frozenset(only))
    whole = drawn(targets)
    figures.structure = whole if only is None else whole.only(only)
    figures.plan = Plan(targets).of(figures.structure)
    figures.take(DayTotal(code, MONDAY, "submitted", n) for code, n in facts.items())

    known, parents = figures.targets.known, figures.targets.parents
    wide = {code for code, target in known.items() if target.scope is WITH_SETTLEMENTS}
    fact, target = 0, 0
    everywhere = {code for code, each in targets.known.items() if each.scope is WITH_SETTLEMENTS}
    taken = {code for code in known if not everywhere & set(ways_up(code, targets.parents))}
    # What the region's sum takes none of stands by itself.
    taken = taken or {code for code in known if not wide & set(ways_up(code, parents))}
    for code in parents:
        above = set(ways_up(code, parents))
        fact += facts[code] if code in taken or wide & taken & above else 0
        target += known[code].submitted if code in taken else 0
        own = figures.progress(code, "submitted")
        assert (own is None) == (code not in known)
        if own:
            parts = [part for part in parents if part == code or (code in wide & set(ways_up(part, parents)))]
            assert own.share == per_cent(sum(facts[part] for part in parts), known[code].submitted)
    together = figures.progress(list(parents), "submitted")

    assert (together is None) == (not target)
    if together:
        assert (together.fact, together.target) == (fact, target)
        assert together.share == per_cent(fact, target)
