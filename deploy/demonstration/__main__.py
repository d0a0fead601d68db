"""`python -m deploy.demonstration begin|load|replay`: the fictional region, and a campaign in it."""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.demonstration.addresses import LOCAL, ROOT, Addresses, written
from deploy.demonstration.decisions import decide_everything
from deploy.demonstration.federal import list_federally
from deploy.demonstration.hotline import answer_everybody
from deploy.demonstration.in_person import enter_in_person
from deploy.demonstration.order import Order, carry_out
from deploy.demonstration.plans import plan_everything
from deploy.demonstration.region import campaign_id, load, open_campaign
from deploy.demonstration.staff import appoint_everybody
from deploy.demonstration.staff_meeting import enter_staff_meeting
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.work import prepare_summaries, work_between_levels


def main() -> int:
    """Run the command that the arguments name; return the exit code."""
    given = _parser().parse_args()
    try:
        return int(given.do(given))
    except Stopped as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _begin(given: argparse.Namespace) -> int:
    addresses, password = Addresses.behind_the_gateway(), written(LOCAL, "staff_password")
    opened = open_campaign(addresses.hierarchy)
    if opened not in (None, campaign_id()):
        return 0
    if not addresses.runs.exists():
        if code := _load(given):
            return code
        asyncio.run(appoint_everybody(addresses, run_local, password))
        if code := _carry_out(Order()):
            return code
        # Early: until they are sent, their figures have come.
        prepare_summaries(run_local)
    elif opened is None:
        return 0
    # Interim results of days of the past are frozen from what has been counted by then.
    for done, step in (
        (addresses.planned, plan_everything),
        (addresses.entered, enter_in_person),
        (addresses.decided, decide_everything),
        (addresses.listed, list_federally),
        (addresses.met, enter_staff_meeting),
    ):
        if not done.exists():
            asyncio.run(step(addresses, password))
    if not addresses.called.exists():
        asyncio.run(answer_everybody(addresses, password, resting))
    # Last: by then the figures of the summaries have come.
    if not addresses.worked.exists():
        asyncio.run(work_between_levels(addresses, password))
    return 0


def _load(_: argparse.Namespace) -> int:
    return load(written(LOCAL, "hierarchy"), run_local)


def _replay(given: argparse.Namespace) -> int:
    return _carry_out(Order(given.participants, given.initiatives, given.rate, given.seed))


def _carry_out(order: Order) -> int:
    asyncio.run(carry_out(Addresses.behind_the_gateway(), order))
    return run_local("metrics", "verify")


@contextmanager
def resting(process: str) -> Iterator[None]:
    """A process of this machine's installation rests until the end of the block. Raises Stopped."""
    if _local("stop", process):
        raise Stopped(f"{process} does not stop: `make up` starts what does not run.")
    try:
        yield
    finally:
        _local("start", process)


def run_local(service: str, *words: str) -> int:
    """Run a service's own command with the environment of this machine's installation."""
    return _local("run", service, *words)


def _local(*words: str) -> int:
    command = [sys.executable, "-m", "deploy.local", *words]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demonstration", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    what = "Load, appoint the staff and replay, unless that was done before or another campaign is open."
    commands.add_parser("begin", help=what, description=what).set_defaults(do=_begin)
    what = "Load the region and open its campaign around today."
    commands.add_parser("load", help=what, description=what).set_defaults(do=_load)
    what = "Replay a campaign over HTTP, then prove the figures."
    replay = commands.add_parser("replay", help=what, description=what)
    replay.set_defaults(do=_replay)
    replay.add_argument("--participants", type=_count, default=1500, metavar="N")
    replay.add_argument("--initiatives", type=_count, default=3000, metavar="N")
    replay.add_argument("--seed", type=int, metavar="S", help="another seed, another campaign")
    of_rate = "in real time, so many initiatives per second, with new participants as needed"
    replay.add_argument("--rate", type=_rate, metavar="R", help=of_rate)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 10_000:
        raise argparse.ArgumentTypeError("initiatives per second, more than 0")
    return rate


if __name__ == "__main__":
    sys.exit(main())
