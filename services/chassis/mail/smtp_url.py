"""Where a mail server is, and who we are there: read from one URL, at start."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?/?")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; `starttls` None: if it offers it."""

    host: str
    port: int
    tls: bool = False
    starttls: bool | None = None
    username: str | None = None
    password: str | None = None


def server_of(url: str) -> Server:
    """The server of `smtp://login:password@host:port`: `smtps` for TLS from the beginning, `smtp+starttls`
    for TLS or nothing. Before the last @ stand login and password, percent-encoded or as they are.

    Raises ValueError with a sentence that does not show the password.
    """
    scheme, apart, rest = url.strip().partition("://")
    scheme = scheme.lower()
    if not apart or scheme not in PORTS:
        raise ValueError(
            f"a mail server's URL begins with one of {', '.join(f'{each}://' for each in PORTS)}"
        )
    credentials, at, place = rest.rpartition("@")
    found = HOST.fullmatch(place)
    port = int(found[2] or PORTS[scheme]) if found else 0
    if found is None or not 0 < port < 65536:
        raise ValueError(
            "a mail server's URL ends with host:port, a % in the password is written %25, an @ %40"
        )
    login, _, password = credentials.partition(":")
    if at and not login:
        raise ValueError("a mail server's URL has a login before the @")
    return Server(
        found[1].strip("[]"),
        port,
        tls=scheme == "smtps",
        # Never in clear what was meant to be encrypted.
        starttls={"smtp": None, "smtps": False, "smtp+starttls": True}[scheme],
        username=unquote(login) if at else None,
        password=unquote(password) if at else None,
    )
