"""The federal platform's list of a whole region, imported by a worker in a process of its own."""

import asyncio
import json
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import services
from contracts.initiatives import InitiativeStatus, InitiativeSubmitted
from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.settings import Settings
from services.chassis.tables.reading import TableReader
from services.directory.subordination import Region
from services.intake.federal.commands.import_tables import Importer
from services.intake.federal.domain.imports import FederalImport, State
from services.intake.federal.store import imports
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import New
from tests.databases import Database
from tests.factories import define_campaign, define_municipality, mirror_region, region
from tests.intake.federal.council import COLUMNS, HEAD, as_xlsx, line

MUNICIPALITIES = 200
OURS = 0.5
"""So many of the rows are ours, found by their titles."""

ROOT = Path(services.__file__).parents[1]
EVERYTHING = {"app.municipalities": "*"}


@dataclass(frozen=True)
class Imported:
    """Rows a second, megabytes of the worker and of what reads the file for it at most, rows linked."""

    per_second: float
    worker: float
    reader: float
    linked: int


async def measured(database: Database, rows: int) -> Imported:
    """Import so many rows, half of which are ours. Raises RuntimeError if one was lost."""
    with tempfile.TemporaryDirectory(prefix="dialogue-federal-") as folder:
        files = Path(folder).as_uri()
        async with open_pool(database.settings("worker"), server_settings=EVERYTHING) as pool:
            await _region(pool, rows)
            id_ = await _uploaded(pool, Files(files), rows)
            told = await _run(database, files)
            async with pool.acquire() as db:
                done = await imports.one(db, id_, None)
    if (done.state, done.added) != (State.DONE, rows):
        raise RuntimeError(f"{done.state}: {done.added} of {rows} rows")
    return Imported(rows / told["seconds"], told["worker"], told["reader"], done.linked)


async def _run(database: Database, files: str) -> dict[str, float]:
    command = (sys.executable, "-m", __name__, database.dsn("worker"), files)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    told: dict[str, float] = json.loads(said.splitlines()[-1])
    return told


async def _region(pool: Pool, rows: int) -> None:
    codes = [f"{13000000 + nth}" for nth in range(MUNICIPALITIES)]
    await mirror_region(pool, [*region(), *(define_municipality(code, f"Округ {code}") for code in codes)])
    for begins in range(0, int(rows * OURS), 1000):
        ours = [_ours(codes[nth % MUNICIPALITIES], nth) for nth in range(begins, begins + 1000)]
        async with pool.acquire() as db, db.transaction():
            await initiatives.submit(db, ours)


def _ours(code: str, nth: int) -> New:
    initiative = Initiative(
        id=uuid4(),
        number=nth + 1,
        campaign="spring",
        municipality=code,
        participant_id=uuid4(),
        organization=None,
        direction="roads",
        classifiers={"form": "personal"},
        title=_title(nth),
        text="Дети переходят дорогу в темноте.",
        submitted_at=datetime.now(UTC),
        status=InitiativeStatus.PUT_FORWARD,
    )
    return New(initiative, initiative.event(InitiativeSubmitted, define_campaign()))


def _title(nth: int) -> str:
    return f"Переход у школы № {nth} на улице Ленина"


async def _uploaded(pool: Pool, files: Files, rows: int) -> UUID:
    lines = [line(f"F-{n}", f"{13000000 + n % MUNICIPALITIES}", title=_title(n)) for n in range(rows)]
    id_ = uuid4()
    await files.write(f"federal/{id_}", await asyncio.to_thread(as_xlsx, *lines))
    counted = dict.fromkeys(("done", "added", "changed", "same", "bad", "linked"), 0)
    given = FederalImport(
        id=id_,
        campaign="spring",
        account=uuid4(),
        smos=None,
        file=f"federal/{id_}",
        first=[(1, HEAD)],
        rows=rows,
        columns=COLUMNS,
        state=State.WAITING,
        **counted,
        linked_up_to="",
        refusal=None,
        uploaded_at=datetime.now(UTC),
        ended_at=None,
    )
    async with pool.acquire() as db:
        await imports.add(db, given)
    return id_


async def _worker(dsn: str, files: str) -> None:
    settings = Settings.model_validate({"database_url": dsn, "kafka_brokers": "127.0.0.1:1"})
    async with open_pool(settings, server_settings=EVERYTHING) as pool:
        region_ = Region(settings, pool)
        await region_.refresh()
        begun = time.perf_counter()
        await Importer(pool, region_, Files(files), TableReader(), Clock()).look()
        seconds = time.perf_counter() - begun
    told = {
        "seconds": seconds,
        "worker": _peak(resource.RUSAGE_SELF),
        "reader": _peak(resource.RUSAGE_CHILDREN),
    }
    sys.stdout.write(json.dumps(told))


def _peak(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    asyncio.run(_worker(*sys.argv[1:]))
