"""The repository's own rules."""

import ast
import asyncio
import functools
import re
from pathlib import Path

import asyncpg
import pytest

from services.chassis.db import queries
from services.directory.refusals import sentences_of
from tests.databases import MIGRATIONS, Database

SERVICES = Path("services")
SLUG = re.compile(
    r"\b(?:Refused|Malformed|Invalid|NotFound|Conflict|Unauthorized|Forbidden|TooLarge|SlowDown|Unavailable|Gone|NotYet"
    r')\(\s*"([a-z-]+)"'
)
FILES = sorted(path for path in SERVICES.rglob("*.sql") if "migrations" not in path.parts)


def database_of(path: Path, request: pytest.FixtureRequest) -> Database:
    service = "intake" if path.parts[1] in ("chassis", "directory") else path.parts[1]
    database: Database = request.getfixturevalue(f"{service}_database")
    return database


async def invalid(database: Database, path: Path) -> dict[str, str]:
    db = await asyncpg.connect(database.dsn("owner"), server_settings={"search_path": "figures, public"})
    wrong = {}
    for name, query in vars(queries.load(".".join(path.parent.parts), path.name)).items():
        try:
            await db.prepare(query)
        except asyncpg.PostgresError as error:
            wrong[name] = str(error)
    await db.close()
    return wrong


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_query_is_valid(path: Path, request: pytest.FixtureRequest) -> None:
    assert asyncio.run(invalid(database_of(path, request), path)) == {}


@pytest.mark.parametrize("service", MIGRATIONS)
def test_every_slug_has_a_sentence(service: str) -> None:
    rooms = (SERVICES / service, SERVICES / "directory", SERVICES / "chassis")
    sources = [source for room in rooms for source in room.rglob("*.py")]
    slugs = {slug for source in sources for slug in SLUG.findall(source.read_text("utf-8"))}

    assert slugs - set(sentences_of(f"services.{service}")) == set()


async def unforced(database: Database) -> set[str]:
    sql = queries.load("services.chassis", "worker.sql")
    db = await asyncpg.connect(database.dsn("worker"))
    tables = {row["relname"] for row in await db.fetch(sql.unforced_tenant_tables)}
    await db.close()
    return tables


@pytest.mark.parametrize("service", MIGRATIONS)
def test_every_tenant_table_forces_row_security(service: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue(f"{service}_database")

    assert asyncio.run(unforced(database)) == set()


WRITES = re.compile(r"\b(?:INSERT INTO|DELETE FROM)\b|(?<!FOR )(?<!KEY )\bUPDATE\b")
AUDITED = {
    "hierarchy": {"audit.note", "audit.add"},
    # What is done to an inquiry stands in its own history, with who did it: nobody changes or removes that.
    "hotline": {"audit.note", "inquiries.note"},
}
"""Services with an audit, and what leaves a line in it."""

COMMANDS = {service: sorted(SERVICES.glob(f"{service}/*/commands/*.py")) for service in AUDITED}
UNAUDITED = {
    "hierarchy/accounts/commands": "links, sessions and guesses of one's own; passwords and addresses are",
    "hierarchy/cabinet/commands/choose_evening_letter.py": "whether one is written to, of oneself",
    "hierarchy/checkpoints/commands/write_warnings.py": "nobody decides on it: it writes of what was found",
    "hierarchy/core/commands/chain_audit.py": "is about the audit itself",
    "hierarchy/groups/commands/state_coverage.py": "figures computed from what is audited",
    "hierarchy/meetings/commands/follow_people.py": "nobody decides on it: appointments are audited",
    "hierarchy/meetings/commands/remind_of_meetings.py": "follows people before it reminds",
    "hierarchy/messages/commands": "what two people write to each other stands with who wrote it and when",
    "hierarchy/meetings/commands/turn_over.py": "part of what is audited, or follows people",
    "hierarchy/orders/commands/discard_files.py": "ends what a rule of retention has erased",
    "hierarchy/imports/commands/upload_file.py": "nothing is changed before it is applied",
    "hotline/calls/commands/hear_report.py": "an exchange tells of a call, nobody decides",
    "hotline/desk/commands/keep_draft.py": "half a text of one's own, which nobody else reads",
    "hotline/mailbox/commands/discard_erased.py": "ends what was erased, which is audited",
}
"""Commands that change rows without a line in the audit, and why."""


def statements_that_write(store: Path) -> set[str]:
    file = store.with_suffix(".sql")
    if not file.is_file():
        return set()
    named = vars(queries.load(".".join(file.parent.parts), file.name))
    return {f"sql.{name}" for name, statement in named.items() if WRITES.search(statement)}


def functions_that_write(service: str) -> set[str]:
    """`store.function` of whatever changes a service's rows."""
    found = set()
    for store in SERVICES.glob(f"{service}/*/store/*.py"):
        writing = statements_that_write(store)
        for function in ast.parse(store.read_text("utf-8")).body:
            if isinstance(function, ast.AsyncFunctionDef):
                used = {ast.unparse(each) for each in ast.walk(function) if isinstance(each, ast.Attribute)}
                if used & writing:
                    found.add(f"{store.stem}.{function.name}")
    return found


def called_by(command: Path) -> set[str]:
    """What a command calls, itself and through the helpers that it shares with others."""
    tree = ast.parse(command.read_text("utf-8"))
    called = {ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    for each in ast.walk(tree):
        helper = isinstance(each, ast.ImportFrom) and ".commands." in (each.module or "") and each
        if helper and called & {name.name for name in helper.names}:
            called |= called_by(Path(*str(helper.module).split(".")).with_suffix(".py"))
    return called


@functools.cache
def unaudited(service: str) -> set[str]:
    writing = functions_that_write(service)
    return {
        command.relative_to(SERVICES).as_posix()
        for command in COMMANDS[service]
        if (called := called_by(command)) & writing and not called & AUDITED[service]
    }


@pytest.mark.parametrize(
    ("service", "stores"),
    [
        ("hierarchy", {"appointments.add", "groups.save", "smos.save"}),
        ("hotline", {"lines.save", "inquiries.save", "answers.add", "consultations.save"}),
    ],
)
def test_whatever_a_command_changes_is_audited(service: str, stores: set[str]) -> None:
    assert len(COMMANDS[service]) > 30
    assert stores <= functions_that_write(service)

    assert [each for each in unaudited(service) if not each.startswith(tuple(UNAUDITED))] == []


def test_no_exception_from_the_audit_is_without_a_command() -> None:
    found = {path for service in AUDITED for path in unaudited(service)}

    assert [each for each in UNAUDITED if not any(path.startswith(each) for path in found)] == []


def test_screens_and_letters_have_one_dash() -> None:
    shown = [file for ending in ("html", "txt", "yaml", "typ") for file in SERVICES.rglob(f"*.{ending}")]

    assert [str(file) for file in shown if "\N{EM DASH}" in file.read_text("utf-8")] == []
