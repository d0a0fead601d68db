"""Reports of telephone exchanges: repeated, reordered, lost, wrong."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from services.chassis.db.idempotency import Moment
from services.chassis.process.clock import Clock
from services.hotline.calls.api import Guessing
from services.hotline.calls.commands.call_back import LATER, call_back, call_back_missed
from services.hotline.calls.domain.calls import GRACE, RINGS
from services.hotline.core.region import Known, Region
from services.hotline.inquiries.commands.escalate import escalate
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from tests.factories import SETTLEMENT
from tests.hotline.calls.exchange import CALLER, Exchange, calls, cases, connect
from tests.hotline.desk.working import DESK, ask, known, operator, page
from tests.hotline.staffed import Staffed

NEW, ANSWER, HANGUP = "newCall", "answer", "hangup"


@pytest.fixture
async def exchange(line: Staffed) -> AsyncIterator[Exchange]:
    async with line.browser() as browser:
        browser.headers["Accept"] = "application/json"
        yield await connect(line, browser)


async def look(line: Staffed, later: timedelta = GRACE) -> int:
    """The worker looks for missed calls after a while."""
    line.now += later
    return await call_back_missed(line.pool, known(line), line.now)


@pytest.mark.parametrize("order", list(permutations([NEW, ANSWER, HANGUP])))
async def test_in_any_order_an_answered_call_is_answered(
    line: Staffed, exchange: Exchange, order: tuple[str, ...]
) -> None:
    for event in order:
        assert await exchange.tell(event) == 204
        assert await exchange.tell(event) == 204

    (call,) = await calls(line)
    assert call["answered_at"] is not None
    assert call["look_at"] is None
    assert await look(line) == 0
    assert await cases(line) == []


@pytest.mark.parametrize("order", [(NEW, HANGUP), (HANGUP, NEW), (HANGUP,)])
async def test_a_call_that_nobody_answered_becomes_one_case(
    line: Staffed, exchange: Exchange, order: tuple[str, ...]
) -> None:
    for event in (*order, *order):
        await exchange.tell(event)

    assert await look(line, timedelta(seconds=1)) == 0, "an answer may be on its way"
    assert await look(line) == 1
    assert await look(line) == 0
    await exchange.tell(HANGUP)
    assert await look(line) == 0

    (case,) = await cases(line)
    assert (case["phone"], case["channel"], case["status"]) == (CALLER, "phone", "new")
    assert case["subject"].startswith("Пропущенный звонок с номера +7 920 123-45-67")


async def test_the_same_caller_within_minutes_gets_no_second_case(line: Staffed, exchange: Exchange) -> None:
    for nth in range(3):
        await exchange.tell(HANGUP, str(nth))
        await look(line)
    await exchange.tell(HANGUP, "other", from_="+79207654321")
    await look(line)
    (case, other) = await cases(line)
    assert other["phone"] == "+79207654321"
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, f"{DESK}/cases/{case['id']}")
    assert shown.count("Звонок ещё раз") == 2

    line.now += timedelta(minutes=31)
    await exchange.tell(HANGUP, "later")
    await look(line)

    assert len(await cases(line)) == 3


async def test_two_workers_make_one_case(line: Staffed, exchange: Exchange) -> None:
    for nth in range(5):
        await exchange.tell(HANGUP, str(nth))
    line.now += GRACE

    moved = await asyncio.gather(*(call_back_missed(line.pool, known(line), line.now) for _ in range(4)))

    assert sum(moved) == 5
    assert len(await cases(line)) == 1


async def test_an_unreliable_exchange_loses_nothing(line: Staffed, exchange: Exchange) -> None:
    reports = []
    for nth in range(30):
        number = f"+7920000{nth:04}"
        ends = [NEW, ANSWER, HANGUP] if nth % 3 else [NEW, HANGUP]
        reports += [(event, str(nth), number) for event in ends]

    await exchange.unreliably(reports, seed=17)
    await look(line)

    assert set(exchange.sent) == {204}
    assert len(await calls(line)) == 30
    assert sorted(case["phone"] for case in await cases(line)) == [f"+7920000{n:04}" for n in range(0, 30, 3)]


@pytest.mark.parametrize(
    ("given", "phone", "written"),
    [
        ("89201234567", "+79201234567", "89201234567"),
        ("79201234567", "+79201234567", "79201234567"),
        ("8 (920) 123-45-67, доб. 12", "+79201234567;ext=12", "8 (920) 123-45-67, доб. 12"),
        ("sip:+79201234567@pbx.example.org;user=phone", "+79201234567", "+79201234567"),
        ('"Пётр" <sip:89201234567@10.0.0.1>', "+79201234567", "89201234567"),
        ("+375291234567", "+375291234567", "+375291234567"),
        ("anonymous", "", "anonymous"),
        ("sip:anonymous@anonymous.invalid", "", "anonymous"),
        ("205", "", "205"),
        ("☎\x00\u202eabc", "", None),
        ("9" * 3_000, "", "9" * 60),
        (None, "", ""),
        (79201234567, "+79201234567", "79201234567"),
    ],
)
async def test_whatever_stands_for_a_number_is_kept(
    line: Staffed, exchange: Exchange, given: object, phone: str, written: str | None
) -> None:
    assert await exchange.tell(NEW, from_=given) == 204
    assert await exchange.tell(HANGUP, from_=given) == 204
    await look(line)

    (call,) = await calls(line)
    assert call["phone"] == phone
    assert written is None or call["written"] == written
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, f"{DESK}/calls")
    assert "Пропущен" in shown
    hidden = call["written"] in ("anonymous", "")
    assert len(await cases(line)) == (0 if hidden else 1), "nobody can call a hidden number back"


@pytest.mark.parametrize(
    "at", ["2026-11-29T10:00:00", "yesterday", "1970-01-01T00:00:00Z", 17, None, "9" * 400]
)
async def test_a_wrong_time_is_ours(line: Staffed, exchange: Exchange, at: object) -> None:
    assert await exchange.tell(NEW, at=at) == 204

    (call,) = await calls(line)
    assert line.now - timedelta(days=1) <= call["began_at"] <= line.now + timedelta(minutes=5)


async def test_what_is_no_report_is_refused_and_nothing_stored(line: Staffed, exchange: Exchange) -> None:
    assert await exchange.tell("ringing") == 400
    assert await exchange.tell(NEW, call_id="") == 422
    assert await exchange.tell(NEW, call_id=" \x00 ") == 422
    assert await exchange.tell(NEW, call_id={"a": 1}) == 400
    assert await exchange.tell(NEW, from_="1" * 30_000) == 413
    assert await calls(line) == []


async def test_a_long_id_is_an_id(line: Staffed, exchange: Exchange) -> None:
    for _ in range(2):
        assert await exchange.tell(NEW, call_id="x" * 3_000) == 204
    assert await exchange.tell(NEW, call_id="x" * 3_001) == 204
    assert await exchange.tell(NEW, call_id=17) == 204

    assert len(await calls(line)) == 3


async def test_a_wrong_line_and_a_wrong_secret_are_answered_alike(
    line: Staffed, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.hotline.calls.api.PAUSE", 0.01)
    right = exchange.line
    answers = []
    for address, secret in (
        (right, "wrong"),
        (right, ""),
        (str(uuid4()), exchange.secret),
        (str(uuid4()), ""),
    ):
        answers.append(
            await exchange.browser.post(
                f"/api/v1/cti/{address}",
                json={"event": NEW, "call_id": "1"},
                headers={"X-Line-Secret": secret},
            )
        )

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert await calls(line) == []


async def test_guessing_is_slow_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.hotline.calls.api.PAUSE", 0.02)
    guessing, began = Guessing(), time.monotonic()

    done = await asyncio.gather(*(guessing.slow() for _ in range(60)), return_exceptions=True)

    assert sum(isinstance(each, Exception) for each in done) == 20
    assert time.monotonic() - began >= 40 * 0.02


async def test_a_call_that_became_a_case_by_hand_is_not_called_back(
    line: Staffed, exchange: Exchange
) -> None:
    await exchange.tell(NEW)
    async with line.browser(await operator(line)) as browser:
        fields = {
            "municipality": "13603000",
            "channel": "phone",
            "theme": "other",
            "text": "Вопрос",
            "form_key": "1",
        }
        fields |= {"call": "1", "line": "13603000", "phone": CALLER, "about": "new"}
        assert (await browser.post(f"{DESK}/cases/new", data=fields)).status_code == 303
    await exchange.tell(HANGUP)

    assert await look(line) == 0
    assert len(await cases(line)) == 1


async def test_after_the_campaign_a_missed_call_stays_in_the_list(line: Staffed, exchange: Exchange) -> None:
    await exchange.tell(HANGUP)
    line.now += GRACE
    later = line.now + timedelta(days=4_000)

    assert await call_back_missed(line.pool, known(line), later) == 0
    assert await call_back_missed(line.pool, known(line), later) == 0
    assert await cases(line) == []
    assert len(await calls(line)) == 1


async def test_a_worker_decides_nothing_before_it_knows_the_region(line: Staffed, exchange: Exchange) -> None:
    await exchange.tell(HANGUP)
    asked = await ask(line)
    clock = Clock(lambda: line.now)
    line.now += timedelta(days=20)
    region = Region(line.web.app.state.settings, line.pool)
    works = [asyncio.create_task(work(line.pool, region, clock)) for work in (call_back, escalate)]
    await asyncio.sleep(0.1)
    before = await calls(line)

    await region.refresh()
    climbed = "SELECT escalations FROM inquiry WHERE id = $1"
    async with asyncio.timeout(5):
        while len(await cases(line)) < 2 or not await line.pool.fetchval(climbed, asked.id):
            await asyncio.sleep(0.01)
    for work in works:
        work.cancel()

    assert before[0]["look_at"] is not None


async def test_a_call_waits_for_a_calendar_and_then_has_its_case(line: Staffed, exchange: Exchange) -> None:
    await exchange.tell(HANGUP)
    line.now += GRACE

    missing = await call_back_missed(line.pool, replace(known(line), calendars={}), line.now)
    unheard = await call_back_missed(line.pool, Known(), line.now + LATER)

    assert (missing, unheard) == (0, 0)
    assert await look(line, timedelta(seconds=1)) == 0
    assert await look(line, 2 * LATER) == 1


async def test_a_call_whose_end_was_lost_becomes_a_case(line: Staffed, exchange: Exchange) -> None:
    await exchange.tell(NEW)

    assert await look(line, RINGS) == 0
    assert await look(line) == 1


async def test_of_a_number_that_is_none_there_is_one_case_too(line: Staffed, exchange: Exchange) -> None:
    for nth, number in enumerate(("205", "205", "206")):
        await exchange.tell(HANGUP, str(nth), from_=number)
        await look(line)

    assert len(await cases(line)) == 2


async def test_who_calls_again_about_a_case_of_a_served_settlement_goes_there(
    line: Staffed, exchange: Exchange
) -> None:
    asked = await ask(line, municipality=SETTLEMENT, organization=None)
    await exchange.tell(HANGUP, "1")
    await line.pool.execute("UPDATE call SET inquiry_id = $1, look_at = NULL", asked.id)
    await exchange.tell(HANGUP, "2")

    assert await look(line) == 1
    assert [case["id"] for case in await cases(line)] == [asked.id]

    erasure = Erasure(SETTLEMENT, asked.id)
    await erase_inquiry(line.pool, known(line), erasure, Moment(line.now))
    assert {(call["phone"], call["written"]) for call in await calls(line)} == {("", "")}


@pytest.mark.parametrize("minutes", [-300, 4])
async def test_a_call_rings_by_our_clock(line: Staffed, exchange: Exchange, minutes: int) -> None:
    at = (line.now + timedelta(minutes=minutes)).isoformat()
    await exchange.tell(NEW, at=at)
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)
        assert "Звонит +7" in shown
        line.now += timedelta(minutes=3)
        assert "Звонит +7" not in await page(browser, DESK)


async def test_who_calls_is_shown_with_what_they_asked(line: Staffed, exchange: Exchange) -> None:
    earlier = await ask(line)
    await exchange.tell(NEW)
    async with line.browser(await operator(line)) as browser:
        shown = await page(browser, DESK)
        assert "Звонит +7 920 123-45-67 – Пётр Ильин" in shown
        assert f"№ {earlier.number}" in shown
        line.now += timedelta(minutes=3)
        assert "Звонит +7" not in await page(browser, DESK), "nothing more was heard of it"
