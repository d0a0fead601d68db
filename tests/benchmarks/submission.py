"""Initiatives accepted over HTTP by one web process, beside pgbench running the same inserts."""

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import orjson

from deploy.local.postgres import binaries
from tests.benchmarks import http
from tests.client import Person
from tests.installation import Installation

WISH = {
    "direction": "roads",
    "organization": None,
    "form": "personal",
    "title": "Тротуар к школе",
    "text": "Дети идут по обочине вдоль дороги, по которой ездят лесовозы. " * 4,
}
SCRIPT = """
BEGIN;
SELECT set_config('app.municipalities', '13603000', true);
INSERT INTO idempotency_key (scope, key, fingerprint, status, body)
VALUES ('bench', gen_random_uuid()::text, '\\x00', 201, repeat('a', 150));
WITH one AS (
    INSERT INTO initiative (municipality, id, number, campaign, participant_id, direction, classifiers,
                            title, text, status, submitted_at, version)
    VALUES ('13603000', gen_random_uuid(), nextval('initiative_number'), 'marafon-demo', gen_random_uuid(),
            'roads', '{"form": "personal"}', 'Тротуар', repeat('б', 250), 'submitted', now(), 1)
    RETURNING municipality, id, version, status, submitted_at)
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
SELECT municipality, id, version, status, submitted_at FROM one;
WITH one AS (
    INSERT INTO outbox (event_id, topic, partition, type, subject, partition_key, happened_at, data)
    VALUES (gen_random_uuid(), 'bench', 0, 'bench', 'bench', '13603000', now(), repeat('c', 420))
    RETURNING topic, partition, id)
INSERT INTO outbox_pending (topic, partition, outbox_id) SELECT topic, partition, id FROM one;
COMMIT;
"""


def requests(url: str, people: list[Person], n: int) -> Iterator[bytes]:
    """`n` submissions, the people in turn, each with a key of its own."""
    body = orjson.dumps(WISH)
    for i in range(n):
        token = people[i % len(people)].token
        headers = {"Authorization": f"Bearer {token}", "Idempotency_Key": uuid4().hex}
        yield http.post(f"{url}/api/v1/initiatives", body, **headers)


async def over_http(whole: Installation, people: list[Person], n: int, clients: int = 64) -> float:
    """Initiatives accepted per second."""
    url = whole.url("intake")
    load = await http.send(url, iter(list(requests(url, people, n))), clients)
    assert not load.others, load.others[:3]
    return load.per_second


def by_pgbench(dsn: str, seconds: int, clients: int = 32, text: str = SCRIPT) -> float:
    """Transactions of the same inserts per second."""
    parts = urlsplit(dsn)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "submit.sql"
        script.write_text(text, "utf-8")
        words = ["-n", "-f", str(script), "-c", str(clients), "-j", "2", "-T", str(seconds), "-M", "prepared"]
        place = ["-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
        done = subprocess.run(
            [binaries() / "pgbench", *place, *words, parts.path[1:]],
            env=os.environ | {"PGPASSWORD": unquote(parts.password or "")},
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


async def people_of(whole: Installation, n: int) -> list[Person]:
    """Registered participants of several municipalities."""
    async with whole.client() as client:
        await client.structure_arrived()
        places = [line["code"] for line in await client.counters("municipality")]
        return list(await asyncio.gather(*(client.register(places[i % len(places)]) for i in range(n))))
