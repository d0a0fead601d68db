"""A private Apache Kafka (KRaft, one node) of jars fetched by Maven, below a folder of ours."""

import base64
import fcntl
import hashlib
import shutil
import signal
import socket
import struct
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from deploy.local.template import fill
from deploy.local.waiting import until

ROOM = Path(__file__).parent.parent / "kafka"
HEAP = "256m"
QUICK = "-XX:TieredStopAtLevel=1"
"""The first compiler alone: on one machine the second takes more of the processor, while everything starts,
than its faster code gives back (28 s of it for a start and 1 200 messages, 15 s without)."""
STAMP = ".pom"


class KafkaFailed(RuntimeError):
    """A step of fetching, preparing, starting or stopping Kafka did not succeed; the text says which."""


@dataclass(frozen=True)
class Kafka:
    """One node: its folder, its ports on 127.0.0.1 and the folder of its jars."""

    folder: Path
    port: int
    controller_port: int
    libs: Path

    @property
    def brokers(self) -> str:
        """What clients are given as bootstrap servers."""
        return f"127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        """The folder of the logs of all topics."""
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        """The server's configuration file, written by `prepare`."""
        return self.folder / "server.properties"

    def prepare(self) -> None:
        """Write the configuration; format the storage unless it was formatted before."""
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        self.properties.write_text(self.configuration(), encoding="utf-8")
        if not (self.data / "meta.properties").exists():
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
            # An identifier that begins with a hyphen would be taken for an option.
            self._format("--standalone", "-t", f"k{cluster[1:]}")

    def configuration(self) -> str:
        """The text of the configuration file."""
        template = (ROOM / "server.properties.template").read_text(encoding="utf-8")
        values = {
            "PORT": self.port,
            "CONTROLLER_PORT": self.controller_port,
            # A backslash begins an escape in a properties file.
            "DATA": str(self.data).replace("\\", "\\\\"),
        }
        return fill(template, values)

    def command(self) -> list[str]:
        """What runs the server in the foreground; its log is `log/kafka.log` below its folder."""
        memory = [f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
        return [*self._java(*memory), "kafka.Kafka", str(self.properties)]

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Return when the broker answers requests; raise KafkaFailed after `timeout` seconds."""
        failure = KafkaFailed(
            f"Kafka did not answer on port {self.port} within {timeout:.0f} s: see {self.folder / 'log'}"
        )
        until(lambda: answers(self.port), timeout, failure)

    def running(self) -> psutil.Process | None:
        """The server's process, known by its configuration file among its arguments."""
        for process in psutil.process_iter(["cmdline", "status"]):
            words = process.info["cmdline"] or []
            if words[-2:] == ["kafka.Kafka", str(self.properties)]:
                return process if process.info["status"] != psutil.STATUS_ZOMBIE else None
        return None

    def stop(self, mode: Literal["clean", "kill"] = "clean", timeout: float = 30.0) -> None:
        """Stop the server and wait until it is gone; no error if it does not run."""
        process = self.running()
        if process is None:
            return
        process.send_signal(signal.SIGTERM if mode == "clean" else signal.SIGKILL)
        failure = KafkaFailed(f"Kafka did not stop ({mode}) within {timeout:.0f} s")
        until(lambda: self.running() is None, timeout, failure)

    def tool(self, main: str, *words: str) -> list[str]:
        """The command of one of Kafka's own tools, say `org.apache.kafka.tools.TopicCommand`."""
        return [*self._java("-Xmx256m"), main, *words]

    def _java(self, *options: str) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise KafkaFailed("java is missing: install a Java runtime, version 17 or newer")
        logs = [
            f"-Dkafka.logs.dir={self.folder / 'log'}",
            f"-Dlog4j2.configurationFile={ROOM / 'log4j2.xml'}",
        ]
        return [java, QUICK, *options, *logs, "-Djava.awt.headless=true", "-cp", f"{self.libs}/*"]

    def _format(self, *how: str) -> None:
        words = ["format", *how, "-c", str(self.properties)]
        done = subprocess.run(
            self.tool("kafka.tools.StorageTool", *words),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise KafkaFailed(f"formatting Kafka's storage failed: {done.stderr or done.stdout}")


def fetch_jars(libs: Path, pom: Path = ROOM / "pom.xml", timeout: float = 600.0) -> None:
    """Fetch the jars that a `pom.xml` names, by default Kafka's, into the folder unless they are there.

    Two calls at once wait for each other. Raises KafkaFailed with Maven's words.
    """
    wanted = hashlib.sha256(pom.read_bytes()).hexdigest()
    libs.parent.mkdir(parents=True, exist_ok=True)
    with _locked(libs.with_suffix(".lock")):
        stamp = libs / STAMP
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        shutil.rmtree(libs, ignore_errors=True)
        _copy_dependencies(pom, libs, timeout)
        stamp.write_text(wanted, encoding="ascii")


def answers(port: int) -> bool:
    """Whether a Kafka broker answers an ApiVersions request on this port of 127.0.0.1 within a second."""
    client, correlation = b"ready", 7
    request = struct.pack(">hhih", 18, 0, correlation, len(client)) + client
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(10, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == 10 and struct.unpack(">iih", answer)[1:] == (correlation, 0)


def _copy_dependencies(pom: Path, libs: Path, timeout: float) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaFailed("mvn is missing: install Maven")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={libs.resolve()}"]
    done = subprocess.run(
        [maven, "-q", "-B", "-f", str(pom), *goal],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise KafkaFailed(f"Maven could not fetch what {pom} names:\n{done.stdout[-2000:]}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
