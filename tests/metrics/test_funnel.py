"""What initiatives came to, as pages, files, the API and the stream show it, and to whom."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Level, Role
from contracts.initiatives import InitiativeDetermined, InitiativeStatus
from services.chassis.db.notify import Heard
from services.metrics.domain import LEVEL, STATUS
from services.metrics.events import announcing
from services.metrics.picture.life import LifeSums
from services.metrics.store.figures import LifeTotal
from services.metrics.web import life
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_campaign, register_participant
from tests.metrics.test_life import again
from tests.metrics.test_live_plan import event_of, heard
from tests.metrics.test_live_plan import opened as watched
from tests.metrics.test_own_figures import NOW, count, submissions
from tests.metrics.test_rights import Region, opened

S = InitiativeStatus
CODES = (DISTRICT, SETTLEMENT, OKRUG)


def decided(events: Sequence[Any], status: InitiativeStatus, **changes: object) -> list[Any]:
    """The same, decided on."""
    by = {"status": status, "decided_by": Level.GROUP, "in_time": True}
    return [again(event, InitiativeDetermined, **{**by, **changes}) for event in events]


def people(code: str, n: int) -> list[Any]:
    return [register_participant(code, registered_at=NOW) for _ in range(n)]


def ten(code: str) -> list[Any]:
    """Ten participants of a municipality, and ten initiatives that went different ways."""
    one = submissions(code, 10)
    return [
        *people(code, 10),
        *one,
        *decided(one[:3], S.PUT_FORWARD),
        *decided(one[3:5], S.DETERMINED, in_time=False, decided_by=Level.COORDINATION),
        *decided(one[5:6], S.ACCEPTED),
        *decided(one[6:7], S.RETURNED),
        *decided(one[7:8], S.DECLINED),
        *decided(one[8:9], S.WITHDRAWN, decided_by=None, in_time=None),
    ]


REACHED = {"accepted": 7, "determined": 5, "put_forward": 3}
ASIDE = {"returned": 1, "merged": 0, "declined": 1, "withdrawn": 1}
TEN = REACHED | ASIDE


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """The okrug has ten initiatives of ten people, the settlement two of nobody that registered."""
    await count(metrics, [*ten(OKRUG), *submissions(SETTLEMENT, 2)])
    async for made in opened(metrics, metrics_database, "public"):
        yield made


async def items(region: Region, level: str, who: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    answer = await region.browser.get(f"/api/v1/counters?level={level}", headers=who or {})
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


async def html(region: Region, path: str, who: dict[str, str] | None = None) -> str:
    answer = await region.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    return answer.text


# ---- the sums in memory ----
totals = st.builds(
    LifeTotal,
    st.sampled_from(CODES),
    st.sampled_from([STATUS, LEVEL]),
    st.sampled_from(["submitted", "accepted", "put-forward", "declined"]),
    st.integers(0, 5),
)


@given(st.lists(totals), st.lists(totals), st.frozensets(st.sampled_from(CODES)))
def test_a_part_is_the_same_as_one_that_was_cut_out_later(
    before: list[LifeTotal], after: list[LifeTotal], codes: frozenset[str]
) -> None:
    whole = LifeSums()
    whole.put(CODES, before)
    part = whole.only(codes)

    changed = whole.put(CODES, after)
    part.take(codes & changed, whole)

    assert part.whole.funnel(True) == whole.of(codes).funnel(True) == whole.only(codes).whole.funnel(True)
    assert part.whole.levels == whole.of(codes).levels


# ---- the stream ----
async def test_who_watches_gets_what_all_that_they_see_came_to(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*ten(OKRUG), *ten(DISTRICT)])
    live, hub, _ = await watched(metrics, metrics_database)
    part = await live.part({DISTRICT, SETTLEMENT})
    streams = [hub.stream(seen, seen.snapshot) for seen in (live, part)]

    frames = [event_of(await anext(stream))[1] for stream in streams]

    assert frames[0]["funnel"] == {stage: 2 * n for stage, n in TEN.items()}
    assert frames[1]["funnel"] == TEN
    smo = next(item for item in frames[0]["items"] if item["level"] == "smo")  # type: ignore[attr-defined]
    assert smo["funnel"] == frames[0]["funnel"]
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]


async def test_a_decision_is_told_though_no_counter_moves(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*people(OKRUG, 5), *(events := submissions(OKRUG, 5))])
    live, hub, _ = await watched(metrics, metrics_database)
    stream = hub.stream(live, live.snapshot)
    before = event_of(await anext(stream))[1]
    coming = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    told = announced(events[:2])
    await count(metrics, decided(events[:2], S.PUT_FORWARD))
    await live._follow([Heard(announcing.CHANNEL, payload) for payload in told])

    after = event_of(await coming)[1]
    assert (before["funnel"]["put_forward"], after["funnel"]["put_forward"]) == (0, 2)  # type: ignore[index]
    assert before["region"] == after["region"]
    assert after["revision"] > before["revision"]  # type: ignore[operator]
    await live._follow([Heard(announcing.CHANNEL, payload) for payload in told])
    assert await heard(stream) == []
    await stream.aclose()  # type: ignore[attr-defined]


def announced(events: Sequence[Any]) -> list[str]:
    """What the roll-up announces of these, by days of their submission."""
    days = {str(event.submitted_at)[:10] for event in events}
    return [orjson.dumps({day: sorted({event.municipality for event in events})}).decode() for day in days]


async def test_the_roll_up_announces_a_decision_by_the_day_of_its_submission(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    (event,) = submissions(OKRUG, 1, ago=3)
    await count(metrics, [event])
    monkeypatch.setattr(announcing, "announce", lambda _, channel, payload: said.append(payload))

    await count(metrics, decided([event], S.ACCEPTED))

    assert said == announced([event])


async def test_what_was_not_heard_is_caught_up_by_the_marks(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*people(OKRUG, 5), *(events := submissions(OKRUG, 5))])
    live, *_ = await watched(metrics, metrics_database)

    await count(metrics, decided(events, S.DETERMINED))
    await metrics.execute(
        "UPDATE inbox SET mark = mark + 1, applied = applied + 1 WHERE topic LIKE '%initiatives%'"
    )
    await live._catch_up()

    assert live.open_funnel() is not None
    assert live.funnel(live.life.whole).determined == 5


# ---- the API ----
async def test_everybody_gets_what_a_place_came_to_where_totals_are_public(public: Region) -> None:
    for level, code in (("region", "region"), ("smo", "smo"), ("district", OKRUG), ("municipality", OKRUG)):
        found = (await items(public, level))[code]

        extra = 2 if level in ("region", "smo") else 0
        assert {stage: found[stage] for stage in TEN} == TEN | {"accepted": 7 + extra}
        assert found["decided_in_time"] is found["decided_by"] is None


async def test_of_few_nothing_is_told_outside_their_line(public: Region) -> None:
    head, _ = await public.grant(Role.HEAD, SETTLEMENT)
    assert (await items(public, "municipality"))[SETTLEMENT]["accepted"] is None

    own = (await items(public, "municipality", head))[SETTLEMENT]

    assert (own["accepted"], own["determined"]) == (2, 0)


async def test_who_decided_and_whether_in_time_is_the_staffs(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")
    head, _ = await public.grant(Role.HEAD, DISTRICT)

    found = (await items(public, "municipality", administrator))[OKRUG]

    assert (found["decided_in_time"], found["decided_late"]) == (6, 2)
    assert found["decided_by"] == {"coordination": 2, "group": 6}
    assert found["origin"] == {}
    assert (await items(public, "municipality", head))[OKRUG]["decided_by"] is None


async def test_other_levels_tell_of_no_stage(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")

    assert all(
        "accepted" not in item for item in (await items(public, "organization", administrator)).values()
    )


async def test_every_direction_has_its_own(public: Region) -> None:
    found = (await items(public, f"direction&within={OKRUG}"))["roads"]

    assert {name: found[name] for name in ("submitted", *TEN)} == {"submitted": 10, **TEN}
    assert "decided_in_time" not in found
    culture = (await items(public, "direction"))["culture"]
    assert {culture[name] for name in ("submitted", *TEN)} == {0}


async def test_a_direction_of_few_is_not_broken_down_outside_their_line(
    metrics: Pool, metrics_database: Database
) -> None:
    few = [event.model_copy(update={"direction": "culture"}) for event in submissions(OKRUG, 2)]
    await count(metrics, [*ten(OKRUG), *few, *decided(few, S.DECLINED)])
    async for made in opened(metrics, metrics_database, "public"):
        head, _ = await made.grant(Role.HEAD, OKRUG)
        everybodys = await items(made, f"direction&within={OKRUG}")
        heads = await items(made, f"direction&within={OKRUG}", head)
        page = await html(made, f"/municipalities/{OKRUG}")
        of_head = await html(made, f"/municipalities/{OKRUG}", head)

        # With the one other the sum would give it away.
        assert {code: item["declined"] for code, item in everybodys.items() if item["submitted"]} == {
            "roads": None, "culture": None,
        }  # fmt: skip
        assert (heads["culture"]["declined"], heads["roads"]["put_forward"]) == (2, 3)
        assert ("Прочерк" in page, "Прочерк" in of_head) == (True, False)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)))
def test_what_is_left_out_is_nothing_or_five_together(submitted: dict[str, int]) -> None:
    few = life.few_of(submitted)

    left_out = sum(submitted[code] for code in few)
    assert {code for code, n in submitted.items() if 0 < n < 5} <= few
    assert left_out == 0 or left_out >= 5 or left_out == sum(submitted.values())


async def test_a_campaign_whose_groups_accept_counts_nothing_as_accepted_that_they_did_not(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, ten(OKRUG))
    by_group = define_campaign(version=2, life={"acceptance": "by-group"})
    async for made in opened(metrics, metrics_database, "public", [by_group]):
        found = (await items(made, "region"))["region"]

        assert (found["accepted"], found["determined"]) == (6, 5)


# ---- pages ----
async def test_the_page_draws_a_bar_for_each_stage(public: Region) -> None:
    page = await html(public, "/region")

    for stage, n in {"submitted": 12, **REACHED, "accepted": 9}.items():
        assert f'data-figure="region funnel_{stage}">{n}</span>' in page
    assert "отклонено&nbsp;– " in page
    assert "Решено в срок" not in page
    assert 'width="25.0"' in page or 'width="25"' in page


async def test_the_staff_sees_who_decided_and_whether_in_time(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")

    page = await html(public, "/region", administrator)

    assert "Решено в срок" in page
    assert "75&nbsp;%, 6 из 8" in page
    assert "координационная группа&nbsp;– 2, рабочая группа&nbsp;– 6" in page


async def test_one_council_has_a_funnel_of_its_own(public: Region) -> None:
    page = await html(public, "/region?smo=smo")

    assert 'data-figure="smo smo funnel_put_forward">3</span>' in page
    assert 'data-figure="region funnel_put_forward"' not in page


async def test_a_municipalitys_page_has_it_by_direction(public: Region) -> None:
    page = await html(public, f"/municipalities/{OKRUG}")

    row = re.search(r"<tr><th scope=.row.>Дороги</th>(.*?)<td class=.share.", page)
    assert row
    assert re.findall(r">(\d+)<", row[1]) == ["10", "7", "5", "3"]


async def test_a_municipalitys_page_has_it_and_a_small_ones_has_not(public: Region) -> None:
    head, _ = await public.grant(Role.HEAD, SETTLEMENT)

    assert "До чего дошли инициативы" in await html(public, f"/municipalities/{OKRUG}")
    assert "До чего дошли инициативы" not in await html(public, f"/municipalities/{SETTLEMENT}")
    assert "До чего дошли инициативы" in await html(public, f"/municipalities/{SETTLEMENT}", head)


async def test_a_wall_has_a_scene_of_it_without_what_is_the_staffs(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")

    page = await html(public, "/region?wall=1", administrator)

    assert 'data-stage="region funnel_put_forward"' in page
    assert "Решено в срок" not in page


async def test_a_region_of_few_shows_no_funnel(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*people(OKRUG, 4), *submissions(OKRUG, 9)])
    async for made in opened(metrics, metrics_database, "public"):
        assert "До чего дошли инициативы" not in await html(made, "/region")
        assert orjson.loads(await html(made, "/region/picture"))["funnel"] is None
        administrator, _ = await made.grant(Role.ADMINISTRATOR, "region")
        assert "До чего дошли инициативы" not in await html(made, "/region", administrator)
        head, _ = await made.grant(Role.HEAD, OKRUG)
        assert "До чего дошли инициативы" in await html(made, f"/municipalities/{OKRUG}", head)


# ---- files ----
async def rows(region: Region, path: str, who: dict[str, str] | None = None) -> list[dict[str, str]]:
    answer = await region.browser.get(path, headers=who or {})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_a_file_has_a_column_for_each_stage(public: Region) -> None:
    found = {row["Код"]: row for row in await rows(public, "/region?format=csv")}

    stages = ("Принято", "Определено", "Выдвинуто", "Возвращено автору", "Отклонено", "Отозвано автором")
    assert [found[OKRUG][name] for name in stages] == ["7", "5", "3", "1", "1", "1"]
    assert [found[""][name] for name in stages[:3]] == ["9", "5", "3"]
    assert [found[SETTLEMENT][name] for name in stages] == [""] * 6
    assert "Решено в срок" not in found[OKRUG]


async def test_the_staffs_file_says_whether_it_was_in_time(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")

    found = {row["Код"]: row for row in await rows(public, "/region?format=csv", administrator)}

    assert (found[OKRUG]["Решено в срок"], found[OKRUG]["Решено с опозданием"]) == ("6", "2")


async def test_a_municipalitys_file_has_its_stages(public: Region) -> None:
    administrator, _ = await public.grant(Role.ADMINISTRATOR, "region")
    path = f"/municipalities/{OKRUG}?format=csv"

    everybodys = {(row["Раздел"], row["Строка"]): row["Подано"] for row in await rows(public, path)}
    staffs = {(r["Раздел"], r["Строка"]): r["Подано"] for r in await rows(public, path, administrator)}

    by_direction = {r["Строка"]: r for r in await rows(public, path) if r["Раздел"] == "По направлениям"}
    assert everybodys["До чего дошли", "Выдвинуто"] == "3"
    assert [by_direction["Дороги"][name] for name in ("Подано", "Принято", "Выдвинуто")] == ["10", "7", "3"]
    assert ("Решения", "В срок") not in everybodys
    assert staffs["Решения", "С опозданием"] == "2"
    assert staffs["Кто решил последним", "Рабочая группа"] == "6"
