"""Dovecot, a real IMAP server, started by a test as a user of no rights, in a folder that goes with it."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient

from deploy.local.unprivileged import Account, account
from services.chassis.mail.imap_url import Server
from tests.certificates import Certificate
from tests.databases import free_port

PROGRAM = "/usr/sbin/dovecot"
LOGIN, PASSWORD = "lines", "secret"

CONFIG = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
mail_location = {driver}:{place}/mail
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
imap_capability = {capability}
"""
TLS = """
ssl_cert = <{place}/certificate
ssl_key = <{place}/key
"""


@dataclass
class Dovecot:
    """A server that may be killed and started again; its letters stay."""

    place: Path
    account: Account
    driver: str = "sdbox"
    capability: str = ""
    certificate: Certificate | None = None
    port: int = field(default_factory=free_port)
    secure_port: int = 0
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, LOGIN, tls=False)

    def start(self) -> None:
        """Begin, and wait until it listens."""
        for name in ("run", "state", "mail", "home"):
            self._own(self.place / name)
        if self.certificate:
            self.secure_port = self.secure_port or free_port()
            self._write("certificate", self.certificate.certificate)
            self._write("key", self.certificate.key)
        config = self.place / "dovecot.conf"
        config.write_text(self._config(), "utf-8")
        config.chmod(0o644)
        command = [*self.account.prefix(Path(PROGRAM)), PROGRAM, "-F", "-c", str(config)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self._wait()

    def kill(self) -> None:
        """All of it at once, as if the machine had lost its power."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def present(self, certificate: Certificate) -> None:
        """Begin anew with another certificate."""
        self.kill()
        self.certificate = certificate
        self.start()

    def ensure(self) -> None:
        """Run, whatever a test has done to it."""
        if self._process is None:
            self.start()

    def empty(self) -> None:
        """Forget every folder and letter."""
        client = self.client()
        names = [str(name) for _, _, name in client.list_folders()]
        for name in sorted(names, key=len, reverse=True):
            if name != "INBOX":
                client.delete_folder(name)
        client.select_folder("INBOX")
        if found := client.search():
            client.delete_messages(found)
            client.expunge()
        client.logout()

    def renumber(self, folder: str, letters: list[bytes]) -> None:
        """The folder is made anew with these: whatever number a letter had, another may have now."""
        client = self.client()
        client.delete_folder(folder)
        client.logout()
        # The number of a folder's making is its second.
        time.sleep(1.1)
        self.deliver(folder, *letters)

    def contents(self, folder: str) -> list[bytes]:
        """The letters of a folder, byte by byte."""
        client = self.client()
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["BODY.PEEK[]"])
        client.logout()
        return [each[b"BODY[]"] for _, each in sorted(found.items())]

    def client(self) -> IMAPClient:
        """Somebody who delivers and looks."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.login(LOGIN, PASSWORD)
        return client

    def deliver(self, folder: str, *letters: bytes) -> None:
        """Put letters into a folder, which is made if there is none."""
        client = self.client()
        if not client.folder_exists(folder):
            client.create_folder(folder)
        for letter in letters:
            client.append(folder, letter)
        client.logout()

    def count(self, folder: str) -> int:
        """How many letters a folder has."""
        client = self.client()
        try:
            if not client.folder_exists(folder):
                return 0
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])
        finally:
            client.logout()

    def _config(self) -> str:
        uid, gid = self.account.uid or os.getuid(), self.account.gid or os.getgid()
        return (CONFIG + TLS if self.certificate else CONFIG).format(
            ssl="yes" if self.certificate else "no",
            secure_port=self.secure_port,
            place=self.place,
            port=self.port,
            driver=self.driver,
            capability=self.capability,
            password=PASSWORD,
            user=pwd.getpwuid(uid).pw_name,
            group=grp.getgrgid(gid).gr_name,
            uid=uid,
            gid=gid,
        )

    def _own(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.account.own(folder)

    def _write(self, name: str, content: bytes) -> None:
        file = self.place / name
        file.write_bytes(content)
        self.account.own(file)

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if all(_listens(port) for port in (self.port, self.secure_port) if port):
                return
            time.sleep(0.05)
        log = self.place / "log"
        raise RuntimeError(log.read_text() if log.exists() else "dovecot does not listen")


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def dovecot(
    driver: str = "sdbox", capability: str = "", certificate: Certificate | None = None
) -> Iterator[Dovecot]:
    """A server that runs as long as the block."""
    place = Path(tempfile.mkdtemp(prefix="dialogue-imap-"))
    place.chmod(0o755)
    who = account("nobody")
    who.own(place)
    server = Dovecot(place, who, driver, capability, certificate)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(place)
