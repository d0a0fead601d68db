"""What must hold of a day that ended while the installation was harmed: frozen once, and provably right."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import orjson

from contracts.appointments import CheckpointsRecommended, TargetScope, TargetSet
from contracts.event import WatermarkReached
from contracts.results import CheckpointFrozen
from services.chassis.db.pool import open_pool
from services.chassis.streams import outbox
from services.directory.results import digest_of
from tests.chaos.load import MUNICIPALITIES
from tests.chaos.midnight import GRACE, INTERVAL, SETTLING, Midnight
from tests.installation import Installation

SMO = "smo"
ASTRAY = timedelta(hours=1)
"""How much a clock is put forward, and then back, by a scenario that lasts far less."""
DISTRICT, *OTHERS = MUNICIPALITIES
WAITS = GRACE + INTERVAL + SETTLING + 20
"""Seconds after the end of a day at which its results are due, whatever happened before."""


async def plan(whole: Installation, midnight: Midnight) -> None:
    """The SMO recommends the day that is about to end, and some municipalities have targets."""
    (campaign,) = await whole.rows("hierarchy", "SELECT id FROM campaign WHERE open")
    now = datetime.now(UTC)
    given = {"version": 1, "campaign": campaign["id"], "set_at": now}
    scopes = dict.fromkeys(OTHERS, TargetScope.OWN) | {DISTRICT: TargetScope.WITH_SETTLEMENTS}
    targets = [
        TargetSet(
            **given, municipality=code, number=1, registered=40, submitted=900, scope=scope, confirmed=True
        )
        for code, scope in scopes.items()
    ]
    async with open_pool(whole.settings("hierarchy")) as pool, pool.acquire() as db, db.transaction():
        days = CheckpointsRecommended(**given, smo=SMO, days=[midnight.day])
        await outbox.publish(db, days, *targets)


async def frozen(whole: Installation, day: date) -> int:
    """How many results of a day there are."""
    ((count,),) = await whole.rows("metrics", "SELECT count(*) FROM checkpoint_result WHERE day = $1", day)
    return int(count)


async def settled(whole: Installation, midnight: Midnight) -> None:
    """Wait until the day's results are frozen, if it has ended, or for as long as that may take."""
    while midnight.is_over and midnight.seconds() > -WAITS and not await frozen(whole, midnight.day):
        await asyncio.sleep(0.5)


async def violations(whole: Installation, midnight: Midnight) -> list[str]:
    """Every violation, as a sentence; none of a day that has not ended."""
    if not midnight.is_over:
        return []
    return [v async for v in _results(whole, midnight)] + [v async for v in _watermarks(whole)]


async def _results(whole: Installation, midnight: Midnight) -> AsyncIterator[str]:
    rows = await whole.rows("metrics", "SELECT * FROM checkpoint_result WHERE day = $1", midnight.day)
    corrections = await whole.rows(
        "metrics", "SELECT * FROM checkpoint_correction WHERE day = $1", midnight.day
    )
    corrected = {row["municipality"]: row for row in corrections}
    wanted = {row["code"] for row in await whole.rows("hierarchy", "SELECT code FROM municipality")}
    if missing := wanted - {row["municipality"] for row in rows}:
        yield f"{len(missing)} of {len(wanted)} results are not frozen: {sorted(missing)[:3]}"
    counted = await _recounted(whole, midnight.at)
    for row in rows:
        code, event = row["municipality"], CheckpointFrozen.model_validate_json(row["content"])
        if digest_of(event) != event.digest:
            yield f"the result of {code} is not what its digest says"
        for counter in ("registered", "submitted"):
            shown = row[counter] + (corrected[code][counter] if code in corrected else 0)
            if shown != (stored := sum(counted[counter, each] for each in row["codes"])):
                yield f"{code} had {stored} {counter} by midnight, its result and correction say {shown}"
    async for sentence in _told(whole, midnight.day):
        yield sentence


async def _recounted(whole: Installation, midnight: datetime) -> Counter[tuple[str, str]]:
    """What intake holds of before midnight, by counter and municipality."""
    initiatives = await whole.rows(
        "intake",
        "SELECT municipality, count(*) AS n FROM initiative WHERE submitted_at < $1 GROUP BY municipality",
        midnight,
    )
    participants = await whole.rows(
        "intake",
        "SELECT municipality, count(*) AS n FROM participant WHERE registered_at < $1 GROUP BY municipality",
        midnight,
    )
    counted: Counter[tuple[str, str]] = Counter()
    counted.update({("submitted", row["municipality"]): row["n"] for row in initiatives})
    counted.update({("registered", row["municipality"]): row["n"] for row in participants})
    return counted


async def _told(whole: Installation, day: date) -> AsyncIterator[str]:
    """Each result left metrics once in each epoch of its stream. What had no number yet when the epoch began
    is told in its opening, and the row of before may come behind it in the same version."""
    rows = await whole.rows(
        "metrics",
        """SELECT o.subject, n.epoch, count(*) AS n
             FROM outbox AS o JOIN outbox_number AS n ON n.outbox_id = o.id
             LEFT JOIN outbox_number AS opening
               ON (opening.topic, opening.partition, opening.epoch) = (n.topic, n.partition, n.epoch)
                  AND opening.seq = 1
            WHERE o.type = $1 AND o.subject LIKE '%:' || $2
            GROUP BY o.subject, n.epoch, n.outbox_id < opening.outbox_id HAVING count(*) > 1""",
        CheckpointFrozen.type,
        str(day),
    )
    for row in rows:
        yield f"{row['subject']} was told {row['n']} times"


async def _watermarks(whole: Installation) -> AsyncIterator[str]:
    """Nothing of before a watermark has a higher number, but what was told again, and what came after a
    watermark where either was of a clock that was wrong."""
    now = datetime.now(UTC)
    rows = await whole.rows(
        "intake",
        """SELECT n.topic, n.partition, n.epoch, n.seq, o.type, o.data
             FROM outbox_number AS n JOIN outbox AS o ON o.id = n.outbox_id
            WHERE o.type = ANY ($1) ORDER BY n.topic, n.partition, n.epoch, n.seq""",
        [WatermarkReached.type, "dialogue.initiative.submitted.v1"],
    )
    stated: dict[tuple[str, int, int], datetime] = {}
    for row in rows:
        stream, told = (row["topic"], row["partition"], row["epoch"]), orjson.loads(row["data"])
        if row["type"] == WatermarkReached.type:
            moment = datetime.fromisoformat(told["moment"])
            if now < moment <= now + ASTRAY:
                continue
            if moment <= stated.get(stream, moment - timedelta(1)):
                yield f"{stream} states {moment} again at {row['seq']}"
            stated[stream] = moment
        elif stream in stated:
            behind = stated[stream] - datetime.fromisoformat(told["submitted_at"])
            if timedelta() < behind <= ASTRAY / 2 or behind > ASTRAY:
                late = f"number {row['seq']} is of {told['submitted_at']}"
                yield f"{stream}: {late}, after the watermark {stated[stream]}"
