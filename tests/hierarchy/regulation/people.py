"""Those who have to do with the regulation of a district, and what they send."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from contracts.appointments import RegulationDefined
from services.chassis.db import tenancy
from tests.hierarchy.office import PLACE, TODAY, Browser, Office

FOREIGN = "13610000"
ADDRESS = "/api/v1/regulation"
REGION_PAGE = "/cabinet/regulation"
PAGE = f"{REGION_PAGE}/{PLACE}"
ACT = {"number": "7-р", "day": TODAY.isoformat()}
TIMES = {"begins": "08:00", "ends": "17:00", "lunch_begins": "12:00", "lunch_ends": "13:00"}
DAY = TIMES | {"lunch_begins": None, "lunch_ends": None}
WEEK = [TIMES, TIMES, TIMES, TIMES, DAY | {"ends": "15:30"}, None, None]


@dataclass
class People:
    """The browsers of those who have to do with the regulation of a district, of a stranger, and of somebody
    who is not signed in."""

    administrator: Browser
    head: Browser
    clerk: Browser
    responsible: Browser
    operator: Browser
    stranger: Browser
    nobody: Browser


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


async def put(browser: Browser, **more: Any) -> Any:
    body = {"municipality": PLACE, "hours": {"first-answer": 2}, "from_day": ahead(0), "act": ACT}
    return await browser.post(ADDRESS, json=body | more)


async def put_region(browser: Browser, **more: Any) -> Any:
    return await browser.post(ADDRESS, json={"hours": {"first-answer": 8}, "from_day": ahead(0)} | more)


async def read(browser: Browser, code: str = PLACE) -> Any:
    answer = await browser.get(ADDRESS, params={"municipality": code} if code else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def items(browser: Browser, code: str = PLACE) -> dict[str, tuple[float, int, str]]:
    """Step → hours, version, source."""
    found = (await read(browser, code))["items"]
    return {each["step"]: (each["hours"], each["version"], each["source"]) for each in found}


async def told(office: Office) -> list[RegulationDefined]:
    """The versions that were announced."""
    rows = await office.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'dialogue.regulation.defined.v1' ORDER BY id"
    )
    return [RegulationDefined.model_validate_json(row["data"]) for row in rows]


async def everything(office: Office, statement: str) -> list[Any]:
    """What a statement finds or does that sees the rows of every tenant."""
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        return list(await db.fetch(statement))


async def page(browser: Browser, address: str = PAGE) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text).replace("\u00a0", " ")
