"""What is overdue where a production calendar is missing: all that is known to be, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.directory.calendar import Calendar
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.determination.reading.clocks import LONGEST, Clocks
from tests.factories import DISTRICT, define_campaign
from tests.hotline.staffed import plain_year

FIRST = datetime(2026, 1, 12, tzinfo=UTC)


def clocks_with(*years: int) -> Clocks:
    """Those of a campaign of the first months of 2026, which know these years."""
    days = {"first_day": FIRST.date(), "last_day": datetime(2026, 12, 31, tzinfo=UTC).date()}
    days |= {"prepare_from": FIRST.date(), "close_until": days["last_day"]}
    campaign = define_campaign(**days)
    picture = Picture(campaigns={"spring": campaign})
    calendars = {year: Calendar.of(plain_year(year)) for year in years}
    return Clocks(Subordination(picture=picture, calendars=calendars), campaign)


@pytest.mark.parametrize("years", [(2025, 2026, 2027), (2026, 2027), (2025, 2026), (2026,)])
@pytest.mark.parametrize("now", [datetime(2026, 2, 16, 9, tzinfo=UTC), datetime(2026, 12, 31, 9, tzinfo=UTC)])
def test_an_unknown_year_hides_nothing_that_is_overdue(years: tuple[int, ...], now: datetime) -> None:
    late = clocks_with(*years).late_before(DISTRICT, now)

    whole = clocks_with(2025, 2026, 2027).late_before(DISTRICT, now)
    assert abs(late - whole) < timedelta(minutes=1)
    assert now - LONGEST < late < now


def test_what_is_due_in_an_unknown_year_is_not_due_yet() -> None:
    now = datetime(2026, 2, 16, 9, tzinfo=UTC)

    assert clocks_with(2025).late_before(DISTRICT, now) <= FIRST
    assert clocks_with().late_before(DISTRICT, now) == now - LONGEST


def held() -> Iterator[datetime]:
    """Moments of the campaign's first weeks."""
    yield from (FIRST + timedelta(hours=7 * nth) for nth in range(1, 110))


def test_overdue_is_exactly_what_was_due_before_now() -> None:
    now, clocks = datetime(2026, 2, 13, 9, 30, tzinfo=UTC), clocks_with(2026)
    late = clocks.late_before(DISTRICT, now)

    for moment in held():
        due = clocks._due(DISTRICT, moment)
        assert due is not None
        assert (moment <= late) == (due < now)
