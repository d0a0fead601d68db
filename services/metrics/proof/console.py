"""What an operator runs and sees in a terminal: verify and rebuild."""

import asyncio
from collections.abc import Sequence
from functools import partial

import asyncpg
from rich.console import Console

from services.chassis import command
from services.chassis.db.pool import open_pool
from services.chassis.process.progress import shown
from services.chassis.process.settings import Settings
from services.metrics.proof.rebuild import AlreadyRebuilding, LogTooShort, Rebuilt, rebuild
from services.metrics.proof.verify import FrozenResults, Line, frozen_results, verify

LIVE = {"app.municipalities": "*", "search_path": "figures, public"}
SPARE = {"app.municipalities": "*", "search_path": "spare, public", "synchronous_commit": "off"}
"""Nobody misses what is counted anew before the swap, whose own commit makes all before it durable."""

PATIENCE = 3600.0
"""Seconds a statement over the whole projection may take."""


def extend(commands: command.Commands) -> None:
    """Add `verify` and `rebuild`."""
    proof = commands.add_parser("verify", help="Recount every figure; exit 1 on any difference.")
    proof.set_defaults(run=lambda _: asyncio.run(_verify(_patient())))
    again = commands.add_parser("rebuild", help="Count everything anew from the topics, compare, swap.")
    again.add_argument("--accept", action="store_true", help="Swap even if the figures differ.")
    again.set_defaults(run=lambda arguments: asyncio.run(_rebuild(_patient(), arguments.accept)))


def _patient() -> Settings:
    return Settings(statement_timeout=PATIENCE)


async def _verify(settings: Settings) -> int:
    with Console(stderr=True).status("") as status:
        async with open_pool(settings, server_settings=LIVE) as pool:
            lines, kept = await verify(settings, pool, status.update), await frozen_results(pool)
    print(table(lines))
    print(said(kept))
    wrong = [line for line in lines if not line.equal]
    print(f"{len(wrong)} comparisons differ." if wrong else "Every figure is proved.")
    return 1 if wrong or kept.invalid else 0


def said(kept: FrozenResults) -> str:
    """The frozen results in a line."""
    valid = f"{kept.frozen - kept.invalid} of {kept.frozen} frozen results have a valid digest"
    return f"{valid}, {kept.corrected} a correction."


def table(lines: Sequence[Line]) -> str:
    """The comparisons as a table for a terminal."""
    head = f"{'campaign':<22}{'counter':<12}{'compared with':<32}{'live':>10}{'counted':>10}  verdict"
    rows = [
        f"{x.campaign:<22}{x.counter:<12}{x.what:<32}{x.live:>10}{x.counted:>10}  {_verdict(x)}"
        for x in lines
    ]
    return "\n".join([head, *rows])


def _verdict(line: Line) -> str:
    if line.equal:
        return "equal"
    return f"DIFFERS ({line.differing} counters)" if line.differing else "DIFFERS"


async def _rebuild(settings: Settings, accept: bool) -> int:
    owner = await asyncpg.connect(settings.dsn, command_timeout=PATIENCE, server_settings=LIVE)
    try:
        with shown() as progress:
            async with open_pool(settings, server_settings=SPARE) as spare:
                counted = partial(progress, "events")
                outcome = await rebuild(settings, owner, spare, accept, counted)
    except AlreadyRebuilding:
        print("Not rebuilt: another rebuild is at work.")
        return 1
    except LogTooShort as error:
        print(f"Not rebuilt: {error}. The live figures stay as they are.")
        return 1
    finally:
        await owner.close()
    return _report(outcome)


def _report(outcome: Rebuilt) -> int:
    print(f"{outcome.events} events counted anew.")
    for key, live, rebuilt in outcome.differences:
        print(f"  {' '.join(key)}: live {live}, rebuilt {rebuilt}")
    frozen, differing = outcome.compared
    if frozen:
        print(f"{differing} of {frozen} frozen results differ from what was recounted; they stay.")
    if outcome.swapped:
        print("The rebuilt figures serve now.")
        return 0
    print("The figures differ; the live ones stay. Look at why, then run again with --accept.")
    return 1
