"""The supervisor that starts what dies anew: its configuration, and talking to it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, ServerProxy

import psutil

from deploy.local.home import PROCESSES, ROOT, Home, write_secret
from deploy.local.waiting import until

MARK = "DIALOGUE_HOME"
"""The environment variable by which every process of an installation is known."""

STOPPING = 45.0


@dataclass(frozen=True)
class Program:
    """What is supervised: its name, command, and the signal that ends it calmly."""

    name: str
    command: list[str]
    priority: int
    signal: str = "TERM"


def programs(home: Home) -> list[Program]:
    """Every program of an installation; the lower priority starts earlier and stops later."""
    services = [Program(process, home.command(*process.split("-")), 30) for process in PROCESSES]
    return [
        Program("postgres", home.postgres.command(), 10, "INT"),
        Program("kafka", home.kafka.command(), 20),
        *services,
        Program("nginx", home.nginx.command(), 40),
    ]


class Supervisor:
    """The supervisor of an installation."""

    def __init__(self, home: Home) -> None:
        self._home = home
        port, password = home.remembered.ports.get("supervisor", 0), home.password("supervisor")
        self._url = f"http://dialogue:{password}@127.0.0.1:{port}/RPC2"

    def runs(self) -> bool:
        """Whether it answers."""
        return self.states() is not None

    def states(self) -> list[dict[str, Any]] | None:
        """What it says of each program; None when it does not answer."""
        try:
            return list(self._call("getAllProcessInfo"))
        except (OSError, Error):
            return None

    def launch(self) -> None:
        """Start the supervisor with every program at rest. Returns when it answers."""
        self._write_configuration()
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._file)]
        environment = os.environ | {MARK: str(self._home.folder)}
        subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=True)
        failure = TimeoutError(f"the supervisor did not answer: see {self._home.log}")
        until(self.runs, 15, failure, every=0.05)

    def start(self, *names: str) -> None:
        """Start programs that do not run."""
        resting = {s["name"] for s in self.states() or [] if s["statename"] not in ("RUNNING", "STARTING")}
        for name in names:
            if name in resting:
                self._call("startProcess", name, False)

    def stop(self, name: str) -> None:
        """End one program calmly, if it runs: it rests until it is started."""
        resting = {s["name"] for s in self.states() or [] if s["statename"] in ("STOPPED", "EXITED", "FATAL")}
        if name not in resting:
            self._call("stopProcess", name)

    def shut_down(self) -> None:
        """Stop every program, then the supervisor; then whatever a killed supervisor has left."""
        told = self.runs()
        if told:
            self._call("shutdown")
        _, left = psutil.wait_procs(ours(self._home.folder), STOPPING if told else 0)
        for attempt in (psutil.Process.terminate, psutil.Process.kill):
            for process in left:
                attempt(process)
            _, left = psutil.wait_procs(left, 10)

    def _call(self, name: str, *values: Any) -> Any:
        with ServerProxy(self._url) as server:
            return getattr(server.supervisor, name)(*values)

    @property
    def _file(self) -> Path:
        return self._home.folder / "supervisord.conf"

    def _write_configuration(self) -> None:
        home, written = self._home, RawConfigParser()
        home.log.mkdir(parents=True, exist_ok=True)
        written["supervisord"] = _escaped(
            {
                "logfile": home.log / "supervisord.log",
                "pidfile": home.folder / "supervisord.pid",
                "childlogdir": home.log,
                **({"user": "root"} if os.geteuid() == 0 else {}),
            }
        )
        written["inet_http_server"] = _escaped(
            {
                "port": f"127.0.0.1:{home.remembered.ports['supervisor']}",
                "username": "dialogue",
                "password": home.password("supervisor"),
            }
        )
        factory = "supervisor.rpcinterface:make_main_rpcinterface"
        written["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": factory}
        for program in programs(home):
            written[f"program:{program.name}"] = _escaped(_section(home, program))
        write_secret(self._file, b"")
        with self._file.open("w", encoding="utf-8") as file:
            written.write(file)


def ours(folder: Path) -> list[psutil.Process]:
    """Every living process that an installation started, the supervisor included."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(folder) and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue
    return found


def _section(home: Home, program: Program) -> dict[str, object]:
    return {
        "command": shlex.join(program.command),
        "directory": ROOT,
        "priority": program.priority,
        "autostart": "false",
        "autorestart": "true",
        "startsecs": 2,
        "startretries": 1000,
        "stopsignal": program.signal,
        "stopwaitsecs": 20,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": home.log / f"{program.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 2,
    }


def _escaped(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).replace("%", "%%") for name, value in values.items()}
