"""Every OpenAPI document tells the truth: schemathesis asks each operation whatever it can think of."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from contracts.appointments import Role
from deploy.contracts.openapi import documents
from services.chassis.web.openapi import PERHAPS_SIGNED_IN
from services.chassis.web.problems import MEDIA_TYPE
from tests.databases import free_port
from tests.security.standing import Standing
from tests.security.walls import STAFF, STRANGERS, Walls

ROOT = Path(__file__).parents[2]
ADMINISTRATOR, PARTICIPANT = STAFF[0], STRANGERS[1]
HEAD = next(who for who in STAFF if who.role is Role.HEAD)
OPERATOR = next(who for who in STAFF if who.role is Role.HOTLINE_OPERATOR)
WHO = {
    "intake": (PARTICIPANT, None),
    "hierarchy": (ADMINISTRATOR, HEAD),
    "hotline": (OPERATOR, None),
    "metrics": (ADMINISTRATOR, None),
}
"""Who asks, and who signs out: whoever has done that is not known afterwards."""

QUICK = ("--max-examples", "5", "--phases", "examples,coverage,fuzzing")
FULL = ("--max-examples", "300", "--phases", "examples,coverage,fuzzing,stateful")

OF_HEADS = "^/api/v1/(assisted|decisions|determination|help-requests|participants)"
"""Intake's for the staff of a municipality."""

OF_OVERSEERS = "^/api/v1/(federal/|reported-figures)"
"""Intake's for the administrator, which a participant has nothing to do with."""

KEY_OF = {"hotline": "hierarchy"}
"""Services that issue no tokens and sign links alone: by which key they do it here."""

SIGN_OUT = "^/api/v1/staff/sessions/current$"
APART = f"{SIGN_OUT}|^/api/v1/live$"
"""Asked by somebody else, and a stream, which has no end."""

PATIENCE = 180.0

CONFIG = """
[checks]
enabled = true
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
[checks.negative_data_rejection]
expected-statuses = ["4xx"]
[[operations]]
include-path-regex = "^/api/v1/(contacts|municipalities|organizations)$"
checks.positive_data_acceptance.enabled = false
"""
"""A value of the right form that means nothing here is 422. Where several parameters may be left out,
schemathesis 4.32 takes a value against a pattern for a right one once another of them is."""


@asynccontextmanager
async def served(service: str, standing: Standing, folder: Path) -> AsyncIterator[str]:
    """The address of a web process that runs for a while; no error may be in its log."""
    url, log = f"http://127.0.0.1:{(port := free_port())}", folder / f"{service}.log"
    environment = {
        **os.environ,
        "APP_DATABASE_URL": standing.databases[service].dsn("web"),
        "APP_KAFKA_BROKERS": "127.0.0.1:1",
        "APP_BIND_PORT": str(port),
        "APP_SIGNING_KEY_FILE": str(standing.folder / f"{KEY_OF.get(service, service)}.pem"),
        "APP_FILES_URL": (folder / "files").as_uri(),
        "APP_PERSONAL_KEYS_FILE": str(standing.folder / "keys"),
    }
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"services.{service}", "web"),
            env=environment,
            cwd=ROOT,
            stdin=DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        await _ready(url)
        yield url
    finally:
        process.terminate()
        await process.wait()
    lines = log.read_text("utf-8").splitlines()
    assert [line for line in lines if '"level":"error"' in line] == []


async def _ready(url: str) -> None:
    async with asyncio.timeout(PATIENCE), httpx2.AsyncClient() as http:
        while True:
            try:
                if (await http.get(f"{url}/health/ready")).status_code == 200:
                    return
            except httpx2.HTTPError:
                await asyncio.sleep(0.05)


async def examined(url: str, headers: Mapping[str, str], folder: Path, *how: str) -> str:
    """What schemathesis finds wrong at an address, for somebody, asked like this."""
    running = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(folder / "schemathesis.toml"),
            "run",
        ),
        f"{url}/api/schema/openapi.json",
        *("--header", f"Authorization: {headers['Authorization']}", "--no-color", "--no-shrink"),
        "--generation-deterministic",
        *how,
        cwd=folder,
        stdout=PIPE,
        stderr=STDOUT,
    )
    report, _ = await running.communicate()
    return report.decode() if running.returncode else ""


@pytest.mark.timeout(3600)  # in full form 34 minutes on a slow machine
async def test_whatever_is_asked_is_answered_as_the_document_says(
    walls: Walls, standing: Standing, tmp_path: Path, full: bool
) -> None:
    how = FULL if full else QUICK
    (tmp_path / "schemathesis.toml").write_text(CONFIG, "utf-8")

    async def examine(service: str) -> str:
        async with served(service, standing, tmp_path) as url:
            who, leaver = WHO[service]
            asked = [(who, "--exclude-path-regex", APART)]
            if service == "intake":
                asked += [(ADMINISTRATOR, "--include-path-regex", OF_OVERSEERS)]
                asked += [(HEAD, "--include-path-regex", OF_HEADS)]
            if leaver:
                asked += [(leaver, "--include-path-regex", SIGN_OUT)]
            wrong = ""
            for each, *which in asked:
                wrong += await examined(url, walls.headers[each], tmp_path, *how, *which)
            return wrong

    wrong = "".join(await asyncio.gather(*map(examine, standing.databases)))

    assert not wrong, wrong


def test_the_live_stream_is_documented_as_one() -> None:
    told = documents()["metrics"]["paths"]["/api/v1/live"]["get"]

    assert list(told["responses"]["200"]["content"]) == ["text/event-stream"]
    assert told["security"] == PERHAPS_SIGNED_IN


@pytest.mark.parametrize("service", sorted(WHO))
def test_every_refusal_is_documented_as_problem_details(service: str) -> None:
    document = documents()[service]
    operations = [item for path in document["paths"].values() for item in path.values()]

    refusals = {key: it for op in operations for key, it in op["responses"].items() if key >= "400"}
    assert {"400", "404", "503"} <= refusals.keys()
    assert all(it == {"$ref": f"#/components/responses/Problem{key}"} for key, it in refusals.items())
    for answer in document["components"]["responses"].values():
        assert list(answer["content"]) == [MEDIA_TYPE]
