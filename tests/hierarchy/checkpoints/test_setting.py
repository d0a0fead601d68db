"""Setting days: by the Head's act, by the clerk for the Head, recommended by the SMO; told to metrics."""

import asyncio
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from contracts.appointments import CheckpointsEvent, CheckpointsRecommended, CheckpointsScheduled
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.restate import restate
from tests.hierarchy.checkpoints.telling import found
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    appoint,
    appointment,
    everything,
    slug,
)

PAGE = f"/cabinet/municipalities/{PLACE}/checkpoints"
COUNCIL = "/cabinet/checkpoints"
ACT = {"number": "7-р", "day": TODAY.isoformat()}
ALL = "weekly:mon,tue,wed,thu,fri,sat,sun"


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


async def put(browser: Browser, *days: str, **given: Any) -> Any:
    body = {"municipality": PLACE, "days": list(days), "act": ACT} | given
    return await browser.post("/api/v1/checkpoints", json=body)


async def recommend(browser: Browser, *days: str, smo: str = "smo", **given: Any) -> Any:
    body = {"smo": smo, "days": list(days)} | given
    return await browser.post("/api/v1/checkpoints", json=body)


async def listed(browser: Browser, code: str = PLACE) -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/v1/checkpoints?municipality={code}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def told(pool: Pool, kind: type[CheckpointsEvent]) -> list[Any]:
    rows = await pool.fetch("SELECT data::jsonb AS data FROM outbox WHERE type = $1 ORDER BY id", kind.type)
    return [kind.model_validate_json(row["data"]) for row in rows]


@pytest.fixture
async def operator(office: Office, browser: Browser) -> Browser:
    """A Head is appointed; the browser is the SMO operator's."""
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    await office.come(browser, "smo@example.org")
    return browser


@pytest.fixture
async def chief(office: Office, operator: Browser) -> Browser:
    """The browser is the Head's."""
    await office.come(operator, "head@example.org")
    return operator


async def test_the_head_sets_days_by_an_act_and_metrics_is_told(office: Office, chief: Browser) -> None:
    answer = await put(chief, ahead(3), ahead(1))

    assert (answer.status_code, answer.json()) == (201, {"version": 1, "days": [ahead(1), ahead(3)]})
    (event,) = await told(office.pool, CheckpointsScheduled)
    assert (event.version, event.municipality, event.campaign) == (1, PLACE, "spring-2026")
    assert [day.isoformat() for day in event.days] == [ahead(1), ahead(3)]
    assert [each["day"] for each in await listed(chief)] == [ahead(1), ahead(3)]
    assert [each["frozen_at"] for each in await listed(chief)] == [None, None]
    noted = await found(office.pool, "SELECT municipality FROM audit WHERE action = 'checkpoints-set'")
    assert noted == [PLACE]


async def test_days_that_have_passed_stay_and_versions_are_kept(office: Office, chief: Browser) -> None:
    await put(chief, ahead(1), ahead(4))
    office.now += timedelta(days=2)

    answer = await put(chief, rule=ALL, seen=1)

    last = [ahead(n) for n in range(3, 10)]
    assert answer.json() == {"version": 2, "days": [ahead(1), *last]}
    before = await found(office.pool, "SELECT days_before FROM checkpoint_schedule ORDER BY number")
    after = await found(office.pool, "SELECT days FROM checkpoint_schedule ORDER BY number")
    assert before == [[], after[0]]
    page = unescape((await chief.get(PAGE)).text)
    assert "Как менялись даты" in page
    assert "каждый понедельник" in page


async def test_a_municipality_without_days_of_its_own_takes_the_smos(
    office: Office, operator: Browser
) -> None:
    answer = await recommend(operator, ahead(1), ahead(3))

    assert answer.json() == {"version": 1, "days": [ahead(1), ahead(3)]}
    (event,) = await told(office.pool, CheckpointsRecommended)
    assert (event.smo, event.version) == ("smo", 1)
    await office.come(operator, "head@example.org")
    assert [(e["day"], e["recommended"]) for e in await listed(operator)] == [
        (ahead(1), True),
        (ahead(3), True),
    ]
    assert "Рекомендовано СМО" in unescape((await operator.get(PAGE)).text)


async def test_own_days_keep_the_recommended_ones_that_have_passed(office: Office, operator: Browser) -> None:
    await recommend(operator, ahead(1), ahead(3))
    await office.come(operator, "head@example.org")
    office.now += timedelta(days=1)

    answer = await put(operator, ahead(4))

    assert answer.json()["days"] == [ahead(1), ahead(4)], "today's is one that stays"
    assert [each["recommended"] for each in await listed(operator)] == [False, False]


async def test_what_an_smo_recommended_and_has_passed_stays(office: Office, operator: Browser) -> None:
    await recommend(operator, ahead(1), ahead(3))
    office.now += timedelta(days=2)

    answer = await recommend(operator, rule="monthly:1,15", seen=0)
    late = await recommend(operator, ahead(5), seen=1)

    assert slug(answer) == "checkpoint-days-changed" or answer.status_code == 422
    assert late.json() == {"version": 2, "days": [ahead(1), ahead(5)]}


async def test_of_two_who_set_days_the_second_is_told(chief: Browser) -> None:
    first = await put(chief, ahead(1), seen=0)
    second = await put(chief, ahead(2), seen=0)
    unsaid = await put(chief, ahead(3))

    assert [first.status_code, second.status_code, unsaid.status_code] == [201, 409, 201]
    assert slug(second) == "checkpoint-days-changed"


async def test_two_at_once_are_two_versions_or_one_and_a_refusal(office: Office, chief: Browser) -> None:
    answers = await asyncio.gather(put(chief, ahead(1), seen=0), put(chief, ahead(2), seen=0))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await found(office.pool, "SELECT count(*) FROM checkpoint_schedule") == [1]


async def test_the_same_request_again_is_answered_alike(office: Office, chief: Browser) -> None:
    headers = {"Idempotency-Key": "once"}
    body = {"municipality": PLACE, "days": [ahead(1)], "act": ACT}

    answers = [await chief.post("/api/v1/checkpoints", json=body, headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await told(office.pool, CheckpointsScheduled)) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"days": []}, "checkpoint-days-none"),
        ({"days": [ahead(1)], "rule": ALL}, "checkpoint-days-none"),
        ({"rule": "hourly:1"}, "checkpoint-rule"),
        ({"rule": "weekly:fri\x00"}, "checkpoint-rule"),
        ({"days": [ahead(-1)]}, "checkpoint-day-passed"),
        ({"days": [ahead(0)]}, "checkpoint-day-passed"),
        ({"days": [ahead(10)]}, "checkpoint-day-outside"),
        ({"days": ["2026-02-30"]}, "checkpoint-day"),
        ({"days": ["\u202e\x00"]}, "checkpoint-day"),
        ({"days": [ahead(1), ahead(1)]}, "checkpoint-day-twice"),
        ({"days": [ahead(1)] * 1000}, "checkpoint-days-many"),
        ({"days": [ahead(1)], "smo": "smo"}, "checkpoint-of"),
        ({"days": [ahead(1)], "municipality": None}, "checkpoint-of"),
        ({"days": [ahead(1)], "act": {"number": "", "day": ahead(0)}}, "act-number"),
        ({"days": [ahead(1)], "act": {"number": "1", "day": ahead(1)}}, "act-day-ahead"),
        ({"days": [ahead(1)], "act": None}, "act-number"),
    ],
)
async def test_days_that_cannot_be_are_refused(
    office: Office, chief: Browser, given: dict[str, Any], expected: str
) -> None:
    answer = await put(chief, **given)

    assert (answer.status_code, slug(answer)) == (422, expected), answer.text
    assert await found(office.pool, "SELECT count(*) FROM checkpoint_schedule") == [0]


async def test_everything_wrong_with_an_act_is_told_at_once(chief: Browser) -> None:
    answer = await put(chief, "вчера", act={"number": "", "day": ""})

    assert {error["field"] for error in answer.json()["errors"]} == {"days", "number", "day"}


@pytest.mark.parametrize(
    "given", [{"municipality": "1"}, {"municipality": "1\x00"}, {"days": 5}, {"days": [ahead(1)] * 5000}]
)
async def test_what_is_no_request_is_refused(chief: Browser, given: dict[str, Any]) -> None:
    assert (await put(chief, **{"days": [ahead(1)], **given})).status_code in (400, 404, 422)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 201), ("responsible", 403), ("deputy", 403), ("head elsewhere", 404), ("smo", 404)],
)
async def test_the_clerk_sets_days_for_the_head_and_nobody_else(
    office: Office, browser: Browser, who: str, status: int
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await appoint(browser, appointment("head", ELSEWHERE, "else@example.org"))
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    await office.come(browser, "head@example.org")
    if who in ("clerk", "responsible", "deputy"):
        await appoint(browser, appointment(who, PLACE, "x@example.org"))
    email = {"head elsewhere": "else@example.org", "smo": "smo@example.org"}.get(who, "x@example.org")
    await office.come(browser, email)

    answer = await put(browser, ahead(1))

    assert answer.status_code == status, answer.text
    behalf = await found(office.pool, "SELECT on_behalf_of FROM checkpoint_schedule")
    assert len(behalf) == (1 if status == 201 else 0)


@pytest.mark.parametrize(("who", "status"), [("head", 404), ("smo", 201), ("admin", 201)])
async def test_an_smo_recommends_to_its_own_and_the_administrator_to_all(
    office: Office, operator: Browser, who: str, status: int
) -> None:
    await office.reset(operator, f"{who}@example.org")

    own, foreign = await recommend(operator, ahead(1)), await recommend(operator, ahead(1), smo="other")

    assert own.status_code == status
    assert foreign.status_code == 404


async def test_days_are_set_within_the_days_of_the_campaign_alone(office: Office, chief: Browser) -> None:
    office.now += timedelta(days=10)

    answer = await put(chief, ahead(11))

    assert answer.status_code == 409


async def test_a_transformed_municipality_has_no_days_to_set(office: Office, chief: Browser) -> None:
    await office.pool.execute("UPDATE municipality SET successor_of = $1 WHERE code = $2", [PLACE], ELSEWHERE)

    answer = await put(chief, ahead(1))

    assert (answer.status_code, slug(answer)) == (409, "municipality-transformed")
    assert "Назначить даты" not in unescape((await chief.get(PAGE)).text)


async def test_a_new_epoch_tells_the_days_that_stand(office: Office, operator: Browser) -> None:
    await recommend(operator, ahead(2))
    await recommend(operator, ahead(1))
    await office.come(operator, "head@example.org")
    await put(operator, ahead(3))
    await put(operator, ahead(4))

    async with everything(office.pool) as db:
        stream = restate(Signer("hierarchy", (office._folder / "key.pem").read_bytes()))
        events = [e async for e in stream(db, Stream("dialogue.appointments.v1", 0))]

    days = {
        (type(each).__name__, each.version): [day.isoformat() for day in each.days]
        for each in events
        if isinstance(each, CheckpointsScheduled | CheckpointsRecommended)
    }
    assert days == {("CheckpointsRecommended", 2): [ahead(1)], ("CheckpointsScheduled", 2): [ahead(4)]}


async def test_the_form_of_the_page_sets_a_rule(office: Office, chief: Browser) -> None:
    form = {"way": "weekly", "weekday:mon": "1", "weekday:thu": "1", "seen": "0", **ACT}

    answer = await chief.post(PAGE, data=form, follow_redirects=False)

    assert answer.headers["location"] == f"{PAGE}?done=set", unescape(answer.text)
    page = unescape((await chief.get(f"{PAGE}?done=set")).text)
    assert "Даты назначены" in page
    assert "каждый понедельник и каждый четверг" in page
    (days,) = await found(office.pool, "SELECT days FROM checkpoint_schedule")
    assert {day.weekday() for day in days} == {0, 3}


async def test_the_form_takes_single_days_as_people_write_them(office: Office, chief: Browser) -> None:
    first, second = (TODAY + timedelta(days=n) for n in (1, 2))
    form = {"way": "single", "days": f"{first:%d.%m.%Y}, \n{second.isoformat()}", "seen": "0", **ACT}

    answer = await chief.post(PAGE, data=form, follow_redirects=False)

    assert answer.status_code == 303, unescape(answer.text)
    assert await found(office.pool, "SELECT days FROM checkpoint_schedule") == [[first, second]]


async def test_numbers_of_the_month_are_a_rule_too(office: Office, chief: Browser) -> None:
    numbers = ", ".join(str(n) for n in range(1, 32))

    answer = await chief.post(
        PAGE, data={"way": "monthly", "numbers": numbers, "seen": "0", **ACT}, follow_redirects=False
    )

    assert answer.status_code == 303, unescape(answer.text)
    (days,) = await found(office.pool, "SELECT days FROM checkpoint_schedule")
    assert days == [TODAY + timedelta(days=n) for n in range(1, 10)]


async def test_what_was_typed_stays_when_the_form_is_refused(chief: Browser) -> None:
    form = {"way": "single", "days": "31.02.2026", "number": "", "day": "", "seen": "0"}

    answer = await chief.post(PAGE, data=form)

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Не удалось прочитать дату «31.02.2026»" in page or "«2026-02-31»" in page
    assert 'id="number-error"' in page
    assert ">\n31.02.2026</textarea>" in page


async def test_the_smo_recommends_by_its_page(office: Office, operator: Browser) -> None:
    empty = unescape((await operator.get(COUNCIL)).text)
    form = {"way": "single", "days": ahead(2), "smo": "smo", "seen:smo": "0"}

    answer = await operator.post(COUNCIL, data=form, follow_redirects=False)
    late = await operator.post(COUNCIL, data=form)

    assert "Дат пока нет" in empty
    assert answer.headers["location"] == f"{COUNCIL}?done=recommended", unescape(answer.text)
    assert late.status_code == 409
    assert "изменил кто-то ещё" in unescape(late.text)
    assert await found(office.pool, "SELECT days FROM checkpoint_recommendation") == [
        [date.fromisoformat(ahead(2))]
    ]


async def test_nobody_but_an_overseer_has_the_page_of_all(chief: Browser) -> None:
    assert (await chief.get(COUNCIL)).status_code == 404
    assert (await chief.post(COUNCIL, data={"smo": "smo"})).status_code == 404
