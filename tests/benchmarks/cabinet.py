"""How long the pages of the cabinet take in a large region, fully staffed."""

import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import httpx2
import yaml

from contracts.appointments import Level
from deploy.demonstration.region import dated, years_of
from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.clock import Clock
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups.commands.state_coverage import count_anew
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.reports.commands.open_reports import ended_period, open_reports
from services.hierarchy.reports.commands.remind_of_reports import remind_of_near
from services.hierarchy.reports.domain.cadence import DEFAULTS, Period, opens_at, periods
from services.hierarchy.territory.commands.add_calendars import add_by_law
from tests.client import Client
from tests.installation import DEMONSTRATION, Installation, Process

MUNICIPALITIES, ORGANIZATIONS, GROUPS = 955, 20_000, 5
PEOPLE = 60_000
"""Appointments: Heads, responsible persons, leaders, the rest coordinators and their stand-ins."""

FIRST = "10000000"
"""The municipality whose Head is measured; it is as full as the others."""

A_GROUP = f"SELECT id FROM working_group WHERE municipality = '{FIRST}' AND name = 'Группа 1'"
ITS_SUMMARIES = "SELECT id FROM report WHERE working_group = $1 AND organization IS NULL ORDER BY week DESC"
FIRST_DUE = "SELECT min(due_at) FROM report WHERE week = $1"

WEEKS = 17
A_WEEK = ORGANIZATIONS + MUNICIPALITIES * GROUPS
"""Summaries of one week."""

LOOKS = 60
HOUR = timedelta(hours=1)
PEOPLED, WORKED = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8") for name in ("cabinet", "summaries")
)
"""The region with its people and orders, and behind the planner's statistics its summaries and questions."""
EVERYBODY = {"app.municipalities": "*"}

PAGES = {
    "reports.picture": "a Head's page of a week's summaries",
    "reports.group": "a leader's page of summaries",
    "reports.list": "100 of a Head's summaries by the API",
    "reports.one": "a group's summary, opened by its leader",
    "reports.sending": "a group's summary sent by its leader, another version each time",
}
"""What the others are, which are no first page."""

DUTIES = {
    "look": "one look of the worker's where nothing is to be done",
    "prepare": f"one look that prepares {A_WEEK:,} summaries",
    "remind": f"one look that reminds {ORGANIZATIONS:,} coordinators",
}


async def fill(whole: Installation) -> float:
    """A large region with its staff; seconds that the worker's count of all of it takes."""
    settings = whole.settings("hierarchy").model_copy(update={"statement_timeout": 900})
    template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
    campaign = dated(template, Clock().now().date())
    async with open_pool(settings, server_settings=EVERYBODY) as pool:
        await add_by_law(pool, years_of(campaign), datetime.now(UTC))
        await open_campaign(pool, yaml.safe_dump(campaign, allow_unicode=True).encode(), datetime.now(UTC))
        last, _ = await _weeks(pool)
        sizes = {"municipalities": MUNICIPALITIES, "organizations": ORGANIZATIONS, "groups": GROUPS}
        made = sizes | {"people": PEOPLE, "first": FIRST, "weeks": WEEKS, "latest": last.week}
        for script in (PEOPLED, WORKED):
            async with pool.acquire() as db:
                await db.execute(script.format(**made))
            await _analyze(whole)
        await count_anew(pool, Clock().now())
        began = time.perf_counter()
        await count_anew(pool, Clock().now())
        return time.perf_counter() - began


async def _weeks(pool: Pool) -> tuple[Period, Period]:
    """The last period of the campaign that is over, and the one behind it."""
    async with pool.acquire() as db:
        campaign = await campaigns.current(db)
    assert campaign
    last = ended_period(campaign, (), None, Clock().now())
    assert last
    every = periods(campaign, lambda _: DEFAULTS[Level.COORDINATOR].weekday)
    return last, next(each for each in every if each.week > last.week)


async def _analyze(whole: Installation) -> None:
    """What PostgreSQL does by itself within a minute."""
    db = await asyncpg.connect(whole.databases["hierarchy"].dsn("owner"))
    try:
        await db.execute("ANALYZE")
    finally:
        await db.close()


async def looks(whole: Installation) -> dict[str, float]:
    """Milliseconds of each role's page, 95th percentile."""
    whole.run("hierarchy", "invite-administrator", "admin@example.org", "Админова Ада")
    async with whole.client() as client:
        administrator = await client.come("admin@example.org")
        await client.appoint(
            administrator,
            {"role": "smo-operator", "of": "smo", "email": "council@example.org"},
            {"role": "head", "of": FIRST, "email": "head@example.org"},
        )
        council, head = await client.come("council@example.org"), await client.come("head@example.org")
        ((group,),) = await whole.rows("hierarchy", A_GROUP)
        await client.appoint(head, {"role": "leader", "of": str(group), "email": "leader@example.org"})
        leader = await client.come("leader@example.org")
        summaries = [row["id"] for row in await whole.rows("hierarchy", ITS_SUMMARIES, group)]
        return {
            "administrator": await _p95(client, "/cabinet", administrator),
            "gaps": await _p95(client, "/cabinet?missing=1", administrator),
            "smo-operator": await _p95(client, "/cabinet", council),
            "head": await _p95(client, f"/cabinet/municipalities/{FIRST}", head),
            "today.head": await _p95(client, "/cabinet", head),
            "today.leader": await _p95(client, "/cabinet", leader),
            "reports.picture": await _p95(client, "/cabinet/reports", head),
            "reports.group": await _p95(client, "/cabinet/reports", leader),
            "reports.list": await _p95(client, "/api/v1/reports?limit=100", head),
            "reports.one": await _p95(client, f"/cabinet/reports/{summaries[0]}", leader),
            "reports.sending": await _sending(client, summaries, leader),
        }


async def _p95(client: Client, path: str, token: str) -> float:
    url = f"{client.url('hierarchy')}{path}"

    async def look(http: httpx2.AsyncClient, _: int) -> None:
        answer = await http.get(url)
        assert answer.status_code == 200, answer.text

    return await _repeated(token, look)


async def _sending(client: Client, summaries: Sequence[UUID], token: str) -> float:
    """A group's summaries of the past weeks are sent by turns, so that none has many versions."""
    url = f"{client.url('hierarchy')}/cabinet/reports"

    async def send(http: httpx2.AsyncClient, nth: int) -> None:
        form = {"form_key": uuid4().hex, "notes": f"Собраний на этой неделе: {nth}"}
        answer = await http.post(f"{url}/{summaries[nth % len(summaries)]}/sending", data=form)
        assert answer.headers.get("location", "").endswith("done=sent"), answer.text

    return await _repeated(token, send)


async def _repeated(token: str, do: Callable[[httpx2.AsyncClient, int], Awaitable[None]]) -> float:
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    taken = list[float]()
    async with httpx2.AsyncClient(timeout=60, headers=headers) as http:
        for nth in range(LOOKS):
            began = time.perf_counter()
            await do(http, nth)
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(taken, n=20)[18]


async def duties(whole: Installation) -> dict[str, float]:
    """Seconds of one look of the worker's at summaries: where nothing is to be done, where all of a week are
    to be prepared, where every coordinator is to be reminded. With the timeouts of a worker."""
    settings = whole.settings("hierarchy")
    entrance = Entrance(settings.public_url)
    async with open_pool(settings, server_settings=EVERYBODY) as pool:
        last, coming = await _weeks(pool)
        nothing = await _seconds(open_reports(pool, _opened(last)), 0)
        all_of_it = await _seconds(open_reports(pool, _opened(coming)), A_WEEK)
        ((due,),) = await whole.rows("hierarchy", FIRST_DUE, coming.week)
        reminders = await _seconds(remind_of_near(entrance, pool, due - HOUR), ORGANIZATIONS)
    return {"look": nothing, "prepare": all_of_it, "remind": reminders}


def _opened(period: Period) -> datetime:
    return opens_at(period, ZoneInfo("Europe/Moscow")) + HOUR


async def _seconds(look: Coroutine[Any, Any, int], expected: int) -> float:
    began = time.perf_counter()
    done = await look
    assert done == expected, (done, expected)
    return time.perf_counter() - began


PROCESSES = (Process("hierarchy", "web"), Process("hierarchy", "worker"))
