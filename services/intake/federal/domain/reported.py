"""Figures that a municipality without access of its own reported (сведения со слов)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.reported import ReportedFigures, ReportSource
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.days import in_words
from services.chassis.errors import Checks, Invalid
from services.intake.core.domain import local

MOST = 999_999_999
NOTE_LONGEST = 200

SOURCES = {
    ReportSource.LETTER: "Письмо",
    ReportSource.TABLE: "Таблица",
    ReportSource.PHONE: "По телефону",
    ReportSource.MEETING: "На встрече",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported: None where nothing that can be was given. The note stays in intake."""

    municipality: str
    registered: int | None
    submitted: int | None
    as_of: date | None
    source: ReportSource | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """A version of what a municipality reported; the last one stands."""

    municipality: str
    campaign: str
    version: int
    registered: int
    submitted: int
    as_of: date
    source: ReportSource
    note: str
    account: UUID
    reported_at: datetime

    def event(self, campaign: CampaignDefined) -> ReportedFigures:
        """The event of its present state."""
        return ReportedFigures(
            version=self.version,
            campaign=self.campaign,
            municipality=self.municipality,
            registered=self.registered,
            submitted=self.submitted,
            as_of=self.as_of,
            source=self.source,
            reported_at=local(self.reported_at, campaign),
        )


def check(given: Report, campaign: CampaignDefined, today: date) -> Report:
    """What is reported, as it is stored. Raises Invalid with everything that is wrong with it."""
    checks = Checks()
    for field in ("registered", "submitted"):
        number = getattr(given, field)
        if number is None or not 0 <= number <= MOST:
            checks.note(Invalid("reported-number", field=field))
    if given.as_of is None:
        checks.note(Invalid("reported-day-missing", field="as_of"))
    elif not campaign.prepare_from <= given.as_of <= today:
        days = {"first": in_words(campaign.prepare_from), "last": in_words(today)}
        checks.note(Invalid("reported-day", field="as_of", **days))
    if given.source is None:
        checks.note(Invalid("reported-source", field="source"))
    note = texts.one_line(given.note)
    if len(note) > NOTE_LONGEST:
        checks.note(Invalid("reported-note-long", field="note", limit=NOTE_LONGEST, length=len(note)))
    checks.settle()
    told = (given.registered, given.submitted, given.as_of, given.source)
    return Report(given.municipality, *told, note)
