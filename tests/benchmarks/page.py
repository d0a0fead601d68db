"""How long the regional view takes, for regions of any size."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import httpx2

from contracts.appointments import AppointmentEvent, Role, TargetSet
from contracts.event import Event
from contracts.structure import CalendarDefined, StructureEvent
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Db, open_pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.metrics.events import rollup
from tests.benchmarks.costs import resident
from tests.factories import HERE, define_campaign, define_municipality, region
from tests.installation import Installation, Process

WEB = Process("metrics", "web")
LOOKS = 100
DAYS = 46
"""Of a campaign that ends tomorrow."""
AT_ONCE = 500_000
"""Rows of a statement that fills the projection."""

FILL = """
INSERT INTO figures.fact (topic, partition, counter, id, version, campaign, municipality, direction,
                          classifiers, happened_at, hour)
SELECT 'dialogue.initiatives.v1', 0, 'submitted', gen_random_uuid(), 1, 'spring', code, 'roads', '{}',
       at, to_char(at AT TIME ZONE 'Europe/Moscow', 'YYYY-MM-DD"T"HH24')
  FROM (SELECT (10000000 + 1000 * (i % $1))::text AS code, now() - i * interval '20 days' / $2 AS at
          FROM generate_series($3::int, $4::int) AS i) AS made
"""
COUNT = """
INSERT INTO figures.counter (topic, partition, campaign, municipality, family, key, counter, n)
SELECT topic, partition, campaign, municipality, 'hour', hour, counter, count(*)
  FROM figures.fact GROUP BY topic, partition, campaign, municipality, hour, counter
"""
READ = """
INSERT INTO inbox (reader, topic, partition, epoch, mark, applied)
VALUES ($1, 'dialogue.initiatives.v1', 0, 1, $2, $2)
"""


class Pages(NamedTuple):
    """Milliseconds of `GET /region`, 95th percentile: for everybody, for the staff, and for the staff with
    the plan beside it; seconds and megabytes that the file of all days takes."""

    p95: float
    staff: float
    planned: float
    seconds: float
    megabytes: float


async def measured(whole: Installation, municipalities: int, initiatives: int) -> Pages:
    """The pages of a region made up for it, each municipality of which has a target."""
    await whole.databases["metrics"].empty()
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    settings = whole.settings("metrics").model_copy(update={"statement_timeout": 900})
    async with open_pool(settings, server_settings=session) as pool, pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(StructureEvent.topic, 0), _structure(municipalities))
        token = await _administrator(db)
        for first in range(1, initiatives + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, initiatives)
            await db.execute(FILL, municipalities, initiatives, first, last)
        await db.execute(COUNT)
        await db.execute(READ, rollup.READER, initiatives)
    own = {"Authorization": f"Bearer {token}"}
    everybody, of_staff = await _served(whole, initiatives, {}, own)
    async with open_pool(settings, server_settings=session) as pool, pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(AppointmentEvent.topic, 0), _targets(municipalities))
    _, planned = await _served(whole, initiatives, {}, own)
    return Pages(everybody, of_staff, planned, *await _exported(whole, own))


async def _served(whole: Installation, initiatives: int, *viewers: dict[str, str]) -> list[float]:
    """What a process that has just begun takes for each of these."""
    await asyncio.to_thread(whole.start, WEB)
    url = whole.url("metrics")
    try:
        async with httpx2.AsyncClient(timeout=60) as http:
            shown = (await http.get(f"{url}/api/v1/counters")).json()["items"][0]["submitted"]
            assert shown == initiatives, f"the region shows {shown}"
            return [await _p95(http, f"{url}/region", headers) for headers in viewers]
    finally:
        whole.kill(*WEB)


async def _exported(whole: Installation, own: dict[str, str]) -> tuple[float, float]:
    """Seconds and megabytes of the file of all days."""
    await asyncio.to_thread(whole.start, WEB)
    try:
        async with httpx2.AsyncClient(timeout=300) as http:
            before, began = resident(whole.running[WEB].pid), time.perf_counter()
            answer = await http.get(f"{whole.url('metrics')}/region/days?format=xlsx", headers=own)
            seconds = time.perf_counter() - began
            assert answer.status_code == 200
            return seconds, max(resident(whole.running[WEB].pid) - before, 0.0)
    finally:
        whole.kill(*WEB)


def _structure(municipalities: int) -> list[Event]:
    places = [define_municipality(code, f"Район {nth}") for nth, code in enumerate(_codes(municipalities))]
    today = datetime.now(HERE).date()
    days = {"first_day": today - timedelta(days=DAYS - 1), "last_day": today + timedelta(days=1)}
    years = sorted({day.year for day in days.values()})
    calendars = [CalendarDefined(version=1, year=y, days_off=[], worked=[], shortened=[]) for y in years]
    return [define_campaign(**days), region()[1], *places, *calendars]


def _codes(municipalities: int) -> list[str]:
    return [str(10_000_000 + 1000 * nth) for nth in range(municipalities)]


def _targets(municipalities: int) -> list[Event]:
    at = datetime.now(UTC) - timedelta(days=DAYS + 1)
    wanted = {"registered": 100, "submitted": 150, "scope": "own", "confirmed": True, "set_at": at}
    told = {"version": 1, "campaign": "spring", "number": 1, **wanted}
    return [TargetSet.model_validate(told | {"municipality": code}) for code in _codes(municipalities)]


async def _administrator(db: Db) -> str:
    """The token of somebody who sees everything."""
    signer, account = Signer("hierarchy", new_signing_key()), uuid4()
    role = Role.ADMINISTRATOR
    given = Appointment("region", uuid4(), role, "region", account, "", uuid4(), datetime.now(UTC))
    await staff.keep(db, Stream(AppointmentEvent.topic, 0), [given.event()])
    await tokens.learn(db, Stream("dialogue.keys.v1", 0), [signer.published()])
    return signer.issue(str(account), str(uuid4()))[0]


async def _p95(http: httpx2.AsyncClient, url: str, headers: dict[str, str]) -> float:
    taken = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        answer = await http.get(url, headers=headers)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    return statistics.quantiles(taken, n=20)[18]
