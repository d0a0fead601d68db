"""A whole installation for a test: real Kafka, real PostgreSQL, processes that can be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
import httpx2
import yaml

from deploy import topics
from deploy.demonstration.region import dated, years_of
from deploy.local.home import KEYS, new_signing_key
from deploy.local.kafka import Kafka, fetch_jars
from deploy.local.postgres import Postgres
from services.chassis.db.notify import LOST
from services.chassis.db.pool import open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.settings import Settings
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.territory.commands.add_calendars import add_by_law
from tests import databases
from tests.client import PATIENCE, Client
from tests.databases import Database, free_port

REVIVED_WITHIN = 2.0
"""Seconds after which a process that has ended is not started anew by anybody."""

ROOT = Path(__file__).parent.parent
LIBS = ROOT / ".local" / "kafka" / "libs"
DEMONSTRATION = ROOT / "deploy" / "demonstration"

# Short times, so that what takes a minute in an installation takes seconds here.
HASTE = {
    "APP_POLL_INTERVAL": "0.2",
    "APP_BACKOFF_LONGEST": "1",
    "APP_SESSION_TIMEOUT": "10",
    "APP_WATCHDOG_TIMEOUT": "14",
}

# Where somebody harms, a loss is noticed within seconds; that takes a quarter of a core even at rest.
HARMED = {
    "APP_TAIL_CHECK_INTERVAL": "3",
    "APP_REPORT_INTERVAL": "2",
    "APP_NAK_INTERVAL": "2",
    "APP_TEND_INTERVAL": "0.2",
}


class Process(NamedTuple):
    """A process of the installation: service, kind, and which one of several."""

    service: str
    kind: str
    nth: int = 1

    @property
    def name(self) -> str:
        """What its log and its place in a group are called."""
        return "-".join([self.service, self.kind, *([str(self.nth)] if self.nth > 1 else [])])


PROCESSES = [Process(service, kind) for service in databases.MIGRATIONS for kind in ("web", "worker")]


@dataclass
class Installation:
    """Everything that runs, and what a tester does with it."""

    folder: Path
    postgres: dict[str, Postgres]
    """Service → the server that holds its database."""
    nodes: Sequence[Kafka]
    databases: dict[str, Database]
    ports: dict[Process, int] = field(default_factory=dict)
    running: dict[Process, subprocess.Popen[bytes]] = field(default_factory=dict)
    servers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    """What every process has in its environment besides."""

    # ---- processes ----
    def start(self, *wanted: tuple[str, str] | Process) -> None:
        """Start processes (all by default) and wait until they are ready."""
        for process in wanted or PROCESSES:
            self.spawn(Process(*process))
        for process in wanted or PROCESSES:
            self.wait_ready(Process(*process))

    def spawn(self, process: Process, *through: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a process, through another module with its words if given, with more in its environment."""
        self.ports.setdefault(process, free_port())
        module = [*through, process.service] if through else [f"services.{process.service}"]
        with (self.folder / f"{process.name}.log").open("ab") as log:
            self.running[process] = subprocess.Popen(
                [sys.executable, "-m", *module, process.kind],
                env={**self.environment(process), **(environment or {})},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def environment(self, process: Process) -> dict[str, str]:
        """The environment of a process."""
        return {
            **os.environ,
            **HASTE,
            "APP_DATABASE_URL": self.databases[process.service].dsn(process.kind),
            "APP_KAFKA_BROKERS": self.brokers,
            "APP_BIND_PORT": str(self.ports.get(process, 0)),
            "APP_INSTANCE": process.name,
            "APP_SIGNING_KEY_FILE": str(self.folder / f"{process.service}.pem"),
            "APP_PERSONAL_KEYS_FILE": str(self.folder / "personal-keys"),
            "APP_MAIL_DIR": str(self.folder / "mail"),
            "APP_FILES_URL": (self.folder / "files").as_uri(),
            **self.more,
        }

    def settings(self, service: str, kind: str = "worker") -> Settings:
        """Settings with which a test does what a process of the service does."""
        return self.databases[service].settings(kind, kafka_brokers=self.brokers)

    def wait_ready(self, process: Process) -> None:
        """Return once the process answers that it is ready; fail if it ended or takes too long."""
        url, deadline = f"{self.url(*process)}/health/ready", time.monotonic() + PATIENCE
        seen_alive = time.monotonic()
        while True:
            try:
                answer = httpx2.get(url, timeout=2)
                if answer.status_code == 200:
                    return
                said = answer.text
            except httpx2.HTTPError as error:
                said = repr(error)
            if self.running[process].poll() is None:
                seen_alive = time.monotonic()
            # Whoever supervises may be about to start it anew.
            ended = time.monotonic() > seen_alive + REVIVED_WITHIN
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"{process} is not ready: {said}\n{self.log(process)[-3000:]}")
            time.sleep(0.05)

    def kill(self, service: str, kind: str, nth: int = 1) -> None:
        """kill −9."""
        process = self.running.pop(Process(service, kind, nth))
        process.kill()
        process.wait()

    def revive(self) -> None:
        """Start what has ended by itself, as a supervisor does."""
        for process, running in list(self.running.items()):
            if running.poll() is not None:
                self.spawn(process)

    def stop(self, *wanted: tuple[str, str] | Process) -> dict[Process, int]:
        """Ask processes (all by default) to end; their exit codes."""
        chosen = {p: self.running.pop(p) for p in [Process(*p) for p in wanted or list(self.running)]}
        for process in chosen.values():
            process.send_signal(signal.SIGTERM)
        return {process: ended.wait(timeout=PATIENCE) for process, ended in chosen.items()}

    def log(self, process: Process) -> str:
        """What a process has logged."""
        return (self.folder / f"{process.name}.log").read_text("utf-8", "replace")

    def most_memory(self, service: str, kind: str, nth: int = 1) -> int:
        """The megabytes that a process has held at most since it began."""
        status = Path(f"/proc/{self.running[Process(service, kind, nth)].pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    # ---- servers of others' making ----
    @property
    def brokers(self) -> str:
        """What clients of Kafka are given as bootstrap servers."""
        return ",".join(node.brokers for node in self.nodes)

    def start_kafka(self, *nodes: Kafka) -> None:
        """Start brokers (all by default) on the data that they have."""
        for node in nodes or self.nodes:
            self.spawn_server(f"kafka {node.port}", node.command())
        for node in nodes or self.nodes:
            node.wait_ready()

    def stop_kafka(self, *nodes: Kafka) -> None:
        """kill −9 of brokers (all by default)."""
        for node in nodes or self.nodes:
            self.end_server(f"kafka {node.port}")

    def start_postgres(self, postgres: Postgres, environment: Mapping[str, str] | None = None) -> None:
        """Start a database server on the data that it has."""
        name = f"postgres {postgres.port}"
        if before := self.servers.pop(name, None):
            before.wait()
        self.spawn_server(name, postgres.command(), environment)
        postgres.wait_ready()

    def spawn_server(
        self, name: str, command: list[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start a server in the background."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.servers[name] = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def end_server(self, name: str) -> None:
        """kill −9 of a server."""
        server = self.servers.pop(name)
        server.kill()
        server.wait()

    def end(self) -> None:
        """End everything that is left but the database servers."""
        brokers = [self.servers.pop(f"kafka {node.port}", None) for node in self.nodes]
        for process in filter(None, [*self.running.values(), *brokers]):
            process.kill()
            process.wait()

    # ---- use ----
    def url(self, service: str, kind: str = "web", nth: int = 1) -> str:
        """Where a process listens."""
        return f"http://127.0.0.1:{self.ports[Process(service, kind, nth)]}"

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client of all services."""
        # Whoever finds expired connections closes them one after another, and one who is cancelled then
        # leaves the rest open for ever: none expires.
        limits = httpx2.Limits(keepalive_expiry=None)
        async with httpx2.AsyncClient(timeout=30, limits=limits) as http:
            yield Client(self, http)

    async def load_region(self, time_zone: str | None = None) -> None:
        """The fictional region of the demonstration, with a campaign that is open now; in a zone of its own,
        if one is given."""
        settings = self.databases["hierarchy"].settings("worker")
        async with open_pool(settings) as pool:
            await import_municipalities(pool, (DEMONSTRATION / "oktmo.csv").read_bytes(), "13")
            await import_smos(pool, (DEMONSTRATION / "smos.yaml").read_bytes())
            await import_organizations(pool, (DEMONSTRATION / "organizations.csv").read_bytes())
            template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
            campaign = dated(template, Clock().now().date())
            campaign |= {"time_zone": time_zone} if time_zone else {}
            await add_by_law(pool, years_of(campaign), datetime.now(UTC))
            await open_campaign(
                pool, yaml.safe_dump(campaign, allow_unicode=True).encode(), datetime.now(UTC)
            )

    def run(self, service: str, *words: str, kind: str = "worker") -> subprocess.CompletedProcess[str]:
        """Run one of a service's own commands."""
        return subprocess.run(
            [sys.executable, "-m", f"services.{service}", *words],
            env=self.environment(Process(service, kind)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
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


@contextmanager
def installation(
    postgres: Postgres | dict[str, Postgres],
    nodes: Sequence[Kafka] = (),
    ways: Mapping[int, int] | None = None,
) -> Iterator[Installation]:
    """An installation on lent PostgreSQL servers (one for all, or one for each service), on these brokers
    or on one of its own. `ways` leads from a database server's port to another that is used instead."""
    fetch_jars(LIBS)
    servers = postgres if isinstance(postgres, dict) else dict.fromkeys(databases.MIGRATIONS, postgres)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="dialogue-"))
        stack.callback(shutil.rmtree, folder)
        spawned: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(_quit, spawned)
        nodes = nodes or [Kafka(folder / "kafka", free_port(), free_port(), LIBS)]
        clones = {service: _cloned(stack, server, service, ways or {}) for service, server in servers.items()}
        whole = Installation(folder, dict(servers), nodes, clones, servers=spawned)
        for service in KEYS:
            (folder / f"{service}.pem").write_bytes(new_signing_key())
        (folder / "personal-keys").write_text(databases.PERSONAL_KEYS)
        for node in nodes:
            node.prepare()
        stack.callback(whole.end)
        whole.start_kafka()
        asyncio.run(topics.ensure(whole.brokers))
        yield whole


def _cloned(stack: ExitStack, server: Postgres, service: str, ways: Mapping[int, int]) -> Database:
    made = asyncio.run(databases.clone(server.superuser_dsn, service))
    database = replace(made, server=f"127.0.0.1:{ways.get(server.port, server.port)}")
    stack.callback(_drop, database)
    return database


def _drop(database: Database) -> None:
    # A server that somebody harmed for good takes its databases with it.
    with suppress(*LOST):
        asyncio.run(databases.drop(database))


def _quit(servers: dict[str, subprocess.Popen[bytes]]) -> None:
    for server in servers.values():
        server.send_signal(signal.SIGQUIT)
        server.wait()
