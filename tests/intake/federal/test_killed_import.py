"""An import whose process is killed in the middle: the next one goes on, and takes each row once."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import services
from services.chassis.db.pool import Pool
from tests.databases import Database
from tests.factories import OKRUG
from tests.intake.federal.council import Council, as_csv, as_xlsx, line

ROOT = Path(services.__file__).parents[1]
ROWS = 12_000
PATIENCE = 60.0


async def until(pool: Pool, condition: str) -> None:
    """Wait until the import is so far."""
    ends = time.monotonic() + PATIENCE
    while not await pool.fetchval(f"SELECT {condition} FROM federal_import"):
        assert time.monotonic() < ends
        await asyncio.sleep(0.005)


@asynccontextmanager
async def working(database: Database, council: Council) -> AsyncIterator[None]:
    """A worker of its own, which is killed afterwards."""
    files = council.web.app.state.tables.files
    where = f"file://{files._store.prefix}"
    command = [sys.executable, "-m", "tests.intake.federal.killed", database.dsn("worker"), where]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_a_killed_import_goes_on_where_it_was(
    council: Council, worker: Pool, intake_database: Database
) -> None:
    smo = await council.operator()
    lines = [line(number, title=f"Инициатива {number}") for number in range(ROWS - 1)]
    sent = await council.send(smo, as_xlsx(*lines, line("0", title="дважды")))
    async with working(intake_database, council):
        await until(worker, "done > 0")
    killed = await council.state(smo, sent.json()["id"])

    async with working(intake_database, council):
        await until(worker, "state = 'done'")

    state = await council.state(smo, sent.json()["id"])
    assert 0 < killed["done"] < ROWS
    assert (state["state"], state["done"], state["added"], state["bad"]) == ("done", ROWS, ROWS - 1, 1)
    assert state["bad_rows"][0]["slug"] == "row-number-twice"
    assert await worker.fetchval("SELECT count(*) FROM federal_row") == ROWS - 1


async def test_links_that_were_not_sought_yet_are_found_after_a_restart(
    council: Council, worker: Pool, intake_database: Database
) -> None:
    smo, ours = await council.operator(), await council.submit(OKRUG)
    await council.send(smo, as_csv(line("F-1", own=ours.number)))
    async with working(intake_database, council):
        await until(worker, "state = 'done'")
    await worker.execute("UPDATE federal_row SET initiative_id = NULL, linked = NULL")
    await worker.execute("UPDATE federal_import SET state = 'linking', linked_up_to = '', ended_at = NULL")

    async with working(intake_database, council):
        await until(worker, "state = 'done'")

    assert [row["initiative_id"] for row in (await council.rows()).values()] == [ours.id]
