"""The installation of one machine, as its operator uses it."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.home import PROCESSES, Home
from deploy.local.kafka import fetch_jars
from deploy.local.supervisor import Supervisor, ours
from deploy.local.waiting import until
from tests.client import PATIENCE
from tests.installation import LIBS, ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation that is up."""
    folder = tmp_path_factory.mktemp("home").resolve()
    fetch_jars(LIBS)
    shutil.copytree(LIBS, folder / "kafka" / "libs")
    local(folder, "up", "--empty")
    yield folder
    local(folder, "reset")


def local(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "deploy.local", "--home", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def addresses(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "addresses.json").read_text("utf-8"))
    return told


def pids(folder: Path) -> dict[str, int]:
    states = Supervisor(Home.of(folder)).states() or []
    return {state["name"]: state["pid"] for state in states if state["statename"] in ("RUNNING", "STARTING")}


def wait_for(condition: Callable[[], bool]) -> None:
    until(condition, PATIENCE, AssertionError(f"it has not come in {PATIENCE:.0f} s"))


def test_an_empty_installation_answers_at_its_address(folder: Path) -> None:
    told = addresses(folder)

    assert httpx2.get(f"{told['url']}/region", timeout=PATIENCE).status_code == 200
    assert httpx2.get(f"{told['url']}/api", timeout=PATIENCE).status_code == 200
    assert httpx2.get(f"{told['url']}/health/ready", timeout=PATIENCE).status_code == 404
    assert all(
        httpx2.get(f"{told[s]}/health/ready", timeout=PATIENCE).status_code == 200 for s in told["postgres"]
    )
    assert (folder / "addresses.json").stat().st_mode & 0o077 == 0


def test_a_second_start_leaves_running_what_runs(folder: Path) -> None:
    before = pids(folder)

    local(folder, "up", "--empty")

    assert pids(folder) == before
    assert set(before) == {*PROCESSES, "postgres", "kafka", "nginx"}


def test_what_dies_is_started_anew(folder: Path) -> None:
    before, url = pids(folder), addresses(folder)["intake"]

    os.kill(before["intake-web"], 9)

    wait_for(lambda: pids(folder).get("intake-web", before["intake-web"]) != before["intake-web"])
    wait_for(lambda: answers(f"{url}/health/ready"))


def answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False


def test_a_process_rests_until_it_is_started(folder: Path) -> None:
    local(folder, "stop", "hotline-worker")
    local(folder, "stop", "hotline-worker")
    resting = pids(folder)

    local(folder, "start", "hotline-worker")

    assert set(pids(folder)) - set(resting) == {"hotline-worker"}
    assert resting.items() <= pids(folder).items()


def test_taken_ports_are_avoided_and_nothing_is_left_behind(folder: Path) -> None:
    port = int(addresses(folder)["url"].rpartition(":")[2])
    supervisor = int((folder / "supervisord.pid").read_text("ascii"))

    # Also when the supervisor itself was killed.
    os.kill(supervisor, 9)
    local(folder, "down")
    assert ours(folder) == []

    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        local(folder, "up", "--empty")
        told = addresses(folder)

    assert not told["url"].endswith(f":{port}")
    assert httpx2.get(f"{told['url']}/region", timeout=PATIENCE).status_code == 200
