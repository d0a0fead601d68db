"""Targets beside the figures of the API: what is told, and to whom (rule 5)."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from contracts.appointments import Role, SessionEnded, TargetScope, TargetSet
from contracts.event import Event
from services.chassis.db.pool import Pool
from services.metrics.web.plan.fulfilment import UNSEEN
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_campaign, define_municipality, set_target
from tests.metrics.test_live_plan import define_calendar, tell_targets
from tests.metrics.test_own_figures import NOW, count, submissions
from tests.metrics.test_rights import Region, opened

COUNTERS = "/api/v1/counters"
TODAY = NOW.date()
"""The campaign began 20 days ago, and goes on for 20 more."""
WIDE = TargetScope.WITH_SETTLEMENTS


def calendars() -> Sequence[Event]:
    """A week of seven working days, so that every day is like another."""
    years = {(TODAY + timedelta(days=n)).year for n in (-40, 40)}
    days = [TODAY + timedelta(days=n) for n in range(-40, 41)]
    weekends = [day for day in days if day.weekday() > 4]
    return [
        define_calendar(year).model_copy(update={"days_off": [], "worked": weekends})
        for year in sorted(years)
    ]


async def planned(
    metrics: Pool, database: Database, figures: str, *targets: TargetSet
) -> AsyncIterator[Region]:
    """Two initiatives of the district, three of its settlement, four of the okrug, which is another SMO's."""
    await count(
        metrics,
        [*submissions(DISTRICT, 2, ago=9), *submissions(SETTLEMENT, 3, ago=8), *submissions(OKRUG, 4, ago=7)],
    )
    okrug = define_municipality(OKRUG, "Городской округ").model_copy(update={"smo": "other", "version": 2})
    await tell_targets(metrics, *targets)
    async for made in opened(metrics, database, figures, [okrug, *calendars()]):
        yield made


@pytest.fixture(params=["public", "staff"])
async def either(
    request: pytest.FixtureRequest, metrics: Pool, metrics_database: Database
) -> AsyncIterator[Region]:
    """The district's target is with its settlement and from a letter; the okrug's is its own."""
    district = set_target(DISTRICT, 40, 20, scope=WIDE, confirmed=False)
    async for made in planned(metrics, metrics_database, request.param, district, set_target(OKRUG, 16, 16)):
        yield made


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose totals are open: the settlement has a target, the district none."""
    async for made in planned(metrics, metrics_database, "public", set_target(SETTLEMENT, 40, 20)):
        yield made


async def items(region: Region, query: str, who: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    answer = await region.browser.get(f"{COUNTERS}?{query}", headers=who or {})
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


def beside(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in UNSEEN}


async def test_a_municipality_is_told_beside_its_target(either: Region) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")
    found = await items(either, "level=municipality", who)

    district = beside(found[DISTRICT])
    forecast = district.pop("forecast_submitted")
    assert forecast["low"] <= forecast["likely"] <= forecast["high"]
    assert forecast["low"] >= 5
    assert district.pop("forecast_registered")["low"] == 0
    assert district == {
        "target_registered": 40,
        "target_submitted": 20,
        "scope": "with-settlements",
        "target_confirmed": False,
        "with_target": 1,
        "of": 1,
        "share_registered": 0.0,
        "share_submitted": 25.0,
        "expected_registered": round(40 * 20 / 41),
        "expected_submitted": round(20 * 20 / 41),
        "lag_registered": 20,
        "lag_submitted": 5,
        "lag_days_registered": 20,
        "lag_days_submitted": 9,
        "pace_registered": 0.0,
        "pace_submitted": 51.3,
    }
    assert (found[OKRUG]["scope"], found[OKRUG]["share_submitted"]) == ("own", 25.0)
    assert beside(found[SETTLEMENT]) == UNSEEN | {"with_target": 1, "of": 1}


async def test_what_is_wanted_together_takes_each_person_once(either: Region) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")
    region = (await items(either, "level=region", who))["region"]
    smos = await items(either, "level=smo", who)
    districts = await items(either, "level=district", who)

    keys = ("target_registered", "target_submitted", "share_submitted", "with_target", "of", "scope")
    assert [region[key] for key in keys] == [56, 36, 25.0, 3, 3, None]
    assert [smos["smo"][key] for key in keys] == [40, 20, 25.0, 2, 2, None]
    assert [smos["other"][key] for key in keys] == [16, 16, 25.0, 1, 1, None]
    assert [districts[DISTRICT][key] for key in keys] == [40, 20, 25.0, 2, 2, "with-settlements"]
    assert [districts[OKRUG][key] for key in keys] == [16, 16, 25.0, 1, 1, "own"]


async def test_a_district_without_a_target_is_as_far_as_its_settlements(public: Region) -> None:
    who, _ = await public.grant(Role.ADMINISTRATOR, "region")
    district = (await items(public, "level=district", who))[DISTRICT]
    own = (await items(public, "level=municipality", who))[DISTRICT]

    keys = ("target_submitted", "share_submitted", "with_target", "of", "scope", "target_confirmed")
    assert [district[key] for key in keys] == [20, 15.0, 1, 2, None, None]
    assert beside(own) == UNSEEN | {"with_target": 0, "of": 1}
    assert (own["submitted"], district["submitted"]) == (5, 5)


SEEN = {
    (Role.ADMINISTRATOR, "region"): {DISTRICT, SETTLEMENT, OKRUG},
    (Role.SMO_OPERATOR, "smo"): {DISTRICT, SETTLEMENT},
    (Role.SMO_OPERATOR, "other"): {OKRUG},
    (Role.HEAD, DISTRICT): {DISTRICT, SETTLEMENT},
    (Role.DEPUTY, SETTLEMENT): {SETTLEMENT},
    (Role.RESPONSIBLE, OKRUG): {OKRUG},
    (Role.SMO_OPERATOR, "no-such-smo"): set(),
}


@pytest.mark.parametrize(("role", "of"), SEEN)
async def test_everybody_of_the_staff_sees_the_targets_of_their_own(
    public: Region, role: Role, of: str
) -> None:
    who, _ = await public.grant(role, of)
    seen = SEEN[role, of]

    municipalities = await items(public, "level=municipality", who)
    region = await items(public, "level=region", who)
    smos = await items(public, "level=smo", who)
    districts = await items(public, "level=district", who)

    assert {code for code, item in municipalities.items() if item["of"] is not None} == seen
    assert (region["region"]["of"] is not None) == (len(seen) == 3)
    assert (smos["smo"]["of"] is not None) == ({DISTRICT, SETTLEMENT} <= seen)
    assert (districts[DISTRICT]["of"] is not None) == ({DISTRICT, SETTLEMENT} <= seen)
    assert (districts[OKRUG]["of"] is not None) == (OKRUG in seen)


@pytest.mark.parametrize("level", ["region", "smo", "district", "municipality"])
@pytest.mark.parametrize("who", [{}, {"Authorization": "Bearer nonsense"}])
async def test_a_visitor_sees_no_target(public: Region, level: str, who: dict[str, str]) -> None:
    for item in (await items(public, f"level={level}", who)).values():
        assert beside(item) == UNSEEN


async def test_an_ended_session_sees_no_target(public: Region) -> None:
    who, session = await public.grant(Role.ADMINISTRATOR, "region")
    await public.tell(SessionEnded(version=1, id=session, ended_at=NOW))

    assert beside((await items(public, "level=region", who))["region"]) == UNSEEN


async def test_directions_have_no_targets(public: Region) -> None:
    who, _ = await public.grant(Role.ADMINISTRATOR, "region")

    for item in (await items(public, "level=direction", who)).values():
        assert not UNSEEN.keys() & item.keys()


async def test_a_campaign_whose_year_is_unknown_has_shares_alone(
    metrics: Pool, metrics_database: Database
) -> None:
    await tell_targets(metrics, set_target(OKRUG, 16, 16))
    async for region in opened(metrics, metrics_database, "public", [define_campaign(version=2)]):
        who, _ = await region.grant(Role.ADMINISTRATOR, "region")
        found = (await items(region, "level=municipality", who))[OKRUG]

        assert found["share_submitted"] == 0.0
        assert found["target_submitted"] == 16
        unknown = [found[key] for key in ("expected_submitted", "pace_submitted", "forecast_submitted")]
        assert unknown == [None, None, None]
