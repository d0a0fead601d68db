"""What inquiries are about, as the hotline names it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contracts.hotline import ThemeDefined
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.chassis.streams.inbox import Reader

READER = "metrics.themes"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's name; one that was removed stays with what was asked about it."""

    name: str
    removed: bool = False


def reader() -> Reader:
    """Of the hotline's topic, themes alone: whatever is counted has a reader of its own."""
    return mirror.reader(READER, ThemeDefined.topic, [ThemeDefined])


async def draw(db: Db) -> dict[str, Theme]:
    """The themes that were told, in the order of the hotline's list."""
    states = await mirror.all_of(db, ThemeDefined.topic, [ThemeDefined])
    told = [state for state in states if isinstance(state, ThemeDefined)]
    told.sort(key=lambda each: (each.place, each.code))
    return {each.code: Theme(each.name, each.removed) for each in told}


def named(themes: Mapping[str, Theme], counted: Collection[str]) -> dict[str, str]:
    """The names of those that are offered, and of those that were and are counted still."""
    return {code: each.name for code, each in themes.items() if not each.removed or code in counted}
