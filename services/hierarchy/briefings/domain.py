"""Briefings (инструктаж): a working group briefs its coordinators, in a session or by something to read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.days import DaySlugs, check_day, end_of
from services.chassis.errors import Checks, Conflict, Invalid
from services.hierarchy.groups.domain.groups import WorkingGroup

LONGEST_MATERIAL = 20_000
SESSION_DAY = DaySlugs("session-day", "session-day-outside", "session-day-outside")


class Manner(StrEnum):
    """How a session is held: in person (очно) or remote (дистанционно)."""

    IN_PERSON = "in-person"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Material:
    """A version of what a group's coordinators read; version 0 is none."""

    version: int = 0
    body: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A briefing that was held, and who was there."""

    municipality: str
    id: UUID
    working_group: UUID
    manner: Manner
    day: date
    present: Sequence[UUID]

    def ends(self, zone: str) -> datetime:
        """When its day was over, by the region's clocks."""
        return end_of(self.day, ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Attended:
    """A group's session as somebody enters it: how, on which day (as it was typed), and who was present."""

    group: UUID
    manner: str
    day: str
    present: Sequence[UUID]


def check_standing(group: WorkingGroup) -> None:
    """Raises Conflict for a group that is no more."""
    if group.dissolved_at is not None:
        raise Conflict("group-dissolved", name=group.name)


def check_material(given: str) -> str:
    """The text as it is stored. Raises Invalid."""
    body = text.several_lines(given)
    return text.check_length(body, LONGEST_MATERIAL, "material-text", "material-text", field="body")


def check_attended(
    given: Attended, campaign: CampaignDefined, latest: date, people: Collection[UUID]
) -> tuple[Manner, date, Sequence[UUID]]:
    """How the session was held, on which day, and who was present. Raises Invalid with everything wrong."""
    checks = Checks()
    manner = checks.take(lambda: check_manner(given.manner))
    day = checks.take(lambda: check_session_day(given.day, campaign, latest))
    present = checks.take(lambda: check_present(given.present, people))
    checks.settle()
    return manner, day, present


def check_manner(given: str) -> Manner:
    """Raises Invalid."""
    try:
        return Manner(given)
    except ValueError as error:
        raise Invalid("session-manner", field="manner") from error


def check_present(present: Sequence[UUID], people: Collection[UUID]) -> Sequence[UUID]:
    """Whoever was there, each once: somebody, and nobody whom the group does not brief. Raises Invalid."""
    if not present or not set(present) <= set(people):
        raise Invalid("session-attendance", field="present")
    return list(dict.fromkeys(present))


def check_session_day(given: str, campaign: CampaignDefined, latest: date) -> date:
    """A day from the campaign's `prepare_from` to `latest`. Raises Invalid."""
    return check_day(given, campaign.prepare_from, latest, SESSION_DAY)
