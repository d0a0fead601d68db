"""`make bench`: how fast the main job is, each figure beside something public. `FULL=1` takes its time."""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from deploy.local.postgres import Postgres
from tests import databases
from tests.benchmarks import (
    backlog,
    cabinet,
    deciding,
    desk,
    fanout,
    federal,
    flood,
    inquiries,
    latency,
    mail,
    page,
    submission,
)
from tests.benchmarks.costs import Cost, resident, spent, written
from tests.benchmarks.figures import Figure, Goal, compare, keep, markdown, table, write
from tests.benchmarks.machine import described
from tests.benchmarks.peers.submission import over_http, plain_api
from tests.benchmarks.telling import console, step
from tests.client import Person
from tests.installation import ROOT, Installation, Process, installation

WARM = 2000
"""Submissions before anything is measured."""

ROWS = 100_000
"""Of the federal platform's table."""

INTAKE_WEB, HOTLINE_WEB = Process("intake", "web"), Process("hotline", "web")


class Size(NamedTuple):
    """How much is measured."""

    repeats: int
    submissions: int
    seconds: int
    backlog: int
    rates: tuple[float, ...]
    regions: tuple[tuple[int, int], ...]


QUICK = Size(1, 8_000, 6, 300_000, (200.0, 500.0), ((955, 100_000),))
FULL = Size(3, 15_000, 10, 1_000_000, (200.0, 500.0), ((955, 1_000_000), (18_000, 10_000_000)))


LATENCY: Mapping[tuple[str, float], Goal] = {
    ("p50", 200.0): ("≤", 15),
    ("p99", 200.0): ("≤", 20),
    ("p50", 500.0): ("≤", 40),
}


async def repeated(count: int, measure: Callable[[], Awaitable[float]]) -> list[float]:
    """The same measurement several times."""
    return [await measure() for _ in range(count)]


async def latencies(whole: Installation, people: list[Person], size: Size) -> list[Figure]:
    """From the 201 to the screen, beside a bare round trip through Kafka."""
    figures: list[Figure] = []
    with step("warm up"):
        # A broker that has just begun compiles itself beside what it is asked for.
        await latency.to_the_screen(whole, people, size.rates[0], WARM)
    for rate in size.rates:
        n = int(rate * size.seconds)
        with step(f"from the 201 to the screen at {rate:.0f}/s"):
            before = await written(whole)
            ours = [await latency.to_the_screen(whole, people, rate, n) for _ in range(size.repeats)]
            after = await written(whole)
            other = await latency.through_kafka(whole.brokers, rate, n)
        what = f"201 → SSE at {rate:.0f}/s; other: bare aiokafka produce → consume"
        for i, name in enumerate(("p50", "p99")):
            of_run, goal = [run[i] for run in ours], LATENCY.get((name, rate))
            figures.append(
                compare(f"live.latency.{name}.{rate:.0f}", of_run, other[i], "ms", what, goal=goal)
            )
        what = f"of all databases at {rate:.0f}/s, with what they do at rest"
        for i, (name, unit) in enumerate((("commits", ""), ("written", "B"))):
            each = (after[i] - before[i]) / (n * size.repeats)
            figures.append(compare(f"live.{name}.{rate:.0f}", each, None, unit, f"an initiative {what}"))
    return figures


async def many_watch(whole: Installation, who: Person) -> list[Figure]:
    """Many screens at one web process."""
    with step("2 000 live streams"):
        slowest, each = await fanout.serve(whole, who, 2000)
    what = "2 000 streams of one web process: until the last has an update; memory of each"
    return [
        compare("live.fanout", slowest, None, "s", what, goal=("≤", 1), of="ours"),
        compare("live.fanout.memory", each, None, "KB", what, goal=("≤", 50), of="ours"),
    ]


async def submissions(whole: Installation, people: list[Person], size: Size) -> tuple[list[float], Cost]:
    """Initiatives per second over HTTP by one web process that has the machine for itself."""
    whole.stop(*(process for process in whole.running if process != INTAKE_WEB))
    with step("submissions over HTTP"):
        before = await spent(whole, INTAKE_WEB)
        ours = await repeated(size.repeats, lambda: submission.over_http(whole, people, size.submissions))
        return ours, (await spent(whole, INTAKE_WEB)).since(before, size.submissions * size.repeats)


def opened(whole: Installation, size: Size) -> list[Figure]:
    """Inquiries per second over HTTP by one web process that has the machine for itself."""
    whole.stop(*whole.running)
    whole.start(HOTLINE_WEB)
    n = size.submissions // 4
    with step("inquiries over HTTP"):
        ours = asyncio.run(repeated(size.repeats, lambda: inquiries.over_http(whole, n)))
    with step("pgbench"):
        other = inquiries.by_pgbench(whole.databases["hotline"].dsn("web"), size.seconds)
    what = "inquiries/s, one web process, 64 clients; other: pgbench, the same inserts, 32 clients"
    return [compare("inquiry.open", ours, other, "1/s", what, goal=("≥", 0.1))]


def main_job(postgres: Postgres, size: Size) -> list[Figure]:
    """Submitting, and what is seen of it."""
    with installation(postgres) as whole:
        with step("region, participants"):
            whole.start()
            asyncio.run(whole.load_region())
            people = asyncio.run(submission.people_of(whole, 64))
        idle = {process.name: resident(running.pid) for process, running in whole.running.items()}
        figures = asyncio.run(latencies(whole, people, size))
        loaded = {process.name: resident(running.pid) for process, running in whole.running.items()}
        figures += asyncio.run(many_watch(whole, people[0]))
        ours, cost = asyncio.run(submissions(whole, people, size))
        with step("pgbench"):
            other = [
                submission.by_pgbench(whole.databases["intake"].dsn("web"), size.seconds)
                for _ in range(size.repeats)
            ]
        figures += opened(whole, size)
    with step("plain FastAPI + SQLAlchemy"), plain_api(postgres) as plain:
        peer = asyncio.run(repeated(size.repeats, lambda: over_http(plain, size.submissions // 2)))
    what = "initiatives/s, one web process, 64 clients"
    return [
        compare(
            "intake.submit",
            ours,
            statistics.median(other),
            "1/s",
            f"{what}; other: pgbench, the same inserts, 32 clients",
            goal=("≥", 0.65),
            cost=cost,
        ),
        compare(
            "intake.submit.peer",
            ours,
            statistics.median(peer),
            "1/s",
            f"{what}; other: plain FastAPI + SQLAlchemy, one process",
            goal=("≥", 3),
        ),
        *figures,
        *(
            compare(
                f"memory.{name}",
                loaded[name],
                None,
                "MB",
                f"resident after load; at rest {idle[name]:.0f}",
                goal=("≤", 150 if name.endswith("web") else 200),
                of="ours",
            )
            for name in idle
        ),
    ]


def pages(postgres: Postgres, size: Size) -> list[Figure]:
    """The regional view of large regions beside that of a small one."""
    with installation(postgres) as whole:
        with step("regional view of 10 municipalities, 1 000 initiatives"):
            small = asyncio.run(page.measured(whole, 10, 1000))
        figures = []
        for places, initiatives in size.regions:
            with step(f"regional view of {places:,} municipalities, {initiatives:,} initiatives"):
                large = asyncio.run(page.measured(whole, places, initiatives))
            what = (
                f"p95 of /region, {places:,} municipalities, {initiatives:,} initiatives; other: 10 and 1 000"
            )
            goal = ("≤", 2) if places < 1000 else None
            figures.append(compare(f"region.page.{places}", large.p95, small.p95, "ms", what, goal=goal))
            figures += planned(places, large)
    return figures


def planned(places: int, seen: page.Pages) -> list[Figure]:
    """What the plan beside the fact costs in a region of 955 municipalities."""
    if places >= 1000:
        return []
    what = f"p95 of the staff's /region with targets, {places} municipalities; other: without them"
    days = f"{places} municipalities × {page.DAYS} days as XLSX, plan and fact; + {seen.megabytes:.0f} MB"
    return [
        compare(f"region.page.{places}.plan", seen.planned, seen.staff, "ms", what, goal=("≤", 1.3)),
        compare(f"export.{places}x{page.DAYS}", seen.seconds, None, "s", days, goal=("≤", 10), of="ours"),
    ]


def mailboxes(postgres: Postgres, size: Size) -> list[Figure]:
    """Letters to a line, each an inquiry with its answer that it has come."""
    letters = 50 * size.seconds
    with databases.cloned("hotline", postgres.superuser_dsn) as database, step(f"{letters} letters"):
        taken = asyncio.run(mail.per_second(database, letters))
    what = "letters/s taken in from a maildir, each in its transaction, every tenth with a picture"
    figure = compare("hotline.mail", taken, None, "1/s", what, goal=("≥", 60), of="ours")
    return [figure, *bombed(postgres, size)]


def bombed(postgres: Postgres, size: Size) -> list[Figure]:
    """A mail bomb at one line, and what its neighbour has of it."""
    count = size.backlog // 100
    what = f"a flood of {count:,} letters at one line"
    with databases.cloned("hotline", postgres.superuser_dsn) as database, step(what):
        done = asyncio.run(flood.measured(database, count))
    waits = f"{what}: the longest that one of {done.neighbours:,} letters to another line waits"
    grows = f"{what}: the worker grows by"
    return [
        compare("hotline.flood", done.per_second, None, "1/s", what, goal=("≥", 30), of="ours"),
        compare("hotline.flood.neighbour", done.longest, None, "s", waits, goal=("≤", 10), of="ours"),
        compare("hotline.flood.memory", done.grown, None, "MB", grows, goal=("≤", 100), of="ours"),
    ]


def federal_list(postgres: Postgres, _: Size) -> list[Figure]:
    """The federal platform's list of a whole region."""
    with databases.cloned("intake", postgres.superuser_dsn) as database, step(f"{ROWS:,} rows"):
        done = asyncio.run(federal.measured(database, ROWS))
    what = f"an XLSX of {ROWS:,} rows into {federal.MUNICIPALITIES} municipalities"
    return [
        compare(
            "federal.import",
            done.per_second,
            None,
            "1/s",
            f"rows/s, {what}, {done.linked:,} linked by title",
            goal=("≥", 2000),
            of="ours",
        ),
        compare(
            "federal.import.memory",
            done.worker,
            None,
            "MB",
            f"the worker at most, {what}",
            goal=("≤", 300),
            of="ours",
        ),
        compare(
            "federal.import.reader",
            done.reader,
            None,
            "MB",
            f"what reads the file, {what}",
            goal=("≤", 700),
            of="ours",
        ),
    ]


def cabinets(postgres: Postgres, _: Size) -> list[Figure]:
    """The staff's pages in the largest region, fully staffed, and what their worker has to do there."""
    summaries = cabinet.WEEKS * cabinet.A_WEEK
    with installation(postgres) as whole:
        with step(f"a region with {cabinet.PEOPLE:,} appointments, {summaries:,} summaries"):
            counted = asyncio.run(cabinet.fill(whole))
        with step("pages of the cabinet"):
            whole.start(*cabinet.PROCESSES)
            taken = asyncio.run(cabinet.looks(whole))
        with step("summaries of a week prepared"):
            whole.stop(*cabinet.PROCESSES)
            duties = asyncio.run(cabinet.duties(whole))
    what = (
        f"{cabinet.MUNICIPALITIES} municipalities, {cabinet.ORGANIZATIONS:,} organizations, "
        f"{cabinet.PEOPLE:,} appointments"
    )
    more = f"{what}, {summaries:,} summaries"
    pages = {name: cabinet.PAGES.get(name, "their first page") for name in taken}
    return [
        *(
            compare(f"cabinet.{name}", p95, None, "ms", f"p95 of {pages[name]}, {more}")
            for name, p95 in taken.items()
        ),
        compare("coverage.count", counted, None, "s", f"what is missing everywhere, {what}"),
        *(
            compare(f"summaries.{name}", seconds, None, "s", f"{cabinet.DUTIES[name]}, {more}")
            for name, seconds in duties.items()
        ),
    ]


def desks(postgres: Postgres, _: Size) -> list[Figure]:
    """The desk of the hotline, a season's cases behind it."""
    with installation(postgres) as whole, step(f"the desk with {desk.OPEN + desk.CLOSED:,} cases"):
        taken = asyncio.run(desk.measured(whole))
    what = f"{desk.OPEN:,} open and {desk.CLOSED:,} closed cases"
    return [
        compare(f"desk.{name}", p95, None, "ms", f"p95, {what}", goal=("≤", desk.GOALS[name]), of="ours")
        for name, p95 in taken.items()
    ]


def decisions(postgres: Postgres, size: Size) -> list[Figure]:
    """Those who decide on initiatives, with a campaign's initiatives in the region."""
    elsewhere = max(initiatives for places, initiatives in size.regions if places < 1000)
    with installation(postgres) as whole, step(f"{deciding.HERE:,} initiatives to decide on"):
        taken = asyncio.run(deciding.measured(whole, elsewhere))
    what = f"{deciding.HERE:,} initiatives in the municipality, {elsewhere:,} in others"
    bulk = taken.pop("bulk")
    told = f"a decision on {deciding.AT_ONCE} at once, {what}"
    return [
        *(
            compare(f"deciding.{name}", p95, None, "ms", f"p95, {what}", goal=("≤", 1000), of="ours")
            for name, p95 in taken.items()
        ),
        compare("deciding.bulk", bulk, None, "s", told, goal=("≤", 1), of="ours"),
    ]


def rollup(postgres: Postgres, size: Size) -> list[Figure]:
    """A backlog rolled up by us and by others."""
    return backlog.measure(postgres, size.backlog, size.repeats)


PARTS = {
    part.__name__: part
    for part in (main_job, rollup, pages, cabinets, mailboxes, desks, decisions, federal_list)
}


def main() -> None:
    """Measure on installations of its own, show a table, write `.local/bench.json`; a full run is kept in
    `docs/performance.md` too."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="more of everything, three times")
    parser.add_argument("--part", choices=PARTS, help="this alone; nothing is kept")
    given = parser.parse_args()
    parts = [PARTS[given.part]] if given.part else list(PARTS.values())
    began = time.monotonic()
    figures: list[Figure] = []
    with databases.server() as postgres:
        machine = asyncio.run(described(postgres))
        for part in parts:
            figures += part(postgres, FULL if given.full else QUICK)
            write(figures, ROOT / ".local" / "bench.json")
    console.print(table(figures))
    run = f"{datetime.now(UTC):%Y-%m-%d}, {(time.monotonic() - began) / 60:.0f} min, {machine}"
    console.print(run)
    if given.full and not given.part:
        keep(f"{run}\n\n{markdown(figures)}", ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
