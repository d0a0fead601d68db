"""Those who have to do with the targets of a district, and what they send."""

from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.hierarchy.office import PLACE, TODAY, Browser, Office, everything

FOREIGN = "13610000"
ADDRESS = "/api/v1/targets"
PAGE = f"/cabinet/municipalities/{PLACE}/targets"
LIST = "/cabinet/targets"
ACT = {"number": "7-р", "day": TODAY.isoformat()}
LETTER = {"number": "15/исх", "day": TODAY.isoformat()}


@dataclass
class People:
    """The browsers of those who have to do with the targets of a district, and of a stranger."""

    administrator: Browser
    head: Browser
    clerk: Browser
    responsible: Browser
    deputy: Browser
    operator: Browser
    stranger: Browser


def targets(**more: Any) -> dict[str, Any]:
    return {"municipality": PLACE, "registered": 200, "submitted": 100, "scope": "own"} | more


async def put(browser: Browser, **more: Any) -> Any:
    return await browser.post(ADDRESS, json=targets(**({"act": ACT} | more)))


async def by_letter(browser: Browser, **more: Any) -> Any:
    return await browser.post(ADDRESS, json=targets(**({"letter": LETTER} | more)))


async def told(office: Office) -> list[dict[str, Any]]:
    """The versions that were announced."""
    rows = await office.pool.fetch(
        "SELECT data::jsonb ->> 'number' AS number, data::jsonb ->> 'registered' AS registered,"
        " data::jsonb ->> 'confirmed' AS confirmed FROM outbox"
        " WHERE type = 'dialogue.target.set.v1' ORDER BY id"
    )
    return [dict(row) for row in rows]


async def rows_of(office: Office, statement: str) -> list[Any]:
    """What a statement finds or does that sees the rows of every tenant."""
    async with everything(office.pool) as db:
        return list(await db.fetch(statement))


async def people_live_here(office: Office, code: str, population: int | None, audience: int | None) -> None:
    await office.pool.execute(
        "UPDATE municipality SET population = $2, audience = $3 WHERE code = $1", code, population, audience
    )


async def page(browser: Browser, address: str = PAGE) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text).replace("\u00a0", " ")
