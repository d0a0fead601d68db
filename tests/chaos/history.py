"""What every client asked for and was told, after the model of Jepsen: invoke, ok, fail, info."""

import time
from dataclasses import dataclass, field
from io import BufferedWriter
from typing import Literal

import orjson

Kind = Literal["invoke", "ok", "fail", "info"]


@dataclass
class History:
    """A line of JSON per attempt, and what follows from all of them."""

    file: BufferedWriter
    attempts: int = 0
    accepted: dict[str, str] = field(default_factory=dict)
    """Key → id of what was answered 201."""
    refused: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    """Keys whose outcome nobody knows yet."""
    forged: set[str] = field(default_factory=set)
    """Event ids that somebody invented."""
    restored: bool = False
    """Whether intake's database went back to an older state."""
    setbacks: int = 0
    """How often any database did."""
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.attempts} attempts, {len(self.accepted)} accepted so far"

    def invoke(self, key: str) -> None:
        """A request leaves."""
        self.attempts += 1
        self.open.add(key)
        self._write("invoke", key)

    def ok(self, key: str, id_: str) -> None:
        """A request was answered 201."""
        before = self.accepted.setdefault(key, id_)
        # Whoever forgot the initiative forgot its key as well.
        if before != id_ and not self.restored:
            self.violations.append(f"key {key} was answered {before}, then {id_}")
        self.open.discard(key)
        self._write("ok", key, id_)

    def fail(self, key: str, status: int) -> None:
        """A request was refused for good."""
        self.refused.add(key)
        self.open.discard(key)
        self._write("fail", key, str(status))

    def info(self, key: str, why: str) -> None:
        """Nobody knows whether a request was carried out."""
        self._write("info", key, why)

    def _write(self, kind: Kind, key: str, told: str = "") -> None:
        self.file.write(orjson.dumps({"at": time.time(), "type": kind, "key": key, "told": told}) + b"\n")
