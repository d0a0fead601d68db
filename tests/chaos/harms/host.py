"""The host: a full disk, a slow one, one that fails, a wrong clock; skipped where it does not allow that."""

import asyncio
import shutil
import subprocess
from pathlib import Path

from deploy.local.postgres import Postgres
from tests import harm
from tests.chaos.harms.processes import RELAY
from tests.chaos.nemesis import Nemesis, Skipped, named
from tests.installation import Process

SOURCE = Path(__file__).parent.parent / "preload.c"


async def disk_full(nemesis: Nemesis) -> None:
    """The disk under intake's database has no room for 15 seconds."""
    server = nemesis.whole.postgres["intake"]
    await asyncio.to_thread(server.stop, "fast")
    try:
        with harm.small_disk(server.data):
            await asyncio.to_thread(nemesis.whole.start_postgres, server)
            await nemesis.submitted_more(10)
            await _without_room(nemesis, server)
            await nemesis.submitted_more(10)
            await asyncio.to_thread(server.stop, "fast")
    except harm.NotAllowed as error:
        raise Skipped(str(error)) from error
    finally:
        await asyncio.to_thread(nemesis.whole.start_postgres, server)


async def _without_room(nemesis: Nemesis, server: Postgres) -> None:
    filler = server.data / "filler"
    harm.fill(filler)
    await nemesis.lasts(15)
    filler.unlink()
    if server.running() is None:
        await asyncio.to_thread(nemesis.whole.start_postgres, server)


async def fsync_slow(nemesis: Nemesis) -> None:
    """Every fsync of intake's database takes 200 ms more, for 20 seconds."""
    await _restarted(nemesis, FSYNC_DELAY="200000")
    await nemesis.lasts(20)
    await _restarted(nemesis)


async def fsync_fails(nemesis: Nemesis) -> None:
    """One fsync of intake's database answers EIO: the server gives up and recovers from its log."""
    once = nemesis.ground.place("eio") / "once"
    # Whoever fsyncs removes the file, which takes the right to write into its folder.
    once.parent.chmod(0o777)
    await _restarted(nemesis, FSYNC_FAILS=str(once))
    once.touch()
    async with asyncio.timeout(60):
        while once.exists():
            await asyncio.sleep(0.1)
    await nemesis.submitted_more(10)
    await _restarted(nemesis)


async def _restarted(nemesis: Nemesis, **faults: str) -> None:
    server = nemesis.whole.postgres["intake"]
    environment = {"LD_PRELOAD": str(_library(nemesis)), **faults} if faults else {}
    # After an immediate stop the start would fsync every file, each as slowly.
    await asyncio.to_thread(server.stop, "fast" if faults else "immediate")
    await asyncio.to_thread(nemesis.whole.start_postgres, server, environment)


async def clock_wrong(nemesis: Nemesis) -> None:
    """The clock of intake's processes is an hour ahead, then an hour behind."""
    library = str(_library(nemesis))
    for offset in (3600, -3600):
        for process in (RELAY, Process("intake", "web")):
            nemesis.whole.kill(*process)
            harmed = {"LD_PRELOAD": library, "CLOCK_OFFSET": str(offset)}
            nemesis.whole.spawn(process, environment=harmed)
            await asyncio.to_thread(nemesis.whole.wait_ready, process)
        await nemesis.lasts(10)
    for process in (RELAY, Process("intake", "web")):
        nemesis.whole.kill(*process)
        await asyncio.to_thread(nemesis.whole.start, process)


def _library(nemesis: Nemesis) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        raise Skipped("no C compiler (cc)")
    library = nemesis.ground.folder / "preload.so"
    if not library.exists():
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


SCENARIOS = named(5, disk_full, fsync_slow, fsync_fails, clock_wrong)
