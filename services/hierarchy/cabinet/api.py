"""HTTP: what waits for whoever asks, and whom participants turn to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from pydantic import BaseModel

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff
from services.hierarchy.accounts.kit import StaffKit
from services.hierarchy.cabinet.showing import Contacts, LineShown, Person, contacts_of
from services.hierarchy.cabinet.waiting import look, waiting
from services.hierarchy.core.domain.waiting import Line, Step


class Action(BaseModel):
    """The one thing to do about a line: a page to open, or an address to post to."""

    name: str
    href: str
    method: str


class TodayItem(BaseModel):
    """A line of «Сегодня»; `own`: it waits for the person, and is not merely missing
    below them; `where`: in which of several places."""

    kind: str
    title: str
    count: int | None
    due: datetime | None
    href: str
    where: str
    own: bool
    action: Action | None


class TodayPage(BaseModel):
    """Everything that waits, what is one's own and due first in front."""

    items: list[TodayItem]
    next: None = None


class Today(Controller):
    """What waits for the staff."""

    path = "/api/v1/today"
    tags = ("today",)
    security = SIGNED_IN

    @get(summary="What waits for whoever asks, and what is missing below them")
    async def today(
        self, pool: NamedDependency[Pool], by: NamedDependency[Staff], at: NamedDependency[Moment]
    ) -> TodayPage:
        """The same lines as the first page of the cabinet."""
        async with pool.acquire() as db, db.transaction():
            lines = await waiting(db, await look(db, by, at.now))
        return TodayPage(items=[_item(line) for line in lines])


def _item(line: Line) -> TodayItem:
    return TodayItem(
        kind=line.kind,
        title=line.sentence,
        count=line.n,
        due=line.due,
        href=line.href,
        where=line.where,
        own=line.own,
        action=_action(line.step) if line.step else None,
    )


def _action(step: Step) -> Action:
    return Action(name=step.name, href=step.href, method="POST" if step.sends else "GET")


class PersonItem(BaseModel):
    """Somebody to turn to. `hours`: in their own words; `open_now`: whether they answer now, null where the
    hours do not say so."""

    name: str
    phone: str
    email: str
    hours: str
    open_now: bool | None
    opens_at: datetime | None


class GroupItem(BaseModel):
    """The working group that looks after the organization, and who leads it."""

    id: UUID
    name: str
    leader: PersonItem | None
    open_now: bool | None


class LineContact(BaseModel):
    """The hotline: whose, and whether somebody answers now. Its numbers are at `href`."""

    municipality: str
    hours: str
    open_now: bool | None
    opens_at: datetime | None
    href: str


class ContactsPage(BaseModel):
    """Whom to turn to, the nearest first; null where there is none."""

    coordinator: PersonItem | None
    stand_in: PersonItem | None
    group: GroupItem | None
    responsible: PersonItem | None
    line: LineContact | None


class ContactsOf(Controller):
    """Whom participants turn to."""

    path = "/api/v1/contacts"
    tags = ("contacts",)

    @get(summary="Whom to turn to, with what is open now")
    async def contacts(
        self,
        request: AnyRequest,
        kit: NamedDependency[StaffKit],
        pool: NamedDependency[Pool],
        municipality: Annotated[str, QueryParameter(pattern="^([0-9]{8}|)$")] = "",
        organization: Annotated[UUID | None, QueryParameter()] = None,
    ) -> ContactsPage:
        """Of an organization, or of a municipality. Named is who was appointed by a public act to be
        contacted, and nobody else."""
        now = kit.now(request)
        async with pool.acquire() as db, db.transaction():
            found = await contacts_of(db, organization, municipality, now)
        leader = _person(found.of(Role.LEADER))
        return ContactsPage(
            coordinator=_person(found.of(Role.COORDINATOR)),
            stand_in=_person(found.of(Role.STAND_IN)),
            group=_group(found, leader),
            responsible=_person(found.of(Role.RESPONSIBLE)),
            line=_line(found.line) if found.line else None,
        )


def _person(person: Person | None) -> PersonItem | None:
    if person is None:
        return None
    c, now = person.contact, person.opening
    return PersonItem(
        name=c.name,
        phone=c.phone,
        email=c.email,
        hours=c.hours,
        open_now=now.open_now,
        opens_at=now.opens_at,
    )


def _group(found: Contacts, leader: PersonItem | None) -> GroupItem | None:
    if found.group is None:
        return None
    open_now = leader.open_now if leader else None
    return GroupItem(id=found.group.id, name=found.group.name, leader=leader, open_now=open_now)


def _line(shown: LineShown) -> LineContact:
    return LineContact(
        municipality=shown.line.municipality,
        hours=shown.hours,
        open_now=shown.opening.open_now,
        opens_at=shown.opening.opens_at,
        href=f"/api/v1/lines?municipality={shown.line.municipality}",
    )
