"""The hotline in the live view's stream, and in the state that other systems get."""

import asyncio
from typing import Any

import orjson
import pytest
from asyncpg import Pool

from contracts.counters import HotlineTotals
from services.chassis.db.notify import Heard
from services.chassis.streams import mirror
from services.metrics.events import cases
from services.metrics.stating.states import read, states_of
from services.metrics.stating.targets import StatedTargets
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.asked import (
    again,
    answered,
    ask,
    consult,
    define_theme,
    hear,
    name_themes,
    open_line,
)
from tests.metrics.test_coverage import hear as state
from tests.metrics.test_coverage import state_coverage
from tests.metrics.test_live_plan import event_of, heard, opened
from tests.metrics.test_own_figures import count, submissions


def told(frame: bytes) -> Any:
    return event_of(frame)[1]["hotline"]


async def announced(live: Any, *codes: str) -> None:
    """Let it hear what the roll-up has said."""
    await live._follow([Heard(cases.CHANNEL, orjson.dumps(list(codes)).decode())])


async def test_who_watches_gets_absolute_values_of_what_they_see(
    metrics: Pool, metrics_database: Database
) -> None:
    await hear(metrics, [ask(DISTRICT), consult(OKRUG)])
    live, hub, _ = await opened(metrics, metrics_database)
    part = await live.part({DISTRICT, SETTLEMENT})
    streams = [hub.stream(seen, seen.snapshot) for seen in (live, part)]
    before = [told(await anext(stream)) for stream in streams]
    revision = live.revision
    coming = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)

    await hear(metrics, [answered(ask(SETTLEMENT), 30)])
    await announced(live, SETTLEMENT)

    after = [told(frame) for frame in await asyncio.gather(*coming)]
    assert [each["inquiries"] for each in before] == [1, 1]
    assert [each["consultations"] for each in before] == [1, 0]
    nothing_yet = {"in_time": None, "first_median": None}
    assert nothing_yet.items() <= before[0].items()
    assert after[1] == {
        "inquiries": 2,
        "open": 1,
        "in_time": 100.0,
        "first_median": 22,
        "first_median_more": False,
        "consultations": 0,
    }
    assert after[0] == after[1] | {"consultations": 1}
    assert live.revision > revision
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]


async def test_what_changed_nothing_is_told_to_nobody(metrics: Pool, metrics_database: Database) -> None:
    await hear(metrics, [ask(DISTRICT)])
    live, hub, _ = await opened(metrics, metrics_database)
    stream = hub.stream(live, live.snapshot)
    await anext(stream)

    await announced(live, DISTRICT)

    assert await heard(stream) == []


async def test_what_was_not_heard_is_caught_up_by_the_marks(
    metrics: Pool, metrics_database: Database
) -> None:
    inquiry = ask(DISTRICT)
    await count(metrics, submissions(DISTRICT, 2))
    await hear(metrics, [inquiry])
    live, *_ = await opened(metrics, metrics_database)
    registered = dict(live.sums.region)

    await hear(metrics, [again(inquiry, status="spam"), open_line(DISTRICT, serves=[SETTLEMENT])])
    await live._catch_up()

    assert (live.hotline.whole.inquiries, live.hotline.whole.spam) == (0, 1)
    assert live.hotline.lines == {DISTRICT: "own", SETTLEMENT: "shared"}
    assert live.sums.region == registered


async def test_a_line_answers_for_whom_its_owner_serves_by_agreement(
    metrics: Pool, metrics_database: Database
) -> None:
    await hear(metrics, [open_line(DISTRICT)])
    live, *_ = await opened(metrics, metrics_database)
    assert live.hotline.lines == {DISTRICT: "own"}

    await state(metrics, 1, state_coverage(SETTLEMENT, groups=0, served_by=DISTRICT))
    await live._look_aside()

    assert live.hotline.lines == {DISTRICT: "own", SETTLEMENT: "shared"}


async def test_a_median_without_an_end_is_told_as_such(metrics: Pool, metrics_database: Database) -> None:
    await hear(metrics, [answered(ask(DISTRICT), 5000)])
    live, *_ = await opened(metrics, metrics_database)

    told_ = live.hotline.told()

    assert (told_["first_median"], told_["first_median_more"]) == (4800, True)


async def test_after_a_rebuild_all_of_it_is_read_anew(metrics: Pool, metrics_database: Database) -> None:
    await hear(metrics, [ask(DISTRICT)])
    live, *_ = await opened(metrics, metrics_database)
    await metrics.execute("UPDATE counter SET n = 3 WHERE family = 'hotline:status'")
    await metrics.execute("DELETE FROM counter WHERE family = 'hotline:channel'")

    await live._follow([Heard(cases.CHANNEL, "*")])

    assert live.hotline.whole.inquiries == 3
    assert live.hotline.whole.by("hotline:channel") == {}


async def test_other_systems_get_a_few_sums_and_no_family_of_it(metrics: Pool) -> None:
    late = answered(ask(DISTRICT), 75, first_answer_late=True, escalations=2)
    await hear(metrics, [ask(DISTRICT), late, ask(DISTRICT, status="spam"), consult(DISTRICT)])
    await hear(metrics, [open_line(OKRUG)])
    await count(metrics, submissions(OKRUG, 1))

    async with metrics.acquire() as db:
        seen, targets = await read(db, [DISTRICT, OKRUG], StatedTargets()), StatedTargets()
        (state,) = states_of(DISTRICT, seen, targets)
    async with metrics.acquire() as db:
        (other,) = states_of(OKRUG, seen, targets)

    assert state.hotline == HotlineTotals(
        inquiries=2,
        open=1,
        first_in_time=0,
        first_late=1,
        final_in_time=1,
        final_late=0,
        escalations=2,
        consultations=1,
    )
    assert (state.submitted, state.counters) == (0, [])
    assert "dialogue.hotline.v1" in state.marks
    assert (other.submitted, other.hotline) == (1, None)


@pytest.mark.parametrize("codes", [[DISTRICT], [f"{n:08}" for n in range(1000)]])
def test_more_than_an_announcement_holds_is_announced_as_everything(
    codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(cases, "announce", lambda _db, _channel, payload: said.append(payload))

    cases.tell(None, codes)  # type: ignore[arg-type]

    assert said == (['["13603000"]'] if len(codes) == 1 else ["*"])


async def test_a_new_name_of_a_theme_is_heard_by_every_part(
    metrics: Pool, metrics_database: Database
) -> None:
    await hear(metrics, [ask(DISTRICT)])
    live, *_ = await opened(metrics, metrics_database)
    part = await live.part({DISTRICT})

    await name_themes(metrics, define_theme("wording", "Слова"), define_theme("other", "Другое", place=9))
    await live._follow([Heard(mirror.CHANNEL, "")])
    before = [{code: theme.name for code, theme in seen.hotline.themes.items()} for seen in (live, part)]
    await name_themes(metrics, define_theme("wording", "Тексты", version=2))
    await live._follow([Heard(mirror.CHANNEL, "")])

    assert before == [{"wording": "Слова", "other": "Другое"}] * 2
    assert [seen.hotline.themes["wording"].name for seen in (live, part)] == ["Тексты", "Тексты"]
    assert live.hotline.whole.inquiries == 1
