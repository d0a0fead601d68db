"""The region as of the end of any day: equal to a recount, with the targets of then, for those it is for."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from zipfile import ZipFile

import pytest
from litestar import Response

from contracts.appointments import Role, TargetScope, TargetSet
from contracts.initiatives import InitiativeEvent, InitiativeWithdrawn
from contracts.streams import partition_of
from contracts.structure import CalendarDefined
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.metrics.domain import recount
from services.metrics.events import rollup
from services.metrics.picture.board import Board
from services.metrics.picture.comparison import of_level
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.picture.sums import Sums
from services.metrics.plan.targets import Targets
from services.metrics.store import figures as store
from services.metrics.store.figures import DayTotal
from services.metrics.web.comparison import course
from tests import factories
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    HERE,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    fact_of,
    register_participant,
    submit_initiative,
)
from tests.metrics.test_live_plan import tell_targets
from tests.metrics.test_own_figures import NOW, count, submissions
from tests.metrics.test_rights import Region, opened

API, PAGE = "/api/v1/comparison", "/region/comparison"
TODAY = NOW.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def set_target(
    code: str, registered: int, submitted: int, days_ago: int = 30, **changes: object
) -> TargetSet:
    set_at = NOW - timedelta(days=days_ago)
    return factories.set_target(code, registered, submitted, **{"set_at": set_at} | changes)


async def plan(metrics: Pool, targets: Iterable[TargetSet]) -> None:
    """Let metrics know targets, as if it had read them."""
    await tell_targets(metrics, *targets)


def calendars() -> list[CalendarDefined]:
    """No day of these years is a holiday."""
    years = {ago(20).year, (TODAY + timedelta(days=20)).year}
    return [CalendarDefined(version=1, year=y, days_off=[], worked=[], shortened=[]) for y in sorted(years)]


@pytest.fixture
async def compared(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """Submitted: in the district 4 ten days ago and 2 today, in its settlement 1 today, in the okrug 5 two
    days ago. Targets: of the district with its settlement 20, of the okrug 10, and 5 until three days ago."""
    await count(
        metrics,
        [
            *submissions(DISTRICT, 4, ago=10),
            *submissions(DISTRICT, 2),
            *submissions(SETTLEMENT, 1),
            *submissions(OKRUG, 5, ago=2),
            register_participant(OKRUG, registered_at=NOW),
        ],
    )
    await plan(
        metrics,
        [
            set_target(DISTRICT, 40, 20, scope=TargetScope.WITH_SETTLEMENTS),
            set_target(OKRUG, 10, 5),
            set_target(OKRUG, 20, 10, days_ago=3, number=2, confirmed=False),
        ],
    )
    okrug = define_municipality(OKRUG, "Городской округ город Воленск")
    other = okrug.model_copy(update={"smo": "other", "version": 2})
    async for made in opened(metrics, metrics_database, "public", [other, *calendars()]):
        yield made


async def asked(region: Region, who: dict[str, str], query: str = "") -> dict[str, Any]:
    answer = await region.browser.get(f"{API}{query}", headers=who)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def items(region: Region, who: dict[str, str], query: str = "") -> dict[str, dict[str, Any]]:
    return {item["code"]: item for item in (await asked(region, who, query))["items"]}


async def administrator(region: Region) -> dict[str, str]:
    return (await region.grant(Role.ADMINISTRATOR, "region"))[0]


async def page(region: Region, who: dict[str, str], query: str = "", status: int = 200) -> str:
    answer = await region.browser.get(f"{PAGE}{query}", headers=who)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, (7, 1, 5)), (1, (4, 0, 5)), (3, (4, 0, 0)), (11, (0, 0, 0))]
)
async def test_the_figures_are_those_of_the_days_end(
    compared: Region, days: int, expected: tuple[int, int, int]
) -> None:
    who = await administrator(compared)

    found = await items(compared, who, f"?day={ago(days)}")

    assert tuple(found[code]["submitted"] for code in (DISTRICT, SETTLEMENT, OKRUG)) == expected


async def test_without_a_day_it_is_the_last_that_is_over(compared: Region) -> None:
    who = await administrator(compared)

    assert (await asked(compared, who))["day"] == ago(1).isoformat()


async def test_the_targets_are_those_that_were_in_force_then(compared: Region) -> None:
    who = await administrator(compared)

    before, now = [(await items(compared, who, f"?day={ago(days)}"))[OKRUG] for days in (4, 1)]

    assert (before["target_submitted"], before["target_confirmed"], before["share_submitted"]) == (5, True, 0)
    assert (now["target_submitted"], now["target_confirmed"], now["share_submitted"]) == (10, False, 50)


async def test_a_settlement_within_its_districts_target_has_none_of_its_own(compared: Region) -> None:
    who = await administrator(compared)

    found = await items(compared, who, f"?day={TODAY}")

    assert found[SETTLEMENT]["target_submitted"] is None
    assert (found[DISTRICT]["share_submitted"], found[DISTRICT]["scope"]) == (35, "with-settlements")


async def test_above_the_municipality_each_person_counts_once(compared: Region) -> None:
    who = await administrator(compared)

    region = (await items(compared, who, f"?day={TODAY}&level=region"))["region"]
    smos = await items(compared, who, f"?day={TODAY}&level=smo")
    districts = await items(compared, who, f"?day={TODAY}&level=district")

    assert (region["submitted"], region["target_submitted"], region["share_submitted"]) == (12, 30, 40)
    assert (region["with_target"], region["of"]) == (3, 3)
    assert {code: smo["target_submitted"] for code, smo in smos.items()} == {"smo": 20, "other": 10}
    assert districts.keys() == {DISTRICT, OKRUG}


async def test_places_are_by_share_within_the_smo_and_the_tier(
    metrics: Pool, metrics_database: Database
) -> None:
    more = ["13710000", "13720000", "13730000"]
    await count(
        metrics,
        [
            event
            for code, n in zip([OKRUG, *more], (5, 2, 5, 1), strict=True)
            for event in submissions(code, n)
        ],
    )
    await plan(metrics, [set_target(code, 10, 10) for code in (OKRUG, *more)])
    places = [define_municipality(code, f"Округ {code}") for code in more]

    async for made in opened(metrics, metrics_database, "public", places):
        found = await items(made, await administrator(made), f"?day={TODAY}")

    assert [found[code]["place_submitted"] for code in (OKRUG, *more)] == [1, 3, 1, 4]
    assert (found[OKRUG]["among"], found[DISTRICT]["place_submitted"]) == (4, None)


async def test_the_difference_is_from_the_other_day(compared: Region) -> None:
    who = await administrator(compared)

    found = await items(compared, who, f"?day={TODAY}&to={ago(5)}")

    differences = [found[code]["difference_submitted"] for code in (DISTRICT, SETTLEMENT, OKRUG)]
    assert differences == [3, 1, 5]
    assert found[OKRUG]["difference_registered"] == 1


async def test_expected_is_counted_to_the_end_of_the_day(compared: Region) -> None:
    who = await administrator(compared)

    first, last = [(await items(compared, who, f"?day={ago(days)}"))[DISTRICT] for days in (20, 1)]

    assert 0 <= first["expected_submitted"] <= 1
    assert 8 <= last["expected_submitted"] <= 12
    assert last["lag_submitted"] == last["expected_submitted"] - 4


OUTSIDE = "Выберите день с"
NO_DAY = "Укажите день: год, месяц и число"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ((TODAY + timedelta(days=1)).isoformat(), OUTSIDE),
        (ago(21).isoformat(), OUTSIDE),
        ("9999-12-31", OUTSIDE),
        ("0001-01-01", OUTSIDE),
        ("0000-01-01", NO_DAY),
        ("2026-02-30", NO_DAY),
        ("20260214", NO_DAY),
        ("2026-W07-6", NO_DAY),
        ("٢٠٢٦-٠٢-١٤", NO_DAY),
        ("завтра", NO_DAY),
        ("%00", NO_DAY),
        ("2026-02-14' OR 1=1", NO_DAY),
        ("1" * 5000, NO_DAY),
    ],
)
async def test_a_bad_day_is_answered_with_a_sentence(compared: Region, day: str, sentence: str) -> None:
    who = await administrator(compared)

    for query in (f"?day={day}", f"?day={ago(1)}&to={day}"):
        answer = await compared.browser.get(f"{API}{query}", headers=who)
        assert (answer.status_code, sentence in answer.json()["detail"]) == (422, True)
        if day != "%00":  # A page takes such a field for an empty one.
            shown = await page(compared, who, query, 422)
            assert sentence in shown
            assert 'aria-invalid="true"' in shown


async def test_an_unknown_level_is_answered_with_the_levels(compared: Region) -> None:
    who = await administrator(compared)

    answer = await compared.browser.get(f"{API}?level=organization", headers=who)

    assert answer.status_code == 422
    assert "municipality, district, smo, region" in answer.json()["detail"]


async def test_of_a_day_sent_twice_one_counts(compared: Region) -> None:
    who = await administrator(compared)

    answer = await compared.browser.get(f"{API}?day={ago(1)}&day={ago(2)}", headers=who)

    assert answer.status_code == 200
    assert answer.json()["day"] in {ago(1).isoformat(), ago(2).isoformat()}


async def test_before_the_first_day_there_is_nothing_to_compare(
    metrics: Pool, metrics_database: Database
) -> None:
    early = define_campaign(version=2, first_day=ago(-5), last_day=ago(-20))
    async for made in opened(metrics, metrics_database, "public", [early]):
        who = await administrator(made)
        answer = await made.browser.get(API, headers=who)
        shown = await page(made, who, status=422)

    assert answer.status_code == 422
    assert "марафон начнётся" in answer.json()["detail"]
    assert "марафон начнётся" in shown


async def test_everybody_gets_their_own_part(compared: Region) -> None:
    of_smo, _ = await compared.grant(Role.SMO_OPERATOR, "other")
    head, _ = await compared.grant(Role.HEAD, DISTRICT)

    assert (await items(compared, of_smo, f"?day={TODAY}")).keys() == {OKRUG}
    assert (await items(compared, head, f"?day={TODAY}")).keys() == {DISTRICT, SETTLEMENT}
    assert (await items(compared, head, f"?day={TODAY}&within={SETTLEMENT}")).keys() == {SETTLEMENT}
    assert "Воленск" not in await page(compared, head)
    assert "Сосновский" not in await page(compared, of_smo)


async def test_a_foreign_part_is_not_there_and_a_visitor_sees_nothing(compared: Region) -> None:
    head, _ = await compared.grant(Role.HEAD, DISTRICT)
    of_smo, _ = await compared.grant(Role.SMO_OPERATOR, "smo")

    foreign = [await compared.status(f"{API}?within={within}", head) for within in (OKRUG, "other", "region")]
    assert foreign == [404, 404, 404]
    assert await compared.status(f"{API}?within={OKRUG}", of_smo) == 404
    assert await compared.status(API) == 401
    visitor = await compared.browser.get(PAGE, headers={"Accept": "text/html"}, follow_redirects=False)
    assert visitor.status_code == 303
    assert await compared.status(f"{PAGE}?format=csv") in (303, 401)


@pytest.fixture
async def split(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A district of one SMO with a settlement of another, and an okrug of none. Submitted: 4, 3 and 2."""
    await count(metrics, [*submissions(DISTRICT, 4), *submissions(SETTLEMENT, 3), *submissions(OKRUG, 2)])
    await plan(metrics, [set_target(DISTRICT, 40, 20, scope=TargetScope.WITH_SETTLEMENTS)])
    settlement = define_municipality(SETTLEMENT, "Сосновское городское поселение", DISTRICT)
    okrug = define_municipality(OKRUG, "Городской округ город Воленск")
    moved = [
        settlement.model_copy(update={"smo": "other", "version": 2}),
        okrug.model_copy(update={"smo": None, "version": 2}),
    ]
    async for made in opened(metrics, metrics_database, "staff", [*moved, *calendars()]):
        yield made


async def test_a_settlement_of_another_smo_is_in_no_sum_of_the_districts_smo(split: Region) -> None:
    of_smo, _ = await split.grant(Role.SMO_OPERATOR, "smo")

    found = {
        level: await items(split, of_smo, f"?day={TODAY}&level={level}&to={ago(3)}")
        for level in ("municipality", "district", "smo", "region")
    }
    shown = await page(split, of_smo, f"?day={TODAY}")
    file = (await split.browser.get(f"{PAGE}?day={TODAY}&format=csv", headers=of_smo)).text

    assert found["municipality"].keys() == {DISTRICT}
    district = found["municipality"][DISTRICT]
    figures = [district[name] for name in ("submitted", "own_submitted", "difference_submitted")]
    assert figures == [4, 4, 4]
    assert (district["partly"], district["target_submitted"], district["reached_submitted"]) == (
        *(True, None, None),
    )
    assert found["district"] == {}
    assert {code: smo["submitted"] for code, smo in found["smo"].items()} == {"smo": 4}
    assert [place["submitted"] for place in found["region"].values()] == [4]
    assert "не все поселения ваши" in shown
    assert "без индикатора" not in shown
    assert ";7;" not in file


async def test_a_part_does_not_bear_the_name_of_the_whole(split: Region) -> None:
    of_smo, _ = await split.grant(Role.SMO_OPERATOR, "smo")
    head, _ = await split.grant(Role.HEAD, DISTRICT)
    who = await administrator(split)

    async def told(who: dict[str, str], query: str) -> list[tuple[str, bool]]:
        return [(i["name"], i["partly"]) for i in (await items(split, who, query)).values()]

    assert await told(who, "?level=region") == [("Регион", False)]
    assert await told(of_smo, "?level=region") == [("Регион, ваша часть", True)]
    assert await told(who, "?level=region&within=smo") == [("Регион, часть", True)]
    assert await told(of_smo, "?level=smo") == [("Совет", False)]
    assert await told(head, "?level=smo") == [("Другой совет", False), ("Совет", False)]
    deputy, _ = await split.grant(Role.DEPUTY, SETTLEMENT)
    assert await told(deputy, "?level=region") == [("Регион, ваша часть", True)]


async def test_all_smos_and_those_outside_them_are_the_region(split: Region) -> None:
    who = await administrator(split)

    smos = (await items(split, who, f"?day={TODAY}&level=smo")).values()
    region = (await items(split, who, f"?day={TODAY}&level=region"))["region"]

    assert [(smo["name"], smo["submitted"]) for smo in smos] == [
        ("Вне СМО", 2),
        ("Другой совет", 3),
        ("Совет", 4),
    ]
    assert region["submitted"] == 9
    assert "Вне СМО" in await page(split, who, f"?day={TODAY}&level=smo")


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/municipalities/(\d+)"', html)


async def test_the_page_is_sorted_and_filtered_by_its_address(compared: Region) -> None:
    who = await administrator(compared)

    async def shown(query: str) -> list[str]:
        return names(await page(compared, who, f"?day={TODAY}&{query}"))

    assert await shown("sort=-share") == [OKRUG, DISTRICT, SETTLEMENT]
    assert await shown("sort=share") == [DISTRICT, OKRUG, SETTLEMENT]
    assert await shown("sort=name") == [OKRUG, DISTRICT, SETTLEMENT]
    assert await shown("q=воленск") == [OKRUG]
    assert await shown("smo=other") == [OKRUG]
    assert await shown("only=letter") == [OKRUG]
    assert await shown("only=missing") == []
    assert await shown("only=slow") == []
    assert await shown("level=smo") == []
    assert await shown("sort=nothing&only=x&level=y&show=z") == await shown("")


async def test_the_page_names_how_expectation_is_counted_and_marks_letters(compared: Region) -> None:
    shown = await page(compared, await administrator(compared), f"?day={ago(1)}&to={ago(5)}")

    assert "по рабочим дням производственного календаря" in shown
    assert "индикатор по письму" in shown
    assert "в индикаторе района" in shown
    assert "Разница с" in shown


async def test_the_file_has_both_counters_and_the_difference(compared: Region) -> None:
    who = await administrator(compared)

    answer = await compared.browser.get(f"{PAGE}?day={TODAY}&to={ago(5)}&format=csv", headers=who)

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    rows = {row["Код"]: row for row in read}
    assert rows.keys() == {DISTRICT, SETTLEMENT, OKRUG}
    assert rows[OKRUG]["Индикатор: подано"] == "10"
    assert rows[OKRUG]["Доля: подано, %"] == "50,0"
    assert {name: row for name, row in rows[OKRUG].items() if "Разница: подано" in name}.popitem()[1] == "5"
    assert rows[OKRUG]["По письму"] == "да"
    assert rows[SETTLEMENT]["Индикатор: подано"] == ""


async def test_late_withdrawn_and_restated_events_are_in_it_as_in_a_recount(
    metrics: Pool, metrics_database: Database
) -> None:
    midnight = datetime.combine(ago(2), time(), HERE)
    moments = [midnight - timedelta(seconds=1), midnight, midnight - timedelta(days=3), NOW]
    events = [submit_initiative(DISTRICT, submitted_at=at, number=n) for n, at in enumerate(moments, 1)]
    withdrawn = InitiativeWithdrawn.model_validate(
        {**events[0].model_dump(exclude={"type"}), "version": 2, "status": "withdrawn"}
    )
    stream = Stream(InitiativeEvent.topic, partition_of(DISTRICT))
    await count(metrics, [events[3], events[1], events[0], withdrawn, events[0], events[2]])
    async with metrics.acquire() as db, db.transaction():
        # A new epoch tells everything anew.
        await store.drop(db, stream)
        await rollup.roll_up(db, stream, [fact_of(event) for event in (*events[1:], withdrawn)])
    async with metrics.acquire() as db, db.transaction():
        facts = [fact async for fact in store.all_facts(db)]

    async for made in opened(metrics, metrics_database, "public"):
        who = await administrator(made)
        for days in range(6):
            day = ago(days)
            counted = recount(fact for fact in facts if fact.local_time[:10] <= day.isoformat())
            expected = sum(n for key, n in counted.items() if key.family == "hour")
            assert (await items(made, who, f"?day={day}"))[DISTRICT]["submitted"] == expected
        assert (await items(made, who, f"?day={ago(3)}"))[DISTRICT]["submitted"] == 2


def test_a_day_without_a_campaigns_way_expects_nothing() -> None:
    sums = Sums()
    sums.put(DayTotal(OKRUG, TODAY, "submitted", 3))
    structure = Structure(municipalities={OKRUG: define_municipality(OKRUG, "Округ")})
    targets = Targets({OKRUG: set_target(OKRUG, 1, 2)}, {OKRUG: None})

    board = Board(structure, Plan(targets), sums.until(TODAY), TODAY, TODAY)
    (standing,) = of_level(board, "municipality", {OKRUG})

    progress = standing.progress["submitted"]
    assert (progress.share, progress.expected, progress.lag, progress.pace) == (150, None, None, None)


DAYS = "/region/days"


async def test_the_days_file_says_of_each_day_what_the_comparison_says(compared: Region) -> None:
    who = await administrator(compared)

    answer = await compared.browser.get(f"{DAYS}?format=csv", headers=who)

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    lines = {(row["День"], row["Код"]): row for row in read}
    assert len(lines) == 21 * 3
    for days in (0, 1, 2, 4, 10, 20):
        for code, item in (await items(compared, who, f"?day={ago(days)}")).items():
            line = lines[ago(days).isoformat(), code]
            assert line["Подано"] == str(item["submitted"])
            assert line["Индикатор: подано"] == str(item["target_submitted"] or "")
            by_letter = "да" if item["target_confirmed"] is False else ""
            about = {None: "", "own": "без поселений", "with-settlements": "с поселениями"}[item["scope"]]
            assert (line["Индикатор о ком"], line["По письму"]) == (about, by_letter)
            share = item["share_submitted"]
            assert line["Доля: подано, %"] == ("" if share is None else str(share).replace(".", ","))
            if item["lag_submitted"] is not None:
                assert line["Отставание: подано"] == str(item["lag_submitted"])


async def test_one_days_file_is_made_at_a_time(compared: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    head, _ = await compared.grant(Role.HEAD, SETTLEMENT)
    running, most = 0, 0

    async def made(*_: object) -> Response[bytes]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.1)
        running -= 1
        return Response(b"")

    monkeypatch.setattr(course, "long_download", made)

    answers = await asyncio.gather(*(compared.browser.get(DAYS, headers=head) for _ in range(3)))

    assert ([answer.status_code for answer in answers], most) == ([200] * 3, 1)


async def test_a_day_is_made_once_for_all_who_ask_while_nothing_moves(compared: Region) -> None:
    who, (head, _) = await administrator(compared), await compared.grant(Role.HEAD, DISTRICT)
    figures = compared.browser.app.state.figures

    def made() -> set[int]:
        return {id(kept) for key, kept in figures.drawn.items() if key[0] == "as of"}

    await items(compared, who, f"?day={ago(1)}")
    first = made()
    await items(compared, head, f"?day={ago(1)}&level=district")
    again = made()
    figures.publish([DayTotal(OKRUG, ago(1), "submitted", 9)])

    assert len(first) == 1
    assert again == first
    assert (await items(compared, who, f"?day={ago(1)}"))[OKRUG]["submitted"] == 14


async def test_the_days_file_is_a_sheet_and_everybodys_own(compared: Region) -> None:
    head, _ = await compared.grant(Role.HEAD, SETTLEMENT)

    sheet = await compared.browser.get(DAYS, headers=head)
    told = (await compared.browser.get(f"{DAYS}?format=csv", headers=head)).content.decode("utf-8-sig")

    book = ZipFile(io.BytesIO(sheet.content))
    assert "Что считаем" in book.read("xl/workbook.xml").decode()
    noted = book.read("xl/worksheets/sheet2.xml").decode()
    assert "к концу дня; за сегодня – к концу вчерашнего" in noted
    assert "Прогноз" not in noted
    assert "Сосновское" in book.read("xl/worksheets/sheet1.xml").decode()
    assert "Воленск" not in told
    assert "Сосновский" not in told
    assert await compared.status(f"{DAYS}?format=exe", head) == 404
