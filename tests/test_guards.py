"""The repository's own rules."""

import asyncio
import re
from pathlib import Path

import asyncpg
import pytest

from services.chassis.db import queries
from services.chassis.web.problems import Sentences
from tests.databases import MIGRATIONS, Database

SERVICES = Path("services")
SLUG = re.compile(
    r"\b(?:Refused|Malformed|Invalid|NotFound|Conflict|Unauthorized|Forbidden|TooLarge|SlowDown|Unavailable"
    r')\(\s*"([a-z-]+)"'
)
FILES = sorted(path for path in SERVICES.rglob("*.sql") if "migrations" not in path.parts)


def database_of(path: Path, request: pytest.FixtureRequest) -> Database:
    service = "intake" if path.parts[1] in ("chassis", "directory") else path.parts[1]
    database: Database = request.getfixturevalue(f"{service}_database")
    return database


async def invalid(database: Database, path: Path) -> dict[str, str]:
    db = await asyncpg.connect(database.dsn("owner"), server_settings={"search_path": "figures, public"})
    wrong = {}
    for name, query in vars(queries.load(".".join(path.parent.parts), path.name)).items():
        try:
            await db.prepare(query)
        except asyncpg.PostgresError as error:
            wrong[name] = str(error)
    await db.close()
    return wrong


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_query_is_valid(path: Path, request: pytest.FixtureRequest) -> None:
    assert asyncio.run(invalid(database_of(path, request), path)) == {}


@pytest.mark.parametrize("service", MIGRATIONS)
def test_every_slug_has_a_sentence(service: str) -> None:
    rooms = (SERVICES / service, SERVICES / "directory", SERVICES / "chassis")
    sources = [source for room in rooms for source in room.rglob("*.py")]
    slugs = {slug for source in sources for slug in SLUG.findall(source.read_text("utf-8"))}

    assert slugs - set(Sentences(f"services.{service}")) == set()


async def unforced(database: Database) -> set[str]:
    sql = queries.load("services.chassis", "worker.sql")
    db = await asyncpg.connect(database.dsn("worker"))
    tables = {row["relname"] for row in await db.fetch(sql.unforced_tenant_tables)}
    await db.close()
    return tables


@pytest.mark.parametrize("service", MIGRATIONS)
def test_every_tenant_table_forces_row_security(service: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue(f"{service}_database")

    assert asyncio.run(unforced(database)) == set()
