"""Walls: every operation of every API, asked by everybody, of their own, a parent's, a child's and a foreign
municipality. An operation that the documents name and no rule here does, fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import SCOPE_OF, AppointmentEvent, Role, Scope
from contracts.event import REGION
from deploy.contracts.openapi import documents
from deploy.local.home import new_signing_key
from services.chassis import staff, tenancy, tokens
from services.chassis.db import Pool
from services.chassis.process import Lifetime
from services.chassis.tail import Stream
from services.chassis.tokens import Signer
from services.hierarchy.commands.import_municipalities import import_municipalities
from services.hierarchy.domain.accounts import Account
from services.hierarchy.domain.appointments import Act, Appointment
from services.hierarchy.domain.groups import WorkingGroup
from services.hierarchy.main import create_web as hierarchy_web
from services.hierarchy.settings import OfficeSettings
from services.hierarchy.store import accounts, appointments, campaigns, groups, sessions
from services.intake.main import create_web as intake_web
from services.metrics.main import create_web as metrics_web
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_campaign, mirror_region, region
from tests.installation import DEMONSTRATION

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
METHODS = ("get", "post", "put", "patch", "delete")
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

Expected: TypeAlias = Callable[[Who, str], set[int]]


def anybody(*statuses: int) -> Expected:
    """Everybody is treated alike."""
    return lambda who, place: set(statuses)


def of_staff(rule: Callable[[Who, str], int]) -> Expected:
    """Who is none of the staff is not known here; whoever was one has no rights left."""

    def expected(who: Who, place: str) -> set[int]:
        if who in STRANGERS:
            return {401}
        return {rule(Who("nobody") if who in FORMERS else who, place)}

    return expected


def people(who: Who, place: str) -> int:
    return 200 if who.role is Role.ADMINISTRATOR or who.belongs_to(place) else 404


def group(done: int) -> Callable[[Who, str], int]:
    """What the Head alone decides, or the clerk for the Head."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.ADMINISTRATOR:
            return 403
        if not who.belongs_to(place):
            return 404
        return done if who.role in (Role.HEAD, Role.CLERK) else 403

    return rule


def forming(who: Who, place: str) -> int:
    """The Head, the clerk for the Head; a deputy an own area alone, which this one is not."""
    return group(201)(who, place)


def dissolving(who: Who, place: str) -> int:
    """As forming; a group is there for those alone who act in its municipality."""
    return group(200)(who, place)


def figures(who: Who, place: str) -> int:
    return 200 if who.role and who.sees_figures_of(place) else 404


def own_part(who: Who, place: str) -> int:
    # What is allowed never ends: the journeys look at an open stream.
    return 200 if who.role else 403


@dataclass(frozen=True)
class Operation:
    """How an operation is asked, and what everybody should be answered."""

    expected: Expected
    body: Callable[["Walls", str], dict[str, Any] | None] = lambda walls, place: None
    query: str = ""
    endless: bool = False


def deputy(walls: "Walls", place: str) -> dict[str, Any]:
    person = {"role": "deputy", "of": place, "name": "Новый", "email": f"{uuid4().hex}@example.org"}
    return {"number": "1", "day": datetime.now(UTC).date().isoformat(), "appointments": [person]}


def working_group(walls: "Walls", place: str) -> dict[str, Any]:
    group = {"name": "Новая", "covers_all": True}
    today = datetime.now(UTC).date().isoformat()
    return {"municipality": place, "number": "1", "day": today, "groups": [group]}


OWN_SESSION = of_staff(lambda who, place: 200)


def of_participant(status: int) -> Operation:
    """The participant's own, who is a stranger to the staff: their tokens mean nothing there."""
    return Operation(lambda who, place: {status if who.name == "participant" else 401})


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("hierarchy", "get", "/.well-known/hierarchy/jwks.json"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/campaigns/current"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/municipalities"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/organizations"): Operation(anybody(200)),
    ("hierarchy", "post", "/api/v1/staff/sessions"): Operation(
        anybody(422, 429), lambda walls, place: {"email": "nobody@example.org", "password": "x"}
    ),
    ("hierarchy", "post", "/api/v1/staff/links/{word}"): Operation(
        anybody(404), lambda walls, place: {"password": "лодка плывёт домой"}
    ),
    ("hierarchy", "get", "/api/v1/staff/me"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/staff/sessions/renewal"): Operation(OWN_SESSION),
    ("hierarchy", "delete", "/api/v1/staff/sessions/current"): Operation(of_staff(lambda who, place: 204)),
    ("hierarchy", "get", "/api/v1/appointments"): Operation(of_staff(people), query="municipality={place}"),
    ("hierarchy", "post", "/api/v1/appointments"): Operation(of_staff(group(201)), deputy),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/end"): Operation(of_staff(group(200))),
    ("hierarchy", "get", "/api/v1/working-groups"): Operation(of_staff(people), query="municipality={place}"),
    ("hierarchy", "post", "/api/v1/working-groups"): Operation(of_staff(forming), working_group),
    ("hierarchy", "post", "/api/v1/working-groups/{id_}/dissolution"): Operation(of_staff(dissolving)),
    ("metrics", "get", "/api/v1/counters"): Operation(
        of_staff(figures), query="level=organization&within={place}"
    ),
    ("metrics", "get", "/api/v1/live"): Operation(of_staff(own_part), endless=True),
    ("intake", "get", "/.well-known/intake/jwks.json"): Operation(anybody(200)),
    ("intake", "post", "/api/v1/participants"): Operation(
        anybody(422),
        lambda walls, place: {
            "municipality": place,
            "position": "budget",
            "email": "x",
            "consent_version": "1",
        },
    ),
    ("intake", "post", "/api/v1/participants/{participant_id}/confirmation"): Operation(
        anybody(404), lambda walls, place: {"code": "000000"}
    ),
    ("intake", "post", "/api/v1/sessions"): Operation(anybody(422), lambda walls, place: {"email": "x"}),
    # The participant's token is good, but neither they nor a session of theirs is stored.
    ("intake", "post", "/api/v1/sessions/renewal"): of_participant(401),
    ("intake", "delete", "/api/v1/sessions/current"): of_participant(204),
    ("intake", "get", "/api/v1/initiatives"): of_participant(200),
    ("intake", "post", "/api/v1/initiatives"): replace(
        of_participant(401),
        body=lambda walls, place: {"direction": "roads", "form": "personal", "title": "А", "text": "Б"},
    ),
    ("intake", "get", "/api/v1/initiatives/{initiative_id}"): of_participant(404),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/withdrawal"): replace(
        of_participant(404), body=lambda walls, place: {"reason": None}
    ),
}


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

    async def ask(self, key: tuple[str, str, str], who: Who, place: str) -> int:
        service, method, path = key
        operation = OPERATIONS[key]
        ids = dict.fromkeys(("participant_id", "initiative_id"), str(uuid4()))
        if path.endswith("/working-groups"):
            await self._dissolve_all()
        if "/working-groups/{id_}" in path:
            ids["id_"] = str(await self._form(place))
        elif "{id_}" in path:
            ids["id_"] = str((await self.appoint(STRANGERS[0], Role.DEPUTY, place)).id)
            self.accounts[STRANGERS[0]] = await self._another()
        url = path.format(word="no-such-word", **ids)
        answer = await self.webs[service].request(
            method.upper(),
            f"{url}?{operation.query.format(place=place)}" if operation.query else url,
            headers=self.headers.get(who, {}),
            json=operation.body(self, place),
        )
        return answer.status_code

    async def _dissolve_all(self) -> None:
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await db.execute("UPDATE working_group SET dissolved_at = formed_at")

    async def _form(self, place: str) -> UUID:
        await self._dissolve_all()
        act, now = uuid4(), datetime.now(UTC)
        group = WorkingGroup(place, uuid4(), "spring", "Группа", True, frozenset(), frozenset(), act)
        async with self._hierarchy.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            await appointments.add_act(db, place, act, Act("1", now.date()), None, now)
            await groups.add(db, group, now)
        return group.id

    async def _another(self) -> UUID:
        account = uuid4()
        async with self._hierarchy.acquire() as db, db.transaction():
            wanted = Account(account, f"{account}@example.org", "Ещё один")
            await accounts.find_or_add(db, wanted, datetime.now(UTC))
        return account


@pytest.fixture
async def walls(
    hierarchy: Pool,
    metrics: Pool,
    intake: Pool,
    hierarchy_database: Database,
    metrics_database: Database,
    intake_database: Database,
    tmp_path: Path,
) -> AsyncIterator[Walls]:
    campaign = define_campaign(figures="staff")
    await import_municipalities(hierarchy, (DEMONSTRATION / "oktmo.csv").read_bytes(), "13")
    async with hierarchy.acquire() as db, db.transaction():
        await campaigns.save(db, campaign)
    await mirror_region(metrics, [campaign, *region()[1:]])
    await mirror_region(intake, [campaign, *region()[1:]])
    pem, made = new_signing_key(), Walls(hierarchy, metrics)
    of_intake = Signer("intake", pem_of_intake := new_signing_key())
    signer = Signer("hierarchy", pem)
    for pool in (hierarchy, metrics, intake):
        async with pool.acquire() as db, db.transaction():
            await tokens.learn(db, Stream("", 0), [signer.published(), of_intake.published()])
    async with AsyncExitStack() as stack:
        for service, database, build in (
            ("hierarchy", hierarchy_database, hierarchy_web),
            ("metrics", metrics_database, metrics_web),
            ("intake", intake_database, intake_web),
        ):
            key = tmp_path / f"{service}.pem"
            key.write_bytes(pem if service == "hierarchy" else pem_of_intake)
            settings = OfficeSettings.model_validate(
                {
                    "database_url": database.dsn("web"),
                    "kafka_brokers": "127.0.0.1:1",
                    "signing_key_file": key,
                    "files_url": (tmp_path / "files").as_uri(),
                }
            )
            web = AsyncTestClient(build(settings, Lifetime()))
            made.webs[service] = await stack.enter_async_context(web)
        for who in EVERYBODY:
            await made.admit(who, of_intake if who.name == "participant" else signer)
        yield made


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    named = {
        (service, method, path)
        for service, document in documents().items()
        for path, operations in document["paths"].items()
        for method in operations
        if method in METHODS
    }

    assert named == set(OPERATIONS)


@pytest.mark.parametrize("key", OPERATIONS, ids=lambda key: f"{key[1]} {key[2]}")
async def test_everybody_is_answered_by_the_rule(key: tuple[str, str, str], walls: Walls) -> None:
    operation, wrong = OPERATIONS[key], []
    for who in EVERYBODY:
        for place in PLACES:
            expected = operation.expected(who, place)
            if operation.endless and expected == {200}:
                continue
            answered = await walls.ask(key, who, place)
            if answered not in expected:
                wrong.append(f"{who.name} in {place}: {answered}, not {expected}")
            if key[1] == "delete" and expected == {204}:
                break

    assert wrong == []
