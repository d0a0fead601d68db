"""Brings a database to the present schema: numbered files, each applied once, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.resources import files

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Session

sql = queries.load(__package__, "migrations.sql")

FILE = re.compile(r"^(\d{4})_(\w+)\.sql$")
WITHOUT_TRANSACTION = "-- without transaction"
LOCK_TIMEOUT = "SET lock_timeout = '5s'"


class MigrationChanged(Exception):
    """A migration that was applied before is not the file that it was."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file; `room` is the name under which databases register it."""

    room: str
    number: int
    name: str
    body: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text, in hex."""
        return sha256(self.body.encode()).hexdigest()


def found(package: str) -> Iterator[Migration]:
    """The migrations of a package, by number. A file whose opening line says
    `-- without transaction` is applied statement by statement.

    A package that was moved says in `REGISTERED_AS` what it was called when databases registered it first.
    """
    room = getattr(import_module(package), "REGISTERED_AS", package)
    for file in sorted(files(package).iterdir(), key=lambda file: file.name):
        if match := FILE.match(file.name):
            yield Migration(room, int(match[1]), match[2], file.read_text("utf-8"))


async def migrate(dsn: str, *packages: str) -> list[str]:
    """Apply what is missing and return its names. Safe to repeat and to run from several places.

    Raises MigrationChanged if an applied file has changed, before anything is applied.
    """
    db = await asyncpg.connect(dsn)
    try:
        await db.execute(sql.lock)
        await db.execute(LOCK_TIMEOUT)
        await db.execute(sql.create_register)
        wanted = [migration for package in packages for migration in found(package)]
        missing = _missing(wanted, await db.fetch(sql.applied))
        for migration in missing:
            await _apply(db, migration)
        return [f"{migration.room}/{migration.number:04}_{migration.name}" for migration in missing]
    finally:
        await db.close()


def _missing(wanted: list[Migration], applied: list[asyncpg.Record]) -> list[Migration]:
    checksums = {(row["room"], row["number"]): row["checksum"] for row in applied}
    for migration in wanted:
        before = checksums.get((migration.room, migration.number), migration.checksum)
        if before != migration.checksum:
            raise MigrationChanged(f"{migration.room}/{migration.number:04}_{migration.name}")
    return [m for m in wanted if (m.room, m.number) not in checksums]


async def _apply(db: Session, migration: Migration) -> None:
    register = (migration.room, migration.number, migration.name, migration.checksum)
    if migration.body.startswith(WITHOUT_TRANSACTION):
        for statement in migration.body.split(";\n"):
            if statement.strip():
                await db.execute(statement)
        await db.execute(sql.register, *register)
        return
    async with db.transaction():
        await db.execute(migration.body)
        await db.execute(sql.register, *register)
