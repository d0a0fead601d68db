"""The whole system on one machine: `python -m deploy.local up|down|reset|status|run`."""

import argparse
import os
import shutil
import subprocess
import sys
import xmlrpc.client
from pathlib import Path

import psutil
from rich.table import Table

from deploy.demonstration.staff import sign_ins
from deploy.local.home import PROCESSES, ROOT, SERVICES, Home
from deploy.local.kafka import KafkaFailed
from deploy.local.nginx import NginxFailed
from deploy.local.postgres import PostgresFailed
from deploy.local.steps import console, step
from deploy.local.supervisor import Supervisor
from deploy.local.up import NotReady, up, wait_ready
from deploy.roles import role_of

FAILURES = (KafkaFailed, NginxFailed, PostgresFailed, NotReady, OSError, LookupError, xmlrpc.client.Error)


def main() -> int:
    """Run the command that the arguments name; a failure is one sentence, exit code 1."""
    arguments = _parser().parse_args()
    home = Home.of(arguments.home.resolve())
    try:
        return int(arguments.run(home, arguments))
    except FAILURES as error:
        console.print(f"[red]{error}[/red]", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. `make down` stops what runs.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--home", type=Path, default=ROOT / ".local", help="where everything is kept")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    start = commands.add_parser("up", help="Start what does not run.")
    start.add_argument("--empty", action="store_true", help="Load no demonstration.")
    start.set_defaults(run=_up)
    commands.add_parser("down", help="Stop everything that was started.").set_defaults(run=_down)
    commands.add_parser("reset", help="Stop everything and delete the data.").set_defaults(run=_reset)
    commands.add_parser("status", help="Show every process.").set_defaults(run=_status)
    for word, told, run in (("stop", "Let a process rest.", _stop), ("start", "Start it again.", _start)):
        single = commands.add_parser(word, help=told)
        single.add_argument("process", choices=PROCESSES)
        single.set_defaults(run=run)
    command = commands.add_parser("run", help="Run a service's command, say `run metrics verify`.")
    command.add_argument("service", choices=SERVICES)
    command.add_argument("words", nargs=argparse.REMAINDER)
    command.set_defaults(run=_run)
    return parser


def _up(home: Home, arguments: argparse.Namespace) -> int:
    up(home)
    if not arguments.empty:
        demonstration = [sys.executable, "-m", "deploy.demonstration", "begin"]
        if code := subprocess.run(demonstration, cwd=ROOT, check=False).returncode:
            return code
    console.print(f"\nLive view  [bold]{home.nginx.url}/region[/bold]")
    console.print(f"Portal     [bold]{home.nginx.url}/[/bold]   letters arrive in {home.folder / 'mail'}")
    console.print(f"Cabinet    [bold]{home.nginx.url}/staff/sign-in[/bold]")
    if arguments.empty:
        invite = 'invite-administrator ADDRESS "NAME"'
        console.print(f"           first `{sys.executable} -m deploy.local run hierarchy {invite}`")
    else:
        signed = [*sign_ins(), ("password", home.password("staff"))]
        width = max(len(what) for what, _ in signed)
        for what, word in signed:
            console.print(f"           {what:<{width}} {word}")
    console.print("`make down` stops everything and keeps the data, `make reset` deletes it.")
    return 0


def _down(home: Home, _: argparse.Namespace) -> int:
    with step("Stopping"):
        Supervisor(home).shut_down()
    return 0


def _reset(home: Home, arguments: argparse.Namespace) -> int:
    _down(home, arguments)
    with step(f"Deleting {home.folder}"):
        shutil.rmtree(home.folder, ignore_errors=True)
    return 0


def _status(home: Home, _: argparse.Namespace) -> int:
    states = Supervisor(home).states()
    if states is None:
        console.print("Nothing runs. `make up` starts it.")
        return 0
    table = Table("process", "state", "", "MB", box=None)
    for state in states:
        table.add_row(state["name"], state["statename"], state["description"], _memory(state["pid"]))
    console.print(table, f"Logs: {home.log}", sep="\n")
    return 0


def _memory(pid: int) -> str:
    return f"{psutil.Process(pid).memory_info().rss / 2**20:.0f}" if pid else ""


def _stop(home: Home, arguments: argparse.Namespace) -> int:
    Supervisor(home).stop(arguments.process)
    return 0


def _start(home: Home, arguments: argparse.Namespace) -> int:
    Supervisor(home).start(arguments.process)
    wait_ready(home, arguments.process)
    return 0


def _run(home: Home, arguments: argparse.Namespace) -> int:
    command = [sys.executable, "-m", f"services.{arguments.service}", *arguments.words]
    settings = home.environment(arguments.service, role_of(arguments.words))
    # The process of this command becomes the service, so that signals reach it.
    os.execve(sys.executable, command, os.environ | settings)


if __name__ == "__main__":
    sys.exit(main())
