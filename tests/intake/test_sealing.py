"""Nothing that intake stores of people can be read without the keys, and keys can be changed."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from services.chassis.db import migrate, resealing
from services.chassis.db.pool import Pool, open_pool
from services.chassis.db.sealed import KeyRing, NotOpened
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.intake.cli import show_keys
from services.intake.sealing import TABLES
from tests.databases import PERSONAL_KEYS, RING, Database
from tests.intake.test_api import PERSON, Api
from tests.intake.test_personal import everything_in, submitted

ANNA, BORIS = str(PERSON["email"]), "boris@example.org"
NEW = base64.b64encode(bytes(range(32))).decode()
ROTATED = KeyRing.of(f"new {NEW}\n{PERSONAL_KEYS}")
NOW = datetime(2026, 3, 2, tzinfo=UTC)

PLAIN = """
INSERT INTO participant
       (municipality, id, campaign, classifiers, email, consent_version, consented_at, version)
SELECT '13603000', gen_random_uuid(), 'spring', '{}',
       ROW('', convert_to('anna' || n || '@example.org', 'UTF8'))::sealed_text, '1', now(), 1
  FROM generate_series(1, $1) AS n"""
"""Participants as the migration leaves them."""


@pytest.fixture
async def worker(intake: Pool, intake_database: Database) -> AsyncIterator[Pool]:
    """Intake's database as a worker with the tests' key sees it, empty at first."""
    async with pool_with(RING, intake_database) as pool:
        yield pool


def pool_with(ring: KeyRing, database: Database) -> Pool:
    """Intake's database as a worker with these keys sees it."""
    session = {"app.municipalities": "*"}
    return open_pool(database.settings("worker"), server_settings=session, ring=ring)


async def write_letter(pool: Pool) -> None:
    """A letter waits."""
    async with pool.acquire() as db:
        await letters.write(db, Letter(ANNA, "Тема", "Текст"), NOW)


async def keys_of(pool: Pool) -> list[tuple[str, str, int]]:
    """How many values of which table each key has sealed."""
    return [(one.table, one.key, one.count) for one in await resealing.held(pool, TABLES)]


async def emails(pool: Pool) -> list[str | None]:
    """Every participant's address as it is read."""
    return [row["email"] for row in await pool.fetch("SELECT email FROM participant ORDER BY id")]


async def test_every_table_with_a_sealed_column_is_sealed_anew(worker: Pool) -> None:
    found = await worker.fetch(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE udt_name = 'sealed_text'"
    )

    assert {row["table_name"] for row in found} == {table.name for table in TABLES}


async def test_neither_a_dump_nor_a_file_of_the_database_names_anybody(
    author: Api, intake: Pool, intake_database: Database
) -> None:
    one = await submitted(author)
    named = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": [BORIS]})
    assert named.status_code == 200

    read = await everything_in(intake_database)
    dumped = b"".join((await intake_database.content()).rows.values())
    written = b"".join([await file_of(intake_database, table.name) for table in TABLES])

    for address in (ANNA, BORIS):
        assert address in read
        assert address.encode() not in dumped + written
        assert address.partition("@")[0].encode() not in dumped.lower() + written.lower()


async def file_of(database: Database, table: str) -> bytes:
    """What the file of a table holds, dead rows and all."""
    db = await asyncpg.connect(database.superuser_dsn)
    try:
        await db.execute("CHECKPOINT")
        held: bytes = await db.fetchval(
            "SELECT pg_read_binary_file(pg_relation_filepath($1::regclass))", table
        )
        return held
    finally:
        await db.close()


async def test_the_migration_keeps_every_text_and_takes_an_empty_address_for_none(
    intake_database: Database,
) -> None:
    (sealed,) = [one for one in migrate.found("services.intake.migrations") if one.name == "sealed"]
    db = await asyncpg.connect(intake_database.dsn("owner"))
    try:
        await db.execute("BEGIN; CREATE SCHEMA before; SET LOCAL search_path = before")
        await db.execute(
            "CREATE TABLE participant (email text NOT NULL); CREATE TABLE co_author (email text NOT NULL);"
            " CREATE TABLE letter (recipient text NOT NULL, subject text NOT NULL, body text NOT NULL);"
            " INSERT INTO participant VALUES ('анна@почта.рф'), (''); INSERT INTO co_author VALUES ('');"
            " INSERT INTO letter VALUES ('a@x.ru', '', 'Код: 123456')"
        )
        await db.execute(sealed.body)
        addresses = await db.fetch("SELECT email FROM participant UNION ALL SELECT email FROM co_author")
        (letter,) = await db.fetch("SELECT recipient, subject, body FROM letter")
    finally:
        await db.execute("ROLLBACK")
        await db.close()

    assert [row["email"] and tuple(row["email"]) for row in addresses] == [
        ("", "анна@почта.рф".encode()),
        None,
        None,
    ]
    assert [tuple(value) for value in letter] == [
        ("", b"a@x.ru"),
        ("", b""),
        ("", "Код: 123456".encode()),
    ]


async def test_what_was_stored_before_there_were_keys_is_sealed_once(
    worker: Pool, intake_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PORTION", 2)
    await worker.execute(PLAIN, 5)
    erased = await worker.fetchval(
        "UPDATE participant SET email = NULL WHERE id IN (SELECT id FROM participant LIMIT 1) RETURNING id"
    )
    before = await emails(worker)

    done = [await resealing.reseal(worker, RING, TABLES) for _ in range(2)]

    assert (done, await emails(worker), erased is None) == ([4, 0], before, False)
    assert await keys_of(worker) == [("participant", RING.first, 4)]
    assert b"anna" not in b"".join((await intake_database.content()).rows.values())


async def test_after_a_rotation_the_old_key_may_go(
    author: Api, worker: Pool, intake_database: Database
) -> None:
    one = await submitted(author)
    await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": [BORIS]})
    letter = await worker.fetch("SELECT recipient, subject, body FROM letter ORDER BY id")

    async with pool_with(ROTATED, intake_database) as rotating:
        # While it is done, a process that has not read the new key's line first seals by the old one.
        await write_letter(worker)
        done = await resealing.reseal(rotating, ROTATED, TABLES)
    async with pool_with(KeyRing.of(f"new {NEW}"), intake_database) as alone:
        found = (
            await emails(alone),
            [row["email"] for row in await alone.fetch("SELECT email FROM co_author")],
        )
        again = await alone.fetch("SELECT recipient, subject, body FROM letter WHERE kind <> '' ORDER BY id")
        keys = await keys_of(alone)

    assert (done, found) == (len(letter) + 3, ([ANNA], [BORIS]))
    assert again == letter
    assert keys == [
        ("co_author", "new", 1),
        ("letter", "new", len(letter) + 1),
        ("participant", "new", 1),
    ]
    with pytest.raises(NotOpened):
        await emails(worker)


async def test_a_row_that_somebody_holds_is_left_for_the_next_time(worker: Pool) -> None:
    await worker.execute(PLAIN, 3)
    async with worker.acquire() as db:
        erasing = db.transaction()
        await erasing.start()
        gone = await db.fetchval("SELECT id FROM participant ORDER BY id LIMIT 1 FOR UPDATE")

        first = await resealing.reseal(worker, RING, TABLES)
        await db.execute("UPDATE participant SET email = NULL WHERE id = $1", gone)
        await erasing.commit()

    assert (first, await resealing.reseal(worker, RING, TABLES)) == (2, 0)
    assert (await emails(worker)).count(None) == 1


async def test_what_holds_a_participant_for_an_initiative_waits_for_no_sealing(worker: Pool) -> None:
    await worker.execute(PLAIN, 1)
    async with worker.acquire() as db, db.transaction():
        await db.execute("SELECT FROM participant FOR KEY SHARE")

        assert await resealing.reseal(worker, RING, TABLES) == 1


async def test_a_sealing_that_breaks_off_is_taken_up_again(
    worker: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PORTION", 1)
    monkeypatch.setattr(resealing, "BETWEEN", 3600)
    await worker.execute(PLAIN, 4)
    breaking = asyncio.create_task(resealing.reseal(worker, RING, TABLES))
    while ("participant", RING.first, 1) not in await keys_of(worker):
        await asyncio.sleep(0.01)
    breaking.cancel()
    monkeypatch.setattr(resealing, "BETWEEN", 0)

    assert await resealing.reseal(worker, RING, TABLES) == 3
    assert await keys_of(worker) == [("participant", RING.first, 4)]


def test_the_operator_sees_which_keys_are_needed(
    intake_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def stored() -> None:
        await intake_database.empty()
        async with pool_with(RING, intake_database) as pool:
            await pool.execute(PLAIN, 2)
            await write_letter(pool)

    asyncio.run(stored())
    settings = {
        "DATABASE_URL": intake_database.dsn("worker"),
        "KAFKA_BROKERS": "h:1",
        "SIGNING_KEY_FILE": "none",
        "FILES_URL": "file:///none",
        "PERSONAL_KEYS_FILE": str(tmp_path / "keys"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"APP_{name}", value)
    said = []
    for keys in (f"new {NEW}\n{PERSONAL_KEYS}", f"{PERSONAL_KEYS}idle {NEW}", f"new {NEW}", "new c2VjcmV0"):
        (tmp_path / "keys").write_text(keys)
        said.append((show_keys(), *capsys.readouterr()))

    plain = "participant: 2 plain: the worker has not sealed them yet\n"
    assert said[:3] == [
        (0, f"letter: 1 by key tests\n{plain}key new: nothing is sealed by it\n", ""),
        (0, f"letter: 1 by key tests\n{plain}key idle: nothing is sealed by it, it may go\n", ""),
        (1, f"letter: 1 by key tests, which is MISSING\n{plain}key new: nothing is sealed by it\n", ""),
    ]
    code, out, err = said[3]
    assert (code, out, "6 bytes" in err, "c2VjcmV0" in err) == (1, "", True, False)
