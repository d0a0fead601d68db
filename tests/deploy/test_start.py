"""The containers' start commands run by hand, in compose's order, with secrets from files."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.home import ROOT, SERVICES
from deploy.local.postgres import Postgres, binaries
from tests.databases import free_port

PATIENCE = 240.0
CONTAINERS: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
MIGRATIONS = [f"{service}-migrate" for service in SERVICES]


@dataclass(frozen=True)
class Server:
    """A machine that has a database server and the secrets."""

    secrets: Path
    postgres: Postgres

    def environment(self) -> dict[str, str]:
        """What the scripts of containers need outside of one."""
        return {
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "SECRETS": str(self.secrets),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.postgres.port),
            "PROVISION": str(ROOT / "deploy/local/provision.sql"),
            "DATABASE": f"127.0.0.1:{self.postgres.port}",
            "APP_KAFKA_BROKERS": "127.0.0.1:1",
        }

    def run(self, *command: str | Path, **more: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment() | more, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def provision(self) -> str:
        return self.run("sh", ROOT / "deploy/compose/provision.sh")

    def start(self, container: str) -> list[str]:
        """The start command of a container, as its image makes it."""
        return [sys.executable, "-m", "deploy.compose", *CONTAINERS[container]["command"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A new machine, up to where the services may start."""
    folder = tmp_path_factory.mktemp("server")
    script = folder / "deploy/compose/secrets.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "deploy/compose/secrets.sh", script)
    subprocess.run(["sh", script], check=True, capture_output=True)
    password = (folder / "secrets/postgres_password").read_text("utf-8").strip()
    # The server's own account must be able to enter.
    for room in (folder, folder.parent, folder.parent.parent):
        room.chmod(room.stat().st_mode | 0o011)
    postgres = Postgres(folder / "postgres", free_port(), password)
    postgres.prepare()
    process = subprocess.Popen(postgres.command(), stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        postgres.wait_ready()
        server = Server(folder / "secrets", postgres)
        server.provision()
        for name in MIGRATIONS:
            assert "applied" in server.run(*server.start(name))
        yield server
    finally:
        postgres.stop("immediate")
        process.wait()


def test_what_runs_once_may_run_again(server: Server) -> None:
    said = server.provision()
    migrated = [server.run(*server.start(name)) for name in MIGRATIONS]

    assert said.splitlines() == [f"{service}: database and roles are there" for service in SERVICES]
    assert migrated == [""] * len(MIGRATIONS)


def test_a_web_process_is_healthy_by_its_own_check_and_stops_when_told(server: Server) -> None:
    port = str(free_port())
    check = [
        word.replace(":8000/", f":{port}/") for word in CONTAINERS["intake-web"]["healthcheck"]["test"][2:]
    ]
    listening = {
        "APP_BIND_PORT": port,
        "APP_SIGNING_KEY_FILE": str(server.secrets / "intake_signing_key"),
        "APP_PERSONAL_KEYS_FILE": str(server.secrets / "intake_personal_keys"),
        "APP_FILES_URL": server.secrets.with_name("files").as_uri(),
    }
    process = subprocess.Popen(
        server.start("intake-web"), cwd=ROOT, env=server.environment() | listening, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while subprocess.run([sys.executable, *check], stderr=subprocess.DEVNULL, check=False).returncode:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def test_a_password_changed_in_its_file_is_the_password_after_provisioning(server: Server) -> None:
    secret = server.secrets / "hierarchy_owner_password"
    secret.chmod(0o600)
    secret.write_text("with / and @ and %\n", "utf-8")

    server.provision()

    assert server.run(*server.start("hierarchy-migrate")) == ""
