"""Targets beside the figures of the API, for those of the staff whose municipalities they are (rule 5)."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Any, Final

from pydantic import BaseModel

from contracts.appointments import TargetScope
from services.metrics.domain import COUNTERS
from services.metrics.picture.figures import Figures
from services.metrics.plan.forecast import Forecast
from services.metrics.plan.progress import Progress


class ForecastRange(BaseModel):
    """A counter at the end of the last day: the likely value, and the range for four cases of five."""

    low: int
    likely: int
    high: int


class Fulfilment(BaseModel):
    """A target beside the fact. All null without a target, and for whoever may not see it. A municipality's
    is its own, by its scope; what a district with its settlements, an SMO or the region wants takes each
    person once."""

    target_registered: int | None = None
    target_submitted: int | None = None
    scope: TargetScope | None = None
    """Whom a municipality's own target is about."""
    target_confirmed: bool | None = None
    """False: entered by the SMO from a letter."""
    with_target: int | None = None
    """How many of `of` municipalities have a target, their own or their district's."""
    of: int | None = None
    share_registered: float | None = None
    """Per cent of the target, to one decimal."""
    share_submitted: float | None = None
    expected_registered: int | None = None
    """What was due by the end of yesterday."""
    expected_submitted: int | None = None
    lag_registered: int | None = None
    """How many are missing to what was due; below 0: how many more there are."""
    lag_submitted: int | None = None
    lag_days_registered: int | None = None
    lag_days_submitted: int | None = None
    pace_registered: float | None = None
    """Per cent of what was due, to one decimal; null while nothing was."""
    pace_submitted: float | None = None
    forecast_registered: ForecastRange | None = None
    forecast_submitted: ForecastRange | None = None


UNSEEN: Final[dict[str, Any]] = dict.fromkeys(Fulfilment.model_fields)
"""What is told to whoever may not see a target."""


def of_municipality(figures: Figures, sees: AbstractSet[str], code: str) -> dict[str, Any]:
    """A municipality's own target beside the fact."""
    if code not in sees:
        return UNSEEN
    with_target, among = figures.targets.counts([code])
    counts = {"with_target": with_target, "of": among}
    return UNSEEN | _own(figures, code) | counts | _beside(figures, code)


def of_district(figures: Figures, sees: AbstractSet[str], code: str) -> dict[str, Any]:
    """What a district wants together with its settlements, beside the fact."""
    codes = figures.structure.with_settlements(code)
    if not sees >= set(codes):
        return UNSEEN
    own = _own(figures, code)
    # Where the sum is more than the district's own target, neither its scope nor its letter is the sum's.
    whole = len(codes) == 1 or own.get("scope") is TargetScope.WITH_SETTLEMENTS
    return of_several(figures, sees, codes) | (own if whole else {})


def of_several(figures: Figures, sees: AbstractSet[str], codes: Collection[str]) -> dict[str, Any]:
    """What several municipalities want together, beside the fact."""
    if not codes or not sees >= set(codes):
        return UNSEEN
    with_target, among = figures.targets.counts(codes)
    return UNSEEN | {"with_target": with_target, "of": among} | _beside(figures, codes)


def _own(figures: Figures, code: str) -> dict[str, Any]:
    target = figures.targets.known.get(code)
    return {"scope": target.scope, "target_confirmed": target.confirmed} if target else {}


def _beside(figures: Figures, codes: str | Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for counter in COUNTERS:
        if progress := figures.progress(codes, counter):
            told |= _of_counter(counter, progress, figures.forecast(codes, counter))
    return told


def _of_counter(counter: str, progress: Progress, foretold: Forecast | None) -> dict[str, Any]:
    expected = progress.expected
    return {
        f"target_{counter}": progress.target,
        f"share_{counter}": progress.share,
        f"expected_{counter}": None if expected is None else round(expected),
        f"lag_{counter}": progress.lag,
        f"lag_days_{counter}": progress.lag_days,
        f"pace_{counter}": progress.pace,
        # A dataclass with slots is written by orjson as it is.
        f"forecast_{counter}": foretold,
    }
