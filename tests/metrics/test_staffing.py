"""How far the municipalities are staffed, as those see it who look after them."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from contracts.appointments import AppointmentEvent, CoverageStated, Role
from services.chassis import mirror
from services.chassis.tail import Stream
from services.metrics.staffing import gaps_of
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.looking import Region

TABLE = "/region?view=table"
COUNTS = (
    *("groups_without_leader", "directions_uncovered", "organizations_uncovered"),
    *("coordinators_missing", "unanswered", "unbriefed"),
)


def state(municipality: str, **changes: object) -> CoverageStated:
    """Everything is as it should be, but for the changes."""
    fields: dict[str, object] = {
        "version": 1,
        "campaign": "spring",
        "municipality": municipality,
        "head": True,
        "responsible": True,
        "groups": 2,
        "organizations": 9,
        "formed_at": datetime.now(UTC),
    }
    return CoverageStated.model_validate(fields | dict.fromkeys(COUNTS, 0) | changes)


async def tell(region: Region, *stated: CoverageStated) -> None:
    async with region.pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(AppointmentEvent.topic, 0), stated)


async def look(region: Region, role: Role | None = None, of: str = "", path: str = TABLE) -> str:
    headers = (await region.grant(role, of))[0] if role else {}
    return unescape((await region.browser.get(path, headers=headers)).text).replace("\u00a0", " ")


def cells(page: str) -> dict[str, str]:
    """Municipality → what its row says of its structure."""
    rows = re.findall(r'<th scope="row"><a href="/municipalities/(\d+)">.*?</th>(.*?)</tr>', page, re.DOTALL)
    words = ("пробелов: \\d+", "сформирована", "формируется", "нет данных")
    return {code: "".join(re.findall("|".join(words), row)) for code, row in rows}


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        ({}, 0),
        ({"head": False, "responsible": False, "groups": 0}, 3),
        ({"groups": 0, "served_by": DISTRICT}, 0),
        (dict.fromkeys(COUNTS, 2), 12),
    ],
)
def test_everything_that_is_missing_is_a_gap(changes: dict[str, object], gaps: int) -> None:
    assert gaps_of(state(OKRUG, **changes)) == gaps


async def test_the_administrator_sees_what_each_municipality_lacks(public: Region) -> None:
    await tell(public, state(DISTRICT), state(OKRUG, coordinators_missing=3, unanswered=1))

    page = await look(public, Role.ADMINISTRATOR, "region")

    assert cells(page) == {DISTRICT: "сформирована", OKRUG: "пробелов: 4", SETTLEMENT: "нет данных"}
    assert "Структура сформирована: 2 из 3, пробелов: 4" in page
    assert f'href="/municipalities/{OKRUG}#coverage"' in page


async def test_everybody_sees_what_their_own_lack_among_public_figures(public: Region) -> None:
    await tell(
        public, state(DISTRICT, unbriefed=5), state(SETTLEMENT, unbriefed=6), state(OKRUG, unbriefed=7)
    )

    of_head = await look(public, Role.HEAD, DISTRICT)
    of_nobody = await look(public)
    of_another_council = await look(public, Role.SMO_OPERATOR, "other")

    assert cells(of_head) == {DISTRICT: "пробелов: 5", SETTLEMENT: "пробелов: 6", OKRUG: ""}
    assert set(cells(of_nobody).values()) == set(cells(of_another_council).values()) == {""}
    assert "Структура" not in of_nobody
    assert "Структура" not in of_another_council


async def test_what_one_saw_is_not_shown_to_the_next(public: Region) -> None:
    await tell(public, state(DISTRICT, unbriefed=5))
    await look(public, Role.ADMINISTRATOR, "region")

    assert "пробелов" not in await look(public)
    assert "пробелов" not in await look(public, path="/region")


async def test_closed_figures_show_it_to_those_who_see_them(closed: Region) -> None:
    await tell(closed, state(DISTRICT, unbriefed=5), state(OKRUG, unbriefed=7))

    page = await look(closed, Role.SMO_OPERATOR, "smo")

    assert cells(page) == {DISTRICT: "пробелов: 5", SETTLEMENT: "нет данных", OKRUG: "пробелов: 7"}


async def test_the_largest_gaps_come_first(public: Region) -> None:
    await tell(public, state(DISTRICT, unbriefed=5), state(SETTLEMENT, unbriefed=9), state(OKRUG))

    page = await look(public, Role.ADMINISTRATOR, "region", f"{TABLE}&sort=-gaps")

    assert list(cells(page)) == [SETTLEMENT, DISTRICT, OKRUG]


async def test_what_is_stated_anew_shows_at_once(public: Region) -> None:
    await tell(public, state(OKRUG, unbriefed=5, formed_at=None))
    before = await look(public, Role.ADMINISTRATOR, "region")

    await tell(public, state(OKRUG, version=2, formed_at=None))
    after = await look(public, Role.ADMINISTRATOR, "region")

    assert (cells(before)[OKRUG], cells(after)[OKRUG]) == ("пробелов: 5", "формируется")


async def test_a_served_settlement_names_its_district(public: Region) -> None:
    await tell(public, state(SETTLEMENT, groups=0, served_by=DISTRICT))

    table = await look(public, Role.HEAD, DISTRICT)
    page = await look(public, Role.HEAD, DISTRICT, f"/municipalities/{SETTLEMENT}")

    assert "обслуживает район" in table
    assert "Кто обслуживает" in page
    assert "Кто обслуживает" not in await look(public, path=f"/municipalities/{SETTLEMENT}")
