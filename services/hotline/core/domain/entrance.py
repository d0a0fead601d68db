"""The installation's addresses, and the secret that signs the links of those who ask."""

from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256
from secrets import token_bytes


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where the installation is reached, the secret under which its links are sealed, and from which address
    its letters come, in small letters."""

    public_url: str
    secret: bytes
    sender: str = ""

    @classmethod
    def of(cls, public_url: str, signing_key: bytes, mail_from: str = "") -> "Entrance":
        """The secret is drawn from the service's signing key, which signs nothing else; `mail_from`: an
        address, or a name and <address>."""
        sealed = sha256(b"links of inquiries\0" + signing_key).digest()
        return cls(public_url, sealed, parseaddr(mail_from)[1].lower())

    @classmethod
    def passing(cls) -> "Entrance":
        """One whose links nobody else opens: for what is known without settings."""
        return cls("http://localhost", token_bytes(32))
