"""The report of what intake deletes by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.appointments import Role
from services.intake.cli import show_due
from services.intake.oversight.domain import WHAT
from services.intake.pruning import RULES
from tests.databases import Database
from tests.factories import DISTRICT
from tests.intake.determination.office import Office

HERE = "/determination/retention"


def test_every_rule_is_reported_and_named() -> None:
    assert {rule.name for rule in RULES if rule.waiting} == WHAT.keys() == {rule.name for rule in RULES}


async def test_the_administrator_sees_what_waits_and_nobody_else_does(office: Office) -> None:
    ended = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    await office.pool.executemany(
        "INSERT INTO participant_session"
        " VALUES (gen_random_uuid(), gen_random_uuid(), '1', 'spring', $1, $1)",
        [(ended,), (ended + timedelta(days=1),), (datetime.now(UTC),)],
    )

    async with office.at_desk(await office.grant(Role.ADMINISTRATOR, "region"), pages=True) as client:
        page = await client.get(HERE)
    async with office.at_desk(await office.grant(Role.HEAD, DISTRICT), pages=True) as client:
        refused = await client.get(HERE)

    row = page.text.partition(WHAT["participant_session"])[2].partition("</tr>")[0]
    assert ">2<" in row
    assert 'datetime="2026-03-02T' in row
    assert refused.status_code == 404
    assert await office.pool.fetchval("SELECT count(*) FROM participant_session") == 3


def test_an_operator_sees_the_same(
    intake_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", intake_database.dsn("worker"))
    monkeypatch.setenv("APP_KAFKA_BROKERS", "h:1")

    assert show_due() == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [rule.name for rule in RULES]
    assert all(" due after " in line for line in lines)
