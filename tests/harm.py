"""What is done from outside: losing, freezing, restoring servers, and writing what nobody expects."""

import os
import shutil
import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

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


def take_backup(postgres: Postgres, target: Path, *more: str) -> None:
    """A base backup of a running server."""
    words = ["-d", postgres.superuser_dsn, "-D", str(target), "-c", "fast", *more]
    subprocess.run([binaries() / "pg_basebackup", *words], check=True)


def restore(postgres: Postgres, backup: Path) -> None:
    """Put a backup in the place of a stopped server's data."""
    shutil.rmtree(postgres.data)
    shutil.copytree(backup, postgres.data)
    own(postgres.data)


def own(data: Path) -> None:
    """Give a server's data to the account that it runs as."""
    data.chmod(0o700)
    account_of_server().own(data, *data.rglob("*"))


class NotAllowed(Exception):
    """This host does not let us."""


@contextmanager
def small_disk(data: Path, room: int = 64) -> Iterator[None]:
    """A stopped server's data lies on a disk of its own with so many megabytes of room.

    The server has to be stopped again at the end. Raises NotAllowed where no file system may be mounted.
    """
    aside = data.with_suffix(".aside")
    shutil.copytree(data, aside)
    used = sum(file.stat().st_blocks * 512 for file in data.rglob("*")) >> 20
    try:
        _mount(data, used + room)
        try:
            shutil.copytree(aside, data, dirs_exist_ok=True)
            own(data)
            yield
        finally:
            shutil.rmtree(aside)
            shutil.copytree(data, aside)
            subprocess.run(["umount", data], check=True)
            shutil.rmtree(data)
            shutil.copytree(aside, data)
            own(data)
    finally:
        shutil.rmtree(aside)


def _mount(folder: Path, megabytes: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotAllowed("no file system may be mounted here (not root, or in a container)") from error


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as filler:
        piece = bytes(1 << 20)
        while True:
            try:
                filler.write(piece)
            except OSError:
                if len(piece) == 1:
                    return
                piece = piece[: max(len(piece) // 16, 1)]


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


def badly_named(producer: AIOKafkaProducer, value: bytes) -> BatchBuilder:
    """A batch of one record with a header whose name is no text, as a client writes it that knows bytes."""
    batch: BatchBuilder = producer.create_batch()
    batch.append(key=None, value=value, timestamp=None, headers=[("name", b"x")])
    built = batch._build()
    checked = built[21:].replace(b"\x08name", b"\x08\xff\xfe\xfd\xfc")
    batch._buffer = built[:17] + struct.pack(">I", calc_crc32c(checked)) + checked
    return batch
