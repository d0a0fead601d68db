"""Who sees which figures: everybody where the campaign says so, else the staff by their grants."""

from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest

from contracts.appointments import GrantGiven, Role, SessionEnded
from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from deploy.local.home import new_signing_key
from services.chassis.db import Pool
from services.chassis.tail import Stream
from services.chassis.tokens import Signer
from services.hierarchy.domain.appointments import Appointment
from services.metrics import rollup
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_municipality,
    fact_of,
    submit_initiative,
)
from tests.metrics.looking import Region, opened

EVERYWHERE = ["/region", "/region/curve", "/api/v1/counters"]


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
    for code, n in ((DISTRICT, 1), (SETTLEMENT, 2), (OKRUG, 4)):
        events = [submit_initiative(code, submitted_at=datetime.now(UTC)) for _ in range(n)]
        async with metrics.acquire() as db, db.transaction():
            stream = Stream(InitiativeEvent.topic, partition_of(code))
            await rollup.roll_up(db, stream, [fact_of(event) for event in events])
            await db.execute(
                "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
                " VALUES ($1, $2, $3, 1, $4, $4) ON CONFLICT DO NOTHING",
                *(rollup.READER, stream.topic, stream.partition, n),
            )
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
        assert page.count("<li><time>") == total


async def test_rights_end_with_the_session_and_with_the_grant(closed: Region) -> None:
    one, session = await closed.grant(Role.ADMINISTRATOR, "region")
    before = await closed.status("/api/v1/counters", one)

    await closed.tell(SessionEnded(version=1, id=session, ended_at=datetime.now(UTC)))

    assert before == 200
    assert await closed.status("/api/v1/counters", one) == 401


async def test_an_older_state_of_a_grant_changes_nothing(closed: Region) -> None:
    account, now = uuid4(), datetime.now(UTC)
    given = Appointment("region", uuid4(), Role.ADMINISTRATOR, "region", account, "", uuid4(), now)
    await closed.tell(given.end(now).told())
    await closed.tell(given.told())

    assert isinstance(given.told(), GrantGiven)
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
