"""What is sealed by keys outside the database, and what opens it again."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.chassis.db.pool import Pool, open_pool
from services.chassis.db.sealed import PLAIN, KeyRing, NotOpened
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.web.problems import to_refusal
from tests.databases import RING, Database

TEXT = "анна@example.org"
KEY = base64.b64encode(bytes(32)).decode()
OTHER = base64.b64encode(bytes(31) + b"1").decode()


def test_the_first_key_seals_and_every_key_opens() -> None:
    before, after = KeyRing.of(f"old {KEY}\n"), KeyRing.of(f"\nnew {OTHER}\nold {KEY}\n")

    old, new = before.seal(TEXT), after.seal(TEXT)

    assert (old[0], new[0], after.older) == ("old", "new", [PLAIN, "old"])
    assert [after.open(each) for each in (old, new, (PLAIN, TEXT.encode()))] == [TEXT] * 3
    assert TEXT.encode() not in old[1] + new[1]
    assert before.seal(TEXT) != old, "the same text twice shows that it is the same"


@pytest.mark.parametrize("harm", ["unknown key", "another key", "another name", "changed", "cut", "nothing"])
def test_what_no_key_opens_is_said_in_the_log_and_is_no_bug(harm: str) -> None:
    ring = KeyRing.of(f"a {KEY}\nb {KEY}")
    name, body = ring.seal(TEXT)
    stored = {
        "unknown key": ("c", body),
        "another key": KeyRing.of(f"a {OTHER}").seal(TEXT),
        "another name": ("b", body),
        "changed": (name, body[:-1] + bytes([body[-1] ^ 1])),
        "cut": (name, body[:20]),
        "nothing": (name, b""),
    }[harm]

    with capture_logs() as said, pytest.raises(NotOpened) as refused:
        ring.open(stored)

    assert [(line["event"], line["log_level"], line["name"]) for line in said] == [
        ("sealed_unreadable", "error", stored[0])
    ]
    assert to_refusal(refused.value)[0] == 503


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no key"),
        (" \n\n", "no key"),
        (KEY, "line 1 is not"),
        (f"a {KEY} x", "line 1 is not"),
        (f"a {KEY}\n/ {KEY}", "line 2 is not"),
        ("a Очень-секретно", "not base64"),
        ("a c2VjcmV0", "6 bytes"),
        (f"a {base64.b64encode(bytes(16)).decode()}", "16 bytes"),
        (f"a {KEY}\na {OTHER}", "line 2 names"),
    ],
    ids=["empty", "blank", "no name", "too much", "bad name", "no base64", "short", "half", "twice"],
)
def test_a_file_without_good_keys_stops_the_start_and_is_not_shown(
    tmp_path: Path, written: str, reason: str
) -> None:
    file = tmp_path / "keys"
    file.write_text(written)

    with pytest.raises(SelfCheckFailed, match=reason) as refused:
        KeyRing.read(file)

    assert "APP_PERSONAL_KEYS_FILE" in str(refused.value)
    assert not [word for word in written.split() if len(word) > 5 and word in str(refused.value)]


def test_a_file_that_is_not_there_or_no_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00secret")

    for name, reason in (("missing", "No such file"), ("bytes", "utf-8")):
        with pytest.raises(SelfCheckFailed, match=reason) as refused:
            KeyRing.read(tmp_path / name)
        assert "secret" not in str(refused.value)


async def test_a_connection_seals_whatever_way_a_value_takes(intake: Pool) -> None:
    texts = ["a@x.ru", "б@x.ru", None, "", "w" * 100_000]
    async with intake.acquire() as db, db.transaction():
        await db.execute("CREATE TEMPORARY TABLE kept (id int, value sealed_text) ON COMMIT DROP")
        for nth, text in enumerate(texts):
            await db.execute("INSERT INTO kept VALUES ($1, $2)", nth, text)
        await db.execute(
            "INSERT INTO kept SELECT unnest($1::int[]), unnest($2::sealed_text[])", [5, 6, 7, 8, 9], texts
        )
        await db.executemany("INSERT INTO kept VALUES ($1, $2)", list(enumerate(texts, 10)))
        await db.copy_records_to_table("kept", records=list(enumerate(texts, 15)))
        read = [row["value"] for row in await db.fetch("SELECT value FROM kept ORDER BY id")]
        together = await db.fetchval("SELECT array_agg(value ORDER BY id) FROM kept")
        keys = await db.fetch("SELECT DISTINCT (value).key FROM kept WHERE value IS NOT NULL")
        lengths = await db.fetch("SELECT length((value).body) AS n FROM kept WHERE id = 3")

    assert read == together == texts * 4
    assert [row["key"] for row in keys] == [RING.first]
    assert [row["n"] for row in lengths] == [12 + 16]


async def test_a_connection_without_the_keys_cannot_write_plain_text(intake_database: Database) -> None:
    async with open_pool(intake_database.settings("web")) as pool, pool.acquire() as db:
        with pytest.raises(asyncpg.DataError):
            await letters.write(db, Letter(TEXT, "", ""), datetime.now(UTC))


async def test_one_unreadable_value_spoils_neither_the_connection_nor_the_others(intake: Pool) -> None:
    async with intake.acquire() as db, db.transaction():
        await db.execute("CREATE TEMPORARY TABLE kept (id int, value sealed_text) ON COMMIT DROP")
        await db.execute("INSERT INTO kept VALUES (1, $1), (2, ROW('gone', '\\x00'))", TEXT)

        with pytest.raises(NotOpened, match="'gone'"):
            await db.fetch("SELECT value FROM kept ORDER BY id")

        assert await db.fetchval("SELECT value FROM kept WHERE id = 1") == TEXT
