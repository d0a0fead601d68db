"""Database servers and the ways to them: stopped at once, frozen, restored, replaced by a stand-by."""

import asyncio
import tempfile
from pathlib import Path

import asyncpg

from contracts.event import Event
from contracts.initiatives import InitiativeEvent
from deploy.local.postgres import Postgres
from services.chassis.db import notify
from services.chassis.streams import outbox
from tests import harm
from tests.chaos.nemesis import Nemesis, named
from tests.databases import PASSWORD, free_port

SYNCHRONOUS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
STREAMING = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"


async def database_stopped(nemesis: Nemesis) -> None:
    """The servers of intake and metrics are stopped with -m immediate, 20 times."""
    for i in nemesis.times(20):
        await nemesis.some_time()
        server = nemesis.whole.postgres["metrics" if i % 2 else "intake"]
        await asyncio.to_thread(server.stop, "immediate")
        await asyncio.to_thread(nemesis.whole.start_postgres, server)


async def database_frozen(nemesis: Nemesis) -> None:
    """Intake's, then metrics' server stands still for 30 seconds."""
    for service in ("intake", "metrics"):
        if process := nemesis.whole.postgres[service].running():
            with harm.frozen(process.pid):
                await nemesis.lasts(30)


async def database_deaf(nemesis: Nemesis) -> None:
    """The ways to all databases are slow, then pass nothing on for 20 seconds, then break."""
    ways = nemesis.ground.databases.values()
    for way in ways:
        way.delay = 0.02
    await nemesis.lasts(10)
    for way in ways:
        way.delay = 0
        way.deafen()
    await nemesis.lasts(20)
    for way in ways:
        way.shake()
        way.heal()


async def database_restored(nemesis: Nemesis) -> None:
    """Intake's server goes back to an older base backup: what came after it is lost."""
    nemesis.history.restored = True
    await _restored(nemesis, "intake")


async def figures_restored(nemesis: Nemesis) -> None:
    """Metrics' server goes back to an older base backup; it reads again what it forgot."""
    await _restored(nemesis, "metrics")


async def _restored(nemesis: Nemesis, service: str) -> None:
    server = nemesis.whole.postgres[service]
    with tempfile.TemporaryDirectory() as folder:
        backup = Path(folder) / "backup"
        await asyncio.to_thread(harm.take_backup, server, backup)
        await nemesis.submitted_more(10)
        await asyncio.to_thread(server.stop, "immediate")
        # While nobody can look: what was seen before may be more than what is seen from now on.
        nemesis.history.setbacks += 1
        await asyncio.to_thread(harm.restore, server, backup)
        await asyncio.to_thread(nemesis.whole.start_postgres, server)


async def standby_takes_over(nemesis: Nemesis) -> None:
    """Intake's server dies and its synchronous stand-by takes over: nothing is lost."""
    primary, standby = nemesis.whole.postgres["intake"], await _standby(nemesis)
    await _tell(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    await _until(primary, SYNCHRONOUS)
    await nemesis.submitted_more(20)
    await _fail_over(nemesis, primary, standby)


async def standby_lags(nemesis: Nemesis) -> None:
    """Intake's server dies and a stand-by takes over that has not received everything: commits are lost."""
    nemesis.history.restored = True
    primary, standby = nemesis.whole.postgres["intake"], await _standby(nemesis)
    await _until(primary, STREAMING)
    await _tell(standby, "ALTER SYSTEM SET primary_conninfo = ''")
    await nemesis.submitted_more(50)
    await _fail_over(nemesis, primary, standby)


async def _standby(nemesis: Nemesis) -> Postgres:
    standby = Postgres(nemesis.ground.place("standby"), free_port(), PASSWORD)
    await asyncio.to_thread(
        harm.take_backup, nemesis.whole.postgres["intake"], standby.data, "--write-recovery-conf"
    )
    harm.own(standby.data)
    await asyncio.to_thread(nemesis.whole.start_postgres, standby)
    return standby


async def _fail_over(nemesis: Nemesis, primary: Postgres, standby: Postgres) -> None:
    await asyncio.to_thread(primary.stop, "immediate")
    await _tell(standby, "SELECT pg_promote()")
    nemesis.whole.postgres["intake"] = standby
    way = nemesis.ground.databases["intake"]
    way.target = standby.port
    way.shake()


async def _tell(server: Postgres, statement: str) -> None:
    db = await asyncpg.connect(server.superuser_dsn)
    try:
        await db.execute(statement)
        await db.execute("SELECT pg_reload_conf()")
    finally:
        await db.close()


async def _until(server: Postgres, condition: str) -> None:
    db = await asyncpg.connect(server.superuser_dsn)
    try:
        async with asyncio.timeout(60):
            while not await db.fetchval(condition):
                await asyncio.sleep(0.1)
    finally:
        await db.close()


class Rumour(Event):
    """An event of a type that no reader knows."""

    topic = InitiativeEvent.topic
    type = "dialogue.rumour.heard.v1"

    @property
    def subject(self) -> str:
        return ""


async def transaction_open(nemesis: Nemesis) -> None:
    """Beside all that follows: a transaction that has written an event stays open for ten minutes."""
    nemesis.beside(_stay_open(nemesis))
    await nemesis.some_time()


async def _stay_open(nemesis: Nemesis) -> None:
    dsn = nemesis.whole.settings("intake").dsn
    db = await asyncpg.connect(dsn, server_settings={"app.municipalities": "*"})
    try:
        async with db.transaction():
            await outbox.publish(db, Rumour(version=1))
            try:
                async with asyncio.timeout(600 * nemesis.scale):
                    await nemesis.over.wait()
            except TimeoutError:
                return
    except notify.LOST:
        return
    finally:
        db.terminate()


SCENARIOS = {
    **named(5, database_stopped, database_frozen, database_deaf, database_restored, figures_restored),
    **named(5, standby_takes_over, standby_lags, transaction_open),
}
