"""An import whose process is killed in the middle: the next one goes on, and takes each row once."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import services
from services.chassis.db.pool import Pool
from services.intake.federal.commands.import_tables import Importer
from tests.databases import Database
from tests.intake.federal.council import Council, as_xlsx, line

ROOT = Path(services.__file__).parents[1]
ROWS = 12_000
PATIENCE = 60.0


async def until_begun(pool: Pool) -> int:
    """How many rows are done, once some are."""
    ends = time.monotonic() + PATIENCE
    while not (done := await pool.fetchval("SELECT done FROM federal_import")):
        assert time.monotonic() < ends
        await asyncio.sleep(0.005)
    return int(done)


async def test_a_killed_import_goes_on_where_it_was(
    council: Council, importer: Importer, worker: Pool, intake_database: Database
) -> None:
    smo = await council.operator()
    lines = [line(number, title=f"Инициатива {number}") for number in range(ROWS - 1)]
    sent = await council.send(smo, as_xlsx(*lines, line("0", title="дважды")))
    files = council.web.app.state.tables.files
    where = f"file://{files._store.prefix}"
    command = [sys.executable, "-m", "tests.intake.federal.killed", intake_database.dsn("worker"), where]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        await until_begun(worker)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    killed = await council.state(smo, sent.json()["id"])

    await importer.look()

    state = await council.state(smo, sent.json()["id"])
    assert 0 < killed["done"] < ROWS
    assert (state["state"], state["done"], state["added"], state["bad"]) == ("done", ROWS, ROWS - 1, 1)
    assert state["bad_rows"][0]["slug"] == "row-number-twice"
    assert await worker.fetchval("SELECT count(*) FROM federal_row") == ROWS - 1
