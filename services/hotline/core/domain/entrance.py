"""The installation's address, and the secret that signs the links of those who ask."""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where the installation is reached, and the secret under which its links are sealed."""

    public_url: str
    secret: bytes

    @classmethod
    def of(cls, public_url: str, signing_key: bytes) -> "Entrance":
        """The secret is drawn from the service's signing key, which signs nothing else."""
        return cls(public_url, sha256(b"links of inquiries\0" + signing_key).digest())

    @classmethod
    def passing(cls) -> "Entrance":
        """One whose links nobody else opens: for what is known without settings."""
        return cls("http://localhost", token_bytes(32))
