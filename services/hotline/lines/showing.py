"""Lines as pages and programs show them: with what is open now, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import Step, WorkingGroupDefined
from services.chassis.errors import NotFound
from services.directory.due import group_name
from services.directory.hours import Opening, Week, in_words, opening
from services.directory.regulation import DEFAULT_WEEK
from services.hotline.core.region import Known
from services.hotline.lines.domain.lines import Line


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, whether somebody answers now, its hours in words, and who owns it."""

    line: Line
    opening: Opening
    hours: str
    group: str = ""
    gone: bool = False
    """Its working group was dissolved, or is not known any more."""


def shown(known: Known, line: Line, now: datetime) -> Shown:
    """A line as it is at a moment. Without a campaign nobody knows the region's time."""
    open_campaign = any(campaign.open for campaign in known.picture.campaigns.values())
    found = opening(line.week, known.campaign.time_zone, known.calendars, now) if open_campaign else Opening()
    group = known.groups.get(line.group) if line.group else None
    name = group_name(known.picture, group) if group else ""
    gone = line.group is not None and (group is None or group.dissolved)
    return Shown(line, found, in_words(line.week), name, gone)


def groups_for(known: Known, municipality: str, now: datetime) -> list[WorkingGroupDefined]:
    """The working groups that may own a municipality's line: its own, and those of whoever acts for it."""
    try:
        found = [*known.groups_of(municipality)]
    except NotFound:
        return []
    server = known.server_of(municipality, now)
    return found if server == municipality else [*found, *known.groups_of(server)]


def usual_week(known: Known, municipality: str, now: datetime) -> Week:
    """The regulation's week: what a line's hours are unless somebody says otherwise."""
    try:
        return known.rule(municipality, Step.FIRST_ANSWER, now).schedule.week
    except NotFound:
        return DEFAULT_WEEK


def names_of(known: Known, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Municipalities as code and name, by the alphabet."""
    return sorted(((code, known.picture.name_of(code)) for code in codes), key=lambda each: each[1])
