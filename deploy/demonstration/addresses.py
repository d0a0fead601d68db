"""Where the installation answers, where its letters lie and which runs it has seen."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from deploy.demonstration.stopped import Stopped

ROOT = Path(__file__).parent.parent.parent
LOCAL = ROOT / ".local"

Run: TypeAlias = Callable[..., int]
"""Runs a service's own command, `run("metrics", "verify")`; its exit code."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses of the services, the folder of letters and the folder that remembers runs."""

    intake: str
    hierarchy: str
    metrics: str
    mail: Path
    runs: Path
    hotline: str = ""

    @classmethod
    def behind_the_gateway(cls, local: Path = LOCAL) -> "Addresses":
        """Everything at the address that people use. Raises Stopped if nothing is installed."""
        url = written(local, "url")
        return cls(url, url, url, local / "mail", local / "demonstration", hotline=url)

    @property
    def planned(self) -> Path:
        """Is there once targets, interim results and meetings are entered."""
        return self.runs.with_name("demonstration-planned")

    @property
    def called(self) -> Path:
        """Is there once the hotline has its line, its cases and its consultations."""
        return self.runs.with_name("demonstration-called")

    @property
    def decided(self) -> Path:
        """Is there once the bodies have decided on initiatives."""
        return self.runs.with_name("demonstration-decided")

    @property
    def entered(self) -> Path:
        """Is there once people were registered in person."""
        return self.runs.with_name("demonstration-entered")

    @property
    def listed(self) -> Path:
        """Is there once the federal platform's list was imported."""
        return self.runs.with_name("demonstration-listed")

    @property
    def met(self) -> Path:
        """Is there once what came of a staff meeting was entered."""
        return self.runs.with_name("demonstration-met")

    @property
    def worked(self) -> Path:
        """Is there once the work between the levels was entered."""
        return self.runs.with_name("demonstration-worked")


def written(local: Path, name: str) -> str:
    """An address that the installation has written down. Raises Stopped if it has not."""
    file = local / "addresses.json"
    try:
        return str(json.loads(file.read_text("utf-8"))[name]).rstrip("/")
    except (OSError, ValueError, KeyError) as error:
        raise Stopped(f"{file} does not name {name!r}: start the installation first.") from error


def next_run(folder: Path) -> int:
    """The number of this run, 1 for the first; never given twice, also not to runs at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(file.name) for file in folder.iterdir()), default=0)
    while True:
        try:
            (folder / str(number)).touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return number
