"""Which days of interim results count: asked of one day and of all, the answer is the same."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.directory.checkpoints import Member, Schedule, counting, counting_for, counts, ended_at

ZONE = ZoneInfo("Europe/Samara")
FIRST = date(2026, 2, 14)
DAYS = [FIRST + timedelta(days=n) for n in range(8)]

days = st.sampled_from(DAYS)
hours = st.integers(-25, 1)
moments = st.builds(lambda day, hours: ended_at(day, ZONE) + timedelta(hours=hours), days, hours)
versions = st.lists(st.builds(Schedule, moments, st.frozensets(days)), max_size=3).map(
    lambda found: sorted(found, key=lambda each: each.set_at)
)
smos = st.sampled_from(["", "one", "two"])
later = st.lists(st.builds(Member, smos, moments), max_size=3).map(
    lambda found: sorted(found, key=lambda each: each.since or datetime.min.replace(tzinfo=UTC))
)


@given(
    own=versions,
    of_smos=st.dictionaries(smos, versions),
    first=st.lists(st.builds(Member, smos), max_size=1),
    since=later,
)
def test_a_day_counts_if_and_only_if_it_is_among_those_that_count(
    own: list[Schedule], of_smos: dict[str, list[Schedule]], first: list[Member], since: list[Member]
) -> None:
    members = [*first, *since]
    by_smo = {m.smo: counting(own, of_smos.get(m.smo, ()), ZONE) for m in members}

    every = counting_for(members, by_smo, ZONE)

    assert {day for day in DAYS if counts(day, own, of_smos, members, ZONE)} == every.keys()


@given(since=moments, day=days)
def test_a_newcomer_has_no_result_of_a_day_that_was_over_before(since: datetime, day: date) -> None:
    members = [Member("one", since)]
    always = [Schedule(ended_at(FIRST, ZONE) - timedelta(days=9), frozenset(DAYS))]

    found = counts(day, [], {"one": always}, members, ZONE)

    assert found is (since < ended_at(day, ZONE))
