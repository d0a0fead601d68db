"""The agenda (повестка): what is on it, and what stays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from services.chassis import text
from services.chassis.errors import Checks, Invalid
from services.hierarchy.meetings.domain.meetings import Item

MOST, LONGEST = 50, 500


def check_agenda(given: Sequence[str]) -> list[str]:
    """The items as they are stored, 1 to 50; empty lines are none. Raises Invalid."""
    items = [line for each in given if (line := text.one_line(each))]
    checks = Checks()
    if not 1 <= len(items) <= MOST:
        checks.note(Invalid("agenda-items", field="agenda", most=MOST, count=len(items)))
    if too_long := [nth for nth, item in enumerate(items, 1) if len(item) > LONGEST]:
        checks.note(Invalid("agenda-item-long", field="agenda", limit=LONGEST, nth=too_long[0]))
    checks.settle()
    return items


def arranged(before: Sequence[Item], wanted: Sequence[str], new_id: Callable[[], UUID]) -> list[Item]:
    """The agenda with these words: an item whose words stay is the same, with its figures.

    Raises Invalid if one with figures would go: what was shown stays on the agenda.
    """
    left = list(before)
    items = []
    for number, body in enumerate(wanted, 1):
        same = next((item for item in left if item.body == body), None)
        if same:
            left.remove(same)
        items.append(replace(same, number=number) if same else Item(new_id(), number, body))
    if shown := [item for item in left if item.request]:
        raise Invalid("agenda-figures", field="agenda", item=text.shortened(shown[0].body, 80))
    return items
