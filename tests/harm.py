"""What is done to servers from outside: losing, freezing, restoring."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.local.postgres import Postgres, account_of_server, binaries


def lose_last_segments(data: Path, topic: str = "dialogue.initiatives.v1") -> int:
    """Delete the last segment of every partition of a topic of a stopped broker; how many held anything."""
    lost = 0
    for partition in data.glob(f"{topic}-*"):
        last = max(partition.glob("*.log"))
        lost += last.stat().st_size > 0
        for file in partition.glob(f"{last.stem}.*"):
            file.unlink()
    return lost


def take_backup(postgres: Postgres, target: Path) -> None:
    """A base backup of a running server."""
    subprocess.run(
        [binaries() / "pg_basebackup", "-d", postgres.superuser_dsn, "-D", target, "-c", "fast"], check=True
    )


def restore(postgres: Postgres, backup: Path) -> None:
    """Put a backup in the place of a stopped server's data."""
    shutil.rmtree(postgres.data)
    shutil.copytree(backup, postgres.data)
    postgres.data.chmod(0o700)
    account_of_server().own(postgres.data, *postgres.data.rglob("*"))


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process and its children stand still."""
    whole = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    _tell(whole, signal.SIGSTOP)
    try:
        yield
    finally:
        _tell(whole, signal.SIGCONT)


def _tell(processes: list[psutil.Process], what: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process.pid, what)
        except ProcessLookupError:
            continue
