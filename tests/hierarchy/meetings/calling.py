"""An SMO with two municipalities whose people may be called, and all that is done with meetings of theirs."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from vobject.base import readOne

from contracts.results import FiguresTaken, Standing
from services.chassis.streams.tail import Stream
from services.hierarchy import results
from tests.hierarchy.office import (
    ELSEWHERE,
    PASSWORD,
    PLACE,
    TODAY,
    URL,
    Browser,
    Office,
    appoint,
    appointment,
    everything,
)

MEETINGS = "/api/v1/meetings"
RESULTS = Stream(FiguresTaken.topic, 0)
OPERATOR, HEAD, RESPONSIBLE, OTHER = (
    f"{name}@example.org" for name in ("operator", "head", "responsible", "other")
)
SAMARA = ZoneInfo("Europe/Samara")
TOLD_AT = datetime(2026, 12, 7, 11, 32, 7, tzinfo=UTC)
"""15:32:07 by the region's clocks."""
INSTEAD = "instead@example.org"
SUBSTITUTE = {"name": "Замещаев Захар", "email": INSTEAD, "phone": "8 800 000-00-01"}
AGENDA = ["Ход марафона", "Разное: сроки, отчёты; вопросы"]


async def staffed(office: Office, browser: Browser) -> None:
    """The SMO has an operator; one municipality a Head and a responsible person, another a Head alone."""
    await appoint(browser, appointment("smo-operator", "smo", OPERATOR))
    people = {HEAD: "Главин Глеб Глебович", OTHER: "Другов Денис Денисович"}
    for email, code in ((HEAD, PLACE), (OTHER, ELSEWHERE)):
        await appoint(browser, appointment("head", code, email, name=people[email]))
    await office.come(browser, HEAD)
    await named(browser, "responsible", PLACE, RESPONSIBLE, "Ответова Ольга Олеговна")
    await sign_in(office, browser, OPERATOR)


async def sign_in(office: Office, browser: Browser, email: str) -> None:
    """By a password that is chosen anew. That letter is dated by today's clocks, others perhaps later."""
    browser.cookies.clear()
    await browser.post("/staff/forgotten", data={"email": email}, follow_redirects=False)
    query = "SELECT body FROM letter WHERE recipient = $1 AND kind = 'reset'"
    found = re.search(rf"{URL}(/staff/links/\S+)", await office.pool.fetchval(query, email))
    assert found
    form = {"password": PASSWORD, "again": PASSWORD}
    signed = await browser.post(found[1], data=form, follow_redirects=False)
    assert signed.status_code == 303, signed.text


async def named(browser: Browser, role: str, code: str, email: str, name: str, **more: Any) -> None:
    """Somebody is appointed by who is signed in."""
    done = await appoint(browser, appointment(role, code, email, name=name, **more))
    assert done.status_code == 201, done.text


async def succeed(office: Office, browser: Browser, email: str) -> None:
    """Another is responsible in the municipality from now on."""
    await sign_in(office, browser, HEAD)
    await named(browser, "responsible", PLACE, email, "Новая Нина", replaces=True)


async def answer_for_both(office: Office, browser: Browser) -> None:
    """One person is responsible in both municipalities; the browser is the operator's."""
    await sign_in(office, browser, OTHER)
    await named(browser, "responsible", ELSEWHERE, RESPONSIBLE, "Ответова Ольга Олеговна")
    await sign_in(office, browser, OPERATOR)


def in_days(days: int) -> str:
    """The day so many days from today."""
    return (TODAY + timedelta(days=days)).isoformat()


def plan(**more: Any) -> dict[str, Any]:
    """A meeting tomorrow."""
    return {
        "title": "Подготовка к финалу",
        "format": "mixed",
        "place": "Дом Советов, зал 3; этаж 2",
        "link": "https://video.example.org/room?id=1,2",
        "day": in_days(1),
        "hour": "10:00",
        "duration": 60,
        "agenda": AGENDA,
        "municipalities": [PLACE, ELSEWHERE],
    } | more


async def call(browser: Browser, **more: Any) -> str:
    """The id of a meeting that was called."""
    answer = await browser.post(MEETINGS, json=plan(**more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def change(browser: Browser, id_: str, seen: int = 1, **more: Any) -> Any:
    return await browser.post(f"{MEETINGS}/{id_}/changes", json=plan(seen=seen, **more))


async def cancel(browser: Browser, id_: str, reason: str = "Паводок", **more: Any) -> Any:
    return await browser.post(f"{MEETINGS}/{id_}/cancellation", json={"reason": reason} | more)


async def answer(browser: Browser, id_: str, word: str, **more: Any) -> Any:
    return await browser.post(f"{MEETINGS}/{id_}/answer", json={"answer": word} | more)


async def one(browser: Browser, id_: str) -> dict[str, Any]:
    answer = await browser.get(f"{MEETINGS}/{id_}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def invitations(browser: Browser, id_: str) -> dict[str, dict[str, Any]]:
    """Those who are invited, as whoever is signed in sees them, by municipality."""
    return {each["municipality"]: each for each in (await one(browser, id_))["invitations"]}


async def answers(browser: Browser, id_: str) -> dict[str, str]:
    """What they have answered."""
    return {code: each["answer"] for code, each in (await invitations(browser, id_)).items()}


def begun(office: Office, days: int = 1) -> None:
    """A little after 10:00 of the day of the meeting."""
    day = TODAY + timedelta(days=days)
    office.now = datetime(day.year, day.month, day.day, 10, 20, tzinfo=SAMARA)


# ---- holding ----
async def attend(browser: Browser, id_: str, *present: tuple[str, str, bool]) -> Any:
    marks = [dict(zip(("municipality", "presence", "by_substitute"), each, strict=True)) for each in present]
    return await browser.post(f"{MEETINGS}/{id_}/attendance", json={"present": marks})


async def write(browser: Browser, id_: str, body: str = "Обсудили", **more: Any) -> Any:
    """Write the minutes."""
    return await browser.post(f"{MEETINGS}/{id_}/minutes", json={"body": body} | more)


async def agree(browser: Browser, id_: str, **more: str) -> Any:
    body = {"municipality": PLACE, "body": "Провести выездную регистрацию", "due": in_days(3)} | more
    return await browser.post(f"{MEETINGS}/{id_}/agreements", json=body)


async def settle(browser: Browser, id_: str, state: str, **more: str) -> Any:
    return await browser.post(f"/api/v1/agreements/{id_}/state", json={"state": state} | more)


# ---- figures ----
async def ask(browser: Browser, id_: str) -> str:
    """Ask for figures to the first item; the request."""
    item = (await one(browser, id_))["agenda"][0]["id"]
    asked = await browser.post(f"{MEETINGS}/{id_}/figures", json={"item": item})
    assert asked.status_code == 200, asked.text
    return str(asked.json()["request"])


def standing(code: str, submitted: int) -> Standing:
    return Standing(municipality=code, registered=10, submitted=submitted)


async def take(office: Office, request: str, **more: Any) -> None:
    """Metrics answers."""
    given = {
        "version": 1,
        "id": UUID(request),
        "campaign": "spring-2026",
        "as_of": TOLD_AT,
        "day": TODAY,
        "items": [standing(PLACE, 7), standing(ELSEWHERE, 5)],
    } | more
    async with everything(office.pool) as db:
        await results.apply(db, RESULTS, [FiguresTaken(**given)])


# ---- what is left of it ----
async def calendars(office: Office, email: str) -> list[Any]:
    """What letters have brought for somebody's calendar, in the order in which they were written."""
    rows = await office.pool.fetch(
        "SELECT calendar FROM letter WHERE recipient = $1 AND calendar <> '' ORDER BY written_at, id", email
    )
    return [readOne(row["calendar"]) for row in rows]


def told(calendar: Any) -> tuple[str, int]:
    """What a calendar is to do, and the number by which it knows the latest."""
    return calendar.method.value, int(calendar.vevent.sequence.value)


async def stored(office: Office, query: str, *given: Any) -> Any:
    """What stands in a row that belongs to a municipality."""
    async with everything(office.pool) as db:
        return await db.fetchval(query, *given)


async def invited(office: Office) -> int:
    """How many letters brought something for a calendar."""
    return int(await office.pool.fetchval("SELECT count(*) FROM letter WHERE calendar <> ''"))


async def defined(office: Office) -> list[dict[str, Any]]:
    """What services were told of meetings."""
    rows = await office.pool.fetch(
        "SELECT data::jsonb AS data FROM outbox WHERE type = 'dialogue.meeting.defined.v1' ORDER BY id"
    )
    return [orjson.loads(row["data"]) for row in rows]
