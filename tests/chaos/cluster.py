"""A Kafka of several brokers on one machine, each reached by its clients through a proxy."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.kafka import Kafka
from tests.databases import free_port
from tests.installation import LIBS

CLUSTER = "chaos-chaos-chaos-chao"
"""Sixteen bytes in base 64, the same for every node."""


@dataclass(frozen=True)
class Node(Kafka):
    """One of the brokers: its number, the controllers' addresses, and the port that clients are sent to."""

    number: int
    voters: str
    outer_port: int
    way: int

    @property
    def brokers(self) -> str:
        return f"127.0.0.1:{self.way}"

    def configuration(self) -> str:
        here, outside = "127.0.0.1", f"OUTSIDE://127.0.0.1:{self.way}"
        inside = f"PLAINTEXT://{here}:{self.port}"
        own = {
            "node.id": self.number,
            "listeners": f"{inside},OUTSIDE://{here}:{self.outer_port},CONTROLLER://{here}:{self.controller_port}",
            "advertised.listeners": f"{inside},{outside}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.quorum.voters": self.voters,
            "offsets.topic.replication.factor": self.voters.count(",") + 1,
        }
        kept = [
            line
            for line in super().configuration().splitlines()
            if line.partition("=")[0] not in {*own, "controller.quorum.bootstrap.servers"}
        ]
        return "\n".join([*kept, *(f"{name}={value}" for name, value in own.items()), ""])

    def prepare(self) -> None:
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        self.properties.write_text(self.configuration(), encoding="utf-8")
        self._format("-t", CLUSTER)


def nodes(folder: Path, outer_ports: Sequence[int], ways: Sequence[int]) -> list[Node]:
    """A broker for each of the outer ports; clients are told of the ways instead."""
    controllers = [free_port() for _ in outer_ports]
    voters = ",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(controllers, 1))
    return [
        Node(folder / f"kafka-{i}", free_port(), controller, LIBS, i, voters, outer, way)
        for i, (controller, outer, way) in enumerate(zip(controllers, outer_ports, ways, strict=True), 1)
    ]
