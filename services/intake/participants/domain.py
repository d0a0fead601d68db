"""Participants and the codes that confirm their addresses. Pure: no database, no network, no clock."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.participants import (
    ParticipantEvent,
    ParticipantMerged,
    ParticipantRestated,
    ParticipantStatus,
)
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.days import in_words
from services.chassis.errors import Invalid
from services.intake.core.domain import local

CODE_VALID = timedelta(minutes=15)
CODE_ATTEMPTS = 5
CODE_DIGITS = 6
LETTERS_AN_HOUR = 10

AT_ONCE_OF_NETWORK = 300
LETTERS_AN_HOUR_OF_NETWORK = 600
LETTER_TAKES = timedelta(hours=1) / LETTERS_AN_HOUR_OF_NETWORK
ALLOWANCE = AT_ONCE_OF_NETWORK * LETTER_TAKES
"""Letters with codes that leave for one network: so many at once, and one more every six seconds. A school of
300 behind one address registers within minutes, each with a second letter within half an hour. Beyond that
letters wait."""

NAME_LONGEST = 200
CONSENT_NUMBER_LONGEST = 100

WORD = re.compile(r"[^\W\d_]+")

AnEvent = TypeVar("AnEvent", bound=ParticipantEvent)


class Letters(StrEnum):
    """Which letters about their initiatives a participant wants."""

    ALL = "all"
    """Of every step."""
    RESULTS = "results"
    """When one is returned to them, and what becomes of it in the end."""
    NONE = "none"


class ConsentKind(StrEnum):
    """How a person has consented whom the staff register."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class Consent:
    """That a person has consented: how, on which day, and by which paper, if there is one."""

    kind: ConsentKind
    day: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class InPerson:
    """Registered in person: by which account of the staff's, and how the person has consented.

    `consent`: forgotten with everything else that is personal. `confirmed_at`: when the person signed in by
    their address first, if they ever did.
    """

    by: UUID
    consent: Consent | None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant who registered, confirmed or not. No address: registered in person, or erased."""

    id: UUID
    campaign: str
    municipality: str
    organization: UUID | None
    classifiers: dict[str, str]
    email: str | None
    consent_version: str
    consented_at: datetime
    registered_at: datetime | None = None
    version: int = 0
    name: str | None = None
    """Of those alone whom the staff registered: nobody else is asked for it."""
    in_person: InPerson | None = None
    merged_into: UUID | None = None
    """The participant who this one turned out to be, and who counts."""

    @property
    def signs_in(self) -> bool:
        """Whether the address is confirmed to be theirs."""
        return self.email is not None and (self.in_person is None or self.in_person.confirmed_at is not None)

    def confirmed(self, at: datetime) -> "Participant":
        """The same participant, registered from now on; once is enough. Who was registered in person counts
        already, and has an address of their own from now on."""
        if self.registered_at is None:
            return replace(self, registered_at=at, version=self.version + 1)
        if self.in_person is not None and self.in_person.confirmed_at is None:
            return replace(self, in_person=replace(self.in_person, confirmed_at=at))
        return self

    def corrected(self, organization: UUID | None, classifiers: dict[str, str]) -> "Participant":
        """The same participant with another workplace or position; the same object if nothing changes."""
        if (organization, classifiers) == (self.organization, self.classifiers):
            return self
        return replace(self, organization=organization, classifiers=classifiers, version=self.version + 1)

    def event(self, kind: type[AnEvent], campaign: CampaignDefined, **more: UUID) -> AnEvent:
        """An event of a registered participant as they are now."""
        if self.registered_at is None:
            raise ValueError("only registered participants have events")
        return kind(
            id=self.id,
            version=self.version,
            campaign=self.campaign,
            municipality=self.municipality,
            organization=self.organization,
            classifiers=self.classifiers,
            status=ParticipantStatus.MERGED if self.merged_into else ParticipantStatus.REGISTERED,
            registered_at=local(self.registered_at, campaign),
            in_person=self.in_person is not None,
            **more,
        )

    def restated(self, campaign: CampaignDefined) -> ParticipantEvent:
        """The present state, told again."""
        if self.merged_into is not None:
            return self.event(ParticipantMerged, campaign, into=self.merged_into)
        return self.event(ParticipantRestated, campaign)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The handle of a code: by it and the code of the letter an address is confirmed. It says nothing of
    whether anybody has the address. `letter_at`: when the letter leaves, if it waits for the turn of the
    network from which it was asked for."""

    id: UUID
    letter_at: datetime | None = None


def check_consent(campaign: CampaignDefined, given: str | None) -> str:
    """The version of the consent that was given, if it is the campaign's. Raises Invalid."""
    if given is None:
        raise Invalid("consent-missing", field="consent")
    if given != campaign.consent.version:
        raise Invalid("consent-outdated", field="consent")
    return given


def check_name(given: str) -> str:
    """A person's name as it is stored; one has a word at the least. Raises Invalid."""
    stored = texts.one_line(given)
    named = stored if name_words(stored) else ""
    return texts.check_length(named, NAME_LONGEST, "name-empty", "name-too-long", "name")


def name_words(name: str) -> frozenset[str]:
    """The words by which a name is found, in whatever order: without case, ё as е, parts of double names."""
    return frozenset(WORD.findall(texts.one_line(name).casefold().replace("ё", "е")))


def check_recorded(given: Consent | None, prepared: date, today: date) -> Consent:
    """A consent that was recorded by the staff: given since the campaign's preparation began, not in the
    future. Raises Invalid."""
    if given is None:
        raise Invalid("consent-unrecorded", field="consent")
    if not prepared <= given.day <= today:
        raise Invalid("consent-day", field="consent.day", first=in_words(prepared), last=in_words(today))
    number = texts.one_line(given.number)
    if len(number) > CONSENT_NUMBER_LONGEST:
        facts = {"limit": CONSENT_NUMBER_LONGEST, "length": len(number)}
        raise Invalid("consent-number-too-long", field="consent.number", **facts)
    return replace(given, number=number)


def check_code(given: str) -> str:
    """The digits of a code, whatever else was typed between them. Raises Invalid if some are missing."""
    digits = "".join(filter(str.isdigit, given))
    if len(digits) != CODE_DIGITS:
        raise Invalid("code-incomplete", field="code")
    return digits


def check_letters(given: str) -> Letters:
    """Which letters were chosen. Raises Invalid."""
    if given not in set(Letters):
        raise Invalid("letters-unknown", field="letters")
    return Letters(given)
