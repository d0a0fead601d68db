"""Appointments: who may appoint whom, to what, when, and what that gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import SCOPE_OF, GrantEnded, GrantEvent, GrantGiven, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.days import EARLIEST, DaySlugs, check_day, in_words, today
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.directory.staff import Grant, Staff

APPOINTS: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HEAD, Role.RESPONSIBLE}),
    Role.HEAD: frozenset(
        {Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY, Role.LEADER, Role.MEMBER, Role.HOTLINE_OPERATOR}
    ),
    Role.CLERK: frozenset({Role.RESPONSIBLE, Role.DEPUTY, Role.LEADER, Role.MEMBER, Role.HOTLINE_OPERATOR}),
    Role.LEADER: frozenset({Role.MEMBER, Role.COORDINATOR, Role.STAND_IN}),
    Role.MEMBER: frozenset({Role.COORDINATOR, Role.STAND_IN}),
}
"""Who appoints whom (rule 3): a working group alone appoints coordinators, to organizations that it
covers. A clerk enters the Head's acts, and the administrator enters from one list whom all the Heads have
named responsible: both are recorded."""

OF_NO_CAMPAIGN = frozenset({Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HEAD})
"""What the administrator gives on their own."""

REMINDS: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: APPOINTS[Role.ADMINISTRATOR],
    Role.SMO_OPERATOR: frozenset({Role.HEAD}),
    Role.HEAD: APPOINTS[Role.HEAD],
    Role.RESPONSIBLE: APPOINTS[Role.HEAD],
    Role.CLERK: APPOINTS[Role.HEAD],
    Role.LEADER: APPOINTS[Role.LEADER],
    Role.MEMBER: APPOINTS[Role.MEMBER],
}
"""Who reminds whom: the SMO too, which appoints nobody, and whoever runs the campaign day to day."""

CHAIRS = frozenset({Role.HEAD, Role.RESPONSIBLE, Role.LEADER, Role.COORDINATOR})
"""Roles that one person at a time holds in a municipality, a working group or an organization."""

TITLES: dict[Role, str] = {
    Role.ADMINISTRATOR: "администратор региона",
    Role.SMO_OPERATOR: "оператор СМО",
    Role.HEAD: "глава",
    Role.RESPONSIBLE: "ответственный за реализацию проекта",
    Role.CLERK: "доверенное лицо главы",
    Role.DEPUTY: "заместитель главы",
    Role.LEADER: "руководитель рабочей группы",
    Role.MEMBER: "член рабочей группы",
    Role.COORDINATOR: "координатор",
    Role.STAND_IN: "замещающий координатора",
    Role.HOTLINE_OPERATOR: "оператор горячей линии",
}

LONGEST_NUMBER = 50
ACT_DAY = DaySlugs("act-day", "act-day-early", "act-day-ahead")


@dataclass(frozen=True, slots=True)
class Act:
    """The act (распоряжение) by which somebody is appointed."""

    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Place:
    """Over what somebody is appointed: region, SMO, municipality, working group or organization.

    `tenant` is in whose line of subordination that is; `group` has an organization in its hands, or is the
    place itself; `served_by`: whose groups act for the tenant by agreement, or as the successor of a
    municipality that was `transformed`.
    """

    of: str
    tenant: str
    name: str = ""
    group: UUID | None = None
    served_by: str | None = None
    transformed: bool = False

    @property
    def line(self) -> str:
        """The municipality whose groups act here."""
        return self.served_by or self.tenant


@dataclass(frozen=True, slots=True)
class Acting:
    """Who enters an act, and on whose behalf, if not on their own."""

    account: UUID
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody in a role, from a moment on, until another."""

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

    def end(self, at: datetime) -> "Appointment":
        """The same, over from now on. Raises Conflict if somebody else has ended it before."""
        if self.until_at is not None:
            raise Conflict("appointment-ended", role=TITLES[self.role])
        return replace(self, until_at=max(at, self.from_at), version=self.version + 1)

    def told(self) -> GrantEvent:
        """The event of its present state."""
        event = GrantGiven if self.until_at is None else GrantEnded
        return event(
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


def heads_of(present: Iterable[Appointment]) -> dict[str, UUID]:
    """Municipality → its Head's account."""
    return {a.of: a.account for a in present if a.role is Role.HEAD}


def appointable(staff: Staff, place: Place, scope: Scope) -> list[Role]:
    """The roles to which they appoint there; over the region also those over its SMOs."""
    scopes = {scope, Scope.SMO} if scope is Scope.REGION else {scope}
    return [role for role in Role if SCOPE_OF[role] in scopes and _able(staff, role, place)]


def acting(staff: Staff, role: Role, place: Place, heads: Mapping[str, UUID]) -> Acting:
    """In what capacity they appoint to this role. `heads`: municipality → its Head's account.

    Raises NotFound for a place where they have nothing to do, Forbidden for a role that is not theirs to
    give, Conflict for an act of the Head's without a Head and for an organization that no group covers.
    """
    able = _able(staff, role, place)
    if able and role in APPOINTS[Role.HEAD] and able <= {Role.CLERK, Role.ADMINISTRATOR}:
        if place.tenant not in heads:
            raise Conflict("head-missing")
        return Acting(staff.account, heads[place.tenant])
    if able:
        return Acting(staff.account)
    if place.tenant != REGION and not _present(staff, place.tenant):
        raise NotFound(UNKNOWN[SCOPE_OF[role]])
    # Whether a district that serves has a group for it, is not for the settlement's people to see.
    if SCOPE_OF[role] is Scope.ORGANIZATION and place.group is None and _present(staff, place.line):
        raise Conflict("organization-without-group", name=place.name)
    raise Forbidden("not-yours-to-appoint", role=TITLES[role])


UNKNOWN = {
    Scope.REGION: "region-unknown",
    Scope.SMO: "smo-unknown",
    Scope.MUNICIPALITY: "municipality-unknown",
    Scope.GROUP: "group-unknown",
    Scope.ORGANIZATION: "organization-unknown",
}
"""The refusal of a place that does not exist or is foreign, by its kind."""


def _able(staff: Staff, role: Role, place: Place) -> set[Role]:
    """The roles of theirs in which they may appoint to this one there."""
    return {g.role for g in staff.grants if _covers(g, place) and role in APPOINTS.get(g.role, ())}


def _covers(grant: Grant, place: Place) -> bool:
    if grant.scope is Scope.MUNICIPALITY:
        return grant.of == place.tenant
    if grant.scope is Scope.GROUP:
        return grant.of == str(place.group)
    return grant.scope is Scope.REGION


def _present(staff: Staff, municipality: str) -> bool:
    return staff.holds(Role.ADMINISTRATOR) or municipality in staff.municipalities


def check_forming(campaign: CampaignDefined | None, role: Role, now: datetime) -> None:
    """A municipality's own people are appointed from the campaign's `prepare_from` to its `close_until`
    (rule 4); what the region's administrator gives belongs to no campaign. Raises NotFound, Conflict."""
    if role in OF_NO_CAMPAIGN:
        return
    if campaign is None:
        raise NotFound("forming-without-campaign")
    if not campaign.prepare_from <= today(campaign.time_zone, now) <= campaign.close_until:
        days = {"first": in_words(campaign.prepare_from), "last": in_words(campaign.close_until)}
        raise Conflict("not-forming-now", **days)


def check_act(number: str, day: str, latest: date) -> Act:
    """The act as it is stored, of `latest` or an earlier day. Raises Invalid."""
    number = text.check_length(text.one_line(number), LONGEST_NUMBER, "act-number", "act-number")
    return Act(number, check_day(day, EARLIEST, latest, ACT_DAY))
