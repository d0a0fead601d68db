"""Showing how far a run is: one bar on a terminal, a line every five seconds elsewhere."""

import asyncio
import time
from dataclasses import dataclass, field

from rich.console import Console

from deploy.demonstration.campaign import Figures
from services.chassis.process.progress import bars

REDRAWN = 0.2
TOLD = 5.0


@dataclass
class Tally:
    """What is to be done, what has been done, and what the region shows."""

    total: int
    region: Figures
    registered: int = 0
    submitted: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Registrations and initiatives together."""
        return self.registered + self.submitted

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.began

    def words(self) -> str:
        """The rate and the region's totals."""
        return f"{self.done / max(self.seconds, 0.1):.0f}/s  region: {self.region}"


async def show(tally: Tally, console: Console) -> None:
    """Show a tally until cancelled, and how it stands then."""
    if console.is_terminal:
        await _bar(tally, console)
    else:
        await _lines(tally)


async def _bar(tally: Tally, console: Console) -> None:
    with bars(console) as progress:
        task = progress.add_task("", total=tally.total, what="Replay")
        try:
            while True:
                progress.update(task, completed=tally.done, description=tally.words(), refresh=True)
                await asyncio.sleep(REDRAWN)
        finally:
            progress.update(task, completed=tally.done, description=tally.words(), refresh=True)


async def _lines(tally: Tally) -> None:
    try:
        while True:
            await asyncio.sleep(TOLD)
            _line(tally)
    finally:
        _line(tally)


def _line(tally: Tally) -> None:
    print(f"{tally.done}/{tally.total}  {tally.words()}", flush=True)
