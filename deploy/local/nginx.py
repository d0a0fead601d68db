"""An unprivileged nginx in front of the services, below a folder of ours."""

import http.client
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.template import fill
from deploy.local.unprivileged import Account, account
from deploy.local.waiting import until

ROOM = Path(__file__).parent.parent / "gateway"


class NginxFailed(RuntimeError):
    """nginx is missing, refuses its configuration or does not answer; the text says which."""


@dataclass(frozen=True)
class Nginx:
    """The gateway: its folder, its port on 127.0.0.1, and the web port of each service by name."""

    folder: Path
    port: int
    services: dict[str, int]

    @property
    def url(self) -> str:
        """The address people use."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the configuration and let nginx check it; raise NginxFailed with what it says."""
        self._make_folders()
        _write(self.folder / "dialogue.conf", "templates/dialogue.conf.template", self._values())
        _write(self.folder / "nginx.conf", "local.conf.template", self._values())
        done = subprocess.run(
            [*self.command(), "-t", "-q"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode != 0:
            raise NginxFailed(f"nginx refuses its configuration: {done.stderr.strip()}")

    def command(self) -> list[str]:
        """What runs nginx in the foreground; errors go to standard error.

        One process without a master: after a `kill -9` no orphaned worker keeps the port.
        """
        words = ["-p", str(self.folder), "-e", "stderr", "-c", str(self.folder / "nginx.conf")]
        prefix = account_of_server().prefix(self.folder / "nginx.conf", ROOM / "errors")
        return [*prefix, executable(), *words, "-g", "daemon off; master_process off;"]

    def wait_ready(self, timeout: float = 15.0) -> None:
        """Return when nginx answers; raise NginxFailed after `timeout` seconds."""
        failure = NginxFailed(f"nginx did not answer on port {self.port} in {timeout:.0f} s")
        until(self._answers, timeout, failure, every=0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/gateway/gateway.css")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _make_folders(self) -> None:
        temp = self.folder / "temp"
        temp.mkdir(parents=True, exist_ok=True)
        account_of_server().own(self.folder, temp)

    def _values(self) -> dict[str, object]:
        upstreams = {name.upper(): f"127.0.0.1:{port}" for name, port in self.services.items()}
        return {
            "FOLDER": self.folder,
            "GATEWAY_LISTEN": f"listen 127.0.0.1:{self.port};",
            "GATEWAY_FILES": ROOM,
            **upstreams,
        }


def executable() -> str:
    """Where nginx is; Debian keeps it outside the path of ordinary users."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NginxFailed("nginx is missing: install nginx-light or nginx")
    return found


def account_of_server() -> Account:
    """Who nginx runs as when the caller is root."""
    return account("www-data", "nginx", "nobody")


def _write(path: Path, template: str, values: dict[str, object]) -> None:
    path.write_text(fill((ROOM / template).read_text(encoding="utf-8"), values), encoding="utf-8")
