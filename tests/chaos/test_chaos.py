"""A minute of chaos, and a checker that sees what is wrong."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.chaos import campaign, checkpoints, working
from tests.chaos.checker import check
from tests.chaos.ground import Ground, ground
from tests.chaos.harms import SCENARIOS
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis, Scenario
from tests.chaos.observer import Outsider, Watcher
from tests.installation import Process

# aiokafka loses a connection whose first answer is cancelled; what the run's own clients lose while brokers
# and proxies are harmed is nobody's fault here. The services are processes of their own.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

CHOSEN = ("relay-killed", "rollup-killed", "hotline-killed", "poison")
IN_FULL = (
    "relay-stopped-over-midnight",
    "web-killed",
    # As in `journeys/test_faults.py`, and with the checker here.
    "broker-killed",
    "database-stopped",
    "last-segment-lost",
)

LATER = """
    UPDATE initiative SET submitted_at = '2999-01-01'
     WHERE id = (SELECT id FROM initiative ORDER BY submitted_at LIMIT 1)"""
TOO_EARLY = """
    UPDATE outbox SET data = jsonb_set(data::jsonb, '{moment}', '"2999-01-01T00:00:00Z"')::text
     WHERE type = 'dialogue.stream.watermark.v1'"""

COUNTED_TWICE = """
    UPDATE counter SET n = n + 1 WHERE family = 'work:state' AND counter = 'order_tasks'"""
DEED_LOST = """
    DELETE FROM question_step WHERE id = (SELECT max(id) FROM question_step WHERE what = 'answered')"""

MANNER = campaign.Manner(seed=20261124, scale=0.15, pause=0.5, healing=300, warm=200)
WRONG = MANNER._replace(healing=3, warm=100)
"""For code that is wrong, figures never agree, and nobody asks by how much its processes grow."""


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What is lost is found here, and not in the test that follows."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def standing() -> Iterator[Ground]:
    campaign.quiet()
    with ground(brokers=1) as standing:
        yield standing


@pytest.mark.timeout(2400)
def test_nothing_survives_wrongly(standing: Ground, tmp_path: Path, full: bool) -> None:
    file = tmp_path / "history.jsonl"
    harms = [SCENARIOS[name] for name in (*CHOSEN, *(IN_FULL if full else ()))]

    outcome = asyncio.run(campaign.run(standing, MANNER, harms, file, print))

    assert not outcome.violations, "\n".join(outcome.violations)
    assert outcome.accepted > 100
    assert outcome.asked > 20
    assert outcome.decided > 20
    assert outcome.worked > 20
    assert file.read_bytes().count(b'"ok"') >= outcome.accepted


@pytest.mark.parametrize(
    ("service", "tampering", "what"),
    [
        # Before the others: a new epoch tells of an initiative what it finds.
        ("intake", LATER, "by midnight"),
        ("intake", TOO_EARLY, "after the watermark"),
        ("intake", "DELETE FROM initiative WHERE id = (SELECT max(id::text)::uuid FROM initiative)", "gone"),
        ("metrics", "UPDATE counter SET n = n + 1 WHERE family = 'direction'", "verify"),
        ("intake", "UPDATE outbox_stream SET last_seq = last_seq + 1 WHERE last_seq > 5", "not dense"),
        ("metrics", COUNTED_TWICE, "metrics counts"),
        ("hierarchy", DEED_LOST, "other steps than versions"),
        ("metrics", "UPDATE inbox SET mark = mark - 1, applied = applied - 1 WHERE mark > 5", "stands at"),
    ],
    # An id with a double colon would tear the module apart among the runner's processes.
    ids=["moment", "watermark", "initiative", "counter", "number", "work", "deed", "mark"],
)
def test_the_checker_sees_what_was_tampered_with(
    standing: Ground, service: str, tampering: str, what: str, tmp_path: Path
) -> None:
    violations = asyncio.run(tampered(standing, service, tampering, tmp_path / "history.jsonl"))

    assert any(what in violation for violation in violations), violations


@pytest.mark.full
@pytest.mark.parametrize(
    ("process", "fault", "what"),
    [
        (Process("intake", "web"), "forgets_keys", "was answered"),
        (Process("intake", "web"), "tells_titles", "holds personal data"),
        (Process("intake", "web"), "stores_too_little", "gone without an alarm"),
        (Process("metrics", "worker"), "counts_amiss", "verify"),
    ],
    ids=["keys", "titles", "initiatives", "counters"],
)
def test_the_checker_sees_code_that_is_wrong(
    standing: Ground, process: Process, fault: str, what: str, tmp_path: Path
) -> None:
    async def go_wrong(nemesis: Nemesis) -> None:
        nemesis.whole.kill(*process)
        nemesis.whole.spawn(process, "tests.chaos.harmed", fault)
        await asyncio.to_thread(nemesis.whole.wait_ready, process)
        await nemesis.submitted_more(100)
        nemesis.whole.kill(*process)
        await asyncio.to_thread(nemesis.whole.start, process)

    wrong = Scenario(fault, go_wrong, goal=60)
    outcome = asyncio.run(campaign.run(standing, WRONG, [wrong], tmp_path / "history.jsonl", print))

    assert any(what in violation for violation in outcome.violations), outcome.violations


async def tampered(standing: Ground, service: str, tampering: str, file: Path) -> list[str]:
    """What the checker says while somebody has changed a database behind the services' back."""
    whole = standing.whole
    with file.open("wb") as written:
        history = History(written)
        rows = await whole.rows("intake", "SELECT id FROM initiative")
        history.accepted = {str(i): str(row["id"]) for i, row in enumerate(rows)}
        db = await asyncpg.connect(
            whole.databases[service].dsn("worker"),
            server_settings={"app.municipalities": "*", "search_path": "figures, public"},
        )
        try:
            async with whole.client() as client:
                watcher, outsider = Watcher(client, history, 0), Outsider(whole.settings("metrics"))
                await db.execute(tampering)
                checked = await check(client, history, watcher, outsider)
                checked += await working.amiss(whole)
                return checked + await checkpoints.violations(whole, standing.midnight)
        finally:
            await db.close()
