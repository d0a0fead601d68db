"""The roll-up by Kafka Streams: built once by Maven, then run on a backlog.

`python -m tests.benchmarks.peers.streams --brokers HOST:PORT --topic TOPIC --count N --out FILE --threads T`
"""

import argparse
import re
import tempfile
from pathlib import Path

from tests.benchmarks.peers.environment import BENCH, ROOT, PeerFailed, command, figures, made_once

PROJECT = Path(__file__).with_name("streams")
SOURCE = PROJECT / "src" / "main" / "java" / "dialogue" / "Counts.java"
BROKER = ROOT / "deploy" / "kafka" / "pom.xml"
JVM = ["-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]


def build() -> Path:
    """The folder of the program and its jars, of the broker's version of Kafka; built at the first call."""
    folder = BENCH / "streams"
    with made_once(folder, PROJECT / "pom.xml", SOURCE, BROKER) as missing:
        if missing:
            command(["mvn", "-q", "-B", "-f", PROJECT / "pom.xml", *_goals(folder)])
    return folder


def _goals(folder: Path) -> list[str]:
    version = re.search(r"<kafka.version>(.+)</kafka.version>", BROKER.read_text("utf-8"))
    if version is None:
        raise PeerFailed(f"{BROKER.name} names no version of Kafka")
    settings = [f"-Dkafka.version={version[1]}", f"-Dfolder={folder}", f"-DoutputDirectory={folder / 'libs'}"]
    return [*settings, "package", "dependency:copy-dependencies"]


def run(brokers: str, topic: str, n: int, out: Path, threads: int = 1) -> str:
    """Count `n` records from the topic's beginning; the line with its figures."""
    folder = build()
    with tempfile.TemporaryDirectory(prefix="streams-") as state:
        java = ["java", *JVM, "-cp", f"{folder / 'counts.jar'}:{folder / 'libs'}/*", "dialogue.Counts"]
        return command([*java, brokers, topic, n, out.resolve(), state, threads]).splitlines()[-1]


def count(brokers: str, topic: str, n: int, out: Path, threads: int = 1) -> dict[str, float]:
    """The figures of a run: `events_per_second`, `warm_events_per_second`, `cpu_seconds` …"""
    return figures(run(brokers, topic, n, out, threads))


def main() -> None:
    """Count a backlog."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.streams", description=__doc__)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    print(run(given.brokers, given.topic, given.count, given.out, given.threads))


if __name__ == "__main__":
    main()
