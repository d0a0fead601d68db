"""One PostgreSQL server for a test run, and databases cloned from migrated templates."""

import asyncio
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.local.home import is_free
from deploy.local.postgres import KINDS, SUPERUSER, Postgres, provision
from services.chassis.db import migrate
from services.chassis.process.settings import Settings
from services.hierarchy.main import MIGRATIONS as HIERARCHY
from services.intake.main import MIGRATIONS as INTAKE
from services.metrics.main import MIGRATIONS as METRICS

PASSWORD = "test-password"
MIGRATIONS = {"intake": INTAKE, "hierarchy": HIERARCHY, "metrics": METRICS}

TABLES = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'schema_migration'"""


@dataclass(frozen=True)
class Database:
    """A database of one service, and how its roles reach it."""

    server: str
    service: str
    name: str

    def dsn(self, kind: str) -> str:
        """The address for `owner`, `web` or `worker`."""
        return f"postgresql://{self.service}_{kind}:{PASSWORD}@{self.server}/{self.name}"

    def settings(self, kind: str = "web", **more: object) -> Settings:
        """Settings of a process that works on it."""
        return Settings.model_validate(
            {"database_url": self.dsn(kind), "kafka_brokers": "127.0.0.1:1", "pool_size": 20, **more}
        )

    async def empty(self) -> None:
        """Take everything out of it but its schema."""
        db = await asyncpg.connect(self.dsn("owner"))
        try:
            tables = [row[0] for row in await db.fetch(TABLES)]
            await db.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        finally:
            await db.close()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now, and that no client gets by chance: somebody who tries again
    and again to reach a server that is away would otherwise meet himself there."""
    while True:
        port = secrets.randbelow(12_000) + 20_000
        if is_free(port):
            return port


@contextmanager
def server() -> Iterator[Postgres]:
    """A server of its own, with a migrated template database for each service."""
    with tempfile.TemporaryDirectory(prefix="dialogue-pg-") as folder:
        Path(folder).chmod(0o755)
        postgres = Postgres(Path(folder), free_port(), PASSWORD)
        postgres.prepare()
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(postgres.command(), stderr=log, stdin=subprocess.DEVNULL)
        try:
            postgres.wait_ready()
            make_templates(postgres)
            yield postgres
        finally:
            postgres.stop("immediate")
            process.wait()


def make_templates(postgres: Postgres) -> None:
    """A database named like each service, migrated, to be cloned."""
    for service, packages in MIGRATIONS.items():
        provision(postgres.superuser_dsn, service, dict.fromkeys(KINDS, PASSWORD))
        owner = Database(f"127.0.0.1:{postgres.port}", service, service).dsn("owner")
        asyncio.run(migrate.migrate(owner, *packages))


async def clone(superuser_dsn: str, service: str) -> Database:
    """A fresh database of a service."""
    name = f"{service}_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(superuser_dsn)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{service}" OWNER {service}_owner')
    finally:
        await admin.close()
    return Database(superuser_dsn.rpartition("@")[2].partition("/")[0], service, name)


async def drop(database: Database) -> None:
    """Remove a database, whoever is connected."""
    admin = await asyncpg.connect(f"postgresql://{SUPERUSER}:{PASSWORD}@{database.server}/postgres")
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
    finally:
        await admin.close()
