"""Background works that survive their own faults: each is run anew, later and later if it goes on failing."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import structlog

from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.telemetry import RESTARTS

log = structlog.get_logger()

Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
"""Makes the coroutine that does the work. After a fault it is called again and begins from what is stored."""

OFTEN = 3
"""Faults in a row after which a work counts as failing: one that a restart has mended is no news."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between a fault and the next run: `first`, then twice as long each time up to `longest`. A run
    that lasted `calm` has gone well, and the next fault is the first again."""

    first: float = 1.0
    longest: float = 60.0
    calm: float = 120.0

    def after(self, faults: int) -> float:
        """The pause after so many faults in a row."""
        return float(min(self.first * 2 ** min(faults - 1, 30), self.longest))


@dataclass(slots=True)
class Run:
    """How a work fares: its faults in a row, and since when it runs now."""

    name: str
    faults: int = 0
    since: float | None = None

    def in_a_row(self, now: float, calm: float) -> int:
        """Its faults until now. In its pause a work does not run, and no time makes it well."""
        return 0 if self.since is not None and now - self.since >= calm else self.faults


class Background:
    """The background works of a process, and which of them fail again and again."""

    def __init__(self, pauses: Pauses | None = None) -> None:
        self._pauses = pauses or Pauses()
        self._runs: list[Run] = []

    @property
    def failing(self) -> list[str]:
        """Works that failed several times in a row and have not run well since."""
        return sorted({run.name for run in self._runs if self._in_a_row(run) >= OFTEN})

    async def run(self, work: Work) -> None:
        """Run a work, again after each fault of its own.

        Returns when it ends by itself. Raises SelfCheckFailed, which no other run of it would mend.
        """
        run = Run(name_of(work))
        self._runs.append(run)
        while True:
            run.since = asyncio.get_running_loop().time()
            try:
                await work()
                return
            except SelfCheckFailed:
                raise
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # A library's own cancellation that escaped: nobody asked for the end, so it is a fault.
                log.exception("background_cancelled", name=run.name)
            except Exception:
                log.exception("background_failed", name=run.name)
            run.faults, run.since = self._in_a_row(run) + 1, None
            RESTARTS.labels(run.name).inc()
            await asyncio.sleep(self._pauses.after(run.faults))

    def _in_a_row(self, run: Run) -> int:
        return run.in_a_row(asyncio.get_running_loop().time(), self._pauses.calm)


def name_of(work: Work) -> str:
    """What the log and the figures call a work: `send_letters`, `Reading.tend metrics.keys`."""
    made: Any = work
    while isinstance(made, partial):
        made = made.func
    owner = getattr(getattr(made, "__self__", None), "name", None)
    return " ".join(filter(None, [getattr(made, "__qualname__", type(made).__name__), owner]))
