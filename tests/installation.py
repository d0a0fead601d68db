"""A whole installation for a test: real Kafka, real PostgreSQL, processes that can be killed."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import httpx2
import orjson
import yaml

from deploy import topics
from deploy.demonstration.region import dated
from deploy.local.home import new_signing_key
from deploy.local.kafka import Kafka, fetch_jars
from deploy.local.postgres import Postgres
from services.chassis.clock import Clock
from services.chassis.db import open_pool
from services.hierarchy.commands.import_municipalities import import_municipalities
from services.hierarchy.commands.import_organizations import import_organizations
from services.hierarchy.commands.import_smos import import_smos
from services.hierarchy.commands.open_campaign import open_campaign
from tests import databases
from tests.databases import Database, free_port

ROOT = Path(__file__).parent.parent
LIBS = ROOT / ".local" / "kafka" / "libs"
DEMONSTRATION = ROOT / "deploy" / "demonstration"
PROCESSES = [(service, kind) for service in databases.MIGRATIONS for kind in ("web", "worker")]
PATIENCE = 60.0

# Short times, so that what takes a minute in an installation takes seconds here.
HASTE = {
    "APP_TAIL_CHECK_INTERVAL": "3",
    "APP_REPORT_INTERVAL": "2",
    "APP_NAK_INTERVAL": "2",
    "APP_TEND_INTERVAL": "0.2",
    "APP_POLL_INTERVAL": "0.2",
    "APP_BACKOFF_LONGEST": "1",
    "APP_SESSION_TIMEOUT": "6",
    "APP_WATCHDOG_TIMEOUT": "8",
}


class Process(NamedTuple):
    """A process of the installation: service and kind."""

    service: str
    kind: str


class Person(NamedTuple):
    """A registered participant and their token."""

    id: str
    municipality: str
    token: str


@dataclass
class Installation:
    """Everything that runs, and what a tester does with it."""

    folder: Path
    postgres: Postgres
    kafka: Kafka
    databases: dict[str, Database]
    ports: dict[Process, int] = field(default_factory=dict)
    running: dict[Process, subprocess.Popen[bytes]] = field(default_factory=dict)
    servers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    # ---- processes ----
    def start(self, *wanted: tuple[str, str]) -> None:
        """Start processes (all by default) and wait until they are ready."""
        for process in wanted or PROCESSES:
            self._spawn(Process(*process))
        for process in wanted or PROCESSES:
            self.wait_ready(Process(*process))

    def _spawn(self, process: Process) -> None:
        self.ports.setdefault(process, free_port())
        log = (self.folder / f"{process.service}-{process.kind}.log").open("ab")
        self.running[process] = subprocess.Popen(
            [sys.executable, "-m", f"services.{process.service}", process.kind],
            env=self.environment(process),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()

    def environment(self, process: Process) -> dict[str, str]:
        """The environment of a process."""
        return {
            **os.environ,
            **HASTE,
            "APP_DATABASE_URL": self.databases[process.service].dsn(process.kind),
            "APP_KAFKA_BROKERS": self.kafka.brokers,
            "APP_BIND_PORT": str(self.ports.get(process, 0)),
            "APP_INSTANCE": f"{process.service}-{process.kind}",
            "APP_SIGNING_KEY_FILE": str(self.folder / "key.pem"),
            "APP_MAIL_DIR": str(self.folder / "mail"),
        }

    def wait_ready(self, process: Process) -> None:
        """Return once the process answers that it is ready; fail if it ended or takes a minute."""
        url, deadline = f"{self.url(*process)}/health/ready", time.monotonic() + PATIENCE
        while True:
            try:
                answer = httpx2.get(url, timeout=2)
                if answer.status_code == 200:
                    return
                said = answer.text
            except httpx2.HTTPError as error:
                said = repr(error)
            ended = self.running[process].poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"{process} is not ready: {said}\n{self.log(process)[-3000:]}")
            time.sleep(0.05)

    def kill(self, service: str, kind: str) -> None:
        """kill −9."""
        process = self.running.pop(Process(service, kind))
        process.kill()
        process.wait()

    def revive(self) -> None:
        """Start what has ended by itself, as a supervisor does."""
        for process, running in list(self.running.items()):
            if running.poll() is not None:
                self._spawn(process)

    def stop(self, *wanted: tuple[str, str]) -> dict[Process, int]:
        """Ask processes (all by default) to end; their exit codes."""
        chosen = [Process(*p) for p in wanted or list(self.running)]
        for process in chosen:
            self.running[process].send_signal(signal.SIGTERM)
        return {process: self.running.pop(process).wait(timeout=20) for process in chosen}

    def log(self, process: Process) -> str:
        """What a process has logged."""
        return (self.folder / f"{process.service}-{process.kind}.log").read_text("utf-8", "replace")

    def spawn_server(self, name: str, command: list[str]) -> None:
        """Start a server of others' making in the background."""
        self.servers[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end_server(self, name: str) -> None:
        """kill −9 of a server."""
        server = self.servers.pop(name)
        server.kill()
        server.wait()

    def start_kafka(self) -> None:
        """Start the broker on the data that it has."""
        self.spawn_server("kafka", self.kafka.command())
        self.kafka.wait_ready()

    def stop_kafka(self) -> None:
        """kill −9 of the broker."""
        self.end_server("kafka")

    def start_postgres(self, postgres: Postgres) -> None:
        """Start a database server on the data that it has."""
        name = f"postgres {postgres.port}"
        if before := self.servers.pop(name, None):
            before.wait()
        self.servers[name] = subprocess.Popen(
            postgres.command(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        postgres.wait_ready()

    def end(self) -> None:
        """End everything that is left but the database servers."""
        for process in [*self.running.values(), self.servers.pop("kafka")]:
            process.kill()
            process.wait()

    # ---- use ----
    def url(self, service: str, kind: str = "web") -> str:
        """Where a process listens."""
        return f"http://127.0.0.1:{self.ports[Process(service, kind)]}"

    @asynccontextmanager
    async def client(self) -> AsyncIterator["Client"]:
        """A client of all services."""
        async with httpx2.AsyncClient(timeout=30) as http:
            yield Client(self, http)

    async def load_region(self) -> None:
        """The fictional region of the demonstration, with a campaign that is open now."""
        settings = self.databases["hierarchy"].settings("worker")
        async with open_pool(settings) as pool:
            await import_municipalities(pool, (DEMONSTRATION / "oktmo.csv").read_bytes(), "13")
            await import_smos(pool, (DEMONSTRATION / "smos.yaml").read_bytes())
            await import_organizations(pool, (DEMONSTRATION / "organizations.csv").read_bytes())
            template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
            campaign = dated(template, Clock().now().date())
            await open_campaign(pool, yaml.safe_dump(campaign, allow_unicode=True).encode())

    def run(self, service: str, *words: str, kind: str = "worker") -> subprocess.CompletedProcess[str]:
        """Run one of a service's own commands."""
        return subprocess.run(
            [sys.executable, "-m", f"services.{service}", *words],
            env=self.environment(Process(service, kind)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    async def rows(self, service: str, query: str, *values: object) -> list[asyncpg.Record]:
        """Look into a service's database, as its worker sees it."""
        db = await asyncpg.connect(
            self.databases[service].dsn("worker"),
            server_settings={"app.municipalities": "*", "search_path": "figures, public"},
        )
        try:
            return list(await db.fetch(query, *values))
        finally:
            await db.close()


@dataclass
class Client:
    """What people and other systems do over HTTP."""

    installation: Installation
    http: httpx2.AsyncClient

    async def structure_arrived(self) -> None:
        """Wait until intake and metrics know the region."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.counters("municipality")) < 60 or not await self._intake_knows():
                await asyncio.sleep(0.1)

    async def _intake_knows(self) -> bool:
        form = {
            "municipality": "13603000",
            "organization": None,
            "position": "budget",
            "email": "x",
            "consent_version": "1",
        }
        answer = await self.http.post(f"{self.url('intake')}/api/v1/participants", json=form)
        return bool(answer.json()["type"] == "/problems/email-invalid")

    def url(self, service: str) -> str:
        return self.installation.url(service)

    async def register(self, municipality: str = "13603000") -> Person:
        """Register, read the letter, confirm."""
        address = f"{uuid4().hex}@example.org"
        form = {
            "municipality": municipality,
            "organization": None,
            "position": "budget",
            "email": address,
            "consent_version": "1",
        }
        answer = await self.http.post(f"{self.url('intake')}/api/v1/participants", json=form)
        assert answer.status_code == 202, answer.text
        participant_id = answer.json()["id"]
        code = await self.letter_to(address)
        confirmed = await self.http.post(
            f"{self.url('intake')}/api/v1/participants/{participant_id}/confirmation", json={"code": code}
        )
        assert confirmed.status_code == 200, confirmed.text
        return Person(participant_id, municipality, confirmed.json()["token"])

    async def letter_to(self, address: str) -> str:
        """The six digits of the latest letter to an address."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for file in sorted((self.installation.folder / "mail").glob("*.eml"), reverse=True):
                    letter = message_from_bytes(file.read_bytes())
                    if letter["To"] == address:
                        text = letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
                        return re.search(r"^(\d{6})$", text, re.MULTILINE)[1]  # type: ignore[index]
                await asyncio.sleep(0.05)

    async def submit(self, who: Person, key: str | None = None, **changes: object) -> httpx2.Response:
        """Submit an initiative."""
        wish = {
            "direction": "roads",
            "organization": None,
            "form": "personal",
            "title": "Тротуар к школе",
            "text": "Дети идут по обочине.",
        }
        headers = {"Authorization": f"Bearer {who.token}"} | ({"Idempotency-Key": key} if key else {})
        url = f"{self.url('intake')}/api/v1/initiatives"
        return await self.http.post(url, json=wish | changes, headers=headers)

    async def submit_until_answered(self, who: Person, key: str) -> dict[str, Any]:
        """Submit and repeat until there is a final answer, as a careful client does."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.submit(who, key)
                    if answer.status_code == 201:
                        return dict(answer.json())
                    assert answer.status_code >= 500, answer.text
                except httpx2.HTTPError:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(0.05)

    async def counters(self, level: str = "region", within: str | None = None) -> list[dict[str, Any]]:
        """The figures of a level."""
        query = {"level": level} | ({"within": within} if within else {})
        answer = await self.http.get(f"{self.url('metrics')}/api/v1/counters", params=query)
        return list(answer.json()["items"]) if answer.status_code == 200 else []

    async def counted(self, submitted: int) -> None:
        """Wait until the region shows this many initiatives."""
        seen: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    seen = await self._region()
                    if seen and seen[0]["submitted"] == submitted:
                        return
                    self.installation.revive()
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise AssertionError(f"expected {submitted} submitted, seen {seen}") from error

    async def _region(self) -> list[dict[str, Any]]:
        try:
            return await self.counters()
        except httpx2.HTTPError:
            return []

    @asynccontextmanager
    async def live(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The live stream's payloads, one after another."""
        url = f"{self.url('metrics')}/api/v1/live"
        async with self.http.stream("GET", url, timeout=None) as answer:
            yield _payloads(answer.aiter_lines())


async def _payloads(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
    async for line in lines:
        if line.startswith("data: {"):
            yield orjson.loads(line[6:])


@contextmanager
def installation(postgres: Postgres, of_intake: Postgres | None = None) -> Iterator[Installation]:
    """An installation with its own Kafka on a lent PostgreSQL, intake on another one if given."""
    fetch_jars(LIBS)
    folder = Path(tempfile.mkdtemp(prefix="dialogue-"))
    kafka = Kafka(folder / "kafka", free_port(), free_port(), LIBS)
    servers = dict.fromkeys(databases.MIGRATIONS, postgres) | {"intake": of_intake or postgres}
    clones = {
        service: asyncio.run(databases.clone(server.superuser_dsn, service))
        for service, server in servers.items()
    }
    whole = Installation(folder, postgres, kafka, clones)
    (folder / "key.pem").write_bytes(new_signing_key())
    try:
        kafka.prepare()
        whole.start_kafka()
        asyncio.run(topics.ensure(kafka.brokers))
        yield whole
    finally:
        whole.end()
        for service, database in clones.items():
            asyncio.run(databases.drop(servers[service].superuser_dsn, database))
        for server in whole.servers.values():
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder)
