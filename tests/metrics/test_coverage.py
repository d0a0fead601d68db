"""Coverage in the live view: the staff sees its own municipalities', a visitor none."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from contracts.appointments import AppointmentEvent, CoverageStated, Role
from services.chassis.db.pool import Pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.metrics.picture.coverage import gaps_of
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.test_rights import Region, opened

TABLE = "/region?view=table"
FORMED = {"head": True, "responsible": True, "groups": 1, "organizations": 4}
NOTHING = dict.fromkeys(
    ("groups_without_leader", "directions_uncovered", "organizations_uncovered", "coordinators_missing"), 0
)


def state_coverage(municipality: str, **changes: object) -> CoverageStated:
    """Complete, but for what is changed."""
    fields = {"version": 1, "campaign": "spring", "municipality": municipality, "unanswered": 0}
    return CoverageStated.model_validate(fields | FORMED | NOTHING | changes)


async def hear(pool: Pool, mark: int, *stated: CoverageStated) -> None:
    """Let metrics know of coverage, as its reader does."""
    async with pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(AppointmentEvent.topic, 0), stated)
        await db.execute(
            "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)"
            " VALUES ('metrics.coverage', $1, 0, 1, $2, $2)"
            " ON CONFLICT (reader, topic, partition) DO UPDATE SET mark = $2, applied = $2",
            *(AppointmentEvent.topic, mark),
        )


async def seen(region: Region, path: str, who: dict[str, str] | None = None) -> str:
    answer = await region.browser.get(path, headers=who or {})
    return " ".join(unescape(answer.text).split())


def states(page: str) -> dict[str, str]:
    """Each municipality's state in the table, in its order."""
    linked = re.findall(r'href="/municipalities/(\d+)#coverage">([^<]*)<', page)
    return {code: word.replace("\N{NO-BREAK SPACE}", " ") for code, word in linked}


def summary(page: str) -> str:
    found = re.search(r"Всё готово: у[^<]*(?:</a>[^<]*)?", page)
    return re.sub("</a>| ваш(их|его)", "", found[0]) if found else ""


@pytest.fixture(params=["public", "staff"])
async def either(
    request: pytest.FixtureRequest, metrics: Pool, metrics_database: Database
) -> AsyncIterator[Region]:
    """In either campaign a district lacks five, its settlement is silent, another SMO's okrug is formed."""
    okrug = define_municipality(OKRUG, "Городской округ").model_copy(update={"smo": "other", "version": 2})
    district = state_coverage(DISTRICT, responsible=False, coordinators_missing=3, unbriefed=1)
    await hear(metrics, 1, district, state_coverage(OKRUG))
    async for made in opened(metrics, metrics_database, request.param, [okrug]):
        yield made


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        ({}, 0),
        ({"head": False}, 1),
        ({"groups": 2, "groups_without_leader": 2, "directions_uncovered": 3}, 5),
        ({"organizations_uncovered": 1, "coordinators_missing": 1}, 2),
        ({"groups": 0, "directions_uncovered": 12, "organizations_uncovered": 4}, 1),
        ({"groups": 0, "directions_uncovered": 12, "coordinators_missing": 4}, 5),
        ({"groups": 0, "served_by": DISTRICT}, 0),
        ({"unanswered": 2, "unbriefed": 3}, 5),
        ({"line": False}, 1),
    ],
)
def test_every_gap_is_one_thing_to_do(changes: dict[str, object], gaps: int) -> None:
    assert gaps_of(state_coverage(OKRUG, **changes)) == gaps


@pytest.mark.parametrize(
    ("role", "of", "expected", "told"),
    [
        (
            *(Role.ADMINISTRATOR, "region"),
            {DISTRICT: "осталось сделать: 5", SETTLEMENT: "нет данных", OKRUG: "всё готово"},
            "Всё готово: у 1 из 3, осталось сделать: 5, нет данных: 1",
        ),
        (
            *(Role.SMO_OPERATOR, "smo"),
            {DISTRICT: "осталось сделать: 5", SETTLEMENT: "нет данных"},
            "Всё готово: у 0 из 2, осталось сделать: 5, нет данных: 1",
        ),
        (
            *(Role.SMO_OPERATOR, "other"),
            {OKRUG: "всё готово"},
            "Всё готово: у 1 из 1, осталось сделать: 0",
        ),
        (
            *(Role.HEAD, DISTRICT),
            {DISTRICT: "осталось сделать: 5", SETTLEMENT: "нет данных"},
            "Всё готово: у 0 из 2, осталось сделать: 5, нет данных: 1",
        ),
        (
            *(Role.DEPUTY, SETTLEMENT),
            {SETTLEMENT: "нет данных"},
            "Всё готово: у 0 из 1, осталось сделать: 0, нет данных: 1",
        ),
    ],
)
async def test_the_staff_sees_the_coverage_of_its_own(
    either: Region, role: Role, of: str, expected: dict[str, str], told: str
) -> None:
    who, _ = await either.grant(role, of)

    table, tiles = await seen(either, TABLE, who), await seen(either, "/region", who)

    assert states(table) == expected
    assert (summary(table), summary(tiles)) == (told, told)


async def test_a_part_of_what_everybody_sees_is_called_ones_own(either: Region) -> None:
    head, _ = await either.grant(Role.HEAD, OKRUG)
    administrator, _ = await either.grant(Role.ADMINISTRATOR, "region")
    everybody = (await either.browser.get("/region", follow_redirects=False)).status_code == 200

    assert ("1 из 1 вашего" in await seen(either, "/region", head)) is everybody
    assert "ваш" not in await seen(either, "/region", administrator)


async def test_nobody_else_sees_any_coverage(either: Region) -> None:
    elsewhere, _ = await either.grant(Role.CLERK, "99999999")
    administrator, _ = await either.grant(Role.ADMINISTRATOR, "region")

    for path in (TABLE, "/region", f"{TABLE}&sort=-gaps", f"/municipalities/{DISTRICT}"):
        shown = await seen(either, path, administrator)
        visited = [await seen(either, path), await seen(either, path, elsewhere)]

        assert "осталось сделать" in shown.casefold()
        for page in visited:
            assert not re.search(r"осталось сделать|готов|#coverage|кто помогает", page.casefold())


async def test_what_was_drawn_for_one_is_not_shown_to_another(either: Region) -> None:
    heads = [await either.grant(Role.HEAD, code) for code in (DISTRICT, SETTLEMENT, DISTRICT)]

    shown = [states(await seen(either, TABLE, who)) for who, _ in heads]

    assert [list(each) for each in shown] == [[DISTRICT, SETTLEMENT], [SETTLEMENT], [DISTRICT, SETTLEMENT]]


async def test_a_wall_shows_no_coverage(either: Region) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")

    wall = await seen(either, "/region?wall=1", who)

    assert "Подано инициатив" in wall
    assert not re.search(r"пробел|структура", wall.casefold())


@pytest.mark.parametrize(
    ("sort", "order"),
    [("-gaps", [DISTRICT, OKRUG, SETTLEMENT]), ("gaps", [OKRUG, DISTRICT, SETTLEMENT])],
)
async def test_the_table_sorts_by_gaps_with_the_unknown_last(
    either: Region, sort: str, order: list[str]
) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")

    page = await seen(either, f"{TABLE}&sort={sort}", who)

    assert list(states(page)) == order
    assert f'aria-sort="{"descending" if sort == "-gaps" else "ascending"}"' in page


async def test_the_summary_leads_to_the_table_of_all_with_most_gaps_first(either: Region) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")

    page = await seen(either, "/region?smo=smo&q=Сос", who)

    assert re.search(r'href="/region\?view=table&sort=-gaps#municipalities">Всё готово', page)


async def test_a_municipalitys_page_lists_what_its_gaps_are(either: Region) -> None:
    who, _ = await either.grant(Role.HEAD, DISTRICT)

    page = await seen(either, f"/municipalities/{DISTRICT}", who)
    settlement = await seen(either, f"/municipalities/{SETTLEMENT}", who)

    assert "осталось сделать: 5" in page
    assert "<dt>Ответственный</dt><dd>не назначен</dd>" in page
    assert "<dt>Организаций без координатора</dt><dd>3 из 4</dd>" in page
    assert 'id="coverage"' in settlement
    assert "нет данных" in settlement


async def test_a_served_settlement_names_who_acts_for_it(either: Region) -> None:
    who, _ = await either.grant(Role.HEAD, SETTLEMENT)
    await hear(either.pool, 2, state_coverage(SETTLEMENT, groups=0, served_by=DISTRICT))

    page = await seen(either, f"/municipalities/{SETTLEMENT}", who)

    assert f'<dt>Кто обслуживает</dt><dd><a href="/municipalities/{DISTRICT}">' in page
    assert "всё готово" in page


async def test_a_statement_shows_at_the_next_look(either: Region) -> None:
    who, _ = await either.grant(Role.ADMINISTRATOR, "region")
    before = states(await seen(either, TABLE, who))

    await hear(either.pool, 2, state_coverage(SETTLEMENT, head=False), state_coverage(DISTRICT, version=2))

    expected = {DISTRICT: "всё готово", SETTLEMENT: "осталось сделать: 1", OKRUG: "всё готово"}
    assert before != expected
    await shows(either, who, expected)


async def test_coverage_of_another_campaign_is_not_that_of_this_one(either: Region) -> None:
    who, _ = await either.grant(Role.HEAD, OKRUG)

    other = state_coverage(OKRUG, campaign="summer", head=False)
    await hear(either.pool, 2, state_coverage(OKRUG, version=2, unbriefed=4), other)

    await shows(either, who, {OKRUG: "осталось сделать: 4"})


async def shows(region: Region, who: dict[str, str], expected: dict[str, str]) -> None:
    async with asyncio.timeout(120):
        while states(await seen(region, TABLE, who)) != expected:
            await asyncio.sleep(0.1)
