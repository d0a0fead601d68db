"""What work costs beside time: processor seconds of its processes, bytes of PostgreSQL's log."""

from dataclasses import dataclass
from typing import NamedTuple

import psutil

from tests.installation import Installation, Process

WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS bytes"
COMMITS = f"SELECT sum(xact_commit)::bigint, ({WRITTEN}) FROM pg_stat_database"


@dataclass(frozen=True)
class Spent:
    """So far: processor seconds of one of our processes and of PostgreSQL, bytes written ahead."""

    ours: float = 0.0
    postgres: float = 0.0
    written: int = 0

    def since(self, before: "Spent", events: int) -> "Cost":
        """For each of these events."""
        ours, postgres = (self.ours - before.ours) / events, (self.postgres - before.postgres) / events
        return Cost(ours * 1e6, postgres * 1e6, (self.written - before.written) / events)


class Cost(NamedTuple):
    """What an event costs: microseconds of our process and of PostgreSQL, bytes written ahead."""

    ours: float
    postgres: float
    written: float

    @property
    def cpu(self) -> float:
        """Microseconds of both."""
        return self.ours + self.postgres

    def __str__(self) -> str:
        return f"{self.ours:.0f} + {self.postgres:.0f} µs CPU (PostgreSQL), {self.written:,.0f} B written"


class Written(NamedTuple):
    """What all databases together have done so far."""

    commits: int
    written: int


async def written(whole: Installation) -> Written:
    """Commits, and bytes written ahead, of an installation on one server."""
    ((commits, lsn),) = await whole.rows("metrics", COMMITS)
    return Written(int(commits), int(lsn))


async def spent(whole: Installation, *processes: Process) -> Spent:
    """What these processes, of one service, have spent so far; one that does not run has spent nothing."""
    service = processes[0].service
    ((written,),) = await whole.rows(service, WRITTEN)
    running = [one for process in processes if (one := whole.running.get(process))]
    ours = sum(_seconds(psutil.Process(one.pid)) for one in running)
    server = whole.postgres[service].running()
    of_server = [server, *server.children()] if server else []
    return Spent(ours, sum(map(_seconds, of_server)), int(written))


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def resident(pid: int) -> float:
    """Megabytes of a process."""
    return float(psutil.Process(pid).memory_info().rss / 2**20)
