"""Everybody who asks, and all services in this process."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import SCOPE_OF, AppointmentEvent, Role, Scope
from contracts.event import REGION
from services.chassis import staff, tenancy
from services.chassis.db import Pool
from services.chassis.tail import Stream
from services.chassis.tokens import Signer
from services.hierarchy.domain.accounts import Account
from services.hierarchy.domain.appointments import Act, Appointment
from services.hierarchy.domain.groups import WorkingGroup
from services.hierarchy.domain.structure import Organization
from services.hierarchy.store import accounts, appointments, groups, organizations, sessions
from tests.factories import DISTRICT, NAMES, OKRUG, SETTLEMENT

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
PLACES = (DISTRICT, SETTLEMENT, OKRUG)


class Who(NamedTuple):
    """Somebody who asks: a role over something; without a role a stranger or a participant."""

    name: str
    role: Role | None = None
    of: str = ""

    def belongs_to(self, place: str) -> bool:
        return self.of == place

    def sees_figures_of(self, place: str) -> bool:
        oversees = self.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR)
        return oversees or place in (self.of, SETTLEMENT if self.of == DISTRICT else self.of)


STRANGERS = [Who("stranger"), Who("participant")]
STAFF = [
    Who("administrator", Role.ADMINISTRATOR, "region"),
    Who("operator", Role.SMO_OPERATOR, "smo"),
    *(
        Who(f"{role} of {place}", role, place)
        for role in (Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY, Role.HOTLINE_OPERATOR)
        for place in PLACES
    ),
]
FORMERS = [Who("former head", Role.HEAD, DISTRICT)]
EVERYBODY = [*STRANGERS, *STAFF, *FORMERS]


class Walls:
    """All services in this process, and everybody with a token."""

    def __init__(self, hierarchy: Pool, metrics: Pool) -> None:
        self._hierarchy, self._metrics = hierarchy, metrics
        self.webs: dict[str, AsyncTestClient[Litestar]] = {}
        self.headers: dict[Who, dict[str, str]] = {}
        self.accounts: dict[Who, UUID] = {}

    async def admit(self, who: Who, signer: Signer) -> None:
        """Give somebody an account, a session and, if they are of the staff, what their role gives."""
        account, session, now = uuid4(), uuid4(), datetime.now(UTC)
        self.accounts[who] = account
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await accounts.find_or_add(db, Account(account, f"{account}@example.org", who.name), now)
            await sessions.begin(db, session, account, "", now)
        if who.role is not None:
            appointed = await self.appoint(who, who.role, who.of)
            if who in FORMERS:
                await self._tell(appointed.end(datetime.now(UTC)))
        if who.name != "stranger":
            claims = {"municipality": DISTRICT, "campaign": "spring"} if who in STRANGERS else {}
            token, _ = signer.issue(str(account), str(session), **claims)
            self.headers[who] = {"Authorization": f"Bearer {token}"}

    async def appoint(self, who: Who, role: Role, of: str) -> Appointment:
        """Store an appointment as if an act had made it."""
        now, act = datetime.now(UTC), uuid4()
        tenant = of if SCOPE_OF[role] is Scope.MUNICIPALITY else REGION
        appointed = Appointment(tenant, uuid4(), role, of, self.accounts[who], who.name, act, now)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, appointed.municipality, act, Act("1", now.date()), None, now)
            if who not in FORMERS:
                await appointments.add(db, [appointed])
        await self._tell(appointed)
        return appointed

    async def _tell(self, appointment: Appointment) -> None:
        for pool in (self._hierarchy, self._metrics):
            async with pool.acquire() as db, db.transaction():
                await staff.keep(db, APPOINTMENTS, [appointment.told()])

    async def dissolve_all(self) -> None:
        """No working group stands any more."""
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await db.execute("UPDATE working_group SET dissolved_at = formed_at")

    async def form(self, place: str) -> UUID:
        """A working group for everything there, the only one."""
        await self.dissolve_all()
        act, now = uuid4(), datetime.now(UTC)
        group = WorkingGroup(place, uuid4(), "spring", "Группа", True, frozenset(), frozenset(), act)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, place, act, Act("1", now.date()), None, now)
            await groups.add(db, group, now)
        return group.id

    async def another(self) -> UUID:
        """An account that nobody was appointed with."""
        account = uuid4()
        async with self._hierarchy.acquire() as db, db.transaction():
            wanted = Account(account, f"{account}@example.org", "Ещё один")
            await accounts.find_or_add(db, wanted, datetime.now(UTC))
        return account

    async def appointment(self, place: str) -> UUID:
        """An appointment of somebody who is none of those who ask."""
        appointed = await self.appoint(STRANGERS[0], Role.DEPUTY, place)
        self.accounts[STRANGERS[0]] = await self.another()
        return appointed.id

    async def organization(self, place: str) -> UUID:
        """An organization that the municipality has founded."""
        school = Organization(uuid5(NAMES, place), "1", place, place, "Школа", "школа", 10)
        async with self._hierarchy.acquire() as db, db.transaction():
            await organizations.save(db, [school])
        return school.id

    async def act(self, place: str) -> UUID:
        """An act of the municipality."""
        act, now = uuid4(), datetime.now(UTC)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, place, act, Act("1", now.date()), None, now)
        return act
