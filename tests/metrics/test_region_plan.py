"""The plan beside the fact on metrics' pages: what stands there, for whom, and that nobody else sees it."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from contracts.appointments import Role, TargetScope
from contracts.event import Event
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.web.sse import Hub
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.web.calling import call
from services.metrics.web.plan.beside import Beside
from services.metrics.web.plan.columns import ahead
from services.metrics.web.summary import sheet
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, mirror_region, region
from tests.metrics.test_comparison import calendars, plan, set_target
from tests.metrics.test_own_figures import count, submissions
from tests.metrics.test_rights import OTHER_SMO, Region, opened

NBSP = "\N{NO-BREAK SPACE}"
FAR = "13700000"

OF_PLAN = (
    "индикатор",
    "ожидал",
    "отстаём",
    "опережаем",
    "темп",
    "прогноз",
    "data-target",
    "plan",
    "comparison",
)
"""Of which a visitor's page has no word."""


def places() -> list[Event]:
    """The okrug is another SMO's; a third place has no target."""
    okrug = define_municipality(OKRUG, "Городской округ город Воленск")
    return [
        okrug.model_copy(update={"smo": "other", "version": 2}),
        define_municipality(FAR, "Дальний муниципальный район"),
        *calendars(),
    ]


async def fill(metrics: Pool) -> None:
    """Submitted: 7 in the district and its settlement, which want 20 together; 9 in the okrug, which wants 10
    by a letter; 5 in the far district, which wants nothing."""
    await count(
        metrics,
        [
            *submissions(DISTRICT, 4, ago=10),
            *submissions(SETTLEMENT, 3, ago=1),
            *submissions(OKRUG, 9, ago=2),
            *submissions(FAR, 5, ago=12),
        ],
    )


async def intend(metrics: Pool) -> None:
    await plan(
        metrics,
        [
            set_target(DISTRICT, 40, 20, scope=TargetScope.WITH_SETTLEMENTS),
            set_target(OKRUG, 20, 10, confirmed=False),
        ],
    )


@pytest.fixture(params=["public", "staff"])
async def planned(
    metrics: Pool, metrics_database: Database, request: pytest.FixtureRequest
) -> AsyncIterator[Region]:
    await fill(metrics)
    await intend(metrics)
    async for made in opened(metrics, metrics_database, request.param, places()):
        yield made


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    await fill(metrics)
    await intend(metrics)
    async for made in opened(metrics, metrics_database, "public", places()):
        yield made


async def administrator(made: Region) -> dict[str, str]:
    return (await made.grant(Role.ADMINISTRATOR, "region"))[0]


async def page(made: Region, path: str, who: dict[str, str] | None = None) -> str:
    answer = await made.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace(NBSP, " "))


def rows(html: str) -> list[str]:
    return re.findall(r'data-find><th scope="row"><a href="/municipalities/(\d+)"', html)


async def test_the_top_says_share_expected_lag_pace_and_who_has_targets(planned: Region) -> None:
    shown = text(await page(planned, "/region", await administrator(planned)))

    # 16 of 30; the 5 of the far district belong to no target.
    assert "53,3 % индикатора 30" in shown
    assert re.search(r"ожидалось к началу дня \d+(,\d)? %", shown)
    assert re.search(r"(отстаём|опережаем) на \d+|идём по плану", shown)
    assert re.search(r"Прогноз на \d+ \w+: \d+ – \d+", shown)
    assert "У 3 из 4 есть индикаторы" in shown
    assert "по рабочим дням производственного календаря" in shown


async def test_tiles_are_shaded_by_target_until_somebody_chooses_otherwise(planned: Region) -> None:
    who = await administrator(planned)

    usual, by_figure = await page(planned, "/region", who), await page(planned, "/region?rank=all", who)

    figure = r'data-figure="district {} submitted_share"[^>]*>([^<]+)<'
    tile = r'class="tile amount-(\d)"(?:(?!class="tile ).)*?' + figure
    assert re.findall(tile.format(OKRUG), usual) == [("5", "90")]
    assert re.findall(tile.format(DISTRICT), usual) == [("2", "35")]
    assert "submitted_share" not in by_figure.partition('id="municipalities"')[2]
    assert f'data-figure="district {OKRUG} submitted"' in by_figure
    assert 'href="/region?rank=all#municipalities"' in usual


async def test_a_tile_says_that_there_is_no_target_and_which_is_by_letter(planned: Region) -> None:
    shown = await page(planned, "/region", await administrator(planned))

    found = re.findall(r'(<li[^>]*>.*?title="([^"]+)".*?</li>)', shown, re.DOTALL)
    tiles = {name: text(tile) for tile, name in found}
    assert "без индикатора" in tiles["Дальний муниципальный район"]
    assert "по письму" in tiles["Городской округ город Воленск"]
    assert "в индикаторе района" in shown


async def test_the_table_has_the_plan_and_is_sorted_by_lag(planned: Region) -> None:
    who = await administrator(planned)

    table = await page(planned, "/region?view=table", who)

    assert rows(table)[0] == DISTRICT
    assert rows(table)[-2:] == [FAR, SETTLEMENT]
    for head in ("Индикатор", "Доля", "Ожидалось", "К плану", "Прогноз"):
        assert f">{head}</a></th>" in table
    assert rows(await page(planned, "/region?view=table&sort=lag", who))[0] == OKRUG
    assert rows(await page(planned, "/region?view=table&sort=-share", who))[0] == OKRUG


async def test_the_lists_are_filters_of_the_address(planned: Region) -> None:
    who = await administrator(planned)

    assert rows(await page(planned, "/region?view=table&missing=1", who)) == [FAR]
    assert set(rows(await page(planned, "/region?view=table&slow=1", who))) <= {DISTRICT, OKRUG}
    everything = rows(await page(planned, "/region?view=table", who))
    assert len(everything) == 4


@pytest.mark.parametrize(
    "path",
    ["/region", "/region?view=table", "/region?wall=1", "/region/curve", f"/municipalities/{DISTRICT}"],
)
async def test_a_visitors_page_is_the_same_with_targets_as_without(
    metrics: Pool, metrics_database: Database, path: str
) -> None:
    await fill(metrics)

    async def seen() -> str:
        async for made in opened(metrics, metrics_database, "public", places()):
            return await page(made, path)
        raise AssertionError

    def steady(html: str) -> str:
        return re.sub(r"\d\d:\d\d:\d\d|form_key[^>]+", "", html)

    before = await seen()
    await intend(metrics)
    after = await seen()

    assert steady(after) == steady(before)
    body = after.partition("<main")[2] or after
    assert [word for word in OF_PLAN if word in body.casefold()] == []


@pytest.mark.parametrize("query", ["rank=target", "sort=-lag", "slow=1", "missing=1", "sort=forecast"])
async def test_a_visitor_who_knows_the_addresses_gets_the_usual_page(public: Region, query: str) -> None:
    def steady(html: str) -> str:
        return re.sub(r"\d\d:\d\d:\d\d|\?[^\"]*accessible[^\"]*", "", html)

    usual, asked = await page(public, "/region?view=table"), await page(public, f"/region?view=table&{query}")

    assert steady(asked) == steady(usual)


async def test_a_visitors_file_and_stream_have_no_target(public: Region) -> None:
    file = (await public.browser.get("/region?format=csv")).content.decode("utf-8-sig")
    picture = (await public.browser.get("/region/picture")).text

    assert "Индикатор" not in file
    assert "target" not in picture


async def test_an_smo_sees_the_plan_of_its_own_alone(public: Region) -> None:
    of_smo, _ = await public.grant(Role.SMO_OPERATOR, "other")

    band = text(await page(public, "/region", of_smo))
    table = await page(public, "/region?view=table&rank=target", of_smo)

    assert "90 % индикатора 10 ваших муниципальных образований" in band
    assert "У 1 из 1 вашего есть индикаторы" in band
    assert f'data-figure="district {OKRUG} submitted_share"' in table
    assert f'data-figure="district {DISTRICT} submitted_share"' not in table
    assert rows(await page(public, "/region?view=table&missing=1", of_smo)) == []


async def test_a_head_sees_a_foreign_municipality_without_its_plan(public: Region) -> None:
    head, _ = await public.grant(Role.HEAD, DISTRICT)

    own = text(await page(public, f"/municipalities/{DISTRICT}", head))
    foreign = text(await page(public, f"/municipalities/{OKRUG}", head))

    assert "35 % индикатора 20" in own
    assert "в индикаторе района" in own
    assert "индикатор" not in foreign.casefold()


TILE = r'class="tile amount-(\d)"(?:(?!class="tile ).)*?data-figure="district {} (\w+)"[^>]*>([^<]+)<'


async def test_a_head_sees_a_foreign_tile_as_everybody_does(public: Region) -> None:
    head, _ = await public.grant(Role.HEAD, DISTRICT)

    usual, asked = [await page(public, f"/region{query}", head) for query in ("", "?rank=target")]
    wall = await page(public, "/region?wall=1&rank=target", head)
    table = await page(public, "/region?view=table&rank=target", head)

    assert f'data-figure="district {OKRUG} submitted">9<' in usual
    assert "submitted_share" not in usual.partition('id="municipalities"')[2]
    for shown in (asked, wall):
        assert re.findall(TILE.format(OKRUG), shown, re.DOTALL) == [("0", "submitted", "9")]
        assert re.findall(TILE.format(DISTRICT), shown, re.DOTALL) == [("2", "submitted_share", "35")]
    words = text(asked.partition('class="tiles"')[2]) + text(table.partition("<tbody")[2])
    assert "без индикатора" not in words


async def test_a_targets_figure_leads_to_its_page_for_whom_that_is(planned: Region) -> None:
    head, _ = await planned.grant(Role.HEAD, DISTRICT)
    leader, _ = await planned.grant(Role.LEADER, "5f0c7a52-0000-4000-8000-000000000001", DISTRICT)
    link, days = (f'href="/cabinet/municipalities/{DISTRICT}/{page}"' for page in ("targets", "checkpoints"))

    for who in (head, await administrator(planned), (await planned.grant(Role.SMO_OPERATOR, "smo"))[0]):
        assert link in await page(planned, "/region?view=table&rank=target", who)
        assert f"{link}>20</a>" in await page(planned, "/region/comparison", who)
        shown = await page(planned, f"/municipalities/{DISTRICT}", who)
        assert link in shown
        assert f"{days}>Промежуточные итоги</a>" in shown
    for path in ("/region?view=table&rank=target", "/region/comparison", f"/municipalities/{DISTRICT}"):
        shown = await page(planned, path, leader)
        assert link not in shown
        assert days not in shown


async def test_an_smo_calls_those_of_a_list_to_a_meeting(public: Region) -> None:
    of_smo, _ = await public.grant(Role.SMO_OPERATOR, "smo")
    of_okrug, _ = await public.grant(Role.SMO_OPERATOR, "other")

    def called(html: str) -> list[str]:
        return re.findall(r'<a href="(/cabinet/meetings/new[^"]*)">Созвать на встречу</a>', html)

    far = [f"/cabinet/meetings/new?municipality={FAR}"]
    for path in ("/region?missing=1", "/region?view=table&missing=1", "/region/comparison?only=missing"):
        assert (path, called(await page(public, path, of_smo))) == (path, far)
        assert called(await page(public, path, of_okrug)) == []
        assert called(await page(public, path, await administrator(public))) == []
    silent = await page(public, "/region?view=table&silent=1", of_smo)
    assert called(silent) == far
    assert called(await page(public, "/region?view=table", of_smo)) == []
    fragment = await page(public, "/region/attention", of_smo)
    assert called(fragment) == [f"/cabinet/meetings/new?municipality={DISTRICT}"]
    assert called(await page(public, "/region/attention", await administrator(public))) == []


def test_an_address_calls_two_hundred_at_most() -> None:
    codes = [f"{n:08}" for n in range(201)]

    assert call(codes[:200], set(codes)).count("municipality=") == 200
    assert call(codes, set(codes)) == ""
    assert call(codes, {codes[3]}) == f"/cabinet/meetings/new?municipality={codes[3]}"
    assert call(codes, set()) == ""


async def test_targets_by_letter_are_marked_wherever_they_stand(planned: Region) -> None:
    who, (of_smo, _) = await administrator(planned), await planned.grant(Role.SMO_OPERATOR, "other")

    assert "есть индикаторы, из них по письму 1" in text(await page(planned, "/region", who))
    assert "индикаторы у 1 из 1, из них по письму 1" in text(
        await page(planned, "/region/comparison?level=smo", of_smo)
    )
    assert "индикаторы у 3 из 4, из них по письму 1" in text(await page(planned, "/region/comparison", who))


async def test_who_lags_by_a_letters_target_is_marked(metrics: Pool, metrics_database: Database) -> None:
    await fill(metrics)
    await plan(metrics, [set_target(OKRUG, 900, 900, confirmed=False)])

    async for made in opened(metrics, metrics_database, "public", places()):
        fragment = text(await page(made, "/region/attention", await administrator(made)))

    assert re.search(r"Воленск : отстаём на \d+(, это \d+ \w+)? индикатор по письму", fragment)


async def test_a_transformed_municipality_is_counted_in_one_way(
    metrics: Pool, metrics_database: Database
) -> None:
    okrug = define_municipality(OKRUG, "Воленск").model_copy(update={"version": 2, "successor_of": [FAR]})
    await plan(metrics, [set_target(DISTRICT, 40, 20)])

    async for made in opened(metrics, metrics_database, "public", [places()[1], okrug, *calendars()]):
        who = await administrator(made)
        seen = text(await page(made, "/region?view=table&rank=target", who))
        told = [
            (await made.browser.get(f"/api/v1/{path}level=region", headers=who)).json()["items"][0]
            for path in ("counters?", "comparison?")
        ]
        compared = text(await page(made, "/region/comparison", who))
        single = (await made.browser.get("/api/v1/counters?level=municipality", headers=who)).json()["items"]
        listed = rows(await page(made, "/region?view=table&missing=1", who))
        listed_by_day = await page(made, "/region/comparison?only=missing", who)

    # The district has a target, its settlement and the okrug have none; none is asked of the predecessor.
    assert "У 1 из 3 есть индикаторы" in seen
    assert [(item["with_target"], item["of"]) for item in told] == [(1, 3), (1, 3)]
    assert "индикаторы у 1 из 3" in compared
    assert {item["code"]: (item["with_target"], item["of"]) for item in single}[FAR] == (0, 0)
    assert set(listed) == {SETTLEMENT, OKRUG}
    assert f"/municipalities/{FAR}" not in listed_by_day
    assert "преобразовано" in seen
    assert "преобразовано" in compared


async def test_a_settlements_head_is_told_of_the_districts_target_without_its_numbers(public: Region) -> None:
    head, _ = await public.grant(Role.HEAD, SETTLEMENT)

    shown = text(await page(public, f"/municipalities/{SETTLEMENT}", head))

    assert "Индикатор района охватывает и это поселение." in shown
    assert "35 %" not in shown


async def test_the_own_figures_have_share_pace_and_forecast(planned: Region) -> None:
    head, _ = await planned.grant(Role.HEAD, DISTRICT)

    shown = text(await page(planned, f"/region/figures?municipality={DISTRICT}", head))
    whole = text(await page(planned, "/region/figures", await administrator(planned)))

    assert "35 % индикатора 20" in shown
    assert re.search(r"темп \d", shown)
    assert "Прогноз на" in shown
    assert "53,3 % индикатора 30" in whole


async def test_each_count_that_needs_attention_leads_to_a_list_of_that_length(planned: Region) -> None:
    for who in (await administrator(planned), (await planned.grant(Role.SMO_OPERATOR, "smo"))[0]):
        fragment = await page(planned, "/region/attention", who)
        words = "Нет индикаторов|Темп ниже 70 %|Молчат 3 дня"
        counts = re.findall(rf'<li><a href="([^"]+)">(?:{words}): (\d+)</a>', fragment)

        assert counts
        for href, n in counts:
            listed = rows(await page(planned, href.partition("#")[0], who))
            assert (href, len(listed)) == (href, int(n))
        named = re.findall(r'<li><a href="/municipalities/(\d+)">', fragment)
        by_lag = re.search(r'<a href="([^"]+)">Все по отставанию', fragment)
        assert by_lag
        assert rows(await page(planned, by_lag[1].partition("#")[0], who))[: len(named)] == named != []


async def test_what_needs_attention_is_the_staffs(planned: Region) -> None:
    nobody, _ = await planned.grant(Role.SMO_OPERATOR, "third")

    assert await planned.status("/region/attention") == 401
    assert await planned.status("/region/attention", nobody) == 403
    head, _ = await planned.grant(Role.HEAD, DISTRICT)
    assert "Воленск" not in await page(planned, "/region/attention", head)


async def test_the_file_has_the_plan_of_both_counters(planned: Region) -> None:
    who = await administrator(planned)

    answer = await planned.browser.get("/region?format=csv", headers=who)

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    lines = {row["Код"]: row for row in read}
    assert (lines[""]["Индикатор: подано"], lines[""]["Доля: подано, %"]) == ("30", "53,3")
    assert (lines[OKRUG]["Индикатор: зарегистрировано"], lines[OKRUG]["Индикатор по письму"]) == ("20", "да")
    assert lines[FAR]["Индикатор: подано"] == ""
    assert lines[OKRUG]["Прогноз: подано"] != ""


async def test_the_wall_shows_the_share_to_whoever_has_signed_in(planned: Region) -> None:
    shown = await page(planned, "/region?wall=1", await administrator(planned))

    assert "53,3 % индикатора 30" in text(shown)
    assert 'class="bar-due"' in shown
    assert "submitted_share" in shown.partition('id="scenes"')[2]


async def test_the_curve_has_what_was_expected_by_day_and_not_by_hour(planned: Region) -> None:
    who = await administrator(planned)

    by_day, by_hour = [await page(planned, f"/region/curve{query}", who) for query in ("", "?by=hour")]

    assert 'class="plot-plan"' in by_day
    assert '<th scope="col" class="number">Ожидалось</th>' in by_day
    assert "plot-plan" not in by_hour


async def test_without_a_calendar_there_are_shares_and_nothing_is_expected(
    metrics: Pool, metrics_database: Database
) -> None:
    await fill(metrics)
    await intend(metrics)

    async for made in opened(metrics, metrics_database, "public", places()[:2]):
        who = await administrator(made)
        shown = text(await page(made, "/region", who))
        table = text(await page(made, "/region?view=table", who))

    assert "53,3 % индикатора 30" in shown
    assert "ожидание не рассчитано" in shown
    assert "отстаём" not in shown + table


async def test_without_any_target_the_staff_is_told_so_and_compares_by_figures(
    metrics: Pool, metrics_database: Database
) -> None:
    await fill(metrics)

    async for made in opened(metrics, metrics_database, "public", places()):
        shown = await page(made, "/region", await administrator(made))

    assert "У 0 из 4 есть индикаторы" in text(shown)
    assert f'data-figure="district {OKRUG} submitted"' in shown


async def test_the_sheet_has_plan_and_fact_and_the_expected_curve(
    metrics: Pool, metrics_database: Database
) -> None:
    await fill(metrics)
    await intend(metrics)
    await mirror_region(metrics, [*region(), OTHER_SMO, *places()])
    figures = LiveFigures(metrics_database.settings("web"), metrics, Hub[Figures](asyncio.Event()), Clock())
    await figures.start()
    campaign = figures.structure.campaign
    assert campaign

    whole = sheet(figures, campaign, [], Beside(figures, figures.structure.municipalities.keys()))
    nothing = sheet(figures, campaign, [], Beside(figures, set()))

    lines = whole["figures"][1]["plan"]  # type: ignore[index]
    assert lines[0].replace(NBSP, " ").startswith("53,3 % индикатора 30, ожидалось")
    progress = figures.progress(frozenset(figures.structure.municipalities), "submitted")
    assert progress
    assert lines[1].startswith(ahead(progress))
    by_days = "по рабочим дням производственного календаря"
    assert whole["planned"] == f"Индикаторы есть у 3 из 4, из них по письму 1; ожидание – {by_days}."
    assert len(whole["curve"]["plan"]) == 41  # type: ignore[index]
    assert [figure["plan"] for figure in nothing["figures"]] == [[], []]  # type: ignore[attr-defined]
