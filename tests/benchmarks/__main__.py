"""How fast the main job is, each figure beside something public: `make bench`."""

import asyncio
from dataclasses import asdict, dataclass

import orjson
import psutil
from rich.console import Console
from rich.table import Table

from tests import databases
from tests.benchmarks import latency, rolling, submission
from tests.client import Person
from tests.installation import ROOT, Installation, Process, installation

SUBMISSIONS, BACKLOG, SECONDS, RATE = 12_000, 200_000, 8, 200.0
console = Console(highlight=False)


@dataclass(frozen=True)
class Figure:
    """One comparison; `ratio` is ours to the other."""

    name: str
    ours: float
    other: float
    ratio: float
    unit: str
    what: str


def figure(name: str, ours: float, other: float, unit: str, what: str) -> Figure:
    """A comparison, rounded as it is told."""
    ratio = ours / other if other else 0.0
    return Figure(name, round(ours, 2), round(other, 2), round(ratio, 2), unit, what)


async def measure(whole: Installation) -> list[Figure]:
    """All figures of the main job."""
    with console.status("Region and participants"):
        await whole.load_region()
        people = await submission.people_of(whole, 64)
    idle = memory(whole)
    latencies = await _latency(whole, people)
    loaded = memory(whole)
    submissions = await _submission(whole, people)
    return [submissions, *latencies, *_memory(idle, loaded | memory(whole))]


async def _latency(whole: Installation, people: list[Person]) -> list[Figure]:
    with console.status("From the 201 to the screen"):
        n = int(RATE * SECONDS)
        ours = await latency.to_the_screen(whole, people, RATE, n)
        other = await latency.through_kafka(whole.brokers, RATE, n)
    what = f"201 → SSE at {RATE:.0f}/s; other: bare aiokafka produce → consume"
    named = zip(("p50", "p99"), ours, other, strict=True)
    return [figure(f"live.latency.{name}", us, them, "ms", what) for name, us, them in named]


async def _submission(whole: Installation, people: list[Person]) -> Figure:
    others = [process for process in whole.running if process != Process("intake", "web")]
    with console.status("Submissions over HTTP"):
        whole.stop(*others)
        ours = await submission.over_http(whole, people, SUBMISSIONS)
    with console.status("pgbench"):
        other = submission.by_pgbench(whole.databases["intake"].dsn("web"), SECONDS)
    what = "initiatives/s over HTTP, one web process, 64 clients; other: pgbench, same inserts, 32 clients"
    return figure("intake.submit", ours, other, "1/s", what)


async def _roll_up(whole: Installation) -> Figure:
    with console.status(f"Roll-up of {BACKLOG} events"):
        await rolling.fill(whole.brokers, BACKLOG)
        other = await rolling.count_bare(whole.brokers, BACKLOG)
        ours = await rolling.roll_up(whole, BACKLOG)
    what = "events/s into committed counters; other: bare getmany + orjson + dict, nothing durable"
    return figure("rollup.apply", ours, other, "1/s", what)


def memory(whole: Installation) -> dict[str, float]:
    """Resident megabytes of each running process."""
    return {
        process.name: psutil.Process(running.pid).memory_info().rss / 2**20
        for process, running in whole.running.items()
    }


def _memory(idle: dict[str, float], loaded: dict[str, float]) -> list[Figure]:
    what = "resident, after load; other: at rest"
    return [figure(f"memory.{name}", loaded[name], idle[name], "MB", what) for name in idle]


def main() -> None:
    """Measure on an installation of its own, show a table, write `.local/bench.json`."""
    with databases.server() as postgres:
        with installation(postgres) as whole:
            whole.start()
            figures = asyncio.run(measure(whole))
        # Topics that nobody has written to yet.
        with installation(postgres) as whole:
            figures.append(asyncio.run(_roll_up(whole)))
    table = Table("name", "ours", "other", "ratio", "unit", "what", box=None)
    for line in figures:
        table.add_row(line.name, f"{line.ours:,}", f"{line.other:,}", str(line.ratio), line.unit, line.what)
    console.print(table)
    file = ROOT / ".local" / "bench.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(orjson.dumps([asdict(line) for line in figures], option=orjson.OPT_INDENT_2))
    console.print(f"Written to {file}")


if __name__ == "__main__":
    main()
