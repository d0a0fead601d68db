"""A call, put together from what an exchange tells of it: repeats and any order lead to the same. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Self
from uuid import UUID

from services.chassis import text as texts
from services.chassis.errors import Invalid
from services.chassis.phones import normalise_phone

ID_LONGEST, NUMBER_LONGEST = 120, 60

GRACE = timedelta(seconds=15)
"""How long an answer may come behind the end of its call before nobody has answered."""

RINGS = timedelta(minutes=2)
"""A call of which nothing more was heard rings no longer."""

LATE, AHEAD = timedelta(days=1), timedelta(minutes=5)
"""How far an exchange's clock, or a report that it sends again, may be away from ours."""

HIDDEN = frozenset({"", "anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "none"})
"""What exchanges say instead of a number that is hidden."""


class CallEvent(StrEnum):
    """What an exchange tells of a call."""

    NEW = "newCall"
    ANSWER = "answer"
    HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Heard:
    """One report of an exchange, as it is stored."""

    id: str
    event: CallEvent
    phone: str
    written: str
    dialled: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a municipality's line; what was not told of it yet is none."""

    municipality: str
    id: str
    phone: str
    written: str
    dialled: str
    began_at: datetime
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    hung_up_at: datetime | None = None
    look_at: datetime | None = None
    inquiry_id: UUID | None = None

    def with_(self, heard: Heard, now: datetime) -> Self:
        """The call, with one report more; the first of its kind counts."""
        call = replace(
            self,
            phone=self.phone or heard.phone,
            written=self.written or heard.written,
            dialled=self.dialled or heard.dialled,
            began_at=min(self.began_at, heard.at),
        )
        match heard.event:
            case CallEvent.NEW if call.rang_at is None:
                # Its end may get lost: then too somebody looks whether it was missed.
                rung_out = now + RINGS + GRACE
                call = replace(call, rang_at=heard.at, look_at=call.look_at or rung_out)
            case CallEvent.ANSWER:
                call = replace(call, answered_at=call.answered_at or heard.at, look_at=None)
            case CallEvent.HANGUP if call.hung_up_at is None:
                call = replace(call, hung_up_at=heard.at, look_at=now + GRACE)
        return replace(call, look_at=None) if call.answered_at or call.inquiry_id else call

    def recorded(self, inquiry: UUID | None) -> Self:
        """It has its case, or none can be made of it: nobody looks at it again."""
        return replace(self, look_at=None, inquiry_id=inquiry)

    def waiting(self, until: datetime) -> Self:
        """No case can be made of it now: it is looked at again."""
        return replace(self, look_at=until)

    def rings(self, now: datetime) -> bool:
        """Whether somebody waits to be answered at this moment, by our clock: an exchange's may be wrong."""
        over = self.answered_at or self.hung_up_at or self.rang_at is None
        return not over and self.look_at is not None and now + GRACE < self.look_at

    @property
    def missed(self) -> bool:
        """Whether it ended without an answer."""
        return self.hung_up_at is not None and self.answered_at is None

    @property
    def hidden(self) -> bool:
        """Whether nobody can be called back."""
        return not self.phone and is_hidden(self.written)


def begun(municipality: str, heard: Heard) -> Call:
    """A call of which nothing was told before."""
    return Call(municipality, heard.id, heard.phone, heard.written, heard.dialled, heard.at)


def heard(id_: str, event: CallEvent, from_: str, to: str, at: datetime | None, now: datetime) -> Heard:
    """A report as it is stored: whatever stands for a number is kept. Raises Invalid without an id."""
    return Heard(check_id(id_), event, phone_of(from_), written(from_), written(to), moment(at, now))


def check_id(given: str) -> str:
    """The id of a call; one that is too long stands by its digest. Raises Invalid for none."""
    line = texts.one_line(given)
    if not line:
        raise Invalid("call-id-empty", field="call_id")
    return line if len(line) <= ID_LONGEST else sha256(line.encode()).hexdigest()


def phone_of(given: str) -> str:
    """A number as it is stored; exchanges leave out the plus, and write addresses of SIP. Nothing for what
    nobody can call."""
    number = written(given)
    for form in (number, f"+{number}") if number.isdecimal() else (number,):
        try:
            if found := normalise_phone(form):
                return found
        except Invalid:
            continue
    return ""


def written(given: str) -> str:
    """What stands for a number, without the frame of SIP around it, shortened to what a number may have."""
    line = texts.one_line(given)
    inner = line.rpartition("<")[2].partition(">")[0]
    for scheme in ("sips:", "sip:", "tel:"):
        if inner.lower().startswith(scheme):
            inner = inner[len(scheme) :].partition("@")[0].partition(";")[0]
    return inner.strip()[:NUMBER_LONGEST]


def is_hidden(number: str) -> bool:
    """Whether an exchange says that the caller hides their number."""
    return number.lower() in HIDDEN


def moment(at: datetime | None, now: datetime) -> datetime:
    """When it was, by the exchange's clock; by ours where that one tells no time or a wrong one."""
    if at is None:
        return now
    told = at if at.tzinfo else at.replace(tzinfo=UTC)
    return told if now - LATE <= told <= now + AHEAD else now
