"""One PostgreSQL server for a test run, and databases cloned from migrated templates."""

import asyncio
import io
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from deploy.local.home import is_free
from deploy.local.postgres import KINDS, SUPERUSER, Postgres, provision
from services.chassis.db import migrate
from services.chassis.db.sealed import KeyRing
from services.chassis.process.settings import Settings
from services.hierarchy.main import MIGRATIONS as HIERARCHY
from services.hotline.main import MIGRATIONS as HOTLINE
from services.intake.main import MIGRATIONS as INTAKE
from services.metrics.main import MIGRATIONS as METRICS

PASSWORD = "test-password"
PERSONAL_KEYS = "tests dGhlIHRlc3RzIGtlZXAgbm8gc2VjcmV0cyBhdCBhbGw=\n"
RING = KeyRing.of(PERSONAL_KEYS)
"""The keys of every test's intake: what its application seals a test reads, and the other way round."""
MIGRATIONS = {"intake": INTAKE, "hierarchy": HIERARCHY, "hotline": HOTLINE, "metrics": METRICS}

HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    # A clone is then copied without a word in the log, which takes a third of the time.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A test knows the passwords, and there are thousands of connections.
    "scram_iterations": "1",
}
"""Settings of a server that nobody harms: what it holds is thrown away with it."""

TABLES = """SELECT schemaname AS schema, tablename AS name, format('%I.%I', schemaname, tablename) AS whole
  FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'schema_migration'"""
WRITTEN = f"{TABLES} AND pg_relation_size(format('%I.%I', schemaname, tablename)::regclass) > 0"
"""Those that have ever had a row: of a hundred tables a test writes to a few."""

SEQUENCES = """SELECT format('%I.%I', schemaname, sequencename) AS whole, last_value FROM pg_sequences
 WHERE last_value IS NOT NULL"""
RESTART = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE last_value IS NOT NULL"""


@dataclass(frozen=True)
class Content:
    """The rows of every table that has any, as PostgreSQL copies them, and where the sequences are."""

    rows: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    sequences: Mapping[str, int] = field(default_factory=dict)


NOTHING = Content()


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

    @property
    def superuser_dsn(self) -> str:
        """The address for the superuser, whom neither row security nor a trigger keeps from anything."""
        return f"postgresql://{SUPERUSER}:{PASSWORD}@{self.server}/{self.name}"

    async def empty(self) -> None:
        """Take everything out of it but its schema."""
        await self.replace(NOTHING)

    async def content(self) -> Content:
        """What it holds now."""
        rows = dict[tuple[str, str], bytes]()
        db = await asyncpg.connect(self.superuser_dsn)
        try:
            for schema, name, whole in await db.fetch(WRITTEN):
                if await db.fetchval(f"SELECT EXISTS (SELECT FROM {whole})"):
                    copied = io.BytesIO()
                    await db.copy_from_table(name, schema_name=schema, output=copied, format="binary")
                    rows[schema, name] = copied.getvalue()
            return Content(rows, {row["whole"]: row["last_value"] for row in await db.fetch(SEQUENCES)})
        finally:
            await db.close()

    async def replace(self, content: Content) -> None:
        """Let it hold this instead of what it holds."""
        db = await asyncpg.connect(self.superuser_dsn)
        try:
            async with db.transaction():
                # In any order, and what may only be added to as well: no foreign key and no trigger watches.
                await db.execute("SET LOCAL session_replication_role = replica")
                # To delete few rows takes a millisecond, TRUNCATE a hundred: new files for every index.
                emptied = [f"DELETE FROM {row['whole']}" for row in await db.fetch(WRITTEN)]
                await db.execute("; ".join([*emptied, RESTART]))
                for (schema, name), rows in content.rows.items():
                    await db.copy_to_table(name, schema_name=schema, source=io.BytesIO(rows), format="binary")
                for name, last in content.sequences.items():
                    await db.fetchval("SELECT setval($1::regclass, $2)", name, last)
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
def server(**settings: str) -> Iterator[Postgres]:
    """A server of its own, with a migrated template database for each service: as an installation's, but for
    these settings."""
    with tempfile.TemporaryDirectory(prefix="dialogue-pg-") as folder:
        Path(folder).chmod(0o755)
        postgres = Postgres(Path(folder), free_port(), PASSWORD)
        postgres.prepare()
        with (Path(folder) / "log").open("wb") as log:
            command = [*postgres.command(), *(f"--{name}={value}" for name, value in settings.items())]
            process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
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


@contextmanager
def cloned(service: str, superuser_dsn: str) -> Iterator[Database]:
    """A fresh database of a service, which goes with the block."""
    database = asyncio.run(clone(superuser_dsn, service))
    yield database
    asyncio.run(drop(database))


async def drop(database: Database) -> None:
    """Remove a database, whoever is connected."""
    admin = await asyncpg.connect(f"postgresql://{SUPERUSER}:{PASSWORD}@{database.server}/postgres")
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
    finally:
        await admin.close()
