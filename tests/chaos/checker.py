"""What must hold once everything is back: each thing that does not is one violation."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import asyncpg
import httpx2
import orjson
import psutil

from contracts.event import WatermarkReached
from contracts.initiatives import InitiativeSubmitted
from tests.chaos.history import History
from tests.chaos.load import CANARY, REFUSED
from tests.chaos.observer import TOPIC, Outsider, Watcher
from tests.client import Client
from tests.installation import Installation, Process

WRITERS = ("intake", "hotline")
"""Whose streams go on while people submit and ask."""

NUMBERS = """
    SELECT s.topic, s.partition, s.last_seq, count(n.seq) AS rows,
           count(DISTINCT n.seq) AS numbers, coalesce(max(n.seq), 0) AS highest
      FROM outbox_stream AS s LEFT JOIN outbox_number AS n USING (topic, partition, epoch)
     GROUP BY s.topic, s.partition"""

READ = """
    SELECT count(*) FILTER (WHERE n.seq = $4 AND n.chain = $5),
           count(*) FILTER (WHERE n.seq > $4 AND (o.type <> $6 OR o.happened_at < now() - $7::interval))
      FROM outbox_number AS n JOIN outbox AS o ON o.id = n.outbox_id
     WHERE (n.topic, n.partition, n.epoch) = ($1, $2, $3) AND n.seq >= $4"""

PATIENCE = 15.0
"""Seconds within which a relay has numbered and a reader has read whatever was told, however slow the machine
is."""

MORE_FILES, MORE_MEGABYTES = 10, 100
"""What a process may hold above a tenth more than before: some connections, a few large records, and what a
slow machine has not collected yet."""


async def check(client: Client, history: History, watcher: Watcher, outsider: Outsider) -> list[str]:
    """Every violation, as a sentence."""
    whole = client.installation
    stored = [str(row["id"]) for row in await whole.rows("intake", "SELECT id FROM initiative")]
    return [
        *history.violations,
        *[v async for v in _answers(whole, history, set(stored), outsider.ever)],
        *[v async for v in _streams(whole)],
        *[v async for v in _watchers(client, watcher, outsider, set(stored))],
        *[v async for v in _processes(client)],
        *_canaries(whole),
        *await _verified(whole),
    ]


async def lost_ids(whole: Installation, forged: set[str], type_: str = "") -> set[str]:
    """The initiatives of which alarms list an event (of a type) as lost, but for what was never true."""
    rows = await whole.rows("intake", "SELECT lost FROM epoch_alarm WHERE topic = $1", TOPIC)
    listed = [event for row in rows for event in orjson.loads(row["lost"])]
    true = [event for event in listed if event["id"] not in forged]
    return {event["subject"] for event in true if type_ in ("", event["type"])}


async def _answers(
    whole: Installation, history: History, stored: set[str], ever: set[str]
) -> AsyncIterator[str]:
    accepted, lost = set(history.accepted.values()), await lost_ids(whole, history.forged)
    if len(accepted) != len(history.accepted):
        yield "two keys were answered with one id"
    missing = accepted - stored - lost
    # What was restored away before any relay had sent it, nobody can list.
    if missing := missing & ever if history.restored else missing:
        yield f"{len(missing)} of {len(accepted)} accepted are gone without an alarm: {sorted(missing)[:3]}"
    # A decision may be lost that was taken on what is there.
    if risen := stored & await lost_ids(whole, history.forged, InitiativeSubmitted.type):
        yield f"{len(risen)} that an alarm calls lost are there: {sorted(risen)[:3]}"
    unasked = await whole.rows("intake", "SELECT id FROM initiative WHERE title = $1", REFUSED)
    if unasked:
        yield f"{len(unasked)} refused are stored"
    twice = await whole.rows(
        "intake",
        "SELECT key FROM idempotency_key GROUP BY scope, key HAVING count(*) > 1",
    )
    if twice:
        yield f"{len(twice)} keys are stored twice"


async def behind(whole: Installation) -> list[str]:
    """Where the roll-up does not stand where intake or the hotline has been, or has left unread more than
    the newest watermarks, as sentences. They go on all the time, and a reader is a moment behind the last."""
    read = {_place(mark): mark for mark in await _marks(whole)}
    return [
        f"{place}: the reader stands at {dict(mark)}, the writer at {dict(stream)}"
        for service in WRITERS
        for stream in await whole.rows(service, "SELECT * FROM outbox_stream WHERE last_seq > 0")
        if (mark := read.get(place := _place(stream))) is not None
        and (mark["epoch"] != stream["epoch"] or not await _has_read(whole, service, mark))
    ]


async def _has_read(whole: Installation, service: str, mark: asyncpg.Record) -> bool:
    place = mark["topic"], mark["partition"], mark["epoch"], mark["mark"]
    ((stands, unread),) = await whole.rows(
        service, READ, *place, mark["chain"], WatermarkReached.type, timedelta(seconds=PATIENCE)
    )
    return bool(stands) and not unread


async def _streams(whole: Installation) -> AsyncIterator[str]:
    numbered = [row for service in WRITERS for row in await whole.rows(service, NUMBERS)]
    for row in numbered:
        if not row["rows"] == row["numbers"] == row["highest"] == row["last_seq"]:
            yield f"{_place(row)}: numbers are not dense: {dict(row)}"
    for sentence in await behind(whole):
        yield sentence
    for mark in await _marks(whole):
        if mark["mark"] != mark["applied"] + mark["parked"]:
            yield f"{_place(mark)}: {dict(mark)}"
    for service in WRITERS:
        if pending := await _unnumbered(whole, service):
            yield f"{len(pending)} events of {service} have no number"


async def _unnumbered(whole: Installation, service: str) -> set[int]:
    """Events that have no number yet, and none a while later: watermarks come all the time."""
    waiting, deadline = await _pending(whole, service), time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        waiting &= await _pending(whole, service)
    return waiting


async def _pending(whole: Installation, service: str) -> set[int]:
    return {row["outbox_id"] for row in await whole.rows(service, "SELECT outbox_id FROM outbox_pending")}


async def _marks(whole: Installation) -> list[asyncpg.Record]:
    return await whole.rows("metrics", "SELECT * FROM inbox WHERE reader = 'metrics.rollup'")


def _place(row: asyncpg.Record) -> str:
    return f"{row['topic']}[{row['partition']}]"


async def _watchers(
    client: Client, watcher: Watcher, outsider: Outsider, stored: set[str]
) -> AsyncIterator[str]:
    (region,) = await client.counters()
    if region["submitted"] != len(stored):
        yield f"the region shows {region['submitted']}, intake holds {len(stored)}"
    shown = watcher.picture.get(("region", "region"), {})
    if (shown.get("registered"), shown.get("submitted")) != (region["registered"], region["submitted"]):
        yield f"the stream shows {shown}, a fresh look {region}"
    for line in await client.counters("municipality"):
        told = watcher.picture.get(("municipality", line["code"]), {}).get("submitted", 0)
        if told != line["own_submitted"] and ("municipality", line["code"]) in watcher.picture:
            yield f"the stream shows {told} in {line['code']}, a fresh look {line['own_submitted']}"
    if outsider.ids != stored:
        more, less = len(outsider.ids - stored), len(stored - outsider.ids)
        yield f"another system knows {more} that are not there and lacks {less}"


async def _processes(client: Client) -> AsyncIterator[str]:
    for process in client.installation.running:
        try:
            figures = (await client.http.get(f"{client.installation.url(*process)}/metrics")).text
        except httpx2.HTTPError as error:
            yield f"{process} does not answer: {error!r}"
            continue
        if CANARY in figures:
            yield f"{process} tells personal data among its figures"


class Footprint(NamedTuple):
    """What a process holds."""

    files: int
    megabytes: float


def footprints(whole: Installation) -> dict[Process, Footprint]:
    """What every process holds now."""
    alive = {process: running for process, running in whole.running.items() if running.poll() is None}
    seen = {process: psutil.Process(running.pid) for process, running in alive.items()}
    return {process: Footprint(it.num_fds(), it.memory_info().rss / 2**20) for process, it in seen.items()}


def grown(before: dict[Process, Footprint], after: dict[Process, Footprint]) -> list[str]:
    """The processes that hold a tenth more than before."""
    return [
        f"{process.name} holds {now}, before {then}"
        for process, then in before.items()
        if (now := after.get(process)) is None
        or now.files > then.files * 1.1 + MORE_FILES
        or now.megabytes > then.megabytes * 1.1 + MORE_MEGABYTES
    ]


def _canaries(whole: Installation) -> list[str]:
    words = [CANARY.encode(), orjson.dumps(CANARY)[1:-1]]
    files = [*whole.folder.glob("*.log"), *(log for node in whole.nodes for log in node.data.rglob("*.log"))]
    return [
        f"{file} holds personal data"
        for file in files
        if file.is_file() and any(word in file.read_bytes() for word in words)
    ]


async def _verified(whole: Installation) -> list[str]:
    verified = await asyncio.to_thread(whole.run, "metrics", "verify")
    return [] if verified.returncode == 0 else [f"verify:\n{verified.stdout}{verified.stderr}"]
