"""The command line that every service has: web, worker, migrate, alarms, script, and its own commands."""

import argparse
import asyncio
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import asyncpg
import structlog

from services.chassis.db import migrate, notify, queries
from services.chassis.db.direct import check_direct
from services.chassis.process import lifetime as process
from services.chassis.process.lifetime import Build
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings

log = structlog.get_logger()
relay_sql = queries.load("services.chassis.streams", "relay.sql")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Extend: TypeAlias = Callable[[Commands], None]
"""Adds a service's own commands; each sets `run`, a function of the parsed arguments."""


def main(
    service: str, web: Build, worker: Build, migrations: Sequence[str], extend: Extend | None = None
) -> int:
    """Run the command that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, what: str, run: Callable[[argparse.Namespace], int]) -> None:
        commands.add_parser(name, help=what, description=what).set_defaults(run=run)

    add("web", "Serve pages and the API.", lambda _: process.run(Settings(), service, "web", web, _is_fit))
    add(
        "worker",
        "Send and read events, and whatever else is done in the background.",
        lambda _: process.run(Settings(), service, "worker", worker, _is_fit),
    )
    add("migrate", "Bring the database to the present schema.", lambda _: _migrate(migrations))
    add("alarms", "List the events that a restored database has lost.", lambda _: _alarms())
    several = "Run the commands of a file, one a line, until one fails: quicker than each by itself."
    script = commands.add_parser("script", help=several, description=several)
    script.add_argument("file", type=Path, metavar="FILE")
    script.set_defaults(run=lambda given: _script(parser, given.file))
    if extend is not None:
        extend(commands)
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


def _script(parser: argparse.ArgumentParser, file: Path) -> int:
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        print(f"{file}: {error.strerror or error}", file=sys.stderr)
        return 1
    for line in lines:
        if words := shlex.split(line, comments=True):
            given = parser.parse_args(words)
            if code := int(given.run(given)):
                return code
    return 0


async def _is_fit(settings: Settings) -> bool:
    """Whether PostgreSQL is reached directly and keeps its commits; while it is away, nothing is known."""
    try:
        await check_direct(settings)
    except SelfCheckFailed as error:
        log.error("self_check_failed", error=str(error))
        return False
    except notify.LOST as error:
        log.warning("database_away", error=type(error).__name__)
    return True


def _migrate(packages: Sequence[str]) -> int:
    applied = asyncio.run(migrate.migrate(Settings().dsn, *packages))
    for name in applied:
        print(f"applied {name}")
    return 0


def _alarms() -> int:
    async def read() -> list[asyncpg.Record]:
        db = await asyncpg.connect(Settings().dsn)
        try:
            return await db.fetch(relay_sql.alarms)
        finally:
            await db.close()

    for row in asyncio.run(read()):
        place = f"{row['topic']}[{row['partition']}] epoch {row['epoch']}"
        print(f"{row['raised_at']:%Y-%m-%d %H:%M:%S} {place}: {row['lost']}")
    return 0
