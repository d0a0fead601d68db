"""How long the pages of the cabinet take in a large region, fully staffed."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx2
import yaml

from deploy.demonstration.region import dated, years_of
from services.chassis.db.pool import open_pool
from services.chassis.process.clock import Clock
from services.hierarchy.groups.commands.state_coverage import count_anew
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.territory.commands.add_calendars import add_by_law
from tests.client import Client
from tests.installation import DEMONSTRATION, Installation, Process

MUNICIPALITIES, ORGANIZATIONS, GROUPS = 955, 20_000, 5
PEOPLE = 60_000
"""Appointments: Heads, responsible persons, leaders, the rest coordinators and their stand-ins."""

FIRST = "10000000"
"""The municipality whose Head is measured; it is as full as the others."""

A_GROUP = f"SELECT id FROM working_group WHERE municipality = '{FIRST}' AND name = 'Группа 1'"

LOOKS = 60
FILL = (
    Path(__file__)
    .with_suffix(".sql")
    .read_text("utf-8")
    .format(
        municipalities=MUNICIPALITIES, organizations=ORGANIZATIONS, groups=GROUPS, people=PEOPLE, first=FIRST
    )
)


async def fill(whole: Installation) -> float:
    """A large region with its staff; seconds that the worker's count of all of it takes."""
    settings = whole.settings("hierarchy").model_copy(update={"statement_timeout": 900})
    template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
    campaign = dated(template, Clock().now().date())
    async with open_pool(settings, server_settings={"app.municipalities": "*"}) as pool:
        await add_by_law(pool, years_of(campaign), datetime.now(UTC))
        await open_campaign(pool, yaml.safe_dump(campaign, allow_unicode=True).encode(), datetime.now(UTC))
        async with pool.acquire() as db:
            await db.execute(FILL)
        await _analyze(whole)
        await count_anew(pool, Clock().now())
        began = time.perf_counter()
        await count_anew(pool, Clock().now())
        return time.perf_counter() - began


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
        return {
            "administrator": await _p95(client, "/cabinet", administrator),
            "gaps": await _p95(client, "/cabinet?missing=1", administrator),
            "smo-operator": await _p95(client, "/cabinet", council),
            "head": await _p95(client, f"/cabinet/municipalities/{FIRST}", head),
            "today.head": await _p95(client, "/cabinet", head),
            "today.leader": await _p95(client, "/cabinet", leader),
        }


async def _p95(client: Client, path: str, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    url, taken = f"{client.url('hierarchy')}{path}", list[float]()
    async with httpx2.AsyncClient(timeout=60, headers=headers) as http:
        for _ in range(LOOKS):
            began = time.perf_counter()
            answer = await http.get(url)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.text
    return statistics.quantiles(taken, n=20)[18]


PROCESSES = (Process("hierarchy", "web"), Process("hierarchy", "worker"))
