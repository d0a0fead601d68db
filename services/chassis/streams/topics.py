"""What `contracts/topics.yaml` says of every topic."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

UNLIMITED = -1


class Topic(BaseModel):
    """One topic: owner, readers, and how the broker must keep it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    what: str
    owner: str
    readers: list[str]
    key: str
    partitions: int = Field(ge=1)
    replication: int = Field(ge=1)
    cleanup: str = Field(pattern="^(delete|compact)$")
    retention: str = Field(pattern=r"^(unlimited|\d+ days?)$")

    @property
    def retention_ms(self) -> int:
        """Milliseconds, or -1 for ever."""
        if self.retention == "unlimited":
            return UNLIMITED
        return int(self.retention.split()[0]) * 24 * 3600 * 1000

    def config(self, brokers: int) -> dict[str, str]:
        """The broker's settings of this topic in a cluster of that size."""
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
            "min.insync.replicas": "2" if self.copies(brokers) > 2 else "1",
            "unclean.leader.election.enable": "false",
        }

    def copies(self, brokers: int) -> int:
        """How many replicas: all that the contract asks for from three brokers on, else one."""
        return self.replication if brokers >= self.replication else 1


@cache
def topics() -> dict[str, Topic]:
    """All topics by name."""
    entries = yaml.safe_load(files("contracts").joinpath("topics.yaml").read_text("utf-8"))
    return {name: Topic(name=name, **entry) for name, entry in entries.items()}
