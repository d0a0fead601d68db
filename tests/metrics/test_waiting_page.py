"""A result that waits says for what, in words, to those whose figures it is about."""

from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import pytest
from asyncpg import Pool

from contracts.appointments import AppointmentEvent, Role
from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.metrics.store import results
from services.metrics.store.results import Name, Waiting
from tests.databases import Database
from tests.factories import DISTRICT, HERE, OKRUG, SETTLEMENT, today
from tests.metrics.test_rights import Region, opened
from tests.metrics.told import DAY, MIDNIGHT, Topics, schedule

FIGURES = Stream(InitiativeEvent.topic, partition_of(DISTRICT))
PLAN = Stream(AppointmentEvent.topic, 0)
LATER = today() + timedelta(days=7)
"""A day of the campaign, which is around today."""
READ = (MIDNIGHT - timedelta(hours=1)).astimezone(HERE)
PAGE = f"/region/waiting?municipality={DISTRICT}&day={DAY}"


@pytest.fixture(params=["public", "staff"])
async def open_(
    request: pytest.FixtureRequest, metrics: Pool, metrics_database: Database
) -> AsyncIterator[Region]:
    async for made in opened(metrics, metrics_database, request.param):
        yield made


async def wait(pool: Pool, *streams: Stream, code: str = DISTRICT) -> None:
    """Let a result wait for streams, of which the figures' has been read until an hour before."""
    await Topics(pool).complete(READ, FIGURES)
    called = tuple(f"{stream.topic}/{stream.partition}" for stream in streams)
    async with pool.acquire() as db, db.transaction():
        await results.wait(db, {Waiting(Name("spring", code, DAY), MIDNIGHT, called)})
        assert (await inbox.watermarks(db, "metrics.rollup"))[FIGURES] < MIDNIGHT


async def seen(region: Region, who: dict[str, str], path: str = PAGE) -> str:
    answer = await region.browser.get(path, headers=who)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ").split())


async def test_it_says_which_data_it_waits_for_and_since_when(open_: Region, metrics: Pool) -> None:
    await wait(metrics, FIGURES, PLAN)
    head, _ = await open_.grant(Role.HEAD, DISTRICT, DISTRICT)

    page = await seen(open_, head)

    assert "Поток «Инициативы» позади с" in page
    assert f"{READ.day} февраля, {READ:%H:%M}" in page
    assert "Поток «Планы и сроки» позади с самого начала" in page
    assert "<html" not in page


async def test_of_a_day_that_has_just_ended_it_asks_for_patience(open_: Region, metrics: Pool) -> None:
    await wait(metrics, FIGURES)
    await Topics(metrics).tell(schedule(DISTRICT, LATER))
    head, _ = await open_.grant(Role.HEAD, DISTRICT, DISTRICT)

    page = await seen(open_, head, f"/region/waiting?municipality={DISTRICT}&day={LATER}")

    assert "Поток" not in page
    assert "Обновите страницу" in page


async def test_of_a_day_that_does_not_count_nothing_is_promised(open_: Region) -> None:
    head, _ = await open_.grant(Role.HEAD, DISTRICT, DISTRICT)

    assert "Итогов на этот день не будет" in await seen(open_, head)


async def test_what_lacks_nothing_and_is_not_frozen_is_said_as_well(open_: Region, metrics: Pool) -> None:
    await wait(metrics)
    head, _ = await open_.grant(Role.HEAD, DISTRICT, DISTRICT)

    assert "Все данные пришли" in await seen(open_, head)


async def test_it_is_for_those_whose_figures_it_is_about(open_: Region) -> None:
    told = {
        "head": await open_.grant(Role.HEAD, DISTRICT, DISTRICT),
        "smo": await open_.grant(Role.SMO_OPERATOR, "smo"),
        "region": await open_.grant(Role.ADMINISTRATOR, "region"),
        "settlement": await open_.grant(Role.HEAD, SETTLEMENT, SETTLEMENT),
        "okrug": await open_.grant(Role.HEAD, OKRUG, OKRUG),
    }

    answers = {name: await open_.status(PAGE, who) for name, (who, _) in told.items()}

    assert answers == {"head": 200, "smo": 200, "region": 200, "settlement": 404, "okrug": 404}
    assert await open_.status(PAGE) == 401


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"?day={DAY}",
        "?municipality=99999999",
        "?municipality=%00",
        f"?municipality={DISTRICT}&day=",
        f"?municipality={DISTRICT}&day=2026-02-30",
        f"?municipality={DISTRICT}&day=20260220",
        f"?municipality={DISTRICT}&day=%D9%A2026-02-20",
        f"?municipality={DISTRICT}&day=" + "9" * 5000,
    ],
)
async def test_what_no_page_asks_for_is_refused(
    metrics: Pool, metrics_database: Database, query: str
) -> None:
    async for region in opened(metrics, metrics_database, "staff"):
        head, _ = await region.grant(Role.HEAD, DISTRICT, DISTRICT)
        assert 400 <= await region.status(f"/region/waiting{query}", head) < 500
