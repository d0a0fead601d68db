"""Who submits: broken down for the staff, and no group under five told outside the line of subordination."""

import csv
import io
import itertools
from collections.abc import AsyncIterator, Sequence
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.metrics.domain import FEWEST
from services.metrics.web.initiators import FEW, UNTOLD, Shown, protected
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, register_participant
from tests.metrics.test_own_figures import NOW, count, submissions
from tests.metrics.test_rights import Region, opened

groups = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=4)


@given(pairs=groups)
def test_what_is_under_five_is_never_told(pairs: list[tuple[int, int]]) -> None:
    registered, submitted = (list(column) for column in zip(*pairs, strict=True))

    columns = protected(registered, submitted, of_participants=True)
    if columns is None:
        return
    people, initiatives = columns

    for n, shown in zip(registered, people, strict=True):
        assert shown in (n, FEW, UNTOLD)
        assert (shown == FEW) is (0 < n < FEWEST)
    for n, m, shown in zip(registered, submitted, initiatives, strict=True):
        assert shown in (m, FEW, UNTOLD)
        if m > 0 and (m < FEWEST or 0 < n < FEWEST):
            assert shown in (FEW, UNTOLD)


@given(
    values=st.lists(st.integers(0, 12), min_size=2, max_size=4).filter(lambda values: sum(values) >= FEWEST)
)
def test_no_figure_under_five_is_derived_from_the_sum(values: list[int]) -> None:
    columns = protected(values, values, of_participants=True)
    if columns is None:
        assert max(values) < 2 * FEWEST, "there was a group to hide the others behind"
        return
    shown, _ = columns

    possible = list(explanations(shown, sum(values)))

    assert tuple(values) in possible
    for nth, n in enumerate(values):
        if 0 < n < FEWEST:
            assert len({each[nth] for each in possible}) > 1, (values, shown)


def explanations(shown: Sequence[Shown], total: int) -> list[tuple[int, ...]]:
    """All that somebody who knows the rule and the sum may think of."""
    few, untold = range(1, FEWEST), [0, *range(FEWEST, total + 1)]
    choices = [few if each == FEW else untold if each == UNTOLD else [each] for each in shown]
    return [each for each in itertools.product(*choices) if sum(each) == total]


@pytest.fixture
async def live(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """The okrug has nine workers and two deputies with seven and three initiatives; the district two."""
    worker, deputy = {"position": "budget"}, {"position": "deputy"}
    await count(
        metrics,
        [
            *(register_participant(OKRUG, registered_at=NOW, classifiers=worker) for _ in range(9)),
            *(register_participant(OKRUG, registered_at=NOW, classifiers=deputy) for _ in range(2)),
            *submissions(OKRUG, 7, classifiers=worker | {"form": "personal"}),
            *submissions(OKRUG, 3, classifiers=deputy | {"form": "collective"}),
            *submissions(DISTRICT, 2, classifiers=worker | {"form": "personal"}),
        ],
    )
    async for made in opened(metrics, metrics_database, "public"):
        yield made


async def table(live: Region, path: str, who: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(part, line) → both figures of a file."""
    answer = await live.browser.get(path, headers=who)
    assert answer.status_code == 200
    read = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    return {(part, line): (registered, submitted) for part, line, registered, submitted, *_ in read}


POSITION, FORM = "Кто подаёт: Характер инициатора", "Кто подаёт: Форма"
WHOLE = {
    (POSITION, "Работник"): ("9", "7"),
    (POSITION, "Депутат"): ("2", "3"),
    (FORM, "Личная"): ("", "7"),
    (FORM, "Коллективная"): ("", "3"),
}
HIDDEN = {
    (POSITION, "Работник"): ("не показано", "не показано"),
    (POSITION, "Депутат"): ("меньше 5", "меньше 5"),
    (FORM, "Личная"): ("", "не показано"),
    (FORM, "Коллективная"): ("", "меньше 5"),
}


async def test_the_line_of_subordination_sees_all_and_others_no_group_under_five(live: Region) -> None:
    for role, of, expected in (
        (Role.HEAD, OKRUG, WHOLE),
        (Role.RESPONSIBLE, OKRUG, WHOLE),
        (Role.SMO_OPERATOR, "smo", HIDDEN),
        (Role.ADMINISTRATOR, "region", HIDDEN),
    ):
        who, _ = await live.grant(role, of, OKRUG if of == OKRUG else "region")
        rows = await table(live, f"/municipalities/{OKRUG}?format=csv", who)
        assert {key: value for key, value in rows.items() if "Кто подаёт" in key[0]} == expected, role

        html = unescape((await live.browser.get(f"/municipalities/{OKRUG}", headers=who)).text)
        assert "Кто подаёт</h2>" in html
        assert ("меньше 5" in html) is (expected is HIDDEN)


async def test_a_visitor_and_a_foreigner_see_no_initiators(live: Region) -> None:
    head, _ = await live.grant(Role.HEAD, DISTRICT, DISTRICT)
    for who in ({}, head):
        for path in (f"/municipalities/{OKRUG}", f"/municipalities/{OKRUG}?format=csv"):
            assert "Кто подаёт" not in (await live.browser.get(path, headers=who)).content.decode()
    assert "Кто подаёт" not in (await live.browser.get("/region")).text
    assert await live.status("/region/initiators?format=csv") == 303


async def test_of_too_few_nothing_is_broken_down(live: Region) -> None:
    who, _ = await live.grant(Role.SMO_OPERATOR, "smo")

    html = (await live.browser.get(f"/municipalities/{DISTRICT}", headers=who)).text
    rows = await table(live, f"/municipalities/{DISTRICT}?format=csv", who)

    assert "не показано, потому что по этим цифрам можно было бы узнать человека" in html
    assert not [part for part, _ in rows if part.startswith("Кто подаёт")]


async def test_the_regions_initiators_are_on_its_page_and_in_a_file(live: Region) -> None:
    who, _ = await live.grant(Role.SMO_OPERATOR, "smo")

    html = unescape((await live.browser.get("/region", headers=who)).text)
    rows = await table(live, "/region/initiators?format=csv", who)

    assert 'href="/region/initiators?format=csv"' in html
    assert rows["Всего", ""] == ("11", "12")
    assert rows[POSITION, "Депутат"] == ("меньше 5", "меньше 5")
    assert "Форма</caption>" in html


async def test_a_municipalitys_file_has_all_that_its_page_shows(live: Region) -> None:
    visitor = await table(live, f"/municipalities/{OKRUG}?format=csv", {})
    district = await table(live, f"/municipalities/{DISTRICT}?format=csv", {})

    assert visitor["Всего", ""] == ("11", "10")
    assert visitor["По направлениям", "Дороги"] == ("", "10")
    assert sum(int(n) for (part, _), (_, n) in visitor.items() if part == "По дням") == 10
    assert district["Поселения", "Сам район"] == ("0", "2")
    assert ("Поселения", "Сосновское городское поселение") in district
    assert await live.status(f"/municipalities/{SETTLEMENT}?format=exe") == 404


async def test_the_api_tells_small_groups_to_the_line_alone(live: Region) -> None:
    above, _ = await live.grant(Role.ADMINISTRATOR, "region")
    head, _ = await live.grant(Role.HEAD, OKRUG)

    async def counted(who: dict[str, str], query: str) -> dict[str, tuple[int | None, int | None]]:
        answer = await live.browser.get(f"/api/v1/counters?{query}", headers=who)
        return {item["code"]: (item["registered"], item["submitted"]) for item in answer.json()["items"]}

    assert await live.status("/api/v1/counters?level=position") == 401, "small groups are not for everybody"
    assert await counted(head, f"level=position&within={OKRUG}") == {"budget": (9, 7), "deputy": (2, 3)}
    assert await counted(above, f"level=position&within={OKRUG}") == {
        "budget": (None, None),
        "deputy": (None, None),
    }
    assert (await counted(above, "level=direction"))["roads"] == (0, 12)


@pytest.mark.parametrize(
    ("registered", "submitted"),
    [([2, 10, 20], [12, 30, 40]), ([0, 10, 20], [7, 30, 40]), ([4, 0, 20], [9, 0, 40])],
)
def test_what_few_people_submitted_is_never_the_only_thing_that_is_hidden(
    registered: list[int], submitted: list[int]
) -> None:
    told = protected(registered, submitted, of_participants=True)

    assert told is not None
    hidden = [each for each in told[1] if not isinstance(each, int)]
    assert not isinstance(told[1][0], int)
    assert len(hidden) > 1
