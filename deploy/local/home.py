"""What an installation remembers between starts: its folder, its ports, its secrets."""

import secrets
import socket
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import BaseModel

from contracts.keys import ISSUERS
from deploy.local.kafka import Kafka
from deploy.local.nginx import Nginx
from deploy.local.postgres import KINDS, Postgres

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("intake", "hierarchy", "hotline", "metrics")
KEYS = (*ISSUERS, "hotline")
"""Whoever signs something: tokens, or the links of those who ask the hotline."""

PROCESSES = [f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker")]
PORTS = {
    "gateway": 8080,
    "supervisor": 8090,
    "postgres": 5433,
    "kafka": 9092,
    "kafka-controller": 9093,
    **{process: 8101 + i for i, process in enumerate(PROCESSES)},
}
SECRETS = (
    "supervisor",
    "postgres",
    "staff",
    *(f"{service}_{kind}" for service in SERVICES for kind in KINDS),
)
SEEN = {
    "intake": "?options=-c%20app.municipalities%3D*",
    "hierarchy": "",
    "hotline": "?options=-c%20app.municipalities%3D*",
    "metrics": "?options=-c%20app.municipalities%3D*%20-c%20search_path%3Dfigures%2Cpublic",
}
"""How somebody who looks into a database sees every municipality's rows."""
CONTACTS = {
    "APP_MAIL_FROM": "Муниципальный диалог <dialogue@privolensk.example>",
    "APP_SUPPORT_PHONE": "8 800 000-00-01",
    "APP_SUPPORT_EMAIL": "help@privolensk.example",
    "APP_SUPPORT_HOURS": "пн–пт 9:00–18:00",
}
"""Who writes and who helps in the demonstration's region: nobody has the number or the domain."""


class Remembered(BaseModel):
    """Ports and passwords by name, and which code was started last."""

    ports: dict[str, int] = {}
    passwords: dict[str, str] = {}
    code: str = ""


@dataclass(frozen=True)
class Home:
    """An installation below one folder."""

    folder: Path
    remembered: Remembered

    @classmethod
    def of(cls, folder: Path) -> "Home":
        """The installation of this folder; a new one has fresh secrets and no ports yet."""
        file = folder / "installation.json"
        known = Remembered.model_validate_json(file.read_bytes()) if file.exists() else Remembered()
        fresh = {name: secrets.token_urlsafe(24) for name in SECRETS}
        return cls(folder, known.model_copy(update={"passwords": fresh | known.passwords}))

    def save(self) -> None:
        """Remember what is known now, for nobody else to read."""
        write_secret(self.folder / "installation.json", self.remembered.model_dump_json(indent=2).encode())

    def choose_ports(self) -> None:
        """Keep each port that is free, and choose the next free one for each that is taken."""
        chosen: dict[str, int] = {}
        for name, first in PORTS.items():
            port = self.remembered.ports.get(name, first)
            while port in chosen.values() or not is_free(port):
                port += 1
            chosen[name] = port
        self.remembered.ports = chosen

    # ---- its parts ----
    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return Postgres(self.folder / "postgres", self._port("postgres"), self.password("postgres"))

    @property
    def kafka(self) -> Kafka:
        """The broker."""
        folder = self.folder / "kafka"
        return Kafka(folder, self._port("kafka"), self._port("kafka-controller"), folder / "libs")

    @property
    def nginx(self) -> Nginx:
        """The gateway."""
        webs = {service: self._port(f"{service}-web") for service in SERVICES}
        return Nginx(self.folder / "nginx", self._port("gateway"), webs)

    @property
    def log(self) -> Path:
        """The folder of what every process says."""
        return self.folder / "log"

    def signing_key(self, service: str) -> Path:
        """The file of a service's private key, if it signs anything."""
        return self.folder / f"{service}.pem"

    def password(self, name: str) -> str:
        """A password by the name of its user."""
        return self.remembered.passwords[name]

    def url(self, process: str) -> str:
        """Where a process of a service listens."""
        return f"http://127.0.0.1:{self._port(process)}"

    def _port(self, name: str) -> int:
        return self.remembered.ports[name]

    def dsn(self, service: str, kind: str) -> str:
        """How a role of a service reaches its database."""
        user = f"{service}_{kind}"
        return self.postgres.dsn(service, user, self.password(user))

    @property
    def personal_keys(self) -> Path:
        """The file of the keys that seal what intake stores of people."""
        return self.folder / "personal-keys"

    def make_keys(self) -> None:
        """Make the keys that are not there."""
        for service in KEYS:
            if not self.signing_key(service).exists():
                write_secret(self.signing_key(service), new_signing_key())
        if not self.personal_keys.exists():
            write_secret(self.personal_keys, new_personal_keys())

    def command(self, service: str, *words: str) -> list[str]:
        """What runs a service's command with the settings of this installation."""
        return [sys.executable, "-m", "deploy.local", "--home", str(self.folder), "run", service, *words]

    def environment(self, service: str, kind: str) -> dict[str, str]:
        """The settings of a process of a service, `kind` being a role of its database."""
        process = f"{service}-{kind}"
        port = self.remembered.ports.get(process)
        listening = {"APP_BIND_PORT": str(port), "APP_INSTANCE": process} if port else {}
        return {
            "APP_DATABASE_URL": self.dsn(service, kind),
            "APP_KAFKA_BROKERS": self.kafka.brokers,
            "APP_PUBLIC_URL": self.nginx.url,
            "APP_SIGNING_KEY_FILE": str(self.signing_key(service)),
            "APP_PERSONAL_KEYS_FILE": str(self.personal_keys),
            "APP_MAIL_DIR": str(self.folder / "mail"),
            "APP_MAILBOX_DIR": str(self.folder / "mailbox"),
            **CONTACTS,
            "APP_FILES_URL": (self.folder.resolve() / "files").as_uri(),
            **listening,
        }

    def addresses(self) -> dict[str, object]:
        """Where everything is, and the password of the demonstration's staff: what `.local/addresses.json`
        says."""
        webs = {service: self.url(f"{service}-web") for service in SERVICES}
        databases = {service: self.dsn(service, "worker") + SEEN[service] for service in SERVICES}
        return {
            "url": self.nginx.url,
            **webs,
            "kafka": self.kafka.brokers,
            "postgres": databases,
            "staff_password": self.password("staff"),
        }


def new_signing_key() -> bytes:
    """A fresh Ed25519 key as PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_personal_keys() -> bytes:
    """A fresh key that seals, as the file of a key ring has it."""
    return b"first " + b64encode(secrets.token_bytes(32)) + b"\n"


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        # What an ended process leaves in TIME_WAIT is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def write_secret(path: Path, body: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(body)
    unfinished.rename(path)
