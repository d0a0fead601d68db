"""Starting an installation: from an empty folder to services that are ready."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256

import httpx2
import orjson

from deploy.local.home import PROCESSES, ROOT, SERVICES, Home, write_secret
from deploy.local.kafka import fetch_jars
from deploy.local.postgres import KINDS, provision
from deploy.local.steps import step
from deploy.local.supervisor import Supervisor

READY = 90.0
CODE = ("services", "contracts", "deploy")


class NotReady(RuntimeError):
    """A part did not start; the text says which and where its log is."""


def up(home: Home) -> None:
    """Start what does not run. Code that has changed since is started anew; data is kept."""
    supervisor = Supervisor(home)
    code = fingerprint()
    if supervisor.runs() and home.remembered.code != code:
        with step("Stopping what runs older code"):
            supervisor.shut_down()
    if not supervisor.runs():
        supervisor = _launch(home)
    _start_servers(home, supervisor)
    _prepare_data(home)
    with step("Services"):
        supervisor.start(*PROCESSES)
        for process in PROCESSES:
            wait_ready(home, process)
    with step(f"Gateway {home.nginx.url}"):
        supervisor.start("nginx")
        home.nginx.wait_ready()
    home.remembered.code = code
    home.save()
    write_secret(home.folder / "addresses.json", orjson.dumps(home.addresses(), option=orjson.OPT_INDENT_2))


def _launch(home: Home) -> Supervisor:
    # A supervisor that was killed leaves its programs behind.
    Supervisor(home).shut_down()
    home.choose_ports()
    home.make_keys()
    home.save()
    with step("Kafka's jars"):
        fetch_jars(home.kafka.libs)
    with step("Data folders"):
        _together(home.postgres.prepare, home.kafka.prepare, home.nginx.prepare)
    supervisor = Supervisor(home)
    with step("Supervisor"):
        supervisor.launch()
    return supervisor


def _start_servers(home: Home, supervisor: Supervisor) -> None:
    supervisor.start("postgres", "kafka")
    with step(f"PostgreSQL 127.0.0.1:{home.postgres.port}"):
        home.postgres.wait_ready()
    with step(f"Kafka {home.kafka.brokers}"):
        home.kafka.wait_ready()


def _prepare_data(home: Home) -> None:
    with step("Databases and migrations"):
        _together(*(partial(_migrate, home, service) for service in SERVICES))
    with step("Topics"):
        _run([sys.executable, "-m", "deploy.topics", "--brokers", home.kafka.brokers])


def _migrate(home: Home, service: str) -> None:
    passwords = {kind: home.password(f"{service}_{kind}") for kind in KINDS}
    provision(home.postgres.superuser_dsn, service, passwords)
    _run(home.command(service, "migrate"))


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotReady(f"{' '.join(command[2:])}: {done.stderr.strip() or done.stdout.strip()}")


def wait_ready(home: Home, process: str) -> None:
    """Return when a process says that it is ready. Raises NotReady after 90 s."""
    deadline, said = time.monotonic() + READY, "no answer"
    while time.monotonic() < deadline:
        try:
            answer = httpx2.get(f"{home.url(process)}/health/ready", timeout=2)
            if answer.status_code == 200:
                return
            said = answer.text
        except httpx2.HTTPError as error:
            said = type(error).__name__
        time.sleep(0.1)
    raise NotReady(f"{process} is not ready ({said}): see {home.log / process}.log")


def fingerprint() -> str:
    """The code that services are made of, as one hash."""
    files = sorted(file for room in CODE for file in (ROOT / room).rglob("*") if _is_code(file.suffix))
    together = sha256()
    for file in files:
        together.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return together.hexdigest()[:16]


def _is_code(suffix: str) -> bool:
    return suffix in {".py", ".sql", ".html", ".css", ".js", ".yaml", ".template", ".mo", ".typ"}


def _together(*works: Callable[[], None]) -> None:
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()
