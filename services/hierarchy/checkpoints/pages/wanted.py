"""The days that a form asks for: weekdays that are ticked, numbers of the month, or days one by one."""

import re

from services.chassis.web.forms import Form, Option
from services.hierarchy.checkpoints.domain.days import EVERY, WEEKDAYS, Wanted

TICKED = "weekday:"
"""Names of the boxes of weekdays begin like this."""

WAYS = (
    Option("weekly", "По дням недели"),
    Option("monthly", "По числам месяца"),
    Option("single", "Отдельные даты"),
)
BOXES = tuple(Option(f"{TICKED}{code}", name) for code, name in zip(WEEKDAYS, EVERY, strict=True))

WRITTEN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


def wanted_of(form: Form) -> Wanted:
    """What was chosen, with the field that is to blame for what is wrong with it."""
    way = form.of("way")
    if way == "weekly":
        ticked = form.ticked(TICKED)
        chosen = [code for code in WEEKDAYS if code in ticked]
        return Wanted(rule=f"weekly:{','.join(chosen)}" if chosen else "", field="rule")
    if way == "monthly":
        numbers = _parts(form.of("numbers"))
        return Wanted(rule=f"monthly:{','.join(numbers)}" if numbers else "", field="numbers")
    if way == "single":
        return Wanted([_iso(each) for each in _parts(form.of("days"))], field="days")
    return Wanted(field="way")


def _parts(given: str) -> list[str]:
    """What stands between commas, spaces and ends of lines."""
    return [part for part in re.split(r"[\s,;]+", given) if part]


def _iso(given: str) -> str:
    """04.12.2026 → 2026-12-04; anything else as it is."""
    if found := WRITTEN.fullmatch(given):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return given
