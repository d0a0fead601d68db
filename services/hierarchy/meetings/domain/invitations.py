"""Invitations: whom a municipality sends to a meeting, what it answers, and who was there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.appointments import Role
from services.chassis import text
from services.chassis.errors import Checks, Invalid
from services.chassis.mail.addresses import normalise_email
from services.chassis.phones import normalise_phone
from services.hierarchy.meetings.domain.planning import check_reason

LONGEST_NAME = 120


class Answer(StrEnum):
    """What a municipality has answered."""

    NONE = ""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUBSTITUTE = "substitute"


class Presence(StrEnum):
    """Whether somebody was there for a municipality, and how."""

    UNKNOWN = ""
    IN_PERSON = "in-person"
    REMOTE = "remote"
    ABSENT = "absent"


ANSWERS: dict[Answer, str] = {
    Answer.NONE: "нет ответа",
    Answer.ACCEPTED: "будет",
    Answer.DECLINED: "не будет",
    Answer.SUBSTITUTE: "пришлёт другого",
}
DESERTED = "некому ответить"

PRESENCES: dict[Presence, str] = {
    Presence.UNKNOWN: "не отмечено",
    Presence.IN_PERSON: "очно",
    Presence.REMOTE: "по видеосвязи",
    Presence.ABSENT: "не было",
}


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited for a municipality: its responsible person, or its Head where there is none."""

    municipality: str
    account: UUID
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who comes instead: somebody who need not have an account."""

    name: str = ""
    email: str = ""
    phone: str = ""


NOBODY = Substitute()


@dataclass(frozen=True, slots=True)
class Invitation:
    """A municipality's invitation to a meeting."""

    meeting: UUID
    invitee: Invitee
    place: str = ""
    """The municipality's name."""
    answer: Answer = Answer.NONE
    reason: str = ""
    substitute: Substitute = NOBODY
    answered_at: datetime | None = None
    presence: Presence = Presence.UNKNOWN
    by_substitute: bool = False
    left_alone: bool = False
    """Whether the municipality has neither a responsible person nor a Head now."""

    @property
    def is_deserted(self) -> bool:
        """Whether nobody is there to answer, or to come as was answered."""
        return self.left_alone and self.answer in (Answer.NONE, Answer.ACCEPTED)

    @property
    def municipality(self) -> str:
        """Whose it is."""
        return self.invitee.municipality

    @property
    def comes(self) -> str:
        """The name of who is expected, or was there."""
        return self.substitute.name or self.invitee.name

    @property
    def was_there(self) -> str:
        """Who was there for the municipality; nobody: nothing."""
        if self.presence in (Presence.UNKNOWN, Presence.ABSENT):
            return ""
        return self.substitute.name if self.by_substitute else self.invitee.name

    @property
    def addresses(self) -> set[str]:
        """Where it is expected that somebody comes: the invitee's, and that of who comes instead."""
        return {self.invitee.email, self.substitute.email} - {""}

    def is_for(self, person: Invitee | None) -> bool:
        """Whether it is this person's, at the address that they have now."""
        mine = (self.invitee.account, self.invitee.email)
        return person is not None and mine == (person.account, person.email)

    def asked_again(self) -> "Invitation":
        """At another hour: whoever comes themselves, or not, answers once more."""
        if self.answer is Answer.SUBSTITUTE:
            return self
        return replace(self, answer=Answer.NONE, reason="", answered_at=None)


@dataclass(frozen=True, slots=True)
class Replied:
    """An answer as it is typed: a word, why not, who instead."""

    answer: str
    reason: str = ""
    substitute: Substitute = NOBODY


@dataclass(frozen=True, slots=True)
class Turnover:
    """Who goes and who comes when people or their addresses change: who is not expected any more, who is
    invited anew, whoever stays and is reached elsewhere (before, after), and who stays as they are."""

    gone: Sequence[Invitation]
    new: Sequence[Invitation]
    moved: Sequence[tuple[Invitation, Invitation]]
    stay: Sequence[Invitation]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.moved)

    def asked_again(self) -> "Turnover":
        """At another hour: whoever was asked before answers once more."""
        moved = [(before, after.asked_again()) for before, after in self.moved]
        return replace(self, moved=moved, stay=[each.asked_again() for each in self.stay])


def turnover(
    meeting: UUID, current: Iterable[Invitation], wanted: Iterable[str], people: Mapping[str, Invitee]
) -> Turnover:
    """What becomes of the invitations to a meeting of these municipalities, whose people are these now. Where
    nobody is there at the moment, the invitation waits for who comes next."""
    before, chosen = {each.municipality: each for each in current}, list(wanted)
    gone, moved, stay = [], [], []
    for code, each in before.items():
        person = people.get(code)
        if code not in chosen or (person and person.account != each.invitee.account):
            gone.append(each)
        elif person and not each.is_for(person):
            moved.append((each, replace(each, invitee=person)))
        else:
            stay.append(each)
    kept = before.keys() - {each.municipality for each in gone}
    new = [Invitation(meeting, people[code]) for code in chosen if code not in kept and code in people]
    return Turnover(gone, new, moved, stay)


def check_replied(given: Replied, invitee: str) -> tuple[Answer, str, Substitute]:
    """The answer, its reason and the substitute as they are stored; not the invitee themselves, whose address
    this is. Raises Invalid with everything wrong."""
    if given.answer not in (Answer.ACCEPTED, Answer.DECLINED, Answer.SUBSTITUTE):
        raise Invalid("answer-unknown", field="answer")
    answer = Answer(given.answer)
    if answer is Answer.DECLINED:
        return answer, check_reason(given.reason, "decline-reason"), NOBODY
    if answer is Answer.SUBSTITUTE:
        return answer, "", check_substitute(given.substitute, invitee)
    return answer, "", NOBODY


def check_substitute(given: Substitute, invitee: str) -> Substitute:
    """Name and address are needed, a telephone is not. Raises Invalid with everything wrong."""
    checks, name = Checks(), text.one_line(given.name)
    checks.take(lambda: text.check_length(name, LONGEST_NAME, "substitute-name", "substitute-name", "name"))
    email = checks.take(lambda: normalise_email(given.email))
    phone = checks.take(lambda: normalise_phone(given.phone))
    if email and email.casefold() == invitee.casefold():
        checks.note(Invalid("substitute-self", field="email"))
    checks.settle()
    return Substitute(name, email, phone)


def check_presence(given: str) -> Presence:
    """Raises Invalid."""
    try:
        return Presence(given)
    except ValueError as error:
        raise Invalid("presence-unknown", field="present") from error
