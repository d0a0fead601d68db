"""What is read of the hotline's events: what is counted, and no more. No family counts by organization."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field

from contracts import hotline
from contracts.event import MunicipalityCode, Slug
from contracts.hotline import InquiryStatus
from services.metrics.cases.minutes import bucket
from services.metrics.domain import Id, Local

INQUIRIES, CONSULTATIONS, APART, LINES = COUNTERS = ("inquiries", "consultations", "apart", "lines")

PREFIX: Final = "hotline:"
"""Every family of the hotline's begins with it, and no other."""

HOUR, CHANNEL, THEME, STATUS = (PREFIX + name for name in ("hour", "channel", "theme", "status"))
LEVEL, HELPED, TIMES = (PREFIX + name for name in ("level", "helped", "times"))
FIRST, FINAL = (PREFIX + name for name in ("first", "final"))
FIRST_MINUTES, FINAL_MINUTES = (PREFIX + name for name in ("first-minutes", "final-minutes"))
MODE, LED, NOT_COUNTED, LINE = (PREFIX + name for name in ("mode", "led", "apart", "line"))

OPEN = frozenset({InquiryStatus.NEW, InquiryStatus.TAKEN, InquiryStatus.WAITING, InquiryStatus.TRANSFERRED})
DONE = frozenset({InquiryStatus.ANSWERED, InquiryStatus.CLOSED})
NOT_INQUIRIES = frozenset({InquiryStatus.SPAM, InquiryStatus.MERGED})

IN_TIME, LATE, COMING = "in-time", "late", "coming"
"""How an answer stands beside its time: given within it, not given within it, not given and not due yet."""

YES, NO = "yes", "no"
ESCALATIONS, REOPENED = "escalations", "reopened"

Counted: TypeAlias = "tuple[str, str, str, int]"
"""Family, key, counter, and how many."""

Name: TypeAlias = "tuple[str, str, str]"
"""Municipality, kind, id."""

BASE = frozenset({"kind", "id", "version", "campaign", "municipality"})


@dataclass(slots=True, kw_only=True)
class Case:
    """A line, an inquiry or a consultation: all that is counted of it."""

    kind: str
    id: Id
    version: Annotated[int, Field(ge=1)]
    campaign: Slug
    municipality: MunicipalityCode

    @property
    def name(self) -> Name:
        """What tells it apart from every other. One that moved is kept where it was, too: as gone."""
        return self.municipality, self.kind, self.id

    def content(self) -> dict[str, Any]:
        """What only this kind has, as the projection keeps it."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in BASE}

    def counted(self) -> Iterator[Counted]:
        """Every counter that it adds to."""
        raise NotImplementedError(self.kind)


@dataclass(slots=True, kw_only=True)
class Inquiry(Case):
    """What is read of an inquiry's event. Words that a later version of the contract adds count under
    themselves."""

    kind: str = field(init=False, default="inquiry")
    organization: Id | None = None
    theme: Slug
    channel: Slug
    status: Slug
    level: Slug
    opened_at: Local
    first_answered_at: str | None = None
    answered_at: str | None = None
    first_answer_minutes: Annotated[int, Field(ge=0)] | None = None
    answer_minutes: Annotated[int, Field(ge=0)] | None = None
    first_answer_late: bool = False
    answer_late: bool = False
    escalations: Annotated[int, Field(ge=0)] = 0
    reopened: Annotated[int, Field(ge=0)] = 0
    helped: bool | None = None
    left: bool = field(init=False, default=False)

    def counted(self) -> Iterator[Counted]:
        """By each dimension once; what was merged or is spam stands apart, and in nothing else. One that has
        left is counted nowhere here."""
        if self.left:
            return
        if self.status in NOT_INQUIRIES:
            yield NOT_COUNTED, self.status, APART, 1
            return
        yield HOUR, self.opened_at[:13], INQUIRIES, 1
        yield CHANNEL, self.channel, INQUIRIES, 1
        yield THEME, self.theme, INQUIRIES, 1
        yield STATUS, self.status, INQUIRIES, 1
        yield FIRST, _standing(self.first_answered_at, self.first_answer_late), INQUIRIES, 1
        # One that was taken up again waits for its final answer once more.
        final = self.answered_at if self.status in DONE else None
        yield FINAL, _standing(final, self.answer_late), INQUIRIES, 1
        yield TIMES, ESCALATIONS, INQUIRIES, self.escalations
        yield TIMES, REOPENED, INQUIRIES, self.reopened
        if final:
            yield LEVEL, self.level, INQUIRIES, 1
        if self.helped is not None:
            yield HELPED, YES if self.helped else NO, INQUIRIES, 1
        if self.first_answer_minutes is not None:
            yield FIRST_MINUTES, bucket(self.first_answer_minutes), INQUIRIES, 1
        if final and self.answer_minutes is not None:
            yield FINAL_MINUTES, bucket(self.answer_minutes), INQUIRIES, 1


@dataclass(slots=True, kw_only=True)
class LeftInquiry(Inquiry):
    """What is read of an inquiry that counts in another municipality from now on."""

    left: bool = field(init=False, default=True)


def _standing(answered_at: str | None, late: bool) -> str:
    if late:
        return LATE
    return IN_TIME if answered_at else COMING


@dataclass(slots=True, kw_only=True)
class Consultation(Case):
    """What is read of a consultation's event."""

    kind: str = field(init=False, default="consultation")
    organization: Id | None = None
    theme: Slug
    mode: Slug
    level: Slug
    recorded_at: Local
    led_to_initiative: bool = False
    withdrawn: bool = False

    def counted(self) -> Iterator[Counted]:
        """By each dimension once; one that was recorded by mistake is nowhere."""
        if self.withdrawn:
            return
        yield HOUR, self.recorded_at[:13], CONSULTATIONS, 1
        yield MODE, self.mode, CONSULTATIONS, 1
        yield LEVEL, self.level, CONSULTATIONS, 1
        yield THEME, self.theme, CONSULTATIONS, 1
        yield LED, YES if self.led_to_initiative else NO, CONSULTATIONS, 1


@dataclass(slots=True, kw_only=True)
class Line(Case):
    """What is read of a line's event. It belongs to no campaign, and stays from one to the next."""

    kind: str = field(init=False, default="line")
    campaign: str = field(init=False, default="")
    serves: list[MunicipalityCode] = field(default_factory=list)
    closed: bool = False

    def counted(self) -> Iterator[Counted]:
        """Whether somebody answers by it."""
        yield LINE, "closed" if self.closed else "open", LINES, 1


KINDS: dict[str, type[Inquiry] | type[Consultation] | type[Line]] = {
    "inquiry": Inquiry,
    "consultation": Consultation,
    "line": Line,
}
SHAPES: dict[str, Any] = {
    **dict.fromkeys((event.type for event in hotline.INQUIRIES), Inquiry),
    hotline.InquiryLeft.type: LeftInquiry,
    **dict.fromkeys((event.type for event in hotline.CONSULTATIONS), Consultation),
    hotline.LineDefined.type: Line,
}
"""Event type → what is read of it."""
