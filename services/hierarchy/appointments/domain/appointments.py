"""Appointments: who appoints to which role where and when, and the rights that follow."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import SCOPE_OF, GrantEnded, GrantEvent, GrantGiven, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.days import EARLIEST, DaySlugs, a_year_before, check_day
from services.chassis.errors import Checks, Conflict, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, appointing, authority, is_present, may
from services.hierarchy.core.domain.forming import check_forming, region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached, check_reached
from services.hierarchy.core.domain.roles import CATEGORIES, TITLES, Category

OF_NO_CAMPAIGN = frozenset({Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HEAD})
"""Roles that the administrator gives at any time."""

LONGEST_NUMBER = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """How the number and the day of a document are refused, by the name that it has."""

    number: str
    day: DaySlugs


ACT = Paper("act-number", DaySlugs("act-day", "act-day-early", "act-day-ahead"))
AGREEMENT = Paper(
    "agreement-number", DaySlugs("agreement-day", "agreement-day-outside", "agreement-day-outside")
)
LAW = Paper("law-number", DaySlugs("law-day", "law-day-outside", "law-day-outside"))


@dataclass(frozen=True, slots=True)
class Act:
    """The act (распоряжение) by which people are appointed."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Details:
    """What an act says of a person beside who and where: how they are reached, and of which kind a member of
    a working group is (None: not said)."""

    reached: Reached = field(default_factory=Reached)
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """An account in a role, from a moment on, until another; `ended_by`: the act that did, if one did."""

    municipality: str
    id: UUID
    role: Role
    of: str
    account: UUID
    name: str
    """As the act has it."""
    act: UUID
    from_at: datetime
    until_at: datetime | None = None
    version: int = 1
    phone: str = ""
    hours: str = ""
    category: Category | None = None
    ended_by: UUID | None = None

    def end(self, at: datetime, by: UUID | None = None) -> "Appointment":
        """The same, over from now on, by an act. Raises Conflict if it was ended before."""
        self.check_present()
        return replace(self, until_at=max(at, self.from_at), version=self.version + 1, ended_by=by)

    def check_present(self) -> None:
        """Raises Conflict if it is over."""
        if self.until_at is not None:
            raise Conflict("appointment-ended", role=TITLES[self.role])

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"appointment:{self.id}"

    def event(self) -> GrantEvent:
        """The event of its present state."""
        kind = GrantGiven if self.until_at is None else GrantEnded
        return kind(
            version=self.version,
            id=self.id,
            account=self.account,
            role=self.role,
            scope=SCOPE_OF[self.role],
            of=self.of,
            municipality=None if self.municipality == REGION else self.municipality,
            from_at=self.from_at,
            until_at=self.until_at,
        )


def check_details(role: Role | None, given: Reached, category: str) -> Details:
    """The details as they are stored. Raises Invalid with everything wrong."""
    checks = Checks()
    reached = checks.take(lambda: check_reached(given))
    kind = checks.take(lambda: check_category(role, category))
    checks.settle()
    return Details(reached, kind)


def check_category(role: Role | None, given: str) -> Category | None:
    """The kind of a member of a working group, if it was said. Raises Invalid."""
    if not given:
        return None
    if role not in (None, Role.MEMBER):
        raise Invalid("category-of-members", field="category")
    if given not in CATEGORIES:
        raise Invalid("category-unknown", field="category")
    return Category(given)


def titled(role: Role, place: Place) -> str:
    """A role over a place as letters name it."""
    return f"{TITLES[role]} – {place.name}" if place.name else TITLES[role]


def appointable(staff: Staff, place: Place, scope: Scope) -> list[Role]:
    """The roles to which they appoint there; over the region also those over its SMOs."""
    scopes = {scope, Scope.SMO} if scope is Scope.REGION else {scope}
    return [role for role in Role if SCOPE_OF[role] in scopes and may(staff, appointing(role), place)]


def acting(staff: Staff, role: Role, place: Place) -> Acting:
    """In what capacity they appoint to this role; raises as `authority` does, and Conflict for an
    organization that no group covers."""
    # Whether a district that serves has a group for it, is not for the settlement's people to see.
    visible = is_present(staff, place.tenant) and is_present(staff, place.line)
    if place.scope is Scope.ORGANIZATION and place.group is None and visible:
        raise Conflict("organization-without-group", name=place.name)
    return authority(staff, appointing(role), place)


def check_campaign(campaign: CampaignDefined | None, role: Role, now: datetime) -> None:
    """A municipality's own people are appointed within the campaign's days (rule 4); what the region's
    administrator gives belongs to no campaign. Raises NotFound, Conflict."""
    if role not in OF_NO_CAMPAIGN:
        check_forming(campaign, now)


def check_act(number: str, day: str, campaign: CampaignDefined | None, now: datetime) -> Act:
    """The act as it is stored: of a day from a year before the campaign's `prepare_from` (before the first
    campaign, a year before today) to today. Raises Invalid with everything wrong."""
    last = region_day(campaign, now)
    first = a_year_before(min(campaign.prepare_from, last) if campaign else last)
    return check_paper(ACT, number, day, (first, last))


def check_lasting(
    paper: Paper, number: str, day: str, campaign: CampaignDefined | None, now: datetime
) -> Act:
    """A document that may be much older than the campaign: an agreement, a law. Raises Invalid with
    everything wrong."""
    return check_paper(paper, number, day, (EARLIEST, region_day(campaign, now)))


def check_paper(paper: Paper, number: str, day: str, days: tuple[date, date]) -> Act:
    """A document as it is stored, of one of the days from the first to the last. Raises Invalid with
    everything wrong."""
    checks = Checks()
    known = checks.take(lambda: check_number(number, paper.number))
    signed = checks.take(lambda: check_day(day, *days, paper.day))
    checks.settle()
    return Act(known, signed)


def check_number(given: str, slug: str) -> str:
    """The number of a document as it is stored. Raises Invalid."""
    return text.check_length(text.one_line(given), LONGEST_NUMBER, slug, slug, "number")
