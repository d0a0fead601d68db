"""Participants and the codes that confirm their addresses. Pure: no database, no network, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.participants import ParticipantEvent, ParticipantStatus
from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid
from services.intake.core.domain import local

CODE_VALID = timedelta(minutes=15)
CODE_ATTEMPTS = 5
CODE_DIGITS = 6
LETTERS_AN_HOUR = 10

AnEvent = TypeVar("AnEvent", bound=ParticipantEvent)


class Letters(StrEnum):
    """Which letters about their initiatives a participant wants."""

    ALL = "all"
    """Of every step."""
    RESULTS = "results"
    """When one is returned to them, and what becomes of it in the end."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant who registered, confirmed or not."""

    id: UUID
    campaign: str
    municipality: str
    organization: UUID | None
    classifiers: dict[str, str]
    email: str
    consent_version: str
    consented_at: datetime
    registered_at: datetime | None = None
    version: int = 0

    def confirmed(self, at: datetime) -> "Participant":
        """The same participant, registered from now on; once is enough."""
        if self.registered_at is not None:
            return self
        return replace(self, registered_at=at, version=self.version + 1)

    def corrected(self, organization: UUID | None, classifiers: dict[str, str]) -> "Participant":
        """The same participant with another workplace or position; the same object if nothing changes."""
        if (organization, classifiers) == (self.organization, self.classifiers):
            return self
        return replace(self, organization=organization, classifiers=classifiers, version=self.version + 1)

    def event(self, kind: type[AnEvent], campaign: CampaignDefined) -> AnEvent:
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
            status=ParticipantStatus.REGISTERED,
            registered_at=local(self.registered_at, campaign),
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """The participant who is to be confirmed by the code of a letter."""

    id: UUID


def check_consent(campaign: CampaignDefined, given: str | None) -> str:
    """The version of the consent that was given, if it is the campaign's. Raises Invalid."""
    if given is None:
        raise Invalid("consent-missing", field="consent")
    if given != campaign.consent.version:
        raise Invalid("consent-outdated", field="consent")
    return given


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
