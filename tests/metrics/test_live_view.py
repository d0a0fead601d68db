"""The live view as the server draws it: what is compared, who is silent, and one number in every place."""

import gzip
import re
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Role
from contracts.event import Event
from contracts.structure import MunicipalityDefined
from services.chassis.db.pool import Pool
from services.metrics.picture.names import short_names, shorter
from services.metrics.web.choice import Choice
from services.metrics.web.curve import Curve, Point, by_day, ticks, usual
from services.metrics.web.measure import per_hundred
from services.metrics.web.picture import days_of
from services.metrics.web.tiles import ACROSS, DOWN, Tile, evenly
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    region,
    register_participant,
)
from tests.metrics.test_own_figures import NOW, count, submissions
from tests.metrics.test_rights import Region, opened

NBSP = "\N{NO-BREAK SPACE}"
UNKNOWN = "13700000"
TODAY = NOW.date()


def known_workers() -> Sequence[Event]:
    """A district with 100 workers, ten of them its settlement's; an okrug with 30, one of unknown size."""
    places = [event for event in region() if isinstance(event, MunicipalityDefined)]
    sized = zip(places, (100, 10, 30), strict=True)
    return [
        *(place.model_copy(update={"audience": size, "version": 2}) for place, size in sized),
        define_municipality(UNKNOWN, "Городской округ город Дальний"),
    ]


@pytest.fixture
async def live(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """Submitted: in the district 2 today and 4 ten days ago, in its settlement 1 today; in the okrug 5 two
    days ago; in the unknown okrug 1 today and 8 ten days ago."""
    await count(
        metrics,
        [
            *submissions(DISTRICT, 2),
            *submissions(DISTRICT, 4, ago=10),
            *submissions(SETTLEMENT, 1),
            *submissions(OKRUG, 5, ago=2),
            *submissions(UNKNOWN, 1),
            *submissions(UNKNOWN, 8, ago=10),
            register_participant(OKRUG, registered_at=NOW),
        ],
    )
    async for made in opened(metrics, metrics_database, "public", known_workers()):
        yield made


@pytest.fixture
async def still(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """The last initiatives: of the district four days ago, of its settlement never, of the okrug three."""
    await count(metrics, [*submissions(DISTRICT, 1, ago=4), *submissions(OKRUG, 1, ago=3)])
    async for made in opened(metrics, metrics_database, "public"):
        yield made


async def page(live: Region, path: str) -> str:
    answer = await live.browser.get(path)
    assert answer.status_code == 200
    return unescape(answer.text)


def tiles(html: str) -> list[tuple[str, str, str]]:
    """Key of the figure, shade and figure of each tile of the upper tier, in their order."""
    tile = r'class="tile amount-(\d)"(?:(?!class="tile ).)*?data-figure="(district [^"]+)"[^>]*>([^<]+)<'
    found = re.findall(tile, html)
    return [(key, shade, value) for shade, key, value in found]


def rows(html: str) -> list[str]:
    return re.findall(r'data-find><th scope="row"><a href="/municipalities/(\d+)"', html)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "",
            [
                (f"district {UNKNOWN} submitted", "5", "9"),
                (f"district {DISTRICT} submitted", "4", "7"),
                (f"district {OKRUG} submitted", "3", "5"),
            ],
        ),
        (
            "?rank=today",
            [
                (f"district {DISTRICT} submitted_today", "5", "3"),
                (f"district {UNKNOWN} submitted_today", "2", "1"),
                (f"district {OKRUG} submitted_today", "0", "0"),
            ],
        ),
        (
            "?rank=per-hundred",
            [
                (f"district {OKRUG} submitted_per_hundred", "5", "16,7"),
                (f"district {DISTRICT} submitted_per_hundred", "3", "7"),
                (f"district {UNKNOWN} submitted_per_hundred", "0", "нет данных"),
            ],
        ),
        (
            "?show=registered",
            [
                (f"district {OKRUG} registered", "5", "1"),
                (f"district {DISTRICT} registered", "0", "0"),
                (f"district {UNKNOWN} registered", "0", "0"),
            ],
        ),
    ],
)
async def test_tiles_are_shaded_and_sorted_by_what_is_asked(
    live: Region, query: str, expected: list[tuple[str, str, str]]
) -> None:
    shown = tiles(await page(live, f"/region{query}"))

    assert sorted(shown) == sorted(expected)
    assert [value for _, _, value in shown] == [value for _, _, value in expected]


async def test_the_table_is_sorted_by_what_is_asked_and_by_its_own_columns(live: Region) -> None:
    for query, expected in {
        "": [UNKNOWN, DISTRICT, OKRUG, SETTLEMENT],
        "&rank=today": [DISTRICT, UNKNOWN, SETTLEMENT, OKRUG],
        "&rank=per-hundred": [OKRUG, SETTLEMENT, DISTRICT, UNKNOWN],
        "&sort=per-hundred": [DISTRICT, SETTLEMENT, OKRUG, UNKNOWN],
        "&rank=today&sort=submitted": [SETTLEMENT, OKRUG, DISTRICT, UNKNOWN],
    }.items():
        assert rows(await page(live, f"/region?view=table{query}")) == expected, query


async def test_a_settlements_workers_are_not_the_districts_own(live: Region) -> None:
    html = await page(live, "/region?rank=per-hundred")

    own = re.findall(r'data-figure="municipality (\d+) submitted_per_hundred"[^>]*>([^<]+)<', html)

    assert dict(own) == {DISTRICT: "6,7", SETTLEMENT: "10"}  # 6 of 90, 1 of 10


async def test_the_legend_says_what_a_shade_means(live: Region) -> None:
    words = {
        "": "Подано инициатив с начала марафона",
        "?rank=today": "Подано инициатив сегодня",
        "?rank=per-hundred": "Подано инициатив на 100 работников бюджетной сферы",
        "?rank=per-hundred&show=registered": "Зарегистрировано на 100 работников бюджетной сферы",
    }
    for query, legend in words.items():
        html = await page(live, f"/region{query}")
        assert f"Цвет и цифра: {legend}</p>" in html
        assert ("0 или нет данных" in html) is ("per-hundred" in query)


async def test_every_choice_is_a_link_and_keeps_the_others(live: Region) -> None:
    html = await page(live, "/region?show=registered&by=hour")

    assert 'href="/region?show=registered&by=hour&rank=per-hundred#municipalities">На 100 работников' in html
    assert 'href="/region?show=registered&by=hour&silent=1#municipalities">Молчат 3 дня' in html


async def test_who_submitted_nothing_for_three_full_days_is_silent_and_said_to_be(still: Region) -> None:
    for path in ("/region", "/region?view=table"):
        html = await page(still, path)
        assert re.findall(r">молчит 3 дня<", html) == [">молчит 3 дня<"] * 2, (
            "the district, and its settlement"
        )


async def test_the_silent_are_a_list_as_long_as_their_number(still: Region) -> None:
    html = await page(still, "/region")
    (link, n) = re.findall(r'href="([^"]+)">Молчат 3 дня: (\d+)<', html)[0]

    listed = rows(await page(still, link.partition("#")[0]))

    assert (len(listed), set(listed)) == (int(n), {DISTRICT, SETTLEMENT})
    assert tiles(await page(still, "/region?silent=1")) == [(f"district {DISTRICT} submitted", "5", "1")]


async def test_nobody_is_called_silent_before_anybody_can_be(
    metrics: Pool, metrics_database: Database
) -> None:
    young = define_campaign(first_day=TODAY - timedelta(days=2), version=2)
    async for made in opened(metrics, metrics_database, "public", [young]):
        html = await page(made, "/region")
        assert not re.search("[Мм]олч", html)


async def test_a_tile_has_a_short_name_for_the_eye_and_the_whole_one_for_the_ear(live: Region) -> None:
    html = await page(live, "/region")

    name = "Сосновский муниципальный район"
    assert f'<span aria-hidden="true" title="{name}">Сосновский р-н</span>' in html
    assert f'<span class="hidden">{name}</span>' in html


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Сосновский муниципальный район", "Сосновский р-н"),
        ("Городской округ город Воленск", "Воленск"),
        ("город Воленск", "Воленск"),
        ("городской округ Самара", "Самара"),
        ("Воленский городской округ", f"Воленский г.{NBSP}о."),
        ("Лесной муниципальный округ", f"Лесной м.{NBSP}о."),
        ("Сосновское сельское поселение", f"Сосновское с.{NBSP}п."),
        ("Сосновское городское поселение", f"Сосновское г.{NBSP}п."),
        ("ЗАТО Заозёрск", "ЗАТО Заозёрск"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert shorter(name) == short


def test_names_that_would_be_the_same_when_short_stay_whole() -> None:
    names = {"1": "город Воленск", "2": "Городской округ Воленск", "3": "Лесной муниципальный район"}

    assert short_names(names) == {**names, "3": "Лесной р-н"}


@given(n=st.integers(0, 10**7), audience=st.integers(1, 10**6))
def test_a_share_is_rounded_half_up_to_one_decimal(n: int, audience: int) -> None:
    share = per_hundred(n, audience)

    assert share is not None
    assert abs(share - n * 100 / audience) <= 0.05 + 1e-6
    assert per_hundred(n, 0) is None


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], 1),
        ([0, 0], 1),
        ([3, 5, 4], 5),
        ([40, 50, 45, 55, 60, 12_399], 72),
        ([40, 50, 45, 55, 60, 80], 80),
        ([40, 50, 45, 55, 60, 120, 12_399], 144),
        ([1, 1, 1, 1, 1, 5], 5),
        ([0, 0, 40, 0, 50, 45, 55, 60, 12_399], 72),
    ],
)
def test_a_burst_does_not_flatten_the_other_days(values: list[int], top: int) -> None:
    assert usual(values) == top


@given(values=st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_a_chart_never_cuts_a_quarter_of_its_steps(values: list[int]) -> None:
    top, known = usual(values), [value for value in values if value]

    assert sum(value > top for value in known) <= len(known) / 4
    assert 1 <= top <= max([*known, 1])


@given(top=st.integers(1, 10**8))
def test_a_scale_has_a_few_round_figures_and_none_beyond_its_top(top: int) -> None:
    shown = ticks(top)

    assert 1 <= len(shown) <= 4
    assert shown[-1] <= top
    assert {str(n).rstrip("0") for n in shown} <= {"1", "2", "3", "4", "5", "6", "8", "15", "12"} | {
        "10",
        "14",
    } or top


def test_what_is_cut_is_counted() -> None:
    pace = [Point(str(i), n) for i, n in enumerate([40, 50, 45, 55, 60, 41, 42, 43, 44, 12_399, 9_000])]

    shown = Curve("day", pace, pace)

    assert (shown.top, shown.cut, shown.most.value) == (72, 2, 12_399)


async def test_a_page_says_what_it_has_cut(metrics: Pool, metrics_database: Database) -> None:
    events = [event for ago in range(1, 8) for event in submissions(OKRUG, 3 + ago % 2, ago=ago)]
    await count(metrics, [*events, *submissions(OKRUG, 90)])
    async for made in opened(metrics, metrics_database, "public"):
        for path in ("/region", f"/municipalities/{OKRUG}"):
            assert "столбец обрезан: 90" in await page(made, path)


def test_a_campaign_ends_with_its_last_day() -> None:
    campaign = define_campaign(first_day=date(2026, 11, 8), last_day=date(2026, 12, 23))

    def told(*day: int) -> tuple[int, int, int]:
        days = days_of(campaign, date(*day))
        return days.day, days.all, days.left

    assert told(2026, 11, 7) == (0, 46, 46)
    assert told(2026, 11, 8) == (1, 46, 46)
    assert told(2026, 11, 28) == (21, 46, 26)
    assert told(2026, 12, 23) == (46, 46, 1)
    assert told(2026, 12, 24) == (46, 46, 0)


def test_two_charts_beside_one_table_have_the_same_days() -> None:
    campaign = define_campaign(first_day=TODAY)
    early = {TODAY - timedelta(days=3): 1}

    both = [by_day(days, campaign, TODAY, early) for days in (early, {})]

    assert [point.label for point in both[0].pace] == [point.label for point in both[1].pace]


def last_row(html: str) -> list[int]:
    body = html[html.index("chart-table") :].partition("</tbody>")[0]
    return [int(n) for n in re.findall(r">(\d+)</td>", body.rpartition("<tr>")[2])]


@pytest.mark.parametrize("query", ["", "?by=hour", "?show=registered", "?wall=1"])
async def test_the_counter_and_the_chart_below_it_show_one_number(live: Region, query: str) -> None:
    html = await page(live, f"/region{query}")
    show = "registered" if "registered" in query else "submitted"

    (counter,) = re.findall(rf'<a [^>]*data-figure="region {show}"[^>]*>(\d+)<', html)
    (today,) = re.findall(rf'data-figure="region {show}_today">(\d+)<', html)
    (sum_of_chart,) = re.findall(r'id="sum"><figcaption>[^<]*<small>(\d+)</small>', html)

    assert counter == sum_of_chart == str(last_row(html)[0])
    if "hour" not in query:
        assert today == str(last_row(html)[1])


async def test_today_is_marked_alike_on_both_pages(live: Region) -> None:
    of_region, of_okrug = await page(live, "/region"), await page(live, f"/municipalities/{OKRUG}")

    for html, charts in ((of_region, 2), (of_okrug, 2)):
        assert len(re.findall(r'class="plot-word[^"]*"[^>]*>сегодня<', html)) == charts
        assert '<i class="now"></i>сегодня, день ещё идёт' in html
        assert 'class="plot-now"' in html


async def test_after_the_last_day_no_day_still_runs(metrics: Pool, metrics_database: Database) -> None:
    days = {"first_day": TODAY - timedelta(days=9), "last_day": TODAY - timedelta(days=2)}
    async for made in opened(metrics, metrics_database, "public", [define_campaign(version=2, **days)]):
        html = await page(made, "/region")
        assert "plot-now" not in html
        assert "ещё идёт" not in html
        assert "завершён" in html


@given(n=st.integers(0, 400))
def test_a_wall_has_no_hole_and_no_tile_too_small(n: int) -> None:
    made = [tile(i) for i in range(n)]
    pages = [evenly(part, -(-len(part) // ACROSS)) for part in evenly(made, -(-n // (ACROSS * DOWN)))]

    assert [each for rows in pages for row in rows for each in row] == made
    for rows_of_page in pages:
        assert len(rows_of_page) <= DOWN
        assert all(12 % len(row) == 0 and len(row) <= ACROSS for row in rows_of_page)


def tile(nth: int) -> Tile:
    code = str(10_000_000 + nth)
    return Tile(code, code, code, code, nth, None, 0, "", False)


async def test_a_wall_names_the_campaign_and_its_days_and_has_no_controls(live: Region) -> None:
    html = await page(live, "/region?wall=1")
    main = html[html.index("<main") : html.index("</main")]

    assert "<h1>Весенний марафон</h1>" in main
    assert re.search(r"день \d+ из 41, остал", main)
    assert not re.search(r"<(form|input|select|button)|class=\"switch", main)
    assert [bool(hidden) for hidden in re.findall(r'<section class="scene[^"]*"( hidden)?', main)] == [
        False,
        True,
        True,
        True,
    ]


async def test_a_second_skip_link_leads_to_the_municipalities(live: Region) -> None:
    for query in ("", "?view=table"):
        html = await page(live, f"/region{query}")
        assert '<a class="skip" href="#municipalities">К муниципальным образованиям</a>' in html
        assert html.count('id="municipalities" tabindex="-1"') == 1


async def test_a_filter_says_that_the_figures_above_are_not_filtered(live: Region) -> None:
    said = '<p class="quiet" id="filter-scope">'
    for query, expected in {"": False, "?q=Сос": True, "?silent=1": True}.items():
        assert (said in await page(live, f"/region{query}")) is expected


async def test_the_staff_keeps_its_menu_while_the_database_is_away(live: Region) -> None:
    who, _ = await live.grant(Role.ADMINISTRATOR, "region")
    cookie = {"Cookie": f"staff={who['Authorization'].removeprefix('Bearer ')}"}
    before = (await live.browser.get("/region", headers=cookie)).text
    live.browser.blocking_portal.call(live.browser.app.state["pool"].terminate)

    for path in ("/region", "/region?view=table"):
        away = await live.browser.get(path, headers=cookie)
        assert away.status_code == 200
        assert "Сегодня</a>" in before
        assert "Сегодня</a>" in away.text
        assert "Кто помогает участникам" not in away.text
        assert "Сегодня</a>" not in (await live.browser.get(path)).text


async def test_a_picture_says_which_is_newer_and_what_today_added(live: Region) -> None:
    picture = (await live.browser.get("/region/picture")).json()

    places = {(item["level"], item["code"]): item for item in picture["items"]}
    assert places["district", DISTRICT]["submitted_today"] == 3
    assert places["municipality", DISTRICT]["submitted_today"] == 2
    assert places["smo", "smo"]["submitted_today"] == 4
    assert picture["day"] == TODAY.isoformat()
    assert picture["moment"] > 1_700_000_000_000_000
    assert picture["revision"] >= 1


async def test_the_live_view_uses_none_of_the_old_words(live: Region) -> None:
    for path in ("/region", "/region?view=table", "/region?wall=1", f"/municipalities/{DISTRICT}"):
        assert not re.search(r"пробел|структур|сформирован", (await page(live, path)).casefold())


@pytest.mark.parametrize(("municipalities", "heaviest"), [(60, 20), (955, 60)])
async def test_a_page_of_a_region_stays_light(
    metrics: Pool, metrics_database: Database, municipalities: int, heaviest: int
) -> None:
    """In kilobytes, packed as the gateway does."""
    codes = [str(20_000_000 + 1000 * i) for i in range(municipalities // 10)]
    parts = [(f"{code[:5]}{400 + i}", code) for code in codes for i in range(1, 10)]
    more = [
        *(define_municipality(code, f"Длинноназванский {code} муниципальный район") for code in codes),
        *(define_municipality(code, f"Поселение {code} сельское поселение", of) for code, of in parts),
    ]
    await count(
        metrics, [event for code in codes[:6] for ago in range(14) for event in submissions(code, 2, ago)]
    )
    async for made in opened(metrics, metrics_database, "public", more):
        html = (await made.browser.get("/region")).content
        print(municipalities, len(html), len(gzip.compress(html, 5)))

        assert len(gzip.compress(html, 5)) < heaviest * 1024


def test_an_address_that_knows_nothing_is_the_usual_view() -> None:
    strange = {"rank": "<b>", "silent": "yes", "sort": "'; --", "view": "\0", "q": "\0" * 300, "by": "é"}

    assert Choice.of(strange) == Choice()
