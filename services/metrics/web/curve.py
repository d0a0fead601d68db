"""The curves: how a counter grew by day over the campaign, or by hour over the last two days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from statistics import quantiles

from contracts.structure import CampaignDefined
from services.chassis.web.pages import day
from services.metrics.picture.figures import Figures
from services.metrics.web.choice import HOUR, Choice
from services.metrics.web.plan.beside import Beside

HOURS = 48
FORTNIGHT = 14

BURST, NOTEWORTHY = 3, 20
"""A step is cut when it is this many times as high as the ordinary ones, and of this many at the least."""

FEWEST = 5
"""Of fewer steps nobody can say which is ordinary."""

MOST_TICKS = 4

HEADROOM = 1.2
"""How far a bar that is cut stands out."""


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
    now: bool = True
    """Whether the last step still runs."""
    plan: Sequence[float] = ()
    """What was and is to be reached by the end of each step of the window."""

    @property
    def most(self) -> Point:
        """The step in which most came."""
        return max(self.pace, key=lambda point: point.value)

    @property
    def top(self) -> int:
        """What the upper edge of the pace stands for."""
        return usual([point.value for point in self.pace])

    @property
    def cut(self) -> int:
        """How many steps are higher than the chart."""
        return sum(point.value > self.top for point in self.pace)

    @property
    def ticks(self) -> list[int]:
        """The figures beside the pace."""
        return ticks(self.top)

    @property
    def whole(self) -> int:
        """What the upper edge of the sum stands for."""
        return max(self.sums[-1].value, round(max(self.plan, default=0)), 1)

    @property
    def planned(self) -> list[Point]:
        """What was to be reached by each known step."""
        return [Point(step.label, round(n)) for step, n in zip(self.sums, self.plan, strict=False)]

    @property
    def whole_ticks(self) -> list[int]:
        """The figures beside the sum."""
        return ticks(self.whole)


def usual(values: Sequence[int]) -> int:
    """The scale of a chart: its highest value, but for a few that would flatten all others. Those lie above
    the upper quartile by more than three times the middle half (Tukey's outer fence)."""
    known = [value for value in values if value]
    highest = max(known, default=1)
    if len(known) < FEWEST:
        return highest
    lower, _, upper = quantiles(known, n=4, method="inclusive")
    ordinary = max(value for value in known if value <= upper + BURST * (upper - lower))
    top = round(max(value for value in known if value <= BURST * ordinary) * HEADROOM)
    return top if highest >= max(BURST * top, NOTEWORTHY) else highest


def ticks(top: int) -> list[int]:
    """Two to five round numbers up to the top of a chart."""
    scale = 10 ** (len(str(top)) - 1)
    step = next(
        step for step in (scale // 5, scale // 2, scale, scale * 2) if step and top // step <= MOST_TICKS
    )
    return list(range(step, top + 1, step))


def fortnight(days: Mapping[date, int], today: date) -> list[int]:
    """What came on each of the last fourteen days, today the last of them."""
    return [days.get(today - timedelta(days=ago), 0) for ago in reversed(range(FORTNIGHT))]


def region_curve(
    figures: Figures, campaign: CampaignDefined, choice: Choice, beside: Beside | None = None
) -> Curve:
    """The region's curve of the chosen counter; by day with the plan, for whoever sees all of it."""
    if choice.by == HOUR:
        return by_hour(figures, choice.show)
    days = {day: n for (counter, day), n in figures.sums.region_days.items() if counter == choice.show}
    curve = by_day(days, campaign, figures.day)
    return replace(curve, plan=_plan(figures, campaign, choice.show, curve, beside)) if beside else curve


def _plan(
    figures: Figures, campaign: CampaignDefined, counter: str, curve: Curve, beside: Beside
) -> list[float]:
    """What was to be reached by the end of each day of a curve's window; nothing without a target."""
    way, standing = figures.way(counter), beside.together(counter)
    if way is None or standing.target is None or not beside.is_whole:
        return []
    known = [day for (counted, day), n in figures.sums.region_days.items() if n and counted == counter]
    first = min([campaign.first_day, *known])
    return [standing.target * way.by(first + timedelta(days=nth)) for nth in range(curve.slots)]


def by_day(
    days: Mapping[date, int], campaign: CampaignDefined, today: date, beside: Collection[date] = ()
) -> Curve:
    """From the first day (or what came before it) to today, in a window that ends with the last day.
    `beside`: days on which something came of what stands in the same table."""
    counted = [day for day, n in days.items() if n] + [*beside]
    first = min([campaign.first_day, *counted])
    until = max([min(today, campaign.last_day), *counted, first])
    last = max(until, campaign.last_day)
    dates = [first + timedelta(days=i) for i in range((until - first).days + 1)]
    pace = [Point(day(d), days.get(d, 0)) for d in dates]
    return Curve("day", pace, _sums(pace, 0), (last - first).days + 1, day(last), until == today)


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
