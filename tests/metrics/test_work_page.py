"""The figures of the work between the levels as the staff see them: page, file, API, municipality."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncpg import Pool

from contracts.appointments import Role
from services.chassis.db.notify import Heard
from services.metrics.cases.definitions import WORK_DEFINITIONS
from services.metrics.cases.minutes import ELAPSED, MORE, Quantile, bucket, quantile
from services.metrics.events import cases
from services.metrics.web.work.api import WorkItem
from services.metrics.web.work.columns import COLUMNS
from services.metrics.web.work.page import elapsed
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.asked import ask, hear
from tests.metrics.test_hotline_page import administrator, shown
from tests.metrics.test_live_plan import opened as following
from tests.metrics.test_rights import Region, opened
from tests.metrics.worked import do, explained, give, later, receive, reported, sent, summarize, wonder

PAGE, API = "/region/work", "/api/v1/work-figures"
Who = dict[str, str]


async def told(metrics: Pool) -> None:
    """In the district an order to two coordinators, one of whom reported late; in its settlement a question
    that climbed before it was answered after 75 minutes, and one that waits; in the okrug two reports, one of
    them sent in time with another number, and a task whose report was accepted."""
    await do(metrics, [give(DISTRICT), receive(DISTRICT), reported(receive(DISTRICT), in_time=False)])
    climbed = wonder(SETTLEMENT, escalated=True, holder="coordination")
    await do(metrics, [explained(climbed, 75, in_time=False), wonder(SETTLEMENT, asked_by="group")])
    accepted = later(reported(receive(OKRUG, addressee="group"), in_time=True), state="accepted")
    await do(metrics, [sent(summarize(OKRUG), in_time=True, declared=True), summarize(OKRUG), accepted])


@pytest.fixture
async def closed(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose figures are the staff's; the okrug is another SMO's."""
    await told(metrics)
    okrug = define_municipality(OKRUG, "Городской округ").model_copy(update={"smo": "other", "version": 2})
    async for made in opened(metrics, metrics_database, "staff", [okrug]):
        yield made


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose totals are open."""
    await told(metrics)
    async for made in opened(metrics, metrics_database, "public"):
        yield made


async def items(region: Region, who: Who, query: str = "") -> dict[str, dict[str, Any]]:
    answer = await region.browser.get(f"{API}{query}", headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.json()["definitions"] == WORK_DEFINITIONS
    return {item["code"]: item for item in answer.json()["items"]}


def body_of(html: str, table: str) -> str:
    (body,) = re.findall(rf'<table id="{table}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return str(body)


def listed(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/municipalities/(\d+)">', body_of(html, "work"))


async def test_the_page_says_how_the_work_goes_whole_and_by_level(closed: Region) -> None:
    html = await shown(closed, PAGE, await administrator(closed))

    for said in (
        "<dt>Поручений у исполнителей</dt><dd><b>3</b> <span>принято: 1, не ознакомлены: 1</span>",
        "<dt>Отчёты по поручениям в срок</dt><dd><b>50 %</b> <span>позже срока: 1</span>",
        "<dt>До отчёта: половина – за</dt><dd><b>1 дн. 12 ч</b> <span>девять из десяти – за 1 дн. 21 ч",
        "<dt>Вопросов наверх</dt><dd><b>2</b> <span>ждут ответа: 1</span>",
        "<dt>Ответы на вопросы в срок</dt><dd><b>0 %</b> <span>не уложились: 1, перешли выше: 1</span>",
        "<dt>Сводок прислано</dt><dd><b>1</b> <span>не прислано: 1, с другим числом: 1</span>",
        "<dt>Сроки прошли, раз</dt><dd><b>2</b>",
    ):
        assert said in html
    heads = re.findall(r'<th scope="row">([^<]+)', body_of(html, "levels"))
    assert heads == ["Координатор", "Рабочая группа", "Глава"]
    assert "Координационная группа" in body_of(html, "answered")


async def test_the_table_is_filtered_and_sorted_by_its_address(closed: Region) -> None:
    who = await administrator(closed)
    for query, expected in {
        "": [DISTRICT, SETTLEMENT, OKRUG],
        "?sort=breaches": [OKRUG, SETTLEMENT, DISTRICT],
        "?sort=-reports": [OKRUG, DISTRICT, SETTLEMENT],
        "?sort=-tasks_share": [OKRUG, DISTRICT, SETTLEMENT],
        "?only=late": [DISTRICT, SETTLEMENT],
        "?smo=other": [OKRUG],
        "?q=поселение": [SETTLEMENT],
        "?sort=nobody&only=x&smo=&q=%00": [DISTRICT, SETTLEMENT, OKRUG],
    }.items():
        assert listed(await shown(closed, PAGE + query, who)) == expected, query
    assert "Ничего не нашлось" in await shown(closed, f"{PAGE}?only=nothing", who)


async def test_everybody_of_the_staff_sees_their_own_part(closed: Region) -> None:
    for role, of, codes in [
        (Role.SMO_OPERATOR, "other", [OKRUG]),
        (Role.HEAD, DISTRICT, [DISTRICT, SETTLEMENT]),
        (Role.DEPUTY, SETTLEMENT, [SETTLEMENT]),
    ]:
        who, _ = await closed.grant(role, of)
        html = await shown(closed, PAGE, who)
        assert listed(html) == codes
        assert "format=xlsx" in html
        assert API not in html
        given = {OKRUG: 1, DISTRICT: 2, SETTLEMENT: 0}[codes[0]]
        assert f"<dt>Поручений у исполнителей</dt><dd><b>{given}</b>" in html
    head, _ = await closed.grant(Role.HEAD, DISTRICT)
    assert await closed.status(f"{API}?within={OKRUG}", head) == 404
    assert await closed.status(API, head) == 404
    assert await closed.status(f"{API}?within={DISTRICT}", head) == 200
    assert await closed.status(f"{API}?level=nothing", await administrator(closed)) == 422


async def test_the_file_has_the_figures_of_the_page_and_the_region_once(closed: Region) -> None:
    answer = await closed.browser.get(f"{PAGE}?format=csv", headers=await administrator(closed))

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    rows = {row["Код"]: row for row in read}
    assert {code: row["Поручений у исполнителей"] for code, row in rows.items()} == {
        "": "3",
        DISTRICT: "2",
        SETTLEMENT: "0",
        OKRUG: "1",
    }
    assert rows[DISTRICT]["Отчёты по поручениям: в срок, %"] == "0,0"
    assert rows[DISTRICT]["До ответа: медиана, рабочих минут"] == "90"
    assert rows[OKRUG]["До отчёта: 9 из 10, минут"] == "2736"
    assert (rows[""]["Сроки прошли, раз"], rows[OKRUG]["С другим числом, чем посчитано"]) == ("2", "1")
    assert len(set(rows[""])) == 4 + len(COLUMNS)


async def test_the_api_tells_the_region_as_the_sum_of_its_parts_and_of_its_levels(closed: Region) -> None:
    who = await administrator(closed)

    region = (await items(closed, who))["region"]

    for level in ("municipality", "district", "smo", "level"):
        parts = (await items(closed, who, f"?level={level}")).values()
        for name, value in region.items():
            if isinstance(value, int):
                assert value == sum(part[name] for part in parts), (level, name)
    assert (region["orders"], region["tasks_late"], region["questions_escalated"]) == (1, 1, 1)
    assert region["answer_median"] == {"minutes": 90, "more": False}
    answered = await items(closed, who, "?level=answered-by")
    assert answered["coordination"]["questions_answered"] == 1
    days = await items(closed, who, "?level=day")
    assert {day: [item[c] for c in ("orders", "order_tasks", "reports")] for day, item in days.items()} == {
        "2026-02-14": [1, 3, 0],
        "2026-02-17": [0, 0, 2],
    }


async def test_a_day_is_the_regions(metrics: Pool, metrics_database: Database) -> None:
    await do(metrics, [receive(received_at=datetime(2026, 2, 14, 22, 30, tzinfo=UTC))])

    async for region in opened(metrics, metrics_database, "staff"):
        assert list(await items(region, await administrator(region), "?level=day")) == ["2026-02-15"]


async def test_a_municipality_tells_its_line_and_the_live_view_leads_the_staff_on(public: Region) -> None:
    path, who = f"/municipalities/{DISTRICT}", await administrator(public)

    own, visitor = await shown(public, path, who), await shown(public, path)

    (part,) = re.findall(r'id="work-title".*?</section>', own, re.DOTALL)
    assert "<dt>Поручений у исполнителей</dt><dd>2</dd>" in part
    assert "<dt>Вопросов наверх</dt><dd>2</dd>" in part
    assert "Сводок" not in part.split("<details")[0]
    assert "<dt>Сроки прошли, раз</dt><dd>2</dd>" in part
    assert f'href="{PAGE}?q=' in part
    assert PAGE not in visitor
    assert PAGE in await shown(public, "/region", who)
    assert PAGE not in await shown(public, "/region")
    assert await public.status(PAGE) == 303
    assert await public.status(API) == 401


async def test_before_anything_was_given_the_page_says_so(metrics: Pool, metrics_database: Database) -> None:
    async for region in opened(metrics, metrics_database, "public"):
        assert "Пока здесь пусто" in await shown(region, PAGE, await administrator(region))


async def test_what_is_done_is_known_once_it_is_heard_and_nothing_of_it_is_streamed(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await following(metrics, metrics_database)
    part, revision = await live.part({DISTRICT}), live.revision

    await do(metrics, [receive(DISTRICT), receive(OKRUG)])
    await live._follow([Heard(cases.CHANNEL, f'["{DISTRICT}","{OKRUG}"]')])

    assert (live.work.whole.all("order_tasks"), part.work.whole.all("order_tasks")) == (2, 1)
    assert live.revision == revision
    assert not live.hotline.known()

    await do(metrics, [receive(DISTRICT)])
    await hear(metrics, [ask(OKRUG)])
    await live._catch_up()

    assert (live.work.whole.all("order_tasks"), live.hotline.whole.inquiries) == (3, 1)


def test_every_figure_stands_in_the_api_and_has_a_head_of_its_own() -> None:
    assert {"code", "name", *(column.key for column in COLUMNS)} == WorkItem.model_fields.keys()
    assert len({column.head for column in COLUMNS}) == len(COLUMNS)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(40, "40 мин"), (300, "5 ч"), (1440, "1 дн."), (2900, "2 дн."), (3060, "2 дн. 3 ч")],
)
def test_time_by_the_clock_is_said_in_days(minutes: int, said: str) -> None:
    assert elapsed(Quantile(minutes)) == said
    assert elapsed(Quantile(minutes, more=True)) == f"больше {said}"


def test_a_time_by_the_clock_has_bounds_of_its_own() -> None:
    assert (bucket(60, ELAPSED), bucket(61, ELAPSED), bucket(30_241, ELAPSED)) == ("00060", "00120", MORE)
    assert quantile({"01440": 1, "02880": 1}, 0.9, ELAPSED) == Quantile(2592)
    assert quantile({MORE: 1}, 0.5, ELAPSED) == Quantile(30_240, more=True)
