"""Who sees which figures: everybody where the campaign says so, else the staff by their grants."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent, GrantGiven, Role, SessionEnded
from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from contracts.structure import SmoDefined
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.groups.domain.serving import Serving
from services.metrics.events import rollup
from services.metrics.main import create_web
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    fact_of,
    mirror_region,
    region,
    submit_initiative,
)

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
OTHER_SMO = SmoDefined(version=1, id="other", name="Другой совет")


class Region:
    """Metrics' web, and people who hold grants."""

    def __init__(self, pool: Pool, browser: AsyncTestClient[Litestar]) -> None:
        self.pool, self.browser = pool, browser
        self.signer = Signer("hierarchy", new_signing_key())

    async def grant(self, role: Role, of: str, municipality: str = "region") -> tuple[dict[str, str], UUID]:
        """Somebody with a role: what they send along, and their session."""
        account, session = uuid4(), uuid4()
        appointment = Appointment(municipality, uuid4(), role, of, account, "", uuid4(), datetime.now(UTC))
        await self.tell(appointment.event())
        token, _ = self.signer.issue(str(account), str(session))
        return {"Authorization": f"Bearer {token}"}, session

    async def tell(self, event: AppointmentEvent) -> None:
        async with self.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [event])

    async def status(self, path: str, who: dict[str, str] | None = None) -> int:
        answer = await self.browser.get(path, headers=who or {}, follow_redirects=False)
        return answer.status_code


async def opened(
    metrics: Pool, database: Database, figures: str, more: Sequence[Event] = ()
) -> AsyncIterator[Region]:
    events = [define_campaign(figures=figures), OTHER_SMO, *region()[1:], *more]
    await mirror_region(metrics, events)
    async with AsyncTestClient(create_web(database.settings("web"), Lifetime())) as browser:
        made = Region(metrics, browser)
        async with metrics.acquire() as db, db.transaction():
            await tokens.learn(db, Stream("dialogue.keys.v1", 0), [made.signer.published()])
        yield made


async def count_seven(metrics: Pool) -> None:
    """An initiative of the district itself, two of its settlement, four of the okrug."""
    at = datetime.now(UTC)
    for code, n in ((DISTRICT, 1), (SETTLEMENT, 2), (OKRUG, 4)):
        events = [submit_initiative(code, submitted_at=at) for _ in range(n)]
        async with metrics.acquire() as db, db.transaction():
            stream = Stream(InitiativeEvent.topic, partition_of(code))
            await rollup.roll_up(db, stream, [fact_of(event) for event in events])
            await db.execute(
                "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
                " VALUES ($1, $2, $3, 1, $4, $4) ON CONFLICT DO NOTHING",
                *(rollup.READER, stream.topic, stream.partition, n),
            )


@pytest.fixture
async def closed(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose figures are the staff's."""
    async for made in opened(metrics, metrics_database, "staff"):
        yield made


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose totals are open to everybody."""
    async for made in opened(metrics, metrics_database, "public"):
        yield made


EVERYWHERE = ["/region", "/region/curve", "/region/picture", "/api/v1/counters"]


@pytest.mark.parametrize("path", [*EVERYWHERE, f"/municipalities/{OKRUG}"])
async def test_a_stranger_sees_no_closed_figure(closed: Region, path: str) -> None:
    expected = 303 if path in ("/region", f"/municipalities/{OKRUG}") else 401

    assert await closed.status(path) == expected
    assert await closed.status("/api/v1/live") == 401


@pytest.mark.parametrize(
    ("role", "of", "region", "district", "settlement", "okrug"),
    [
        (Role.ADMINISTRATOR, "region", 200, 200, 200, 200),
        (Role.SMO_OPERATOR, "smo", 200, 200, 200, 200),
        (Role.SMO_OPERATOR, "other", 403, 404, 404, 404),
        (Role.HEAD, DISTRICT, 200, 200, 200, 404),
        (Role.DEPUTY, SETTLEMENT, 200, 404, 200, 404),
        (Role.RESPONSIBLE, OKRUG, 200, 404, 404, 200),
        (Role.CLERK, "99999999", 403, 404, 404, 404),
    ],
)
async def test_the_staff_sees_its_own_figures(
    closed: Region, role: Role, of: str, region: int, district: int, settlement: int, okrug: int
) -> None:
    who, _ = await closed.grant(role, of)
    places = {DISTRICT: district, SETTLEMENT: settlement, OKRUG: okrug}

    assert await closed.status("/region", who) == region
    for code, expected in places.items():
        assert await closed.status(f"/municipalities/{code}", who) == expected
        of_api = f"/api/v1/counters?level=organization&within={code}"
        assert await closed.status(of_api, who) == expected


@pytest.mark.parametrize(
    ("role", "of", "seen", "unseen", "total"),
    [
        (Role.ADMINISTRATOR, "region", (DISTRICT, SETTLEMENT, OKRUG), (), 7),
        (Role.HEAD, DISTRICT, (DISTRICT, SETTLEMENT), (OKRUG,), 3),
        (Role.DEPUTY, SETTLEMENT, (SETTLEMENT,), (DISTRICT, OKRUG), 2),
        (Role.SMO_OPERATOR, "other", (OKRUG,), (DISTRICT, SETTLEMENT), 4),
    ],
)
async def test_the_live_view_shows_ones_own_part(
    metrics: Pool,
    metrics_database: Database,
    role: Role,
    of: str,
    seen: tuple[str, ...],
    unseen: tuple[str, ...],
    total: int,
) -> None:
    await count_seven(metrics)
    okrug = define_municipality(OKRUG, "Городской округ")
    moved = [okrug.model_copy(update={"smo": "other", "version": 2})]
    async for closed in opened(metrics, metrics_database, "staff", moved):
        who, _ = await closed.grant(role, of)
        page = unescape((await closed.browser.get("/region?view=table", headers=who)).text)

        for code in seen:
            assert f"/municipalities/{code}" in page
        for code in unseen:
            assert code not in page
        assert f'data-figure="region submitted">{total}</td>' in page
        assert page.count("<li><time>") == len(seen), "a burst of one municipality is one line"


async def test_rights_end_with_the_session_and_with_the_grant(closed: Region) -> None:
    one, session = await closed.grant(Role.ADMINISTRATOR, "region")
    before = await closed.status("/api/v1/counters", one)

    await closed.tell(SessionEnded(version=1, id=session, ended_at=datetime.now(UTC)))

    assert before == 200
    assert await closed.status("/api/v1/counters", one) == 401


async def test_a_right_reaches_over_whom_its_municipality_serves_and_no_longer_than_that(
    closed: Region,
) -> None:
    who, _ = await closed.grant(Role.HEAD, OKRUG)
    page = f"/municipalities/{SETTLEMENT}"
    agreed = Serving(SETTLEMENT, uuid4(), OKRUG, uuid4(), datetime.now(UTC))
    before = await closed.status(page, who)

    await closed.tell(agreed.event())
    meanwhile = await closed.status(page, who)
    await closed.tell(agreed.end(datetime.now(UTC)).event())
    await closed.tell(agreed.event())

    assert (before, meanwhile) == (404, 200)
    assert await closed.status(page, who) == 404, "what was told before the end changes nothing"


async def test_an_older_state_of_a_grant_changes_nothing(closed: Region) -> None:
    account, now = uuid4(), datetime.now(UTC)
    given = Appointment("region", uuid4(), Role.ADMINISTRATOR, "region", account, "", uuid4(), now)
    await closed.tell(given.end(now).event())
    await closed.tell(given.event())

    assert isinstance(given.event(), GrantGiven)
    assert await closed.pool.fetchval("SELECT until_at FROM public.staff_grant") == now


async def test_organizations_are_the_staffs_in_every_campaign(public: Region) -> None:
    who, _ = await public.grant(Role.HEAD, OKRUG)

    assert await public.status("/region") == 200
    assert await public.status("/api/v1/counters?level=municipality") == 200
    assert await public.status("/api/v1/counters?level=organization") == 401
    assert await public.status(f"/api/v1/counters?level=organization&within={OKRUG}", who) == 200
    assert await public.status(f"/api/v1/counters?level=organization&within={DISTRICT}", who) == 404


async def test_another_issuers_token_is_nobody(closed: Region) -> None:
    stranger = Signer("hierarchy", new_signing_key())
    token, _ = stranger.issue(str(uuid4()), str(uuid4()))

    assert await closed.status("/api/v1/counters", {"Authorization": f"Bearer {token}"}) == 401
