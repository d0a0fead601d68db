"""An SMO with two municipalities whose people may be called, and meetings of theirs."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from vobject.base import readOne

from services.chassis.db import tenancy
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
)

MEETINGS = "/api/v1/meetings"
OPERATOR, HEAD, RESPONSIBLE, OTHER = (
    f"{name}@example.org" for name in ("operator", "head", "responsible", "other")
)
SAMARA = ZoneInfo("Europe/Samara")
AGENDA = ["Ход марафона", "Разное: сроки, отчёты; вопросы"]


async def staffed(office: Office, browser: Browser) -> None:
    """The SMO has an operator; one municipality a Head and a responsible person, another a Head alone."""
    await appoint(browser, appointment("smo-operator", "smo", OPERATOR))
    people = {HEAD: "Главин Глеб Глебович", OTHER: "Другов Денис Денисович"}
    for email, code in ((HEAD, PLACE), (OTHER, ELSEWHERE)):
        await appoint(browser, appointment("head", code, email, name=people[email]))
    await office.come(browser, HEAD)
    answerer = appointment("responsible", PLACE, RESPONSIBLE, name="Ответова Ольга Олеговна")
    done = await appoint(browser, answerer)
    assert done.status_code == 201, done.text
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


def plan(**more: Any) -> dict[str, Any]:
    """A meeting tomorrow."""
    day = (TODAY + timedelta(days=1)).isoformat()
    return {
        "title": "Подготовка к финалу",
        "format": "mixed",
        "place": "Дом Советов, зал 3; этаж 2",
        "link": "https://video.example.org/room?id=1,2",
        "day": day,
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


async def answer(browser: Browser, id_: str, word: str, **more: Any) -> Any:
    return await browser.post(f"{MEETINGS}/{id_}/answer", json={"answer": word} | more)


async def one(browser: Browser, id_: str) -> dict[str, Any]:
    answer = await browser.get(f"{MEETINGS}/{id_}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def begun(office: Office, days: int = 1) -> None:
    """A little after 10:00 of the day of the meeting."""
    day = TODAY + timedelta(days=days)
    office.now = datetime(day.year, day.month, day.day, 10, 20, tzinfo=SAMARA)


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
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        return await db.fetchval(query, *given)


async def defined(office: Office) -> list[dict[str, Any]]:
    """What services were told of meetings."""
    rows = await office.pool.fetch(
        "SELECT data::jsonb AS data FROM outbox WHERE type = 'dialogue.meeting.defined.v1' ORDER BY id"
    )
    return [orjson.loads(row["data"]) for row in rows]
