"""The commands of the regional administrator: files in, a summary out."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from services.chassis.db.pool import Pool, open_pool
from services.chassis.errors import Invalid, Refused
from services.chassis.process.progress import Progress, shown
from services.chassis.process.settings import Settings
from services.chassis.tables.rows import BadFile
from services.chassis.web.problems import Sentences
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.commands.verify_audit import verify_audit
from services.hierarchy.core.domain.audit import Verified
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_population import import_population
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.imports.domain.oktmo import check_region
from services.hierarchy.reports.commands.prepare_past import prepare_past
from services.hierarchy.settings import HierarchySettings
from services.hierarchy.territory.commands.add_calendars import add_by_law
from services.hierarchy.territory.commands.apply_changes import Summary

PATIENCE = 120
"""Seconds for a statement of an import: a big file, or another import that is not done yet."""

Command: TypeAlias = Callable[[Pool, bytes, argparse.Namespace, Progress], Awaitable[list[Summary]]]
Commands: TypeAlias = Any
"""The subparsers of argparse, which has no public name for their type."""


def extend(commands: Commands) -> None:
    """Add hierarchy's own commands to the command line."""
    municipalities = _add(
        commands,
        "import-municipalities",
        "Import a region's municipalities from Rosstat's classifier ОКТМО (CSV).",
        lambda pool, content, given, progress: import_municipalities(pool, content, given.region, progress),
    )
    municipalities.add_argument(
        "--region", required=True, type=_region, help="the region's two digits in ОКТМО, such as 79"
    )
    _add(
        commands,
        "import-population",
        "Import population and audience: CSV code;population;audience.",
        lambda pool, content, _, progress: import_population(pool, content, progress),
    )
    _add(
        commands,
        "import-smos",
        "Import the councils of municipal formations: YAML list of id, name, municipalities.",
        lambda pool, content, _, progress: import_smos(pool, content, progress),
    )
    _add(
        commands,
        "import-organizations",
        "Import organizations: CSV external_id;founder;place;name;kind;headcount.",
        lambda pool, content, _, progress: import_organizations(pool, content, progress),
    )
    _add(
        commands,
        "open-campaign",
        "Open a campaign, or change the open one: YAML.",
        lambda pool, content, _, __: open_campaign(pool, content, datetime.now(UTC)),
    )
    adding = "Add calendars of years that have none by article 112 of the Labour Code, without transfers."
    add = commands.add_parser("calendar-by-law", help=adding, description=adding)
    add.add_argument("years", type=int, nargs="+", metavar="YEAR")
    add.set_defaults(run=lambda given: add_calendars(given.years))
    checking = "Recompute the audit's chain: was a chained line changed or removed?"
    check = commands.add_parser("verify-audit", help=checking, description=checking)
    check.set_defaults(run=lambda _: verify_chain())
    preparing = "Prepare the summaries of a demonstration's past weeks."
    prepare = commands.add_parser("prepare-past-summaries", help=preparing, description=preparing)
    prepare.set_defaults(run=lambda _: prepare_summaries())
    inviting = "Make an administrator of the region, or write to one again; prints where they sign in."
    invite = commands.add_parser("invite-administrator", help=inviting, description=inviting)
    invite.add_argument("email", metavar="EMAIL")
    invite.add_argument("name", metavar="NAME", help="surname, first name and patronymic, in quotes")
    invite.set_defaults(run=lambda given: invite_by_letter(given.email, given.name))


def _add(commands: Commands, name: str, what: str, command: Command) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=lambda given: run(command, given))
    return parser


def run(command: Command, given: argparse.Namespace) -> int:
    """Run a command on the file that was named; 1 if it was refused, and nothing was changed then."""
    try:
        content = given.file.read_bytes()
        with shown() as progress:
            summaries = asyncio.run(_run(command, content, given, progress))
    except OSError as error:
        return _refuse(f"{given.file}: {error.strerror or error}")
    except BadFile as error:
        sentences = Sentences("services.hierarchy")
        lines = [f"{given.file}:{row.line}: {sentences(row.why.slug, row.why.facts)}" for row in error.rows]
        return _refuse(*lines, f"{len(lines)} problems; nothing was changed.")
    except Refused as error:
        sentences = Sentences("services.hierarchy")
        refused = [sentences(each.slug, each.facts) for each in (error, *error.others)]
        return _refuse(*(f"Refused, nothing was changed: {sentence}" for sentence in refused))
    for summary in summaries:
        _show(summary)
    return 0


def verify_chain() -> int:
    """Recompute the audit's chain; 1 if it was changed."""

    async def run() -> Verified:
        settings = Settings().model_copy(update={"statement_timeout": PATIENCE, "pool_size": 1})
        async with open_pool(settings, server_settings={"app.municipalities": "*"}) as pool:
            return await verify_audit(pool)

    verified = asyncio.run(run())
    if verified.broken:
        return _refuse(f"The audit was changed at link {verified.broken}.")
    sys.stdout.write(
        f"audit: {verified.links} links, as they were written; the last is {verified.head.hex()}\n"
    )
    return 0


def add_calendars(years: Sequence[int]) -> int:
    """Add calendars by the law alone, and name those years; 1 if one of them was refused."""

    async def run() -> list[int]:
        async with open_pool(Settings().model_copy(update={"pool_size": 1})) as pool:
            return await add_by_law(pool, years, datetime.now(UTC))

    try:
        added = asyncio.run(run())
    except Refused as refusal:
        return _refuse(f"Refused: {Sentences('services.hierarchy')(refusal.slug, refusal.facts)}")
    sys.stdout.writelines(f"calendar: {year} by article 112, without transfers\n" for year in added)
    return 0


def prepare_summaries() -> int:
    """Prepare the summaries of weeks that are over and tell how many; 1 outside a demonstration."""

    async def run() -> int:
        settings = Settings().model_copy(update={"pool_size": 1})
        async with open_pool(settings, server_settings={"app.municipalities": "*"}) as pool:
            return await prepare_past(pool, datetime.now(UTC))

    try:
        prepared = asyncio.run(run())
    except Refused as refusal:
        return _refuse(f"Refused: {Sentences('services.hierarchy')(refusal.slug, refusal.facts)}")
    sys.stdout.write(f"summaries: {prepared} prepared\n")
    return 0


def invite_by_letter(email: str, name: str) -> int:
    """Invite an administrator and show the address at which they sign in; 1 if it was refused."""
    try:
        url = asyncio.run(_invite(email, name))
    except Refused as refusal:
        return _refuse(f"Refused: {Sentences('services.hierarchy')(refusal.slug, refusal.facts)}")
    sys.stdout.write(f"{url}\n")
    return 0


async def _invite(email: str, name: str) -> str:
    settings = HierarchySettings()
    async with open_pool(settings.model_copy(update={"pool_size": 1})) as pool:
        return await invite_administrator(pool, settings.entrance, email, name, datetime.now(UTC))


async def _run(
    command: Command, content: bytes, given: argparse.Namespace, progress: Progress
) -> list[Summary]:
    settings = Settings().model_copy(update={"statement_timeout": PATIENCE, "pool_size": 1})
    async with open_pool(settings) as pool:
        return await command(pool, content, given, progress)


def _refuse(*lines: str) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1


def _show(summary: Summary) -> None:
    sys.stdout.write(
        f"{summary.what}: {summary.added} added, {summary.changed} changed, "
        f"{summary.unchanged} unchanged, {len(summary.missing)} missing from the file (kept)\n"
    )
    sys.stdout.writelines(f"  missing: {name}\n" for name in summary.missing)


def _region(given: str) -> str:
    try:
        return check_region(given)
    except Invalid as error:
        raise argparse.ArgumentTypeError("a region is two digits") from error
