"""The figures of one's own, as other services' pages show them."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from html import unescape
from uuid import UUID, uuid4

import pytest
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.metrics.events import rollup
from services.metrics.main import create_web
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    HERE,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    define_organization,
    fact_of,
    mirror_region,
    region,
    register_participant,
    submit_initiative,
)
from tests.metrics.test_rights import OTHER_SMO, Region, opened

OWN = "/region/figures"
SCHOOL = define_organization("1", DISTRICT).id
OTHERS = define_organization("2", OKRUG).id
NOW = datetime.now(HERE)
"""By the region's clock, as events tell it."""
Counted = InitiativeEvent | ParticipantEvent


async def count(metrics: Pool, events: Sequence[Counted]) -> None:
    for event in events:
        stream = Stream(type(event).topic, partition_of(event.municipality))
        async with metrics.acquire() as db, db.transaction():
            await rollup.roll_up(db, stream, [fact_of(event)])
            await db.execute(
                "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
                " VALUES ($1, $2, $3, 1, 1, 1) ON CONFLICT DO NOTHING",
                *(rollup.READER, stream.topic, stream.partition),
            )


def submissions(code: str, n: int, ago: int = 0, **changes: object) -> list[Counted]:
    at = NOW - timedelta(days=ago)
    return [submit_initiative(code, submitted_at=at, **changes) for _ in range(n)]


@dataclass(frozen=True)
class Shown:
    """A figure as the fragment shows it."""

    total: str
    today: str
    words: str
    href: str


def read(html: str) -> list[Shown]:
    figure = (
        r'<a href="([^"]+)"><b>([^<]+)</b></a> <span>сегодня ([^<]+)</span>\s*'
        r'<svg[^>]* aria-label="([^"]+)">'
    )
    said = re.findall(figure, unescape(html))
    return [Shown(total, today, words, href) for href, total, today, words in said]


async def shown(region: Region, who: dict[str, str], query: str = "") -> list[Shown]:
    answer = await region.browser.get(f"{OWN}{query}", headers=who)
    assert answer.status_code == 200, answer.text
    return read(answer.text)


@pytest.fixture
async def figures(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A region whose totals are public. Seven initiatives of today, and one of 20 days ago; of the district's
    three two are its school's."""
    await count(
        metrics,
        [
            *submissions(DISTRICT, 2, organization=SCHOOL),
            *submissions(SETTLEMENT, 1),
            *submissions(OKRUG, 4, organization=OTHERS),
            *submissions(OKRUG, 1, ago=20),
            register_participant(OKRUG, registered_at=NOW),
        ],
    )
    okrug = define_municipality(OKRUG, "Городской округ").model_copy(update={"smo": "other", "version": 2})
    async for made in opened(metrics, metrics_database, "public", [okrug]):
        yield made


async def test_without_a_place_everybody_sees_the_sum_of_what_is_theirs(
    figures: Region,
) -> None:
    for role, of, total in [
        (Role.ADMINISTRATOR, "region", "8"),
        (Role.SMO_OPERATOR, "smo", "3"),
        (Role.SMO_OPERATOR, "other", "5"),
        (Role.HEAD, DISTRICT, "3"),
        (Role.DEPUTY, SETTLEMENT, "1"),
    ]:
        who, _ = await figures.grant(role, of)
        registered, submitted = await shown(figures, who)

        assert submitted.total == total
        assert submitted.href == registered.href == "/region"


async def test_a_municipality_is_shown_with_its_settlements_its_growth_and_its_fortnight(
    figures: Region,
) -> None:
    who, _ = await figures.grant(Role.ADMINISTRATOR, "region")

    assert await shown(figures, who, f"?municipality={DISTRICT}") == [
        Shown("0", "0", "за 14 дней: 0; сегодня 0", f"/municipalities/{DISTRICT}"),
        Shown("3", "+3", "за 14 дней: 3; сегодня 3", f"/municipalities/{DISTRICT}"),
    ]
    assert await shown(figures, who, f"?municipality={OKRUG}") == [
        Shown("1", "+1", "за 14 дней: 1; сегодня 1", f"/municipalities/{OKRUG}"),
        Shown("5", "+4", "за 14 дней: 4; сегодня 4", f"/municipalities/{OKRUG}"),
    ]


async def test_the_figures_are_those_of_the_api(figures: Region) -> None:
    who, _ = await figures.grant(Role.ADMINISTRATOR, "region")

    for code in (DISTRICT, SETTLEMENT, OKRUG):
        answer = await figures.browser.get("/api/v1/counters?level=municipality", headers=who)
        item = next(item for item in answer.json()["items"] if item["code"] == code)
        of_page = await shown(figures, who, f"?municipality={code}")
        assert [own.total for own in of_page] == [str(item["registered"]), str(item["submitted"])]


async def test_a_foreign_municipality_is_not_there_even_where_totals_are_public(
    figures: Region,
) -> None:
    for role, of, *expected in [
        (Role.ADMINISTRATOR, "region", 200, 200, 200),
        (Role.SMO_OPERATOR, "smo", 200, 200, 404),
        (Role.SMO_OPERATOR, "other", 404, 404, 200),
        (Role.HEAD, DISTRICT, 200, 200, 404),
        (Role.DEPUTY, SETTLEMENT, 404, 200, 404),
        (Role.CLERK, "99999999", 404, 404, 404),
    ]:
        who, _ = await figures.grant(role, of)
        answers = [
            await figures.status(f"{OWN}?municipality={code}", who) for code in (DISTRICT, SETTLEMENT, OKRUG)
        ]

        assert (role, of, answers) == (role, of, expected)


async def coordinator(figures: Region, school: UUID, municipality: str) -> dict[str, str]:
    return (await figures.grant(Role.COORDINATOR, str(school), municipality))[0]


async def test_a_coordinator_sees_the_own_organization_alone(figures: Region) -> None:
    who = await coordinator(figures, SCHOOL, DISTRICT)

    registered, submitted = await shown(figures, who, f"?organization={SCHOOL}")

    assert submitted == Shown("2", "+2", "за 14 дней: 2; сегодня 2", f"/municipalities/{DISTRICT}")
    assert (registered.total, registered.today) == ("0", "0")
    assert await figures.status(f"{OWN}?organization={OTHERS}", who) == 404


async def test_a_coordinator_sees_no_other_organization_of_the_own_municipality(figures: Region) -> None:
    who = await coordinator(figures, define_organization("3", OKRUG).id, OKRUG)

    assert await figures.status(f"{OWN}?organization={OTHERS}", who) == 404


async def test_an_organization_is_seen_by_its_founders_line(figures: Region) -> None:
    for role, of, expected in [
        (Role.ADMINISTRATOR, "region", 200),
        (Role.SMO_OPERATOR, "smo", 200),
        (Role.SMO_OPERATOR, "other", 404),
        (Role.HEAD, DISTRICT, 200),
        (Role.HEAD, OKRUG, 404),
        (Role.DEPUTY, SETTLEMENT, 404),
    ]:
        who, _ = await figures.grant(role, of)

        assert await figures.status(f"{OWN}?organization={SCHOOL}", who) == expected, (role, of)


async def test_who_has_no_municipality_has_no_figures(figures: Region) -> None:
    who, _ = await figures.grant(Role.CLERK, "99999999")

    assert await figures.status(OWN, who) == 403


async def test_a_visitor_has_no_figures_even_where_totals_are_public(figures: Region) -> None:
    for query in ("", f"?municipality={DISTRICT}", f"?organization={SCHOOL}"):
        assert await figures.status(OWN + query) == 401


async def test_what_does_not_exist_is_not_there(figures: Region) -> None:
    who, _ = await figures.grant(Role.ADMINISTRATOR, "region")

    for query in (
        *("municipality=", "municipality=%00", "municipality=79605%25", "organization=x", "organization="),
        *(f"organization={uuid4()}", "municipality=" + "7" * 3000),
    ):
        assert await figures.status(f"{OWN}?{query}", who) == 404, query


async def test_it_is_a_small_fragment_without_a_page_and_without_a_script(figures: Region) -> None:
    who, _ = await figures.grant(Role.ADMINISTRATOR, "region")

    answer = await figures.browser.get(f"{OWN}?municipality={OKRUG}", headers=who)

    assert len(answer.content) < 3_000
    assert not re.search("<html|<script|<style|style=| on[a-z]+=", answer.text)
    assert re.search(r"На \d\d:\d\d</p>", answer.text)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_municipality_says_how_many_organizations_are_silent(figures: Region) -> None:
    who, _ = await figures.grant(Role.ADMINISTRATOR, "region")
    heard, unheard = OKRUG, SETTLEMENT

    of_okrug = (await figures.browser.get(f"{OWN}?municipality={heard}", headers=who)).text
    of_settlement = (await figures.browser.get(f"{OWN}?municipality={unheard}", headers=who)).text

    assert "За три дня ничего не подали: 0 из 1 организации." in unescape(of_okrug), "the closed one is none"
    assert "ничего не подали" not in of_settlement, "it founded none"


async def test_an_organization_is_silent_after_three_full_days(
    metrics: Pool, metrics_database: Database
) -> None:
    for ago, silent in ((3, 0), (4, 1)):
        await metrics_database.empty()
        await count(metrics, submissions(DISTRICT, 1, ago=ago, organization=SCHOOL))
        async for made in opened(metrics, metrics_database, "public"):
            who, _ = await made.grant(Role.ADMINISTRATOR, "region")
            page = (await made.browser.get(f"{OWN}?municipality={DISTRICT}", headers=who)).text
            assert f"ничего не подали: {silent} из 1 организации" in unescape(page)


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": NOW.date() - timedelta(days=1)},
        {"first_day": NOW.date() - timedelta(days=30), "last_day": NOW.date() - timedelta(days=2)},
    ],
    ids=["too young", "over"],
)
async def test_nobody_is_silent_while_nobody_can_be(
    metrics: Pool, metrics_database: Database, days: dict[str, date]
) -> None:
    campaign = define_campaign(version=2, **days)
    async for made in opened(metrics, metrics_database, "public", [campaign]):
        who, _ = await made.grant(Role.ADMINISTRATOR, "region")
        assert (
            "ничего не подали"
            not in (await made.browser.get(f"{OWN}?municipality={DISTRICT}", headers=who)).text
        )


async def test_without_a_campaign_the_figures_are_unknown_not_zero(
    metrics: Pool, metrics_database: Database
) -> None:
    events: list[Event] = [OTHER_SMO, *region()[1:]]
    await mirror_region(metrics, events)
    async with AsyncTestClient(create_web(metrics_database.settings("web"), Lifetime())) as browser:
        made = Region(metrics, browser)
        await trust(made)
        who, _ = await made.grant(Role.ADMINISTRATOR, "region")
        page = (await browser.get(OWN, headers=who)).text

        assert page.count("<b>нет данных</b>") == 2
        assert "<svg" not in page


async def trust(made: Region) -> None:
    async with made.pool.acquire() as db, db.transaction():
        await tokens.learn(db, Stream("dialogue.keys.v1", 0), [made.signer.published()])


@pytest.mark.parametrize(("zone", "east"), [("Europe/Kaliningrad", 2), ("Asia/Kamchatka", 12)])
@pytest.mark.parametrize(("minutes", "today"), [(-1, "+2"), (1, "0")], ids=["before midnight", "after"])
async def test_today_ends_at_the_regions_midnight(
    metrics: Pool, metrics_database: Database, zone: str, east: int, minutes: int, today: str
) -> None:
    midnight = datetime.combine(NOW.date() + timedelta(days=2), time(), timezone(timedelta(hours=east)))
    late = midnight - timedelta(minutes=10)
    await count(
        metrics, [submit_initiative(DISTRICT, submitted_at=late, organization=SCHOOL) for _ in range(2)]
    )
    await mirror_region(metrics, [define_campaign(time_zone=zone), *region()[1:]])
    clock = Clock(lambda: midnight + timedelta(minutes=minutes))
    async with AsyncTestClient(create_web(metrics_database.settings("web"), Lifetime(), clock)) as browser:
        made = Region(metrics, browser)
        await trust(made)
        who, _ = await made.grant(Role.ADMINISTRATOR, "region")
        for query in ("", f"?municipality={DISTRICT}", f"?organization={SCHOOL}"):
            _, submitted = await shown(made, who, query)
            assert (submitted.total, submitted.today) == ("2", today)
            assert submitted.words == f"за 14 дней: 2; сегодня {today.lstrip('+')}"
