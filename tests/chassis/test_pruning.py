"""Rows that are worth nothing any more go by themselves; all others stay."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from asyncpg import Pool

from services.chassis.db import idempotency, pruning, tenancy
from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.db.pruning import COMMON, Rule
from services.hierarchy.pruning import RULES as HIERARCHY
from services.intake.initiatives.commands.submit_initiative import Submitted
from services.intake.pruning import RULES as INTAKE

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pauses between portions."""
    monkeypatch.setattr(pruning, "BETWEEN", 0)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def prune(pool: Pool, rules: Sequence[Rule]) -> dict[str, int]:
    """What every rule deleted."""
    return {rule.name: await pruning.apply(pool, rule, NOW) for rule in rules}


async def use_keys(pool: Pool, count: int, days: int) -> None:
    await pool.execute(
        "INSERT INTO idempotency_key (scope, key, fingerprint, status, body, used_at)"
        " SELECT '/', gen_random_uuid()::text, '', 200, '{}', $2 FROM generate_series(1, $1)",
        count,
        ago(days),
    )


async def count(pool: Pool, table: str) -> int:
    return int(await pool.fetchval(f"SELECT count(*) FROM {table}"))


async def test_keys_of_repeats_go_after_thirty_days_in_portions(intake: Pool) -> None:
    await use_keys(intake, 3 * pruning.PORTION + 1, days=60)
    await use_keys(intake, 2, days=29)

    deleted = await prune(intake, COMMON)

    assert deleted["idempotency_key"] == 3 * pruning.PORTION + 1
    assert await count(intake, "idempotency_key") == 2


async def test_a_submission_does_not_wait_for_the_pruning(intake: Pool) -> None:
    await use_keys(intake, 10, days=60)
    repeat = Repeat("/", "fresh", b"")

    async with intake.acquire() as busy, busy.transaction():
        await busy.execute("SELECT FROM idempotency_key LIMIT 1 FOR UPDATE")
        # A row that somebody holds is left for the next time; a key is taken beside an open deletion.
        async with asyncio.timeout(5):
            deleted = await prune(intake, COMMON)
            async with intake.acquire() as other, other.transaction():
                await other.execute(pruning.sql.idempotency_keys, ago(30), pruning.PORTION)
                async with intake.acquire() as submitting, submitting.transaction():
                    taken = await idempotency.earlier(submitting, Moment(NOW, repeat), Submitted)

    assert (deleted["idempotency_key"], taken) == (9, None)


async def test_the_work_prunes_by_itself(intake: Pool) -> None:
    await use_keys(intake, 20, days=60)

    working = asyncio.create_task(pruning.prune(intake, COMMON))
    async with asyncio.timeout(5):
        while await count(intake, "idempotency_key"):
            await asyncio.sleep(0.01)

    assert not working.done()
    working.cancel()


async def test_codes_sessions_and_registrations_that_nobody_confirmed_go(intake: Pool) -> None:
    async with intake.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        for registered in (True, False):
            for days in (0, 2, 31):
                await register(db, ago(days), registered)
        # Two that were asked for by an address that nobody has.
        for days in (0, 2):
            await db.execute(
                "INSERT INTO confirmation_code VALUES (NULL, '', $1, 5, $1, 1, gen_random_uuid())", ago(days)
            )

    # The worker sees every municipality's rows.
    async with intake.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        reported = [one.count for one in await pruning.due(db, INTAKE, NOW)]
        done = [await db.execute(rule.statement, NOW - rule.kept, pruning.PORTION) for rule in INTAKE]
        assert reported == [int(each.rpartition(" ")[2]) for each in done]

        assert await db.fetchval("SELECT count(*) FROM participant WHERE registered_at IS NULL") == 2
        assert await db.fetchval("SELECT count(*) FROM participant WHERE registered_at IS NOT NULL") == 3
        assert await db.fetchval("SELECT count(*) FROM participant_directory") == 5
        assert await db.fetchval("SELECT count(*) FROM confirmation_code") == 4
        assert await db.fetchval("SELECT count(*) FROM participant_session") == 2


async def register(db: object, at: datetime, registered: bool) -> None:
    """Somebody whose code and session ran out at a moment."""
    id_, execute = uuid4(), db.execute  # type: ignore[attr-defined]
    await execute(
        "INSERT INTO participant (municipality, id, campaign, classifiers, email, consent_version,"
        " consented_at, registered_at, version)"
        " VALUES ('13603000', $1, 'spring', '{}', $4, '1', $2, $3, 1)",
        id_,
        at,
        at if registered else None,
        "a@example.org",
    )
    await execute("INSERT INTO participant_directory VALUES ('spring', $1, $2, '13603000')", id_.bytes, id_)
    await execute("INSERT INTO confirmation_code VALUES ($1, '', $2, 5, $2, 1, $1)", id_, at)
    await execute("INSERT INTO participant_session VALUES ($1, $1, '13603000', 'spring', $2, $2)", id_, at)


async def test_links_sessions_guesses_and_unused_files_go(hierarchy: Pool) -> None:
    account = uuid4()
    async with hierarchy.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await db.execute("INSERT INTO account VALUES ($1, 'a@example.org', 'А', NULL, $2)", account, NOW)
        for purpose, days in (("invitation", 300), ("invitation", 200), ("reset", 100), ("reset", 1)):
            await db.execute(
                "INSERT INTO link VALUES ($1, $2, $3, $4, $4)", uuid4().bytes, account, purpose, ago(days)
            )
        for days in (100, 10):
            await db.execute(
                "INSERT INTO staff_session VALUES ($1, $2, '', $3, $3, $3)", uuid4(), account, ago(days)
            )
            await db.execute(
                "INSERT INTO wrong_password VALUES ($1, '', 1, $2)", uuid4().bytes, ago(days / 50)
            )
            await db.execute(
                "INSERT INTO import_file VALUES ('region', $1, $2, 'population', '', '', $3)",
                *(uuid4(), account, ago(days / 50)),
            )
        for rule in HIERARCHY:
            await db.execute(rule.statement, NOW - rule.kept, pruning.PORTION)

        links = await db.fetch("SELECT purpose, expires_at FROM link ORDER BY expires_at")
        assert [(row["purpose"], row["expires_at"]) for row in links] == [
            ("invitation", ago(200)),
            ("reset", ago(1)),
        ]
        for table in ("staff_session", "wrong_password", "import_file"):
            assert await db.fetchval(f"SELECT count(*) FROM {table}") == 1


async def test_letters_that_nobody_repeated_go_with_their_entry(intake: Pool) -> None:
    for days in (100, 10):
        letter = await intake.fetchval(
            "INSERT INTO letter (id, recipient, subject, body, written_at, next_try_at, set_aside_at)"
            " VALUES (gen_random_uuid(), $2, $2, $2, $1, $1, $1) RETURNING id",
            *(ago(days), "a@example.org"),
        )
        await intake.execute(
            "INSERT INTO set_aside (id, kind, reference, subject, reason, set_aside_at)"
            " VALUES (gen_random_uuid(), 'letter', $1, '', '', $2)",
            *(str(letter), ago(days)),
        )
    await intake.execute(
        "INSERT INTO set_aside (id, kind, reference, subject, reason, set_aside_at)"
        " VALUES (gen_random_uuid(), 'event', '1', '', '', $1)",
        ago(100),
    )

    deleted = await prune(intake, INTAKE)

    assert (deleted["letter"], deleted["set_aside"]) == (1, 1)
    assert await count(intake, "letter") == 1
    assert await count(intake, "set_aside WHERE kind = 'event'") == 1
