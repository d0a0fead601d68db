"""Everybody who asks, and all services in this process."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5
from zlib import crc32

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import SCOPE_OF, AppointmentEvent, Level, Role, Scope
from contracts.event import REGION
from contracts.hotline import Channel
from contracts.work import OrderKind
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.accounts.store import accounts, sessions
from services.hierarchy.appointments.domain.appointments import Act, Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.checkpoints.store import results
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.domain.serving import Serving
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.meetings.domain.agreements import Agreement, State
from services.hierarchy.meetings.domain.invitations import Invitation, Invitee
from services.hierarchy.meetings.domain.meetings import Format, Item, Meeting, Planned
from services.hierarchy.meetings.store import agreements, invitations, meetings
from services.hierarchy.orders.domain.orders import Act as OrderAct
from services.hierarchy.orders.domain.orders import DoneBy, Order
from services.hierarchy.orders.domain.tasks import Holder, Task
from services.hierarchy.orders.store import orders, tasks
from services.hierarchy.questions.domain.questions import COORDINATION, About, Promise, Question
from services.hierarchy.questions.store import questions
from services.hierarchy.reports.domain.cadence import Period
from services.hierarchy.reports.domain.reports import Report
from services.hierarchy.reports.store import reports
from services.hierarchy.territory.domain.structure import Organization
from services.hierarchy.territory.store import organizations
from services.hotline.inquiries.commands.open_inquiry import Question as Inquiry
from services.hotline.inquiries.commands.open_inquiry import open_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from tests.factories import DISTRICT, NAMES, OKRUG, SETTLEMENT
from tests.hierarchy.checkpoints.telling import frozen

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
SERVED = "13603155"
"""A settlement that its district serves by agreement."""

SMO, ANOTHER_SMO = "smo", "another"
"""The one that every place belongs to, and one that has none of them."""

CHECKPOINT = date(2026, 2, 14)
"""A day of which every municipality has an interim result."""

PLACES = (DISTRICT, SETTLEMENT, SERVED, OKRUG)
"""One's own, a parent and a child, siblings, one that is served, and a foreign one."""

OWN_PEOPLE = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY, Role.HOTLINE_OPERATOR)


def school_of(place: str) -> UUID:
    """The organization that a municipality has founded."""
    return uuid5(NAMES, f"school {place}")


def group_of(place: str) -> UUID:
    """The working group for everything there."""
    return uuid5(NAMES, f"group {place}")


class Who(NamedTuple):
    """Somebody who asks: a role over something in a place; without a role a stranger or a participant."""

    name: str
    role: Role | None = None
    of: str = ""
    place: str = ""

    def belongs_to(self, place: str) -> bool:
        """Whether their role is over the whole of a municipality."""
        return self.of == place

    def looks_after(self, place: str) -> bool:
        """Whether they see its people: over the whole of it, or of the one that serves it."""
        return self.belongs_to(place) or (self.belongs_to(DISTRICT) and place == SERVED)

    def acts_in(self, place: str) -> bool:
        """Whether they have anything to do there, in a part of it or by agreement."""
        return place == self.place or (self.place == DISTRICT and place == SERVED)

    @property
    def runs_smo(self) -> bool:
        """Whether they act for the SMO whose every place is, not for another."""
        return self.role is Role.SMO_OPERATOR and self.of == SMO

    def sees_figures_of(self, place: str) -> bool:
        oversees = self.role is Role.ADMINISTRATOR or self.runs_smo
        return oversees or place == self.place or (self.place == DISTRICT and place in (SETTLEMENT, SERVED))


def of_groups_and_organizations() -> Iterator[Who]:
    """A working group's people and an organization's coordinators in every place; one that is served has no
    group of its own."""
    for place in PLACES:
        for role in (Role.LEADER, Role.MEMBER) if place != SERVED else ():
            yield Who(f"{role} of {place}", role, str(group_of(place)), place)
        for role in (Role.COORDINATOR, Role.STAND_IN):
            yield Who(f"{role} of {place}", role, str(school_of(place)), place)


STRANGERS = [Who("stranger"), Who("participant")]
STAFF = [
    Who("administrator", Role.ADMINISTRATOR, "region"),
    Who("operator", Role.SMO_OPERATOR, SMO),
    Who("operator of another", Role.SMO_OPERATOR, ANOTHER_SMO),
    *(Who(f"{role} of {place}", role, place, place) for role in OWN_PEOPLE for place in PLACES),
    *of_groups_and_organizations(),
]
FORMERS = [
    Who("former head", Role.HEAD, DISTRICT, DISTRICT),
    Who("former coordinator", Role.COORDINATOR, str(school_of(DISTRICT)), DISTRICT),
]
EVERYBODY = [*STRANGERS, *STAFF, *FORMERS]


PAIRS = [(who, place) for who in EVERYBODY for place in PLACES]


def pairs(name: str, rule: Callable[[Who, str], object], full: bool) -> list[tuple[Who, str]]:
    """Who asks in which place: everybody in every one, or of each role in its own place and in another as
    many as the rule answers differently. The name says with whom the choice begins: each has a turn."""
    if full:
        return PAIRS
    first = crc32(name.encode()) % len(PAIRS)
    chosen = dict[tuple[object, ...], tuple[Who, str]]()
    for who, place in [*PAIRS[first:], *PAIRS[:first]]:
        kind = (who.role or who.name, who in FORMERS, who.place == place, rule(who, place))
        chosen.setdefault(kind, (who, place))
    return [pair for pair in PAIRS if pair in chosen.values()]


class Known(NamedTuple):
    """An account with a session of its own."""

    account: UUID
    session: UUID


class Walls:
    """All services in this process, and everybody with a token."""

    def __init__(self, signers: Mapping[str, Signer], **pools: Pool) -> None:
        self._hierarchy, self._hotline, self._signers = pools["hierarchy"], pools["hotline"], signers
        self._pools = pools
        self.webs: dict[str, AsyncTestClient[Litestar]] = {}
        self.headers: dict[Who, dict[str, str]] = {}
        self.known: dict[Who, Known] = {}
        self._weeks = count()

    async def admit(self, who: Who) -> None:
        """Give somebody an account, a session and, if they are of the staff, what their role gives."""
        known, now = Known(uuid4(), uuid4()), datetime.now(UTC)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            account = Account(known.account, f"{known.account}@example.org", who.name)
            await accounts.find_or_add(db, account, now)
            await sessions.begin(db, known.session, known.account, "", now)
        self.recognise(who, known)
        if who.role is not None:
            appointed = await self.appoint(who, who.role, who.of)
            if who in FORMERS:
                await self._tell(appointed.end(datetime.now(UTC)).event())

    def recognise(self, who: Who, known: Known) -> None:
        """Give somebody whom the services know a token, unless it is the stranger."""
        self.known[who] = known
        if who.name == "stranger":
            return
        signer = self._signers["intake" if who.name == "participant" else "hierarchy"]
        claims = {"municipality": DISTRICT, "campaign": "spring"} if who in STRANGERS else {}
        token, _ = signer.issue(str(known.account), str(known.session), **claims)
        self.headers[who] = {"Authorization": f"Bearer {token}"}

    async def settle(self) -> None:
        """Every municipality has a school; those that are not served have a working group for everything."""
        for place in PLACES:
            school = Organization(school_of(place), "1", place, place, "Школа", "школа", 10)
            async with self._hierarchy.acquire() as db, db.transaction():
                await organizations.save(db, [school])
            if place != SERVED:
                await self._form(place, group_of(place), covers_all=True)
            await self._freeze(place)
        await self.serve()

    async def appoint(self, who: Who, role: Role, of: str) -> Appointment:
        """Store an appointment as if an act had made it."""
        now, act = datetime.now(UTC), uuid4()
        tenant = who.place or (of if SCOPE_OF[role] is Scope.MUNICIPALITY else REGION)
        appointed = Appointment(tenant, uuid4(), role, of, self.known[who].account, who.name, act, now)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, appointed.municipality, act, Act("1", now.date()), None, now)
            if who not in FORMERS:
                await appointments.add(db, [appointed])
        await self._tell(appointed.event())
        return appointed

    async def _tell(self, event: AppointmentEvent) -> None:
        for pool in self._pools.values():
            async with pool.acquire() as db, db.transaction():
                await staff.keep(db, APPOINTMENTS, [event])

    async def serve(self) -> None:
        """The district serves a settlement, if it does not already."""
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            if await serving.now(db, SERVED):
                return
            act, now = uuid4(), datetime.now(UTC)
            await appointments.add_act(db, SERVED, act, Act("1", now.date()), None, now)
            agreed = Serving(SERVED, uuid4(), DISTRICT, act, now)
            await serving.add(db, agreed)
        await self._tell(agreed.event())

    async def dissolve_others(self) -> None:
        """Of the working groups those alone stand that always do."""
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            standing = [group_of(place) for place in PLACES]
            await db.execute("DELETE FROM group_direction WHERE working_group <> ALL ($1)", standing)
            dissolve = "UPDATE working_group SET dissolved_at = formed_at WHERE id <> ALL ($1)"
            await db.execute(dissolve, standing)

    async def form(self, place: str) -> UUID:
        """Another working group there, which may be dissolved."""
        return await self._form(place, uuid4(), covers_all=False)

    async def organization(self, place: str, name: str) -> UUID:
        """Another organization of the municipality, for which the group for everything is there."""
        new = Organization(uuid4(), name, place, place, name, "клуб", 5)
        async with self._hierarchy.acquire() as db, db.transaction():
            await organizations.save(db, [new])
        return new.id

    async def summary(self, place: str, organization: UUID | None) -> UUID:
        """A summary of the group for everything there or of one of its organizations, not written yet."""
        now, monday = datetime.now(UTC), date(2019, 1, 7)
        level = Level.COORDINATOR if organization else Level.GROUP
        period = Period(monday, monday, monday, monday + timedelta(days=1))
        given = (place, uuid4(), "spring", level, group_of(place), organization, "Сводка", period)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await reports.open_(db, [Report(*given, now + timedelta(days=1), "")])
        return given[1]

    async def _freeze(self, place: str) -> None:
        """A day of the municipality has an interim result."""
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await results.keep(db, [frozen(CHECKPOINT, municipality=place, campaign="spring")])

    async def _form(self, place: str, id_: UUID, covers_all: bool) -> UUID:
        act, now = uuid4(), datetime.now(UTC)
        group = WorkingGroup(place, id_, "spring", "Группа", covers_all, frozenset(), frozenset(), act, now)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, place, act, Act("1", now.date()), None, now)
            await groups.add(db, group)
        return id_

    async def another(self) -> UUID:
        """An account that nobody was appointed with."""
        account = uuid4()
        async with self._hierarchy.acquire() as db, db.transaction():
            wanted = Account(account, f"{account}@example.org", "Ещё один")
            await accounts.find_or_add(db, wanted, datetime.now(UTC))
        return account

    async def appointment(self, place: str, role: Role = Role.DEPUTY) -> UUID:
        """An appointment of somebody who is none of those who ask: over the municipality or its school."""
        of = place if SCOPE_OF[role] is Scope.MUNICIPALITY else str(school_of(place))
        somebody = Who("somebody", role, of, place)
        self.known[somebody] = Known(await self.another(), uuid4())
        return (await self.appoint(somebody, role, of)).id

    async def meeting(self, place: str) -> UUID:
        """A meeting of the SMO tomorrow, to which one municipality is invited."""
        now = datetime.now(UTC)
        planned = Planned("Встреча", Format.VIDEO, "", "https://example.org", now + timedelta(days=1), 60)
        called_by, invited = await self.another(), await self.another()
        meeting = Meeting(uuid4(), "spring", "smo", planned, (place,), called_by)
        invitee = Invitee(place, invited, "Ещё один", f"{invited}@example.org", Role.RESPONSIBLE)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await meetings.add(db, meeting, now)
            await meetings.save_items(db, meeting.id, [Item(uuid4(), 1, "Ход")])
            await invitations.save(db, Invitation(meeting.id, invitee))
        return meeting.id

    async def agreement(self, place: str) -> UUID:
        """What a municipality has promised at a meeting of the SMO."""
        now, meeting = datetime.now(UTC), await self.meeting(place)
        given = (place, uuid4(), meeting, "smo", "Сделать", now.date(), State.OPEN, now, now)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await agreements.add(db, Agreement(*given), await self.another())
        return given[1]

    async def order(self, place: str) -> UUID:
        """An order of a municipality's Head to somebody who is none of those who ask."""
        now, appointed = datetime.now(UTC), await self.appointment(place)
        account = self.known[Who("somebody", Role.DEPUTY, place, place)].account
        order = Order(
            *(place, uuid4(), "spring", None, OrderKind.DO, "Сделать", DoneBy.TEXT),
            *(now + timedelta(days=1), ("role:deputy",), account, now),
        )
        holder = Holder(account, place, appointed, Role.DEPUTY, place, None, None, "Ещё один", "")
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            number = await orders.last_number(db, place, now.year) + 1
            await orders.add(db, order.issue((now.year, number), (account, None), OrderAct(), now))
            await tasks.add(db, [Task(place, uuid4(), order.id, holder, now)])
        return order.id

    async def question(self, place: str) -> UUID:
        """A question that the coordination group holds, from a working group of none of those who ask."""
        now, appointed = datetime.now(UTC), await self.appointment(place)
        account = self.known[Who("somebody", Role.DEPUTY, place, place)].account
        asker = Holder(account, place, appointed, Role.LEADER, str(uuid4()), None, None, "Ещё один", "")
        question = Question(
            *(place, uuid4(), "spring", asker, "Как?", About(), Promise(REGION, 1, 480), COORDINATION),
            *(frozenset[UUID](), now, now + timedelta(days=1)),
        )
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await questions.add(db, question)
        return question.id

    async def report(self, place: str) -> UUID:
        """A summary of the municipality's school, each of another week."""
        now = datetime.now(UTC)
        monday = date(2020, 1, 6) + next(self._weeks) * timedelta(days=7)
        period = Period(monday, monday, monday, monday + timedelta(days=1))
        group = await self.form(place) if place == SERVED else group_of(place)
        given = (place, uuid4(), "spring", Level.COORDINATOR, group, school_of(place), "Школа", period)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await reports.open_(db, [Report(*given, now + timedelta(days=1), "")])
        return given[1]

    async def inquiry(self, place: str) -> UUID:
        """A question from the municipality, which nobody has taken."""
        known = self.webs["hotline"].app.state.region.known
        asked = Inquiry(place, None, "other", "Как подать инициативу?", Channel.WEB, Initiator())
        done = await open_inquiry(self._hotline, known, asked, Moment(datetime.now(UTC)))
        return done.id

    async def act(self, place: str) -> UUID:
        """An act of the municipality."""
        act, now = uuid4(), datetime.now(UTC)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, place, act, Act("1", now.date()), None, now)
        return act
