"""Until when an initiative is to be decided on, in working time. Pure."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from contracts.appointments import Step
from contracts.structure import CampaignDefined
from services.directory.regulation import Rule
from services.directory.subordination import Subordination
from services.directory.working_time import Schedule, UnknownYear, add
from services.intake.core.domain import local
from services.intake.initiatives.domain import AWAITED, Initiative

LONGEST = timedelta(days=120)
"""What has been held for longer is late by any regulation."""

EXACTLY = timedelta(seconds=1)


class Clocks:
    """Says until when, by the regulation that was in force when the holder got it."""

    def __init__(self, known: Subordination, campaign: CampaignDefined) -> None:
        self.known, self.campaign = known, campaign
        self._rule: Callable[[str, date], Rule] = cache(self._rule_of)
        self._late: dict[tuple[str, int, int, datetime], datetime] = {}

    def due_of(self, initiative: Initiative) -> datetime | None:
        """Until when it is to be decided on; none where nobody is to, or no production calendar says so."""
        return self.promised(initiative) if initiative.status in AWAITED else None

    def promised(self, initiative: Initiative) -> datetime | None:
        """Until when its holder has time; none where no production calendar says so."""
        return self._due(initiative.municipality, initiative.held_from)

    def schedule_of(self, initiative: Initiative) -> Schedule:
        """By which hours its holder's time is counted."""
        return self._rule(initiative.municipality, local(initiative.held_from, self.campaign).date()).schedule

    def late_before(self, municipality: str, now: datetime) -> datetime:
        """What has been held since then or longer is overdue now."""
        rule = self._rule(municipality, local(now, self.campaign).date())
        key = rule.regulation_of, rule.regulation, rule.minutes, now
        if key not in self._late:
            self._late[key] = self._found(municipality, now)
        return self._late[key]

    def _found(self, municipality: str, now: datetime) -> datetime:
        """The last moment that is due by now, by halves: what is held later is due later."""
        begins = datetime.combine(self.campaign.first_day, time(), ZoneInfo(self.campaign.time_zone))
        found = now - LONGEST
        early, late = max(found, begins), now
        while late - early > EXACTLY:
            middle = early + (late - early) / 2
            passed = self._passed(municipality, middle, now)
            if passed is False:
                late = middle
            else:
                early, found = middle, middle if passed else found
        return found

    def _passed(self, municipality: str, held_from: datetime, now: datetime) -> bool | None:
        """Whether what is held since then is due by now; none if that cannot be said of the year it began in.
        What is due in a year without a production calendar is not due yet."""
        rule = self._rule(municipality, local(held_from, self.campaign).date())
        try:
            return add(rule.schedule, held_from, rule.minutes) < now
        except UnknownYear as unknown:
            return None if unknown.year < local(now, self.campaign).year else False

    def _due(self, municipality: str, held_from: datetime) -> datetime | None:
        rule = self._rule(municipality, local(held_from, self.campaign).date())
        try:
            return add(rule.schedule, held_from, rule.minutes)
        except UnknownYear:
            return None

    def _rule_of(self, municipality: str, day: date) -> Rule:
        noon = datetime.combine(day, time(12), ZoneInfo(self.campaign.time_zone))
        return self.known.rule(municipality, Step.DECISION, noon)
