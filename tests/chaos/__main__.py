"""`make chaos MINUTES=… SEED=… SCENARIO=…`: harm an installation until the time is over, then check."""

import argparse
import asyncio
import gc
import math
import sys
import time
from collections.abc import Iterator
from random import Random

from tests.chaos import campaign
from tests.chaos.ground import ground
from tests.chaos.harms import SCENARIOS
from tests.chaos.nemesis import Scenario
from tests.installation import ROOT

FILES = ROOT / ".local" / "chaos"
PAUSE = 0.1
"""Seconds between two submissions of a writer: an hour of them still fits two cores."""


def main() -> int:
    """Run and tell; 1 if anything was violated. Last line: seed, scenarios, attempts, violations."""
    given = _parser().parse_args()
    FILES.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)

    chosen = given.scenario.split(",") if given.scenario else list(SCENARIOS)
    campaign.quiet()
    # A long history is no reason to look through it again and again.
    gc.set_threshold(100_000, 50, 50)
    with ground(brokers=3) as standing:
        order = _in_order(given.minutes, chosen, Random(given.seed))
        file = FILES / f"history-{given.seed}.jsonl"
        manner = campaign.Manner(given.seed, scale=given.scale, pause=PAUSE)
        try:
            outcome = asyncio.run(campaign.run(standing, manner, order, file, tell))
        finally:
            for log in standing.whole.folder.glob("*.log"):
                (FILES / log.name).write_bytes(log.read_bytes())
    for told in outcome.scenarios:
        print(told)
    for violation in outcome.violations:
        print(f"VIOLATION {violation}")
    print(outcome)
    return 1 if outcome.violations else 0


def _in_order(minutes: float | None, chosen: list[str], rng: Random) -> Iterator[Scenario]:
    """Scenarios in random order until the time is over, none again before all; without a time each once.
    Whichever has begun is ended, and the figures have their time to catch up."""
    deadline = time.monotonic() + minutes * 60 if minutes else math.inf
    while True:
        for name in rng.sample(chosen, len(chosen)):
            if time.monotonic() >= deadline:
                return
            yield SCENARIOS[name]
        if not minutes:
            return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, help="for how long; without it every scenario once")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--scale", type=float, default=1, help="part of the described lengths of harms")
    names = ", ".join(SCENARIOS)
    parser.add_argument("--scenario", default="", help=f"names with commas, all by default: {names}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
