"""An installation of any past reaches the present schema."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import asyncpg
import pytest

from services.chassis.db import migrate
from services.chassis.db.migrate import Migration
from services.metrics.proof import rebuild
from tests import databases
from tests.databases import MIGRATIONS, Database

BEFORE = 11
"""The last migration before the facts were copied."""


@pytest.fixture
async def empty(metrics_database: Database) -> AsyncIterator[Database]:
    name = f"{metrics_database.name}_past"
    admin = await asyncpg.connect(metrics_database.superuser_dsn)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 OWNER metrics_owner')
    await admin.close()
    database = replace(metrics_database, name=name)
    yield database
    await databases.drop(database)


@pytest.mark.parametrize("swaps", [0, 1, 2])
async def test_facts_are_copied_however_often_the_figures_were_rebuilt_before(
    empty: Database, monkeypatch: pytest.MonkeyPatch, swaps: int
) -> None:
    every, rooms = migrate.found, MIGRATIONS["metrics"]

    def past(package: str) -> Iterator[Migration]:
        of_metrics = package == rooms[-1]
        return (each for each in every(package) if not of_metrics or each.number <= BEFORE)

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "found", past)
        await migrate.migrate(empty.dsn("owner"), *rooms)
    owner = await asyncpg.connect(empty.dsn("owner"))
    for _ in range(swaps):
        await owner.execute(rebuild.sql.swap)

    applied = await migrate.migrate(empty.dsn("owner"), *rooms)

    left = await owner.fetch(
        "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%fact_row%(topic, partition)'"
    )
    await owner.close()
    assert len(applied) >= 1
    assert left == []
