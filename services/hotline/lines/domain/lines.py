"""The line of an administration, as it is published. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from contracts.appointments import WorkingDay
from contracts.hotline import LineDefined
from services.chassis import text as texts
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.mail.addresses import normalise_email
from services.chassis.phones import normalise_phone
from services.directory.hours import Week, check_week

NAME_LONGEST, ADDRESS_LONGEST, HELP_LONGEST, ACT_LONGEST = 120, 300, 2_000, 40
PHONES_MOST, PHONE_SHOWN = 10, 40

RUSSIAN = "ru"
LANGUAGES = {
    RUSSIAN: "русский",
    "ady": "адыгейский",
    "ba": "башкирский",
    "ce": "чеченский",
    "cv": "чувашский",
    "kbd": "кабардино-черкесский",
    "kv": "коми",
    "os": "осетинский",
    "sah": "якутский",
    "tt": "татарский",
}
"""In which languages a line may say how it helps: code → name."""


@dataclass(frozen=True, slots=True)
class Help:
    """How a line helps, in one language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    """The act by which the Head named the working group that owns a line."""

    number: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What somebody says of a line: its name, how it is reached and when, how it helps, who owns it by which
    act. `version`: the one that they have seen, 0 for a line that is not there yet."""

    municipality: str
    name: str
    phones: Sequence[str]
    email: str
    address: str
    week: Week
    help: Sequence[Help] = ()
    group: UUID | None = None
    act: Act = Act()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The line of an administration; a closed one stays with the numbers by which it was called."""

    municipality: str
    id: UUID
    name: str
    phones: Sequence[str]
    email: str
    address: str
    week: Sequence[WorkingDay | None]
    help: Sequence[Help]
    group: UUID | None
    act: Act
    closed: bool
    version: int
    changed_at: datetime
    serves: Sequence[str] = ()

    @property
    def phone(self) -> str:
        """The number to call first; nothing where there is none."""
        return next(iter(self.phones), "")

    def described(self, given: Described, now: datetime) -> "Line":
        """The same line as somebody describes it anew; one that was closed is open again."""
        return replace(begun(given, self.id, now), version=self.version + 1, serves=self.serves)

    def ended(self, now: datetime) -> Self:
        """Nobody answers there any more. Raises Conflict for one that is closed."""
        if self.closed:
            raise Conflict("line-closed")
        return replace(self, closed=True, version=self.version + 1, changed_at=now)

    def sharing(self, serves: Sequence[str], now: datetime) -> Self:
        """The line with other settlements."""
        return replace(self, serves=tuple(serves), version=self.version + 1, changed_at=now)

    def check_seen(self, version: int) -> None:
        """Raises Conflict if it was changed since somebody has seen it."""
        if version != self.version:
            raise Conflict("line-changed")

    def event(self) -> LineDefined:
        """What others learn of it: no number and no address."""
        return LineDefined(
            version=self.version,
            municipality=self.municipality,
            id=self.id,
            group=self.group,
            serves=list(self.serves),
            week=list(self.week),
            closed=self.closed,
        )


def begun(given: Described, id_: UUID, now: datetime) -> Line:
    """A line that was not there before."""
    return Line(
        municipality=given.municipality,
        id=id_,
        name=given.name,
        phones=given.phones,
        email=given.email,
        address=given.address,
        week=given.week,
        help=given.help,
        group=given.group,
        act=given.act,
        closed=False,
        version=1,
        changed_at=now,
    )


def check_described(given: Described, today: date) -> Described:
    """The same as it is stored. Raises Invalid with everything wrong."""
    checks = Checks()
    name = checks.take(lambda: _length(given.name, NAME_LONGEST, "line-name-empty", "name"))
    phones = checks.take(lambda: check_phones(given.phones))
    email = checks.take(lambda: normalise_email(given.email) if given.email.strip() else "")
    address = checks.take(lambda: _length(given.address, ADDRESS_LONGEST, "", "address"))
    week = checks.take(lambda: check_week(given.week))
    help_ = checks.take(lambda: check_help(given.help))
    act = checks.take(lambda: check_act(given.group, given.act, today))
    if not any(one.strip() for one in given.phones) and not given.email.strip():
        checks.note(Invalid("line-unreachable", field="phones"))
    checks.settle()
    return replace(
        given, name=name, phones=phones, email=email, address=address, week=week, help=help_, act=act
    )


def check_phones(given: Sequence[str]) -> tuple[str, ...]:
    """The numbers as they are stored, each once, in their order. Raises Invalid, naming the wrong one."""
    found: dict[str, None] = {}
    for written in given:
        try:
            number = normalise_phone(written, "phones")
        except Invalid as refusal:
            shown = texts.shortened(texts.one_line(written), PHONE_SHOWN)
            raise Invalid("line-phone-invalid", field="phones", phone=shown) from refusal
        if number:
            found[number] = None
    if len(found) > PHONES_MOST:
        raise Invalid("line-phones-many", field="phones", limit=PHONES_MOST)
    return tuple(found)


def check_help(given: Sequence[Help]) -> tuple[Help, ...]:
    """What a line says of itself, once a language, without what is empty. Raises Invalid."""
    said: dict[str, Help] = {}
    for nth, each in enumerate(given, 1):
        text = texts.several_lines(each.text)
        if not text:
            continue
        if each.language not in LANGUAGES:
            raise Invalid("line-language-unknown", field=f"language_{nth}")
        if each.language in said:
            raise Invalid("line-language-twice", field=f"language_{nth}", language=LANGUAGES[each.language])
        if len(text) > HELP_LONGEST:
            raise Invalid("line-help-too-long", field=f"help_{nth}", limit=HELP_LONGEST, length=len(text))
        said[each.language] = Help(each.language, text)
    return tuple(said.values())


def check_act(group: UUID | None, given: Act, today: date) -> Act:
    """By which act the Head named the group; without a group there is none. Raises Invalid."""
    if group is None:
        return Act()
    checks = Checks()
    number = checks.take(lambda: _length(given.number, ACT_LONGEST, "line-act-number-empty", "act_number"))
    if given.day is None:
        checks.note(Invalid("line-act-day-empty", field="act_day"))
    elif given.day > today:
        checks.note(Invalid("line-act-day-ahead", field="act_day"))
    checks.settle()
    return Act(number, given.day)


def _length(given: str, most: int, empty: str, field: str) -> str:
    line = texts.one_line(given)
    if not line and not empty:
        return ""
    return texts.check_length(line, most, empty or "line-text-long", "line-text-long", field)
