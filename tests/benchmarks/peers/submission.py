"""The plain endpoint in a process and a database of its own, and the initiatives that it accepts."""

import asyncio
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import asyncpg
import httpx2
import orjson

from deploy.local.postgres import SUPERUSER, Postgres
from tests.benchmarks import http
from tests.benchmarks.peers.environment import ROOT, PeerFailed, python
from tests.benchmarks.submission import WISH
from tests.databases import free_port

PATIENCE = 30.0


class Plain(NamedTuple):
    """A running endpoint: where it listens, its participants' tokens, its process."""

    url: str
    tokens: list[str]
    pid: int


@contextmanager
def plain_api(postgres: Postgres, participants: int = 64) -> Iterator[Plain]:
    """The endpoint on a lent server, with participants of many municipalities."""
    database, port = f"plain_{secrets.token_hex(4)}", free_port()
    asyncio.run(_as_superuser(postgres, f'CREATE DATABASE "{database}"'))
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        tokens = Path(folder) / "tokens.json"
        dsn = postgres.dsn(database, SUPERUSER, postgres.password)
        words = [
            "--dsn",
            dsn,
            "--port",
            str(port),
            "--participants",
            str(participants),
            "--tokens",
            str(tokens),
        ]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(python()), "-m", "tests.benchmarks.peers.plain_api", *words],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            url = f"http://127.0.0.1:{port}/api/v1/initiatives"
            _wait_ready(url, process, Path(folder) / "log")
            yield Plain(url, orjson.loads(tokens.read_bytes()), process.pid)
        finally:
            process.terminate()
            process.wait()
            asyncio.run(_as_superuser(postgres, f'DROP DATABASE "{database}" WITH (FORCE)'))


async def over_http(plain: Plain, n: int, clients: int = 64) -> float:
    """Initiatives accepted per second."""
    load = await http.send(plain.url, iter(list(requests(plain, n))), clients)
    assert not load.others, load.others[:3]
    return load.per_second


def requests(plain: Plain, n: int) -> Iterator[bytes]:
    """`n` submissions, the participants in turn, each with a key of its own."""
    body = orjson.dumps(WISH)
    for i in range(n):
        headers = {
            "Authorization": f"Bearer {plain.tokens[i % len(plain.tokens)]}",
            "Idempotency_Key": uuid4().hex,
        }
        yield http.post(plain.url, body, **headers)


def _wait_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx2.post(url)
            return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise PeerFailed(f"the plain endpoint does not answer:\n{log.read_text('utf-8')[-2000:]}")


async def _as_superuser(postgres: Postgres, statement: str) -> None:
    db = await asyncpg.connect(postgres.superuser_dsn)
    try:
        await db.execute(statement)
    finally:
        await db.close()
