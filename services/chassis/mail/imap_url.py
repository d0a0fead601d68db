"""Where an IMAP server is, and who we are there: read from one URL, at start."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

PORTS = {"imaps": 993, "imap+starttls": 143, "imap": 143}
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?")
HERE = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class Server:
    """An IMAP server, our login there, and the folder in which the lines' folders are."""

    host: str
    port: int
    login: str
    tls: bool = True
    starttls: bool = False
    folder: str = ""


def server_of(url: str) -> Server:
    """The server of `imaps://login@host:port/folder`: `imap+starttls` for TLS that begins later, `imap` for
    none, which is for a server on this machine alone. The password is in a file of its own.

    Raises ValueError with a sentence that shows nothing of a password.
    """
    scheme, apart, rest = url.strip().partition("://")
    scheme = scheme.lower()
    if not apart or scheme not in PORTS:
        raise ValueError(f"a mailbox's URL begins with one of {', '.join(f'{each}://' for each in PORTS)}")
    place, _, folder = rest.partition("/")
    login, at, host = place.rpartition("@")
    found = HOST.fullmatch(host)
    port = int(found[2] or PORTS[scheme]) if found else 0
    if found is None or not 0 < port < 65536 or not at or not login:
        raise ValueError(
            "a mailbox's URL is imaps://login@host:port/folder, an @ in the login is written %40"
        )
    if ":" in login:
        raise ValueError("a mailbox's password is in the file of APP_MAILBOX_PASSWORD_FILE, not in the URL")
    name = found[1].strip("[]")
    if scheme == "imap" and name not in HERE:
        raise ValueError("a mailbox on another machine is reached by imaps:// or imap+starttls://")
    encrypted = scheme == "imaps"
    return Server(
        name, port, unquote(login), encrypted, scheme == "imap+starttls", unquote(folder).strip("/")
    )
