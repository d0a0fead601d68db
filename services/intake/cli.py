"""Intake's own commands, for who operates the installation."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any, TypeAlias

from services.chassis.db import pruning, resealing
from services.chassis.db.pool import open_pool
from services.chassis.db.pruning import Due
from services.chassis.db.resealing import Held
from services.chassis.db.sealed import PLAIN, KeyRing
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.intake.pruning import RULES
from services.intake.sealing import TABLES
from services.intake.settings import IntakeSettings

PATIENCE = 120
"""Seconds for a statement that counts whole tables."""

EVERYTHING = {"app.municipalities": "*"}

Commands: TypeAlias = Any
"""The subparsers of argparse, which has no public name for their type."""


def extend(commands: Commands) -> None:
    """Add intake's own commands to the command line."""
    counting = "Say how many values each key of APP_PERSONAL_KEYS_FILE has sealed; 1 if one is missing."
    keys = commands.add_parser("keys", help=counting, description=counting)
    keys.set_defaults(run=lambda _: show_keys())
    reporting = "Say rule by rule how many rows are due to be deleted, and since when; nothing is deleted."
    retention = commands.add_parser("retention", help=reporting, description=reporting)
    retention.set_defaults(run=lambda _: show_due())


def show_keys() -> int:
    """How many values each key has sealed; 1 if some cannot be read with the keys that there are."""
    try:
        ring, found = asyncio.run(_held())
    except SelfCheckFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for one in found:
        sys.stdout.write(f"{one.table}: {one.count} {_by(one, ring)}\n")
    used = {one.key for one in found}
    for name in ring.keys:
        if name not in used:
            sys.stdout.write(
                f"key {name}: nothing is sealed by it{'' if name == ring.first else ', it may go'}\n"
            )
    return 0 if used <= {PLAIN, *ring.keys} else 1


def _by(one: Held, ring: KeyRing) -> str:
    if one.key == PLAIN:
        return "plain: the worker has not sealed them yet"
    return f"by key {one.key}{'' if one.key in ring.keys else ', which is MISSING'}"


def show_due() -> int:
    """What each rule of retention would delete now."""
    for one in asyncio.run(_due()):
        since = f", the oldest since {one.since:%Y-%m-%d %H:%M}" if one.since else ""
        sys.stdout.write(f"{one.rule.name}: {one.count} due after {one.rule.kept}{since}\n")
    return 0


async def _due() -> list[Due]:
    settings = Settings().model_copy(update={"statement_timeout": PATIENCE, "pool_size": 1})
    async with open_pool(settings, server_settings=EVERYTHING) as pool, pool.acquire() as db:
        return await pruning.due(db, RULES, datetime.now(UTC))


async def _held() -> tuple[KeyRing, list[Held]]:
    settings = IntakeSettings()
    ring = KeyRing.read(settings.personal_keys_file)
    patient = settings.model_copy(update={"statement_timeout": PATIENCE, "pool_size": 1})
    async with open_pool(patient, server_settings=EVERYTHING, ring=ring) as pool:
        return ring, await resealing.held(pool, TABLES)
