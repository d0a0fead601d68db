"""A region with lines: what the hotline has read of it, and people who hold grants there."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import (
    SCOPE_OF,
    AppointmentEvent,
    GrantGiven,
    Role,
    Scope,
    ServingAgreed,
    WorkingDay,
    WorkingGroupDefined,
)
from contracts.event import Event
from contracts.hotline import LineDefined
from contracts.structure import CalendarDefined
from deploy.local.home import new_signing_key
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.directory.grants import Staff
from services.directory.subordination import APPOINTMENTS
from services.hotline.core.domain.entrance import Entrance
from services.hotline.core.region import Known, draw
from services.hotline.lines.domain.lines import Act, Described, Help
from services.hotline.main import create_web
from services.hotline.settings import HotlineSettings
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    define_campaign,
    define_municipality,
    mirror_region,
    region,
)
from tests.webs import Web, serving

FRIDAY = datetime.fromisoformat("2026-02-20T12:00:00+03:00")
"""A Friday before a long weekend: 23 February is a day off."""

ENTRANCE = Entrance.of("https://example.org", b"a key that seals links")

OTHER_SETTLEMENT = "13603152"
GROUP, OTHER_GROUP, DISSOLVED = (UUID(int=n) for n in (101, 102, 103))
CALENDAR = CalendarDefined(
    version=1, year=2026, days_off=[date(2026, 2, 23), date(2026, 3, 9)], worked=[], shortened=[]
)
PLAIN = WorkingDay(begins=time(9), ends=time(18), lunch_begins=time(13), lunch_ends=time(13, 45))
WEEK: list[WorkingDay | None] = [PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, None, None]
CAMPAIGN = define_campaign(
    prepare_from=date(2026, 1, 10),
    first_day=date(2026, 2, 14),
    last_day=date(2026, 3, 31),
    close_until=date(2026, 4, 30),
)


def define_group(id_: UUID, municipality: str, **changes: object) -> WorkingGroupDefined:
    fields = {"id": id_, "version": 1, "campaign": "spring", "municipality": municipality}
    whole = {"covers_all": True, "directions": [], "organizations": []}
    return WorkingGroupDefined.model_validate(fields | whole | changes)


GROUPS = (
    define_group(GROUP, DISTRICT),
    define_group(OTHER_GROUP, OKRUG),
    define_group(DISSOLVED, DISTRICT, dissolved=True),
)


def describe(municipality: str = DISTRICT, **changes: Any) -> Described:
    """What somebody says of a line that nothing is wrong with."""
    fields: dict[str, Any] = {
        "municipality": municipality,
        "name": "Горячая линия района",
        "phones": ["8 (4932) 32-61-12", "+7 920 123-45-67, доб. 12"],
        "email": "Liniya@Example.ru",
        "address": "ул. Ленина, 1",
        "week": WEEK,
        "help": [Help("ru", "Подскажем, как подать инициативу.")],
        "group": GROUP if municipality == DISTRICT else None,
        "act": Act("12-р", date(2026, 2, 10)) if municipality == DISTRICT else Act(),
    }
    return Described(**(fields | changes))


@dataclass
class World:
    """The hotline's database, what it has read, and at what time things happen."""

    pool: Pool
    now: datetime = FRIDAY
    known: Known = field(default_factory=Known)
    people: dict[UUID, Staff] = field(default_factory=dict)

    def at(self, now: datetime | None = None) -> Moment:
        return Moment(now or self.now)

    async def tell(self, *events: Event) -> None:
        """Let the hotline read events of appointments."""
        stream = Stream(AppointmentEvent.topic, 0)
        async with self.pool.acquire() as db, db.transaction():
            mirrored = [event for event in events if isinstance(event, APPOINTMENTS)]
            if mirrored:
                await mirror.keep(db, stream, mirrored)
            rights = [event for event in events if not isinstance(event, WorkingGroupDefined)]
            await staff.keep(db, stream, rights)  # type: ignore[arg-type]
            self.known = replace(await draw(db), entrance=ENTRANCE)

    async def appoint(self, role: Role, municipality: str = DISTRICT, name: str = "Анна Орлова") -> Staff:
        """Somebody with a role in a municipality, as their token and grants say."""
        scope, account = SCOPE_OF[role], uuid4()
        of = {Scope.MUNICIPALITY: municipality, Scope.GROUP: str(GROUP)}.get(scope, str(uuid4()))
        grant = GrantGiven(
            version=1,
            id=uuid4(),
            account=account,
            role=role,
            scope=scope,
            of=of,
            municipality=municipality,
            from_at=datetime(2026, 1, 10, tzinfo=UTC),
        )
        await self.tell(grant)
        async with self.pool.acquire() as db:
            held = await staff.grants_of(db, account, self.now)
        self.people[account] = Staff(account, uuid4(), held, name)
        return self.people[account]

    async def serve(self, municipality: str, served_by: str) -> None:
        """A settlement is served by its district by agreement."""
        agreed = ServingAgreed(
            version=1,
            id=uuid4(),
            municipality=municipality,
            served_by=served_by,
            from_at=datetime(2026, 1, 10, tzinfo=UTC),
        )
        await self.tell(agreed)

    async def dissolve(self, group: UUID) -> None:
        """A working group of the district is dissolved."""
        await self.tell(define_group(group, DISTRICT, version=2, dissolved=True))

    async def events(self) -> list[LineDefined]:
        """What was told of lines, in order."""
        async with self.pool.acquire() as db:
            rows = await db.fetch("SELECT data FROM outbox ORDER BY id")
        return [LineDefined.model_validate_json(row["data"]) for row in rows]

    async def audited(self) -> list[str]:
        """What the audit says was done."""
        async with self.pool.acquire() as db, db.transaction():
            await db.execute("SET LOCAL app.municipalities = '*'")
            return [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]


@pytest.fixture
async def world(hotline: Pool) -> World:
    """A district with two settlements and an okrug, their working groups, in February 2026."""
    events = [CAMPAIGN, CALENDAR, define_municipality(OTHER_SETTLEMENT, "Берёзовское поселение", DISTRICT)]
    await mirror_region(hotline, [*region()[1:], *events])
    world = World(hotline)
    await world.tell(*GROUPS)
    return world


@dataclass
class Desk:
    """The hotline's web, and people who look at it with tokens of their own."""

    world: World
    web: Web
    browser: AsyncTestClient[Litestar]
    signer: Signer
    time: "Time"

    def headers(self, who: Staff | None, more: dict[str, str]) -> dict[str, str]:
        """What somebody's browser sends along."""
        headers = {"Accept": "text/html"} | more
        if who is not None:
            token, _ = self.signer.issue(str(who.account), str(who.session), name=who.name)
            headers["Authorization"] = f"Bearer {token}"
        return headers

    async def refresh(self) -> None:
        """Let the web know what was told meanwhile."""
        region = self.web.app.state.region
        async with self.world.pool.acquire() as db:
            region.known = replace(await draw(db), entrance=region.known.entrance)

    async def get(self, path: str, who: Staff | None = None, **headers: str) -> Any:
        return await self.browser.get(path, headers=self.headers(who, headers), follow_redirects=False)

    async def post(self, path: str, who: Staff, fields: dict[str, str]) -> Any:
        headers = self.headers(who, {})
        return await self.browser.post(path, data=fields, headers=headers, follow_redirects=False)

    async def json(self, path: str, who: Staff, body: object, key: str) -> Any:
        headers = self.headers(who, {"Accept": "application/json", "Idempotency-Key": key})
        return await self.browser.post(path, json=body, headers=headers)


@dataclass
class Time:
    """What the web's clock shows."""

    now: datetime = FRIDAY


@dataclass(frozen=True)
class House:
    """One application for a module."""

    web: Web
    signer: Signer
    time: Time


@pytest.fixture(scope="module")
def house(hotline_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The hotline's web, whose clock stands where a test says."""
    folder, time = tmp_path_factory.mktemp("hotline"), Time()
    (folder / "key.pem").write_bytes(new_signing_key())
    given = {"signing_key_file": folder / "key.pem", "files_url": (folder / "files").as_uri()}
    settings = HotlineSettings.model_validate({**hotline_database.settings("web").model_dump(), **given})
    with serving(create_web(settings, Lifetime(), Clock(lambda: time.now))) as web:
        yield House(web, Signer("hierarchy", new_signing_key()), time)


@pytest.fixture
async def desk(house: House, world: World) -> AsyncIterator[Desk]:
    """A browser of nobody in particular."""
    async with world.pool.acquire() as db, db.transaction():
        await tokens.learn(db, Stream("dialogue.keys.v1", 0), [house.signer.published()])
    house.time.now = FRIDAY
    async with house.web.browser() as browser:
        desk = Desk(world, house.web, browser, house.signer, house.time)
        await desk.refresh()
        yield desk
