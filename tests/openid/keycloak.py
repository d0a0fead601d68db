"""A private Keycloak of what Maven fetches: a real OpenID Connect provider with a realm of the tests."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.home import ROOT
from deploy.local.waiting import until
from tests.databases import free_port

ROOM = Path(__file__).parent
POM, REALM = ROOM / "pom.xml", ROOM / "realm.json"
FETCHED = ROOT / ".local" / "keycloak"
STAMP = ".pom"
PATIENCE = 240.0
"""Seconds for its start: some ten alone on two cores."""

BUILT = {"db": "dev-mem"}
"""What it is built for."""

CLIENT, SECRET, PASSWORD = "dialogue", "a-secret-of-the-tests", "ключ от единого входа"
"""As `realm.json` has them."""


@dataclass(frozen=True)
class Keycloak:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def issuer(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/realms/region"

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It accepts connections and says nothing."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    @contextmanager
    def user(self, email: str) -> Iterator[str]:
        """Somebody new with a verified address; their id there, another one each time."""
        name = email.partition("@")[0]
        id_ = self._asked("POST", "users", json=_user(name, email)).headers["location"].rpartition("/")[2]
        try:
            yield id_
        finally:
            self._asked("DELETE", f"users/{id_}")

    def change_email(self, id_: str, email: str) -> None:
        self._asked("PUT", f"users/{id_}", json={"email": email, "emailVerified": True})

    def _asked(self, method: str, path: str, **how: Any) -> httpx2.Response:
        url = f"http://127.0.0.1:{self.port}"
        form = {"client_id": "admin-cli", "grant_type": "password", "username": "root", "password": "root"}
        with httpx2.Client(timeout=30) as http:
            given = http.post(f"{url}/realms/master/protocol/openid-connect/token", data=form).json()
            headers = {"Authorization": f"Bearer {given['access_token']}"}
            answer = http.request(method, f"{url}/admin/realms/region/{path}", headers=headers, **how)
            answer.raise_for_status()
            return answer


def _user(name: str, email: str) -> dict[str, object]:
    password = {"type": "password", "value": PASSWORD}
    names = {"username": name, "firstName": "Новый", "lastName": "Человек"}
    return names | {"email": email, "emailVerified": True, "enabled": True, "credentials": [password]}


@contextmanager
def keycloak() -> Iterator[Keycloak]:
    """One that keeps everything in memory and in a folder that goes with it."""
    fetched = fetch()
    with tempfile.TemporaryDirectory(prefix="dialogue-keycloak-") as folder:
        home, port = Path(folder) / "keycloak", free_port()
        shutil.copytree(fetched, home)
        (home / "data" / "import").mkdir(parents=True)
        shutil.copy(REALM, home / "data" / "import")
        log = Path(folder) / "log"
        with log.open("wb") as to:
            process = subprocess.Popen(
                _command(home, port),
                env={
                    **os.environ,
                    "KC_BOOTSTRAP_ADMIN_USERNAME": "root",
                    "KC_BOOTSTRAP_ADMIN_PASSWORD": "root",
                },
                stdin=subprocess.DEVNULL,
                stdout=to,
                stderr=to,
                start_new_session=True,
            )
        running = Keycloak(home, port, process)
        try:
            _wait_ready(running, log)
            yield running
        finally:
            # The script and the server that it starts are one group.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _command(home: Path, port: int) -> list[str]:
    settings = {
        "cache": "local",
        "http-enabled": "true",
        "http-host": "127.0.0.1",
        "http-port": port,
        "http-management-port": free_port(),
        "hostname-strict": "false",
    }
    return [str(home / "bin" / "kc.sh"), "start", "--optimized", "--import-realm", *_options(settings)]


def _options(settings: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in settings.items()]


def _wait_ready(server: Keycloak, log: Path) -> None:
    def answers() -> bool:
        if server.process.poll() is not None:
            raise AssertionError(f"Keycloak ended:\n{log.read_text('utf-8', 'replace')[-3000:]}")
        try:
            url = f"{server.issuer()}/.well-known/openid-configuration"
            return httpx2.get(url, timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    until(answers, PATIENCE, AssertionError(f"Keycloak does not answer on port {server.port}"))


def fetch(timeout: float = 600.0) -> Path:
    """The folder of the distribution that `pom.xml` names, fetched unless it is there. Two calls at once wait
    for each other."""
    wanted = hashlib.sha256(POM.read_bytes() + repr(BUILT).encode()).hexdigest()
    FETCHED.parent.mkdir(parents=True, exist_ok=True)
    with FETCHED.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = FETCHED / STAMP
        if not stamp.exists() or stamp.read_text("ascii") != wanted:
            shutil.rmtree(FETCHED, ignore_errors=True)
            _unpack(timeout)
            _build(timeout)
            stamp.write_text(wanted, "ascii")
    (home,) = FETCHED.glob("keycloak-*")
    return home


def _build(timeout: float) -> None:
    """Once, instead of at every start: it takes most of one."""
    (home,) = FETCHED.glob("keycloak-*")
    _run([str(home / "bin" / "kc.sh"), "build", *_options(BUILT)], timeout, "Keycloak could not be built")


def _unpack(timeout: float) -> None:
    maven = shutil.which("mvn")
    assert maven, "mvn is missing: install Maven"
    folders = [f"-DoutputDirectory={FETCHED}", f"-DmarkersDirectory={FETCHED / uuid4().hex}"]
    command = [maven, "-q", "-B", "-f", str(POM), "dependency:unpack-dependencies", *folders]
    _run(command, timeout, "Maven could not fetch Keycloak")


def _run(command: list[str], timeout: float, failed: str) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{failed}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
