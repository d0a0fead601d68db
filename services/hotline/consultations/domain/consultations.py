"""A consultation: at which level it was given, what it says, and until when it may be corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.appointments import Level, Role
from contracts.hotline import ConsultationEvent, ConsultationMode, ConsultationRecorded, ConsultationRestated
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict, Invalid

WHOM_LONGEST, NOTE_LONGEST = 200, 4_000

LEVEL_OF: Mapping[Role, Level] = MappingProxyType(
    {
        Role.HOTLINE_OPERATOR: Level.HOTLINE,
        Role.COORDINATOR: Level.COORDINATOR,
        Role.STAND_IN: Level.COORDINATOR,
        Role.LEADER: Level.GROUP,
        Role.MEMBER: Level.GROUP,
        Role.DEPUTY: Level.COORDINATION,
        Role.RESPONSIBLE: Level.COORDINATION,
        Role.CLERK: Level.COORDINATION,
        Role.HEAD: Level.HEAD,
    }
)
"""At which level a role consults."""

AnEvent = TypeVar("AnEvent", bound=ConsultationEvent)


@dataclass(frozen=True, slots=True)
class Content:
    """What was the matter, at which level, and whether an initiative came of it."""

    theme: str
    mode: ConsultationMode
    level: Level
    organization: UUID | None = None
    direction: str | None = None
    led_to_initiative: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Whom somebody consulted, and what they advised; both may be empty, and no event has them."""

    whom: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation as the hotline stores it."""

    municipality: str
    id: UUID
    campaign: str
    content: Content
    words: Words
    recorded_at: datetime
    zone: str
    by_account: UUID
    by_name: str
    inquiry: UUID | None = None
    withdrawn_at: datetime | None = None
    version: int = 1

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"consultation:{self.id}"

    def event(self, kind: type[AnEvent]) -> AnEvent:
        """An event of the consultation as it is now."""
        content = self.content
        return kind(
            version=self.version,
            municipality=self.municipality,
            id=self.id,
            campaign=self.campaign,
            organization=content.organization,
            direction=content.direction,
            theme=content.theme,
            mode=content.mode,
            level=content.level,
            recorded_at=self.recorded_at.astimezone(ZoneInfo(self.zone)),
            led_to_initiative=content.led_to_initiative,
            inquiry=self.inquiry,
            withdrawn=self.withdrawn_at is not None,
        )

    def recorded(self) -> ConsultationRecorded:
        """That it was recorded."""
        return self.event(ConsultationRecorded)

    def restated(self) -> ConsultationRestated:
        """Its present state, told again."""
        return self.event(ConsultationRestated)

    def is_of_today(self, now: datetime) -> bool:
        """Whether the day is not over on which it was recorded, by the region's clocks."""
        return today(self.zone, now) == today(self.zone, self.recorded_at)

    def corrected(self, content: Content, words: Words, now: datetime) -> "Consultation":
        """With other content. Raises Conflict after its day, or once it was withdrawn."""
        self._check_changeable(now)
        return replace(self, content=content, words=words, version=self.version + 1)

    def withdrawn(self, now: datetime) -> "Consultation":
        """Recorded by mistake: it does not count, and its words go. Raises Conflict as above."""
        self._check_changeable(now)
        return replace(self, withdrawn_at=now, words=Words(), version=self.version + 1)

    def _check_changeable(self, now: datetime) -> None:
        if self.withdrawn_at is not None:
            raise Conflict("consultation-withdrawn")
        if not self.is_of_today(now):
            raise Conflict("consultation-day-over", day=in_words(today(self.zone, self.recorded_at)))


def check_days(campaign: CampaignDefined, now: datetime) -> None:
    """Consultations are recorded from the campaign's `prepare_from` to its `close_until`. Raises Conflict."""
    if not campaign.prepare_from <= today(campaign.time_zone, now) <= campaign.close_until:
        days = {"first": in_words(campaign.prepare_from), "last": in_words(campaign.close_until)}
        raise Conflict("consultations-not-now", **days)


def check_mode(given: str) -> ConsultationMode:
    """In person or remote. Raises Invalid."""
    if given not in [mode.value for mode in ConsultationMode]:
        raise Invalid("consultation-mode", field="mode")
    return ConsultationMode(given)


def check_level(given: str, theirs: list[Level], last: Level | None) -> Level:
    """The level at which somebody acts: the chosen one, else that of the last time. Raises Invalid."""
    if not given:
        return last if last in theirs else theirs[0]
    if given not in [level.value for level in theirs]:
        raise Invalid("consultation-level", field="level")
    return Level(given)


def check_direction(given: str | None, of_theme: str | None, campaign: CampaignDefined) -> str | None:
    """A direction of the campaign: the chosen one, else the theme's, or none. Raises Invalid."""
    known = {direction.code for direction in campaign.directions}
    if given and given not in known:
        raise Invalid("direction-unknown", field="direction")
    return given or (of_theme if of_theme in known else None)


def check_whom(given: str) -> str:
    """A name as it is stored; nothing for nobody named. Raises Invalid."""
    stored = texts.one_line(given)
    return stored and texts.check_length(stored, WHOM_LONGEST, "whom-too-long", "whom-too-long", "whom")


def check_note(given: str) -> str:
    """What was advised, as it is stored; it may be empty. Raises Invalid."""
    stored = texts.several_lines(given)
    return stored and texts.check_length(stored, NOTE_LONGEST, "advice-too-long", "advice-too-long", "note")
