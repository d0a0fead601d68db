"""The hotline's figures as the staff see them: page, file, API, municipality, sheet of paper."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.metrics.picture.themes import Theme
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality
from tests.metrics.asked import answered, ask, consult, define_theme, hear, name_themes, open_line
from tests.metrics.test_help_figures import SCHOOL, life, roll_up
from tests.metrics.test_rights import Region, opened

PAGE, API = "/region/hotline", "/api/v1/hotline-figures"
Who = dict[str, str]


async def told(metrics: Pool) -> None:
    """Two in the district, one of them answered late after 75 minutes; one in its settlement, answered after
    30; three in the okrug, one spam. Consultations: one in the settlement, two in the okrug."""
    late = answered(ask(DISTRICT), 75, level="group", first_answer_late=True, answer_late=True, escalations=1)
    await hear(metrics, [ask(DISTRICT, channel="web"), late, answered(ask(SETTLEMENT), 30)])
    await hear(metrics, [ask(OKRUG), ask(OKRUG), ask(OKRUG, status="spam")])
    await hear(metrics, [consult(SETTLEMENT, led_to_initiative=True), consult(OKRUG), consult(OKRUG)])
    await hear(metrics, [open_line(DISTRICT, serves=[SETTLEMENT])])
    await name_themes(metrics, define_theme("wording", "Помощь с формулировкой", place=3))
    await roll_up(metrics, [*life(DISTRICT), *life(OKRUG)[:1]])


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


async def administrator(region: Region) -> Who:
    who, _ = await region.grant(Role.ADMINISTRATOR, "region")
    return who


async def shown(region: Region, path: str, who: Who | None = None) -> str:
    answer = await region.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ")


def listed(html: str) -> list[str]:
    (body,) = re.findall(r'<table id="hotline">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return re.findall(r'<th scope="row"><a href="/municipalities/(\d+)">', body)


async def items(region: Region, who: Who, query: str = "") -> dict[str, dict[str, Any]]:
    answer = await region.browser.get(f"{API}{query}", headers=who)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


async def test_the_page_says_how_many_asked_and_how_they_were_answered(closed: Region) -> None:
    html = await shown(closed, PAGE, await administrator(closed))

    assert "<dt>Обращений</dt><dd><b>5</b> <span>без окончательного ответа 3</span>" in html
    assert "<dt>Первый ответ в срок</dt><dd><b>50 %</b> <span>не уложились 1</span>" in html
    assert "<dt>Медиана первого ответа</dt><dd><b>30 мин</b>" in html
    assert "<dt>Консультаций</dt><dd><b>3</b> <span>появилась инициатива: 1</span>" in html
    assert "спам – 1, объединено с другим – 0" in html
    assert "Здесь по организациям они не разбиваются." in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [DISTRICT, OKRUG, SETTLEMENT]),
        ("?sort=inquiries", [SETTLEMENT, OKRUG, DISTRICT]),
        ("?sort=first_share", [DISTRICT, SETTLEMENT, OKRUG]),
        ("?sort=-first_share", [SETTLEMENT, DISTRICT, OKRUG]),
        ("?sort=-first_median", [DISTRICT, SETTLEMENT, OKRUG]),
        ("?only=late", [DISTRICT]),
        ("?only=lineless", [OKRUG]),
        ("?smo=other", [OKRUG]),
        ("?q=поселение", [SETTLEMENT]),
        ("?sort=nobody&only=x&smo=&q=%00", [DISTRICT, OKRUG, SETTLEMENT]),
    ],
)
async def test_the_table_is_filtered_and_sorted_by_its_address(
    closed: Region, query: str, expected: list[str]
) -> None:
    assert listed(await shown(closed, PAGE + query, await administrator(closed))) == expected


async def test_nothing_found_says_what_to_do(closed: Region) -> None:
    html = await shown(closed, f"{PAGE}?q=нет+такого", await administrator(closed))

    assert "Ничего не нашлось. Введите другую часть названия" in html


async def test_everybody_of_the_staff_sees_their_own_part(closed: Region) -> None:
    for role, of, codes in [
        (Role.SMO_OPERATOR, "smo", [DISTRICT, SETTLEMENT]),
        (Role.SMO_OPERATOR, "other", [OKRUG]),
        (Role.HEAD, DISTRICT, [DISTRICT, SETTLEMENT]),
        (Role.DEPUTY, SETTLEMENT, [SETTLEMENT]),
    ]:
        who, _ = await closed.grant(role, of)
        assert listed(await shown(closed, PAGE, who)) == codes


async def test_a_visitor_signs_in_first_even_where_totals_are_public(public: Region) -> None:
    assert await public.status(PAGE) == 303
    assert await public.status(API) == 401


async def test_the_file_has_the_figures_of_the_page_and_the_region_once(closed: Region) -> None:
    who = await administrator(closed)

    answer = await closed.browser.get(f"{PAGE}?format=csv", headers=who)

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    rows = {row["Код"]: row for row in read}
    asked = {code: row["Обращений"] for code, row in rows.items()}
    assert asked == {"": "5", DISTRICT: "3", SETTLEMENT: "1", OKRUG: "2"}
    assert rows[DISTRICT]["Первый ответ в срок, %"] == "50,0"
    assert rows[DISTRICT]["Горячая линия"] == "своя"
    assert rows[SETTLEMENT]["Горячая линия"] == "общая с районом"
    assert rows[OKRUG]["Спам"] == "1"
    assert not [name for name in rows[OKRUG] if "рганизац" in name]


async def test_the_api_tells_the_region_as_the_sum_of_its_parts(closed: Region) -> None:
    who = await administrator(closed)

    region, own = (await items(closed, who))["region"], await items(closed, who, "?level=municipality")
    districts, smos = await items(closed, who, "?level=district"), await items(closed, who, "?level=smo")

    for name in (
        "inquiries",
        "consultations",
        "open",
        "first_late",
        "escalations",
        "led_to_initiative",
        "spam",
    ):
        assert region[name] == sum(item[name] for item in own.values())
        assert region[name] == sum(item[name] for item in districts.values())
        assert region[name] == sum(item[name] for item in smos.values())
    assert (region["inquiries"], region["consultations"]) == (5, 3)
    assert own[SETTLEMENT]["line"] == "shared"
    assert own[SETTLEMENT]["first_median"] == {"minutes": 22, "more": False}


@pytest.mark.parametrize(
    ("level", "code", "expected"),
    [
        ("channel", "web", (1, 0)),
        ("theme", "wording", (0, 3)),
        ("status", "answered", (2, 0)),
        ("answered-by", "group", (1, 0)),
        ("mode", "in-person", (0, 3)),
        ("hour", "2026-02-14T12", (5, 3)),
        ("first-minutes", "00120", (1, 0)),
    ],
)
async def test_the_api_breaks_figures_down(
    closed: Region, level: str, code: str, expected: tuple[int, int]
) -> None:
    found = await items(closed, await administrator(closed), f"?level={level}")

    assert (found[code]["inquiries"], found[code]["consultations"]) == expected


async def test_within_an_smo_no_other_is_listed(closed: Region) -> None:
    found = await items(closed, await administrator(closed), "?level=smo&within=other")

    assert list(found) == ["other"]


async def test_help_with_texts_stands_beside_what_was_asked(closed: Region) -> None:
    who = await administrator(closed)
    coordinator, _ = await closed.grant(Role.COORDINATOR, str(uuid4()), DISTRICT)

    (region,) = (await items(closed, who)).values()
    own = await items(closed, who, "?level=municipality")
    roads = (await items(closed, who, "?level=direction"))["roads"]
    hours = await items(closed, who, "?level=hour")
    schools = await items(closed, who, "?level=organization")

    counters = ("help_requests", "help_open", "help_done", "help_thanked")
    assert [region[name] for name in counters] == [2, 1, 1, 1]
    assert [own[DISTRICT][name] for name in counters] == [1, 0, 1, 1]
    assert (roads["help_requests"], roads["help_done"], roads["inquiries"]) == (2, 1, 0)
    assert hours["2026-02-15T18"]["help_done"] == 1
    assert schools[str(SCHOOL)]["help_requests"] == 2
    assert await items(closed, coordinator, f"?level=organization&within={DISTRICT}") == {}
    page = await shown(closed, PAGE, who)
    assert re.search(r"Просили помочь с текстом</dt><dd><b>2</b> <span>помогли: 1, сказали спасибо: 1", page)


async def test_there_is_no_foreign_place(closed: Region) -> None:
    everywhere = await administrator(closed)
    head, _ = await closed.grant(Role.HEAD, DISTRICT)

    assert await closed.status(f"{API}?level=nothing", everywhere) == 422
    assert await closed.status(f"{API}?within=99999999", everywhere) == 422
    assert await closed.status(f"{API}?within={OKRUG}", head) == 404
    assert await closed.status(API, head) == 404
    assert await closed.status(f"{API}?within={DISTRICT}", head) == 200


async def test_a_municipalitys_page_tells_a_visitor_totals_alone(public: Region) -> None:
    path = f"/municipalities/{DISTRICT}"

    html = await shown(public, path)
    own = await shown(public, path, await administrator(public))

    (part,) = re.findall(r'id="hotline-title".*?</section>', html, re.DOTALL)
    assert "<dt>Обращений</dt><dd>3</dd>" in part
    assert "<dt>Консультаций</dt><dd>1</dd>" in part
    assert "в срок" not in part
    assert PAGE not in part
    assert "<dt>Первый ответ в срок</dt><dd>50 %</dd>" in own
    assert f"{PAGE}?q=" in own


async def test_the_live_view_has_a_block_that_leads_the_staff_on(public: Region) -> None:
    visitor, own = await shown(public, "/region"), await shown(public, "/region", await administrator(public))

    for html in (visitor, own):
        assert '<b data-figure="region hotline_inquiries">5</b>' in html
        assert '<b data-figure="region hotline_in_time">50</b>' in html
        assert '<b data-figure="region hotline_first_median">30</b>' in html
    assert (f'href="{PAGE}"' in visitor, f'href="{PAGE}"' in own) == (False, True)


async def test_a_wall_has_a_line_of_it_that_the_stream_keeps_fresh(public: Region) -> None:
    html = await shown(public, "/region?wall=1")

    (line,) = re.findall(r'<p class="wall-hotline">.*?</p>', html)
    plain = re.sub(r"<span data-shown=[^>]* hidden>[^<]*</span>|<[^>]+>", "", line)
    assert unescape(plain).replace("\N{NO-BREAK SPACE}", " ") == (
        "Горячая линия: открыто 3, первый ответ в срок 50 %, обычно за 30 мин рабочего времени"
    )
    kept_fresh = re.findall('data-figure="region hotline_([^"]+)"', line)
    assert kept_fresh == ["open", "in_time", "first_median"]
    assert "<a " not in line


async def test_the_sheet_of_paper_has_a_line_of_it(closed: Region) -> None:
    answer = await closed.browser.get("/region/summary.pdf", headers=await administrator(closed))

    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Горячая линия: обращений 5, без окончательного ответа 3; первый ответ в срок 50 %" in text


async def test_the_table_of_the_live_view_has_both_totals_in_its_file(closed: Region) -> None:
    answer = await closed.browser.get("/region?format=csv", headers=await administrator(closed))

    read = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    rows = {row["Код"]: (row["Обращений на горячую линию"], row["Консультаций"]) for row in read}
    assert rows == {"": ("5", "3"), DISTRICT: ("3", "1"), SETTLEMENT: ("1", "1"), OKRUG: ("2", "2")}


async def test_before_anything_was_asked_the_page_says_so_by_zeros(
    metrics: Pool, metrics_database: Database
) -> None:
    async for region in opened(metrics, metrics_database, "public"):
        html = await shown(region, PAGE, await administrator(region))

        assert "<dt>Обращений</dt><dd><b>0</b>" in html
        assert "<dt>Первый ответ в срок</dt><dd><b>–</b>" in html
        assert "hotline_inquiries" not in await shown(region, "/region")
        assert "wall-hotline" not in await shown(region, "/region?wall=1")


async def called(region: Region, code: str, name: str) -> None:
    """Wait until the application has heard it."""
    themes: dict[str, Theme] = {}
    async with asyncio.timeout(20):
        while code not in themes or themes[code].name != name:
            await asyncio.sleep(0.05)
            themes = region.browser.app.state.figures.hotline.themes


async def test_themes_are_called_as_the_hotline_names_them(closed: Region) -> None:
    who = await administrator(closed)
    added = define_theme("theme-6", "Льготы", place=2)
    await name_themes(closed.pool, added, define_theme("theme-7", "Дороги", removed=True))
    await called(closed, "theme-6", "Льготы")

    html = await shown(closed, PAGE, who)
    found = await items(closed, who, "?level=theme")

    assert "Помощь с формулировкой" in html
    assert "wording" not in html
    # Nobody has told yet what this one is called.
    assert found["how-to-submit"]["name"] == "how-to-submit"
    assert {code: found[code]["name"] for code in ("wording", "theme-6")} == {
        "wording": "Помощь с формулировкой",
        "theme-6": "Льготы",
    }
    assert "theme-7" not in found


async def test_a_theme_that_was_removed_keeps_its_name_while_it_is_counted(closed: Region) -> None:
    who = await administrator(closed)
    await name_themes(closed.pool, define_theme("wording", "Слова", version=2, removed=True))
    await called(closed, "wording", "Слова")

    assert "Слова" in await shown(closed, PAGE, who)
    assert (await items(closed, who, "?level=theme"))["wording"]["name"] == "Слова"
