"""Whatever dies, no figure is wrong: what was answered 201 is there once and counted once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import orjson
import pytest

from deploy.local.postgres import Postgres
from tests import databases
from tests import installation as installations
from tests.client import Client
from tests.harm import lose_last_segments, restore, take_backup
from tests.installation import HARMED, Installation

MUNICIPALITIES = ["13603000", "13603151", "13702000", "13638000"]
PAUSE = 0.1
"""Seconds between two submissions of a person: what is started anew needs the processor, too."""


@pytest.fixture(scope="module")
def of_intake() -> Iterator[Postgres]:
    with databases.server() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def installation(of_intake: Postgres) -> Iterator[Installation]:
    with ExitStack() as stack:
        postgres = stack.enter_context(databases.server())
        servers = dict.fromkeys(databases.MIGRATIONS, postgres) | {"intake": of_intake}
        whole = stack.enter_context(installations.installation(servers))
        whole.more |= HARMED
        whole.start()
        asyncio.run(whole.load_region())
        yield whole


@dataclass
class Load:
    """People who submit all the time and repeat each request until it is answered."""

    client: Client
    answers: dict[str, str] = field(default_factory=dict)
    going: bool = True

    async def run(self, municipality: str) -> None:
        who = await self.client.register(municipality)
        while self.going:
            key = uuid4().hex
            answer = await self.client.submit_until_answered(who, key)
            self.answers[key] = answer["id"]
            await asyncio.sleep(PAUSE)


@pytest.fixture
async def load(client: Client, installation: Installation) -> AsyncIterator[Load]:
    """Load while the test does its worst; afterwards every figure must be right."""
    before = len(await installation.rows("intake", "SELECT FROM initiative"))
    load = Load(client)
    people = [asyncio.create_task(load.run(code)) for code in MUNICIPALITIES]
    while len(load.answers) < 20:
        await asyncio.sleep(0.05)
    yield load
    load.going = False
    await asyncio.gather(*people)
    await proved(client, installation, load, before)


async def proved(client: Client, installation: Installation, load: Load, before: int) -> None:
    stored = [str(row["id"]) for row in await installation.rows("intake", "SELECT id FROM initiative")]
    assert len(set(load.answers.values())) == len(load.answers)
    assert set(load.answers.values()) <= set(stored)
    assert len(stored) == before + len(load.answers)
    await client.counted(len(stored))
    verified = await asyncio.to_thread(installation.run, "metrics", "verify")
    assert verified.returncode == 0, verified.stdout
    marks = await installation.rows("metrics", "SELECT * FROM inbox WHERE mark <> applied + parked")
    assert marks == []


async def submitted_more(load: Load, count: int = 20) -> None:
    goal = len(load.answers) + count
    async with asyncio.timeout(60):
        while len(load.answers) < goal:
            await asyncio.sleep(0.05)


@pytest.mark.full  # the chaos run kills them as often, with its checker
@pytest.mark.parametrize(
    "victim", [("intake", "worker"), ("metrics", "worker"), ("intake", "web")], ids="-".join
)
async def test_a_process_is_killed_again_and_again(
    load: Load, installation: Installation, victim: tuple[str, str]
) -> None:
    for _ in range(3):
        installation.kill(*victim)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(installation.start, victim)
        await submitted_more(load)


async def test_kafka_is_killed(load: Load, installation: Installation) -> None:
    installation.stop_kafka()
    await submitted_more(load)
    await asyncio.to_thread(installation.start_kafka)
    await submitted_more(load)


async def test_postgresql_is_stopped_at_once(
    load: Load, installation: Installation, of_intake: Postgres
) -> None:
    for server in (of_intake, installation.postgres["metrics"]):
        server.stop("immediate")
        await asyncio.sleep(0.5)
        await asyncio.to_thread(installation.start_postgres, server)
        await submitted_more(load)


async def test_kafka_loses_its_last_segment(load: Load, installation: Installation) -> None:
    await submitted_more(load, 50)

    installation.stop_kafka()
    lost = lose_last_segments(installation.nodes[0].data)
    await asyncio.to_thread(installation.start_kafka)
    await submitted_more(load)

    assert lost > 0


async def test_intake_is_restored_from_an_older_backup(
    client: Client, installation: Installation, of_intake: Postgres, tmp_path: Path
) -> None:
    who = await client.register()
    kept = [(await client.submit(who)).json()["id"] for _ in range(10)]
    backup = tmp_path / "backup"
    await asyncio.to_thread(take_backup, of_intake, backup)
    lost = [(await client.submit(who)).json()["id"] for _ in range(7)]
    total = len(await installation.rows("intake", "SELECT FROM initiative"))
    await client.counted(total)

    of_intake.stop("immediate")
    restore(of_intake, backup)
    await asyncio.to_thread(installation.start_postgres, of_intake)

    alarmed = await eventually(lambda: alarms(installation))
    assert alarmed == set(lost)
    stored = {str(row["id"]) for row in await installation.rows("intake", "SELECT id FROM initiative")}
    assert set(kept) <= stored
    assert not stored & set(lost)
    assert len(stored) == total - len(lost)
    await client.counted(total - len(lost))
    again = await client.register()
    assert (await client.submit(again)).status_code == 201
    await client.counted(total - len(lost) + 1)
    verified = await asyncio.to_thread(installation.run, "metrics", "verify")
    assert verified.returncode == 0, verified.stdout


async def alarms(installation: Installation) -> set[str]:
    rows = await installation.rows(
        "intake", "SELECT lost FROM epoch_alarm WHERE topic = 'dialogue.initiatives.v1'"
    )
    return {event["subject"] for row in rows for event in orjson.loads(row["lost"])}


async def eventually(look: Callable[[], Awaitable[set[str]]]) -> set[str]:
    async with asyncio.timeout(60):
        while not (found := await look()):
            await asyncio.sleep(0.2)
    return found
