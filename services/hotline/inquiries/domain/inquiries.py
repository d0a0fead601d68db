"""An inquiry: its states, who holds it, and what each step makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryEvent, InquiryRestated, InquiryStatus
from services.chassis.errors import Conflict

REOPENED_WITHIN = timedelta(days=14)
"""After it was answered or closed: a later reply is a new inquiry that names the old one."""

OPEN = frozenset(
    {InquiryStatus.NEW, InquiryStatus.TAKEN, InquiryStatus.WAITING, InquiryStatus.TRANSFERRED},
)
"""Somebody has to do something about it, or waits for the initiator."""

ENDED = frozenset({InquiryStatus.MERGED, InquiryStatus.SPAM})
"""Nothing takes these up again but whoever ended them by mistake."""

AnEvent = TypeVar("AnEvent", bound=InquiryEvent)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has to answer: the line, a coordinator's organization, a working group, the coordination group or
    the Head; and which of their people has taken it, by the name that the initiator reads."""

    level: Level
    group: UUID | None = None
    organization: UUID | None = None
    account: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Promised:
    """By when an answer was promised, and by which version of the regulation: whose, and its number; 0 before
    any was told."""

    regulation_of: str
    regulation: int
    zone: str
    first_answer_due_at: datetime
    answer_due_at: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """What has happened of it; minutes are working time since it was opened, of the final answer since it was
    last taken up again, if it was."""

    opened_at: datetime
    first_answered_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    first_answer_minutes: int | None = None
    answer_minutes: int | None = None
    first_answer_late: bool = False
    answer_late: bool = False
    waiting_since: datetime | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """An inquiry as the hotline stores it, without the initiator and the words."""

    id: UUID
    number: int
    municipality: str
    campaign: str
    theme: str
    channel: Channel
    holder: Holder
    promise: Promised
    times: Times
    organization: UUID | None = None
    direction: str | None = None
    line: UUID | None = None
    status: InquiryStatus = InquiryStatus.NEW
    escalations: int = 0
    reopened: int = 0
    helped: bool | None = None
    merged_into: UUID | None = None
    continues: UUID | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.status in OPEN

    @property
    def due_at(self) -> datetime:
        """By when the next answer is promised."""
        promise = self.promise
        return promise.answer_due_at if self.times.first_answered_at else promise.first_answer_due_at

    @property
    def told_status(self) -> InquiryStatus:
        """Where it is as its initiator is told; what is spam waits, as its sender sees it."""
        return InquiryStatus.NEW if self.status is InquiryStatus.SPAM else self.status

    def event(self, kind: type[AnEvent]) -> AnEvent:
        """An event of the inquiry as it is now."""
        times, zone = self.times, ZoneInfo(self.promise.zone)

        def local(moment: datetime | None) -> datetime | None:
            return moment.astimezone(zone) if moment else None

        return kind.model_validate(
            {
                "version": self.version,
                "municipality": self.municipality,
                "id": self.id,
                "campaign": self.campaign,
                "organization": self.organization,
                "direction": self.direction,
                "theme": self.theme,
                "channel": self.channel,
                "status": self.status,
                "level": self.holder.level,
                "group": self.holder.group,
                "opened_at": local(times.opened_at),
                "first_answer_due_at": local(self.promise.first_answer_due_at),
                "answer_due_at": local(self.promise.answer_due_at),
                "first_answered_at": local(times.first_answered_at),
                "answered_at": local(times.answered_at),
                "closed_at": local(times.closed_at),
                "first_answer_minutes": times.first_answer_minutes,
                "answer_minutes": times.answer_minutes,
                "first_answer_late": times.first_answer_late,
                "answer_late": times.answer_late,
                "escalations": self.escalations,
                "reopened": self.reopened,
                "helped": self.helped,
            }
        )

    def restated(self) -> InquiryRestated:
        """Its present state, told again."""
        return self.event(InquiryRestated)

    def changed(self, **what: object) -> "Inquiry":
        """The next version, with these fields changed."""
        return replace(self, version=self.version + 1, **what)  # type: ignore[arg-type]


def check_open(inquiry: Inquiry) -> Inquiry:
    """Refuse what was answered, closed, merged or called spam. Raises Conflict."""
    if not inquiry.is_open:
        raise Conflict("inquiry-closed", number=inquiry.number)
    return inquiry


def above(holder: Holder, group: UUID | None) -> Holder | None:
    """To whom a breach climbs: the working group that answers for the theme or the organization, the
    coordination group where there is none or it let the time pass, the Head; nobody is above the Head."""
    if holder.level is Level.HEAD:
        return None
    if holder.level is Level.COORDINATION:
        return Holder(Level.HEAD)
    if holder.level is Level.GROUP or group is None:
        return Holder(Level.COORDINATION)
    return Holder(Level.GROUP, group)
