"""How long the regional view takes, for regions of any size."""

import asyncio
import statistics
import time

import httpx2

from contracts.event import Event
from contracts.structure import StructureEvent
from services.chassis.db.pool import open_pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.metrics.events import rollup
from tests.factories import define_campaign, define_municipality, region
from tests.installation import Installation, Process

WEB = Process("metrics", "web")
LOOKS = 100
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


async def p95(whole: Installation, municipalities: int, initiatives: int) -> float:
    """Milliseconds of `GET /region` and its figures, 95th percentile, on a region made up for it."""
    await whole.databases["metrics"].empty()
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    settings = whole.settings("metrics").model_copy(update={"statement_timeout": 900})
    async with open_pool(settings, server_settings=session) as pool, pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(StructureEvent.topic, 0), _structure(municipalities))
        for first in range(1, initiatives + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, initiatives)
            await db.execute(FILL, municipalities, initiatives, first, last)
        await db.execute(COUNT)
        await db.execute(READ, rollup.READER, initiatives)
    await asyncio.to_thread(whole.start, WEB)
    try:
        return await _look(whole.url("metrics"), initiatives)
    finally:
        whole.kill(*WEB)


def _structure(municipalities: int) -> list[Event]:
    places = [define_municipality(str(10_000_000 + 1000 * i), f"Район {i}") for i in range(municipalities)]
    return [define_campaign(), region()[1], *places]


async def _look(url: str, initiatives: int) -> float:
    taken = []
    async with httpx2.AsyncClient(timeout=60) as http:
        shown = (await http.get(f"{url}/api/v1/counters")).json()["items"][0]["submitted"]
        assert shown == initiatives, f"the region shows {shown}"
        for _ in range(LOOKS):
            began = time.perf_counter()
            answer = await http.get(f"{url}/region")
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
    return statistics.quantiles(taken, n=20)[18]
