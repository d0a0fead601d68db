"""The curves: how a counter grew by day over the campaign, or by hour over the last two days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from contracts.structure import CampaignDefined
from services.chassis.web.pages import day
from services.metrics.picture.figures import Figures
from services.metrics.web.choice import HOUR, Choice

HOURS = 48


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a curve: its name and the figure."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The pace (what came in each step) and the sum after it.

    `slots` counts the steps of the whole window, `last` names its end; empty when all of it is known.
    """

    by: str
    pace: list[Point]
    sums: list[Point]
    slots: int = 0
    last: str = ""

    @property
    def most(self) -> Point:
        """The step in which most came."""
        return max(self.pace, key=lambda point: point.value)


def region_curve(figures: Figures, campaign: CampaignDefined, choice: Choice) -> Curve:
    """The region's curve of the chosen counter."""
    if choice.by == HOUR:
        return by_hour(figures, choice.show)
    days = {day: n for (counter, day), n in figures.sums.region_days.items() if counter == choice.show}
    return by_day(days, campaign, _here(figures).date())


def by_day(days: Mapping[date, int], campaign: CampaignDefined, today: date) -> Curve:
    """From the first day (or what came before it) to today, in a window that ends with the last day."""
    counted = [day for day, n in days.items() if n]
    first = min([campaign.first_day, *counted])
    until = max([min(today, campaign.last_day), *counted, first])
    last = max(until, campaign.last_day)
    dates = [first + timedelta(days=i) for i in range((until - first).days + 1)]
    pace = [Point(day(d), days.get(d, 0)) for d in dates]
    return Curve("day", pace, _sums(pace, 0), (last - first).days + 1, day(last))


def by_hour(figures: Figures, counter: str) -> Curve:
    """The last 48 hours, the present one included."""
    now = _here(figures).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    hours = {hour: n for hour, counted, n in figures.aside.hours if counted == counter}
    steps = [now - timedelta(hours=i) for i in range(HOURS - 1, -1, -1)]
    pace = [Point(f"{day(step)}, {step:%H}:00", hours.get(f"{step:%Y-%m-%dT%H}", 0)) for step in steps]
    before = figures.sums.region[counter] - sum(point.value for point in pace)
    return Curve(HOUR, pace, _sums(pace, max(before, 0)))


def _sums(pace: Iterable[Point], before: int) -> list[Point]:
    steps = list(pace)
    sums = accumulate((step.value for step in steps), initial=before)
    return [Point(step.label, n) for step, n in zip(steps, list(sums)[1:], strict=True)]


def _here(figures: Figures) -> datetime:
    return figures.as_of.astimezone(figures.zone)
