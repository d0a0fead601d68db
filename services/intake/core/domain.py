"""The rules of participants and initiatives. Pure: no database, no network, no clock."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.days import in_words
from services.chassis.errors import Conflict, Invalid

CODE_VALID = timedelta(minutes=15)
CODE_ATTEMPTS = 5
LETTERS_AN_HOUR = 10

REASON_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Author:
    """The participant on whose behalf a request comes."""

    participant_id: UUID
    municipality: str
    campaign: str
    session: str


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who registered, confirmed or not."""

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


@dataclass(frozen=True, slots=True)
class Initiative:
    """An initiative as intake stores it."""

    id: UUID
    number: int
    campaign: str
    municipality: str
    participant_id: UUID
    organization: UUID | None
    direction: str
    classifiers: dict[str, str]
    title: str
    text: str
    submitted_at: datetime
    status: InitiativeStatus = InitiativeStatus.SUBMITTED
    version: int = 1

    def withdraw(self) -> "Initiative":
        """Take it back. Raises Conflict if it is closed already."""
        if self.status is InitiativeStatus.WITHDRAWN:
            raise Conflict("initiative-closed", number=self.number)
        return replace(self, status=InitiativeStatus.WITHDRAWN, version=self.version + 1)


def local(moment: datetime, campaign: CampaignDefined) -> datetime:
    """The moment with the region's offset."""
    return moment.astimezone(ZoneInfo(campaign.time_zone))


def check_days(campaign: CampaignDefined, at: datetime, last: date) -> None:
    """Refuse what happens before the campaign's first day or after `last` (rule 4)."""
    today = local(at, campaign).date()
    if today < campaign.first_day:
        raise Conflict("campaign-not-started", first_day=in_words(campaign.first_day))
    if today > last:
        raise Conflict("campaign-over", first_day=in_words(campaign.first_day), last_day=in_words(last))


def check_classifier(
    campaign: CampaignDefined,
    of: Literal["participant", "initiative"],
    given: dict[str, str | None],
) -> dict[str, str]:
    """The classifier values of a participant or an initiative, each from the campaign's list."""
    values = {}
    for classifier in campaign.classifiers:
        if classifier.of != of:
            continue
        value = given.get(classifier.code)
        if value not in {term.code for term in classifier.values}:
            raise Invalid("classifier-unknown", name=classifier.name)
        values[classifier.code] = str(value)
    return values


def check_text(name: Literal["title", "text"], value: str, limit: int) -> str:
    """A title (of one line) or text as it is stored, within the limit in characters. Raises Invalid."""
    stored = texts.one_line(value) if name == "title" else texts.several_lines(value)
    return texts.check_length(stored, limit, f"{name}-empty", f"{name}-too-long", name)


def check_reason(given: str | None) -> str | None:
    """Why an initiative is taken back, as it is stored, if anything is said. Raises Invalid."""
    reason = texts.several_lines(given or "")
    if len(reason) > REASON_LONGEST:
        raise Invalid("reason-too-long", limit=REASON_LONGEST, length=len(reason))
    return reason or None
